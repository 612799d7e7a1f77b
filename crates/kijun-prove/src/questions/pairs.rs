//! Two checks beside each other: one that says nothing that another does not say, and two that cannot both be satisfied.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::RuleRef;
use kijun_engine::is_evaluated;
use kijun_engine::program::{Check, Program, RequirementId, Weight};
use kijun_facts::KindId;
use rayon::prelude::*;

use super::alone::Standings;
use super::{Asks, FindingKind, Report, Subject, Undecided};
use crate::circuit::{Answer, Lit};
use crate::domain::Domains;
use crate::rules::Outcome;
use crate::search::{Found, Goal, Goals, Read, Reason, Search, expressions, reads};
use crate::value::Truth;
use crate::world::World;
use crate::{Knowledge, Stuck};

/// Checks of one requirement about the same kind: whatever violates the first also violates the second.
pub(super) fn redundant(asks: &Asks<'_>, standings: &Standings) -> Report {
    if !asks.wants(FindingKind::Redundant) {
        return Report::default();
    }
    let program = asks.program;
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let checks = asks.checks();
    for a in &checks {
        for b in &checks {
            if a != b && shares_requirement(program, *a, *b) && is_worth_asking(asks, standings, *a, *b) {
                pairs.push((*a, *b));
            }
        }
    }
    let reports: Vec<Report> = pairs.par_iter().map(|(a, b)| implied(asks, *a, *b)).collect();
    let mut all = Report::all(reports);
    // Of two that say the same, one is told.
    let told: BTreeSet<(Subject, Option<RuleRef>)> =
        all.findings.iter().map(|f| (f.subject, f.other)).collect();
    all.findings.retain(|f| {
        let Subject::Rule(rule) = f.subject else { return true };
        let Some(other) = f.other else { return true };
        rule > other || !told.contains(&(Subject::Rule(other), Some(rule)))
    });
    all
}

fn shares_requirement(program: &Program, a: usize, b: usize) -> bool {
    let (Some(a), Some(b)) = (program.checks.get(a), program.checks.get(b)) else { return false };
    a.requirements.iter().any(|r| b.requirements.contains(r) && is_evaluated(program, *r))
}

fn is_worth_asking(asks: &Asks<'_>, standings: &Standings, a: usize, b: usize) -> bool {
    let program = asks.program;
    let (Some(first), Some(second)) = (program.checks.get(a), program.checks.get(b)) else { return false };
    let kind = |c: &Check| c.subject.map(|s| s.kind);
    let can_be_violated = standings.get(a).is_some_and(|s| s.can_be_violated);
    asks.is_own(first.span)
        && can_be_violated
        && kind(first) == kind(second)
        && !second.mark.is_weak()
        && weight(program, second) >= weight(program, first)
}

fn weight(program: &Program, check: &Check) -> Option<Weight> {
    let of = |id: &RequirementId| program.requirement(*id).map(|r| r.weight);
    check.weight.or_else(|| check.requirements.iter().filter_map(of).max())
}

fn implied(asks: &Asks<'_>, a: usize, b: usize) -> Report {
    let mut report = Report::default();
    let program = asks.program;
    let (Some(first), Some(second)) = (program.checks.get(a), program.checks.get(b)) else { return report };
    let rules = vec![RuleRef::Check(a), RuleRef::Check(b)];
    let search = Search { program, options: asks.options, knowledge: None, rules, deep: true };
    let found = search.run(1, |world| {
        let slot = first.subject.map(|_| 0);
        let (one, other) = (world.checked(first, slot)?, world.checked(second, slot)?);
        let goal = Goal {
            assume: vec![one.exists, one.violated, !other.violated],
            outcomes: vec![(RuleRef::Check(a), one), (RuleRef::Check(b), other)],
            shown: false,
        };
        Ok(Goals { goals: vec![goal], answers: Vec::new() })
    });
    let found = found.unwrap_or_else(|stuck| vec![Found::Undecided(Reason::Uses(stuck))]);
    for found in &found {
        let subject = Subject::Rule(RuleRef::Check(a));
        report.note(FindingKind::Redundant, subject, Some(RuleRef::Check(b)), first.span, found);
    }
    report
}

/// Checks about the same kind, each of which can be satisfied where the other applies, and never both.
pub(super) fn contradictory(asks: &Asks<'_>, standings: &Standings) -> Report {
    if !asks.wants(FindingKind::Contradictory) {
        return Report::default();
    }
    let program = asks.program;
    let mut by_kind: BTreeMap<Option<KindId>, Vec<usize>> = BTreeMap::new();
    for i in asks.checks() {
        let Some(check) = program.checks.get(i) else { continue };
        if standings.get(i).is_some_and(|s| s.can_be_satisfied && s.can_be_violated) {
            by_kind.entry(check.subject.map(|s| s.kind)).or_default().push(i);
        }
    }
    let groups: Vec<Vec<usize>> = by_kind.into_values().collect();
    let reports: Vec<Report> = groups.par_iter().map(|group| Group::new(asks, group).ask()).collect();
    Report::all(reports)
}

/// The checks of one kind, and the pairs of them of which nobody has yet found facts that satisfy both.
struct Group<'g, 'a> {
    asks: &'g Asks<'a>,
    open: BTreeSet<(usize, usize)>,
    asked: usize,
}

/// So many checks are put into one circuit.
const AT_ONCE: usize = 24;

impl<'g, 'a> Group<'g, 'a> {
    fn new(asks: &'g Asks<'a>, checks: &[usize]) -> Group<'g, 'a> {
        let of = |i: &usize| reads(asks.program, &[RuleRef::Check(*i)]);
        let reads: Vec<(usize, BTreeSet<Read>)> = checks.iter().map(|i| (*i, of(i))).collect();
        let mut open = BTreeSet::new();
        for (n, (a, reads_a)) in reads.iter().enumerate() {
            for (b, reads_b) in reads.iter().skip(n + 1) {
                // Checks that read nothing in common do not stand in each other's way.
                let own =
                    [*a, *b].iter().any(|i| asks.program.checks.get(*i).is_some_and(|c| asks.is_own(c.span)));
                if own && !reads_a.is_disjoint(reads_b) {
                    open.insert((*a, *b));
                }
            }
        }
        let asked = open.len();
        Group { asks, open, asked }
    }

    fn ask(mut self) -> Report {
        let mut report = Report { questions: self.asked, ..Report::default() };
        for scope in 1..=self.asks.options.scope {
            let before: Vec<(usize, usize)> = self.open.iter().copied().collect();
            for (a, b) in before {
                if self.open.contains(&(a, b)) && self.settle(a, b, scope).is_err() {
                    // What is too large at this scope was asked at the ones before.
                }
            }
        }
        let open = std::mem::take(&mut self.open);
        for (a, b) in open {
            self.tell(a, b, &mut report);
        }
        report
    }

    /// Looks for facts that satisfy both, and as many other checks of the group as there are with them.
    fn settle(&mut self, a: usize, b: usize, scope: u32) -> Result<(), Stuck> {
        let mut checks = vec![a, b];
        for (x, y) in &self.open {
            for i in [*x, *y] {
                if checks.len() < AT_ONCE && !checks.contains(&i) {
                    checks.push(i);
                }
            }
        }
        let (mut world, outcomes) = match self.world(&checks, scope) {
            Ok(built) => built,
            Err(_) => {
                checks.truncate(2);
                self.world(&checks, scope)?
            }
        };
        let budget = self.asks.options.budget;
        let satisfied: Vec<Lit> = outcomes.iter().map(|o| o.satisfied).collect();
        let pairs: Vec<(usize, usize)> =
            (0..checks.len()).flat_map(|i| (i + 1..checks.len()).map(move |j| (i, j))).collect();
        for (i, j) in pairs {
            let Some((x, y)) = checks.get(i).copied().zip(checks.get(j).copied()) else { continue };
            let pair = (x.min(y), x.max(y));
            if !self.open.contains(&pair) {
                continue;
            }
            let mut assume: Vec<Lit> = outcomes.first().map(|o| o.exists).into_iter().collect();
            assume.extend([i, j].iter().filter_map(|n| satisfied.get(*n).copied()));
            if world.circuit.solve(&assume, budget) != Answer::Yes {
                continue;
            }
            let mut together: Vec<usize> = Vec::new();
            for (check, lit) in checks.iter().zip(&satisfied) {
                if world.circuit.value(*lit) {
                    together.push(*check);
                }
            }
            self.open.retain(|(a, b)| !(together.contains(a) && together.contains(b)));
        }
        Ok(())
    }

    fn world(&self, checks: &[usize], scope: u32) -> Result<(World<'a>, Vec<Outcome>), Stuck> {
        let program = self.asks.program;
        let rules: Vec<RuleRef> = checks.iter().map(|i| RuleRef::Check(*i)).collect();
        let domains = Domains::of(program, &expressions(program, &rules), self.asks.options.today)?;
        let mut world = World::new(program, domains, Knowledge::Whole, scope);
        let mut outcomes = Vec::new();
        for check in checks.iter().filter_map(|i| program.checks.get(*i)) {
            outcomes.push(world.checked(check, check.subject.map(|_| 0))?);
        }
        Ok((world, outcomes))
    }

    /// A pair of which no facts were found that satisfy both. It is a contradiction where each can be satisfied while the other
    /// applies: a check that applies only where the other is violated asks for nothing against it.
    fn tell(&self, a: usize, b: usize, report: &mut Report) {
        let program = self.asks.program;
        let (Some(first), Some(second)) = (program.checks.get(a), program.checks.get(b)) else { return };
        let rules = vec![RuleRef::Check(a), RuleRef::Check(b)];
        let options = self.asks.options;
        let search = Search { program, options, knowledge: None, rules, deep: true };
        let found = search.run(3, |world| {
            let slot = first.subject.map(|_| 0);
            let (one, other) = (world.checked(first, slot)?, world.checked(second, slot)?);
            let (x, y) = (applies(world, first, slot)?, applies(world, second, slot)?);
            let both = vec![(RuleRef::Check(a), one), (RuleRef::Check(b), other)];
            let goal = |lits: [Lit; 2]| Goal {
                assume: [vec![one.exists], lits.to_vec()].concat(),
                outcomes: both.clone(),
                shown: false,
            };
            let goals = vec![
                goal([one.satisfied, other.satisfied]),
                goal([one.satisfied, y.sure]),
                goal([x.sure, other.satisfied]),
            ];
            Ok(Goals { goals, answers: Vec::new() })
        });
        let subject = Subject::Rule(RuleRef::Check(a));
        let kind = FindingKind::Contradictory;
        match found.as_deref() {
            Ok([Found::Nothing(scope), Found::Witness(_), Found::Witness(_)]) => {
                report.note(kind, subject, Some(RuleRef::Check(b)), first.span, &Found::Nothing(*scope));
                report.questions -= 1;
            }
            Ok([Found::Undecided(reason), ..]) => {
                let reason = reason.clone();
                report.undecided.push(Undecided { kind, subject, span: first.span, reason });
            }
            Err(stuck) => {
                let reason = Reason::Uses(stuck.clone());
                report.undecided.push(Undecided { kind, subject, span: first.span, reason });
            }
            Ok(_) => {}
        }
    }
}

fn applies(world: &mut World<'_>, check: &Check, slot: Option<u32>) -> Result<Truth, Stuck> {
    let env = World::env(check.subject, slot);
    match &check.condition {
        Some(condition) => world.condition(condition, &env),
        None => Ok(Truth::TRUE),
    }
}
