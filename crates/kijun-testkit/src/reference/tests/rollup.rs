use kijun_engine::program::{Combination, Combine, Member, Scope};

use super::*;

/// A check on the facility whose verdict is given.
fn always(verdict: Verdict) -> Check {
    let bool = |b| constant(Const::Bool(b), Type::Bool);
    let open = || {
        let count = ExprKind::Aggregated {
            aggregate: kijun_engine::program::Aggregate::Count,
            var: VarId(1),
            set: SetExpr::Extent(THING),
            filter: None,
            body: None,
        };
        eq(expr(count, Type::Int, false), int(0))
    };
    let (condition, require) = match verdict {
        Verdict::Satisfied => (None, bool(true)),
        Verdict::Violated => (None, bool(false)),
        Verdict::NotApplicable => (Some(bool(false)), bool(true)),
        // Nothing is said about things.
        _ => (None, open()),
    };
    Check { subject: None, condition, ..check(require) }
}

fn for_requirement(id: u32, check: Check) -> Check {
    Check { requirements: vec![RequirementId(id)], ..check }
}

fn requirements(program: &Program, facts: &Facts) -> BTreeMap<u32, Verdict> {
    let result = assess(program, &facts.store(&program.schema), TODAY);
    result.requirements.into_iter().map(|(id, v)| (id.0, v)).collect()
}

fn verdict(program: &Program) -> Verdict {
    requirements(program, &facts(&[]))[&0]
}

fn combined(combine: Combine, groups: &[&[Verdict]]) -> Verdict {
    let checks: Vec<Check> = groups.iter().flat_map(|g| g.iter()).map(|v| always(*v)).collect();
    let mut members = (0..checks.len()).map(Member::Check);
    let groups = groups.iter().map(|g| ("g".to_owned(), members.by_ref().take(g.len()).collect())).collect();
    let combination = Combination {
        requirement: RequirementId(0),
        groups,
        combine,
        mark: Mark::Inferred,
        span: Span::default(),
    };
    verdict(&Program { checks: shared(checks), combinations: vec![combination], ..program() })
}

use Verdict::{NotApplicable, Satisfied, Unknown, Unverified, Violated, Waived};

#[test]
fn the_worst_outcome_and_child_decides() {
    let tree = vec![requirement("in:0"), below(0, "in:1"), below(0, "in:2")];
    let checks = vec![for_requirement(1, always(Satisfied)), for_requirement(2, always(Unknown))];
    let program = Program { requirements: tree.into(), checks: shared(checks), ..program() };
    assert_eq!(requirements(&program, &facts(&[])), [(0, Unknown), (1, Satisfied), (2, Unknown)].into());
}

#[test]
fn what_nothing_checks_is_unverified() {
    assert_eq!(verdict(&program()), Unverified);
    let mut listed = Program { checks: shared([always(Violated)]), ..program() };
    Arc::make_mut(&mut listed.requirements)[0].text_included = false;
    assert_eq!(verdict(&listed), Unverified);
    assert!(assess(&listed, &facts(&[]).store(&listed.schema), TODAY).outcomes.is_empty());
}

#[test]
fn sections_without_children_are_not_reported() {
    let section = Requirement { is_section: true, ..requirement("in:0") };
    let alone = Program { requirements: vec![section.clone()].into(), ..program() };
    assert!(requirements(&alone, &facts(&[])).is_empty());
    let out = Requirement { scope: Scope::Out, ..below(0, "out:1") };
    let with_child = Program { requirements: vec![section, out, below(0, "in:2")].into(), ..program() };
    assert_eq!(requirements(&with_child, &facts(&[])), [(0, Unverified), (2, Unverified)].into());
}

#[test]
fn what_is_excluded_is_not_applicable_with_all_below_it() {
    let excluded = Requirement { scope: Scope::Excluded("not ours".to_owned()), ..requirement("in:0") };
    let checks = vec![for_requirement(1, always(Violated))];
    let program = Program {
        requirements: vec![excluded, below(0, "in:1")].into(),
        checks: shared(checks),
        ..program()
    };
    assert_eq!(requirements(&program, &facts(&[])), [(0, NotApplicable), (1, NotApplicable)].into());
}

#[test]
fn what_is_withdrawn_is_not_reported_with_all_below_it() {
    let withdrawn = Requirement { withdrawn: Some(Vec::new()), ..below(0, "in:1") };
    let tree = vec![requirement("in:0"), withdrawn, below(1, "in:2"), below(0, "in:3")];
    let checks = vec![for_requirement(2, always(Violated)), for_requirement(3, always(Satisfied))];
    let program = Program { requirements: tree.into(), checks: shared(checks), ..program() };
    assert_eq!(requirements(&program, &facts(&[])), [(0, Satisfied), (3, Satisfied)].into());
}

#[test]
fn weak_rules_do_not_decide_alone() {
    let weak = |v| Check { mark: Mark::Ambiguous, ..always(v) };
    let of = |checks: Vec<Check>| verdict(&Program { checks: shared(checks), ..program() });
    assert_eq!(of(vec![weak(Violated), always(Satisfied)]), Satisfied);
    assert_eq!(of(vec![weak(Violated)]), Unknown);
    assert_eq!(of(vec![weak(NotApplicable)]), NotApplicable);
    let mut unverified = Program { checks: shared([always(Satisfied)]), ..program() };
    Arc::make_mut(&mut unverified.requirements)[0].mark = Mark::Unverified;
    assert_eq!(verdict(&unverified), Unknown);
}

fn waiver(requirement: &str, subject: Option<&str>, expires: Date) -> Record {
    let known = |datum| vec![said(Stated::Known(datum))];
    let text = |text: &str| known(Datum::Text(text.to_owned()));
    let mut cells = BTreeMap::from([
        (AttrId(0), known(Datum::Requirement(requirement.to_owned()))),
        (AttrId(2), text("approver")),
        (AttrId(3), text("reason")),
        (AttrId(5), known(Datum::Date(expires))),
    ]);
    if let Some(subject) = subject {
        cells.insert(AttrId(1), text(subject));
    }
    Record { kind: BUILTINS.waiver, id: "w".to_owned(), cells }
}

#[test]
fn waivers_turn_violations_into_waived_until_they_expire() {
    let program = Program { checks: shared([check(at(x(), "flag"))]), ..program() };
    let of = |waiver: Record| requirements(&program, &facts(&[thing("a", &[("flag", no())]), waiver]))[&0];
    let today = Date::day(TODAY);
    assert_eq!(of(waiver("in:0", None, today)), Waived);
    assert_eq!(of(waiver("in:0", Some("a"), today)), Waived);
    assert_eq!(of(waiver("in:0", Some("b"), today)), Violated);
    assert_eq!(of(waiver("in:1", None, today)), Violated);
    assert_eq!(of(waiver("in:0", None, Date::day(TODAY - 1))), Violated);
    assert_eq!(of(waiver("in:0", None, Date::month(2014, 1).unwrap())), Violated);
    let mut incomplete = waiver("in:0", None, today);
    incomplete.cells.remove(&AttrId(2));
    assert_eq!(of(incomplete), Violated);
}

#[test]
fn combinations_count_their_members() {
    let any = |count, group| Combine::AtLeast { count, group };
    let all = |group| Combine::AllOf { group };
    assert_eq!(combined(any(1, 0), &[&[Satisfied, Violated]]), Satisfied);
    assert_eq!(combined(any(2, 0), &[&[Satisfied, Violated]]), Violated);
    assert_eq!(combined(any(2, 0), &[&[Satisfied, Violated, Unknown]]), Unknown);
    assert_eq!(combined(all(0), &[&[Satisfied, NotApplicable]]), Satisfied);
    assert_eq!(combined(all(0), &[&[NotApplicable, NotApplicable]]), NotApplicable);
    let both = Combine::And(vec![any(1, 0), all(1)]);
    assert_eq!(combined(both.clone(), &[&[Violated, Satisfied], &[Satisfied]]), Satisfied);
    assert_eq!(combined(both.clone(), &[&[Satisfied], &[Unknown]]), Unknown);
    assert_eq!(combined(both.clone(), &[&[Violated], &[Unknown]]), Violated);
    // The counterexample to the page: see `readings::NOT_APPLICABLE_LOWERS_THE_COUNT`.
    assert_eq!(combined(both, &[&[NotApplicable], &[Unknown]]), Unknown);
}

#[test]
fn combinations_are_per_subject_when_their_members_agree() {
    let checks = vec![check(at(x(), "flag")), check(at(x(), "oflag"))];
    let groups = vec![("g".to_owned(), vec![Member::Check(0), Member::Check(1)])];
    let combination = Combination {
        requirement: RequirementId(0),
        groups,
        combine: Combine::AtLeast { count: 1, group: 0 },
        mark: Mark::Inferred,
        span: Span::default(),
    };
    let mut program = Program { checks: shared(checks), combinations: vec![combination], ..program() };
    let facts = facts(&[
        thing("a", &[("flag", no()), ("oflag", yes())]),
        thing("b", &[("flag", yes()), ("oflag", no())]),
    ]);
    let outcomes = |program: &Program| assess(program, &facts.store(&program.schema), TODAY).outcomes;
    let a_and_b: Vec<Verdict> = outcomes(&program).into_values().collect();
    assert_eq!(a_and_b, [Satisfied, Satisfied]);
    // A member about the facility rolls the others up: each is violated somewhere.
    program.checks.push(Arc::new(always(Violated)));
    program.combinations[0].groups[0].1.push(Member::Check(2));
    assert_eq!(outcomes(&program).into_values().collect::<Vec<_>>(), [Violated]);
}
