//! How much tests say: which conditions they exercise, and which changes to rules they notice.

use std::collections::BTreeSet;
use std::sync::Arc;

use kijun_engine::exercise::Exercise;
use kijun_engine::mutant::{Mutant, Reached, Sites, mutants, with_blanks};
use kijun_engine::program::Program;
use kijun_engine::{Evaluation, Prepared};
use kijun_facts::Store;
use kijun_text::{FileId, Span};
use rayon::prelude::*;

use crate::cases::{TestCase, build_facts};
use crate::trial::differs;

/// Tests that share their parameters, with the program that these give.
#[derive(Debug, Clone)]
pub struct Suite {
    pub program: Arc<Program>,
    pub cases: Vec<Arc<TestCase>>,
}

/// The conditions in these modules, and how they came out over all tests. `today` counts where a test states no day.
pub fn exercised(suites: &[Suite], own: &BTreeSet<FileId>, today: i32) -> Exercise {
    let mut exercise = Exercise::default();
    for suite in suites {
        let listed = Exercise::of(&suite.program, |span| own.contains(&span.file));
        listed.seen.into_iter().for_each(|(span, part)| {
            exercise.seen.entry(span).or_insert(part);
        });
    }
    for suite in suites {
        let prepared = Arc::new(Prepared::new(&suite.program));
        for case in &suite.cases {
            let (store, _) = build_facts(case, &suite.program.schema);
            let day = case.as_of.unwrap_or(today);
            exercise.add(&Evaluation::prepared(&suite.program, Arc::clone(&prepared), &store, day));
        }
    }
    exercise
}

/// What became of the changes to the rules of some modules.
#[derive(Debug, Clone, Default)]
pub struct Mutation {
    /// Changes that a test notices.
    pub killed: usize,
    /// Changes that all tests pass with, in the order of the text; and whether any test reaches their place.
    pub survivors: Vec<(Mutant, bool)>,
}

impl Mutation {
    pub fn total(&self) -> usize {
        self.killed + self.survivors.len()
    }
}

/// A test with its facts read once.
struct Ready<'s> {
    case: &'s TestCase,
    store: Store,
    reached: Reached,
}

/// Makes every change to the rules of these modules, one at a time, and runs the tests that reach its place until one fails. Tests that
/// fail without any change notice nothing and are left out.
pub fn mutate(suites: &[Suite], own: &BTreeSet<FileId>, today: i32) -> Mutation {
    let is_own = |span: Span| own.contains(&span.file);
    let mut all: Vec<Mutant> = Vec::new();
    for mutant in suites.iter().flat_map(|suite| mutants(&suite.program, is_own)) {
        if !all.contains(&mutant) {
            all.push(mutant);
        }
    }
    let blanked =
        |suite: &Suite| Suite { program: Arc::new(with_blanks(&suite.program)), cases: suite.cases.clone() };
    let suites: Vec<Suite> = suites.iter().map(blanked).collect();
    let suites = suites.as_slice();
    let ready: Vec<Vec<Ready<'_>>> = suites.iter().map(|suite| ready(suite, today)).collect();
    let sites: Vec<Sites> = suites.iter().map(|suite| Sites::of(&suite.program)).collect();
    let fates: Vec<(Mutant, Fate)> = all
        .into_par_iter()
        .map(|mutant| {
            let fate = fate(&mutant, suites, &ready, &sites, today);
            (mutant, fate)
        })
        .collect();
    let mut out = Mutation::default();
    for (mutant, fate) in fates {
        match fate {
            Fate::Killed => out.killed += 1,
            Fate::Survived => out.survivors.push((mutant, true)),
            Fate::NotReached => out.survivors.push((mutant, false)),
        }
    }
    out
}

enum Fate {
    Killed,
    Survived,
    NotReached,
}

fn ready(suite: &Suite, today: i32) -> Vec<Ready<'_>> {
    let prepared = Arc::new(Prepared::new(&suite.program));
    let one = |case: &'_ Arc<TestCase>| {
        let (store, _) = build_facts(case, &suite.program.schema);
        (store, case.as_of.unwrap_or(today))
    };
    let mut out = Vec::new();
    for case in &suite.cases {
        let (store, day) = one(case);
        let evaluation = Evaluation::prepared(&suite.program, Arc::clone(&prepared), &store, day);
        let reached = Reached::by(&evaluation);
        if differs(&suite.program, &store, &evaluation, case).is_empty() {
            drop(evaluation);
            out.push(Ready { case, store, reached });
        }
    }
    out
}

fn fate(mutant: &Mutant, suites: &[Suite], ready: &[Vec<Ready<'_>>], sites: &[Sites], today: i32) -> Fate {
    let mut fate = Fate::NotReached;
    for ((suite, ready), sites) in suites.iter().zip(ready).zip(sites) {
        let mut reaching = ready.iter().filter(|r| sites.is_reached(mutant.span, &r.reached)).peekable();
        if reaching.peek().is_none() {
            continue;
        }
        fate = Fate::Survived;
        let changed = mutant.apply(&suite.program);
        let prepared = Arc::new(Prepared::new(&changed));
        let notices = |r: &Ready<'_>| {
            let day = r.case.as_of.unwrap_or(today);
            let evaluation = Evaluation::prepared(&changed, Arc::clone(&prepared), &r.store, day);
            !differs(&changed, &r.store, &evaluation, r.case).is_empty()
        };
        if reaching.any(notices) {
            return Fate::Killed;
        }
    }
    fate
}
