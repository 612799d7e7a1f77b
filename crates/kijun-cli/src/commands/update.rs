//! `kijun update`: the packs as they are now go into `kijun.lock`, and what that changes is said.

mod packs;

use std::collections::BTreeSet;
use std::path::Path;

use kijun_exchange::PackRef;
use kijun_exchange::diff::{
    AssessmentRecord, Line, Reevaluated, assessment_diff_outline, diff_assessments, parse_assessment,
};
use kijun_model::Declared;
use kijun_text::{Label, Lang};
use kijun_workspace::{LOCK, LoadedPack, Lock, LockedPack, Options, Workspace};

use self::packs::PackChange;
use super::{Status, assess, day, kept, lines, refuse_load, sound, write_result};
use crate::args::Update;
use crate::diagnostics;
use crate::terminal::Terminal;

pub(super) fn run(args: &Update, terminal: &Terminal) -> Status {
    update(args, terminal).err().unwrap_or(Status::Ok)
}

fn update(args: &Update, terminal: &Terminal) -> Result<(), Status> {
    let options = Options {
        profile: args.facts.profile.clone(),
        facts: args.facts.facts.clone(),
        ..Options::default()
    };
    let old = kijun_workspace::read_lock(&args.path).map_err(|e| refuse_load(terminal, &e))?;
    let now = kijun_workspace::load_unlocked(&args.path, &options).map_err(|e| refuse_load(terminal, &e))?;
    let (now, today) = sound(now, &args.facts, terminal)?;
    diagnostics::show(terminal, &now.sources, &now.diagnostics);
    let new = Lock::of(&now.packs, &now.root);
    let count = new.pack.len();
    let file = args.path.join(LOCK);
    let shown = file.display();
    if old.as_ref() == Some(&new) {
        say(
            terminal,
            format!("`{shown}` は今のとおりです(パック {count})\n"),
            format!("`{shown}` is up to date ({count} packs)\n"),
        );
        return Ok(());
    }
    if let Some(old) = &old {
        let told = explained(args, &options, old, &now, today, terminal)?;
        terminal.print_bytes(&lines::text(&told, terminal, false));
        terminal.print("\n");
    }
    if args.dry_run {
        say(
            terminal,
            format!("`{shown}` は書き換えていません (--dry-run)\n"),
            format!("`{shown}` was not written (--dry-run)\n"),
        );
        return Ok(());
    }
    write_result(Some(&file), new.text().as_bytes(), terminal)?;
    say(
        terminal,
        format!("`{shown}` を書きました(パック {count})\n"),
        format!("`{shown}` was written ({count} packs)\n"),
    );
    Ok(())
}

fn say(terminal: &Terminal, ja: String, en: String) {
    if !terminal.quiet {
        terminal.warn(terminal.text(&Label::new(ja, en)));
    }
}

/// What is another than the lock has it, and which verdicts change.
fn explained(
    args: &Update,
    options: &Options,
    old: &Lock,
    now: &Workspace,
    today: i32,
    terminal: &Terminal,
) -> Result<Vec<Line>, Status> {
    let load = |lock: &Lock| {
        kijun_workspace::load_locked(&args.path, options, lock).map_err(|e| refuse_load(terminal, &e))
    };
    // Packs that are not there any more as they were are known by their digest only; of the others, what they declared.
    let (before, gone) = match load(old)? {
        Ok(before) => (Some(before), Vec::new()),
        Err(gone) => (load(&old.without(&gone))?.ok(), gone),
    };
    let changed = changed(old, now, before.as_ref());
    let mut out = packs::outline(&changed, terminal.lang);
    if changed.is_empty() {
        out.push(Line::Text(
            terminal
                .say(
                    "パックの内容は同じで、場所の書き方だけが違う",
                    "the packs are the same; only where they lie is said otherwise",
                )
                .to_owned(),
        ));
        return Ok(out);
    }
    if now.manifest.workspace.is_none() {
        return Ok(out);
    }
    out.push(Line::Heading(terminal.say("判定への影響", "what changes in verdicts").to_owned()));
    match before.filter(|_| gone.is_empty()) {
        Some(before) if !before.has_errors() => {
            let records = assess::on_day(&before, today).zip(assess::on_day(now, today));
            if let Some((before, after)) = records {
                out.extend(verdicts(&before, &after, terminal));
            }
        }
        Some(before) => {
            let first = before.diagnostics.iter().find(|d| d.severity == kijun_text::Severity::Error);
            let why = first.map(|d| terminal.text(&d.message).to_owned()).unwrap_or_default();
            out.push(Line::Text(match terminal.lang {
                Lang::Ja => format!("今の作業場所は前のパックではエラーになり、比べられない({why})"),
                Lang::En => format!("with the packs as they were, the workspace as it is has errors, so nothing can be compared ({why})"),
            }));
        }
        None => out.extend(since_kept(args, old, now, &gone, terminal)?),
    }
    Ok(out)
}

fn verdicts(before: &AssessmentRecord, after: &AssessmentRecord, terminal: &Terminal) -> Vec<Line> {
    let Some(mut diff) = diff_assessments(before, after) else { return Vec::new() };
    if diff.needs_reevaluation() {
        diff.attribute(Ok(Reevaluated { on_old_day: after, on_new_day: after }));
    }
    assessment_diff_outline(&diff, terminal.lang)
}

/// Packs whose content differs, by name.
fn changed<'w>(old: &'w Lock, now: &'w Workspace, before: Option<&Workspace>) -> Vec<PackChange<'w>> {
    let current: Vec<&LoadedPack> = now.packs.iter().filter(|p| p.root != now.root).collect();
    let names: BTreeSet<&str> =
        old.pack.iter().map(|p| p.name.as_str()).chain(current.iter().map(|p| p.name.as_str())).collect();
    let mut out = Vec::new();
    for name in names {
        let (locked, pack) = (old.find(name), current.iter().copied().find(|p| p.name == name));
        if locked.map(|p| &p.sha256) == pack.map(|p| &p.sha256) {
            continue;
        }
        out.push(PackChange {
            name,
            old: locked.map(of_locked),
            new: pack.map(of_loaded),
            declared_before: before.and_then(|workspace| declared(workspace, name)),
            declared_now: declared(now, name),
        });
    }
    out
}

fn declared(workspace: &Workspace, name: &str) -> Option<Declared> {
    let pack = workspace.packs.iter().find(|p| p.name == name && p.root != workspace.root)?;
    Some(Declared::of(&workspace.sources, &workspace.trees, &pack.modules))
}

fn of_locked(pack: &LockedPack) -> PackRef {
    PackRef { name: pack.name.clone(), version: pack.version.clone(), sha256: pack.sha256.clone() }
}

fn of_loaded(pack: &LoadedPack) -> PackRef {
    PackRef { name: pack.name.clone(), version: pack.version.clone(), sha256: pack.sha256.clone() }
}

/// The verdicts against the latest assessment that was kept of the packs as they were.
fn since_kept(
    args: &Update,
    old: &Lock,
    now: &Workspace,
    gone: &[String],
    terminal: &Terminal,
) -> Result<Vec<Line>, Status> {
    let list = gone.join(terminal.say("、", ", "));
    let Some(record) = kept_of(&args.path, old, now) else {
        let file = kept::folder(&args.path).display().to_string();
        return Ok(vec![Line::Text(match terminal.lang {
            Lang::Ja => format!(
                "前のパック ({list}) の内容が残っておらず、その判定結果も `{file}` にないので、比べられない。更新の前に \
                 `kijun assess --keep` を実行しておくか、パックを `archive` か `git` で指しておくと比べられる"
            ),
            Lang::En => format!(
                "the packs as they were ({list}) are not there any more, and `{file}` keeps no assessment of them, so nothing \
                 can be compared; run `kijun assess --keep` before the next update, or use `archive` or `git`"
            ),
        })]);
    };
    let Some(after) = assess::on_day(now, day(&record.as_of, terminal)?) else { return Ok(Vec::new()) };
    let mut out = vec![Line::Text(match terminal.lang {
        Lang::Ja => format!(
            "前のパック ({list}) の内容は残っていないので、残してある {} の判定結果と、同じ日の評価とを比べる",
            record.as_of
        ),
        Lang::En => format!(
            "the packs as they were ({list}) are not there any more: compared with the kept assessment of {}, on that day",
            record.as_of
        ),
    })];
    out.extend(verdicts(&record, &after, terminal));
    Ok(out)
}

/// The latest assessment in the workspace's history of exactly the packs of a lock.
fn kept_of(workspace: &Path, lock: &Lock, now: &Workspace) -> Option<AssessmentRecord> {
    let entries = std::fs::read_dir(kept::folder(workspace)).ok()?;
    let mut days: Vec<i32> = entries.filter_map(|e| kept::day_of(&e.ok()?.path())).collect();
    days.sort_unstable();
    let locked: BTreeSet<(&str, &str)> =
        lock.pack.iter().map(|p| (p.name.as_str(), p.sha256.as_str())).collect();
    // A pack at hand is in no lock.
    let at_hand = now.manifest.pack.as_ref().map(|p| p.name.as_str());
    days.into_iter().rev().find_map(|day| {
        let text = std::fs::read_to_string(kept::file(workspace, day)).ok()?;
        let record = parse_assessment(&text).ok()?;
        let others = record.packs.iter().filter(|p| Some(p.name.as_str()) != at_hand);
        let others: BTreeSet<(&str, &str)> = others.map(|p| (p.name.as_str(), p.sha256.as_str())).collect();
        (others == locked).then_some(record)
    })
}
