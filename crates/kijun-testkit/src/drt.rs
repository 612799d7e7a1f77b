//! Differential random testing: generated programs and facts through the engine in every way in which it is run, each beside the
//! reference evaluator. A case is a function of its seed; one that fails is made small and written down.

mod case;
mod shrink;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use kijun_engine::assessment::Assessment;
use kijun_engine::{Detail, Evaluation, Prepared, Session};

use crate::compare::{compared, counted};
pub use case::Case;
pub use shrink::shrunk;

/// How far a run came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub cases: u64,
    /// Sets of facts under a program on a day.
    pub facts: u64,
    /// Verdicts of requirements, and of rules on subjects, on each of these: each one of the engine, in three ways, beside one of the
    /// reference evaluator.
    pub pairs: u64,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.cases += other.cases;
        self.facts += other.facts;
        self.pairs += other.pairs;
    }
}

/// Runs a case. The error says what differs, and how it was run.
///
/// The ways: *single shot*, everything made for these facts alone; *stream*, a prepared program that is shared by all facts, as
/// `assess --stream` has it; *incremental*, a session that takes facts after facts, and at the end another program and back.
pub fn run(case: &Case) -> Result<Tally, String> {
    let tried = catch_unwind(AssertUnwindSafe(|| tried(case)));
    tried.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned()));
        Err(format!("a panic: {}", text.unwrap_or_default()))
    })
}

fn tried(case: &Case) -> Result<Tally, String> {
    let mut tally = Tally { cases: 1, ..Tally::default() };
    let (program, kinds) = case.program();
    let program = Arc::new(program);
    let today = case.today;
    let prepared = Arc::new(Prepared::new(&program));
    let mut session: Option<Session> = None;
    for number in 0..case.facts.len() {
        let store = case.store(&program, &kinds, number);
        let reference = crate::reference::assess(&program, &store, today);
        let check = |way: &str, assessment: &Assessment| {
            compared(&reference, assessment).map_err(|d| format!("facts {number}, {way}:\n{d}"))
        };
        check("single shot", &Evaluation::new(&program, &store, today).assessment_with(Detail::Message))?;
        let streamed = Evaluation::prepared(&program, Arc::clone(&prepared), &store, today);
        check("stream", &streamed.assessment_with(Detail::Message))?;
        match &mut session {
            Some(session) => _ = session.set_facts(store),
            None => session = Some(Session::new(Arc::clone(&program), store, today)),
        }
        if let Some(session) = &mut session {
            check("incremental", &session.evaluate().assessment_with(Detail::Message))?;
        }
        tally.facts += 1;
        tally.pairs += counted(&reference);
    }
    if let (Some(other), Some(session)) = (case.other_program(), &mut session) {
        let store = session.store().clone();
        for (way, program) in [("other rules", Arc::new(other)), ("the rules again", Arc::clone(&program))] {
            session.set_program(Arc::clone(&program));
            let reference = crate::reference::assess(&program, &store, today);
            compared(&reference, &session.evaluate().assessment_with(Detail::Message))
                .map_err(|d| format!("the last facts, {way}:\n{d}"))?;
            tally.facts += 1;
            tally.pairs += counted(&reference);
        }
    }
    Ok(tally)
}
