//! The engine and the reference evaluator give the same verdicts on generated programs and facts.

use std::path::Path;
use std::sync::Arc;

use kijun_engine::ask::{Asked, Found, Question, answer};
use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Require, VarId};
use kijun_engine::truth::Truth;
use kijun_engine::{Evaluation, Session};
use kijun_testkit::drt::{self, Case, Tally};
use kijun_testkit::{compare, generate, reference};
use kijun_text::Lang;
use proptest::prelude::*;

fn cases(default: u32) -> ProptestConfig {
    let asked = std::env::var("KIJUN_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(default),
        max_shrink_iters: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn the_engine_agrees_with_the_reference_evaluator(scenario in generate::scenario()) {
        let store = scenario.store();
        let assessment = kijun_engine::assess(&scenario.program, &store, generate::TODAY);
        if let Err(difference) = compare(&scenario.program, &store, generate::TODAY, &assessment) {
            return Err(TestCaseError::fail(difference));
        }
    }
}

proptest! {
    #![proptest_config(cases(400))]

    /// With the reference evaluator's own property (soundness of ignorance), this makes it the engine's.
    #[test]
    fn they_agree_before_and_after_something_is_filled_in(case in generate::refinement()) {
        let program = &case.scenario.program;
        for store in [case.scenario.store(), case.refined.store(&program.schema)] {
            let assessment = kijun_engine::assess(program, &store, generate::TODAY);
            if let Err(difference) = compare(program, &store, generate::TODAY, &assessment) {
                return Err(TestCaseError::fail(difference));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn the_number_of_threads_changes_nothing(scenario in generate::scenario()) {
        let store = scenario.store();
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| format!("{:?}", kijun_engine::assess(&scenario.program, &store, generate::TODAY)))
        };
        prop_assert_eq!(run(1), run(4));
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_session_gives_what_an_evaluation_from_the_start_gives(steps in generate::changes()) {
        let first = &steps[0];
        let mut session = Session::new(Arc::new(first.program.clone()), first.store(), generate::TODAY);
        session.evaluate();
        for step in &steps {
            let store = step.store();
            let fresh = Evaluation::new(&step.program, &store, generate::TODAY).assessment();
            session.set_program(Arc::new(step.program.clone()));
            session.set_facts(store.clone());
            prop_assert_eq!(format!("{:?}", session.evaluate().assessment()), format!("{fresh:?}"));
        }
    }

    #[test]
    fn a_session_takes_single_values(case in generate::refinement()) {
        let program = Arc::new(case.scenario.program.clone());
        let mut session = Session::new(Arc::clone(&program), case.scenario.store(), generate::TODAY);
        session.evaluate();
        let known = session.store().clone();
        // Every cell becomes what another record has in its place, and the facts are what tells.
        for (kind, row, attr, value) in cells(&program, &known) {
            session.set(kind, row, attr, &value);
            let evaluated = format!("{:?}", session.evaluate().assessment());
            let store = session.store().clone();
            let fresh = Evaluation::new(&program, &store, generate::TODAY).assessment();
            prop_assert_eq!(evaluated, format!("{fresh:?}"));
        }
    }
}

proptest! {
    #![proptest_config(cases(400))]

    /// What a check requires of a record, asked outside all rules, is what the reference evaluator says of the check.
    #[test]
    fn a_question_is_answered_as_the_reference_evaluator_answers_it(mut scenario in generate::scenario()) {
        let program = &mut scenario.program;
        program.combinations.clear();
        for check in &mut program.checks {
            let check = Arc::make_mut(check);
            (check.condition, check.grade) = (None, None);
        }
        // One source, without evidence: a question takes facts as they are stated.
        scenario.facts.records.retain(|record| scenario.kinds.contains(&record.kind));
        for statement in scenario.facts.records.iter_mut().flat_map(|r| r.cells.values_mut()) {
            statement.truncate(1);
            statement.iter_mut().for_each(|s| s.evidence = None);
        }
        let (program, store) = (&scenario.program, scenario.store());
        let mut asked = 0;
        for ((_, rule, subject), verdict) in reference::assess(program, &store, generate::TODAY).outcomes {
            let RuleRef::Check(index) = rule else { continue };
            let check = &program.checks[index];
            let records: &[u32] = match (&check.subject, &subject) {
                (None, SubjectRef::Facility) => &[],
                (Some(of), SubjectRef::Record(_, row)) if of.var == VarId(0) => &[*row],
                _ => continue,
            };
            let truth = |require: &Require| {
                let question = Question { vars: check.vars.clone(), of: Asked::Value(require.condition.clone()) };
                match answer(program, &store, generate::TODAY, &question, records, Lang::En).found {
                    Found::Truth(truth) => truth,
                    other => panic!("a condition is {other:?}"),
                }
            };
            let parts: Vec<Truth> = check.requires.iter().map(truth).collect();
            let all = if parts.contains(&Truth::False) {
                Verdict::Violated
            } else if parts.contains(&Truth::Unknown) {
                Verdict::Unknown
            } else {
                Verdict::Satisfied
            };
            prop_assert_eq!(all, verdict, "{} on {:?}", &check.name, subject);
            asked += 1;
        }
        prop_assume!(asked > 0);
    }
}

/// A short run of what `cargo xtask drt` does for hours: single shot, stream and incremental beside the reference evaluator. The seeds
/// are the same every time.
#[test]
fn every_way_of_running_agrees_with_the_reference_evaluator() {
    let cases = std::env::var("KIJUN_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(150);
    let mut tally = Tally::default();
    for seed in 1..=cases {
        let case = Case::of_seed(seed);
        match drt::run(&case) {
            Ok(ran) => tally.add(ran),
            Err(difference) => {
                let (small, how) = drt::shrunk(&case, &difference);
                panic!("seed {seed}; write this to crates/kijun-testkit/corpus:\n{}", small.write(&how));
            }
        }
    }
    assert!(tally.pairs > cases * 20, "{tally:?}");
}

/// Cases that failed once, made small.
#[test]
fn what_failed_once_does_not_fail_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/kijun-testkit/corpus");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "drt"));
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let case = Case::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        if let Err(difference) = drt::run(&case) {
            panic!("{}: {difference}", path.display());
        }
    }
}

#[test]
fn a_case_is_read_as_it_is_written() {
    for seed in 1..30 {
        let case = Case::of_seed(seed);
        assert_eq!(Case::read(&case.write("a difference\nof two lines")).unwrap(), case);
    }
    assert!(Case::read("facts\ncheck 00").is_err() && Case::read("program\ncheck 0").is_err());
}

/// Texts that no fact mentions are numbered by program; with others, the same number is another text.
#[test]
fn a_session_takes_rules_with_other_texts() {
    let program = |text: &str| {
        let compiled = crate::documents::compiled(&format!(
            r#"catalog k "例" {{ edition "1" }}
            requirement k:1 "一"
            entity vendor "事業者" {{ ok "可": bool }}
            table name(bool): text {{
              row true: "b"
              row false: "b"
            }}
            check c for k:1 {{ each v: vendor  require name(v.ok) == "{text}" }}"#
        ));
        assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics);
        compiled.program
    };
    let (first, second) = (program("a"), program("c"));
    let mut builder = kijun_facts::StoreBuilder::new(&first.schema);
    let kind =
        kijun_facts::KindId(first.schema.kinds.iter().position(|k| k.name == "vendor").unwrap() as u32);
    let (place, evidence) = (kijun_text::Span::default(), kijun_facts::store::NO_EVIDENCE);
    let record = builder.record(kind, "a", place);
    let value = kijun_facts::Value::Scalar(kijun_facts::Scalar::Bool(true));
    builder.set(record, kijun_facts::AttrId(0), value, place, evidence);
    let (store, _) = builder.finish();
    let mut session = Session::new(first, store.clone(), generate::TODAY);
    session.evaluate();
    session.set_program(Arc::clone(&second));
    let fresh = Evaluation::new(&second, &store, generate::TODAY).assessment();
    assert_eq!(format!("{:?}", session.evaluate().assessment()), format!("{fresh:?}"));
    assert_eq!(fresh.findings.len(), 1);
}

/// Every cell of single codes or numbers, with the value of the record after it, or unknown.
fn cells(
    program: &kijun_engine::program::Program,
    store: &kijun_facts::Store,
) -> Vec<(kijun_facts::KindId, u32, kijun_facts::AttrId, kijun_facts::Value)> {
    use kijun_facts::{AttrId, Column, Scalar, Type, Value};
    let mut out = Vec::new();
    for table in &store.kinds {
        let attributes = &program.schema.kind(table.kind).unwrap().attributes;
        for (a, attribute) in attributes.iter().enumerate() {
            let attr = AttrId(a as u32);
            for row in 0..table.len() {
                let next = (row + 1) % table.len();
                let value = match (table.column(attr), &attribute.ty) {
                    (Some(Column::Codes(codes)), _) if codes[next] >= kijun_facts::store::NONE => {
                        Value::Unknown
                    }
                    (Some(Column::Codes(codes)), Type::Bool) => Value::Scalar(Scalar::Bool(codes[next] == 1)),
                    (Some(Column::Codes(codes)), Type::Enum(_)) => Value::Scalar(Scalar::Enum(codes[next])),
                    (Some(Column::Codes(codes)), Type::Ref(kind)) => {
                        let id = store.kind(*kind).unwrap().ids[codes[next] as usize];
                        Value::Scalar(Scalar::Ref(id))
                    }
                    (Some(Column::Numbers { lo, hi }), Type::Int) if lo[next] == hi[next] => {
                        Value::Scalar(Scalar::Int(lo[next]))
                    }
                    _ => Value::Unknown,
                };
                out.push((table.kind, row as u32, attr, value));
            }
        }
    }
    out
}
