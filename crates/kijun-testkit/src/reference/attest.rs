//! Attestations and waivers: the two kinds of record that the language itself reads.

use kijun_engine::assessment::{SubjectRef, Verdict};
use kijun_engine::program::{Attest, Program, Requirement};
use kijun_facts::{AttrId, Evidence};

use super::eval::expired;
use super::facts::{Content, Facts};
use super::number::shift;
use super::truth::{Code, Interval, Val};

const REQUIREMENT: AttrId = AttrId(0);
const SUBJECT: AttrId = AttrId(1);
const ANSWER: AttrId = AttrId(2);
const BY: AttrId = AttrId(3);
const DATE: AttrId = AttrId(4);
const REASON: AttrId = AttrId(6);

const YES: u32 = 0;
const NO: u32 = 1;
const NOT_APPLICABLE: u32 = 2;

/// What the attestation records say about one subject, once `where` holds.
pub(crate) fn attested(
    program: &Program,
    facts: &Facts,
    today: i32,
    attest: &Attest,
    subject: SubjectRef,
) -> Verdict {
    let id = &program.requirements[attest.requirement.0 as usize].id;
    let records = records(program, facts, id, subject).filter_map(|row| Statement::read(program, facts, row));
    let kept: Vec<Statement> = records.filter(|s| !s.left_out(attest, today)).collect();

    // "Of the sure ones the latest date counts … None: unknown."
    let sure = kept.iter().filter(|s| s.sure_date(attest, today).is_some());
    let Some(latest) = sure.clone().filter_map(|s| s.sure_date(attest, today)).max() else {
        return Verdict::Unknown;
    };
    // "If a record that is not sure is not wholly before the latest sure date: unknown."
    let later =
        |s: &Statement| s.sure_date(attest, today).is_none() && s.date.hi.is_none_or(|last| last >= latest);
    if kept.iter().any(later) {
        return Verdict::Unknown;
    }
    let counting: Vec<&Statement> = sure.filter(|s| s.sure_date(attest, today) == Some(latest)).collect();
    // "several on that date with different answers: conflicting"; "A conflict on `answer` of the one that counts:
    // conflicting."
    let answers: Vec<u32> = counting.iter().filter_map(|s| s.answer.known()).collect();
    if counting.iter().any(|s| s.answer == Answer::Conflict) || answers.iter().any(|a| *a != answers[0]) {
        return Verdict::Conflicting;
    }
    // "Unknown answer: unknown." Also when another record of that date has an answer.
    if counting.iter().any(|s| s.answer == Answer::Unknown) {
        return Verdict::Unknown;
    }
    // Records that agree: the best backed one counts.
    counting.iter().map(|s| s.verdict(attest, latest, today)).max().unwrap_or(Verdict::Unknown)
}

/// "the records of kind `attestation` whose `requirement` is this one and, with `each`, whose `subject` is the
/// record's id (without `each`: no subject)."
fn records(
    program: &Program,
    facts: &Facts,
    requirement: &str,
    subject: SubjectRef,
) -> impl Iterator<Item = u32> {
    let kind = program.builtins.attestation;
    facts.rows(kind).filter(move |row| {
        facts.single(kind, *row, REQUIREMENT) == Val::Code(Code::Requirement(requirement.to_owned()))
            && match subject {
                SubjectRef::Record(k, of) => {
                    facts.single(kind, *row, SUBJECT) == Val::Code(Code::Text(facts.id(k, of).to_owned()))
                }
                SubjectRef::Facility | SubjectRef::Register(_) => {
                    facts.single(kind, *row, SUBJECT) == Val::None
                }
            }
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Known(u32),
    Unknown,
    Conflict,
}

impl Answer {
    fn known(self) -> Option<u32> {
        match self {
            Answer::Known(code) => Some(code),
            Answer::Unknown | Answer::Conflict => None,
        }
    }
}

/// One attestation record.
struct Statement {
    date: Interval,
    by: Option<u32>,
    answer: Answer,
    answer_evidence: Option<Evidence>,
    has_reason: bool,
}

impl Statement {
    fn read(program: &Program, facts: &Facts, row: u32) -> Option<Statement> {
        let kind = program.builtins.attestation;
        let answer = facts.cells.get(&(kind, row, ANSWER))?;
        Some(Statement {
            date: match facts.single(kind, row, DATE) {
                Val::Num(date) => date,
                _ => Interval::UNKNOWN,
            },
            by: enum_code(&facts.single(kind, row, BY)),
            answer: match &answer.content {
                Content::Conflict(_) => Answer::Conflict,
                Content::Single(value) => enum_code(value).map_or(Answer::Unknown, Answer::Known),
                Content::Set(_) => Answer::Unknown,
            },
            answer_evidence: answer.evidence.clone(),
            has_reason: matches!(facts.single(kind, row, REASON), Val::Code(_)),
        })
    }

    /// "A record dated wholly after today, or whose `by` is known and not among the `by` roles, is left out."
    fn left_out(&self, attest: &Attest, today: i32) -> bool {
        let future = self.date.lo.is_some_and(|first| first > i64::from(today));
        let other_role = !attest.by.is_empty() && self.by.is_some_and(|role| !attest.by.contains(&role));
        future || other_role
    }

    /// "A record is *sure* if its date is a single day on or before today and its `by` is known, or no `by` is
    /// asked for." Its day, then.
    fn sure_date(&self, attest: &Attest, today: i32) -> Option<i64> {
        let known_role = attest.by.is_empty() || self.by.is_some();
        self.date.single().filter(|day| *day <= i64::from(today) && known_role)
    }

    /// "Answer yes: if a grade is asked for and the evidence of the `answer` cell has none or a lower one: unknown;
    /// else if `date + every` is before today, or that evidence's `valid_until` is before today: stale; else satisfied.
    /// Answer no: violated. not_applicable: not_applicable if a `reason` is recorded, else unknown."
    fn verdict(&self, attest: &Attest, date: i64, today: i32) -> Verdict {
        match self.answer {
            Answer::Known(YES) => {
                let grade = self.answer_evidence.as_ref().and_then(|e| e.grade);
                let due = attest.every.and_then(|every| shift(Interval::point(date), every, 1).hi);
                if attest.evidence.is_some_and(|asked| grade.is_none_or(|g| g < asked)) {
                    Verdict::Unknown
                } else if due.is_some_and(|d| d < i64::from(today))
                    || self.answer_evidence.as_ref().is_some_and(|e| expired(e, today))
                {
                    Verdict::Stale
                } else {
                    Verdict::Satisfied
                }
            }
            Answer::Known(NO) => Verdict::Violated,
            Answer::Known(NOT_APPLICABLE) if self.has_reason => Verdict::NotApplicable,
            _ => Verdict::Unknown,
        }
    }
}

fn enum_code(value: &Val) -> Option<u32> {
    match value {
        Val::Code(Code::Enum(code)) => Some(*code),
        _ => None,
    }
}

const WAIVER_REQUIREMENT: AttrId = AttrId(0);
const WAIVER_SUBJECT: AttrId = AttrId(1);
const WAIVER_APPROVER: AttrId = AttrId(2);
const WAIVER_REASON: AttrId = AttrId(3);
const WAIVER_EXPIRES: AttrId = AttrId(5);

/// "An outcome `violated` on a subject becomes `waived` if a waiver for this very requirement (with the subject's
/// id, or with no subject) has approver, reason and an expiry that is wholly on or after today."
pub(crate) fn waive(
    program: &Program,
    facts: &Facts,
    today: i32,
    requirement: &Requirement,
    subject: SubjectRef,
    verdict: Verdict,
) -> Verdict {
    let kind = program.builtins.waiver;
    let applies = |row: u32| {
        let cell = |attr| facts.single(kind, row, attr);
        let about_subject = match (cell(WAIVER_SUBJECT), subject) {
            (Val::None, _) => true,
            (Val::Code(Code::Text(id)), SubjectRef::Record(k, of)) => id == facts.id(k, of),
            _ => false,
        };
        cell(WAIVER_REQUIREMENT) == Val::Code(Code::Requirement(requirement.id.clone()))
            && about_subject
            && matches!(cell(WAIVER_APPROVER), Val::Code(_))
            && matches!(cell(WAIVER_REASON), Val::Code(_))
            && matches!(cell(WAIVER_EXPIRES), Val::Num(Interval { lo: Some(first), .. }) if first >= i64::from(today))
    };
    if verdict == Verdict::Violated && facts.rows(kind).any(applies) { Verdict::Waived } else { verdict }
}
