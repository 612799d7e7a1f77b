//! Each check by itself: does it ever apply, can it be satisfied, can it be violated, and by each of its `require`s.

use kijun_engine::assessment::RuleRef;
use kijun_engine::program::Check;
use kijun_text::Span;
use rayon::prelude::*;

use super::{Asks, Finding, FindingKind, Report, Subject, Undecided};
use crate::Stuck;
use crate::circuit::Lit;
use crate::rules::Outcome;
use crate::search::{Found, Goal, Goals, Reason, Search};
use crate::value::Truth;
use crate::world::World;

/// What is known of a check after it was asked about.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Standing {
    pub(crate) can_be_satisfied: bool,
    pub(crate) can_be_violated: bool,
}

/// By the number of the check.
pub(crate) type Standings = Vec<Standing>;

pub(super) fn ask(asks: &Asks<'_>) -> (Report, Standings) {
    let checks = asks.checks();
    let asked: Vec<(usize, Report, Standing)> = checks
        .par_iter()
        .filter_map(|i| {
            let check = asks.program.checks.get(*i)?;
            let (report, standing) = one(asks, *i, check);
            Some((*i, report, standing))
        })
        .collect();
    let mut standings = vec![Standing::default(); asks.program.checks.len()];
    let mut all = Report::default();
    for (i, report, standing) in asked {
        if let Some(slot) = standings.get_mut(i) {
            *slot = standing;
        }
        if asks.program.checks.get(i).is_some_and(|c| asks.is_own(c.span)) {
            all.extend(report);
        }
    }
    (all, standings)
}

fn one(asks: &Asks<'_>, number: usize, check: &Check) -> (Report, Standing) {
    let rule = RuleRef::Check(number);
    let search = Search {
        program: asks.program,
        options: asks.options,
        knowledge: None,
        rules: vec![rule],
        deep: true,
    };
    let requires = if check.requires.len() > 1 { check.requires.len() } else { 0 };
    let found = search.run(3 + requires, |world| goals(world, rule, check, requires));
    let mut questions: Vec<(FindingKind, Span)> = vec![
        (FindingKind::NeverApplies, check.condition.as_ref().map_or(check.span, |c| c.span)),
        (FindingKind::NeverSatisfied, check.span),
        (FindingKind::NeverViolated, check.span),
    ];
    let of_requires = check.requires.iter().take(requires);
    questions.extend(of_requires.map(|r| (FindingKind::IdleRequire, r.span)));
    let found = found.unwrap_or_else(|stuck| {
        questions.iter().map(|_| Found::Undecided(Reason::Uses(stuck.clone()))).collect()
    });
    let is_found = |i: usize| matches!(found.get(i), Some(Found::Witness(_)));
    let standing = Standing { can_be_satisfied: is_found(1), can_be_violated: is_found(2) };
    let mut report = Report::default();
    for (i, ((kind, span), found)) in questions.into_iter().zip(&found).enumerate() {
        // A check without `where` always applies; of what never applies or is never violated, nothing more is to be said.
        let asked = match i {
            0 => check.condition.is_some(),
            1 | 2 => {
                matches!(report.findings.first().map(|f| f.kind), None | Some(FindingKind::NeverSatisfied))
            }
            _ => standing.can_be_violated,
        };
        if asked && asks.wants(kind) {
            report.note(kind, Subject::Rule(rule), None, span, found);
        }
    }
    (report, standing)
}

impl Report {
    /// Notes what a search for facts that should exist came to.
    pub(super) fn note(
        &mut self,
        kind: FindingKind,
        subject: Subject,
        other: Option<RuleRef>,
        span: Span,
        found: &Found,
    ) {
        self.questions += 1;
        match found {
            Found::Witness(_) => {}
            Found::Nothing(scope) => {
                self.findings.push(Finding { kind, subject, other, span, scope: *scope });
            }
            Found::Undecided(reason) => {
                self.undecided.push(Undecided { kind, subject, span, reason: reason.clone() });
            }
            Found::Unconfirmed(witness) => self.unconfirmed.push((subject, witness.as_ref().clone())),
        }
    }
}

fn goals(world: &mut World<'_>, rule: RuleRef, check: &Check, requires: usize) -> Result<Goals, Stuck> {
    let slot = check.subject.map(|_| 0);
    let outcome = world.checked(check, slot)?;
    let env = World::env(check.subject, slot);
    let applies = match &check.condition {
        Some(condition) => world.condition(condition, &env)?,
        None => Truth::TRUE,
    };
    let goal = |lits: Vec<Lit>, outcomes: Vec<(RuleRef, Outcome)>| Goal {
        assume: [vec![outcome.exists], lits].concat(),
        outcomes,
        shown: false,
    };
    let mut goals = vec![
        goal(vec![applies.sure], vec![(rule, outcome)]),
        goal(vec![outcome.satisfied], vec![(rule, outcome)]),
        goal(vec![outcome.violated], vec![(rule, outcome)]),
    ];
    for require in check.requires.iter().take(requires) {
        let holds = world.condition(&require.condition, &env)?;
        goals.push(goal(vec![applies.sure, !holds.may], vec![(rule, outcome)]));
    }
    Ok(Goals { goals, answers: Vec::new() })
}
