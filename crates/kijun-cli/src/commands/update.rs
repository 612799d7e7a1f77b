//! `kijun update`: the packs as they are now go into `kijun.lock`, and what that changes is said.

mod json;
mod outline;
mod report;

use std::collections::BTreeSet;
use std::path::Path;

use kijun_exchange::PackRef;
use kijun_exchange::diff::{
    AssessmentDiff, AssessmentRecord, Reevaluated, diff_assessments, markdown, parse_assessment,
};
use kijun_model::Declared;
use kijun_text::{Label, Severity};
use kijun_workspace::{LOCK, LoadedPack, Lock, LockedPack, Options, Workspace};

use self::json::update_json;
use self::outline::update_outline;
use self::report::{PackChange, UpdateReport, Verdicts};
use super::{Status, assess, day, kept, lines, refuse_load, sound, write_result};
use crate::args::{Update, UpdateFormat};
use crate::diagnostics;
use crate::terminal::Terminal;

const ENGINE: &str = env!("CARGO_PKG_VERSION");

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
    let is_same = old.as_ref() == Some(&new);
    let writes = !is_same && !args.dry_run;
    explain(args, &options, old.as_ref().filter(|_| !is_same), &now, today, terminal)?;
    if writes {
        write_result(Some(&file), new.text().as_bytes(), terminal)?;
    }
    let said = match (is_same, writes) {
        (true, _) => (
            format!("`{shown}` は今のとおりです(パック {count})\n"),
            format!("`{shown}` is up to date ({count} packs)\n"),
        ),
        (false, true) => (
            format!("`{shown}` を書きました(パック {count})\n"),
            format!("`{shown}` was written ({count} packs)\n"),
        ),
        (false, false) => (
            format!("`{shown}` は書き換えていません (--dry-run)\n"),
            format!("`{shown}` was not written (--dry-run)\n"),
        ),
    };
    if !terminal.quiet {
        terminal.warn(terminal.text(&Label::new(said.0, said.1)));
    }
    Ok(())
}

/// Says what is another than the lock has it, and which verdicts change; nothing where there is no lock that differs.
fn explain(
    args: &Update,
    options: &Options,
    old: Option<&Lock>,
    now: &Workspace,
    today: i32,
    terminal: &Terminal,
) -> Result<(), Status> {
    let Some(old) = old else {
        let report = UpdateReport { packs: &[], verdicts: Verdicts::NotAsked };
        return match args.format {
            UpdateFormat::Json => shown(args, &report, terminal),
            UpdateFormat::Text | UpdateFormat::Md => Ok(()),
        };
    };
    let load = |lock: &Lock| {
        kijun_workspace::load_locked(&args.path, options, lock).map_err(|e| refuse_load(terminal, &e))
    };
    // Packs that are not there any more as they were are known by their digest only; of the others, what they declared.
    let (before, gone) = match load(old)? {
        Ok(before) => (Some(before), Vec::new()),
        Err(gone) => (load(&old.without(&gone))?.ok(), gone),
    };
    let packs = changed(old, now, before.as_ref());
    let report = |verdicts| UpdateReport { packs: &packs, verdicts };
    if packs.is_empty() || now.manifest.workspace.is_none() {
        return shown(args, &report(Verdicts::NotAsked), terminal);
    }
    let Some(before) = before.filter(|_| gone.is_empty()) else {
        let Some(record) = kept_of(&args.path, old, now) else {
            let reason = nothing_kept(&gone, &kept::folder(&args.path));
            return shown(args, &report(Verdicts::Unknown(reason)), terminal);
        };
        let after = assess::on_day(now, day(&record.as_of, terminal)?, terminal);
        let diff = after.as_ref().and_then(|after| difference(&record, after));
        let verdicts = diff.map_or(Verdicts::NotAsked, |diff| Verdicts::SinceKept {
            gone: &gone,
            as_of: &record.as_of,
            diff: Box::new(diff),
        });
        return shown(args, &report(verdicts), terminal);
    };
    if let Some(first) = before.diagnostics.iter().find(|d| d.severity == Severity::Error) {
        let reason = Label::new(
            format!("今の作業場所は前のパックではエラーになり、比べられない({})", first.message.ja),
            format!(
                "with the packs as they were, the workspace as it is has errors, so nothing can be compared ({})",
                first.message.en
            ),
        );
        return shown(args, &report(Verdicts::Unknown(reason)), terminal);
    }
    let records = assess::on_day(&before, today, terminal).zip(assess::on_day(now, today, terminal));
    let diff = records.as_ref().and_then(|(before, after)| difference(before, after));
    let verdicts = diff.map_or(Verdicts::NotAsked, |diff| Verdicts::Compared(Box::new(diff)));
    shown(args, &report(verdicts), terminal)
}

fn shown(args: &Update, report: &UpdateReport<'_>, terminal: &Terminal) -> Result<(), Status> {
    let outline = || update_outline(report, terminal.lang);
    let bytes = match args.format {
        UpdateFormat::Text => lines::text(&outline(), terminal, args.output.is_some()),
        UpdateFormat::Md => markdown(&outline()).into_bytes(),
        UpdateFormat::Json => lines::json(&update_json(report, ENGINE, args.dry_run)),
    };
    write_result(args.output.as_deref(), &bytes, terminal)?;
    if args.output.is_none() && args.format == UpdateFormat::Text {
        terminal.print("\n");
    }
    Ok(())
}

fn difference<'r>(before: &'r AssessmentRecord, after: &'r AssessmentRecord) -> Option<AssessmentDiff<'r>> {
    let mut diff = diff_assessments(before, after)?;
    if diff.needs_reevaluation() {
        diff.attribute(Ok(Reevaluated { on_old_day: after, on_new_day: after }));
    }
    Some(diff)
}

fn nothing_kept(gone: &[String], folder: &Path) -> Label {
    let folder = folder.display();
    Label::new(
        format!(
            "前のパック ({}) の内容が残っておらず、その判定結果も `{folder}` にないので、比べられない。更新の前に \
             `kijun assess --keep` を実行しておくか、パックを `archive` か `git` で指しておくと比べられる",
            gone.join("、")
        ),
        format!(
            "the packs as they were ({}) are not there any more, and `{folder}` keeps no assessment of them, so nothing \
             can be compared; run `kijun assess --keep` before the next update, or use `archive` or `git`",
            gone.join(", ")
        ),
    )
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
