//! Every test states facts and one check, and looks at the repairs in words. Each verified repair is made in the
//! facts themselves, which are laid out and evaluated anew: it must satisfy, and no part of it may.

mod expressions;
mod sets;

use std::sync::Arc;

use kijun_facts::store::{NO_EVIDENCE, NONE, UNKNOWN};
use kijun_facts::{
    AttrId, Attribute, Column, Date, Duration, EnumDef, EnumId, KindDef, KindId, Literal, Register, Scalar,
    Schema, Store, StoreBuilder, Type, Value,
};
use kijun_text::{Label, Lang, Sources, Span};

use super::change::{contains, size};
use super::values::Known;
use super::{Cell, Change, Datum, Repair};
use crate::assess::Evaluation;
use crate::assessment::{RuleRef, SubjectRef, Verdict};
use crate::extents::Texts;
use crate::program::{
    Aggregate, ArithOp, Builtins, Catalog, Check, CompareOp, Const, Expr, ExprKind, Mark, Message, Program,
    Quantifier, Relation, RelationId, Require, Requirement, RequirementId, Rule, Scope, SetExpr, Subject,
    Var, VarId, Weight,
};

pub(crate) const VENDOR: KindId = KindId(0);
pub(crate) const CONTRACT: KindId = KindId(1);
const AUDIT: KindId = KindId(2);
pub(crate) const C: u32 = 0;
const X: u32 = 1;

pub(crate) fn clause() -> Type {
    Type::Enum(EnumId(0))
}

fn grade() -> Type {
    Type::Enum(EnumId(1))
}

fn set(ty: Type) -> Type {
    Type::Set(Box::new(ty))
}

fn enumeration(name: &str, ordered: bool, literals: &[(&str, &str)]) -> EnumDef {
    let literal = |(name, ja): &(&str, &str)| Literal { name: (*name).into(), label: Label::new(*ja, *name) };
    EnumDef {
        name: name.into(),
        label: Label::default(),
        ordered,
        literals: literals.iter().map(literal).collect(),
        span: Span::default(),
    }
}

fn kind(name: &str, ja: &str, attributes: &[(&str, &str, Type)]) -> KindDef {
    let attribute = |(name, ja, ty): &(&str, &str, Type)| Attribute {
        name: name.trim_end_matches('?').into(),
        label: Label::new(*ja, name.trim_end_matches('?')),
        ty: ty.clone(),
        optional: name.ends_with('?'),
        ask: None,
        span: Span::default(),
    };
    let attributes = attributes.iter().map(attribute).collect();
    KindDef { name: name.into(), label: Label::new(ja, name), attributes, span: Span::default() }
}

fn schema() -> Schema {
    let mut schema = Schema::default();
    let clauses =
        [("confidentiality", "守秘義務"), ("penalty", "違反時の罰則"), ("no_analysis", "分析・解析の禁止")];
    schema.add_enum(enumeration("clause", false, &clauses));
    schema.add_enum(enumeration("grade", true, &[("low", "低"), ("middle", "中"), ("high", "高")]));
    let vendor = [("country", "国", Type::Country), ("subcontractors", "再委託先", set(Type::Ref(VENDOR)))];
    schema.add_kind(kind("vendor", "事業者", &vendor));
    let contract = [
        ("vendor", "受託事業者", Type::Ref(VENDOR)),
        ("clauses", "条項", set(clause())),
        ("signed", "締結日", Type::Date),
        ("expires?", "終了日", Type::Date),
        ("staff", "人数", Type::Int),
        ("escrow", "寄託", Type::Bool),
        ("insured", "付保", Type::Bool),
        ("grade", "等級", grade()),
        ("main", "主な条項", clause()),
        ("notice?", "備考", Type::Text),
        ("fee", "料率", Type::Decimal),
        ("term", "期間", Type::Duration),
    ];
    schema.add_kind(kind("contract", "契約", &contract));
    let audit = [
        ("of", "対象", Type::Ref(CONTRACT)),
        ("passed", "合格", Type::Bool),
        ("score", "評点", Type::Int),
        ("date", "実施日", Type::Date),
    ];
    schema.add_kind(kind("audit", "監査", &audit));
    schema
}

pub(crate) fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, optional: false, span: Span::default() }
}

pub(crate) fn var(v: u32, of: KindId) -> Expr {
    expr(ExprKind::Var(VarId(v)), Type::Ref(of))
}

/// `base.name`
pub(crate) fn get(base: Expr, name: &str) -> Expr {
    let Type::Ref(kind) = base.ty else { panic!("no record: {base:?}") };
    let schema = schema();
    let attr = schema.kind(kind).unwrap().attribute(name).unwrap();
    let of = schema.attribute(kind, attr).unwrap();
    let kind = ExprKind::Attr { base: Box::new(base), kind, attr };
    Expr { kind, ty: of.ty.clone(), optional: of.optional, span: Span::default() }
}

fn set_of_attr(base: Expr, name: &str) -> SetExpr {
    match get(base, name).kind {
        ExprKind::Attr { base, kind, attr } => SetExpr::Attr { base, kind, attr },
        _ => unreachable!(),
    }
}

/// An attribute of the contract that is checked.
pub(crate) fn own(name: &str) -> Expr {
    get(var(C, CONTRACT), name)
}

fn int(n: i64) -> Expr {
    expr(ExprKind::Const(Const::Int(n)), Type::Int)
}

pub(crate) fn literal(ty: Type, code: u32) -> Expr {
    expr(ExprKind::Const(Const::Enum(code)), ty)
}

fn country(letters: &[u8; 2]) -> Expr {
    expr(ExprKind::Const(Const::Country(*letters)), Type::Country)
}

fn text(t: &str) -> Expr {
    expr(ExprKind::Const(Const::Text(t.into())), Type::Text)
}

fn none(ty: Type) -> Expr {
    expr(ExprKind::None, ty)
}

pub(crate) fn day(y: i16, m: i8, d: i8) -> i32 {
    Date::ymd(y, m, d).unwrap().first
}

pub(crate) fn today() -> Expr {
    expr(ExprKind::Today, Type::Date)
}

pub(crate) fn duration(months: i32, days: i32) -> Expr {
    expr(ExprKind::Const(Const::Duration(Duration { months, days })), Type::Duration)
}

pub(crate) fn compare(op: CompareOp, left: Expr, right: Expr) -> Expr {
    expr(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, Type::Bool)
}

fn eq(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Eq, left, right)
}

fn ne(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Ne, left, right)
}

pub(crate) fn ge(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Ge, left, right)
}

pub(crate) fn le(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Le, left, right)
}

pub(crate) fn arith(op: ArithOp, left: Expr, right: Expr) -> Expr {
    let ty = left.ty.clone();
    expr(ExprKind::Arith { op, left: Box::new(left), right: Box::new(right) }, ty)
}

pub(crate) fn and(parts: Vec<Expr>) -> Expr {
    expr(ExprKind::And(parts), Type::Bool)
}

fn or(parts: Vec<Expr>) -> Expr {
    expr(ExprKind::Or(parts), Type::Bool)
}

fn not(inner: Expr) -> Expr {
    expr(ExprKind::Not(Box::new(inner)), Type::Bool)
}

fn within(item: Expr, set: SetExpr) -> Expr {
    expr(ExprKind::In { item: Box::new(item), set }, Type::Bool)
}

fn quantified(quantifier: Quantifier, set: SetExpr, filter: Option<Expr>, body: Expr) -> Expr {
    let (var, filter, body) = (VarId(X), filter.map(Box::new), Box::new(body));
    expr(ExprKind::Quantified { quantifier, var, set, filter, body }, Type::Bool)
}

fn aggregated(aggregate: Aggregate, set: SetExpr, filter: Option<Expr>, body: Option<Expr>) -> Expr {
    let ty = if aggregate == Aggregate::Share { Type::Decimal } else { Type::Int };
    let (filter, body) = (filter.map(Box::new), body.map(Box::new));
    expr(ExprKind::Aggregated { aggregate, var: VarId(X), set, filter, body }, ty)
}

/// An attribute of the audit that a quantifier names.
fn audit(name: &str) -> Expr {
    get(var(X, AUDIT), name)
}

fn of_contract() -> Option<Expr> {
    Some(eq(audit("of"), var(C, CONTRACT)))
}

pub(crate) fn related(a: Expr, b: Expr) -> Expr {
    expr(ExprKind::Related { relation: RelationId(0), args: vec![a, b] }, Type::Bool)
}

/// `supplies(v, s)`: s is a subcontractor of v, direct or indirect.
fn supplies() -> Relation {
    let vendor = |v: u32| var(v, VENDOR);
    let vars = ["v", "s", "m"].map(|name| Var { name: name.into(), ty: Type::Ref(VENDOR) }).to_vec();
    let rule = |body: Vec<Expr>| Rule {
        relation: RelationId(0),
        vars: vars.clone(),
        head: vec![VarId(0), VarId(1)],
        body,
        span: Span::default(),
    };
    let direct = within(vendor(1), set_of_attr(vendor(0), "subcontractors"));
    let indirect =
        vec![related(vendor(0), vendor(2)), within(vendor(1), set_of_attr(vendor(2), "subcontractors"))];
    Relation {
        name: "supplies".into(),
        label: Label::new("再委託", "supplies"),
        columns: vec![Type::Ref(VENDOR), Type::Ref(VENDOR)],
        rules: vec![rule(vec![direct]), rule(indirect)],
        span: Span::default(),
    }
}

pub(crate) fn requirement() -> Requirement {
    Requirement {
        id: "n:1".into(),
        catalog: 0,
        is_section: false,
        title: Label::default(),
        level: None,
        weight: Weight::Must,
        audience: Vec::new(),
        basis: Vec::new(),
        measure: Vec::new(),
        risks: Vec::new(),
        mark: Mark::Printed,
        text_included: true,
        withdrawn: None,
        source: String::new(),
        parent: None,
        scope: Scope::In,
        span: Span::default(),
    }
}

pub(crate) fn program(condition: Option<Expr>, requires: Vec<Expr>) -> Program {
    let require = |condition: Expr| Require { condition, message: Message::default(), span: Span::default() };
    let check = Check {
        name: "check".into(),
        title: Label::default(),
        requirements: vec![RequirementId(0)],
        subject: Some(Subject { var: VarId(C), kind: CONTRACT }),
        vars: Vec::new(),
        condition,
        requires: requires.into_iter().map(require).collect(),
        fix: Message::default(),
        weight: None,
        grade: None,
        mark: Mark::Printed,
        source: String::new(),
        span: Span::default(),
    };
    let catalog = Catalog {
        alias: "n".into(),
        edition: "1".into(),
        title: Label::default(),
        publisher: String::new(),
        supersedes: None,
        mark: Mark::Printed,
        in_scope: true,
        span: Span::default(),
    };
    Program {
        schema: schema(),
        builtins: Builtins { attestation: AUDIT, waiver: AUDIT },
        catalogs: vec![catalog],
        requirements: Arc::new(vec![requirement()]),
        instruments: Vec::new(),
        tables: Vec::new(),
        relations: vec![supplies()],
        strata: vec![vec![RelationId(0)]],
        checks: vec![Arc::new(check)],
        attests: Vec::new(),
        combinations: Vec::new(),
    }
}

pub(crate) fn facts(files: &[(&str, &str)]) -> Store {
    let schema = schema();
    let mut sources = Sources::default();
    let mut builder = StoreBuilder::new(&schema);
    for (path, text) in files {
        kijun_facts::read_file(&mut builder, &mut sources, path, text.as_bytes());
    }
    let (store, diagnostics) = builder.finish();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    store
}

const TODAY: (i16, i8, i8) = (2026, 4, 1);

fn evaluation<'a>(program: &'a Program, store: &'a Store) -> Evaluation<'a> {
    Evaluation::new(program, store, day(TODAY.0, TODAY.1, TODAY.2))
}

/// The cell as a source would state it.
fn stated(store: &Store, schema: &Schema, cell: Cell) -> Option<Value> {
    let texts = Texts::default();
    let known = Known { store, texts: &texts };
    let ty = &schema.attribute(cell.kind, cell.attr).unwrap().ty;
    let table = store.kind(cell.kind).unwrap();
    let row = cell.row as usize;
    let one = |ty: &Type, code: u32| known.scalar(&known.datum(ty, code).unwrap()).unwrap();
    match table.column(cell.attr).unwrap() {
        Column::Sets(sets) => {
            let all = |codes: &[u32]| codes.iter().map(|c| one(ty.element().unwrap(), *c)).collect();
            let (certain, possible) = (all(sets.certain(row)), all(sets.possible(row)));
            Some(Value::Set { certain, possible, open: sets.is_open(row) })
        }
        Column::Codes(codes) => match codes[row] {
            UNKNOWN => None,
            NONE => Some(Value::None),
            code => Some(Value::Scalar(one(ty, code))),
        },
        Column::Numbers { lo, hi } if lo[row] > hi[row] => Some(Value::None),
        Column::Numbers { lo, .. } if lo[row] == i64::MIN => None,
        Column::Numbers { lo, hi } => Some(Value::Scalar(match ty {
            Type::Date => Scalar::Date(Date { first: lo[row] as i32, last: hi[row] as i32 }),
            Type::Decimal => Scalar::Decimal(lo[row]),
            _ => Scalar::Int(lo[row]),
        })),
    }
}

/// Where changes leave a choice of values: the nearest, or one that is far off.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pick {
    Near,
    Far,
}

/// A value for a cell after its changes, chosen in the plainest way.
fn changed(
    builder: &mut StoreBuilder,
    schema: &Schema,
    store: &Store,
    was: Option<Value>,
    changes: &[Change],
    pick: Pick,
) -> Option<Value> {
    let mut value = was;
    let mut to_scalar = |d: &Datum| match d {
        Datum::Const(Const::Text(t)) => Scalar::Text(builder.intern(t)),
        d => Known { store, texts: &Texts::default() }.scalar(d).unwrap(),
    };
    let (mut avoid, mut low, mut high): (Vec<Datum>, Option<Const>, Option<Const>) = (Vec::new(), None, None);
    for change in changes {
        match change {
            Change::Set { value: Datum::None, .. } => value = Some(Value::None),
            Change::Set { value: new, .. } => value = Some(Value::Scalar(to_scalar(new))),
            Change::AtLeast { bound, .. } => low = Some(bound.clone()),
            Change::AtMost { bound, .. } => high = Some(bound.clone()),
            Change::OtherThan { values, .. } => avoid.extend(values.iter().cloned()),
            Change::Add { member, .. } => {
                let new = to_scalar(member);
                let (mut certain, mut possible, open) = parts(value);
                possible.retain(|m| *m != new);
                certain.push(new);
                value = Some(Value::Set { certain, possible, open });
            }
            Change::Remove { member, .. } => {
                let old = to_scalar(member);
                let (mut certain, mut possible, open) = parts(value);
                certain.retain(|m| *m != old);
                possible.retain(|m| *m != old);
                value = Some(Value::Set { certain, possible, open });
            }
            Change::Close { .. } => {
                let (certain, possible, _) = parts(value);
                value = Some(Value::Set { certain, possible, open: false });
            }
            other => panic!("{other:?}"),
        }
    }
    if avoid.is_empty() && low.is_none() && high.is_none() {
        return value;
    }
    let cell = changes[0].cell().unwrap();
    let ty = &schema.attribute(cell.kind, cell.attr).unwrap().ty;
    let mut candidates = candidates(ty, low.as_ref(), high.as_ref());
    candidates.retain(|c| !avoid.contains(c));
    let chosen = if pick == Pick::Near { candidates.first() } else { candidates.last() };
    Some(Value::Scalar(to_scalar(chosen.unwrap())))
}

fn parts(set: Option<Value>) -> (Vec<Scalar>, Vec<Scalar>, bool) {
    let Some(Value::Set { certain, possible, open }) = set else { panic!("no set: {set:?}") };
    (certain, possible, open)
}

/// Values within bounds, from the nearest to the farthest.
fn candidates(ty: &Type, low: Option<&Const>, high: Option<&Const>) -> Vec<Datum> {
    let number = |c: &Const| size(c).unwrap();
    let range = |far: i64| match (low.map(number), high.map(number)) {
        (Some(low), Some(high)) => (low..=high).collect(),
        (Some(low), None) => (low..low + far).collect(),
        (None, Some(high)) => (high - far..=high).rev().collect(),
        (None, None) => (0..far).collect::<Vec<i64>>(),
    };
    let constants: Vec<Const> = match ty {
        Type::Text => vec![Const::Text("something".into()), Const::Text("else".into())],
        Type::Country => [*b"FR", *b"JP", *b"CA"].map(Const::Country).to_vec(),
        Type::Date if low.is_none() && high.is_none() => vec![Const::Date(Date::day(day(2030, 1, 1)))],
        Type::Date => range(1000).into_iter().map(|n| Const::Date(Date::day(n as i32))).collect(),
        Type::Int => range(1000).into_iter().map(Const::Int).collect(),
        Type::Decimal => range(1000).into_iter().map(Const::Decimal).collect(),
        Type::Enum(_) => {
            range(3).into_iter().filter(|n| (0..3).contains(n)).map(|n| Const::Enum(n as u32)).collect()
        }
        Type::Duration => low.or(high).into_iter().cloned().collect(),
        Type::Ref(kind) => return (0..2).map(|n| Datum::Record(*kind, n)).collect(),
        other => panic!("{other:?}"),
    };
    constants.into_iter().map(Datum::Const).collect()
}

/// The facts stated anew, with the changes made.
fn after(program: &Program, store: &Store, changes: &[Change], pick: Pick) -> Store {
    let schema = &program.schema;
    let mut builder = StoreBuilder::new(schema);
    for (k, def) in schema.kinds.iter().enumerate() {
        let kind = KindId(k as u32);
        let table = store.kind(kind).unwrap();
        let completed = changes.contains(&Change::Register { kind });
        if completed || matches!(table.register, Register::Complete | Register::Incomplete) {
            builder.register(kind, completed || table.register == Register::Complete, Span::default());
        }
        for row in 0..table.len() {
            let record = builder.record(kind, store.id_text(kind, row), Span::default());
            for a in 0..def.attributes.len() {
                let cell = Cell { kind, row: row as u32, attr: AttrId(a as u32) };
                let here: Vec<Change> = changes.iter().filter(|c| c.cell() == Some(cell)).cloned().collect();
                let was = stated(store, schema, cell).map(|v| renamed(&mut builder, store, v));
                let was_conflict = here.is_empty().then(|| table.conflict(cell.attr, cell.row)).flatten();
                for alternative in was_conflict.into_iter().flat_map(|c| &c.alternatives) {
                    let value = renamed(&mut builder, store, alternative.value.clone());
                    builder.set(record, cell.attr, value, Span::default(), NO_EVIDENCE);
                }
                let value = changed(&mut builder, schema, store, was, &here, pick)
                    .map(|v| renamed(&mut builder, store, v));
                if let (Some(value), None) = (value, was_conflict) {
                    builder.set(record, cell.attr, value, Span::default(), NO_EVIDENCE);
                }
            }
        }
    }
    builder.finish().0
}

/// Symbols of the old store become symbols of the new one. Texts, of which no test states one, stay.
fn renamed(builder: &mut StoreBuilder, store: &Store, value: Value) -> Value {
    let mut one = |s: Scalar| match s {
        Scalar::Ref(id) if !store.symbols.text(id).is_empty() => {
            Scalar::Ref(builder.intern(store.symbols.text(id)))
        }
        other => other,
    };
    match value {
        Value::Scalar(s) => Value::Scalar(one(s)),
        Value::Set { certain, possible, open } => Value::Set {
            certain: certain.into_iter().map(&mut one).collect(),
            possible: possible.into_iter().map(&mut one).collect(),
            open,
        },
        other => other,
    }
}

/// Whether the changes satisfy, whatever values are picked.
fn satisfies(program: &Program, store: &Store, subject: SubjectRef, changes: &[Change]) -> bool {
    [Pick::Near, Pick::Far].into_iter().all(|pick| {
        let store = after(program, store, changes, pick);
        let evaluation = evaluation(program, &store);
        let outcomes = evaluation.checks[0].as_ref().unwrap();
        outcomes.get(subject) == Some(Verdict::Satisfied)
    })
}

/// Makes every verified repair, and every one without one of its changes.
fn assert_sound(program: &Program, store: &Store, subject: SubjectRef, repairs: &[Repair]) {
    for repair in repairs {
        assert!(!repair.changes.is_empty());
        for other in repairs.iter().filter(|other| *other != repair) {
            assert!(!contains(&other.changes, &repair.changes), "{other:?} contains {repair:?}");
        }
        if repair.unverified {
            continue;
        }
        assert!(satisfies(program, store, subject, &repair.changes), "{repair:?}");
        for i in 0..repair.changes.len() {
            let mut fewer = repair.changes.clone();
            fewer.remove(i);
            assert!(!satisfies(program, store, subject, &fewer), "{repair:?} without {i}");
        }
    }
}

/// The repairs of contract `c` in words, one per line; `~` marks what is not verified.
fn repairs_in(lang: Lang, program: &Program, files: &[(&str, &str)]) -> String {
    let store = facts(files);
    let evaluation = evaluation(program, &store);
    let subject = SubjectRef::Record(CONTRACT, store.row(CONTRACT, "c").unwrap());
    let repairs = evaluation.repairs(RuleRef::Check(0), subject);
    assert_sound(program, &store, subject, &repairs);
    let line = |r: &Repair| {
        let changes: Vec<String> =
            r.changes.iter().map(|c| c.describe(&evaluation).get(lang).to_owned()).collect();
        format!("{}{}", if r.unverified { "~ " } else { "" }, changes.join(" + "))
    };
    repairs.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn repairs(require: Expr, toml: &str) -> String {
    repairs_in(Lang::En, &program(None, vec![require]), &[("f.toml", toml)])
}
