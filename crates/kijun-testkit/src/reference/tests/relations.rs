use kijun_engine::program::{Aggregate, Quantifier};

use super::*;

/// `r(v0, v1) if v1 in v0.peers` and `r(v0, v2) if r(v0, v1) and v2 in v1.peers`
fn reaches() -> Vec<Rule> {
    let step = |from, to| is_in(var(to), set_at(var(from), "peers"));
    vec![rule(&[0, 1], &[step(0, 1)]), rule(&[0, 2], &[related(&[var(0), var(1)]), step(1, 2)])]
}

fn image(args: &[Expr]) -> SetExpr {
    SetExpr::Image { relation: RelationId(0), args: args.to_vec() }
}

fn count(set: SetExpr) -> Expr {
    let kind =
        ExprKind::Aggregated { aggregate: Aggregate::Count, var: VarId(3), set, filter: None, body: None };
    expr(kind, Type::Int, false)
}

/// a → b → c → a, and d apart, all known.
fn ring() -> Vec<Record> {
    vec![
        thing("a", &[("peers", set(&["b"], &[], false)), ("peer", refer("c")), ("n", number(3))]),
        thing("b", &[("peers", set(&["c"], &[], false))]),
        thing("c", &[("peers", set(&["a"], &[], false))]),
        thing("d", &[("peers", set(&[], &[], false)), ("peer", refer("a"))]),
    ]
}

#[test]
fn recursion_reaches_the_least_fixpoint() {
    let decide = |require| verdict_of(&with_relation(2, reaches(), require), &facts(&ring()));
    assert_eq!(decide(related(&[x(), at(x(), "peer")])), Verdict::Satisfied);
    assert_eq!(decide(eq(count(image(&[x()])), int(3))), Verdict::Satisfied);
    let apart = condition(ExprKind::Quantified {
        quantifier: Quantifier::Any,
        var: VarId(1),
        set: SetExpr::Extent(THING),
        filter: Some(Box::new(not(related(&[var(1), var(1)])))),
        body: Box::new(related(&[x(), var(1)])),
    });
    assert_eq!(decide(apart), Verdict::Violated);
}

#[test]
fn possible_steps_give_possible_tuples_and_open_sets_unknown_ones() {
    let mut records = ring();
    records[1] = thing("b", &[("peers", set(&[], &["c"], false))]);
    let decide =
        |records: &[Record], require| verdict_of(&with_relation(2, reaches(), require), &facts(records));
    assert_eq!(decide(&records, related(&[x(), at(x(), "peer")])), Verdict::Unknown);
    assert_eq!(decide(&records, is_in(at(x(), "peer"), image(&[x()]))), Verdict::Unknown);
    records[1] = thing("b", &[("peers", set(&[], &[], true))]);
    assert_eq!(decide(&records, related(&[x(), at(x(), "peer")])), Verdict::Unknown);
    assert_eq!(decide(&records, compare(CompareOp::Ge, count(image(&[x()])), int(1))), Verdict::Satisfied);
    assert_eq!(decide(&records, compare(CompareOp::Le, count(image(&[x()])), int(9))), Verdict::Unknown);
    // What d reaches is known all the same.
    let from = at(x(), "opeer");
    let mut a = records[0].clone();
    a.cells.insert(attr("opeer"), vec![said(refer("d"))]);
    records[0] = a;
    assert_eq!(decide(&records, eq(count(image(&[from])), int(0))), Verdict::Satisfied);
}

#[test]
fn unknown_arguments_may_be_related_and_none_is_not() {
    let decide = |require| verdict_of(&with_relation(2, reaches(), require), &facts(&ring()));
    let unknown = || at(at(x(), "peer"), "peer");
    let nothing = || at(x(), "opeer");
    assert_eq!(decide(related(&[x(), unknown()])), Verdict::Unknown);
    assert_eq!(decide(related(&[x(), nothing()])), Verdict::Violated);
    assert_eq!(decide(related(&[unknown(), nothing()])), Verdict::Violated);
    assert_eq!(decide(eq(count(image(&[nothing()])), int(0))), Verdict::Satisfied);
    assert_eq!(decide(eq(count(image(&[unknown()])), int(0))), Verdict::Unknown);
}

#[test]
fn head_variables_that_nothing_binds_range_over_their_kind() {
    // r(v0, v1) if v0.flag: v0 ranges when it is mentioned, v1 at the end.
    let rules = || vec![rule(&[0, 1], &[at(var(0), "flag")])];
    let mut facts = facts(&[thing("a", &[("flag", yes())]), thing("b", &[("flag", no())]), thing("c", &[])]);
    let decide = |facts: &Facts, require| verdict_of(&with_relation(2, rules(), require), facts);
    assert_eq!(decide(&facts, eq(count(image(&[x()])), int(3))), Verdict::Satisfied);
    // When the register is incomplete, so is the range.
    facts.registers.insert(THING, false);
    assert_eq!(decide(&facts, eq(count(image(&[x()])), int(3))), Verdict::Unknown);
    assert_eq!(decide(&facts, compare(CompareOp::Ge, count(image(&[x()])), int(3))), Verdict::Satisfied);
}

#[test]
fn atoms_bind_variables_test_the_others_and_the_second_of_two() {
    // r(v0, v1) if v1 in v0.peers; q is r as well: r(v0, v0) if r(v1, v0) and r(v0, v1), of a ring of two.
    let rules = vec![
        rule(&[0, 1], &[is_in(var(1), set_at(var(0), "peers"))]),
        rule(&[0, 0], &[related(&[var(1), var(0)]), related(&[var(0), var(1)])]),
    ];
    let records = facts(&[
        thing("a", &[("peers", set(&["b"], &[], false)), ("peer", refer("b")), ("n", number(1))]),
        thing("b", &[("peers", set(&["a"], &[], false)), ("n", number(2))]),
    ]);
    let decide = |require| verdict_of(&with_relation(2, rules.clone(), require), &records);
    assert_eq!(decide(related(&[x(), x()])), Verdict::Satisfied);
    // r(v0, v1) if v1 in v0.peers; r(v2, v2) if r(v2, v2): the second occurrence is tested, and nothing is added.
    let rules = vec![
        rule(&[0, 1], &[is_in(var(1), set_at(var(0), "peers"))]),
        rule(&[2, 2], &[related(&[var(2), var(2)])]),
    ];
    let decide = |require| verdict_of(&with_relation(2, rules.clone(), require), &records);
    assert_eq!(decide(related(&[x(), x()])), Verdict::Violated);
    assert_eq!(decide(related(&[x(), at(x(), "peer")])), Verdict::Satisfied);
}

#[test]
fn a_tested_unknown_argument_binds_the_others_to_an_unknown() {
    // r(v0, v1) if v1 in v0.peers; r(v0, v1) if r(v0.opeer, v1)
    let rules = vec![
        rule(&[0, 1], &[is_in(var(1), set_at(var(0), "peers"))]),
        rule(&[0, 1], &[related(&[at(var(0), "opeer"), var(1)])]),
    ];
    let records = |opeer: Stated| {
        facts(&[
            thing("a", &[("peers", set(&[], &[], false)), ("opeer", opeer)]),
            thing("b", &[("peers", set(&["a"], &[], false))]),
        ])
    };
    let decide = |opeer| verdict_of(&with_relation(2, rules.clone(), related(&[x(), x()])), &records(opeer));
    assert_eq!(decide(refer("b")), Verdict::Satisfied);
    assert_eq!(decide(Stated::Unknown), Verdict::Unknown);
    assert_eq!(decide(Stated::None), Verdict::Violated);
}

#[test]
fn conflicts_are_unknown_inside_relations() {
    let rules = vec![rule(&[0], &[at(var(0), "flag")])];
    let both = |require| {
        let records = facts(&[thing("a", &[("flag", yes()), ("flag", no())])]);
        verdict_of(&with_relation(1, rules.clone(), require), &records)
    };
    assert_eq!(both(at(x(), "flag")), Verdict::Conflicting);
    assert_eq!(both(related(&[x()])), Verdict::Unknown);
}
