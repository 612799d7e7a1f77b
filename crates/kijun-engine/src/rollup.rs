//! From outcomes to verdicts: combinations of measures, waivers, weak rules, the catalogue tree.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kijun_facts::KindId;
use kijun_facts::store::{NONE, UNKNOWN};
use kijun_text::Label;

use crate::assess::Evaluation;
use crate::assessment::{Outcome, Outcomes, Remark, RequirementResult, RuleRef, SubjectRef, Verdict};
use crate::attest::{code, interval};
use crate::prepared::is_evaluated;
use crate::program::{Combine, Mark, Member, RequirementId, Scope};
use crate::truth::Truth;

/// Attributes of the prelude's `waiver`, in the order of their declaration.
pub(crate) mod waiver {
    use kijun_facts::AttrId;
    pub(crate) const REQUIREMENT: AttrId = AttrId(0);
    pub(crate) const SUBJECT: AttrId = AttrId(1);
    pub(crate) const APPROVER: AttrId = AttrId(2);
    pub(crate) const REASON: AttrId = AttrId(3);
    pub(crate) const EXPIRES: AttrId = AttrId(5);
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
    /// Outcomes that deserve a finding, by requirement, rule and subject.
    pub(crate) open: Vec<Counted>,
    pub(crate) results: Vec<RequirementResult>,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) rules: usize,
}

/// What one rule contributes to one requirement.
struct Contribution<'e> {
    requirement: RequirementId,
    rule: RuleRef,
    weak: bool,
    outcomes: Cow<'e, Outcomes>,
}

/// The outcomes of a contribution, counted.
struct Tally {
    weak: bool,
    counts: bool,
    subjects: BTreeMap<Verdict, usize>,
    open: Vec<Counted>,
}

pub(crate) fn roll_up(evaluation: &Evaluation<'_>) -> RollUp {
    let waivers = Waivers::read(evaluation);
    let mut used: Vec<u32> = Vec::new();
    let contributions = contributions(evaluation, &waivers, &mut used, |_| true);
    let mut by_requirement: BTreeMap<RequirementId, Vec<Tally>> = BTreeMap::new();
    for contribution in &contributions {
        by_requirement.entry(contribution.requirement).or_default().push(tally(contribution));
    }
    for tallies in by_requirement.values_mut() {
        let strong = tallies.iter().any(|t| !t.weak && !t.subjects.is_empty());
        for tally in tallies.iter_mut() {
            tally.counts = !(tally.weak && strong);
            for c in &mut tally.open {
                c.counts = tally.counts;
                if let Some(row) = waivers.of(c.requirement, c.subject, c.verdict, evaluation) {
                    (c.verdict, c.waiver) = (Verdict::Waived, Some(row));
                    used.push(row);
                    *tally.subjects.entry(Verdict::Waived).or_default() += 1;
                    *tally.subjects.entry(Verdict::Violated).or_default() -= 1;
                }
            }
            tally.subjects.retain(|_, count| *count > 0);
        }
    }
    let results = verdicts(evaluation, &by_requirement);
    let remarks = remarks(evaluation, &waivers, &used);
    let open = by_requirement.into_values().flatten().flat_map(|t| t.open).collect();
    RollUp { open, results, remarks, rules: rules(evaluation) }
}

/// Every outcome of the rules on one requirement, as it counts.
pub(crate) fn outcomes_on(
    evaluation: &Evaluation<'_>,
    requirement: RequirementId,
) -> Vec<(RuleRef, SubjectRef, Verdict)> {
    let waivers = Waivers::read(evaluation);
    let of = contributions(evaluation, &waivers, &mut Vec::new(), |r| r == requirement);
    let mut out = Vec::new();
    for contribution in &of {
        out.extend(contribution.outcomes.iter().map(|o| {
            let waiver = waivers.of(requirement, o.subject, o.verdict, evaluation);
            (contribution.rule, o.subject, waiver.map_or(o.verdict, |_| Verdict::Waived))
        }));
    }
    out
}

/// How many rules were evaluated.
fn rules(evaluation: &Evaluation<'_>) -> usize {
    let program = evaluation.program;
    let combinations = program.combinations.iter().filter(|c| is_evaluated(program, c.requirement));
    evaluation.checks.iter().chain(&evaluation.attests).flatten().count() + combinations.count()
}

/// What every rule says on every requirement in question: checks, then attestations, then combinations.
fn contributions<'e>(
    evaluation: &'e Evaluation<'_>,
    waivers: &Waivers,
    used: &mut Vec<u32>,
    wanted: impl Fn(RequirementId) -> bool,
) -> Vec<Contribution<'e>> {
    let program = evaluation.program;
    let is_weak = |requirement: RequirementId, mark: Mark| {
        mark.is_weak() || program.requirement(requirement).is_some_and(|r| r.mark.is_weak())
    };
    let wanted = |r: RequirementId| wanted(r) && is_evaluated(program, r);
    let mut out = Vec::new();
    let mut add = |requirement: RequirementId, rule: RuleRef, mark: Mark, outcomes: Cow<'e, Outcomes>| {
        out.push(Contribution { requirement, rule, weak: is_weak(requirement, mark), outcomes });
    };
    for (i, (check, outcomes)) in program.checks.iter().zip(&evaluation.checks).enumerate() {
        let Some(outcomes) = outcomes else { continue };
        // A member of a combination speaks through it.
        let own = |r: &&RequirementId| wanted(**r) && !is_member(evaluation, **r, Member::Check(i));
        for requirement in check.requirements.iter().filter(own) {
            add(*requirement, RuleRef::Check(i), check.mark, Cow::Borrowed(outcomes));
        }
    }
    for (i, (attest, outcomes)) in program.attests.iter().zip(&evaluation.attests).enumerate() {
        let Some(outcomes) = outcomes else { continue };
        if wanted(attest.requirement) && !is_member(evaluation, attest.requirement, Member::Attest(i)) {
            add(attest.requirement, RuleRef::Attest(i), attest.mark, Cow::Borrowed(outcomes));
        }
    }
    for (i, combination) in program.combinations.iter().enumerate() {
        if wanted(combination.requirement) {
            let outcomes = combination_outcomes(evaluation, i, waivers, used);
            add(combination.requirement, RuleRef::Combination(i), combination.mark, Cow::Owned(outcomes));
        }
    }
    out
}

fn tally(of: &Contribution<'_>) -> Tally {
    let mut counts = [0_usize; Verdict::ALL.len()];
    let mut open = Vec::new();
    for outcome in of.outcomes.iter() {
        if let Some(count) = counts.get_mut(outcome.verdict as usize) {
            *count += 1;
        }
        if !matches!(outcome.verdict, Verdict::Satisfied | Verdict::NotApplicable | Verdict::Unverified) {
            open.push(Counted {
                requirement: of.requirement,
                rule: of.rule,
                subject: outcome.subject,
                verdict: outcome.verdict,
                weak: of.weak,
                counts: true,
                waiver: None,
            });
        }
    }
    let count = |v: Verdict| counts.get(v as usize).copied().filter(|n| *n > 0).map(|n| (v, n));
    Tally {
        weak: of.weak,
        counts: true,
        subjects: Verdict::ALL.into_iter().filter_map(count).collect(),
        open,
    }
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
) -> Outcomes {
    let Some(combination) = evaluation.program.combinations.get(index) else { return Outcomes::default() };
    let members: Vec<Member> = combination.groups.iter().flat_map(|(_, m)| m.iter().copied()).collect();
    let kinds: Vec<Option<KindId>> = members.iter().map(|m| subject_kind(evaluation, *m)).collect();
    let common = kinds.first().copied().flatten().filter(|k| kinds.iter().all(|other| *other == Some(*k)));
    let mut verdict = |subject: SubjectRef| {
        let mut counted = |weak: bool, o: Outcome| match o.verdict {
            Verdict::NotApplicable => Verdict::NotApplicable,
            _ if weak => Verdict::Unknown,
            _ => match waivers.of(combination.requirement, o.subject, o.verdict, evaluation) {
                Some(row) => {
                    used.push(row);
                    Verdict::Waived
                }
                None => o.verdict,
            },
        };
        let mut verdict_of = |member: &Member| {
            let (weak, Some(outcomes)) = (is_weak(evaluation, *member), outcomes_of(evaluation, *member))
            else {
                return Verdict::NotApplicable;
            };
            let worst = if common.is_some() {
                outcomes.get(subject).map(|verdict| counted(weak, Outcome { subject, verdict }))
            } else {
                outcomes.iter().map(|o| counted(weak, o)).min()
            };
            worst.unwrap_or(Verdict::NotApplicable)
        };
        let groups: Vec<Vec<Verdict>> = combination
            .groups
            .iter()
            .map(|(_, members)| members.iter().map(&mut verdict_of).collect())
            .collect();
        combined(&combination.combine, &groups)
    };
    let Some(kind) = common else {
        return Outcomes { kind: None, verdicts: vec![verdict(SubjectRef::Facility)], register: None };
    };
    let of_members: Vec<&Outcomes> = members.iter().filter_map(|m| outcomes_of(evaluation, *m)).collect();
    let records = of_members.iter().map(|o| o.verdicts.len()).max().unwrap_or(0);
    let register = of_members.iter().any(|o| o.register.is_some());
    Outcomes {
        kind: common,
        verdicts: (0..records).map(|row| verdict(SubjectRef::Record(kind, row as u32))).collect(),
        register: register.then(|| verdict(SubjectRef::Register(kind))),
    }
}

fn subject_kind(evaluation: &Evaluation<'_>, member: Member) -> Option<KindId> {
    match member {
        Member::Check(i) => evaluation.program.checks.get(i)?.subject.map(|s| s.kind),
        Member::Attest(i) => evaluation.program.attests.get(i)?.subject.map(|s| s.kind),
    }
}

/// Outcomes of a member; one that is out of scope has none and does not count.
pub(crate) fn outcomes_of<'e>(evaluation: &'e Evaluation<'_>, member: Member) -> Option<&'e Outcomes> {
    let list = match member {
        Member::Check(i) => evaluation.checks.get(i),
        Member::Attest(i) => evaluation.attests.get(i),
    };
    list.and_then(Option::as_ref)
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

    /// The waiver that excuses a violation.
    fn of(
        &self,
        requirement: RequirementId,
        subject: SubjectRef,
        verdict: Verdict,
        evaluation: &Evaluation<'_>,
    ) -> Option<u32> {
        if verdict != Verdict::Violated || self.list.is_empty() {
            return None;
        }
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
        kinds.extend(outcomes.kind);
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
    tallies: &BTreeMap<RequirementId, Vec<Tally>>,
) -> Vec<RequirementResult> {
    let program = evaluation.program;
    let n = program.requirements.len();
    let mut worst: Vec<Option<Verdict>> = vec![None; n];
    // Children come after their parents: from the end, every child is ready before its parent.
    for i in (0..n).rev() {
        let Some(requirement) = program.requirements.get(i) else { continue };
        let id = RequirementId(i as u32);
        let children = worst.get(i).copied().flatten();
        let counted = tallies.get(&id).into_iter().flatten().filter(|t| t.counts);
        let own = counted.flat_map(|t| t.subjects.keys().map(|v| (t.weak, *v))).map(|(weak, v)| match v {
            v if weak && v != Verdict::NotApplicable => Verdict::Unknown,
            v => v,
        });
        let verdict = match &requirement.scope {
            _ if requirement.withdrawn.is_some() => None,
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
        for t in tallies.get(&id).into_iter().flatten().filter(|t| t.counts) {
            for (verdict, count) in &t.subjects {
                *subjects.entry(*verdict).or_default() += count;
            }
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
