//! One test or more for each paragraph of `docs/evaluation.md`, on one small schema.

mod attest;
mod relations;
mod rollup;
mod sets;
mod subjects;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{
    Check, CompareOp, Const, Expr, ExprKind, Mark, Message, Program, Relation, RelationId, Require,
    Requirement, RequirementId, Rule, SetExpr, Subject, Var, VarId,
};
use kijun_facts::{AttrId, Date, Duration, EnumId, Evidence, KindId, Schema, Type};
use kijun_text::{Label, Span};

use super::assess;
use crate::generate::{
    BUILTINS, Datum, Facts, Record, Stated, Statement, TODAY, attribute, condition, constant, enumeration,
    expr, kind, optional, prelude, requirement,
};

/// The one kind of these tests.
const THING: KindId = KindId(2);
const LETTER: EnumId = EnumId(3);

fn schema() -> Schema {
    let mut schema = prelude();
    schema.add_enum(enumeration("letter", true, &["a", "b", "c"]));
    let things = Type::Set(Box::new(Type::Ref(THING)));
    schema.add_kind(kind(
        "thing",
        vec![
            attribute("flag", Type::Bool),
            optional("oflag", Type::Bool),
            attribute("n", Type::Int),
            optional("on", Type::Int),
            attribute("dec", Type::Decimal),
            attribute("letter", Type::Enum(LETTER)),
            optional("oletter", Type::Enum(LETTER)),
            attribute("peer", Type::Ref(THING)),
            optional("opeer", Type::Ref(THING)),
            attribute("peers", things.clone()),
            optional("opeers", things),
            attribute("date", Type::Date),
            attribute("lasts", Type::Duration),
        ],
    ));
    schema.requirements = vec!["in:0".to_owned(), "in:1".to_owned(), "in:2".to_owned()];
    schema
}

fn shared(checks: impl IntoIterator<Item = Check>) -> Vec<Arc<Check>> {
    checks.into_iter().map(Arc::new).collect()
}

fn program() -> Program {
    Program {
        schema: schema(),
        builtins: BUILTINS,
        catalogs: Vec::new(),
        requirements: vec![requirement("in:0")].into(),
        instruments: Vec::new(),
        tables: Vec::new(),
        relations: Vec::new(),
        strata: Vec::new(),
        checks: Vec::new(),
        attests: Vec::new(),
        combinations: Vec::new(),
    }
}

fn attr(name: &str) -> AttrId {
    schema().kind(THING).and_then(|k| k.attribute(name)).expect("an attribute of thing")
}

/// `each x: thing require …`, for requirement 0.
fn check(require: Expr) -> Check {
    Check {
        name: "check".to_owned(),
        title: Label::default(),
        requirements: vec![RequirementId(0)],
        subject: Some(Subject { var: VarId(0), kind: THING }),
        vars: vec![var_of(THING); 4],
        condition: None,
        requires: vec![Require { condition: require, message: Message::default(), span: Span::default() }],
        fix: Message::default(),
        weight: None,
        grade: None,
        mark: Mark::Inferred,
        source: String::new(),
        span: Span::default(),
    }
}

fn var_of(kind: KindId) -> Var {
    Var { name: "v".to_owned(), ty: Type::Ref(kind) }
}

/// The verdict of a program's first check on the record `a`.
fn verdict_of(program: &Program, facts: &Facts) -> Verdict {
    let store = facts.store(&program.schema);
    let row = store.row(THING, "a").expect("a record `a`");
    let result = assess(program, &store, TODAY);
    result.outcomes[&(RequirementId(0), RuleRef::Check(0), SubjectRef::Record(THING, row))]
}

/// Satisfied, violated or unknown as a condition about `a` is T, F or U.
fn decide(require: Expr, facts: &Facts) -> Verdict {
    let program = Program { checks: shared([check(require)]), ..program() };
    verdict_of(&program, facts)
}

#[track_caller]
fn holds(require: Expr, facts: &Facts) {
    assert_eq!(decide(require, facts), Verdict::Satisfied);
}

#[track_caller]
fn fails(require: Expr, facts: &Facts) {
    assert_eq!(decide(require, facts), Verdict::Violated);
}

#[track_caller]
fn unknown(require: Expr, facts: &Facts) {
    assert_eq!(decide(require, facts), Verdict::Unknown);
}

// Facts.

fn thing(id: &str, cells: &[(&str, Stated)]) -> Record {
    let mut record = Record { kind: THING, id: id.to_owned(), cells: BTreeMap::new() };
    for (name, stated) in cells {
        record.cells.entry(attr(name)).or_default().push(said(stated.clone()));
    }
    record
}

fn said(stated: Stated) -> Statement {
    Statement { stated, evidence: None }
}

fn backed(stated: Stated, grade: Option<u32>, valid_until: Option<i32>) -> Statement {
    let valid_until = valid_until.map(Date::day);
    Statement { stated, evidence: Some(Evidence { grade, valid_until, ..Evidence::default() }) }
}

fn facts(records: &[Record]) -> Facts {
    Facts { records: records.to_vec(), registers: BTreeMap::new() }
}

/// Only the record `a`, and its cells.
fn only(cells: &[(&str, Stated)]) -> Facts {
    facts(&[thing("a", cells)])
}

fn yes() -> Stated {
    Stated::Known(Datum::Bool(true))
}

fn no() -> Stated {
    Stated::Known(Datum::Bool(false))
}

fn number(n: i64) -> Stated {
    Stated::Known(Datum::Int(n))
}

fn letter(code: u32) -> Stated {
    Stated::Known(Datum::Enum(code))
}

fn refer(id: &str) -> Stated {
    Stated::Known(Datum::Ref(id.to_owned()))
}

fn set(certain: &[&str], possible: &[&str], open: bool) -> Stated {
    let ids = |ids: &[&str]| ids.iter().map(|id| Datum::Ref((*id).to_owned())).collect();
    Stated::Set { certain: ids(certain), possible: ids(possible), open }
}

// Expressions.

fn var(number: u32) -> Expr {
    expr(ExprKind::Var(VarId(number)), Type::Ref(THING), false)
}

/// The subject.
fn x() -> Expr {
    var(0)
}

fn at(base: Expr, name: &str) -> Expr {
    let schema = schema();
    let attribute = schema.attribute(THING, attr(name)).expect("an attribute of thing");
    let optional = attribute.optional || base.optional;
    expr(
        ExprKind::Attr { base: Box::new(base), kind: THING, attr: attr(name) },
        attribute.ty.clone(),
        optional,
    )
}

fn set_at(base: Expr, name: &str) -> SetExpr {
    SetExpr::Attr { base: Box::new(base), kind: THING, attr: attr(name) }
}

fn int(n: i64) -> Expr {
    constant(Const::Int(n), Type::Int)
}

fn code(code: u32) -> Expr {
    constant(Const::Enum(code), Type::Enum(LETTER))
}

fn none(ty: Type) -> Expr {
    expr(ExprKind::None, ty, true)
}

fn compare(op: CompareOp, left: Expr, right: Expr) -> Expr {
    condition(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) })
}

fn eq(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Eq, left, right)
}

fn not(inner: Expr) -> Expr {
    condition(ExprKind::Not(Box::new(inner)))
}

fn or(parts: &[Expr]) -> Expr {
    condition(ExprKind::Or(parts.to_vec()))
}

fn is_in(item: Expr, set: SetExpr) -> Expr {
    condition(ExprKind::In { item: Box::new(item), set })
}

fn related(args: &[Expr]) -> Expr {
    condition(ExprKind::Related { relation: RelationId(0), args: args.to_vec() })
}

fn rule(head: &[u32], body: &[Expr]) -> Rule {
    Rule {
        relation: RelationId(0),
        vars: vec![var_of(THING); 4],
        head: head.iter().map(|v| VarId(*v)).collect(),
        body: body.to_vec(),
        span: Span::default(),
    }
}

/// A program with one relation of things, and the check.
fn with_relation(columns: usize, rules: Vec<Rule>, require: Expr) -> Program {
    let columns = vec![Type::Ref(THING); columns];
    let relation =
        Relation { name: "r".to_owned(), label: Label::default(), columns, rules, span: Span::default() };
    Program {
        relations: vec![relation],
        strata: vec![vec![RelationId(0)]],
        checks: shared([check(require)]),
        ..program()
    }
}

fn below(parent: u32, id: &str) -> Requirement {
    Requirement { parent: Some(RequirementId(parent)), ..requirement(id) }
}

fn months(months: i32, days: i32) -> Duration {
    Duration { months, days }
}
