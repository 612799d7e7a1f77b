use kijun_engine::program::{ArithOp, Table, TableId};

use super::*;

fn arith(op: ArithOp, left: Expr, right: Expr, ty: Type) -> Expr {
    let optional = left.optional || right.optional;
    expr(ExprKind::Arith { op, left: Box::new(left), right: Box::new(right) }, ty, optional)
}

fn day(year: i16, month: i8, day: i8) -> Expr {
    constant(Const::Date(Date::ymd(year, month, day).unwrap()), Type::Date)
}

#[test]
fn missing_is_unknown_and_optional_missing_is_none() {
    let nothing = only(&[]);
    unknown(eq(at(x(), "n"), int(1)), &nothing);
    fails(eq(at(x(), "n"), none(Type::Int)), &nothing);
    holds(eq(at(x(), "on"), none(Type::Int)), &nothing);
    fails(eq(at(x(), "on"), int(1)), &nothing);
    unknown(eq(at(x(), "on"), none(Type::Int)), &only(&[("on", Stated::Unknown)]));
    unknown(eq(at(x(), "oletter"), none(Type::Enum(LETTER))), &only(&[("oletter", Stated::Unknown)]));
    fails(eq(at(x(), "letter"), none(Type::Enum(LETTER))), &nothing);
}

#[test]
fn attributes_of_an_unknown_record_are_unknown_and_of_none_are_none() {
    let nothing = only(&[]);
    unknown(at(at(x(), "peer"), "flag"), &nothing);
    fails(at(at(x(), "opeer"), "flag"), &nothing);
    holds(eq(at(at(x(), "opeer"), "n"), none(Type::Int)), &nothing);
    unknown(eq(at(at(x(), "opeer"), "n"), none(Type::Int)), &only(&[("opeer", Stated::Unknown)]));
}

#[test]
fn a_bool_that_is_none_does_not_hold() {
    fails(at(x(), "oflag"), &only(&[]));
    holds(not(at(x(), "oflag")), &only(&[]));
    unknown(at(x(), "flag"), &only(&[]));
}

#[test]
fn comparisons_with_none_are_false_but_for_equality() {
    let nothing = only(&[]);
    fails(compare(CompareOp::Lt, at(x(), "on"), int(1)), &nothing);
    fails(compare(CompareOp::Ge, at(x(), "on"), int(1)), &nothing);
    holds(compare(CompareOp::Ne, at(x(), "on"), int(1)), &nothing);
    fails(compare(CompareOp::Le, none(Type::Int), at(x(), "on")), &nothing);
}

#[test]
fn two_unknown_codes_may_differ() {
    unknown(eq(at(x(), "letter"), at(x(), "letter")), &only(&[]));
    unknown(compare(CompareOp::Le, at(x(), "letter"), at(x(), "letter")), &only(&[]));
    holds(eq(at(x(), "letter"), at(x(), "letter")), &only(&[("letter", letter(1))]));
}

#[test]
fn ordered_enums_compare_by_declaration() {
    let b = only(&[("letter", letter(1))]);
    holds(compare(CompareOp::Lt, at(x(), "letter"), code(2)), &b);
    fails(compare(CompareOp::Gt, at(x(), "letter"), code(1)), &b);
}

#[test]
fn intervals_compare_when_every_pair_agrees() {
    let january = only(&[("date", Stated::Known(Datum::Date(Date::month(2014, 1).unwrap())))]);
    let date = || at(x(), "date");
    holds(compare(CompareOp::Lt, date(), day(2014, 2, 1)), &january);
    holds(compare(CompareOp::Le, date(), day(2014, 1, 31)), &january);
    unknown(compare(CompareOp::Lt, date(), day(2014, 1, 31)), &january);
    fails(compare(CompareOp::Lt, date(), day(2014, 1, 1)), &january);
    unknown(eq(date(), day(2014, 1, 31)), &january);
    unknown(eq(date(), date()), &january);
    fails(eq(date(), day(2014, 2, 1)), &january);
}

#[test]
fn durations_compare_by_their_difference() {
    let lasts = |m, d| only(&[("lasts", Stated::Known(Datum::Duration(months(m, d))))]);
    let other = |m, d| constant(Const::Duration(months(m, d)), Type::Duration);
    let compare = |op, m, d| compare(op, at(x(), "lasts"), other(m, d));
    holds(compare(CompareOp::Lt, 1, 2), &lasts(1, 1));
    holds(compare(CompareOp::Gt, 0, 1), &lasts(1, 1));
    unknown(compare(CompareOp::Lt, 0, 30), &lasts(1, 0));
    holds(compare(CompareOp::Ge, 0, 28), &lasts(1, 0));
    unknown(compare(CompareOp::Gt, 0, 28), &lasts(1, 0));
    holds(compare(CompareOp::Lt, 0, 32), &lasts(1, 0));
    unknown(compare(CompareOp::Eq, 0, 30), &lasts(1, 0));
    fails(compare(CompareOp::Eq, 0, 32), &lasts(1, 0));
}

#[test]
fn arithmetic_takes_the_bounds_of_the_results() {
    let facts = only(&[("n", number(3))]);
    holds(eq(arith(ArithOp::Mul, at(x(), "n"), int(-2), Type::Int), int(-6)), &facts);
    holds(eq(arith(ArithOp::Sub, at(x(), "n"), int(5), Type::Int), int(-2)), &facts);
    // A none operand gives none; one that may be none an unknown that may be none.
    let sum = || arith(ArithOp::Add, at(x(), "on"), int(1), Type::Int);
    holds(eq(sum(), none(Type::Int)), &facts);
    unknown(eq(sum(), none(Type::Int)), &only(&[("on", Stated::Unknown)]));
    fails(eq(sum(), none(Type::Int)), &only(&[("on", number(1))]));
    // Nothing times zero is anything but zero.
    holds(eq(arith(ArithOp::Mul, at(x(), "n"), int(0), Type::Int), int(0)), &only(&[]));
}

#[test]
fn results_beyond_64_bits_are_open_bounds() {
    let huge = arith(ArithOp::Mul, int(i64::MAX - 1), int(2), Type::Int);
    unknown(compare(CompareOp::Gt, huge.clone(), int(0)), &only(&[]));
    unknown(eq(huge.clone(), huge), &only(&[]));
}

#[test]
fn months_are_added_before_days_and_clamped() {
    let by = |m, d| constant(Const::Duration(months(m, d)), Type::Duration);
    let plus = |m, d| arith(ArithOp::Add, day(2014, 1, 31), by(m, d), Type::Date);
    holds(eq(plus(1, 0), day(2014, 2, 28)), &only(&[]));
    holds(eq(plus(1, 1), day(2014, 3, 1)), &only(&[]));
    let minus = arith(ArithOp::Sub, day(2014, 3, 31), by(1, 1), Type::Date);
    holds(eq(minus, day(2014, 2, 27)), &only(&[]));
    let month = constant(Const::Date(Date::month(2014, 1).unwrap()), Type::Date);
    let ends = arith(ArithOp::Add, month, by(1, 0), Type::Date);
    holds(compare(CompareOp::Ge, ends.clone(), day(2014, 2, 1)), &only(&[]));
    holds(compare(CompareOp::Le, ends, day(2014, 2, 28)), &only(&[]));
}

#[test]
fn a_table_gives_what_is_printed() {
    let table = |mark| Table {
        name: "t".to_owned(),
        params: vec![Type::Enum(LETTER)],
        result: Type::Int,
        cells: vec![(vec![0], Some(Const::Int(7))), (vec![1], None)],
        mark,
        weak_rows: Vec::new(),
        span: Span::default(),
    };
    let lookup = |arg| expr(ExprKind::Lookup { table: TableId(0), args: vec![arg] }, Type::Int, false);
    let decide = |mark, cells: &[(&str, Stated)], name: &str| {
        let tables = vec![table(mark)];
        let checks = vec![check(eq(lookup(at(x(), name)), int(7)))];
        verdict_of(&Program { tables, checks: shared(checks), ..program() }, &only(cells))
    };
    assert_eq!(decide(Mark::Printed, &[("letter", letter(0))], "letter"), Verdict::Satisfied);
    assert_eq!(decide(Mark::Printed, &[("letter", letter(1))], "letter"), Verdict::Unknown);
    assert_eq!(decide(Mark::Printed, &[("letter", letter(2))], "letter"), Verdict::Unknown);
    assert_eq!(decide(Mark::Printed, &[], "letter"), Verdict::Unknown);
    assert_eq!(decide(Mark::Printed, &[], "oletter"), Verdict::Unknown);
    assert_eq!(decide(Mark::Ambiguous, &[("letter", letter(0))], "letter"), Verdict::Unknown);
}
