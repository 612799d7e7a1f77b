//! Outcomes of rules on the records of a scope, and of requirements as a whole.

use std::collections::BTreeMap;

use kijun_engine::assessment::RuleRef;
use kijun_engine::program::{Attest, Check, Combination, Combine, Member, Subject};
use kijun_facts::KindId;

use crate::Stuck;
use crate::circuit::Lit;
use crate::expr::Env;
use crate::value::{Code, Plain, Truth};
use crate::world::World;

/// What a rule says of one subject. At most one of the three holds, none when it is undecided.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    /// The record; `None`: the facility.
    pub(crate) slot: Option<u32>,
    /// Whether there is such a subject.
    pub(crate) exists: Lit,
    pub(crate) satisfied: Lit,
    pub(crate) violated: Lit,
    pub(crate) not_applicable: Lit,
}

/// The answer to an attestation, as facts would record it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    pub(crate) attest: usize,
    pub(crate) slot: Option<u32>,
    pub(crate) yes: Lit,
    pub(crate) no: Lit,
}

impl World<'_> {
    fn status(&mut self, slot: Option<u32>, exists: Lit, applies: Truth, holds: Truth) -> Outcome {
        Outcome {
            slot,
            exists,
            satisfied: self.circuit.and(&[exists, applies.sure, holds.sure]),
            violated: self.circuit.and(&[exists, applies.sure, !holds.may]),
            not_applicable: self.circuit.and(&[exists, !applies.may]),
        }
    }

    pub(crate) fn env(subject: Option<Subject>, slot: Option<u32>) -> Env {
        match (subject, slot) {
            (Some(s), Some(slot)) => Env::default().bind(s.var, Plain::Code(Code::Record(s.kind, slot))),
            _ => Env::default(),
        }
    }

    fn exists(&mut self, subject: Option<Subject>, slot: Option<u32>) -> Result<Lit, Stuck> {
        match (subject, slot) {
            (Some(s), Some(slot)) => self.present(s.kind, slot),
            _ => Ok(Lit::TRUE),
        }
    }

    fn slots(&self, subject: Option<Subject>) -> Vec<Option<u32>> {
        if subject.is_some() { (0..self.scope).map(Some).collect() } else { vec![None] }
    }

    /// What a check says of one subject.
    pub(crate) fn checked(&mut self, check: &Check, slot: Option<u32>) -> Result<Outcome, Stuck> {
        let env = World::env(check.subject, slot);
        let exists = self.exists(check.subject, slot)?;
        let applies = match &check.condition {
            Some(condition) => self.condition(condition, &env)?,
            None => Truth::TRUE,
        };
        let mut holds = Vec::new();
        for require in &check.requires {
            holds.push(self.condition(&require.condition, &env)?);
        }
        let holds = self.circuit.all(&holds);
        Ok(self.status(slot, exists, applies, holds))
    }

    fn asked(
        &mut self,
        index: usize,
        attest: &Attest,
        slot: Option<u32>,
        answers: &mut Vec<Answered>,
    ) -> Result<Outcome, Stuck> {
        let env = World::env(attest.subject, slot);
        let exists = self.exists(attest.subject, slot)?;
        let applies = match &attest.condition {
            Some(condition) => self.condition(condition, &env)?,
            None => Truth::TRUE,
        };
        let answer = match answers.iter().find(|a| (a.attest, a.slot) == (index, slot)) {
            Some(given) => *given,
            None => {
                let (yes, no) = (self.circuit.input(), self.circuit.input());
                self.circuit.clause(&[!yes, !no]);
                self.circuit.clause(&[!yes, exists]);
                self.circuit.clause(&[!no, exists]);
                answers.push(Answered { attest: index, slot, yes, no });
                Answered { attest: index, slot, yes, no }
            }
        };
        Ok(self.status(slot, exists, applies, Truth { sure: answer.yes, may: !answer.no }))
    }

    /// What a check or an attestation says of every subject.
    pub(crate) fn outcomes(
        &mut self,
        rule: Member,
        answers: &mut Vec<Answered>,
    ) -> Result<Vec<Outcome>, Stuck> {
        let program = self.program;
        let mut outcomes = Vec::new();
        match rule {
            Member::Check(i) => {
                let Some(check) = program.checks.get(i) else { return Ok(outcomes) };
                for slot in self.slots(check.subject) {
                    outcomes.push(self.checked(check, slot)?);
                }
            }
            Member::Attest(i) => {
                let Some(attest) = program.attests.get(i) else { return Ok(outcomes) };
                for slot in self.slots(attest.subject) {
                    outcomes.push(self.asked(i, attest, slot, answers)?);
                }
            }
        }
        Ok(outcomes)
    }

    /// The same for any rule.
    pub(crate) fn ruled(
        &mut self,
        rule: RuleRef,
        answers: &mut Vec<Answered>,
    ) -> Result<Vec<Outcome>, Stuck> {
        match rule {
            RuleRef::Check(i) => self.outcomes(Member::Check(i), answers),
            RuleRef::Attest(i) => self.outcomes(Member::Attest(i), answers),
            RuleRef::Combination(i) => match self.program.combinations.get(i) {
                Some(combination) => {
                    let combined = self.combined(combination, &combination.combine, answers)?;
                    Ok(combined)
                }
                None => Ok(Vec::new()),
            },
        }
    }

    /// The outcomes of a combination, or of a part of what it combines.
    pub(crate) fn combined(
        &mut self,
        combination: &Combination,
        part: &Combine,
        answers: &mut Vec<Answered>,
    ) -> Result<Vec<Outcome>, Stuck> {
        let kinds: Vec<Option<KindId>> = members(combination).map(|m| self.subject_kind(m)).collect();
        let first = kinds.first().copied().flatten();
        let per_subject = first.is_some() && kinds.iter().all(|k| *k == first);
        let mut by_member: BTreeMap<usize, (Vec<Outcome>, bool)> = BTreeMap::new();
        for (i, member) in members(combination).enumerate() {
            by_member.insert(i, (self.outcomes(member, answers)?, self.is_weak(member)));
        }
        let slots = if per_subject { (0..self.scope).map(Some).collect() } else { vec![None] };
        let mut outcomes = Vec::new();
        for slot in slots {
            let mut counted = Vec::new();
            for (all, weak) in by_member.values() {
                let own: Vec<Outcome> =
                    all.iter().filter(|o| !per_subject || o.slot == slot).copied().collect();
                counted.push(self.rolled_up(&own, *weak));
            }
            let exists = match (first, slot) {
                (Some(kind), Some(slot)) => self.present(kind, slot)?,
                _ => Lit::TRUE,
            };
            let truth = self.combine(combination, part, &counted);
            let applies = Truth::definite(truth.counts);
            outcomes.push(self.status(slot, exists, applies, truth.truth));
        }
        Ok(outcomes)
    }

    fn subject_kind(&self, member: Member) -> Option<KindId> {
        match member {
            Member::Check(i) => self.program.checks.get(i)?.subject.map(|s| s.kind),
            Member::Attest(i) => self.program.attests.get(i)?.subject.map(|s| s.kind),
        }
    }

    fn is_weak(&self, member: Member) -> bool {
        match member {
            Member::Check(i) => self.program.checks.get(i).is_some_and(|c| c.mark.is_weak()),
            Member::Attest(i) => self.program.attests.get(i).is_some_and(|a| a.mark.is_weak()),
        }
    }

    /// "A member counts T if satisfied, F if violated, else U, and U always if its rule is marked ambiguous or unverified; a
    /// member that is not_applicable does not count."
    fn rolled_up(&mut self, outcomes: &[Outcome], weak: bool) -> Counted {
        let violated: Vec<Lit> = outcomes.iter().map(|o| o.violated).collect();
        let violated = self.circuit.or(&violated);
        let mut decided = Vec::new();
        let mut applicable = Vec::new();
        for o in outcomes {
            decided.push(self.circuit.or(&[!o.exists, o.satisfied, o.not_applicable]));
            applicable.push(self.circuit.and(&[o.exists, !o.not_applicable]));
        }
        let counts = self.circuit.or(&applicable);
        decided.push(counts);
        let satisfied = self.circuit.and(&decided);
        let truth = if weak { Truth::UNKNOWN } else { Truth { sure: satisfied, may: !violated } };
        Counted { counts, truth }
    }

    fn combine(&mut self, combination: &Combination, part: &Combine, members: &[Counted]) -> Counted {
        match part {
            Combine::AtLeast { count, group } => {
                let group = of_group(combination, *group, members);
                self.at_least(*count as usize, &group)
            }
            Combine::AllOf { group } => {
                let group = of_group(combination, *group, members);
                self.at_least(group.len(), &group)
            }
            Combine::And(parts) => self.joined(combination, parts, members, false),
            Combine::Or(parts) => self.joined(combination, parts, members, true),
        }
    }

    /// Parts of which no member counts are left out.
    fn joined(
        &mut self,
        combination: &Combination,
        parts: &[Combine],
        members: &[Counted],
        any: bool,
    ) -> Counted {
        let parts: Vec<Counted> = parts.iter().map(|p| self.combine(combination, p, members)).collect();
        let counts: Vec<Lit> = parts.iter().map(|p| p.counts).collect();
        let mut truths = Vec::new();
        for part in &parts {
            let own = if any { part.truth } else { part.truth.negate() };
            truths.push(self.circuit.all(&[Truth::definite(part.counts), own]));
        }
        let truth = self.circuit.any(&truths);
        Counted { counts: self.circuit.or(&counts), truth: if any { truth } else { truth.negate() } }
    }

    /// "With n the smaller of N and the number of members that count, `any N g` is T when at least n count T, F when fewer
    /// than n can."
    fn at_least(&mut self, count: usize, group: &[Counted]) -> Counted {
        let mut states: BTreeMap<(usize, usize, usize), Lit> = BTreeMap::from([((0, 0, 0), Lit::TRUE)]);
        for member in group {
            let mut next: BTreeMap<(usize, usize, usize), Vec<Lit>> = BTreeMap::new();
            for ((counting, holding, able), when) in states {
                let Truth { sure, may } = member.truth;
                let ways = [
                    ((counting, holding, able), vec![!member.counts]),
                    ((counting + 1, holding + 1, able + 1), vec![member.counts, sure]),
                    ((counting + 1, holding, able + 1), vec![member.counts, may, !sure]),
                    ((counting + 1, holding, able), vec![member.counts, !may]),
                ];
                for (state, mut lits) in ways {
                    lits.push(when);
                    let lit = self.circuit.and(&lits);
                    next.entry(state).or_default().push(lit);
                }
            }
            states = next.into_iter().map(|(state, lits)| (state, self.circuit.or(&lits))).collect();
        }
        let (mut counts, mut sure, mut may) = (Vec::new(), Vec::new(), Vec::new());
        for ((counting, holding, able), when) in states {
            let asked = count.min(counting);
            if counting > 0 {
                counts.push(when);
            }
            if holding >= asked {
                sure.push(when);
            }
            if able >= asked {
                may.push(when);
            }
        }
        let truth = Truth { sure: self.circuit.or(&sure), may: self.circuit.or(&may) };
        Counted { counts: self.circuit.or(&counts), truth }
    }
}

/// A member, or a part, of a combination.
#[derive(Debug, Clone, Copy)]
struct Counted {
    counts: Lit,
    truth: Truth,
}

pub(crate) fn members(combination: &Combination) -> impl Iterator<Item = Member> {
    combination.groups.iter().flat_map(|(_, members)| members.iter().copied())
}

/// The members of one group, of all that are numbered through all groups.
fn of_group(combination: &Combination, group: usize, all: &[Counted]) -> Vec<Counted> {
    let before: usize = combination.groups.iter().take(group).map(|(_, m)| m.len()).sum();
    let own = combination.groups.get(group).map_or(0, |(_, m)| m.len());
    all.iter().skip(before).take(own).copied().collect()
}
