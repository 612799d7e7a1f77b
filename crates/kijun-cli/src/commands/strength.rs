//! `kijun test --coverage` and `--mutate`: how much the tests of packs say.

use std::collections::BTreeSet;

use kijun_engine::exercise::Exercise;
use kijun_engine::mutant::{Mutant, with_blanks};
use kijun_engine::program::Program;
use kijun_exchange::diff::Line;
use kijun_exchange::results::Paths;
use kijun_exchange::strength::{
    MutationContext, PackStrength, Standing, StrengthJson, Survivor, Tally, exercise_lcov, exercise_lines,
    exercise_page, mutation_lines, survivor_named,
};
use kijun_model::strength::{Suite, exercised, mutate};
use kijun_model::{Acceptance, SURVIVOR};
use kijun_prove::is_not_told_apart;
use kijun_text::FileId;
use kijun_workspace::{Options, Workspace};
use rayon::prelude::*;

use super::places::Places;
use super::test::suites;
use super::{Status, lines, own_modules, refuse_load, system_day, targets, told, write_result};
use crate::args::{CoverageForm, MutationForm, Test};
use crate::diagnostics;
use crate::terminal::Terminal;

/// Status 1 below the threshold, where a test fails anyway, or where something is accepted that is no survivor; 4 when there is no test.
pub(super) fn run(args: &Test, terminal: &Terminal) -> Status {
    measured(args, terminal).unwrap_or_else(|status| status)
}

/// What has been found so far, in the form that is asked for.
struct Found {
    lines: Vec<Line>,
    json: StrengthJson,
    text: String,
    /// How many entries of `[[accepted]]` are for nothing.
    unused: usize,
}

fn measured(args: &Test, terminal: &Terminal) -> Result<Status, Status> {
    let places = Places::new();
    let json = StrengthJson::new(env!("CARGO_PKG_VERSION"));
    let mut found = Found { lines: Vec::new(), json, text: String::new(), unused: 0 };
    let (mut tests, mut failing, mut short) = (0, 0, false);
    for target in targets(&args.path) {
        let mut workspace =
            kijun_workspace::load(&target, &Options::default()).map_err(|e| refuse_load(terminal, &e))?;
        if workspace.has_errors() {
            diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
            return Err(Status::Invalid);
        }
        let suites = suites(&mut workspace, args.filter.as_deref());
        let count: usize = suites.iter().map(|s| s.cases.len()).sum();
        if count == 0 {
            continue;
        }
        tests += count;
        failing += failures(&suites, &workspace);
        let title = places.shown(&target);
        let tally = places.with(&workspace, |paths| {
            measure(args, &title, &workspace, &suites, paths, terminal, &mut found)
        });
        let least = args.min_coverage.or(args.min_score).unwrap_or(0.0);
        short |= (tally.per_mille() as f64) < least * 10.0;
    }
    if tests == 0 {
        return Ok(Status::NothingEvaluated);
    }
    let bytes = match (args.coverage, args.mutate) {
        (Some(CoverageForm::Json), _) | (_, Some(MutationForm::Json)) => lines::json(&found.json),
        (Some(CoverageForm::Lcov | CoverageForm::Html), _) => found.text.into_bytes(),
        _ => lines::text(&found.lines, terminal, args.output.is_some()),
    };
    write_result(args.output.as_deref(), &bytes, terminal)?;
    if failing > 0 {
        terminal.warn(&match terminal.lang {
            kijun_text::Lang::Ja => {
                format!("失敗するテストが {failing} 件あります。まず `kijun test` で確かめてください\n")
            }
            kijun_text::Lang::En => format!("{failing} test(s) fail: see `kijun test` first\n"),
        });
    }
    Ok(if failing > 0 || short || found.unused > 0 { Status::Findings } else { Status::Ok })
}

fn failures(suites: &[Suite], workspace: &Workspace) -> usize {
    let today = workspace.as_of().unwrap_or_else(system_day);
    let failing = |suite: &Suite| {
        let fails =
            suite.cases.iter().filter(|c| !kijun_model::run_case(&suite.program, c, today).is_empty());
        fails.count()
    };
    suites.iter().map(failing).sum()
}

fn measure(
    args: &Test,
    title: &str,
    workspace: &Workspace,
    suites: &[Suite],
    paths: &Paths<'_>,
    terminal: &Terminal,
    found: &mut Found,
) -> Tally {
    let (own, today) = (own_modules(workspace), workspace.as_of().unwrap_or_else(system_day));
    let Some(form) = args.coverage else {
        let context = mutated(workspace, suites, &own, today, paths);
        found.lines.extend(mutation_lines(&context, title, paths, terminal.lang));
        found.json.packs.push(PackStrength::new(title, None, Some(&context), paths));
        found.unused += context.unused.len();
        return context.tally();
    };
    let exercise: Exercise = exercised(suites, &own, today);
    match form {
        CoverageForm::Lcov => found.text.push_str(&exercise_lcov(&exercise, paths)),
        CoverageForm::Html => found.text.push_str(&exercise_page(&exercise, paths, terminal.lang)),
        CoverageForm::Text => found.lines.extend(exercise_lines(&exercise, title, paths, terminal.lang)),
        CoverageForm::Json => found.json.packs.push(PackStrength::new(title, Some(&exercise), None, paths)),
    }
    Tally::of(&exercise)
}

/// The rules changed one thing at a time, with what is to be said of the changes that no test notices.
fn mutated<'w>(
    workspace: &'w Workspace,
    suites: &[Suite],
    own: &BTreeSet<FileId>,
    today: i32,
    paths: &Paths<'_>,
) -> MutationContext<'w> {
    let mutation = mutate(suites, own, today);
    let program = &workspace.compiled.program;
    let options = kijun_prove::Options::default();
    let blanked: Vec<Program> = suites.iter().map(|suite| with_blanks(&suite.program)).collect();
    let is_the_same = |mutant: &Mutant| blanked.iter().all(|p| is_not_told_apart(p, mutant, &options));
    let same: Vec<bool> = mutation.survivors.par_iter().map(|(mutant, _)| is_the_same(mutant)).collect();
    let entries = workspace.accepted();
    let mut acceptance = Acceptance::new(&entries);
    let mut survivors = Vec::new();
    for ((mutant, reached), same) in mutation.survivors.into_iter().zip(same) {
        let reason = acceptance.reason(&told(SURVIVOR, survivor_named(program, &mutant, paths))).cloned();
        let standing = match reason {
            _ if same => Standing::NotToldApart,
            Some(reason) => Standing::Accepted(reason),
            None => Standing::Open,
        };
        survivors.push(Survivor { mutant, reached, standing });
    }
    let unused = acceptance.unused(|finding| finding == SURVIVOR).into_iter();
    let unused = unused.filter(|(_, _, span)| workspace.looks_at(*span));
    let unused = unused.map(|(_, of, span)| (of.to_owned(), span)).collect();
    MutationContext { program, killed: mutation.killed, survivors, scope: options.scope, unused }
}
