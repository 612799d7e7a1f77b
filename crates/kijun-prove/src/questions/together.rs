//! All rules of a requirement: can they be satisfied together.

use kijun_engine::assessment::RuleRef;
use kijun_engine::is_evaluated;
use kijun_engine::program::{Member, Program, RequirementId};
use rayon::prelude::*;

use super::{Asks, FindingKind, Report, Subject};
use crate::Stuck;
use crate::circuit::Lit;
use crate::rules::{Answered, Outcome, members};
use crate::search::{Found, Goal, Goals, Reason, Search};
use crate::world::World;

pub(super) fn ask(asks: &Asks<'_>) -> Report {
    if !asks.wants(FindingKind::RequirementNeverMet) {
        return Report::default();
    }
    let ids: Vec<RequirementId> = (0..asks.program.requirements.len() as u32).map(RequirementId).collect();
    let reports: Vec<Report> = ids.par_iter().map(|id| one(asks, *id)).collect();
    Report::all(reports)
}

fn one(asks: &Asks<'_>, id: RequirementId) -> Report {
    let mut report = Report::default();
    let rules = own_rules(asks.program, id);
    let has_check = rules.iter().any(|r| matches!(r, RuleRef::Check(_)));
    let Some(requirement) = asks.program.requirement(id) else { return report };
    if rules.len() < 2 || !has_check || !asks.is_own(requirement.span) {
        return report;
    }
    let search = Search {
        program: asks.program,
        options: asks.options,
        knowledge: None,
        rules: rules.clone(),
        deep: true,
    };
    let found = search.run(1, |world| {
        let mut answers = Vec::new();
        let all = Together::of(world, &rules, &mut answers)?;
        let goal = Goal { assume: vec![all.good, all.some_satisfied], outcomes: all.outcomes, shown: false };
        Ok(Goals { goals: vec![goal], answers })
    });
    let found = found.unwrap_or_else(|stuck| vec![Found::Undecided(Reason::Uses(stuck))]);
    for found in &found {
        let subject = Subject::Requirement(id);
        report.note(FindingKind::RequirementNeverMet, subject, None, requirement.span, found);
    }
    report
}

/// The outcomes of rules on all their subjects.
pub(crate) struct Together {
    /// Every subject is satisfied or not applicable.
    pub(crate) good: Lit,
    pub(crate) some_satisfied: Lit,
    pub(crate) some_violated: Lit,
    pub(crate) outcomes: Vec<(RuleRef, Outcome)>,
}

impl Together {
    pub(crate) fn of(
        world: &mut World<'_>,
        rules: &[RuleRef],
        answers: &mut Vec<Answered>,
    ) -> Result<Together, Stuck> {
        let mut outcomes = Vec::new();
        for rule in rules {
            let own = world.ruled(*rule, answers)?;
            outcomes.extend(own.into_iter().map(|o| (*rule, o)));
        }
        let mut good = Vec::new();
        for (_, o) in &outcomes {
            good.push(world.circuit.or(&[!o.exists, o.satisfied, o.not_applicable]));
        }
        let satisfied: Vec<Lit> = outcomes.iter().map(|(_, o)| o.satisfied).collect();
        let violated: Vec<Lit> = outcomes.iter().map(|(_, o)| o.violated).collect();
        Ok(Together {
            good: world.circuit.and(&good),
            some_satisfied: world.circuit.or(&satisfied),
            some_violated: world.circuit.or(&violated),
            outcomes,
        })
    }
}

/// The rules that count for a requirement itself: without members of its combinations, and without weak ones where there are
/// others.
pub(crate) fn own_rules(program: &Program, id: RequirementId) -> Vec<RuleRef> {
    if !is_evaluated(program, id) {
        return Vec::new();
    }
    let combinations = program.combinations.iter().enumerate().filter(|(_, c)| c.requirement == id);
    let in_combination: Vec<Member> = combinations.clone().flat_map(|(_, c)| members(c)).collect();
    let mut rules: Vec<(RuleRef, bool)> = Vec::new();
    for (i, check) in program.checks.iter().enumerate() {
        if check.requirements.contains(&id) && !in_combination.contains(&Member::Check(i)) {
            rules.push((RuleRef::Check(i), check.mark.is_weak()));
        }
    }
    for (i, attest) in program.attests.iter().enumerate() {
        if attest.requirement == id && !in_combination.contains(&Member::Attest(i)) {
            rules.push((RuleRef::Attest(i), attest.mark.is_weak()));
        }
    }
    rules.extend(combinations.map(|(i, c)| (RuleRef::Combination(i), c.mark.is_weak())));
    let weak = program.requirement(id).is_some_and(|r| r.mark.is_weak());
    rules.into_iter().filter(|(_, own)| !own && !weak).map(|(rule, _)| rule).collect()
}
