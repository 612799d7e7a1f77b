//! The questions of the benchmark mean on the engine what they mean on the reference evaluator; the comparison with
//! other engines (`benches/compare`) starts from there.

use kijun_benches::QUERIES;
use kijun_benches::generator::{SEED, generate, generate_tsv};
use kijun_engine::assessment::Verdict;
use kijun_facts::{Date, Store, StoreBuilder, read_file};
use kijun_model::{Compiled, Input, Trees, compile};
use kijun_text::Sources;

/// As many as the reference evaluator decides in a few seconds.
const FACTS: usize = 1_000;

fn compiled() -> Compiled {
    let mut sources = Sources::default();
    let file = sources.add("queries.kijun", QUERIES);
    let compiled =
        compile(&mut sources, &mut Trees::default(), &Input { modules: vec![file], ..Input::default() });
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    compiled
}

fn store(compiled: &Compiled, facts: usize, seed: u64) -> Store {
    let mut builder = StoreBuilder::new(&compiled.program.schema);
    let mut sources = Sources::default();
    for (path, text) in generate(facts, seed) {
        read_file(&mut builder, &mut sources, &path, text.as_bytes());
    }
    let (store, problems) = builder.finish();
    assert!(problems.is_empty(), "{:?}", problems.first());
    store
}

fn today() -> i32 {
    Date::ymd(2026, 11, 22).unwrap().first
}

#[test]
fn engine_and_reference_evaluator_agree_on_the_questions_of_the_benchmark() {
    let compiled = compiled();
    for seed in [SEED, 1, 2] {
        let store = store(&compiled, FACTS, seed);
        let assessment = kijun_engine::assess(&compiled.program, &store, today());
        kijun_testkit::compare(&compiled.program, &store, today(), &assessment).unwrap();
    }
}

/// Agreement about nothing would be no agreement.
#[test]
fn every_question_of_the_benchmark_finds_something() {
    let compiled = compiled();
    let store = store(&compiled, FACTS, SEED);
    let assessment = kijun_engine::assess(&compiled.program, &store, today());
    for requirement in assessment.requirements.iter().map(|r| r.requirement) {
        let mut of = assessment.findings.iter().filter(|f| f.requirement == requirement);
        assert!(of.any(|f| f.verdict == Verdict::Violated), "nothing violates {requirement:?}");
    }
    assert!(assessment.findings.iter().any(|f| f.verdict == Verdict::Unknown));
}

/// Both notations come from the same rows: the same ids in the same order, and the same cells left empty.
#[test]
fn the_notations_of_the_benchmark_hold_the_same_records() {
    let (csv, tsv) = (generate(FACTS, SEED), generate_tsv(FACTS, SEED));
    assert_eq!(csv.len(), tsv.len() + 1, "and `_complete.csv`");
    for ((name, csv), (_, tsv)) in csv.iter().zip(&tsv) {
        assert_eq!(shape(csv, ','), shape(tsv, '\t'), "{name}");
    }
}

/// Of each row below the header its id, and which cells are filled in.
fn shape(text: &str, separator: char) -> Vec<(&str, Vec<bool>)> {
    let rows = text.lines().skip(1).map(|line| line.split(separator));
    rows.map(|mut cells| (cells.next().unwrap(), cells.map(|c| !c.is_empty()).collect())).collect()
}
