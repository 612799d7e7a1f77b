//! From outcomes to the verdicts of requirements.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Mark, Member, Program, RequirementId, Scope};

use super::ReferenceResult;
use super::attest::waive;
use super::combine::{combination_members, combined};
use super::subjects::{Worlds, outcomes};

/// Outcomes of one rule on one requirement.
type Outcomes = BTreeMap<SubjectRef, Verdict>;

pub(crate) fn roll_up(worlds: &Worlds) -> ReferenceResult {
    let mut result = ReferenceResult::default();
    for i in 0..worlds.program.requirements.len() as u32 {
        let id = RequirementId(i);
        if !is_evaluated(worlds.program, id) {
            continue;
        }
        for (rule, outcomes) in rules_of(worlds, id) {
            for (subject, verdict) in outcomes {
                result.outcomes.insert((id, rule, subject), verdict);
            }
        }
    }
    for i in 0..worlds.program.requirements.len() as u32 {
        let id = RequirementId(i);
        if let Some(verdict) = verdict(worlds.program, &result, id) {
            result.requirements.insert(id, verdict);
        }
    }
    result
}

/// Excluded by the profile, or below something that is: "What the profile excludes is not_applicable with all below
/// it."
fn is_excluded(program: &Program, id: RequirementId) -> bool {
    let requirement = &program.requirements[id.0 as usize];
    matches!(requirement.scope, Scope::Excluded(_))
        || requirement.parent.is_some_and(|p| is_excluded(program, p))
}

fn is_out(program: &Program, id: RequirementId) -> bool {
    matches!(program.requirements[id.0 as usize].scope, Scope::Out)
}

/// Withdrawn, or below something that is: "What is withdrawn has no verdict and is not reported, with all below it".
fn is_withdrawn(program: &Program, id: RequirementId) -> bool {
    let requirement = &program.requirements[id.0 as usize];
    requirement.withdrawn.is_some() || requirement.parent.is_some_and(|p| is_withdrawn(program, p))
}

/// "one whose text is not included, is unverified (its rules are not evaluated)."
fn is_evaluated(program: &Program, id: RequirementId) -> bool {
    !is_out(program, id)
        && !is_excluded(program, id)
        && !is_withdrawn(program, id)
        && program.requirements[id.0 as usize].text_included
}

/// The rules with an outcome of their own on a requirement, and their outcomes after waivers. "Rules that are members
/// of a combination of a requirement have no outcome of their own on that requirement."
fn rules_of(worlds: &Worlds, id: RequirementId) -> BTreeMap<RuleRef, Outcomes> {
    let program = worlds.program;
    let requirement = &program.requirements[id.0 as usize];
    let waived = |outcomes: Outcomes| -> Outcomes {
        let waive = |s: SubjectRef, v: Verdict| waive(program, worlds.facts, worlds.today, requirement, s, v);
        outcomes.into_iter().map(|(s, v)| (s, waive(s, v))).collect()
    };
    let of_member = |member: Member| waived(outcomes(worlds, member));

    let mut rules = BTreeMap::new();
    let mut members = BTreeSet::new();
    // "A member marked ambiguous or unverified counts U unless it is not applicable."
    let as_member = |member: Member| -> Outcomes {
        let weak = mark_of(program, rule_of(member)).is_weak();
        let weaken = |v| if weak && v != Verdict::NotApplicable { Verdict::Unknown } else { v };
        of_member(member).into_iter().map(|(s, v)| (s, weaken(v))).collect()
    };
    for (i, combination) in program.combinations.iter().enumerate() {
        if combination.requirement == id {
            members.extend(combination_members(combination).map(rule_of));
            rules.insert(RuleRef::Combination(i), waived(combined(program, combination, &as_member)));
        }
    }
    let checks = program.checks.iter().enumerate().filter(|(_, c)| c.requirements.contains(&id));
    let attests = program.attests.iter().enumerate().filter(|(_, a)| a.requirement == id);
    let own = checks.map(|(i, _)| Member::Check(i)).chain(attests.map(|(i, _)| Member::Attest(i)));
    for member in own.filter(|m| !members.contains(&rule_of(*m))) {
        rules.insert(rule_of(member), of_member(member));
    }
    rules
}

fn rule_of(member: Member) -> RuleRef {
    match member {
        Member::Check(i) => RuleRef::Check(i),
        Member::Attest(i) => RuleRef::Attest(i),
    }
}

fn mark_of(program: &Program, rule: RuleRef) -> Mark {
    match rule {
        RuleRef::Check(i) => program.checks[i].mark,
        RuleRef::Attest(i) => program.attests[i].mark,
        RuleRef::Combination(i) => program.combinations[i].mark,
    }
}

/// "The verdict of a requirement is the worst of its outcomes and of its children's verdicts". `None`: not
/// reported.
fn verdict(program: &Program, result: &ReferenceResult, id: RequirementId) -> Option<Verdict> {
    let requirement = &program.requirements[id.0 as usize];
    if is_out(program, id) || is_withdrawn(program, id) {
        return None;
    }
    if is_excluded(program, id) {
        return Some(Verdict::NotApplicable);
    }
    let mut verdicts = counting_outcomes(program, result, id);
    for i in 0..program.requirements.len() as u32 {
        let child = RequirementId(i);
        if program.requirements[i as usize].parent == Some(id) {
            verdicts.extend(verdict(program, result, child));
        }
    }
    // "A requirement (not a section) with neither rules nor children in scope, and one whose text is not included, is
    // unverified". What is below it still counts. "A section without children in scope is not reported."
    if !requirement.text_included || (verdicts.is_empty() && !requirement.is_section) {
        verdicts.push(Verdict::Unverified);
    }
    verdicts.into_iter().min()
}

/// "A rule is *weak* if it or the requirement is marked ambiguous or unverified. If a requirement has a rule that is not
/// weak, weak ones do not count; if it has only weak ones, their satisfied, violated, stale, waived and conflicting count as
/// unknown."
fn counting_outcomes(program: &Program, result: &ReferenceResult, id: RequirementId) -> Vec<Verdict> {
    let own = || result.outcomes.iter().filter(|((r, _, _), _)| *r == id);
    let weak_requirement = program.requirements[id.0 as usize].mark.is_weak();
    let is_weak = |rule: RuleRef| weak_requirement || mark_of(program, rule).is_weak();
    let only_weak = own().all(|((_, rule, _), _)| is_weak(*rule));
    let demoted = |verdict: Verdict| match verdict {
        Verdict::Satisfied | Verdict::Violated | Verdict::Stale | Verdict::Waived | Verdict::Conflicting => {
            Verdict::Unknown
        }
        other => other,
    };
    if only_weak {
        own().map(|(_, v)| demoted(*v)).collect()
    } else {
        own().filter(|((_, rule, _), _)| !is_weak(*rule)).map(|(_, v)| *v).collect()
    }
}
