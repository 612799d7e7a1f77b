//! Properties of the reference evaluator on generated programs and facts.

use std::collections::BTreeMap;

use kijun_engine::assessment::Verdict;
use kijun_testkit::generate::{TODAY, refinement, scenario};
use kijun_testkit::reference::assess;
use kijun_testkit::soundness::contradictions;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn filling_in_what_was_unknown_never_changes_a_definite_verdict(case in refinement()) {
        let program = &case.scenario.program;
        let before = case.scenario.store();
        let after = case.refined.store(&program.schema);
        let (known, more) = (assess(program, &before, TODAY), assess(program, &after, TODAY));
        let found = contradictions((&known, &before), (&more, &after));
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn the_same_facts_give_the_same_result_in_any_order(case in scenario()) {
        let mut reversed = case.facts.clone();
        reversed.records.reverse();
        let reversed = reversed.store(&case.program.schema);
        prop_assert_eq!(assess(&case.program, &case.store(), TODAY), assess(&case.program, &reversed, TODAY));
    }
}

/// The generator reaches every verdict, and leaves enough decided.
#[test]
fn generated_scenarios_cover_every_verdict() {
    let mut runner = TestRunner::deterministic();
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for _ in 0..300 {
        let case = scenario().new_tree(&mut runner).unwrap().current();
        for verdict in assess(&case.program, &case.store(), TODAY).outcomes.into_values() {
            *verdicts.entry(verdict).or_insert(0) += 1;
        }
    }
    let reached = |verdict| verdicts.get(&verdict).copied().unwrap_or(0);
    let outcomes: usize = verdicts.values().sum();
    assert!(4 * reached(Verdict::Unknown) < 3 * outcomes, "too much is unknown: {verdicts:?}");
    for verdict in Verdict::ALL.into_iter().filter(|v| *v != Verdict::Unverified) {
        assert!(reached(verdict) > 3, "too little is {verdict:?}: {verdicts:?}");
    }
}
