//! Members of sets, counts and other aggregates, relations.

use super::*;

#[test]
fn some_member_is_repaired_or_added() {
    let passed = quantified(Quantifier::Any, SetExpr::Extent(AUDIT), of_contract(), audit("passed"));
    let toml = "[contract.c]\n[contract.d]\n[audit.x]\nof = \"c\"\npassed = false\n[audit.y]\nof = \"d\"\npassed = true";
    // That `y` was of another contract is not rewritten.
    assert_eq!(
        repairs(passed.clone(), toml),
        "set audit x passed to true\n~ add a record of audit (of: c, passed: true)"
    );
    let program = program(None, vec![passed]);
    let files = [("f.toml", toml)];
    let ja = repairs_in(Lang::Ja, &program, &files);
    assert_eq!(
        ja,
        "監査「x」の合格を「はい」にする\n~ 「監査」の記録を加える（対象: 「c」、合格: 「はい」）"
    );
}

#[test]
fn every_member_is_repaired() {
    let good = and(vec![audit("passed"), ge(audit("score"), int(3))]);
    let all = quantified(Quantifier::All, SetExpr::Extent(AUDIT), of_contract(), good);
    let toml = "[contract.c]\n[audit.x]\nof = \"c\"\npassed = false\nscore = 5\n[audit.y]\nof = \"c\"\npassed = true\nscore = 1";
    assert_eq!(repairs(all.clone(), toml), "set audit x passed to true + set audit y score to at least 3");
    let incomplete = format!("complete.audit = false\n{toml}");
    assert_eq!(
        repairs(all, &incomplete),
        "set audit x passed to true + set audit y score to at least 3 + state that the register of audit is complete"
    );
}

#[test]
fn a_member_of_a_set_attribute_leaves_it() {
    let member = expr(ExprKind::Var(VarId(X)), Type::Ref(VENDOR));
    let subcontractors = set_of_attr(own("vendor"), "subcontractors");
    let home = quantified(Quantifier::All, subcontractors, None, eq(get(member, "country"), country(b"JP")));
    let toml = "[vendor.a]\ncountry = \"JP\"\nsubcontractors = [\"u\"]\n[vendor.u]\ncountry = \"US\"\nsubcontractors = []\n[contract.c]\nvendor = \"a\"";
    assert_eq!(repairs(home, toml), "set vendor u country to JP\nremove u from vendor a subcontractors");
}

const AUDITS: &str = "[contract.c]\n[audit.x]\nof = \"c\"\npassed = true\nscore = 5\n\
                      [audit.y]\nof = \"c\"\npassed = false\nscore = 1\n[audit.z]\nof = \"c\"\npassed = false\nscore = 2";

fn passed_audits() -> Option<Expr> {
    Some(and(vec![of_contract().unwrap(), audit("passed")]))
}

#[test]
fn counts_and_shares_are_reached_member_by_member() {
    let count = aggregated(Aggregate::Count, SetExpr::Extent(AUDIT), passed_audits(), None);
    assert_eq!(
        repairs(ge(count.clone(), int(2)), AUDITS),
        "set audit y passed to true\nset audit z passed to true\n~ add a record of audit (of: c, passed: true)"
    );
    assert_eq!(
        repairs(ge(count.clone(), int(3)), AUDITS),
        "set audit y passed to true + set audit z passed to true\n\
         ~ set audit y passed to true + add a record of audit (of: c, passed: true)\n\
         ~ set audit z passed to true + add a record of audit (of: c, passed: true)"
    );
    assert_eq!(repairs(le(count, int(0)), AUDITS), "set audit x passed to false");
    let share = aggregated(Aggregate::Share, SetExpr::Extent(AUDIT), of_contract(), Some(audit("passed")));
    let half = expr(ExprKind::Const(Const::Decimal(500_000)), Type::Decimal);
    assert_eq!(repairs(ge(share, half), AUDITS), "set audit y passed to true\nset audit z passed to true");
}

#[test]
fn sums_and_extremes_change_through_their_members() {
    let of = |aggregate| aggregated(aggregate, SetExpr::Extent(AUDIT), of_contract(), Some(audit("score")));
    assert_eq!(
        repairs(ge(of(Aggregate::Sum), int(10)), AUDITS),
        "set audit x score to at least 7\nset audit y score to at least 3\nset audit z score to at least 4"
    );
    assert_eq!(repairs(ge(of(Aggregate::Min), int(2)), AUDITS), "set audit y score to at least 2");
    assert_eq!(repairs(le(of(Aggregate::Max), int(3)), AUDITS), "set audit x score to at most 3");
}

const CHAIN: &str = "[vendor.a]\nsubcontractors = [\"b\"]\n[vendor.b]\nsubcontractors = [\"u\"]\n\
                     [vendor.u]\nsubcontractors = []\n[contract.c]\nvendor = \"a\"";

/// A record by its row.
fn supplied(by: Expr, row: u32) -> Expr {
    // The only way to name a record is through a quantifier: of all vendors that with this country.
    let member = expr(ExprKind::Var(VarId(X)), Type::Ref(VENDOR));
    let code = [b"JP", b"US", b"FR"][row as usize];
    quantified(
        Quantifier::Any,
        SetExpr::Extent(VENDOR),
        Some(eq(get(member.clone(), "country"), country(code))),
        related(by, member),
    )
}

fn countries(toml: &str) -> String {
    toml.replace("[vendor.a]", "[vendor.a]\ncountry = \"JP\"")
        .replace("[vendor.b]", "[vendor.b]\ncountry = \"US\"")
        .replace("[vendor.u]", "[vendor.u]\ncountry = \"FR\"")
}

#[test]
fn a_relation_is_cut_at_the_facts_it_derives_from() {
    let toml = countries(CHAIN);
    let shown = repairs(not(supplied(own("vendor"), 2)), &toml);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines.contains(&"remove u from vendor b subcontractors"), "{shown}");
    assert!(lines.contains(&"remove b from vendor a subcontractors"), "{shown}");
    assert!(lines.iter().all(|l| !l.starts_with('~')), "{shown}");
    // Two ways lead there: both have to be cut.
    let twice = toml.replace("subcontractors = [\"b\"]", "subcontractors = [\"b\", \"u\"]");
    let shown = repairs(not(supplied(own("vendor"), 2)), &twice);
    assert!(shown.contains("remove u from vendor a subcontractors + remove"), "{shown}");
}

#[test]
fn a_relation_is_made_to_hold_through_its_rules() {
    let toml = countries(CHAIN).replace("subcontractors = [\"u\"]", "subcontractors = []");
    let shown = repairs(supplied(own("vendor"), 2), &toml);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines.contains(&"add u to vendor a subcontractors"), "{shown}");
}
