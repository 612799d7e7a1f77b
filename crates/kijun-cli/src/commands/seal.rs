//! `kijun seal`: what came of which files, signed.

use std::io::Write;
use std::path::{Path, PathBuf};

use kijun_facts::Date;
use kijun_seal::{
    ASSESSMENT, AssessmentPredicate, Engine, Envelope, Fault, PAYLOAD_TYPE, PrivateKey, Resource, Stamp,
    Statement,
};
use kijun_text::{Label, Lang};
use kijun_workspace::{Options, SIGNATURE, Workspace, sign_pack};

use super::{Status, assess, load_sound, no_rule, packs, refuse, refuse_load, write_result};
use crate::args::{FactArgs, Seal};
use crate::diagnostics;
use crate::terminal::Terminal;

pub(super) fn run(args: &Seal, terminal: &Terminal) -> Status {
    let done = match (&args.new_key, &args.timestamp, &args.key) {
        (Some(file), _, _) => new_key(file, terminal),
        (_, Some(stamp), _) => attach(&args.path, stamp, terminal),
        (_, _, Some(key)) if args.pack => pack(args, key, terminal),
        (_, _, Some(key)) => seal(args, key, terminal),
        _ => digest(&args.path, terminal),
    };
    done.err().unwrap_or(Status::Ok)
}

fn seal(args: &Seal, key: &Path, terminal: &Terminal) -> Result<(), Status> {
    let key = private_key(key, terminal)?;
    let (workspace, today) = load_sound(&args.path, &args.facts, terminal)?;
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let output = args.output.clone().unwrap_or_else(|| {
        PathBuf::from(format!("{}-{}.seal.json", file_name(&workspace), Date::day(today)))
    });
    let beside = beside(&output);
    for path in [&output, &beside] {
        if !args.force {
            free(path, Kept::Signed, terminal)?;
        }
    }
    let assessment = assess::sealed(&workspace, today, terminal).ok_or_else(|| no_rule(terminal))?;
    let name = beside.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let predicate = predicate(&workspace, today, &args.facts, terminal)?;
    let statement = Statement::new(ASSESSMENT, vec![Resource::file(name, &assessment)], predicate);
    let envelope = Envelope::sign(PAYLOAD_TYPE, statement.to_json(), &key);
    write_result(Some(&beside), &assessment, terminal)?;
    write_result(Some(&output), &envelope.to_json(), terminal)?;
    if !terminal.quiet {
        told(&output, &beside, &statement, &envelope, terminal);
    }
    Ok(())
}

/// What an assessment is made of.
fn predicate(
    workspace: &Workspace,
    today: i32,
    facts: &FactArgs,
    terminal: &Terminal,
) -> Result<AssessmentPredicate, Status> {
    let inputs = workspace.inputs().map_err(|e| refuse_load(terminal, &e))?;
    let named =
        |paths: &Vec<PathBuf>| paths.iter().map(|p| kijun_workspace::relative(&workspace.root, p)).collect();
    Ok(AssessmentPredicate {
        engine: Engine { name: "kijun".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        facility: workspace.facility().to_owned(),
        as_of: Date::day(today).to_string(),
        options: kijun_seal::Options {
            profile: facts.profile.clone(),
            facts: facts.facts.as_ref().map(named),
        },
        inputs: inputs.into_iter().map(|(path, sha256)| Resource::digested(path, "sha256", sha256)).collect(),
    })
}

/// The file of an assessment beside its seal.
fn beside(seal: &Path) -> PathBuf {
    let name = seal.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.strip_suffix(".seal.json").or_else(|| name.strip_suffix(".json")).unwrap_or(&name);
    seal.with_file_name(format!("{stem}.assessment.json"))
}

fn told(
    output: &Path,
    beside: &Path,
    statement: &Statement<AssessmentPredicate>,
    envelope: &Envelope,
    terminal: &Terminal,
) {
    let (files, key) = (statement.predicate.inputs.len(), envelope.signatures.first());
    let key = key.map_or("", |s| &s.key);
    let (output, beside) = (output.display(), beside.display());
    terminal.print(&match terminal.lang {
        Lang::Ja => format!(
            "`{output}` に封をしました: {beside} と、そのもとになった {files} ファイル\n  鍵 {key}\n  タイムスタンプを付けるなら: kijun seal {output} --digest\n"
        ),
        Lang::En => format!(
            "`{output}` seals {beside} and the {files} files that it rests on\n  key {key}\n  for a time stamp: kijun seal {output} --digest\n"
        ),
    });
}

/// Signs a pack where it lies.
fn pack(args: &Seal, key: &Path, terminal: &Terminal) -> Result<(), Status> {
    let key = private_key(key, terminal)?;
    let workspace =
        kijun_workspace::load(&args.path, &Options::default()).map_err(|e| refuse_load(terminal, &e))?;
    if diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics) {
        return Err(Status::Invalid);
    }
    let own = workspace.packs.iter().find(|p| p.root == workspace.root);
    let own = own.ok_or_else(|| packs::not_a_pack(&args.path, terminal))?;
    let file = own.root.join(SIGNATURE);
    if !args.force {
        free(&file, Kept::Signed, terminal)?;
    }
    write_result(Some(&file), &sign_pack(own, &key), terminal)?;
    if !terminal.quiet {
        let (shown, name, version, sha256) = (file.display(), &own.name, &own.version, &own.sha256);
        terminal.print(&match terminal.lang {
            Lang::Ja => {
                format!("`{shown}` に署名しました: {name} {version} ({sha256})\n  鍵 {}\n", key.public().id())
            }
            Lang::En => format!("`{shown}` signs {name} {version} ({sha256})\n  key {}\n", key.public().id()),
        });
    }
    Ok(())
}

/// Makes a key, readable by its owner alone, and its public half.
fn new_key(file: &Path, terminal: &Terminal) -> Result<(), Status> {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    let public = PathBuf::from(name);
    free(file, Kept::Key, terminal)?;
    free(&public, Kept::Key, terminal)?;
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| {
        let message =
            Label::new(format!("乱数が得られません: {error}"), format!("there is no randomness: {error}"));
        refuse(terminal, &message, &Label::default())
    })?;
    let key = PrivateKey::from_secret(&secret);
    let written = |path: &Path, done: std::io::Result<()>| {
        done.map_err(|error| {
            let shown = path.display();
            let message = kijun_text::cannot_write(&shown, &error);
            refuse(terminal, &message, &Label::default())
        })
    };
    written(file, private_file(file).and_then(|mut f| f.write_all(key.to_pem().as_bytes())))?;
    written(&public, crate::output::write_file(&public, key.public().to_pem().as_bytes()))?;
    if !terminal.quiet {
        let (file, public, id) = (file.display(), public.display(), key.public().id());
        terminal.print(&match terminal.lang {
            Lang::Ja => format!(
                "`{file}` (秘密鍵。誰にも渡さず、版管理に入れないでください) と `{public}` (公開鍵) を作りました\n  鍵 {id}\n"
            ),
            Lang::En => format!(
                "made `{file}` (private: hand it to nobody, and keep it out of version control) and `{public}` (public)\n  key {id}\n"
            ),
        });
    }
    Ok(())
}

/// A new file that only its owner may read.
fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// What a time stamp is to be of.
fn digest(path: &Path, terminal: &Terminal) -> Result<(), Status> {
    terminal.print(&format!("{}\n", envelope(path, terminal)?.digest()));
    Ok(())
}

fn attach(path: &Path, stamp: &Path, terminal: &Terminal) -> Result<(), Status> {
    let mut of = envelope(path, terminal)?;
    let bytes = bytes(stamp, terminal)?;
    let found = Stamp::of(&bytes, &of).map_err(|fault| at(stamp, &fault, terminal))?;
    if !of.timestamps.contains(&bytes) {
        of.timestamps.push(bytes);
    }
    write_result(Some(path), &of.to_json(), terminal)?;
    if !terminal.quiet {
        terminal.print(&stamped(&found, terminal));
    }
    Ok(())
}

/// What a time stamp says, and what was not looked at.
pub(super) fn stamped(stamp: &Stamp, terminal: &Terminal) -> String {
    let time = &stamp.time;
    match terminal.lang {
        Lang::Ja => format!(
            "タイムスタンプ {time}(この封のもの。発行者の署名と証明書は `openssl ts -verify` で確かめてください)\n"
        ),
        Lang::En => format!(
            "time stamp {time} (of this seal; its authority's signature and certificate are for `openssl ts -verify`)\n"
        ),
    }
}

/// A seal as it stands; nothing of it is verified yet.
pub(super) fn envelope(path: &Path, terminal: &Terminal) -> Result<Envelope, Status> {
    Envelope::read(&bytes(path, terminal)?).map_err(|fault| at(path, &fault, terminal))
}

pub(super) fn private_key(path: &Path, terminal: &Terminal) -> Result<PrivateKey, Status> {
    PrivateKey::read(&bytes(path, terminal)?).map_err(|fault| at(path, &fault, terminal))
}

/// Says what is wrong with a file.
pub(super) fn at(path: &Path, fault: &Fault, terminal: &Terminal) -> Status {
    let (shown, Label { ja, en }) = (path.display(), &fault.message);
    refuse(terminal, &Label::new(format!("`{shown}`: {ja}"), format!("`{shown}`: {en}")), &fault.help)
}

pub(super) fn bytes(path: &Path, terminal: &Terminal) -> Result<Vec<u8>, Status> {
    std::fs::read(path).map_err(|error| {
        let shown = path.display();
        let message = kijun_text::cannot_read(&shown, &error);
        refuse(terminal, &message, &Label::default())
    })
}

/// The facility as a part of a name: a workspace says what is written, not where.
fn file_name(workspace: &Workspace) -> String {
    let sign = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    workspace.facility().chars().map(sign).collect()
}

/// What may be there already.
enum Kept {
    Key,
    Signed,
}

/// What is there is not written over: it may be the only evidence, or the only key.
fn free(path: &Path, of: Kept, terminal: &Terminal) -> Result<(), Status> {
    if !path.exists() {
        return Ok(());
    }
    let shown = path.display();
    let message = Label::new(format!("`{shown}` は既にあります"), format!("`{shown}` is there already"));
    let help = match of {
        Kept::Key => Label::new(
            "別の名前にしてください。鍵は上書きしません",
            "name another file; a key is never written over",
        ),
        Kept::Signed => Label::new(
            "別の名前にするか、上書きしてよければ --force を付けてください",
            "name another file, or write over it with --force",
        ),
    };
    Err(refuse(terminal, &message, &help))
}
