//! The engine and the reference evaluator give the same verdicts on generated programs and facts.

use kijun_testkit::{compare, generate};
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
