use kijun_engine::program::Attest;

use super::*;

fn attest() -> Attest {
    Attest {
        name: "in:0".to_owned(),
        requirement: RequirementId(0),
        question: Label::default(),
        subject: None,
        vars: vec![var_of(THING)],
        condition: None,
        by: Vec::new(),
        every: None,
        evidence: None,
        fix: Message::default(),
        weight: None,
        mark: Mark::Inferred,
        source: String::new(),
        span: Span::default(),
    }
}

const YES: u32 = 0;
const NO: u32 = 1;
const NOT_APPLICABLE: u32 = 2;

/// An attestation of the facility for `in:0`.
fn answer(id: &str, answer: u32, date: Date) -> Record {
    let known = |datum| vec![said(Stated::Known(datum))];
    let cells = [
        (0, known(Datum::Requirement("in:0".to_owned()))),
        (2, known(Datum::Enum(answer))),
        (3, known(Datum::Enum(0))),
        (4, known(Datum::Date(date))),
    ];
    let cells = cells.into_iter().map(|(attr, cell)| (AttrId(attr), cell)).collect();
    Record { kind: BUILTINS.attestation, id: id.to_owned(), cells }
}

fn with(mut record: Record, attr: u32, statements: Vec<Statement>) -> Record {
    record.cells.insert(AttrId(attr), statements);
    record
}

fn ago(days: i32) -> Date {
    Date::day(TODAY - days)
}

fn decide(attest: &Attest, records: &[Record]) -> Verdict {
    let program = Program { attests: vec![attest.clone()], ..program() };
    let result = assess(&program, &facts(records).store(&program.schema), TODAY);
    result.outcomes[&(RequirementId(0), RuleRef::Attest(0), SubjectRef::Facility)]
}

#[test]
fn the_latest_sure_answer_counts() {
    let decide = |records: &[Record]| decide(&attest(), records);
    assert_eq!(decide(&[]), Verdict::Unknown);
    assert_eq!(decide(&[answer("1", YES, ago(0))]), Verdict::Satisfied);
    assert_eq!(decide(&[answer("1", YES, ago(0)), answer("2", NO, ago(1))]), Verdict::Satisfied);
    assert_eq!(decide(&[answer("1", YES, ago(2)), answer("2", NO, ago(1))]), Verdict::Violated);
    assert_eq!(decide(&[answer("1", YES, ago(1)), answer("2", NO, ago(1))]), Verdict::Conflicting);
    assert_eq!(decide(&[answer("1", YES, ago(-1))]), Verdict::Unknown);
}

#[test]
fn a_record_that_may_be_later_leaves_it_open() {
    let january = Date::month(2014, 1).unwrap();
    let decide = |records: &[Record]| decide(&attest(), records);
    assert_eq!(decide(&[answer("1", YES, ago(3)), answer("2", NO, january)]), Verdict::Unknown);
    assert_eq!(decide(&[answer("1", YES, ago(0)), answer("2", NO, january)]), Verdict::Unknown);
    let december = Date::month(2013, 12).unwrap();
    assert_eq!(decide(&[answer("1", YES, ago(3)), answer("2", NO, december)]), Verdict::Satisfied);
    assert_eq!(decide(&[answer("2", YES, december)]), Verdict::Unknown);
}

#[test]
fn only_the_roles_asked_for_count() {
    let asked = Attest { by: vec![1], ..attest() };
    let by = |role: u32| vec![said(Stated::Known(Datum::Enum(role)))];
    assert_eq!(decide(&asked, &[answer("1", YES, ago(1))]), Verdict::Unknown);
    assert_eq!(decide(&asked, &[with(answer("1", YES, ago(1)), 3, by(1))]), Verdict::Satisfied);
    let unsigned = with(answer("2", NO, ago(0)), 3, vec![said(Stated::Unknown)]);
    let signed = with(answer("1", YES, ago(1)), 3, by(1));
    assert_eq!(decide(&asked, &[signed.clone(), unsigned.clone()]), Verdict::Unknown);
    assert_eq!(decide(&attest(), &[signed, unsigned]), Verdict::Violated);
}

#[test]
fn answers_need_their_backing() {
    let asked = Attest { evidence: Some(2), every: Some(months(1, 0)), ..attest() };
    let yes = || Stated::Known(Datum::Enum(YES));
    let backed = |grade, until, days| with(answer("1", YES, ago(days)), 2, vec![backed(yes(), grade, until)]);
    assert_eq!(decide(&asked, &[backed(Some(2), None, 31)]), Verdict::Satisfied);
    assert_eq!(decide(&asked, &[backed(Some(2), None, 32)]), Verdict::Stale);
    assert_eq!(decide(&asked, &[backed(Some(2), Some(TODAY - 1), 0)]), Verdict::Stale);
    assert_eq!(decide(&asked, &[backed(Some(1), None, 32)]), Verdict::Unknown);
    assert_eq!(decide(&asked, &[answer("1", YES, ago(0))]), Verdict::Unknown);
    assert_eq!(decide(&asked, &[answer("1", NO, ago(400))]), Verdict::Violated);
}

#[test]
fn not_applicable_needs_a_reason() {
    let plain = answer("1", NOT_APPLICABLE, ago(0));
    assert_eq!(decide(&attest(), std::slice::from_ref(&plain)), Verdict::Unknown);
    let reason = vec![said(Stated::Known(Datum::Text("because".to_owned())))];
    assert_eq!(decide(&attest(), &[with(plain, 6, reason)]), Verdict::NotApplicable);
}

#[test]
fn unknown_and_conflicting_answers() {
    let stated =
        |answers: &[Stated]| with(answer("1", YES, ago(0)), 2, answers.iter().cloned().map(said).collect());
    let code = |code| Stated::Known(Datum::Enum(code));
    assert_eq!(decide(&attest(), &[stated(&[Stated::Unknown])]), Verdict::Unknown);
    assert_eq!(decide(&attest(), &[stated(&[code(YES), code(NO)])]), Verdict::Conflicting);
}

#[test]
fn attestations_are_about_their_subject() {
    let asked = Attest { subject: Some(Subject { var: VarId(0), kind: THING }), ..attest() };
    let program = Program { attests: vec![asked], ..program() };
    let about = |id: &str| vec![said(Stated::Known(Datum::Text(id.to_owned())))];
    let records = [thing("a", &[]), thing("b", &[]), with(answer("1", YES, ago(0)), 1, about("a"))];
    let result = assess(&program, &facts(&records).store(&program.schema), TODAY);
    let verdicts: Vec<Verdict> = result.outcomes.into_values().collect();
    assert_eq!(verdicts, [Verdict::Satisfied, Verdict::Unknown]);
    assert_eq!(decide(&attest(), &[with(answer("1", YES, ago(0)), 1, about("a"))]), Verdict::Unknown);
}

#[test]
fn where_comes_first() {
    let flag = |b| Attest { condition: Some(constant(Const::Bool(b), Type::Bool)), ..attest() };
    assert_eq!(decide(&flag(false), &[answer("1", NO, ago(0))]), Verdict::NotApplicable);
    assert_eq!(decide(&flag(true), &[answer("1", NO, ago(0))]), Verdict::Violated);
}
