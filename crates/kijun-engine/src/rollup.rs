//! From outcomes to verdicts: combinations of measures, waivers, weak rules, the catalogue tree.

use std::collections::BTreeMap;

use kijun_facts::KindId;
use kijun_facts::store::{NONE, UNKNOWN};
use kijun_text::Label;

use crate::assess::{Evaluation, is_evaluated, kind_of};
use crate::assessment::{Outcome, Remark, RequirementResult, RuleRef, SubjectRef, Verdict};
use crate::attest::{code, interval};
use crate::program::{Combine, Mark, Member, RequirementId, Scope};
use crate::truth::Truth;

/// Attributes of the prelude's `waiver`, in the order of their declaration.
mod waiver {
    use kijun_facts::AttrId;
    pub(super) const REQUIREMENT: AttrId = AttrId(0);
    pub(super) const SUBJECT: AttrId = AttrId(1);
    pub(super) const APPROVER: AttrId = AttrId(2);
    pub(super) const REASON: AttrId = AttrId(3);
    pub(super) const EXPIRES: AttrId = AttrId(5);
}

/// The outcome of a rule on a subject, as it counts for one requirement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) requirement: RequirementId,
    pub(crate) rule: RuleRef,
    pub(crate) subject: SubjectRef,
    pub(crate) verdict: Verdict,
    /// The rule or the requirement is marked ambiguous or unverified.
    pub(crate) weak: bool,
    /// It counts for the roll-up: a weak rule beside one that is not does not.
    pub(crate) counts: bool,
    pub(crate) waiver: Option<u32>,
}

pub(crate) struct RollUp {
    pub(crate) counted: Vec<Counted>,
    pub(crate) results: Vec<RequirementResult>,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) rules: usize,
}

pub(crate) fn roll_up(evaluation: &Evaluation<'_>) -> RollUp {
    let program = evaluation.program;
    let mut by_requirement: BTreeMap<RequirementId, Vec<Counted>> = BTreeMap::new();
    let waivers = Waivers::read(evaluation);
    let mut used: Vec<u32> = Vec::new();
    let mut rules = 0;
    let mut add =
        |requirement: RequirementId, rule: RuleRef, mark: Mark, member: bool, outcomes: &[Outcome]| {
            // A member of a combination speaks through it.
            if member || !is_evaluated(program, requirement) {
                return;
            }
            let weak = mark.is_weak() || program.requirement(requirement).is_some_and(|r| r.mark.is_weak());
            by_requirement.entry(requirement).or_default().extend(outcomes.iter().map(|o| Counted {
                requirement,
                rule,
                subject: o.subject,
                verdict: o.verdict,
                weak,
                counts: true,
                waiver: None,
            }));
        };
    for (i, (check, outcomes)) in program.checks.iter().zip(&evaluation.checks).enumerate() {
        let Some(outcomes) = outcomes else { continue };
        rules += 1;
        for requirement in &check.requirements {
            let member = is_member(evaluation, *requirement, Member::Check(i));
            add(*requirement, RuleRef::Check(i), check.mark, member, outcomes);
        }
    }
    for (i, (attest, outcomes)) in program.attests.iter().zip(&evaluation.attests).enumerate() {
        let Some(outcomes) = outcomes else { continue };
        rules += 1;
        let member = is_member(evaluation, attest.requirement, Member::Attest(i));
        add(attest.requirement, RuleRef::Attest(i), attest.mark, member, outcomes);
    }
    for (i, combination) in program.combinations.iter().enumerate() {
        if is_evaluated(program, combination.requirement) {
            rules += 1;
            let outcomes = combination_outcomes(evaluation, i, &waivers, &mut used);
            add(combination.requirement, RuleRef::Combination(i), combination.mark, false, &outcomes);
        }
    }
    for counted in by_requirement.values_mut() {
        let strong = counted.iter().any(|c| c.counts && !c.weak);
        for c in counted.iter_mut() {
            if c.weak && strong {
                c.counts = false;
            }
            if c.verdict == Verdict::Violated
                && let Some(row) = waivers.find(c.requirement, c.subject, evaluation)
            {
                c.verdict = Verdict::Waived;
                c.waiver = Some(row);
                used.push(row);
            }
        }
    }
    let results = verdicts(evaluation, &by_requirement);
    let remarks = remarks(evaluation, &waivers, &used);
    RollUp { counted: by_requirement.into_values().flatten().collect(), results, remarks, rules }
}

fn is_member(evaluation: &Evaluation<'_>, requirement: RequirementId, member: Member) -> bool {
    let of = evaluation.program.combinations.iter().filter(|c| c.requirement == requirement);
    of.flat_map(|c| &c.groups).any(|(_, members)| members.contains(&member))
}

// ---------------------------------------------------------------- combinations

fn combination_outcomes(
    evaluation: &Evaluation<'_>,
    index: usize,
    waivers: &Waivers,
    used: &mut Vec<u32>,
) -> Vec<Outcome> {
    let Some(combination) = evaluation.program.combinations.get(index) else { return Vec::new() };
    let members: Vec<Member> = combination.groups.iter().flat_map(|(_, m)| m.iter().copied()).collect();
    let kinds: Vec<Option<KindId>> = members.iter().map(|m| subject_kind(evaluation, *m)).collect();
    let common = kinds.first().copied().flatten().filter(|k| kinds.iter().all(|other| *other == Some(*k)));
    let mut subjects: Vec<SubjectRef> = Vec::new();
    if common.is_some() {
        for member in &members {
            subjects.extend(outcomes_of(evaluation, *member).iter().map(|o| o.subject));
        }
        subjects.sort_unstable();
        subjects.dedup();
    } else {
        subjects.push(SubjectRef::Facility);
    }
    subjects
        .into_iter()
        .map(|subject| {
            let mut verdict_of = |member: &Member| {
                let weak = is_weak(evaluation, *member);
                let outcomes = outcomes_of(evaluation, *member).iter();
                let relevant = outcomes.filter(|o| common.is_none() || o.subject == subject);
                let waived = relevant.map(|o| match o.verdict {
                    Verdict::NotApplicable => Verdict::NotApplicable,
                    _ if weak => Verdict::Unknown,
                    Verdict::Violated => match waivers.find(combination.requirement, o.subject, evaluation) {
                        Some(row) => {
                            used.push(row);
                            Verdict::Waived
                        }
                        None => Verdict::Violated,
                    },
                    verdict => verdict,
                });
                waived.min().unwrap_or(Verdict::NotApplicable)
            };
            let groups: Vec<Vec<Verdict>> = combination
                .groups
                .iter()
                .map(|(_, members)| members.iter().map(&mut verdict_of).collect())
                .collect();
            Outcome { subject, verdict: combined(&combination.combine, &groups) }
        })
        .collect()
}

fn subject_kind(evaluation: &Evaluation<'_>, member: Member) -> Option<KindId> {
    match member {
        Member::Check(i) => evaluation.program.checks.get(i)?.subject.map(|s| s.kind),
        Member::Attest(i) => evaluation.program.attests.get(i)?.subject.map(|s| s.kind),
    }
}

/// Outcomes of a member, evaluated or not: one that is out of scope does not count.
pub(crate) fn outcomes_of<'e>(evaluation: &'e Evaluation<'_>, member: Member) -> &'e [Outcome] {
    let list = match member {
        Member::Check(i) => evaluation.checks.get(i),
        Member::Attest(i) => evaluation.attests.get(i),
    };
    list.and_then(Option::as_deref).unwrap_or(&[])
}

/// A member marked ambiguous or unverified decides nothing inside a combination either.
fn is_weak(evaluation: &Evaluation<'_>, member: Member) -> bool {
    match member {
        Member::Check(i) => evaluation.program.checks.get(i).is_some_and(|c| c.mark.is_weak()),
        Member::Attest(i) => evaluation.program.attests.get(i).is_some_and(|a| a.mark.is_weak()),
    }
}

fn combined(combine: &Combine, groups: &[Vec<Verdict>]) -> Verdict {
    let all: Vec<Verdict> = groups.iter().flatten().copied().collect();
    if all.iter().all(|v| *v == Verdict::NotApplicable) {
        return Verdict::NotApplicable;
    }
    match truth_of(combine, groups) {
        None => Verdict::NotApplicable,
        Some(Truth::True) => Verdict::Satisfied,
        Some(Truth::False) => Verdict::Violated,
        Some(Truth::Unknown) => {
            let undecided = all.into_iter().filter(|v| v.is_undecided());
            undecided.min().unwrap_or(Verdict::Unknown)
        }
    }
}

/// `None`: nothing in it applies, and it does not count.
fn truth_of(combine: &Combine, groups: &[Vec<Verdict>]) -> Option<Truth> {
    let members = |group: usize| -> Vec<Truth> {
        let applicable = groups.get(group).into_iter().flatten().filter(|v| **v != Verdict::NotApplicable);
        applicable
            .map(|v| match v {
                Verdict::Satisfied | Verdict::Waived => Truth::True,
                Verdict::Violated => Truth::False,
                _ => Truth::Unknown,
            })
            .collect()
    };
    match combine {
        Combine::AtLeast { count, group } => {
            let members = members(*group);
            let yes = members.iter().filter(|t| **t == Truth::True).count();
            let may = members.iter().filter(|t| **t != Truth::False).count();
            let count = (*count as usize).min(members.len());
            (!members.is_empty()).then_some(if yes >= count {
                Truth::True
            } else if may < count {
                Truth::False
            } else {
                Truth::Unknown
            })
        }
        Combine::AllOf { group } => members(*group).into_iter().reduce(Truth::and),
        Combine::And(parts) => parts.iter().filter_map(|p| truth_of(p, groups)).reduce(Truth::and),
        Combine::Or(parts) => parts.iter().filter_map(|p| truth_of(p, groups)).reduce(Truth::or),
    }
}

// ---------------------------------------------------------------- waivers

struct Waiver {
    row: u32,
    requirement: RequirementId,
    state: WaiverState,
}

#[derive(PartialEq, Eq)]
enum WaiverState {
    Valid,
    Expired,
    Incomplete,
}

struct Waivers {
    list: Vec<Waiver>,
}

impl Waivers {
    fn read(evaluation: &Evaluation<'_>) -> Waivers {
        let store = evaluation.store;
        let Some(table) = store.kind(evaluation.program.builtins.waiver) else {
            return Waivers { list: Vec::new() };
        };
        let mut list = Vec::new();
        for row in 0..table.len() {
            let symbol = code(table, waiver::REQUIREMENT, row);
            if symbol >= NONE {
                continue;
            }
            let id = store.symbols.text(kijun_facts::Symbol(symbol));
            let Some(requirement) = evaluation.program.find_requirement(id) else { continue };
            let expires = interval(table, waiver::EXPIRES, row);
            let stated = [waiver::APPROVER, waiver::REASON].iter().all(|a| code(table, *a, row) < NONE);
            let subject_known = code(table, waiver::SUBJECT, row) != UNKNOWN;
            let state = if !stated || !subject_known || expires.is_unknown() || expires.is_none() {
                WaiverState::Incomplete
            } else if expires.lo < i64::from(evaluation.today) {
                WaiverState::Expired
            } else {
                WaiverState::Valid
            };
            list.push(Waiver { row: row as u32, requirement, state });
        }
        Waivers { list }
    }

    fn find(
        &self,
        requirement: RequirementId,
        subject: SubjectRef,
        evaluation: &Evaluation<'_>,
    ) -> Option<u32> {
        let table = evaluation.store.kind(evaluation.program.builtins.waiver)?;
        let of = self.list.iter().filter(|w| w.requirement == requirement && w.state == WaiverState::Valid);
        of.filter(|w| {
            let row = w.row as usize;
            code(table, waiver::SUBJECT, row) == NONE
                || crate::attest::names_subject(evaluation.store, table, waiver::SUBJECT, row, subject)
        })
        .map(|w| w.row)
        .next()
    }
}

fn remarks(evaluation: &Evaluation<'_>, waivers: &Waivers, used: &[u32]) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut kinds: Vec<KindId> = Vec::new();
    for outcomes in evaluation.checks.iter().chain(&evaluation.attests).flatten() {
        kinds.extend(outcomes.iter().filter_map(|o| kind_of(o.subject)));
    }
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let register = evaluation.store.kind(kind).map(|k| (k.register, k.is_empty()));
        if register == Some((kijun_facts::Register::Recorded, false)) {
            remarks.push(Remark::RegisterNotAttested(kind));
        }
    }
    for w in &waivers.list {
        match w.state {
            WaiverState::Expired => remarks.push(Remark::WaiverExpired(w.row)),
            WaiverState::Incomplete => remarks.push(Remark::WaiverIncomplete(w.row)),
            WaiverState::Valid if !used.contains(&w.row) => remarks.push(Remark::WaiverUnused(w.row)),
            WaiverState::Valid => {}
        }
    }
    remarks
}

// ---------------------------------------------------------------- the tree

fn verdicts(
    evaluation: &Evaluation<'_>,
    counted: &BTreeMap<RequirementId, Vec<Counted>>,
) -> Vec<RequirementResult> {
    let program = evaluation.program;
    let n = program.requirements.len();
    let mut worst: Vec<Option<Verdict>> = vec![None; n];
    // Children come after their parents: from the end, every child is ready before its parent.
    for i in (0..n).rev() {
        let Some(requirement) = program.requirements.get(i) else { continue };
        let id = RequirementId(i as u32);
        let children = worst.get(i).copied().flatten();
        let own = counted.get(&id).into_iter().flatten().filter(|c| c.counts).map(|c| match c.verdict {
            v if c.weak && v != Verdict::NotApplicable => Verdict::Unknown,
            v => v,
        });
        let verdict = match &requirement.scope {
            Scope::Out => None,
            Scope::Excluded(_) => Some(Verdict::NotApplicable),
            Scope::In if !requirement.text_included => {
                children.into_iter().chain([Verdict::Unverified]).min()
            }
            Scope::In => {
                own.chain(children).min().or((!requirement.is_section).then_some(Verdict::Unverified))
            }
        };
        if let Some(slot) = worst.get_mut(i) {
            *slot = verdict;
        }
        if let (Some(verdict), Some(parent)) = (verdict, requirement.parent)
            && let Some(slot) = worst.get_mut(parent.0 as usize)
        {
            *slot = Some(slot.map_or(verdict, |v| v.min(verdict)));
        }
    }
    let mut results = Vec::new();
    for (i, requirement) in program.requirements.iter().enumerate() {
        let id = RequirementId(i as u32);
        let Some(verdict) = worst.get(i).copied().flatten() else { continue };
        let mut subjects: BTreeMap<Verdict, usize> = BTreeMap::new();
        for c in counted.get(&id).into_iter().flatten().filter(|c| c.counts) {
            *subjects.entry(c.verdict).or_default() += 1;
        }
        let reason = match &requirement.scope {
            Scope::Excluded(reason) => Label::new(reason.clone(), reason.clone()),
            _ if !requirement.text_included => Label::new("本文未収録", "text not included"),
            _ if verdict == Verdict::NotApplicable && !subjects.is_empty() => {
                Label::new("条件に当てはまる対象がありません", "no subject meets the conditions")
            }
            _ => Label::default(),
        };
        let subjects = subjects.into_iter().collect();
        results.push(RequirementResult { requirement: id, verdict, subjects, reason });
    }
    results
}
