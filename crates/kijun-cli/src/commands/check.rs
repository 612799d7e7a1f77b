use std::path::Path;

use kijun_exchange::results::{
    Baseline, Command, Decision, Level, Results, Strict, diagnostic_results, log_line, parse_results,
};
use kijun_model::lint::lint;
use kijun_model::review::CoverageLevel;
use kijun_model::{Census, census};
use kijun_text::{Diagnostic, Label, Severity};
use kijun_workspace::{Options, Workspace};

use super::places::Places;
use super::review::Review;
use super::{Status, fix, needs_lock, pages, refuse, refuse_load, refuse_text_file, targets, write_result};
use crate::args::{Check, CheckFailOn, ItemFormat, LintsArg, RemarksArg};
use crate::diagnostics;
use crate::terminal::Terminal;

/// Parses, resolves and type-checks, and tells what is open as a whole; status 2 when something is wrong.
pub(crate) fn run(args: &Check, terminal: &Terminal) -> Status {
    checked(args, terminal).unwrap_or_else(|status| status)
}

fn checked(args: &Check, terminal: &Terminal) -> Result<Status, Status> {
    refuse_text_file(args.format, args.output.as_deref(), terminal)?;
    let places = Places::new();
    let mut status = Status::Ok;
    let mut results = Results::new(Command::Check, env!("CARGO_PKG_VERSION"));
    let is_text = args.format == ItemFormat::Text;
    for target in targets(&args.path) {
        if args.locked {
            needs_lock(&target, terminal)?;
        }
        let workspace =
            kijun_workspace::load(&target, &Options::default()).map_err(|e| refuse_load(terminal, &e))?;
        let workspace = match args.fix {
            true => fix::fixed(workspace, &target, args.lints, terminal)?,
            false => workspace,
        };
        let level = level(args.coverage, &workspace);
        // What is open is only known of what is sound.
        let review = (!workspace.has_errors() && !args.census && level != CoverageLevel::Off)
            .then(|| Review::new(&workspace));
        let items = review.as_ref().filter(|_| level == CoverageLevel::Items);
        let remarks = items.map(|r| r.items(&workspace)).unwrap_or_default();
        let told = told(&workspace, args.lints, remarks);
        results.append(found(args, &workspace, &places.shown(&target), &told, &places));
        let is_wrong = if is_text {
            diagnostics::show(terminal, &workspace.sources, &told)
        } else {
            told.iter().any(|d| d.severity == Severity::Error)
        };
        if is_wrong {
            status = Status::Invalid;
            continue;
        }
        if args.census {
            census_of(&workspace, terminal);
            continue;
        }
        if terminal.quiet || !is_text {
            continue;
        }
        terminal.print(&format!("{}: {}\n", target.display(), sound(&workspace, terminal)));
        if let Some(review) = review {
            terminal.print(&review.summary(&workspace, level, terminal));
        }
    }
    let decision = decided(args, &mut results, &places, terminal)?;
    if let Some(format) = args.format.items() {
        write_result(args.output.as_deref(), &results.write(format, terminal.lang), terminal)?;
    }
    Ok(match (status, decision) {
        (Status::Ok, Decision::Failed) => Status::Findings,
        (status, _) => status,
    })
}

/// What is told of a workspace: what is wrong, what lints find as loudly as its manifest wants, and what is open as a whole.
fn told(workspace: &Workspace, which: LintsArg, remarks: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if which == LintsArg::Off {
        let is_lint = |d: &Diagnostic| lint(d.code).is_some() && d.severity < Severity::Error;
        return workspace.diagnostics.iter().filter(|d| !is_lint(d)).cloned().chain(remarks).collect();
    }
    let lints = workspace.lints([]);
    let all = workspace.diagnostics.iter().chain(lints.iter());
    let mut out: Vec<Diagnostic> = all.filter_map(|d| lints.told(d, which == LintsArg::All)).collect();
    // What stands in the file of a lint is read with it; what is of no module keeps its place.
    let place = |d: &Diagnostic| (workspace.sources.path(d.span.file), d.span, d.code);
    let order: Vec<&str> =
        workspace.diagnostics.iter().map(|d| workspace.sources.path(d.span.file)).collect();
    let rank = |d: &Diagnostic| {
        let path = workspace.sources.path(d.span.file);
        order.iter().position(|p| *p == path).unwrap_or(order.len())
    };
    out.sort_by(|a, b| (rank(a), place(a)).cmp(&(rank(b), place(b))));
    out.extend(remarks);
    out
}

/// The diagnostics as a list of items.
fn found(args: &Check, workspace: &Workspace, target: &str, told: &[Diagnostic], places: &Places) -> Results {
    let page = pages(args.docs.as_deref());
    places.with(workspace, |paths| {
        diagnostic_results(Command::Check, env!("CARGO_PKG_VERSION"), target, told, paths, &page)
    })
}

/// What of them decides, after what a baseline excuses.
fn decided(
    args: &Check,
    results: &mut Results,
    places: &Places,
    terminal: &Terminal,
) -> Result<Decision, Status> {
    if let Some(path) = &args.baseline {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = kijun_text::cannot_read(&shown, &error);
            refuse(terminal, &message, &Label::default())
        })?;
        let record = parse_results(&text, &shown, "check")
            .map_err(|error| refuse(terminal, &error.message, &error.help))?;
        results.mark_told(&record, Baseline { path: &places.shown(path), text: &text });
    }
    let from = match args.fail_on {
        CheckFailOn::Error => Level::Error,
        CheckFailOn::Warning => Level::Warning,
        CheckFailOn::Information => Level::Note,
    };
    let decision = results.decide(Strict { from: Some(from), undecided: false, unused: args.ratchet });
    if args.baseline.is_some() && !terminal.quiet {
        terminal.warn(&format!("{}\n", log_line(&results.figures(terminal.lang))));
        for excused in &results.unused {
            let line = excused.at.line().unwrap_or(1);
            let what = terminal.text(&excused.what);
            let text = format!("{}:{line}: {}: {what}", excused.at.path, excused.name);
            terminal.warn(&format!("  {}\n", log_line(&text)));
        }
    }
    Ok(decision)
}

/// The command line goes before the manifest.
fn level(wanted: Option<RemarksArg>, workspace: &Workspace) -> CoverageLevel {
    let wanted = wanted.map(|arg| match arg {
        RemarksArg::Off => CoverageLevel::Off,
        RemarksArg::Summary => CoverageLevel::Summary,
        RemarksArg::Items => CoverageLevel::Items,
    });
    wanted.or(workspace.coverage.show).unwrap_or_default()
}

fn sound(workspace: &Workspace, terminal: &Terminal) -> String {
    let program = &workspace.compiled.program;
    let requirements = program.requirements.iter().filter(|r| !r.is_section && r.withdrawn.is_none()).count();
    let rules = program.checks.len() + program.attests.len() + program.combinations.len();
    let records: usize = workspace.store.kinds.iter().map(kijun_facts::KindTable::len).sum();
    let (modules, tests) = (workspace.modules.len(), workspace.compiled.tests.len());
    match terminal.lang {
        kijun_text::Lang::Ja => format!(
            "問題ありません(モジュール {modules}、要求事項 {requirements}、規則 {rules}、テスト {tests}、事実の行 {records})"
        ),
        kijun_text::Lang::En => format!(
            "sound ({modules} modules, {requirements} requirements, {rules} rules, {tests} tests, {records} records)"
        ),
    }
}

/// One line per pack: the pack at hand, or all packs of a workspace.
fn census_of(workspace: &Workspace, terminal: &Terminal) {
    let at_hand = |root: &Path| workspace.manifest.pack.is_none() || root == workspace.root;
    for pack in workspace.packs.iter().filter(|p| at_hand(&p.root)) {
        let mut counted = census(&workspace.compiled, &pack.modules);
        // Only the tests of the pack at hand are read.
        if pack.root != workspace.root {
            counted.tests = 0;
        }
        terminal.print(&format!("{}: {}\n", pack.name, figures(&counted, terminal)));
    }
}

fn figures(c: &Census, terminal: &Terminal) -> String {
    let list = |counts: &mut dyn Iterator<Item = (&str, usize)>| -> String {
        let none = terminal.say("なし", "none");
        let shown = counts.map(|(name, n)| format!("{} {n}", if name.is_empty() { none } else { name }));
        shown.collect::<Vec<_>>().join(", ")
    };
    let levels = list(&mut c.levels.iter().map(|(name, n)| (name.as_str(), *n)));
    let marks = list(&mut c.marks.iter().map(|(name, n)| (*name, *n)));
    let parts = [
        (terminal.say("種類", "kinds"), c.kinds, ""),
        (terminal.say("節", "sections"), c.sections, ""),
        (terminal.say("要求事項", "requirements"), c.requirements, ""),
        (terminal.say("取り下げ", "withdrawn"), c.withdrawn, ""),
        (terminal.say("水準", "levels"), 0, levels.as_str()),
        (terminal.say("印", "marks"), 0, marks.as_str()),
        (terminal.say("規則あり", "checked"), c.checked, ""),
        (terminal.say("確認あり", "attested"), c.attested, ""),
        (terminal.say("未検証", "unverified"), c.unverified, ""),
        (terminal.say("本文未収録", "text not included"), c.without_text, ""),
        (terminal.say("対応付けあり", "mapped"), c.mapped, ""),
        (terminal.say("対応付け", "pairs"), c.pairs, ""),
        (terminal.say("合わせての主張", "joint claims"), c.joint, ""),
        (terminal.say("テスト", "tests"), c.tests, ""),
    ];
    let shown = parts.iter().filter_map(|(name, n, text)| match (n, text.is_empty()) {
        (0, true) => None,
        (n, true) => Some(format!("{name} {n}")),
        (_, false) => Some(format!("{name} ({text})")),
    });
    shown.collect::<Vec<_>>().join(" · ")
}
