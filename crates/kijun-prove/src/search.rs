//! One search: the same goals at growing scopes, so that what is found is small.

use kijun_engine::assessment::{RuleRef, Verdict};
use kijun_engine::program::{Expr, Member, Program, SetExpr};
use kijun_engine::walk;
use kijun_text::Span;

use crate::circuit::{Answer, Lit};
use crate::decode::record_id;
use crate::domain::Domains;
use crate::facts::Facts;
use crate::replay::{Expected, confirms};
use crate::rules::{Answered, Outcome, members};
use crate::world::World;
use crate::{Knowledge, Options, Stuck};

/// Facts that show something, with what the engine says on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    pub facts: Facts,
    pub expected: Vec<Expected>,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    Uses(Stuck),
    /// The search was given up.
    Budget,
    /// A rule counts up to more records than the scope has.
    Counts(i64, Span),
}

/// What a search for one goal comes to.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    Witness(Box<Witness>),
    /// Nothing, with up to so many records of each kind.
    Nothing(u32),
    Undecided(Reason),
    /// The engine does not confirm what the search found.
    Unconfirmed(Box<Witness>),
}

/// What is looked for.
#[derive(Debug, Default)]
pub(crate) struct Goal {
    /// All of these hold.
    pub(crate) assume: Vec<Lit>,
    /// The facts will be shown: no record more than needed.
    pub(crate) shown: bool,
    /// Outcomes that the engine is asked about.
    pub(crate) outcomes: Vec<(RuleRef, Outcome)>,
}

/// The goals of a search. They must be the same in number and meaning at every scope.
pub(crate) struct Goals {
    pub(crate) goals: Vec<Goal>,
    pub(crate) answers: Vec<Answered>,
}

pub(crate) struct Search<'s> {
    pub(crate) program: &'s Program,
    pub(crate) options: &'s Options,
    /// `None`: first the one, then the other.
    pub(crate) knowledge: Option<Knowledge>,
    pub(crate) rules: Vec<RuleRef>,
    /// That nothing is found would be told as a mistake: rules that need more records than the scope are given them.
    pub(crate) deep: bool,
}

/// No more records of each kind than this, however deep a search is.
const DEEPEST: u32 = 12;

impl Search<'_> {
    /// Looks for each of so many goals at scope 1, 2, …
    pub(crate) fn run(
        &self,
        count: usize,
        build: impl Fn(&mut World<'_>) -> Result<Goals, Stuck>,
    ) -> Result<Vec<Found>, Stuck> {
        let exprs = expressions(self.program, &self.rules);
        let domains = Domains::of(self.program, &exprs, self.options.today)?;
        let mut found: Vec<Found> = (0..count).map(|_| Found::Nothing(0)).collect();
        for (knowledge, scope) in self.rounds() {
            if !found.iter().any(is_open) {
                break;
            }
            let mut world = World::new(self.program, domains.clone(), knowledge, scope);
            let built = match build(&mut world) {
                Ok(built) => built,
                // What is too large there was asked at the scope that was wanted.
                Err(_) if scope > self.options.scope => break,
                Err(stuck) => return Err(stuck),
            };
            for (slot, goal) in found.iter_mut().zip(&built.goals).filter(|(slot, _)| is_open(slot)) {
                *slot = self.look(&mut world, goal, &built.answers, scope);
            }
        }
        if let Some((n, span)) = domains.counted {
            let too_few = |f: &&mut Found| matches!(f, Found::Nothing(scope) if n >= i64::from(*scope));
            for slot in found.iter_mut().filter(too_few) {
                *slot = Found::Undecided(Reason::Counts(n, span));
            }
        }
        Ok(found)
    }

    /// Facts that know everything first: they are the easiest to find and to read, and mostly enough. Then those that do
    /// not, and last, where it matters, more records.
    fn rounds(&self) -> Vec<(Knowledge, u32)> {
        let wanted = self.options.scope;
        let mut rounds: Vec<(Knowledge, u32)> = Vec::new();
        if self.knowledge.is_none_or(|k| k == Knowledge::Whole) {
            rounds.extend((1..=wanted).map(|s| (Knowledge::Whole, s)));
        }
        if self.knowledge.is_none_or(|k| k == Knowledge::Partial) {
            rounds.extend((1..=wanted).map(|s| (Knowledge::Partial, s)));
        }
        let deeper =
            [wanted * 2, DEEPEST].into_iter().filter(|s| self.deep && (wanted + 1..=DEEPEST).contains(s));
        rounds.extend(deeper.map(|s| (Knowledge::Whole, s)));
        rounds
    }

    fn look(&self, world: &mut World<'_>, goal: &Goal, answers: &[Answered], scope: u32) -> Found {
        match world.circuit.solve(&goal.assume, self.options.budget) {
            Answer::No => Found::Nothing(scope),
            Answer::GivenUp => Found::Undecided(Reason::Budget),
            Answer::Yes => {
                if goal.shown {
                    self.make_small(world, goal, answers);
                }
                let facts = world.facts(answers, self.grade());
                let expected = goal.outcomes.iter().filter_map(|(rule, o)| expected(world, *rule, o));
                let witness = Witness { facts, expected: expected.collect() };
                let asked: Vec<RuleRef> = self.rules.clone();
                if confirms(self.program, &witness.facts, &asked, &witness.expected) {
                    Found::Witness(Box::new(witness))
                } else {
                    Found::Unconfirmed(Box::new(witness))
                }
            }
        }
    }

    /// Leaves out records and answers without which the goal is reached as well; the last model stays one of the goal.
    fn make_small(&self, world: &mut World<'_>, goal: &Goal, answers: &[Answered]) {
        let mut assume = goal.assume.clone();
        let records = world.kinds.values().flat_map(|k| k.present.iter().rev().copied());
        let given = answers.iter().flat_map(|a| [a.yes, a.no]);
        for lit in records.chain(given).collect::<Vec<Lit>>() {
            if !world.circuit.value(lit) {
                assume.push(!lit);
                continue;
            }
            assume.push(!lit);
            if world.circuit.solve(&assume, self.options.budget) != Answer::Yes {
                assume.pop();
                assume.push(lit);
                world.circuit.solve(&assume, self.options.budget);
            }
        }
    }

    /// The best grade of evidence that a check asks for.
    fn grade(&self) -> Option<u32> {
        let members = each_member(self.program, &self.rules).into_iter();
        let grades = members.filter_map(|m| match m {
            Member::Check(i) => self.program.checks.get(i)?.grade,
            Member::Attest(_) => None,
        });
        grades.max()
    }
}

/// Whether a larger scope may still find something: what was given up at a small one may be easy at a larger.
fn is_open(found: &Found) -> bool {
    matches!(found, Found::Nothing(_) | Found::Undecided(Reason::Budget))
}

/// What the model says of a subject.
fn expected(world: &World<'_>, rule: RuleRef, outcome: &Outcome) -> Option<Expected> {
    let holds = |lit: Lit| world.circuit.value(lit);
    if !holds(outcome.exists) {
        return None;
    }
    let verdict = if holds(outcome.satisfied) {
        Verdict::Satisfied
    } else if holds(outcome.violated) {
        Verdict::Violated
    } else if holds(outcome.not_applicable) {
        Verdict::NotApplicable
    } else {
        Verdict::Unknown
    };
    let kind = subject_kind(world.program, rule);
    let subject = kind.zip(outcome.slot).map(|(kind, slot)| record_id(world.program, kind, slot));
    Some(Expected { rule, subject, verdict })
}

fn subject_kind(program: &Program, rule: RuleRef) -> Option<kijun_facts::KindId> {
    match rule {
        RuleRef::Check(i) => program.checks.get(i)?.subject.map(|s| s.kind),
        RuleRef::Attest(i) => program.attests.get(i)?.subject.map(|s| s.kind),
        RuleRef::Combination(i) => {
            let first = members(program.combinations.get(i)?).next()?;
            subject_kind(
                program,
                match first {
                    Member::Check(i) => RuleRef::Check(i),
                    Member::Attest(i) => RuleRef::Attest(i),
                },
            )
        }
    }
}

/// The checks and attestations of rules, those of combinations included.
pub(crate) fn each_member(program: &Program, rules: &[RuleRef]) -> Vec<Member> {
    let mut all = Vec::new();
    for rule in rules {
        match rule {
            RuleRef::Check(i) => all.push(Member::Check(*i)),
            RuleRef::Attest(i) => all.push(Member::Attest(*i)),
            RuleRef::Combination(i) => all.extend(program.combinations.get(*i).into_iter().flat_map(members)),
        }
    }
    all
}

/// Every expression that decides rules, those of relations included.
pub(crate) fn expressions<'p>(program: &'p Program, rules: &[RuleRef]) -> Vec<&'p Expr> {
    let mut exprs: Vec<&Expr> = Vec::new();
    for member in each_member(program, rules) {
        match member {
            Member::Check(i) => {
                let Some(check) = program.checks.get(i) else { continue };
                exprs.extend(&check.condition);
                exprs.extend(check.requires.iter().map(|r| &r.condition));
            }
            Member::Attest(i) => exprs.extend(program.attests.get(i).and_then(|a| a.condition.as_ref())),
        }
    }
    let mut seen = Vec::new();
    let mut next = 0;
    while let Some(expr) = exprs.get(next).copied() {
        next += 1;
        let mut used = Vec::new();
        walk::expressions(expr, &mut |e| used.extend(walk::relation_of(e)));
        for relation in used {
            // Relations of one stratum are evaluated together.
            let alone = vec![relation];
            let group = program.strata.iter().find(|s| s.contains(&relation)).unwrap_or(&alone);
            for member in group {
                if !seen.contains(member) {
                    seen.push(*member);
                    let rules = program.relation(*member).into_iter().flat_map(|r| &r.rules);
                    exprs.extend(rules.flat_map(|r| &r.body));
                }
            }
        }
    }
    exprs
}

/// What rules read: attributes, registers, and the day of evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Read {
    Attribute(kijun_facts::KindId, kijun_facts::AttrId),
    Register(kijun_facts::KindId),
    Today,
}

pub(crate) fn reads(program: &Program, rules: &[RuleRef]) -> std::collections::BTreeSet<Read> {
    use kijun_engine::program::ExprKind;
    let mut all = std::collections::BTreeSet::new();
    for expr in expressions(program, rules) {
        walk::expressions(expr, &mut |e| {
            match &e.kind {
                ExprKind::Attr { kind, attr, .. } => _ = all.insert(Read::Attribute(*kind, *attr)),
                ExprKind::Today => _ = all.insert(Read::Today),
                _ => {}
            }
            match walk::set_of(e) {
                Some(SetExpr::Attr { kind, attr, .. }) => _ = all.insert(Read::Attribute(*kind, *attr)),
                Some(SetExpr::Extent(kind)) => _ = all.insert(Read::Register(*kind)),
                _ => {}
            }
        });
    }
    all
}
