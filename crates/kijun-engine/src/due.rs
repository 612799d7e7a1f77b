//! What lapses as time passes: evidence, attestations, waivers, dates that rules compare with the day of evaluation, and days that
//! stand in rules alone. What
//! becomes of the verdicts then is not worked out but looked at: everything is evaluated on the day after.

mod dates;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kijun_facts::{AttrId, Date, KindId, Store};

use self::dates::{Limit, limits};
pub use self::rules::RuleDate;
use self::rules::RuleDates;
use crate::assess::Evaluation;
use crate::assessment::{FactRef, RuleRef, SubjectRef, Verdict};
use crate::attest::{ANSWER, DATE, Deciding, best_answer, deciding, interval};
use crate::number::{Interval, shift_day};
use crate::prepared::Prepared;
use crate::program::{Program, RequirementId};
use crate::remedy::standing::{Standing, verdict_of};
use crate::remedy::{Flip, Gap, Key};
use crate::rollup::waiver;

/// What lapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lapsing {
    /// A date in the facts that rules hold against the day.
    Date {
        kind: KindId,
        row: u32,
        attr: AttrId,
    },
    /// The evidence of these cells of a record.
    Evidence {
        kind: KindId,
        row: u32,
    },
    Attestation {
        attest: usize,
        subject: SubjectRef,
        row: u32,
    },
    Waiver {
        row: u32,
    },
    /// A day that stands in rules: the last one before they change. With its number among those of the program.
    Rule(usize),
}

/// Something with the last day on which it holds.
#[derive(Debug, Clone)]
pub struct Due {
    pub what: Lapsing,
    /// Of evidence: whose it is.
    pub cells: Vec<AttrId>,
    /// Days since 1970-01-01; past days have lapsed.
    pub last: i32,
    /// Of a day that stands in rules: which, and where.
    pub rule: Option<RuleDate>,
    /// Outcomes that rest on it and are other ones afterwards. Of what has lapsed already: those that are as they are for it.
    pub flips: Vec<Flip>,
}

/// What lapses within so many days after `today`, and what has lapsed and still bears on a verdict. By day, then kind and id.
pub fn due(program: &Program, store: &Store, today: i32, within: i32) -> Vec<Due> {
    let until = today.saturating_add(within);
    let prepared = Arc::new(Prepared::new(program));
    let on = |day: i32| Evaluation::prepared(program, Arc::clone(&prepared), store, day);
    let mut before = on(today);
    let limits = limits(program);
    let mut all = found(&before, &limits);
    all.retain(|d| d.last <= until);
    let mut days: BTreeSet<i32> = all.iter().filter(|d| d.last >= today).map(|d| d.last + 1).collect();
    // A date with an interval around it ("half a year before the end") acts on another day than its own.
    let rules = RuleDates::of(&before);
    let in_rules = rules.dates.iter().flat_map(|(_, days)| days.iter().copied());
    let all_days = acting_days(store, &limits).chain(in_rules);
    days.extend(all_days.filter(|d| (today + 1..=until.saturating_add(1)).contains(d)));
    let mut standing = Standing::of(&before);
    for item in all.iter_mut().filter(|d| d.last < today) {
        item.flips = resting(&before, &standing, item);
    }
    let mut on_other_days: Vec<Due> = Vec::new();
    for day in days {
        let evaluation = on(day);
        let after = Standing::of(&evaluation);
        let flips = flips((&before, &standing), (&evaluation, &after));
        let mut told: BTreeSet<Key> = BTreeSet::new();
        for item in all.iter_mut().filter(|d| d.last + 1 == day) {
            item.flips = flips.iter().filter(|f| rests_on(&evaluation, f, item)).copied().collect();
            told.extend(item.flips.iter().map(|f| f.key));
        }
        let rest: Vec<Flip> = flips.into_iter().filter(|f| !told.contains(&f.key)).collect();
        let by_date = by_date(&evaluation, &limits, &rest, day);
        told.extend(by_date.iter().flat_map(|d| &d.flips).map(|f| f.key));
        on_other_days.extend(by_date);
        let rest: Vec<Flip> = rest.into_iter().filter(|f| !told.contains(&f.key)).collect();
        on_other_days.extend(by_rule(&rules, &rest, day));
        (before, standing) = (evaluation, after);
    }
    all.retain(|d| d.last >= today || !d.flips.is_empty());
    all.extend(on_other_days);
    all.sort_by_key(|d| (d.last, d.what));
    all
}

/// Everything that has a last day.
fn found(evaluation: &Evaluation<'_>, limits: &BTreeSet<Limit>) -> Vec<Due> {
    let Evaluation { program, store, .. } = evaluation;
    let mut all = Vec::new();
    let mut plain: BTreeMap<(KindId, AttrId), bool> = BTreeMap::new();
    for limit in limits.iter().filter(|l| l.ends && l.shift.is_none()) {
        *plain.entry((limit.kind, limit.attr)).or_insert(true) &= limit.strict;
    }
    for ((kind, attr), strict) in plain {
        let Some(table) = store.kind(kind) else { continue };
        for row in 0..table.len() {
            let last = last_day(interval(table, attr, row));
            if let Some(last) = last.map(|day| day - i32::from(strict)) {
                all.push(item(Lapsing::Date { kind, row: row as u32, attr }, last));
            }
        }
    }
    all.extend(evidence(evaluation));
    all.extend(attestations(evaluation));
    if let Some(table) = store.kind(program.builtins.waiver) {
        for row in 0..table.len() {
            if let Some(last) = last_day(interval(table, waiver::EXPIRES, row)) {
                all.push(item(Lapsing::Waiver { row: row as u32 }, last));
            }
        }
    }
    all
}

fn item(what: Lapsing, last: i32) -> Due {
    Due { what, cells: Vec::new(), last, rule: None, flips: Vec::new() }
}

/// The last day of a date, where it has one: neither unknown nor none.
fn last_day(date: Interval) -> Option<i32> {
    if date.is_none() || date.is_unknown() { None } else { known_day(date.hi) }
}

/// A day that the calendar has.
fn known_day(day: i64) -> Option<i32> {
    i32::try_from(day).ok().filter(|d| kijun_facts::value::civil_of(*d).is_some())
}

/// Evidence of cells that rules in scope read, by record and day.
fn evidence(evaluation: &Evaluation<'_>) -> Vec<Due> {
    let mut by_record: BTreeMap<(KindId, u32, i32), Vec<AttrId>> = BTreeMap::new();
    for (kind, attr) in &evaluation.prepared.read {
        let Some(table) = evaluation.store.kind(*kind) else { continue };
        for row in 0..table.len() {
            let evidence = evaluation.store.evidence(table.evidence_of(*attr, row));
            if let Some(Date { last, .. }) = evidence.and_then(|e| e.valid_until) {
                by_record.entry((*kind, row as u32, last)).or_default().push(*attr);
            }
        }
    }
    let due = |((kind, row, last), cells)| Due { cells, ..item(Lapsing::Evidence { kind, row }, last) };
    by_record.into_iter().map(due).collect()
}

/// The attestation that speaks for each subject, where it holds for a time.
fn attestations(evaluation: &Evaluation<'_>) -> Vec<Due> {
    let table = evaluation.store.kind(evaluation.program.builtins.attestation);
    let mut all = Vec::new();
    let rules = evaluation.program.attests.iter().zip(&evaluation.attests).enumerate();
    for (attest, (rule, outcomes)) in rules {
        let (Some(outcomes), Some(table)) = (outcomes, table) else { continue };
        let held = outcomes.iter().filter(|o| matches!(o.verdict, Verdict::Satisfied | Verdict::Stale));
        for outcome in held {
            let Deciding::Records(rows) = deciding(evaluation, rule, outcome.subject) else { continue };
            let (_, row) = best_answer(evaluation, rule, &rows);
            let evidence = evaluation.store.evidence(table.evidence_of(ANSWER, row));
            let by_evidence = evidence.and_then(|e| e.valid_until).map(|d| d.last);
            let date = interval(table, DATE, row);
            let by_period = rule.every.and_then(|every| known_day(shift_day(date.hi, every, 1)));
            if let Some(last) = by_evidence.into_iter().chain(by_period).min() {
                let what = Lapsing::Attestation { attest, subject: outcome.subject, row: row as u32 };
                all.push(item(what, last));
            }
        }
    }
    all
}

/// The days on which dates act through an interval; a few around each, because months differ in length.
fn acting_days<'s>(store: &'s Store, limits: &'s BTreeSet<Limit>) -> impl Iterator<Item = i32> + 's {
    limits.iter().flat_map(move |limit| {
        let table = store.kind(limit.kind);
        let rows = 0..table.map_or(0, |t| t.len());
        rows.flat_map(move |row| {
            let day = table.map(|t| interval(t, limit.attr, row)).and_then(last_day);
            let at = day.and_then(|d| known_day(limit.acts(i64::from(d))));
            at.into_iter().flat_map(|at| at - 2..=at + 2)
        })
    })
}

/// What is not in order on one of two days, and is another thing on the other.
fn flips(
    (was, before): (&Evaluation<'_>, &Standing),
    (is, after): (&Evaluation<'_>, &Standing),
) -> Vec<Flip> {
    let keys: BTreeSet<Key> = before.open.keys().chain(after.open.keys()).copied().collect();
    let flip = |key: Key| {
        let weight = after.open.get(&key).or_else(|| before.open.get(&key))?.weight;
        let verdict = |standing: &Standing, evaluation: &Evaluation<'_>| {
            standing.open.get(&key).map(|g| g.verdict).or_else(|| verdict_of(evaluation, key))
        };
        let (before, after) = (verdict(before, was), verdict(after, is));
        (before != after).then_some(Flip { key, before, after, weight })
    };
    keys.into_iter().filter_map(flip).collect()
}

/// Whether an outcome rests on what lapsed.
fn rests_on(evaluation: &Evaluation<'_>, flip: &Flip, item: &Due) -> bool {
    let (requirement, rule, subject) = flip.key;
    match item.what {
        Lapsing::Waiver { row } => {
            flip.before == Some(Verdict::Waived) && waiver_is_for(evaluation, row, requirement, subject)
        }
        Lapsing::Attestation { attest, subject: of, .. } => {
            rule == RuleRef::Attest(attest) && (of == subject || subject == SubjectRef::Facility)
        }
        Lapsing::Date { kind, row, attr } => reads(evaluation, rule, subject, kind, row, &[attr]),
        // Told by the rules themselves: see `by_rule`.
        Lapsing::Rule(_) => false,
        Lapsing::Evidence { kind, row } => {
            flip.after == Some(Verdict::Stale) && reads(evaluation, rule, subject, kind, row, &item.cells)
        }
    }
}

fn waiver_is_for(
    evaluation: &Evaluation<'_>,
    row: u32,
    requirement: RequirementId,
    subject: SubjectRef,
) -> bool {
    let store = evaluation.store;
    let Some(table) = store.kind(evaluation.program.builtins.waiver) else { return false };
    let symbol = crate::attest::code(table, waiver::REQUIREMENT, row as usize);
    let id = (symbol < kijun_facts::store::NONE).then(|| store.symbols.text(kijun_facts::Symbol(symbol)));
    let of = crate::attest::code(table, waiver::SUBJECT, row as usize);
    let named = crate::attest::names_subject(store, table, waiver::SUBJECT, row as usize, subject);
    id.and_then(|id| evaluation.program.find_requirement(id)) == Some(requirement)
        && (of == kijun_facts::store::NONE || named)
}

fn reads(
    evaluation: &Evaluation<'_>,
    rule: RuleRef,
    subject: SubjectRef,
    kind: KindId,
    row: u32,
    attrs: &[AttrId],
) -> bool {
    let proofs = evaluation.proof(rule, subject);
    let mut facts = proofs.iter().flat_map(crate::Proof::all_facts);
    facts.any(|f| matches!(f, FactRef::Cell { kind: k, row: r, attr } if (k, r) == (kind, row) && attrs.contains(&attr)))
}

/// Outcomes that are as they are because something has lapsed.
fn resting(evaluation: &Evaluation<'_>, standing: &Standing, item: &Due) -> Vec<Flip> {
    let expired_waiver = matches!(item.what, Lapsing::Waiver { .. });
    let open = standing.open.values().filter(|g| match item.what {
        Lapsing::Waiver { .. } | Lapsing::Date { .. } | Lapsing::Rule(_) => g.verdict == Verdict::Violated,
        Lapsing::Evidence { .. } | Lapsing::Attestation { .. } => g.verdict == Verdict::Stale,
    });
    let as_flip = |g: &Gap| Flip {
        key: g.key(),
        before: expired_waiver.then_some(Verdict::Waived),
        after: Some(g.verdict),
        weight: g.weight,
    };
    open.map(as_flip).filter(|f| rests_on(evaluation, f, item)).collect()
}

/// The days in rules that act on a day, with what flips of the rules that hang on them: listed on the last day before, whether or
/// not anything flips.
fn by_rule(rules: &RuleDates, flips: &[Flip], day: i32) -> Vec<Due> {
    let acting = rules.dates.iter().enumerate().filter(|(_, (_, days))| days.contains(&day));
    let due = |(i, (date, _)): (usize, &(RuleDate, BTreeSet<i32>))| Due {
        rule: Some(date.clone()),
        flips: flips.iter().filter(|f| rules.hangs_on(f.key.1, i)).copied().collect(),
        ..item(Lapsing::Rule(i), day - 1)
    };
    acting.map(due).collect()
}

/// Flips that a date brings about through an interval: listed by that date, on the last day before.
fn by_date(evaluation: &Evaluation<'_>, limits: &BTreeSet<Limit>, flips: &[Flip], day: i32) -> Vec<Due> {
    let mut found: BTreeMap<Lapsing, Vec<Flip>> = BTreeMap::new();
    for flip in flips {
        let proofs = evaluation.proof(flip.key.1, flip.key.2);
        for fact in proofs.iter().flat_map(crate::Proof::all_facts) {
            let FactRef::Cell { kind, row, attr } = fact else { continue };
            let table = evaluation.store.kind(kind);
            let Some(date) = table.and_then(|t| last_day(interval(t, attr, row as usize))) else {
                continue;
            };
            let acts = |l: &&Limit| {
                (l.kind, l.attr) == (kind, attr)
                    && known_day(l.acts(i64::from(date))).is_some_and(|at| (at - day).abs() <= 3)
            };
            let own = found.entry(Lapsing::Date { kind, row, attr });
            if limits.iter().any(|l| acts(&l)) {
                let list = own.or_default();
                if !list.iter().any(|f| f.key == flip.key) {
                    list.push(*flip);
                }
            }
        }
    }
    let due = |(what, flips): (Lapsing, Vec<Flip>)| Due { flips, ..item(what, day - 1) };
    found.into_iter().map(due).collect()
}
