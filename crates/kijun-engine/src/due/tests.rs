//! Every test states facts and one check, and looks at what lapses within a year of 1 April 2026, with what flips then.

use kijun_facts::{Date, Duration, Type};
use kijun_text::Span;

use super::dates::moved;
use super::rules::acting;
use super::{Lapsing, due};
use crate::assessment::Verdict;
use crate::program::{
    ArithOp, CompareOp, Const, Expr, ExprKind, Program, RelationId, Rule, Table, TableId, Var, VarId,
};
use crate::repair::tests::{
    C, CONTRACT, VENDOR, and, arith, compare, day, duration, expr, facts, ge, le, literal, own, program,
    related, today, var,
};

const PLAIN: &str = "[[contract]]\nid = \"a\"\nvendor = \"v\"\nsigned = 2025-01-01\nexpires = 2026-06-30\ninsured = true\n\
                     [[vendor]]\nid = \"v\"\nsubcontractors = []\n[complete]\ncontract = true\nvendor = true\n";

fn list(program: &Program, text: &str) -> Vec<String> {
    let store = facts(&[("f.toml", text)]);
    let found = due(program, &store, day(2026, 4, 1), 365);
    let name = |d: &super::Due| match d.what {
        Lapsing::Date { kind, row, attr } => {
            let attribute = &program.schema.attribute(kind, attr).unwrap().name;
            format!("{}.{attribute}", store.id_text(kind, row as usize))
        }
        Lapsing::Evidence { kind, row } => format!("evidence of {}", store.id_text(kind, row as usize)),
        Lapsing::Rule(_) => {
            let rule = d.rule.as_ref().unwrap();
            format!("rule {} {}", rule.date, rule.name.as_deref().unwrap_or("-"))
        }
        other => format!("{other:?}"),
    };
    let line = |d: &super::Due| {
        let verdict = |v: Option<Verdict>| v.map_or("-", Verdict::name);
        let flips: Vec<String> =
            d.flips.iter().map(|f| format!("{} → {}", verdict(f.before), verdict(f.after))).collect();
        format!("{} {}: {}", Date::day(d.last), name(d), flips.join(", ")).trim_end().to_owned()
    };
    found.iter().map(line).collect()
}

#[track_caller]
fn check(condition: Option<Expr>, require: Expr, text: &str, expected: &[&str]) {
    assert_eq!(list(&program(condition, vec![require]), text), expected);
}

fn on(year: i16, month: i8, of: i8) -> Expr {
    expr(ExprKind::Const(Const::Date(Date::ymd(year, month, of).unwrap())), Type::Date)
}

fn named(name: &str, body: Expr) -> Expr {
    let ty = body.ty.clone();
    expr(ExprKind::Named { name: name.into(), body: Box::new(body) }, ty)
}

fn plus(date: Expr, months: i32) -> Expr {
    arith(ArithOp::Add, date, duration(months, 0))
}

// ---------------------------------------------------------------- dates in facts

#[test]
fn a_date_lapses_with_what_rests_on_it() {
    let valid = || ge(own("expires"), today());
    check(None, valid(), PLAIN, &["2026-06-30 a.expires: satisfied → violated"]);
    // Written the other way round it is the same.
    check(None, le(today(), own("expires")), PLAIN, &["2026-06-30 a.expires: satisfied → violated"]);
    // Later than within a year, or none.
    check(None, valid(), &PLAIN.replace("2026-06-30", "2028-01-01"), &[]);
    check(None, valid(), &PLAIN.replace("2026-06-30", "\"none\""), &[]);
    // What has lapsed and bears on a verdict.
    check(None, valid(), &PLAIN.replace("2026-06-30", "2026-03-31"), &["2026-03-31 a.expires: - → violated"]);
    // The last day of a month that is all that is known.
    let month = PLAIN.replace("2026-06-30", "\"2026-06\"");
    let seen = list(&program(None, vec![valid()]), &month);
    assert!(seen.contains(&"2026-06-30 a.expires: unknown → violated".to_owned()), "{seen:?}");
}

#[test]
fn a_date_that_begins_is_no_end_and_acts_all_the_same() {
    let begins = compare(CompareOp::Lt, today(), own("signed"));
    check(
        None,
        begins,
        &PLAIN.replace("2025-01-01", "2026-05-01"),
        &["2026-04-30 a.signed: satisfied → violated"],
    );
}

#[test]
fn a_date_with_an_interval_acts_on_another_day() {
    // Half a year before the end renewal has to be under way.
    let nears = le(own("expires"), plus(today(), 2));
    check(
        Some(nears),
        own("insured"),
        &PLAIN.replace("insured = true", "insured = false"),
        &["2026-04-29 a.expires: not_applicable → violated"],
    );
    check(None, ge(plus(own("signed"), 18), today()), PLAIN, &["2026-07-01 a.signed: satisfied → violated"]);
}

#[test]
fn evidence_lapses_where_a_rule_reads_its_facts() {
    let backed = PLAIN.replace(
        "insured = true",
        "insured = true\n_evidence = { source = \"証券\", valid_until = 2026-08-31 }",
    );
    check(None, own("insured"), &backed, &["2026-08-31 evidence of a: satisfied → stale"]);
    check(None, own("escrow"), &backed, &[]);
}

// ---------------------------------------------------------------- days in rules

#[test]
fn a_day_in_a_rule_is_told_with_what_flips_then() {
    let from = || ge(today(), on(2026, 10, 1));
    let bad = PLAIN.replace("insured = true", "insured = false");
    check(Some(from()), own("insured"), &bad, &["2026-09-30 rule 2026-10-01 -: not_applicable → violated"]);
    // In order before and after: told, and nothing flips.
    check(Some(from()), own("insured"), PLAIN, &["2026-09-30 rule 2026-10-01 -:"]);
    // A transition that ends: its last day is the one named.
    check(
        Some(le(today(), on(2026, 10, 1))),
        own("insured"),
        &bad,
        &["2026-10-01 rule 2026-10-01 -: violated → not_applicable"],
    );
    // Gone by, and too far ahead.
    check(Some(ge(today(), on(2026, 4, 1))), own("insured"), &bad, &[]);
    check(Some(ge(today(), on(2027, 5, 1))), own("insured"), &bad, &[]);
    // A date of the facts beside it: each flips what rests on it.
    let both = and(vec![
        own("insured"),
        le(own("signed"), today()),
        compare(CompareOp::Lt, today(), on(2026, 10, 1)),
    ]);
    check(None, both, PLAIN, &["2026-09-30 rule 2026-10-01 -: satisfied → violated"]);
}

#[test]
fn parameters_and_intervals_of_days_in_rules() {
    let bad = PLAIN.replace("insured = true", "insured = false");
    let start = || named("start", on(2026, 10, 1));
    check(
        Some(ge(today(), start())),
        own("insured"),
        &bad,
        &["2026-09-30 rule 2026-10-01 start: not_applicable → violated"],
    );
    check(
        Some(ge(today(), plus(start(), 2))),
        own("insured"),
        &bad,
        &["2026-11-30 rule 2026-10-01 start: not_applicable → violated"],
    );
    check(
        Some(ge(plus(today(), 2), start())),
        own("insured"),
        &bad,
        &["2026-07-31 rule 2026-10-01 start: not_applicable → violated"],
    );
}

#[test]
fn a_table_of_days_and_a_relation_are_looked_through() {
    let bad = PLAIN.replace("insured = true", "insured = false");
    let clause = Type::Enum(kijun_facts::EnumId(0));
    let date = |y, m, d| Some(Const::Date(Date::ymd(y, m, d).unwrap()));
    let table = Table {
        name: "since".into(),
        params: vec![clause.clone()],
        result: Type::Date,
        cells: vec![(vec![0], date(2026, 7, 1)), (vec![1], date(2026, 9, 1)), (vec![2], None)],
        mark: crate::program::Mark::Printed,
        weak_rows: Vec::new(),
        span: Span::default(),
    };
    let lookup = |code| {
        expr(ExprKind::Lookup { table: TableId(0), args: vec![literal(clause.clone(), code)] }, Type::Date)
    };
    let mut direct = program(Some(ge(today(), lookup(1))), vec![own("insured")]);
    direct.tables.push(table);
    assert_eq!(list(&direct, &bad), ["2026-08-31 rule 2026-09-01 since(penalty): not_applicable → violated"]);
    // Whoever has a subcontractor from 1 September on.
    let mut through = direct.clone();
    let condition = related(get_vendor(), get_vendor());
    through.checks = program(Some(condition), vec![own("insured")]).checks;
    through.relations[0].rules = vec![Rule {
        relation: RelationId(0),
        vars: vec![Var { name: "v".into(), ty: Type::Ref(VENDOR) }],
        head: vec![VarId(0), VarId(0)],
        body: vec![compare(CompareOp::Eq, var(0, VENDOR), var(0, VENDOR)), ge(today(), lookup(1))],
        span: Span::default(),
    }];
    assert_eq!(
        list(&through, &bad),
        ["2026-08-31 rule 2026-09-01 since(penalty): not_applicable → violated"]
    );
}

fn get_vendor() -> Expr {
    crate::repair::tests::get(var(C, CONTRACT), "vendor")
}

// ---------------------------------------------------------------- arithmetic

#[test]
fn comparisons_change_on_their_days() {
    let month = Date::month(2026, 6).unwrap();
    let days = |op| -> Vec<String> {
        acting(op, month, None, None).into_iter().map(|d| Date::day(d).to_string()).collect()
    };
    assert_eq!(days(CompareOp::Ge), ["2026-06-01", "2026-06-30"]);
    assert_eq!(days(CompareOp::Lt), ["2026-06-01", "2026-06-30"]);
    assert_eq!(days(CompareOp::Gt), ["2026-06-02", "2026-07-01"]);
    assert_eq!(days(CompareOp::Le), ["2026-06-02", "2026-07-01"]);
    assert_eq!(days(CompareOp::Eq), ["2026-06-01", "2026-06-02", "2026-06-30", "2026-07-01"]);
    assert_eq!(days(CompareOp::Eq), days(CompareOp::Ne));
}

/// Of months, the day on which `today + 1 month` first reaches the end of March is its last day but for none.
#[test]
fn months_of_other_lengths_are_searched() {
    let today = plus(today(), 1);
    let (_, shift) = moved(&today).unwrap();
    let days = acting(CompareOp::Ge, Date::ymd(2027, 3, 31).unwrap(), None, shift);
    // 28 February and a month is 28 March; the last of March is reached on 1 March (1 April).
    assert_eq!(days.into_iter().map(|d| Date::day(d).to_string()).collect::<Vec<_>>(), ["2027-03-01"]);
    assert_eq!(shift.map(|s| s.by), Some(Duration { months: 1, days: 0 }));
}
