use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Const, Program, RequirementId};
use kijun_engine::{Evaluation, assessment::Assessment};
use kijun_exchange::{rule_name, subject_id};
use kijun_facts::Store;
use kijun_model::{Expect, Target, TestCase, build_facts};
use kijun_text::{Lang, Severity};
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
        let failures = run_case(program, case, workspace, terminal);
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
            failures.iter().for_each(|f| terminal.warn(f));
        }
    }
    (passed, failed)
}

fn compile(workspace: &mut Workspace, overrides: &BTreeMap<String, Const>) -> Arc<Program> {
    workspace.recompile(overrides.clone()).program
}

fn run_case(program: &Program, case: &TestCase, workspace: &Workspace, terminal: &Terminal) -> Vec<String> {
    let sources = &workspace.sources;
    let (store, problems) = build_facts(case, &program.schema);
    let errors: Vec<_> = problems.iter().filter(|d| d.severity == Severity::Error).collect();
    if !errors.is_empty() {
        let draw = |head: String, span| Drawing {
            head,
            code: None,
            severity: miette::Severity::Error,
            labels: vec![(span, String::new())],
            footer: String::new(),
            sources,
        };
        let text = |d: &&kijun_text::Diagnostic| draw(terminal.text(&d.message).to_owned(), d.span);
        return errors.iter().map(|d| text(d).draw(terminal.error_color, terminal.width)).collect();
    }
    let today = case.as_of.or_else(|| workspace.as_of()).unwrap_or_else(system_day);
    let evaluation = Evaluation::new(program, &store, today);
    let assessment = evaluation.assessment();
    let result = Outcome { program, store: &store, evaluation: &evaluation, assessment: &assessment };
    let mut failures = Vec::new();
    for expect in &case.expects {
        if let Some(found) = result.differs(expect, terminal) {
            let drawing = Drawing {
                head: terminal.say("期待と違います", "not as expected").to_owned(),
                code: None,
                severity: miette::Severity::Error,
                labels: vec![(expect.span, found)],
                footer: String::new(),
                sources,
            };
            failures.push(drawing.draw(terminal.error_color, terminal.width));
        }
    }
    failures
}

struct Outcome<'r> {
    program: &'r Program,
    store: &'r Store,
    evaluation: &'r Evaluation<'r>,
    assessment: &'r Assessment,
}

impl Outcome<'_> {
    /// What was found instead of what is expected.
    fn differs(&self, expect: &Expect, terminal: &Terminal) -> Option<String> {
        match expect.verdict {
            Some(wanted) => {
                let found = self.verdict(expect);
                (found != Some(wanted)).then(|| match found {
                    Some(v) => format!("{} {}", terminal.say("結果は", "found"), v.name()),
                    None => terminal
                        .say("この対象の判定はありません", "there is no verdict on this subject")
                        .to_owned(),
                })
            }
            None => self.unexpected(expect, terminal),
        }
    }

    fn is_subject(&self, expect: &Expect, subject: SubjectRef) -> bool {
        expect.subject.as_deref().is_none_or(|id| subject_id(self.store, "", subject) == Some(id))
    }

    fn of_target(&self, expect: &Expect, requirement: RequirementId, rule: RuleRef) -> bool {
        match &expect.target {
            Some(Target::Requirement(id)) => *id == requirement,
            Some(Target::Rule(name)) => rule_name(self.program, rule) == name,
            None => true,
        }
    }

    /// The rolled-up verdict of a requirement, or the worst one of a rule or of a subject.
    fn verdict(&self, expect: &Expect) -> Option<Verdict> {
        if let (Some(Target::Requirement(id)), None) = (&expect.target, &expect.subject) {
            return self.assessment.requirements.iter().find(|r| r.requirement == *id).map(|r| r.verdict);
        }
        let requirements: Vec<RequirementId> = match &expect.target {
            Some(Target::Requirement(id)) => vec![*id],
            _ => (0..self.program.requirements.len()).map(|i| RequirementId(i as u32)).collect(),
        };
        let outcomes = requirements.into_iter().flat_map(|id| {
            let of = self.evaluation.outcomes_of(id).into_iter();
            of.map(move |(rule, subject, verdict)| (id, rule, subject, verdict))
        });
        outcomes
            .filter(|(id, rule, subject, _)| {
                self.of_target(expect, *id, *rule) && self.is_subject(expect, *subject)
            })
            .map(|(_, _, _, verdict)| verdict)
            .min()
    }

    fn unexpected(&self, expect: &Expect, terminal: &Terminal) -> Option<String> {
        let finding = self.assessment.findings.iter().find(|f| {
            let related = self.of_target(expect, f.requirement, f.rule);
            related && f.verdict != Verdict::Waived && self.is_subject(expect, f.subject)
        })?;
        Some(format!("{}: {}", finding.verdict.name(), terminal.text(&finding.message)))
    }
}
