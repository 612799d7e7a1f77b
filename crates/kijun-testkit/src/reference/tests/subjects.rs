use super::*;

fn outcomes(program: &Program, facts: &Facts) -> Vec<(SubjectRef, Verdict)> {
    let result = assess(program, &facts.store(&program.schema), TODAY);
    result.outcomes.into_iter().map(|((_, _, subject), verdict)| (subject, verdict)).collect()
}

#[test]
fn registers_have_an_outcome_when_records_are_missing() {
    let program = Program { checks: shared([check(at(x(), "flag"))]), ..program() };
    let mut register = facts(&[]);
    assert_eq!(outcomes(&program, &register), [(SubjectRef::Register(THING), Verdict::Unknown)]);
    register.registers.insert(THING, true);
    assert_eq!(outcomes(&program, &register), [(SubjectRef::Register(THING), Verdict::NotApplicable)]);
    register.records.push(thing("a", &[("flag", yes())]));
    let a = (SubjectRef::Record(THING, 0), Verdict::Satisfied);
    assert_eq!(outcomes(&program, &register), [a]);
    register.registers.insert(THING, false);
    assert_eq!(outcomes(&program, &register), [a, (SubjectRef::Register(THING), Verdict::Unknown)]);
    register.registers.clear();
    assert_eq!(outcomes(&program, &register), [a]);
}

#[test]
fn without_each_the_facility_is_the_subject() {
    let whole = Check { subject: None, ..check(constant(Const::Bool(true), Type::Bool)) };
    let program = Program { checks: shared([whole]), ..program() };
    assert_eq!(outcomes(&program, &facts(&[])), [(SubjectRef::Facility, Verdict::Satisfied)]);
}

#[test]
fn where_decides_before_require() {
    let checks = vec![Check { condition: Some(at(x(), "flag")), ..check(at(x(), "oflag")) }];
    let program = Program { checks: shared(checks), ..program() };
    let decide = |cells: &[(&str, Stated)]| verdict_of(&program, &only(cells));
    assert_eq!(decide(&[("flag", no())]), Verdict::NotApplicable);
    assert_eq!(decide(&[("oflag", yes())]), Verdict::Unknown);
    assert_eq!(decide(&[("flag", yes()), ("oflag", yes())]), Verdict::Satisfied);
    assert_eq!(decide(&[("flag", yes())]), Verdict::Violated);
}

#[test]
fn alternatives_that_decide_differently_conflict() {
    let is_a = || eq(at(x(), "letter"), code(0));
    let both = |a, b| only(&[("letter", letter(a)), ("letter", letter(b))]);
    assert_eq!(decide(is_a(), &both(0, 1)), Verdict::Conflicting);
    assert_eq!(decide(is_a(), &both(1, 2)), Verdict::Violated);
    // A base that is decided anyway does not look at conflicts.
    assert_eq!(decide(or(&[is_a(), eq(at(x(), "n"), at(x(), "n"))]), &both(0, 1)), Verdict::Unknown);
    let decided = or(&[is_a(), constant(Const::Bool(true), Type::Bool)]);
    assert_eq!(decide(decided, &both(0, 1)), Verdict::Satisfied);
    // One alternative decides and the other leaves it open.
    assert_eq!(decide(or(&[is_a(), at(x(), "flag")]), &both(0, 1)), Verdict::Unknown);
}

#[test]
fn too_many_conflicts_stay_unknown() {
    let conflicting = |id: &str| thing(id, &[("flag", yes()), ("flag", no())]);
    let ids = ["a", "b", "c", "d", "e", "f", "g"];
    let every = condition(ExprKind::Quantified {
        quantifier: kijun_engine::program::Quantifier::All,
        var: VarId(1),
        set: SetExpr::Extent(THING),
        filter: None,
        body: Box::new(at(var(1), "flag")),
    });
    let decide = |n: usize| {
        let records: Vec<Record> = ids[..n].iter().map(|id| conflicting(id)).collect();
        super::decide(every.clone(), &facts(&records))
    };
    assert_eq!(decide(6), Verdict::Conflicting);
    assert_eq!(decide(7), Verdict::Unknown);
}

#[test]
fn expired_evidence_makes_stale() {
    let with = |statement: Statement| {
        let mut record = thing("a", &[]);
        record.cells.insert(attr("flag"), vec![statement]);
        decide(at(x(), "flag"), &facts(&[record]))
    };
    assert_eq!(with(backed(yes(), None, Some(TODAY))), Verdict::Satisfied);
    assert_eq!(with(backed(yes(), None, Some(TODAY - 1))), Verdict::Stale);
    assert_eq!(with(backed(no(), None, Some(TODAY - 1))), Verdict::Violated);
}

#[test]
fn evidence_below_the_grade_makes_unknown_and_outranks_stale() {
    let program =
        |require| Program { checks: shared([Check { grade: Some(2), ..check(require) }]), ..program() };
    let with = |statement: Statement| {
        let mut record = thing("a", &[]);
        record.cells.insert(attr("flag"), vec![statement]);
        verdict_of(&program(at(x(), "flag")), &facts(&[record]))
    };
    assert_eq!(with(backed(yes(), Some(2), None)), Verdict::Satisfied);
    assert_eq!(with(backed(yes(), Some(1), None)), Verdict::Unknown);
    assert_eq!(with(said(yes())), Verdict::Unknown);
    assert_eq!(with(backed(yes(), Some(3), Some(TODAY - 1))), Verdict::Stale);
    assert_eq!(with(backed(yes(), Some(1), Some(TODAY - 1))), Verdict::Unknown);
    // An optional cell where nothing is recorded needs no evidence; one that is stated as none does.
    let absent = || program(eq(at(x(), "on"), none(Type::Int)));
    assert_eq!(verdict_of(&absent(), &only(&[])), Verdict::Satisfied);
    assert_eq!(verdict_of(&absent(), &only(&[("on", Stated::None)])), Verdict::Unknown);
}

/// The counterexample to step 3 as the page has it: see `readings::EVIDENCE_AFTER_CONFLICTS`.
#[test]
fn evidence_counts_where_conflicts_agree() {
    // require letter in {a, b} or flag; and oflag, whose evidence has expired
    let require = condition(ExprKind::And(vec![
        or(&[eq(at(x(), "letter"), code(0)), eq(at(x(), "letter"), code(1)), at(x(), "flag")]),
        at(x(), "oflag"),
    ]));
    let mut record = thing("a", &[("letter", letter(0)), ("letter", letter(1))]);
    record.cells.insert(attr("oflag"), vec![backed(yes(), None, Some(TODAY - 1))]);
    assert_eq!(decide(require.clone(), &facts(&[record.clone()])), Verdict::Stale);
    record.cells.insert(attr("flag"), vec![said(yes())]);
    assert_eq!(decide(require, &facts(&[record])), Verdict::Stale);
}
