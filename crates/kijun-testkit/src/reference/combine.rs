//! `satisfy` combinations.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{SubjectRef, Verdict};
use kijun_engine::program::{Combination, Combine, Member, Program};
use kijun_facts::KindId;

use super::readings;
use super::truth::Truth;

use Truth::{F, T, U};

/// The outcomes of a combination, before waivers of its own. `members` gives the outcomes of a member, after
/// waivers.
pub(crate) fn combined(
    program: &Program,
    combination: &Combination,
    members: &dyn Fn(Member) -> BTreeMap<SubjectRef, Verdict>,
) -> BTreeMap<SubjectRef, Verdict> {
    let all: BTreeMap<usize, BTreeMap<SubjectRef, Verdict>> =
        combination_members(combination).enumerate().map(|(i, m)| (i, members(m))).collect();
    // "each member's outcomes are rolled up (per subject if all members have subjects of the same kind, else over
    // the facility)."
    let kinds: BTreeSet<Option<KindId>> =
        combination_members(combination).map(|m| kind_of(program, m)).collect();
    let per_subject = kinds.len() == 1 && !kinds.contains(&None);
    let subjects: BTreeSet<SubjectRef> = if per_subject {
        all.values().flat_map(|outcomes| outcomes.keys().copied()).collect()
    } else {
        BTreeSet::from([SubjectRef::Facility])
    };
    let verdict_on = |subject: SubjectRef| {
        let rolled_up: BTreeMap<usize, Verdict> = all
            .iter()
            .map(|(i, outcomes)| {
                let worst = if per_subject { outcomes.get(&subject) } else { outcomes.values().min() };
                (*i, worst.copied().expect("every member has an outcome on every subject of its kind"))
            })
            .collect();
        verdict(combination, &rolled_up)
    };
    subjects.into_iter().map(|s| (s, verdict_on(s))).collect()
}

/// Every member of every group, in order.
pub(crate) fn combination_members(combination: &Combination) -> impl Iterator<Item = Member> {
    combination.groups.iter().flat_map(|(_, members)| members.iter().copied())
}

fn kind_of(program: &Program, member: Member) -> Option<KindId> {
    let subject = match member {
        Member::Check(i) => program.checks[i].subject,
        Member::Attest(i) => program.attests[i].subject,
    };
    subject.map(|s| s.kind)
}

/// "T: satisfied; F: violated; U: the worst of the members' undecided verdicts. All members not applicable:
/// not_applicable."
fn verdict(combination: &Combination, members: &BTreeMap<usize, Verdict>) -> Verdict {
    if members.values().all(|v| *v == Verdict::NotApplicable) {
        return Verdict::NotApplicable;
    }
    // The members are numbered through all groups.
    let mut groups: Vec<Vec<Verdict>> = Vec::new();
    let mut numbers = 0..;
    for (_, group) in &combination.groups {
        groups.push(group.iter().zip(&mut numbers).map(|(_, i)| members[&i]).collect());
    }
    match truth(&combination.combine, &groups) {
        None => Verdict::NotApplicable,
        Some(T) => Verdict::Satisfied,
        Some(F) => Verdict::Violated,
        Some(U) => members.values().copied().filter(|v| v.is_undecided()).min().expect("an undecided member"),
    }
}

/// "A member counts T if satisfied or waived, F if violated, else U; a member that is not_applicable does not
/// count. `any N g` is T when at least N count T, F when fewer than N can; `all g` is the min."
///
/// `None`: none of its members counts, and it is left out of the combination (see [`readings`]).
fn truth(combine: &Combine, groups: &[Vec<Verdict>]) -> Option<Truth> {
    match combine {
        Combine::AtLeast { count, group } => {
            let counting = counting(&groups[*group]);
            let asked = *count as usize;
            let asked =
                if readings::NOT_APPLICABLE_LOWERS_THE_COUNT { asked.min(counting.len()) } else { asked };
            let holding = counting.iter().filter(|t| **t == T).count();
            let able = counting.iter().filter(|t| **t != F).count();
            let truth = if holding >= asked {
                T
            } else if able < asked {
                F
            } else {
                U
            };
            counts(&counting, truth)
        }
        Combine::AllOf { group } => {
            let counting = counting(&groups[*group]);
            let truth = counting.iter().copied().fold(T, Truth::and);
            counts(&counting, truth)
        }
        Combine::And(parts) => parts.iter().filter_map(|p| truth(p, groups)).reduce(Truth::and),
        Combine::Or(parts) => parts.iter().filter_map(|p| truth(p, groups)).reduce(Truth::or),
    }
}

fn counts(counting: &[Truth], truth: Truth) -> Option<Truth> {
    let left_out = counting.is_empty() && readings::NOT_APPLICABLE_LOWERS_THE_COUNT;
    if left_out { None } else { Some(truth) }
}

fn counting(group: &[Verdict]) -> Vec<Truth> {
    let truth = |v: &Verdict| match v {
        Verdict::NotApplicable => None,
        Verdict::Satisfied | Verdict::Waived => Some(T),
        Verdict::Violated => Some(F),
        _ => Some(U),
    };
    group.iter().filter_map(truth).collect()
}
