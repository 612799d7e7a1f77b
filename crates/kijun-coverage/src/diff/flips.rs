//! What two editions say of the same facts on the same day: verdicts that differ, on which subjects, and why.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{Assessment, FactRef, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Combination, Member, Program, RequirementId};
use kijun_engine::{Evaluation, subject_kind};

use super::{EditionDiff, Link, Side, above};
use crate::coverage::Verdicts;
use crate::relation::Relations;

/// Why verdicts differ between editions, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The old edition has no rule for it, or for a part of it.
    NoRuleInOld,
    /// The new edition has no rule for it, or for a part of it.
    NoRuleInNew,
    /// Rules of the old edition ask nothing of this subject.
    NotAskedInOld,
    NotAskedInNew,
    /// Rules of the old edition do not apply to this subject, by its facts or on this day.
    NotApplicableInOld,
    NotApplicableInNew,
    /// Undecided in the old edition, which needs facts that the new one does not.
    FactsForOld,
    FactsForNew,
    /// A waiver covers one of them.
    Waiver,
    /// The verdict is the same, and other facts decide it.
    OtherFacts,
    /// Rules of both apply and ask for something else.
    Rule,
}

impl Cause {
    pub const ALL: [Cause; 11] = [
        Cause::NoRuleInOld,
        Cause::NoRuleInNew,
        Cause::NotAskedInOld,
        Cause::NotAskedInNew,
        Cause::NotApplicableInOld,
        Cause::NotApplicableInNew,
        Cause::FactsForOld,
        Cause::FactsForNew,
        Cause::Waiver,
        Cause::OtherFacts,
        Cause::Rule,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Cause::NoRuleInOld => "no_rule_in_old",
            Cause::NoRuleInNew => "no_rule_in_new",
            Cause::NotAskedInOld => "not_asked_in_old",
            Cause::NotAskedInNew => "not_asked_in_new",
            Cause::NotApplicableInOld => "not_applicable_in_old",
            Cause::NotApplicableInNew => "not_applicable_in_new",
            Cause::FactsForOld => "facts_for_old",
            Cause::FactsForNew => "facts_for_new",
            Cause::Waiver => "waiver",
            Cause::OtherFacts => "other_facts",
            Cause::Rule => "rule",
        }
    }
}

/// What the rules of one edition say of a subject.
#[derive(Debug, Clone, Default)]
pub struct Sayings {
    /// The worst of them; `None`: no rule asks anything of it.
    pub verdict: Option<Verdict>,
    pub rules: Vec<(RuleRef, Verdict)>,
    /// Facts that these rules read and those of the other edition do not.
    pub only: Vec<FactRef>,
}

/// A subject on which the editions differ.
#[derive(Debug, Clone)]
pub struct SubjectFlip {
    pub subject: SubjectRef,
    pub old: Sayings,
    pub new: Sayings,
    pub cause: Cause,
}

/// Corresponding items whose verdicts differ, or that are decided by other facts.
#[derive(Debug, Clone)]
pub struct Flip {
    /// Index of the link.
    pub link: usize,
    /// The worst verdict of the old side.
    pub old: Verdict,
    pub new: Verdict,
    /// The items correspond by ambiguous or unverified statements only.
    pub weak: bool,
    pub causes: BTreeSet<Cause>,
    pub subjects: Vec<SubjectFlip>,
}

/// Whether something that was satisfied is violated. A weak correspondence decides nothing.
pub fn is_worse(flip: &Flip) -> bool {
    let worse = |old: Option<Verdict>, new| old == Some(Verdict::Satisfied) && new == Some(Verdict::Violated);
    let on_subject = |s: &SubjectFlip| worse(s.old.verdict, s.new.verdict);
    !flip.weak && (worse(Some(flip.old), Some(flip.new)) || flip.subjects.iter().any(on_subject))
}

/// The flips of every link. The evaluation has both editions in scope.
pub fn flips(
    diff: &EditionDiff,
    program: &Program,
    evaluation: &Evaluation<'_>,
    assessment: &Assessment,
) -> Vec<Flip> {
    if diff.old == diff.new {
        return Vec::new();
    }
    let said = Said { evaluation, program, verdicts: Verdicts::of(assessment) };
    diff.links.iter().enumerate().filter_map(|(i, link)| said.flip(i, link)).collect()
}

/// Rules and verdicts by subject.
type BySubject = BTreeMap<SubjectRef, Vec<(RuleRef, Verdict)>>;

struct Said<'e, 'a> {
    evaluation: &'e Evaluation<'a>,
    program: &'e Program,
    verdicts: Verdicts,
}

impl Said<'_, '_> {
    fn flip(&self, index: usize, link: &Link) -> Option<Flip> {
        let verdict = |side: Side| link.ends(side).iter().filter_map(|id| self.verdicts.get(*id)).min();
        let (old, new) = (verdict(Side::Old)?, verdict(Side::New)?);
        let (of_old, of_new) = (self.outcomes(&link.old), self.outcomes(&link.new));
        let subjects: BTreeSet<SubjectRef> = of_old.keys().chain(of_new.keys()).copied().collect();
        let subjects: Vec<SubjectFlip> =
            subjects.into_iter().filter_map(|s| self.subject(s, &of_old, &of_new)).collect();
        if old == new && subjects.is_empty() {
            return None;
        }
        let mut causes: BTreeSet<Cause> = subjects.iter().map(|s| s.cause).collect();
        // A section may be undecided for want of a rule on one item below it.
        let unchecked = |verdict, outcomes: &BySubject| verdict == Verdict::Unverified || outcomes.is_empty();
        if old != new && unchecked(old, &of_old) {
            causes.insert(Cause::NoRuleInOld);
        }
        if old != new && unchecked(new, &of_new) {
            causes.insert(Cause::NoRuleInNew);
        }
        if causes.is_empty() {
            causes.insert(Cause::Rule);
        }
        let weak = !link.trusted.is_within(Relations::OVERLAPS);
        Some(Flip { link: index, old, new, weak, causes, subjects })
    }

    /// What the rules on these items and everything below them say, as it counts.
    fn outcomes(&self, items: &[RequirementId]) -> BySubject {
        let mut out = BySubject::new();
        let all = (0..self.program.requirements.len() as u32).map(RequirementId);
        for id in all.filter(|id| items.contains(id) || above(self.program, *id).any(|s| items.contains(&s)))
        {
            let outcomes = self.evaluation.outcomes_of(id);
            let strong = outcomes.iter().any(|(rule, _, _)| !self.is_weak(id, *rule));
            for (rule, subject, verdict) in outcomes {
                // A weak rule decides nothing alone, and does not count beside one that is not.
                let verdict = match self.is_weak(id, rule) {
                    true if strong => continue,
                    true if verdict != Verdict::NotApplicable => Verdict::Unknown,
                    _ => verdict,
                };
                let own = out.entry(subject).or_default();
                if !own.contains(&(rule, verdict)) {
                    own.push((rule, verdict));
                }
            }
        }
        out
    }

    fn is_weak(&self, id: RequirementId, rule: RuleRef) -> bool {
        let program = self.program;
        let mark = match rule {
            RuleRef::Check(i) => program.checks.get(i).map(|c| c.mark),
            RuleRef::Attest(i) => program.attests.get(i).map(|a| a.mark),
            RuleRef::Combination(i) => program.combinations.get(i).map(|c| c.mark),
        };
        let own = program.requirement(id).map(|r| r.mark);
        [mark, own].into_iter().flatten().any(|m| m.is_weak())
    }

    fn subject(&self, subject: SubjectRef, of_old: &BySubject, of_new: &BySubject) -> Option<SubjectFlip> {
        let (old, new) = (worst(of_old, subject), worst(of_new, subject));
        let quiet =
            |v: Option<Verdict>| matches!(v, None | Some(Verdict::Satisfied | Verdict::NotApplicable));
        let one_sided = old.is_none() || new.is_none();
        if (one_sided || old == new) && quiet(old) && quiet(new) {
            return None;
        }
        let rules = |of: &BySubject| of.get(&subject).cloned().unwrap_or_default();
        let (old_rules, new_rules) = (rules(of_old), rules(of_new));
        let (read_old, read_new) =
            (self.facts(&old_rules, old, subject), self.facts(&new_rules, new, subject));
        let only = |own: &[FactRef], other: &[FactRef]| -> Vec<FactRef> {
            own.iter().filter(|f| !other.contains(f)).copied().collect()
        };
        let (only_old, only_new) = (only(&read_old, &read_new), only(&read_new, &read_old));
        let cause = match (old, new) {
            (None, _) if of_old.is_empty() => Cause::NoRuleInOld,
            (_, None) if of_new.is_empty() => Cause::NoRuleInNew,
            (None, _) => Cause::NotAskedInOld,
            (_, None) => Cause::NotAskedInNew,
            (Some(a), Some(b)) if a == b && only_old.is_empty() && only_new.is_empty() => return None,
            (Some(a), Some(b)) if a == b => Cause::OtherFacts,
            (Some(Verdict::NotApplicable), _) => Cause::NotApplicableInOld,
            (_, Some(Verdict::NotApplicable)) => Cause::NotApplicableInNew,
            (Some(Verdict::Waived), _) | (_, Some(Verdict::Waived)) => Cause::Waiver,
            (Some(a), _) if a.is_undecided() && !only_old.is_empty() => Cause::FactsForOld,
            (_, Some(b)) if b.is_undecided() && !only_new.is_empty() => Cause::FactsForNew,
            _ => Cause::Rule,
        };
        let old = Sayings { verdict: old, rules: old_rules, only: only_old };
        let new = Sayings { verdict: new, rules: new_rules, only: only_new };
        Some(SubjectFlip { subject, old, new, cause })
    }

    /// The facts that the rules which decided a verdict read of a subject.
    fn facts(
        &self,
        rules: &[(RuleRef, Verdict)],
        worst: Option<Verdict>,
        subject: SubjectRef,
    ) -> Vec<FactRef> {
        let mut out: Vec<FactRef> = Vec::new();
        for (rule, _) in rules.iter().filter(|(_, verdict)| Some(*verdict) == worst) {
            for fact in self.read_by(*rule, subject) {
                if !out.contains(&fact) {
                    out.push(fact);
                }
            }
        }
        out
    }

    fn read_by(&self, rule: RuleRef, subject: SubjectRef) -> Vec<FactRef> {
        if let SubjectRef::Register(kind) = subject {
            return vec![FactRef::Register(kind)];
        }
        let proofs = self.evaluation.proof(rule, subject);
        let mut facts: Vec<FactRef> = proofs.iter().flat_map(kijun_engine::Proof::all_facts).collect();
        match rule {
            RuleRef::Check(_) => {}
            RuleRef::Attest(i) => {
                facts.extend(self.program.attests.get(i).map(|a| FactRef::Attestation(a.requirement)));
            }
            RuleRef::Combination(i) => {
                let members = self.program.combinations.get(i).map(members).unwrap_or_default();
                let own = members.into_iter().filter(|m| self.asks_of(*m) == subject_kind(subject));
                facts.extend(own.flat_map(|member| self.read_by(member, subject)));
            }
        }
        facts
    }

    /// The kind of a rule's subjects; `None`: the facility as a whole.
    fn asks_of(&self, rule: RuleRef) -> Option<kijun_facts::KindId> {
        match rule {
            RuleRef::Check(i) => self.program.checks.get(i)?.subject.map(|s| s.kind),
            RuleRef::Attest(i) => self.program.attests.get(i)?.subject.map(|s| s.kind),
            RuleRef::Combination(_) => None,
        }
    }
}

fn worst(of: &BySubject, subject: SubjectRef) -> Option<Verdict> {
    of.get(&subject)?.iter().map(|(_, verdict)| *verdict).min()
}

fn members(of: &Combination) -> Vec<RuleRef> {
    let rule = |member: &Member| match member {
        Member::Check(i) => RuleRef::Check(*i),
        Member::Attest(i) => RuleRef::Attest(*i),
    };
    of.groups.iter().flat_map(|(_, members)| members.iter().map(rule)).collect()
}
