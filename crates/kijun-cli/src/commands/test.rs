use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kijun_engine::program::Property;
use kijun_exchange::results::{
    Command, Level, Results, Shortfall, Strict, Trial, diagnostic_results, trial_results,
};
use kijun_exchange::verification::facts_file;
use kijun_model::strength::Suite;
use kijun_model::{Failure, TestCase};
use kijun_prove::{Tried, Witness, try_properties};
use kijun_text::{Label, Lang};
use kijun_workspace::{Options, Workspace};
use owo_colors::Style;

use super::places::Places;
use super::{Status, pages, refuse_load, refuse_text_file, system_day, targets, write_result};
use crate::args::{ItemFormat, Test};
use crate::diagnostics;
use crate::snippet::Drawing;
use crate::terminal::Terminal;

/// Runs the tests of packs; status 1 when one fails, 4 when there is none.
pub(crate) fn run(args: &Test, terminal: &Terminal) -> Status {
    if args.coverage.is_some() || args.mutate.is_some() {
        return super::strength::run(args, terminal);
    }
    tested(args, terminal).unwrap_or_else(|status| status)
}

fn tested(args: &Test, terminal: &Terminal) -> Result<Status, Status> {
    refuse_text_file(args.format, args.output.as_deref(), terminal)?;
    let places = Places::new();
    let mut results = Results::new(Command::Test, env!("CARGO_PKG_VERSION"));
    let (mut passed, mut failed) = (0, 0);
    let targets = targets(&args.path);
    let several = targets.len() > 1;
    for target in targets {
        let mut workspace =
            kijun_workspace::load(&target, &Options::default()).map_err(|e| refuse_load(terminal, &e))?;
        if workspace.has_errors() {
            diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
            results.append(broken(&workspace, &target, &places));
            written(args, results, terminal)?;
            return Ok(Status::Invalid);
        }
        let trials = run_tests(&mut workspace, args.filter.as_deref());
        let tried = if args.no_properties { Vec::new() } else { try_all(&workspace, args.filter.as_deref()) };
        let refuted = tried.iter().filter(|t| t.refuting.is_some()).count();
        let bad = trials.iter().filter(|(_, failures)| !failures.is_empty()).count() + refuted;
        let good = trials.len() + tried.len() - bad;
        if args.format == ItemFormat::Text {
            trials.iter().for_each(|(case, failures)| tell(case, failures, &workspace, terminal));
            tried.iter().for_each(|t| tell_refuted(t, &workspace, terminal));
            // The total says it where there is one target only.
            if several && good + bad > 0 && !terminal.quiet {
                terminal.print(&format!("{}: {}\n", target.display(), counts(terminal, good, bad)));
            }
        } else {
            let of_tests = trials.iter().map(|(case, failures)| trial(case, failures));
            let of_properties = tried.iter().filter_map(|t| property_trial(t, &workspace));
            let trials: Vec<Trial> = of_tests.chain(of_properties).collect();
            let shown = places.shown(&target);
            let version = env!("CARGO_PKG_VERSION");
            results.append(places.with(&workspace, |paths| trial_results(version, &shown, &trials, paths)));
        }
        passed += good;
        failed += bad;
    }
    if args.format == ItemFormat::Text {
        terminal.print(&format!("{}\n", counts(terminal, passed, failed)));
    }
    written(args, results, terminal)?;
    Ok(match (passed, failed) {
        (0, 0) => Status::NothingEvaluated,
        (_, 0) => Status::Ok,
        _ => Status::Findings,
    })
}

fn written(args: &Test, mut results: Results, terminal: &Terminal) -> Result<(), Status> {
    let Some(format) = args.format.items() else { return Ok(()) };
    results.decide(Strict { from: Some(Level::Error), undecided: false, unused: false });
    write_result(args.output.as_deref(), &results.write(format, terminal.lang), terminal)
}

/// Packs that are wrong, where no test was run.
fn broken(workspace: &Workspace, target: &Path, places: &Places) -> Results {
    places.with(workspace, |paths| {
        let (version, target) = (env!("CARGO_PKG_VERSION"), places.shown(target));
        diagnostic_results(Command::Test, version, &target, &workspace.diagnostics, paths, &pages(None))
    })
}

fn trial(case: &TestCase, failures: &[Failure]) -> Trial {
    let shortfalls = failures.iter().map(|failure| match failure {
        Failure::Facts(problem) => Shortfall { message: problem.message.clone(), span: problem.span },
        Failure::Differs { span, found } => Shortfall {
            message: Label::new(
                format!("期待と違います: {}", found.get(Lang::Ja)),
                format!("not as expected: {}", found.get(Lang::En)),
            ),
            span: *span,
        },
    });
    Trial { name: case.name.clone(), span: case.span, shortfalls: shortfalls.collect() }
}

fn counts(terminal: &Terminal, passed: usize, failed: usize) -> String {
    match terminal.lang {
        Lang::Ja => format!("テスト: 合格 {passed}、失敗 {failed}"),
        Lang::En => format!("{passed} passed, {failed} failed"),
    }
}

fn run_tests(workspace: &mut Workspace, filter: Option<&str>) -> Vec<(Arc<TestCase>, Vec<Failure>)> {
    let today = workspace.as_of().unwrap_or_else(system_day);
    let mut out = Vec::new();
    for suite in suites(workspace, filter) {
        out.extend(suite.cases.into_iter().map(|case| {
            let failures = kijun_model::run_case(&suite.program, &case, today);
            (case, failures)
        }));
    }
    out.sort_by_key(|(case, _)| case.span);
    out
}

/// Tries random facts on the properties of the pack or workspace itself.
fn try_all(workspace: &Workspace, filter: Option<&str>) -> Vec<Tried> {
    let files = super::own_modules(workspace).into_iter().collect();
    let options = kijun_prove::Options { files: Some(files), ..kijun_prove::Options::default() };
    let compiled = &workspace.compiled;
    let is_wanted = |p: &Property| filter.is_none_or(|f| p.name.ja.contains(f) || p.name.en.contains(f));
    let tried = try_properties(&compiled.program, &compiled.properties, &options).into_iter();
    tried.filter(|t| compiled.properties.get(t.property).is_some_and(is_wanted)).collect()
}

fn property_trial(tried: &Tried, workspace: &Workspace) -> Option<Trial> {
    let property = workspace.compiled.properties.get(tried.property)?;
    let shortfall = |witness: &Witness| Shortfall {
        message: refuting(&facts_file(&workspace.compiled.program, &witness.facts)),
        span: property.span,
    };
    let shortfalls = tried.refuting.iter().map(shortfall).collect();
    Some(Trial { name: property.name.ja.clone(), span: property.span, shortfalls })
}

fn refuting(facts: &str) -> Label {
    Label::new(
        format!("反証する事実があります。`kijun verify` も探します:\n{facts}"),
        format!("there are facts that refute it; `kijun verify` looks for them, too:\n{facts}"),
    )
}

/// Says on standard error which facts refute a property.
fn tell_refuted(tried: &Tried, workspace: &Workspace, terminal: &Terminal) {
    let (Some(property), Some(witness)) =
        (workspace.compiled.properties.get(tried.property), &tried.refuting)
    else {
        return;
    };
    let style = Style::new().red().bold();
    let name = property.name.or(terminal.lang, "");
    terminal.warn(&format!("{} {name}\n", terminal.paint(terminal.say("失敗", "FAILED"), style)));
    let drawing = Drawing {
        head: terminal
            .say("この性質を反証する事実があります", "there are facts that refute this property")
            .to_owned(),
        code: None,
        severity: miette::Severity::Error,
        labels: vec![(property.span, String::new())],
        footer: facts_file(&workspace.compiled.program, &witness.facts),
        sources: &workspace.sources,
    };
    terminal.warn(&drawing.draw(terminal.error_color, terminal.width));
}

/// The tests of a workspace by their parameters: most share one program.
pub(super) fn suites(workspace: &mut Workspace, filter: Option<&str>) -> Vec<Suite> {
    let cases = workspace.compiled.tests.clone();
    let mut suites: BTreeMap<String, Suite> = BTreeMap::new();
    for case in cases.into_iter().filter(|c| filter.is_none_or(|f| c.name.contains(f))) {
        let suite = suites.entry(format!("{:?}", case.overrides)).or_insert_with(|| Suite {
            program: workspace.recompile(case.overrides.clone()).program,
            cases: Vec::new(),
        });
        suite.cases.push(case);
    }
    suites.into_values().collect()
}

/// Says on standard error how a test fails.
fn tell(case: &TestCase, failures: &[Failure], workspace: &Workspace, terminal: &Terminal) {
    if failures.is_empty() {
        return;
    }
    let style = Style::new().red().bold();
    terminal.warn(&format!("{} {}\n", terminal.paint(terminal.say("失敗", "FAILED"), style), case.name));
    failures.iter().for_each(|f| terminal.warn(&drawn(f, workspace, terminal)));
}

fn drawn(failure: &Failure, workspace: &Workspace, terminal: &Terminal) -> String {
    let (head, span, label) = match failure {
        Failure::Facts(problem) => (terminal.text(&problem.message).to_owned(), problem.span, String::new()),
        Failure::Differs { span, found } => {
            let head = terminal.say("期待と違います", "not as expected").to_owned();
            (head, *span, terminal.text(found).to_owned())
        }
    };
    let drawing = Drawing {
        head,
        code: None,
        severity: miette::Severity::Error,
        labels: vec![(span, label)],
        footer: String::new(),
        sources: &workspace.sources,
    };
    drawing.draw(terminal.error_color, terminal.width)
}
