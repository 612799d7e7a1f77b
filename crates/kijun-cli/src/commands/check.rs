use std::path::Path;

use kijun_model::review::CoverageLevel;
use kijun_model::{Census, census};
use kijun_workspace::{Options, Workspace};

use super::review::Review;
use super::{Status, refuse_load, targets};
use crate::args::RemarksArg;
use crate::diagnostics;
use crate::terminal::Terminal;

/// Parses, resolves and type-checks, and tells what is open as a whole; status 2 when something is wrong.
pub(crate) fn run(
    path: &Path,
    with_census: bool,
    coverage: Option<RemarksArg>,
    terminal: &Terminal,
) -> Status {
    let mut status = Status::Ok;
    for target in targets(path) {
        let workspace = match kijun_workspace::load(&target, &Options::default()) {
            Ok(workspace) => workspace,
            Err(error) => return refuse_load(terminal, &error),
        };
        let level = level(coverage, &workspace);
        // What is open is only known of what is sound.
        let review = (!workspace.has_errors() && !with_census && level != CoverageLevel::Off)
            .then(|| Review::new(&workspace));
        let items = review.as_ref().filter(|_| level == CoverageLevel::Items);
        let mut told = workspace.diagnostics.clone();
        told.extend(items.map(|r| r.items(&workspace)).unwrap_or_default());
        if diagnostics::show(terminal, &workspace.sources, &told) {
            status = Status::Invalid;
            continue;
        }
        if with_census {
            census_of(&workspace, terminal);
            continue;
        }
        if terminal.quiet {
            continue;
        }
        terminal.print(&format!("{}: {}\n", target.display(), sound(&workspace, terminal)));
        if let Some(review) = review {
            terminal.print(&review.summary(&workspace, level, terminal));
        }
    }
    status
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
