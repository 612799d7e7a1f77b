use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kijun_engine::program::{Const, Program};
use kijun_model::Failure;
use kijun_text::Lang;
use kijun_workspace::{Options, Workspace};
use owo_colors::Style;

use super::{Status, refuse_load, system_day, targets};
use crate::diagnostics;
use crate::snippet::Drawing;
use crate::terminal::Terminal;

/// Runs the tests of packs; status 1 when one fails, 4 when there is none.
pub(crate) fn run(path: &Path, filter: Option<&str>, terminal: &Terminal) -> Status {
    let (mut passed, mut failed) = (0, 0);
    for target in targets(path) {
        let mut workspace = match kijun_workspace::load(&target, &Options::default()) {
            Ok(workspace) => workspace,
            Err(error) => return refuse_load(terminal, &error),
        };
        if workspace.has_errors() {
            diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
            return Status::Invalid;
        }
        let (good, bad) = run_tests(&mut workspace, filter, terminal);
        if good + bad > 0 && !terminal.quiet {
            terminal.print(&format!("{}: {}\n", target.display(), counts(terminal, good, bad)));
        }
        passed += good;
        failed += bad;
    }
    terminal.print(&format!("{}\n", counts(terminal, passed, failed)));
    match (passed, failed) {
        (0, 0) => Status::NothingEvaluated,
        (_, 0) => Status::Ok,
        _ => Status::Findings,
    }
}

fn counts(terminal: &Terminal, passed: usize, failed: usize) -> String {
    match terminal.lang {
        Lang::Ja => format!("テスト: 合格 {passed}、失敗 {failed}"),
        Lang::En => format!("{passed} passed, {failed} failed"),
    }
}

fn run_tests(workspace: &mut Workspace, filter: Option<&str>, terminal: &Terminal) -> (usize, usize) {
    let (mut passed, mut failed) = (0, 0);
    let cases = workspace.compiled.tests.clone();
    // Programs by their parameters: most tests share one.
    let mut programs: BTreeMap<String, Arc<Program>> = BTreeMap::new();
    for case in cases.iter().filter(|c| filter.is_none_or(|f| c.name.contains(f))) {
        let key = format!("{:?}", case.overrides);
        let program = programs.entry(key).or_insert_with(|| compile(workspace, &case.overrides));
        let today = workspace.as_of().unwrap_or_else(system_day);
        let failures = kijun_model::run_case(program, case, today);
        if failures.is_empty() {
            passed += 1;
        } else {
            failed += 1;
            let style = Style::new().red().bold();
            terminal.warn(&format!(
                "{} {}\n",
                terminal.paint(terminal.say("失敗", "FAILED"), style),
                case.name
            ));
            failures.into_iter().for_each(|f| terminal.warn(&drawn(f, workspace, terminal)));
        }
    }
    (passed, failed)
}

fn compile(workspace: &mut Workspace, overrides: &BTreeMap<String, Const>) -> Arc<Program> {
    workspace.recompile(overrides.clone()).program
}

fn drawn(failure: Failure, workspace: &Workspace, terminal: &Terminal) -> String {
    let (head, span, label) = match failure {
        Failure::Facts(problem) => (terminal.text(&problem.message).to_owned(), problem.span, String::new()),
        Failure::Differs { span, found } => {
            let head = terminal.say("期待と違います", "not as expected").to_owned();
            (head, span, terminal.text(&found).to_owned())
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
