//! Combinations of measures: can they be met, and by each alternative that they name.

use kijun_engine::assessment::RuleRef;
use kijun_engine::is_evaluated;
use kijun_engine::program::{Combination, Combine};
use rayon::prelude::*;

use super::{Asks, FindingKind, Report, Subject};
use crate::circuit::Lit;
use crate::search::{Found, Goal, Goals, Reason, Search};

pub(super) fn ask(asks: &Asks<'_>) -> Report {
    if !asks.wants(FindingKind::NeverReached) {
        return Report::default();
    }
    let all: Vec<(usize, &Combination)> = asks.program.combinations.iter().enumerate().collect();
    let own = |c: &Combination| is_evaluated(asks.program, c.requirement) && asks.is_own(c.span);
    let reports: Vec<Report> =
        all.par_iter().filter(|(_, c)| own(c)).map(|(i, combination)| one(asks, *i, combination)).collect();
    Report::all(reports)
}

fn one(asks: &Asks<'_>, number: usize, combination: &Combination) -> Report {
    let rule = RuleRef::Combination(number);
    let mut parts: Vec<&Combine> = vec![&combination.combine];
    if let Combine::Or(alternatives) = &combination.combine {
        parts.extend(alternatives);
    }
    let search = Search {
        program: asks.program,
        options: asks.options,
        knowledge: None,
        rules: vec![rule],
        deep: true,
    };
    let found = search.run(parts.len(), |world| {
        let mut answers = Vec::new();
        let whole = world.combined(combination, &combination.combine, &mut answers)?;
        let mut goals = Vec::new();
        for part in &parts {
            let outcomes = world.combined(combination, part, &mut answers)?;
            let satisfied: Vec<Lit> = outcomes.iter().map(|o| o.satisfied).collect();
            let reached = world.circuit.or(&satisfied);
            let outcomes = whole.iter().map(|o| (rule, *o)).collect();
            goals.push(Goal { assume: vec![reached], outcomes, shown: false });
        }
        Ok(Goals { goals, answers })
    });
    let found = found.unwrap_or_else(|stuck| {
        parts.iter().map(|_| Found::Undecided(Reason::Uses(stuck.clone()))).collect()
    });
    let mut report = Report::default();
    for found in &found {
        report.note(FindingKind::NeverReached, Subject::Rule(rule), None, combination.span, found);
    }
    report
}
