//! The sets of actions that could close a gap.

use kijun_facts::KindId;

use super::world::is_writable;
use super::{Action, Fixed, Gap, Why};
use crate::assess::Evaluation;
use crate::assessment::{FactRef, Outcomes, RuleRef, SubjectRef, Verdict};
use crate::program::Member;
use crate::repair::{Cell, Change, Repair};
use crate::rollup::outcomes_of;

/// Sets of actions looked at for one gap.
const MAX_BUNDLES: usize = 32;

/// What could close a gap, the engine's best first, and why nothing can where that is so.
pub(super) struct Candidates {
    pub(super) bundles: Vec<Vec<Action>>,
    pub(super) otherwise: Why,
}

impl Candidates {
    fn none() -> Candidates {
        Candidates { bundles: Vec::new(), otherwise: Why::NoRepair { in_words: Vec::new() } }
    }

    fn of(bundles: Vec<Vec<Action>>) -> Candidates {
        Candidates { bundles, ..Candidates::none() }
    }
}

pub(super) fn candidates(evaluation: &Evaluation<'_>, gap: &Gap, fixed: &[Fixed]) -> Candidates {
    let mut found = match (gap.rule, gap.verdict) {
        (RuleRef::Check(_), Verdict::Violated) => of_check(evaluation, gap.rule, gap.subject),
        (RuleRef::Check(i), Verdict::Stale) => stale(evaluation, i, gap.subject),
        (RuleRef::Attest(attest), Verdict::Violated | Verdict::Stale) => {
            Candidates::of(vec![vec![Action::Attest { attest, subject: gap.subject }]])
        }
        (RuleRef::Combination(i), Verdict::Violated | Verdict::Stale) => {
            of_combination(evaluation, i, gap.subject)
        }
        _ => Candidates::none(),
    };
    let before = found.bundles.len();
    found.bundles.retain(|b| !b.iter().any(|a| is_fixed(a, fixed)));
    if before > 0 && found.bundles.is_empty() {
        found.otherwise = Why::Excluded;
    }
    found.bundles.truncate(MAX_BUNDLES);
    found
}

fn is_fixed(action: &Action, fixed: &[Fixed]) -> bool {
    let Action::Change(change) = action else { return false };
    fixed.iter().any(|f| match (f, change) {
        (Fixed::Kind(kind), Change::Record { kind: of, .. } | Change::Register { kind: of }) => kind == of,
        (Fixed::Kind(kind), change) => change.cell().is_some_and(|c| c.kind == *kind),
        (Fixed::Attribute(kind, attr), change) => {
            change.cell().is_some_and(|c| (c.kind, c.attr) == (*kind, *attr))
        }
        (Fixed::Cell(cell), change) => change.cell() == Some(*cell),
    })
}

fn of_check(evaluation: &Evaluation<'_>, rule: RuleRef, subject: SubjectRef) -> Candidates {
    let repairs = evaluation.all_repairs(rule, subject);
    let mut bundles: Vec<Vec<Action>> = Vec::new();
    let (mut asked, mut in_words): (Vec<Cell>, Vec<Change>) = (Vec::new(), Vec::new());
    for Repair { changes, .. } in repairs {
        if !changes.iter().all(|c| is_writable(evaluation.program, c)) {
            in_words.extend(changes);
            continue;
        }
        // What nobody knows is a question; it is not answered by a guess. Whether the rest suffices, the trial shows.
        let (known, unknown): (Vec<Change>, Vec<Change>) =
            changes.into_iter().partition(|c| is_known(evaluation, c));
        asked.extend(unknown.iter().filter_map(Change::cell));
        let bundle: Vec<Action> = known.into_iter().map(Action::Change).collect();
        if !bundle.is_empty() && !bundles.contains(&bundle) {
            bundles.push(bundle);
        }
    }
    asked.sort_unstable();
    asked.dedup();
    let otherwise =
        if asked.is_empty() { Why::NoRepair { in_words } } else { Why::Question { cells: asked } };
    Candidates { bundles, otherwise }
}

/// Whether a change alters something that is known. Whether a register or a set is complete is a question as well.
fn is_known(evaluation: &Evaluation<'_>, change: &Change) -> bool {
    match change {
        Change::Register { .. } | Change::Close { .. } => false,
        Change::Record { .. } => true,
        other => other.cell().is_none_or(|Cell { kind, row, attr }| {
            let table = evaluation.store.kind(kind);
            let is_set =
                evaluation.program.schema.attribute(kind, attr).is_some_and(|a| a.ty.element().is_some());
            let is_settled = |t: &kijun_facts::KindTable| {
                t.is_known(attr, row as usize) && t.conflict(attr, row).is_none()
            };
            // A member can be added to a set of which only a part is known.
            table.is_some_and(is_settled) || (is_set && matches!(change, Change::Add { .. }))
        }),
    }
}

/// The cells whose evidence has run out and on which the verdict rests.
fn stale(evaluation: &Evaluation<'_>, check: usize, subject: SubjectRef) -> Candidates {
    let Some(check) = evaluation.program.checks.get(check) else { return Candidates::none() };
    let lapsed = evaluation.resting_on(check, subject, |(kind, row, attr)| {
        evaluation.is_expired(FactRef::Cell { kind, row, attr })
    });
    let renew: Vec<Action> =
        lapsed.into_iter().map(|(kind, row, attr)| Action::Renew(Cell { kind, row, attr })).collect();
    if renew.is_empty() { Candidates::none() } else { Candidates::of(vec![renew]) }
}

/// Each member that is not satisfied could be repaired alone, or all of them together.
fn of_combination(evaluation: &Evaluation<'_>, index: usize, subject: SubjectRef) -> Candidates {
    let Some(combination) = evaluation.program.combinations.get(index) else { return Candidates::none() };
    let is_same = |s: SubjectRef| subject == SubjectRef::Facility || s == subject;
    let mut each: Vec<Candidates> = Vec::new();
    for member in combination.groups.iter().flat_map(|(_, members)| members) {
        let open = outcomes_of(evaluation, *member).into_iter().flat_map(Outcomes::iter);
        for outcome in open.filter(|o| is_same(o.subject)) {
            let rule = match member {
                Member::Check(i) => RuleRef::Check(*i),
                Member::Attest(i) => RuleRef::Attest(*i),
            };
            let of = Gap {
                requirement: combination.requirement,
                rule,
                subject: outcome.subject,
                verdict: outcome.verdict,
                weight: Default::default(),
            };
            if matches!(outcome.verdict, Verdict::Violated | Verdict::Stale) {
                each.push(candidates(evaluation, &of, &[]));
            }
        }
    }
    let mut bundles: Vec<Vec<Action>> = each.iter().flat_map(|c| c.bundles.iter().cloned()).collect();
    if each.len() > 1 {
        let mut all: Vec<Action> = Vec::new();
        for action in each.iter().filter_map(|c| c.bundles.first()).flatten() {
            if !all.contains(action) {
                all.push(action.clone());
            }
        }
        bundles.push(all);
    }
    let otherwise = each.into_iter().map(|c| c.otherwise).next();
    Candidates { bundles, otherwise: otherwise.unwrap_or(Why::NoRepair { in_words: Vec::new() }) }
}

/// The kinds that an action makes a record of.
pub(super) fn new_kind(action: &Action) -> Option<KindId> {
    match action {
        Action::Change(Change::Record { kind, .. }) => Some(*kind),
        _ => None,
    }
}
