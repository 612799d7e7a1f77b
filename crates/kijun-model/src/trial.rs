//! Runs a `test`: its facts through the engine, its expectations against what came out.

use kijun_engine::assessment::{Assessment, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Program, RequirementId};
use kijun_engine::{Detail, Evaluation};
use kijun_facts::Store;
use kijun_text::{Diagnostic, Label, Severity, Span};

use crate::cases::{Expect, Target, TestCase, build_facts};

/// Why a test fails.
#[derive(Debug, Clone)]
pub enum Failure {
    /// Its facts are wrong, so that nothing was evaluated.
    Facts(Box<Diagnostic>),
    /// Something else came out than is expected there.
    Differs { span: Span, found: Label },
}

/// What fails of a test; nothing when it passes. `today` counts where the test states no day.
pub fn run_case(program: &Program, case: &TestCase, today: i32) -> Vec<Failure> {
    let (store, problems) = build_facts(case, &program.schema);
    let errors = problems.into_iter().filter(|d| d.severity == Severity::Error);
    let errors: Vec<Failure> = errors.map(|error| Failure::Facts(Box::new(error))).collect();
    if !errors.is_empty() {
        return errors;
    }
    let evaluation = Evaluation::new(program, &store, case.as_of.unwrap_or(today));
    differs(program, &store, &evaluation, case)
}

/// What comes out other than a test expects.
pub(crate) fn differs(
    program: &Program,
    store: &Store,
    evaluation: &Evaluation<'_>,
    case: &TestCase,
) -> Vec<Failure> {
    let assessment = evaluation.assessment_with(Detail::Message);
    let outcome = Outcome { program, store, evaluation, assessment: &assessment };
    let differs = |e: &Expect| Some(Failure::Differs { span: e.span, found: outcome.differs(e)? });
    case.expects.iter().filter_map(differs).collect()
}

struct Outcome<'r> {
    program: &'r Program,
    store: &'r Store,
    evaluation: &'r Evaluation<'r>,
    assessment: &'r Assessment,
}

impl Outcome<'_> {
    /// What was found instead of what is expected.
    fn differs(&self, expect: &Expect) -> Option<Label> {
        let Some(wanted) = expect.verdict else { return self.unexpected(expect) };
        match self.verdict(expect) {
            Some(found) if found == wanted => None,
            Some(found) => {
                let name = found.name();
                Some(Label::new(format!("結果は {name}"), format!("found {name}")))
            }
            None => Some(Label::new("この対象の判定はありません", "there is no verdict on this subject")),
        }
    }

    fn is_subject(&self, expect: &Expect, subject: SubjectRef) -> bool {
        let id = || match subject {
            SubjectRef::Facility => Some(""),
            SubjectRef::Record(kind, row) => Some(self.store.id_text(kind, row as usize)),
            SubjectRef::Register(_) => None,
        };
        expect.subject.as_deref().is_none_or(|wanted| id() == Some(wanted))
    }

    fn of_target(&self, expect: &Expect, requirement: RequirementId, rule: RuleRef) -> bool {
        match &expect.target {
            Some(Target::Requirement(id)) => *id == requirement,
            Some(Target::Rule(name)) => rule.name(self.program) == name,
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

    fn unexpected(&self, expect: &Expect) -> Option<Label> {
        let finding = self.assessment.findings.iter().find(|f| {
            let related = self.of_target(expect, f.requirement, f.rule);
            related && f.verdict != Verdict::Waived && self.is_subject(expect, f.subject)
        })?;
        let (name, said) = (finding.verdict.name(), &finding.message);
        let en = if said.en.is_empty() { &said.ja } else { &said.en };
        let ja = if said.ja.is_empty() { &said.en } else { &said.ja };
        Some(Label::new(format!("{name}: {ja}"), format!("{name}: {en}")))
    }
}

#[cfg(test)]
mod tests {
    use kijun_text::{FileId, Sources};

    use super::*;
    use crate::{Input, Trees, compile};

    fn check(test: &str, expected: &[&str]) {
        let norms = "catalog m \"規範\" { edition \"1\" }\nrequirement m:1 \"一\"\nentity vendor \"事業者\" { ok \"可\": bool }\n\
            check c for m:1 { each v: vendor require v.ok en \"not ok\" }\n";
        let text = format!("{norms}test \"t\" {{ {test} }}\n");
        let mut sources = Sources::default();
        let file: FileId = sources.add("a.kijun", text);
        let mut trees = Trees::default();
        trees.load(&mut sources, &[file]);
        let compiled = compile(&mut sources, &mut trees, &Input { modules: vec![file], ..Input::default() });
        assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics);
        let failures = run_case(&compiled.program, &compiled.tests[0], 0);
        let shown: Vec<&str> = failures
            .iter()
            .map(|f| match f {
                Failure::Facts(d) => d.message.en.as_str(),
                Failure::Differs { found, .. } => found.en.as_str(),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_test_fails_where_something_else_comes_out() {
        let given = "given { vendor a { ok false } vendor b { } }";
        check(&format!("{given} expect m:1 violated for a expect c unknown for b"), &[]);
        check(&format!("{given} expect m:1 satisfied for a"), &["found violated"]);
        check(&format!("{given} expect no finding for a"), &["violated: not ok"]);
        check(&format!("{given} expect m:1 violated for z"), &["there is no verdict on this subject"]);
    }

    #[test]
    fn wrong_facts_fail_a_test() {
        check("given { vendor a { ok 7 } } expect m:1 violated", &["`7` is not yes or no"]);
    }
}
