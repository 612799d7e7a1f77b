//! The plainest question: facts on which a check says something of a subject.

use kijun_engine::assessment::{RuleRef, Verdict};
use kijun_engine::program::Program;

use crate::search::{Found, Goal, Goals, Reason, Search, Witness};
use crate::{Knowledge, Options};

/// What came of it.
#[derive(Debug, Clone)]
pub enum Sought {
    Found(Box<Witness>),
    /// Not within the scope.
    NotFound,
    Undecided(Reason),
    /// Facts that the engine does not confirm: an error of this crate.
    Unconfirmed(Box<Witness>),
}

/// Facts on which a check, by number, gives a verdict on its first subject: satisfied, violated, not applicable or unknown.
pub fn find(
    program: &Program,
    check: usize,
    verdict: Verdict,
    knowledge: Knowledge,
    options: &Options,
) -> Sought {
    let rule = RuleRef::Check(check);
    let search = Search { program, options, knowledge: Some(knowledge), rules: vec![rule], deep: false };
    let Some(of) = program.checks.get(check) else { return Sought::NotFound };
    let found = search.run(1, |world| {
        let outcome = world.checked(of, of.subject.map(|_| 0))?;
        let mut assume = vec![outcome.exists];
        match verdict {
            Verdict::Satisfied => assume.push(outcome.satisfied),
            Verdict::Violated => assume.push(outcome.violated),
            Verdict::NotApplicable => assume.push(outcome.not_applicable),
            _ => assume.extend([!outcome.satisfied, !outcome.violated, !outcome.not_applicable]),
        }
        let goal = Goal { assume, outcomes: vec![(rule, outcome)], shown: true };
        Ok(Goals { goals: vec![goal], answers: Vec::new() })
    });
    match found.map(|found| found.into_iter().next()) {
        Ok(Some(Found::Witness(witness))) => Sought::Found(witness),
        Ok(Some(Found::Unconfirmed(witness))) => Sought::Unconfirmed(witness),
        Ok(Some(Found::Undecided(reason))) => Sought::Undecided(reason),
        Ok(Some(Found::Nothing(_)) | None) => Sought::NotFound,
        Err(stuck) => Sought::Undecided(Reason::Uses(stuck)),
    }
}
