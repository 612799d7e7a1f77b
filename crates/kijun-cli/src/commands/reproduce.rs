//! `kijun reproduce`: a seal verified, its files looked at, and the assessment made again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kijun_seal::{ASSESSMENT, AssessmentPredicate, PublicKey, Resource, Stamp, Statement, sha256};
use kijun_text::{Label, Lang};
use kijun_workspace::{Options, Workspace};

use super::seal::{at, bytes, envelope, stamped};
use super::{Status, assess, iso_day, refuse, refuse_load};
use crate::args::Reproduce;
use crate::diagnostics;
use crate::terminal::Terminal;

/// Status 0 when all is as it was sealed, 1 when anything differs or the seal is not to be trusted.
pub(super) fn run(args: &Reproduce, terminal: &Terminal) -> Status {
    reproduce(args, terminal).unwrap_or_else(|status| status)
}

fn reproduce(args: &Reproduce, terminal: &Terminal) -> Result<Status, Status> {
    let mut keys = Vec::new();
    for path in &args.key {
        keys.push(PublicKey::read(&bytes(path, terminal)?).map_err(|fault| at(path, &fault, terminal))?);
    }
    let of = envelope(&args.seal, terminal)?;
    let untrusted = |fault| {
        at(&args.seal, &fault, terminal);
        Status::Findings
    };
    of.verify(&keys).map_err(untrusted)?;
    let mut out = String::new();
    for signature in &of.signatures {
        out.push_str(&format!(
            "{} {}\n",
            terminal.say("署名は正しい: 鍵", "the signature is good: key"),
            signature.key
        ));
    }
    for stamp in &of.timestamps {
        out.push_str(&stamped(&Stamp::of(stamp, &of).map_err(untrusted)?, terminal));
    }
    let statement: Statement<AssessmentPredicate> =
        Statement::read(&of.payload, ASSESSMENT).map_err(|fault| at(&args.seal, &fault, terminal))?;
    let [subject] = statement.subject.as_slice() else {
        let message = Label::new("封の対象が一つではありません", "it does not seal one assessment");
        return Err(refuse(terminal, &message, &Label::default()));
    };
    terminal.print(&out);
    let sealed = &statement.predicate;
    let own_differs = differing_output(&args.seal, subject, terminal)?;
    let options = Options {
        profile: sealed.options.profile.clone(),
        facts: sealed.options.facts.as_ref().map(|all| all.iter().map(|f| args.path.join(f)).collect()),
        ..Options::default()
    };
    let loaded = kijun_workspace::load(&args.path, &options);
    let now = match &loaded {
        // Of a pack that could not be read, nothing is among the inputs: it is looked at where it lies.
        Ok(workspace) if workspace.has_errors() => {
            let mut now = on_disk(&args.path, &sealed.inputs);
            now.extend(workspace.inputs().map_err(|e| refuse_load(terminal, &e))?);
            now
        }
        Ok(workspace) => workspace.inputs().map_err(|e| refuse_load(terminal, &e))?,
        Err(_) => on_disk(&args.path, &sealed.inputs),
    };
    let files_differ = differing_files(&sealed.inputs, &now, terminal);
    let differs = files_differ || own_differs;
    let workspace = match loaded {
        Ok(workspace) if !workspace.has_errors() => workspace,
        Ok(workspace) => {
            diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
            return Ok(if differs { Status::Findings } else { Status::Invalid });
        }
        Err(error) => {
            let status = refuse_load(terminal, &error);
            return Ok(if differs { Status::Findings } else { status });
        }
    };
    let same = again(&workspace, sealed, subject, terminal)?;
    Ok(if same && !differs { Status::Ok } else { Status::Findings })
}

/// Whether the assessment beside a seal, where there is one, is another one.
///
/// # Errors
/// When it is there and cannot be read, or the seal names no file.
fn differing_output(seal: &Path, subject: &Resource, terminal: &Terminal) -> Result<bool, Status> {
    let name = &subject.name;
    let path = seal.with_file_name(name);
    if name.is_empty() || Path::new(name).file_name().is_none_or(|n| n != name.as_str()) {
        let message = Label::new(
            format!("封の対象 `{name}` はファイルの名前ではありません"),
            format!("what is sealed, `{name}`, is no name of a file"),
        );
        return Err(refuse(terminal, &message, &Label::default()));
    }
    Ok(match std::fs::read(&path) {
        Ok(found) => {
            let (was, is) = (subject.digest_of("sha256"), sha256(&found));
            if was != is {
                terminal.print(&line(&path.display().to_string(), Some(was), Some(&is), terminal));
            }
            was != is
        }
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            let shown = path.display();
            let message = kijun_text::cannot_read(&shown, &error);
            return Err(refuse(terminal, &message, &Label::default()));
        }
        Err(_) => {
            let shown = path.display();
            terminal.warn(&match terminal.lang {
                Lang::Ja => format!("`{shown}` がないので、封にある値とだけ比べます\n"),
                Lang::En => format!("`{shown}` is not there: only its digest in the seal is compared\n"),
            });
            false
        }
    })
}

/// What of the sealed files is there, as it is.
fn on_disk(root: &Path, sealed: &[Resource]) -> BTreeMap<String, String> {
    let found = |of: &Resource| Some((of.name.clone(), sha256(&std::fs::read(root.join(&of.name)).ok()?)));
    sealed.iter().filter_map(found).collect()
}

/// Names every file that was changed, is gone, or came since; whether there is one.
fn differing_files(sealed: &[Resource], now: &BTreeMap<String, String>, terminal: &Terminal) -> bool {
    let then: BTreeMap<&str, &str> =
        sealed.iter().map(|r| (r.name.as_str(), r.digest_of("sha256"))).collect();
    let names: BTreeSet<&str> = then.keys().copied().chain(now.keys().map(String::as_str)).collect();
    let mut any = false;
    for name in names {
        let (was, is) = (then.get(name).copied(), now.get(name).map(String::as_str));
        if was != is {
            any = true;
            terminal.print(&line(name, was, is, terminal));
        }
    }
    any
}

fn line(name: &str, was: Option<&str>, is: Option<&str>, terminal: &Terminal) -> String {
    let none = terminal.say("(なし)", "(not there)");
    let what = match (was, is) {
        (Some(_), Some(_)) => terminal.say("変わっています", "changed"),
        (Some(_), None) => terminal.say("なくなっています", "missing"),
        _ => terminal.say("増えています", "added"),
    };
    let (sealed, now) = (terminal.say("封", "sealed"), terminal.say("今", "now   "));
    format!("{name}: {what}\n  {sealed} {}\n  {now} {}\n", was.unwrap_or(none), is.unwrap_or(none))
}

/// Makes the assessment again; whether it is the same, byte for byte.
fn again(
    workspace: &Workspace,
    sealed: &AssessmentPredicate,
    subject: &Resource,
    terminal: &Terminal,
) -> Result<bool, Status> {
    let as_of = &sealed.as_of;
    let day = iso_day(as_of).ok_or_else(|| {
        let message = Label::new(
            format!("封の評価日 `{as_of}` を読めません"),
            format!("the date `{as_of}` of the seal cannot be read"),
        );
        refuse(terminal, &message, &Label::default())
    })?;
    let assessment = assess::sealed(workspace, day, terminal).unwrap_or_default();
    let (was, is) = (subject.digest_of("sha256"), sha256(&assessment));
    let same = was == is;
    if same {
        terminal.print(&match terminal.lang {
            Lang::Ja => format!("再現しました: {as_of} の判定結果は一バイトまで同じです ({is})\n"),
            Lang::En => format!("reproduced: the assessment as of {as_of} is the same to the byte ({is})\n"),
        });
        return Ok(true);
    }
    let own = terminal.say("判定結果", "the assessment").to_owned();
    terminal.print(&line(&own, Some(was), Some(&is), terminal));
    let (then, now) = (&sealed.engine.version, env!("CARGO_PKG_VERSION"));
    if then != now {
        terminal.print(&match terminal.lang {
            Lang::Ja => format!("封をした kijun は版 {then}、これは {now} です。同じ版で確かめてください\n"),
            Lang::En => {
                format!("it was sealed by kijun {then}, and this is {now}: try with the same version\n")
            }
        });
    }
    Ok(false)
}
