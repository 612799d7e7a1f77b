use kijun_engine::program::{Aggregate, Quantifier};
use kijun_facts::value::DECIMAL_ONE;

use super::*;

fn quantified(quantifier: Quantifier, set: SetExpr, filter: Option<Expr>, body: Expr) -> Expr {
    let filter = filter.map(Box::new);
    condition(ExprKind::Quantified { quantifier, var: VarId(1), set, filter, body: Box::new(body) })
}

fn any(set: SetExpr, body: Expr) -> Expr {
    quantified(Quantifier::Any, set, None, body)
}

fn all(set: SetExpr, body: Expr) -> Expr {
    quantified(Quantifier::All, set, None, body)
}

fn aggregate(aggregate: Aggregate, ty: Type, filter: Option<Expr>, body: Option<Expr>) -> Expr {
    let optional = matches!(aggregate, Aggregate::Min | Aggregate::Max | Aggregate::Share);
    let (filter, body) = (filter.map(Box::new), body.map(Box::new));
    let kind = ExprKind::Aggregated { aggregate, var: VarId(1), set: set_at(x(), "peers"), filter, body };
    expr(kind, ty, optional)
}

/// `a` with these peers, and the records they name.
fn peers(stated: Stated, others: &[(&str, &[(&str, Stated)])]) -> Facts {
    let mut records = vec![thing("a", &[("peers", stated)])];
    records.extend(others.iter().map(|(id, cells)| thing(id, cells)));
    facts(&records)
}

#[track_caller]
fn between(value: Expr, lo: Option<i64>, hi: Option<i64>, facts: &Facts) {
    let constant = |n| match value.ty {
        Type::Decimal => constant(Const::Decimal(n), Type::Decimal),
        _ => int(n),
    };
    let lo_and = |n: i64| (compare(CompareOp::Ge, value.clone(), constant(n)), n);
    match lo.map(lo_and) {
        Some((at_least, n)) => {
            holds(at_least, facts);
            if hi != Some(n) {
                unknown(compare(CompareOp::Gt, value.clone(), constant(n)), facts);
            }
        }
        None => unknown(compare(CompareOp::Ge, value.clone(), constant(-1_000_000_000)), facts),
    }
    match hi {
        Some(n) => {
            holds(compare(CompareOp::Le, value.clone(), constant(n)), facts);
            if lo != Some(n) {
                unknown(compare(CompareOp::Lt, value.clone(), constant(n)), facts);
            }
        }
        None => unknown(compare(CompareOp::Le, value.clone(), constant(1_000_000_000)), facts),
    }
}

#[test]
fn membership_follows_the_standing_of_members() {
    let facts = facts(&[
        thing(
            "a",
            &[
                ("peers", set(&["b"], &["c"], false)),
                ("opeers", set(&["b"], &[], true)),
                ("peer", refer("b")),
            ],
        ),
        thing("b", &[]),
        thing("c", &[]),
    ]);
    let peer = || at(x(), "peer");
    holds(is_in(peer(), set_at(x(), "peers")), &facts);
    fails(is_in(x(), set_at(x(), "peers")), &facts);
    unknown(is_in(x(), set_at(x(), "opeers")), &facts);
    // None is in no set; an unknown record may be in any that is not surely empty.
    fails(is_in(at(x(), "opeer"), set_at(x(), "opeers")), &facts);
    unknown(is_in(at(peer(), "peer"), set_at(x(), "peers")), &facts);
    fails(is_in(at(peer(), "peer"), set_at(peer(), "opeers")), &facts);
    // A missing set is open; of a record that is none, empty.
    unknown(is_in(x(), set_at(peer(), "peers")), &facts);
    fails(is_in(x(), set_at(at(x(), "opeer"), "peers")), &facts);
}

#[test]
fn a_kind_is_open_when_its_register_is() {
    let mut facts = facts(&[thing("a", &[("flag", yes())])]);
    let every = || all(SetExpr::Extent(THING), at(var(1), "flag"));
    holds(every(), &facts);
    facts.registers.insert(THING, false);
    unknown(every(), &facts);
    facts.registers.insert(THING, true);
    holds(every(), &facts);
}

#[test]
fn a_literal_is_open_at_unknown_elements_and_skips_none() {
    let facts = only(&[("letter", letter(0))]);
    let letters = |elements: &[Expr]| SetExpr::Literal(elements.to_vec());
    holds(is_in(code(0), letters(&[at(x(), "letter"), at(x(), "oletter")])), &facts);
    fails(is_in(code(1), letters(&[at(x(), "letter"), at(x(), "oletter")])), &facts);
    unknown(is_in(code(1), letters(&[at(at(x(), "peer"), "letter")])), &facts);
}

#[test]
fn quantifiers_look_at_possible_and_unnamed_members_with_doubt() {
    let records: &[(&str, &[(&str, Stated)])] = &[("b", &[("flag", yes())]), ("c", &[("flag", no())])];
    let flag = || at(var(1), "flag");
    let peers_of = |certain: &[&str], possible: &[&str], open| peers(set(certain, possible, open), records);
    let set = || set_at(x(), "peers");
    holds(any(set(), flag()), &peers_of(&["b", "c"], &[], false));
    fails(any(set(), flag()), &peers_of(&["c"], &[], false));
    unknown(any(set(), flag()), &peers_of(&["c"], &["b"], false));
    unknown(any(set(), flag()), &peers_of(&["c"], &[], true));
    fails(any(set(), flag()), &peers_of(&[], &[], false));
    holds(all(set(), flag()), &peers_of(&[], &[], false));
    fails(all(set(), flag()), &peers_of(&["c"], &[], true));
    unknown(all(set(), flag()), &peers_of(&["b"], &["c"], false));
    holds(all(set(), flag()), &peers_of(&["b"], &["b"], false));
    // The filter keeps out what does not concern it.
    let filtered = quantified(Quantifier::All, set(), Some(flag()), flag());
    holds(filtered, &peers_of(&["b", "c"], &[], false));
}

#[test]
fn counts_are_bounded_by_certain_and_possible_members() {
    let count = |filter| aggregate(Aggregate::Count, Type::Int, filter, None);
    let records: &[(&str, &[(&str, Stated)])] =
        &[("b", &[("flag", yes())]), ("c", &[("flag", no())]), ("d", &[])];
    between(count(None), Some(2), Some(3), &peers(set(&["b", "c"], &["d"], false), records));
    between(count(None), Some(1), None, &peers(set(&["b"], &[], true), records));
    let flag = || Some(at(var(1), "flag"));
    between(count(flag()), Some(1), Some(2), &peers(set(&["b", "c", "d"], &[], false), records));
}

#[test]
fn sums_add_doubtful_members_on_both_sides_of_zero() {
    let sum = |name: &str| aggregate(Aggregate::Sum, Type::Int, None, Some(at(var(1), name)));
    let records: &[(&str, &[(&str, Stated)])] = &[
        ("b", &[("n", number(5)), ("on", number(2))]),
        ("c", &[("n", number(-3))]),
        ("d", &[("n", number(4)), ("on", Stated::Unknown)]),
    ];
    between(sum("n"), Some(2), Some(6), &peers(set(&["b", "c"], &["d"], false), records));
    between(sum("n"), Some(2), Some(5), &peers(set(&["b"], &["c"], false), records));
    between(sum("n"), None, None, &peers(set(&["b"], &[], true), records));
    between(sum("on"), Some(2), Some(2), &peers(set(&["b", "c"], &[], false), records));
    between(sum("on"), None, None, &peers(set(&["b", "d"], &[], false), records));
    between(sum("n"), Some(0), Some(0), &peers(set(&[], &[], false), records));
}

#[test]
fn the_least_is_bounded_by_the_sure_ones() {
    let least = |name: &str| aggregate(Aggregate::Min, Type::Int, None, Some(at(var(1), name)));
    let greatest = |name: &str| aggregate(Aggregate::Max, Type::Int, None, Some(at(var(1), name)));
    let records: &[(&str, &[(&str, Stated)])] = &[
        ("b", &[("n", number(5)), ("on", number(2))]),
        ("c", &[("n", number(3))]),
        ("d", &[("n", number(7)), ("on", Stated::Unknown)]),
    ];
    let none = || none(Type::Int);
    between(least("n"), Some(3), Some(5), &peers(set(&["b"], &["c"], false), records));
    between(greatest("n"), Some(5), Some(7), &peers(set(&["b"], &["d", "c"], false), records));
    between(least("n"), None, Some(5), &peers(set(&["b"], &[], true), records));
    between(greatest("n"), Some(5), None, &peers(set(&["b"], &[], true), records));
    holds(eq(least("n"), none()), &peers(set(&[], &[], false), records));
    holds(eq(least("on"), none()), &peers(set(&["c"], &[], false), records));
    unknown(eq(least("n"), none()), &peers(set(&[], &["b"], false), records));
    unknown(eq(least("on"), none()), &peers(set(&["d"], &[], false), records));
    fails(eq(least("on"), none()), &peers(set(&["b", "d"], &[], false), records));
}

#[test]
fn shares_are_bounded_and_rounded_outwards() {
    let share = || aggregate(Aggregate::Share, Type::Decimal, None, Some(at(var(1), "flag")));
    let records: &[(&str, &[(&str, Stated)])] = &[
        ("b", &[("flag", yes())]),
        ("c", &[("flag", no())]),
        ("d", &[("flag", no())]),
        ("e", &[("flag", yes())]),
        ("u", &[]),
    ];
    let one = DECIMAL_ONE;
    // 1 of 3, as a single value rounded half up.
    between(share(), Some(333_333), Some(333_333), &peers(set(&["b", "c", "d"], &[], false), records));
    between(share(), Some(666_667), Some(666_667), &peers(set(&["b", "c", "e"], &[], false), records));
    // Between 1/3 and 2/3, rounded outwards.
    between(share(), Some(333_333), Some(666_667), &peers(set(&["b", "c", "u"], &[], false), records));
    // A possible member that fails lowers only the low bound; one that holds raises only the high one.
    between(share(), Some(one / 2), Some(one), &peers(set(&["b"], &["c"], false), records));
    between(share(), Some(0), Some(one / 2), &peers(set(&["c"], &["b"], false), records));
    between(share(), Some(0), Some(one), &peers(set(&["b"], &[], true), records));
    let none = || none(Type::Decimal);
    holds(eq(share(), none()), &peers(set(&[], &[], false), records));
    unknown(eq(share(), none()), &peers(set(&[], &["b"], false), records));
    unknown(eq(share(), none()), &peers(set(&[], &[], true), records));
    fails(eq(share(), none()), &peers(set(&["b"], &[], false), records));
}
