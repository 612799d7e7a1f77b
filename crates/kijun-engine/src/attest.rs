//! Attestations: dated statements of named roles (docs/evaluation.md, "Attestations look at …").

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{AttrId, Column, KindTable, Store};

use crate::assess::{Evaluation, environment, over_subjects, subject_at};
use crate::assessment::{Outcomes, SubjectRef, Verdict};
use crate::number::{Interval, shift_day};
use crate::program::Attest;
use crate::truth::Truth;

/// Attributes of the prelude's `attestation`, in the order of their declaration.
pub(crate) const REQUIREMENT: AttrId = AttrId(0);
pub(crate) const SUBJECT: AttrId = AttrId(1);
pub(crate) const ANSWER: AttrId = AttrId(2);
pub(crate) const BY: AttrId = AttrId(3);
pub(crate) const DATE: AttrId = AttrId(4);
pub(crate) const REASON: AttrId = AttrId(6);

/// Codes of the prelude's enum `answer`.
pub(crate) const YES: u32 = 0;
const NO: u32 = 1;
const NOT_APPLICABLE: u32 = 2;

pub(crate) fn code(table: &KindTable, attr: AttrId, row: usize) -> u32 {
    match table.column(attr) {
        Some(Column::Codes(codes)) => codes.get(row).copied().unwrap_or(UNKNOWN),
        _ => UNKNOWN,
    }
}

pub(crate) fn interval(table: &KindTable, attr: AttrId, row: usize) -> Interval {
    match table.column(attr) {
        Some(Column::Numbers { lo, hi }) => match (lo.get(row), hi.get(row)) {
            (Some(lo), Some(hi)) => Interval { lo: *lo, hi: *hi },
            _ => Interval::UNKNOWN,
        },
        _ => Interval::UNKNOWN,
    }
}

/// Whether the text of a `subject` cell names this record: its id.
pub(crate) fn names_subject(
    store: &Store,
    table: &KindTable,
    attr: AttrId,
    row: usize,
    of: SubjectRef,
) -> bool {
    let text = match code(table, attr, row) {
        NONE => return of == SubjectRef::Facility,
        UNKNOWN => return false,
        symbol => store.symbols.text(kijun_facts::Symbol(symbol)),
    };
    matches!(of, SubjectRef::Record(kind, record) if store.id_text(kind, record as usize) == text)
}

pub(crate) fn outcomes(evaluation: &Evaluation<'_>, attest: &Attest) -> Outcomes {
    let row = evaluation.row();
    let kind = attest.subject.map(|s| s.kind);
    let verdict = |i: usize| {
        let subject = subject_at(kind, i);
        let mut env = environment(attest.subject, subject);
        match attest.condition.as_ref().map_or(Truth::True, |c| row.truth(c, &mut env)) {
            Truth::False => Verdict::NotApplicable,
            Truth::Unknown => Verdict::Unknown,
            Truth::True => match deciding(evaluation, attest, subject) {
                Deciding::Nothing | Deciding::Unsure(_) => Verdict::Unknown,
                Deciding::Disagree(_) => Verdict::Conflicting,
                Deciding::Records(records) => best_answer(evaluation, attest, &records).0,
            },
        }
    };
    over_subjects(evaluation.store, attest.subject, |len| (0..len).map(verdict).collect())
}

/// Which record speaks for a subject.
pub(crate) enum Deciding {
    Nothing,
    /// Those of the latest day; they agree.
    Records(Vec<usize>),
    /// Records of the same day that answer differently, or one whose answer is in conflict.
    Disagree(Vec<usize>),
    /// A record whose date or role is not known might be the latest.
    Unsure(usize),
}

pub(crate) fn deciding(evaluation: &Evaluation<'_>, attest: &Attest, subject: SubjectRef) -> Deciding {
    let store = evaluation.store;
    let Some(table) = store.kind(evaluation.program.builtins.attestation) else { return Deciding::Nothing };
    let today = i64::from(evaluation.today);
    let wanted = evaluation.program.requirement(attest.requirement).and_then(|r| store.symbols.find(&r.id));
    let Some(wanted) = wanted else { return Deciding::Nothing };
    let mut sure: Vec<(i64, usize)> = Vec::new();
    let mut unsure: Vec<(Interval, usize)> = Vec::new();
    for row in 0..table.len() {
        if code(table, REQUIREMENT, row) != wanted.0 || !names_subject(store, table, SUBJECT, row, subject) {
            continue;
        }
        let date = interval(table, DATE, row);
        let by = code(table, BY, row);
        let role_known = attest.by.is_empty() || by < NONE;
        if date.lo > today || (role_known && !attest.by.is_empty() && !attest.by.contains(&by)) {
            continue;
        }
        if date.lo == date.hi && role_known {
            sure.push((date.lo, row));
        } else {
            unsure.push((date, row));
        }
    }
    let latest = sure.iter().map(|(d, _)| *d).max();
    if let Some((_, row)) = unsure.iter().find(|(d, _)| latest.is_none_or(|l| d.hi >= l)) {
        return Deciding::Unsure(*row);
    }
    let of_latest: Vec<usize> = sure.iter().filter(|(d, _)| Some(*d) == latest).map(|(_, r)| *r).collect();
    let conflicting = |row: &usize| table.conflict(ANSWER, *row as u32).is_some();
    let mut answers: Vec<u32> =
        of_latest.iter().map(|row| code(table, ANSWER, *row)).filter(|a| *a < NONE).collect();
    answers.sort_unstable();
    answers.dedup();
    if of_latest.is_empty() {
        Deciding::Nothing
    } else if answers.len() > 1 || of_latest.iter().any(conflicting) {
        Deciding::Disagree(of_latest)
    } else {
        Deciding::Records(of_latest)
    }
}

/// The verdict of records that agree, and the record that gives it: the best backed one, unless one of them leaves
/// the answer open.
pub(crate) fn best_answer(
    evaluation: &Evaluation<'_>,
    attest: &Attest,
    records: &[usize],
) -> (Verdict, usize) {
    let table = evaluation.store.kind(evaluation.program.builtins.attestation);
    let open = records.iter().find(|row| table.is_none_or(|t| code(t, ANSWER, **row) >= NONE));
    if let Some(row) = open {
        return (Verdict::Unknown, *row);
    }
    let verdicts = records.iter().map(|row| (answer(evaluation, attest, *row), *row));
    // Later verdicts of the order are better; of equal ones the first record counts.
    verdicts.max_by_key(|(v, row)| (*v, std::cmp::Reverse(*row))).unwrap_or((Verdict::Unknown, 0))
}

fn answer(evaluation: &Evaluation<'_>, attest: &Attest, row: usize) -> Verdict {
    let store = evaluation.store;
    let Some(table) = store.kind(evaluation.program.builtins.attestation) else { return Verdict::Unknown };
    match code(table, ANSWER, row) {
        YES => {
            let evidence = store.evidence(table.evidence_of(ANSWER, row));
            let grade = evidence.and_then(|e| e.grade);
            if attest.evidence.is_some_and(|least| grade.is_none_or(|g| g < least)) {
                return Verdict::Unknown;
            }
            let expired = evidence.and_then(|e| e.valid_until).is_some_and(|d| d.last < evaluation.today);
            let date = interval(table, DATE, row);
            let lapsed =
                attest.every.is_some_and(|every| shift_day(date.hi, every, 1) < i64::from(evaluation.today));
            if expired || lapsed { Verdict::Stale } else { Verdict::Satisfied }
        }
        NO => Verdict::Violated,
        NOT_APPLICABLE if code(table, REASON, row) < NONE => Verdict::NotApplicable,
        _ => Verdict::Unknown,
    }
}
