//! Values, comparisons, arithmetic and boolean operators; what has no repair or only one in words; random checks.

use super::*;

#[test]
fn a_missing_clause_is_added() {
    let has = within(literal(clause(), 2), set_of_attr(var(C, CONTRACT), "clauses"));
    let program = program(None, vec![has]);
    let files = [("f.toml", "[contract.c]\nclauses = [\"penalty\"]")];
    assert_eq!(repairs_in(Lang::En, &program, &files), "add no_analysis to contract c clauses");
    assert_eq!(repairs_in(Lang::Ja, &program, &files), "契約「c」の条項に「分析・解析の禁止」を加える");
}

#[test]
fn an_unwanted_member_is_removed_and_an_open_set_closed() {
    let bad = not(within(literal(clause(), 1), set_of_attr(var(C, CONTRACT), "clauses")));
    assert_eq!(
        repairs(bad.clone(), "[contract.c]\nclauses = [\"penalty\"]"),
        "remove penalty from contract c clauses"
    );
    assert_eq!(
        repairs(bad, "[contract.c]\nclauses = [\"penalty\", \"?\"]"),
        "remove penalty from contract c clauses + record all of contract c clauses, and that there is nothing else"
    );
}

#[test]
fn a_date_is_repaired_by_a_bound_or_by_having_none() {
    let lasts = or(vec![eq(own("expires"), none(Type::Date)), ge(own("expires"), today())]);
    assert_eq!(
        repairs(lasts, "[contract.c]\nexpires = 2025-12-31"),
        "set contract c expires to 2026-04-01 or later\nset contract c expires to none"
    );
}

#[test]
fn arithmetic_on_dates_is_undone_to_the_day() {
    let within_a_month = ge(arith(ArithOp::Add, own("signed"), duration(1, 0)), today());
    let toml = "[contract.c]\nsigned = 2025-12-31";
    assert_eq!(repairs(within_a_month, toml), "set contract c signed to 2026-03-01 or later");
    // The last day of February is the latest of several days that lie a month before.
    let end_of_month = expr(ExprKind::Const(Const::Date(Date::ymd(2026, 3, 31).unwrap())), Type::Date);
    let notice = le(
        arith(ArithOp::Sub, own("signed"), duration(1, 0)),
        arith(ArithOp::Sub, end_of_month, duration(1, 0)),
    );
    assert_eq!(
        repairs(notice, "[contract.c]\nsigned = 2026-05-01"),
        "set contract c signed to 2026-03-31 or earlier"
    );
}

#[test]
fn arithmetic_on_numbers_goes_through_either_operand() {
    let doubled = arith(ArithOp::Mul, own("staff"), int(3));
    assert_eq!(
        repairs(ge(doubled, int(10)), "[contract.c]\nstaff = 3"),
        "set contract c staff to at least 4"
    );
    let rest = arith(ArithOp::Sub, int(10), own("staff"));
    assert_eq!(repairs(ge(rest, int(4)), "[contract.c]\nstaff = 9"), "set contract c staff to at most 6");
}

#[test]
fn numbers_and_ordered_literals_have_bounds_and_durations_too() {
    assert_eq!(
        repairs(ge(own("staff"), int(8)), "[contract.c]\nstaff = 3"),
        "set contract c staff to at least 8"
    );
    assert_eq!(
        repairs(ne(own("staff"), int(3)), "[contract.c]\nstaff = 3"),
        "set contract c staff to at least 4\nset contract c staff to at most 2"
    );
    let toml = "[contract.c]\ngrade = \"low\"\nterm = \"6 months\"";
    assert_eq!(
        repairs(ge(own("grade"), literal(grade(), 1)), toml),
        "set contract c grade to at least middle"
    );
    assert_eq!(
        repairs(compare(CompareOp::Gt, own("grade"), literal(grade(), 1)), toml),
        "set contract c grade to at least high"
    );
    assert_eq!(repairs(ge(own("term"), duration(12, 0)), toml), "set contract c term to at least 1 year");
}

#[test]
fn a_decimal_is_compared_with_an_int() {
    let staff = expr(ExprKind::ToDecimal(Box::new(own("staff"))), Type::Decimal);
    let limit = expr(ExprKind::Const(Const::Decimal(2_500_000)), Type::Decimal);
    assert_eq!(repairs(ge(staff, limit), "[contract.c]\nstaff = 1"), "set contract c staff to at least 3");
}

const CENTRES: &str =
    "[vendor.a]\ncountry = \"US\"\n[vendor.b]\ncountry = \"JP\"\n[contract.c]\nvendor = \"a\"";

#[test]
fn the_end_of_a_path_changes_or_where_it_leads() {
    let law = get(own("vendor"), "country");
    assert_eq!(
        repairs(ne(law.clone(), country(b"US")), CENTRES),
        "set vendor a country to something other than US\nset contract c vendor to b"
    );
    assert_eq!(
        repairs(eq(law.clone(), country(b"JP")), CENTRES),
        "set vendor a country to JP\nset contract c vendor to b"
    );
    let asia = SetExpr::Literal(vec![country(b"JP"), country(b"SG")]);
    assert_eq!(
        repairs(within(law.clone(), asia), CENTRES),
        "set vendor a country to JP\nset vendor a country to SG\nset contract c vendor to b"
    );
    let program =
        program(None, vec![not(within(law, SetExpr::Literal(vec![country(b"US"), country(b"CN")])))]);
    assert_eq!(
        repairs_in(Lang::Ja, &program, &[("f.toml", CENTRES)]),
        "事業者「a」の国を「米国」、「中国」以外にする\n契約「c」の受託事業者を「b」にする"
    );
}

#[test]
fn what_is_unknown_has_to_be_recorded_as_well() {
    let both = and(vec![own("escrow"), own("insured")]);
    assert_eq!(
        repairs(both, "[contract.c]\nescrow = false"),
        "set contract c escrow to true + record that contract c insured is true"
    );
}

#[test]
fn boolean_operators_combine() {
    let toml = "[contract.c]\nescrow = false\ninsured = true\nstaff = 3";
    let implies = or(vec![not(own("insured")), own("escrow")]);
    assert_eq!(repairs(implies, toml), "set contract c insured to false\nset contract c escrow to true");
    let nested = and(vec![or(vec![own("escrow"), not(own("insured"))]), ge(own("staff"), int(5))]);
    assert_eq!(
        repairs(nested, toml),
        "set contract c escrow to true + set contract c staff to at least 5\n\
         set contract c insured to false + set contract c staff to at least 5"
    );
    let equal = eq(own("escrow"), and(vec![own("insured"), ge(own("staff"), int(2))]));
    assert_eq!(
        repairs(equal, toml),
        "set contract c escrow to true\nset contract c insured to false\nset contract c staff to at most 1"
    );
}

#[test]
fn a_change_that_breaks_something_else_is_completed() {
    let odd = and(vec![ge(own("staff"), int(5)), ne(own("staff"), int(5))]);
    assert_eq!(repairs(odd, "[contract.c]\nstaff = 3"), "set contract c staff to at least 6");
    let contradiction = and(vec![ge(own("staff"), int(5)), le(own("staff"), int(4))]);
    assert_eq!(repairs(contradiction, "[contract.c]\nstaff = 3"), "");
}

#[test]
fn other_literals_that_would_not_do_either_are_named() {
    let main = and(vec![ne(own("main"), literal(clause(), 0)), ne(own("main"), literal(clause(), 1))]);
    assert_eq!(repairs(main, "[contract.c]\nmain = \"penalty\""), "set contract c main to no_analysis");
}

#[test]
fn a_text_is_recorded_even_if_no_fact_has_it() {
    assert_eq!(repairs(ne(own("notice"), none(Type::Text)), "[contract.c]"), "record contract c notice");
    assert_eq!(repairs(eq(own("notice"), text("signed")), "[contract.c]"), "set contract c notice to signed");
}

#[test]
fn a_where_is_no_target() {
    let program = program(Some(own("insured")), vec![own("escrow")]);
    let files = [("f.toml", "[contract.c]\nescrow = false\ninsured = true")];
    assert_eq!(repairs_in(Lang::En, &program, &files), "set contract c escrow to true");
    let satisfied = [("f.toml", "[contract.c]\nescrow = true\ninsured = true")];
    assert_eq!(repairs_in(Lang::En, &program, &satisfied), "");
}

#[test]
fn a_conflict_is_settled_where_every_value_violates() {
    let files = [("contract.csv", "id,staff\nc,2\n"), ("contract@visit.csv", "id,staff\nc,3\n")];
    let program = program(None, vec![ge(own("staff"), int(8))]);
    assert_eq!(repairs_in(Lang::En, &program, &files), "record that contract c staff is at least 8");
}

#[test]
fn what_cannot_be_worked_out_is_said_in_words() {
    let later = ge(own("signed"), own("expires"));
    let shown = repairs(later, "[contract.c]");
    assert_eq!(
        shown,
        "~ change contract c signed, contract c expires so that the condition of the rule is true"
    );
    let impossible =
        ge(today(), expr(ExprKind::Const(Const::Date(Date::ymd(2030, 1, 1).unwrap())), Type::Date));
    assert_eq!(repairs(impossible, "[contract.c]"), "");
}

#[test]
fn only_violated_checks_have_repairs() {
    let program = program(None, vec![own("escrow")]);
    let store = facts(&[("f.toml", "[contract.c]")]);
    let evaluation = evaluation(&program, &store);
    assert!(evaluation.repairs(RuleRef::Check(0), SubjectRef::Record(CONTRACT, 0)).is_empty());
    assert!(evaluation.repairs(RuleRef::Check(7), SubjectRef::Facility).is_empty());
    assert!(evaluation.repairs(RuleRef::Attest(0), SubjectRef::Facility).is_empty());
}

/// Numbers of a linear congruence: the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn condition(&mut self, depth: u32) -> Expr {
        match self.roll(if depth == 0 { 8 } else { 13 }) {
            0 => own("escrow"),
            1 => own("insured"),
            2 => ge(own("staff"), int(self.roll(5) as i64)),
            3 => compare(CompareOp::Lt, own("staff"), int(self.roll(5) as i64)),
            4 => eq(own("main"), literal(clause(), self.roll(3) as u32)),
            5 => within(literal(clause(), self.roll(3) as u32), set_of_attr(var(C, CONTRACT), "clauses")),
            6 => ne(own("main"), literal(clause(), self.roll(3) as u32)),
            7 => eq(get(own("vendor"), "country"), country([b"JP", b"US"][self.roll(2) as usize])),
            8 => not(self.condition(depth - 1)),
            9 | 10 => and(vec![self.condition(depth - 1), self.condition(depth - 1)]),
            _ => or(vec![self.condition(depth - 1), self.condition(depth - 1)]),
        }
    }

    fn contract(&mut self) -> String {
        let mut toml = CENTRES.to_owned();
        let bools = ["true", "false", "\"?\""];
        for name in ["escrow", "insured"] {
            toml.push_str(&format!("\n{name} = {}", bools[self.roll(3) as usize]));
        }
        toml.push_str(&format!("\nstaff = {}", self.roll(5)));
        toml.push_str(&format!(
            "\nmain = \"{}\"",
            ["confidentiality", "penalty", "?"][self.roll(3) as usize]
        ));
        let sets = ["[]", "[\"penalty\"]", "[\"confidentiality\", \"?\"]", "{ penalty = \"?\" }"];
        toml.push_str(&format!("\nclauses = {}", sets[self.roll(4) as usize]));
        toml
    }
}

#[test]
fn repairs_of_random_checks_satisfy_them_and_are_minimal() {
    let mut dice = Dice(7);
    let (mut violated, mut repaired) = (0, 0);
    for _ in 0..1500 {
        let program = program(None, vec![dice.condition(3)]);
        let store = facts(&[("f.toml", &dice.contract())]);
        let evaluation = evaluation(&program, &store);
        let subject = SubjectRef::Record(CONTRACT, 0);
        if evaluation.checks[0].as_ref().unwrap().verdicts[0] != Verdict::Violated {
            continue;
        }
        let repairs = evaluation.repairs(RuleRef::Check(0), subject);
        assert_sound(&program, &store, subject, &repairs);
        violated += 1;
        repaired += usize::from(repairs.iter().any(|r| !r.unverified));
    }
    // Some conditions are contradictions (`staff < 0`): those have none.
    assert!(violated > 200 && repaired * 10 > violated * 9, "{repaired} of {violated}");
}
