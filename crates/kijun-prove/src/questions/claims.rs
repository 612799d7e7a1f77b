//! Mappings between requirements that rules decide: facts on which the rules of one hold and a rule of the other is violated, though
//! the mapping says that the first asks for all that the second asks for.

use kijun_coverage::{Relationship, Statement};
use kijun_engine::assessment::RuleRef;
use kijun_engine::program::{Program, RequirementId};
use kijun_text::Label;
use rayon::prelude::*;

use super::together::{Together, own_rules};
use super::{Asks, Finding, FindingKind, Report, Subject, Undecided};
use crate::rules::Answered;
use crate::search::{Found, Goal, Goals, Reason, Search, Witness, each_member, reads};

/// One direction of a statement: whoever meets all of `from` is said to meet `to`.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The statement of a mapping, by number.
    pub statement: usize,
    pub from: Vec<RequirementId>,
    pub to: RequirementId,
    pub result: ClaimResult,
}

#[derive(Debug, Clone)]
pub enum ClaimResult {
    /// Facts refute it. `apart`: the rules of the two read no fact in common.
    Refuted {
        witness: Box<Witness>,
        apart: bool,
    },
    /// Nothing within the scope refutes it.
    NotRefuted,
    /// One of them is not decided by a check.
    NotExecutable(Label),
    Undecided(Reason),
}

pub(super) fn ask(asks: &Asks<'_>, statements: &[Statement]) -> Report {
    if !asks.wants(FindingKind::Refuted) {
        return Report::default();
    }
    let mut directions: Vec<(usize, Vec<RequirementId>, RequirementId)> = Vec::new();
    for (i, statement) in statements.iter().enumerate().filter(|(_, s)| asks.is_own(s.span)) {
        let (forth, back) = match statement.relationship {
            Relationship::Equal => (true, true),
            Relationship::Superset => (true, false),
            Relationship::Subset => (false, true),
            Relationship::Intersects | Relationship::Unrelated => (false, false),
        };
        if forth {
            directions.push((i, statement.sources.clone(), statement.target));
        }
        if back {
            directions.extend(statement.sources.iter().map(|s| (i, vec![statement.target], *s)));
        }
    }
    let reports: Vec<Report> = directions
        .par_iter()
        .filter_map(|(i, from, to)| Some(one(asks, *i, statements.get(*i)?, from, *to)))
        .collect();
    Report::all(reports)
}

fn one(
    asks: &Asks<'_>,
    number: usize,
    statement: &Statement,
    from: &[RequirementId],
    to: RequirementId,
) -> Report {
    let mut report = Report::default();
    let claim = |result: ClaimResult| Claim { statement: number, from: from.to_vec(), to, result };
    let program = asks.program;
    let sources: Vec<Vec<RuleRef>> = from.iter().map(|id| rules_below(program, *id)).collect();
    let target = rules_below(program, to);
    let sides = from.iter().zip(&sources).chain([(&to, &target)]);
    if let Some(why) = sides.filter_map(|(id, rules)| not_executable(program, *id, rules)).next() {
        report.claims.push(claim(ClaimResult::NotExecutable(why)));
        return report;
    }
    report.questions += 1;
    let all: Vec<RuleRef> = sources.iter().flatten().chain(&target).copied().collect();
    let search = Search { program, options: asks.options, knowledge: None, rules: all, deep: false };
    let found = search.run(1, |world| {
        let mut answers: Vec<Answered> = Vec::new();
        let mut goal = Goal { shown: true, ..Goal::default() };
        for rules in &sources {
            let held = Together::of(world, rules, &mut answers)?;
            goal.assume.extend([held.good, held.some_satisfied]);
            goal.outcomes.extend(held.outcomes);
        }
        let before = answers.len();
        let failed = Together::of(world, &target, &mut answers)?;
        goal.assume.push(failed.some_violated);
        // Not by an answer of a person: rules are to disagree.
        goal.assume.extend(answers.iter().skip(before).map(|a| !a.no));
        goal.outcomes.extend(failed.outcomes);
        Ok(Goals { goals: vec![goal], answers })
    });
    let subject = Subject::Statement(number);
    let found =
        found.map_or_else(|stuck| Some(Found::Undecided(Reason::Uses(stuck))), |f| f.into_iter().next());
    match found {
        Some(Found::Witness(witness)) => {
            let sources: Vec<RuleRef> = sources.iter().flatten().copied().collect();
            let apart = reads(program, &sources).is_disjoint(&reads(program, &target));
            let finding = Finding {
                kind: FindingKind::Refuted,
                subject,
                other: None,
                span: statement.span,
                scope: asks.options.scope,
            };
            report.findings.push(finding);
            report.claims.push(claim(ClaimResult::Refuted { witness, apart }));
        }
        Some(Found::Nothing(_)) | None => report.claims.push(claim(ClaimResult::NotRefuted)),
        Some(Found::Undecided(reason)) => {
            let kind = FindingKind::Refuted;
            report.undecided.push(Undecided { kind, subject, span: statement.span, reason: reason.clone() });
            report.claims.push(claim(ClaimResult::Undecided(reason)));
        }
        Some(Found::Unconfirmed(witness)) => report.unconfirmed.push((subject, *witness)),
    }
    report
}

/// The rules of an item and of all below it.
fn rules_below(program: &Program, id: RequirementId) -> Vec<RuleRef> {
    let mut items = vec![id];
    // A parent comes before its children.
    for (i, requirement) in program.requirements.iter().enumerate() {
        if requirement.parent.is_some_and(|p| items.contains(&p)) {
            items.push(RequirementId(i as u32));
        }
    }
    let mut rules: Vec<RuleRef> = items.into_iter().flat_map(|id| own_rules(program, id)).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

fn not_executable(program: &Program, id: RequirementId, rules: &[RuleRef]) -> Option<Label> {
    use kijun_engine::program::Member;
    let name = program.requirement(id).map_or("", |r| &r.id);
    if rules.is_empty() {
        return Some(Label::new(
            format!("{name} を決める規則がありません"),
            format!("no rule decides {name}"),
        ));
    }
    let has_check = each_member(program, rules).iter().any(|m| matches!(m, Member::Check(_)));
    (!has_check).then(|| {
        Label::new(
            format!("{name} は確認記録だけで決まります"),
            format!("{name} is decided by attestations alone"),
        )
    })
}
