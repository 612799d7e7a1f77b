//! Every test states facts and one check, and looks at the repairs in words. Each verified repair is made in the
//! facts themselves, which are laid out and evaluated anew: it must satisfy, and no part of it may.

use kijun_facts::store::NO_EVIDENCE;
use kijun_facts::{Attribute, EnumDef, EnumId, KindDef, Literal, Register, Schema, StoreBuilder};
use kijun_text::Sources;

use super::*;
use crate::program::{
    Builtins, Catalog, Mark, Message, Relation, Require, Requirement, RequirementId, Scope, Subject, Var,
    Weight,
};

const VENDOR: KindId = KindId(0);
const CONTRACT: KindId = KindId(1);
const AUDIT: KindId = KindId(2);
const C: u32 = 0;
const X: u32 = 1;

fn clause() -> Type {
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

fn expr(kind: ExprKind, ty: Type) -> Expr {
    Expr { kind, ty, optional: false, span: Span::default() }
}

fn var(v: u32, of: KindId) -> Expr {
    expr(ExprKind::Var(VarId(v)), Type::Ref(of))
}

/// `base.name`
fn get(base: Expr, name: &str) -> Expr {
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
fn own(name: &str) -> Expr {
    get(var(C, CONTRACT), name)
}

fn int(n: i64) -> Expr {
    expr(ExprKind::Const(Const::Int(n)), Type::Int)
}

fn literal(ty: Type, code: u32) -> Expr {
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

fn day(y: i16, m: i8, d: i8) -> i32 {
    Date::ymd(y, m, d).unwrap().first
}

fn today() -> Expr {
    expr(ExprKind::Today, Type::Date)
}

fn duration(months: i32, days: i32) -> Expr {
    expr(ExprKind::Const(Const::Duration(Duration { months, days })), Type::Duration)
}

fn compare(op: CompareOp, left: Expr, right: Expr) -> Expr {
    expr(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, Type::Bool)
}

fn eq(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Eq, left, right)
}

fn ne(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Ne, left, right)
}

fn ge(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Ge, left, right)
}

fn le(left: Expr, right: Expr) -> Expr {
    compare(CompareOp::Le, left, right)
}

fn arith(op: ArithOp, left: Expr, right: Expr) -> Expr {
    let ty = left.ty.clone();
    expr(ExprKind::Arith { op, left: Box::new(left), right: Box::new(right) }, ty)
}

fn and(parts: Vec<Expr>) -> Expr {
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

fn related(a: Expr, b: Expr) -> Expr {
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

fn requirement() -> Requirement {
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
        source: String::new(),
        parent: None,
        scope: Scope::In,
        span: Span::default(),
    }
}

fn program(condition: Option<Expr>, requires: Vec<Expr>) -> Program {
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
        mark: Mark::Printed,
        in_scope: true,
        span: Span::default(),
    };
    Program {
        schema: schema(),
        builtins: Builtins { attestation: AUDIT, waiver: AUDIT },
        catalogs: vec![catalog],
        requirements: vec![requirement()],
        instruments: Vec::new(),
        tables: Vec::new(),
        relations: vec![supplies()],
        strata: vec![vec![RelationId(0)]],
        checks: vec![check],
        attests: Vec::new(),
        combinations: Vec::new(),
    }
}

fn facts(files: &[(&str, &str)]) -> Store {
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
        outcomes.iter().find(|o| o.subject == subject).unwrap().verdict == Verdict::Satisfied
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
        if evaluation.checks[0].as_ref().unwrap()[0].verdict != Verdict::Violated {
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
