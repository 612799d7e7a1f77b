//! Expressions and sets, by walking the tree.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::{
    Aggregate, ArithOp, Const, Expr, ExprKind, Program, Quantifier, RelationId, SetExpr, Table, VarId,
};
use kijun_facts::value::DECIMAL_ONE;
use kijun_facts::{AttrId, Evidence, KindId, Type};

use super::facts::{CellKey, Content, Facts, date_interval};
use super::number;
use super::relations::{Extents, image, related};
use super::truth::{Code, Interval, Members, Operand, Truth, Val, compare, same};

use Truth::{F, T, U};

/// Values of variables.
pub(crate) type Env = BTreeMap<VarId, Val>;

/// Which evidence is good enough for its cell to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    Everything,
    /// "cells whose evidence has `valid_until` before today read as unknown"
    Unexpired,
    /// "cells whose recorded value has a lower grade or none read as unknown (optional cells where nothing is
    /// recorded stay none)"
    Graded(u32),
}

impl Trust {
    fn accepts(self, evidence: Option<&Evidence>, recorded: bool, today: i32) -> bool {
        match self {
            Trust::Everything => true,
            Trust::Unexpired => !evidence.is_some_and(|e| expired(e, today)),
            Trust::Graded(least) => !recorded || evidence.and_then(|e| e.grade).is_some_and(|g| g >= least),
        }
    }
}

/// Evidence whose validity ended before today, wholly when it is known only to the month or year.
pub(crate) fn expired(evidence: &Evidence, today: i32) -> bool {
    evidence.valid_until.is_some_and(|until| until.last < today)
}

/// Everything an expression is evaluated against.
pub(crate) struct World<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) today: i32,
    pub(crate) trust: Trust,
    pub(crate) extents: Extents,
    /// Which alternative is tried for a cell in conflict.
    pub(crate) choices: RefCell<BTreeMap<CellKey, usize>>,
    /// The cells in conflict that were read.
    pub(crate) conflicts_read: RefCell<BTreeSet<CellKey>>,
}

impl World<'_> {
    /// What a cell reads as. "A conflict is unknown, except where 'Conflicts' below says otherwise."
    fn read(&self, key: CellKey, ty: &Type) -> Content {
        let Some(cell) = self.facts.cells.get(&key) else { return Content::unknown(ty) };
        let cell = match &cell.content {
            Content::Conflict(alternatives) => {
                self.conflicts_read.borrow_mut().insert(key);
                match self.choices.borrow().get(&key) {
                    Some(choice) => &alternatives[*choice],
                    None => return Content::unknown(ty),
                }
            }
            _ => cell,
        };
        if self.trust.accepts(cell.evidence.as_ref(), cell.recorded, self.today) {
            cell.content.clone()
        } else {
            Content::unknown(ty)
        }
    }

    /// "Every attribute of ⊥ is unknown (its sets are open). Every attribute of none is none (its sets empty)."
    fn attribute(&self, base: &Val, kind: KindId, attr: AttrId) -> Content {
        let ty = &self.program.schema.attribute(kind, attr).expect("an attribute of the schema").ty;
        match base {
            Val::None => Content::none(ty),
            Val::Code(Code::Record(k, row)) => {
                assert_eq!(*k, kind, "a record of another kind");
                self.read((kind, *row, attr), ty)
            }
            _ => Content::unknown(ty),
        }
    }

    pub(crate) fn value(&self, expr: &Expr, env: &Env) -> Val {
        match &expr.kind {
            ExprKind::Const(constant) => value_of_const(constant),
            ExprKind::None => Val::None,
            ExprKind::Today => Val::point(self.today.into()),
            ExprKind::Var(var) => match env.get(var).expect("a bound variable").clone() {
                Val::Code(Code::Number(n)) => Val::point(n),
                Val::Unknown if expr.ty.is_numeric() => Val::Num(Interval::UNKNOWN),
                value => value,
            },
            ExprKind::Attr { base, kind, attr } => match self.attribute(&self.value(base, env), *kind, *attr)
            {
                Content::Single(value) => value,
                other => panic!("{other:?} as a single value"),
            },
            ExprKind::Named { body, .. } => self.value(body, env),
            ExprKind::Aggregated { aggregate, var, set, filter, body } => {
                let members = self.members(*var, set, filter.as_deref(), env);
                self.aggregate(*aggregate, body.as_deref(), &expr.ty, &members)
            }
            ExprKind::Arith { op, left, right } => {
                self.arithmetic(*op, &self.operand(left, env), &self.operand(right, env), &expr.ty)
            }
            ExprKind::ToDecimal(inner) => match self.value(inner, env) {
                Val::Num(n) => Val::Num(number::to_decimal(n)),
                Val::None => Val::None,
                _ => Val::Num(Interval::UNKNOWN),
            },
            ExprKind::Lookup { table, args } => {
                let table = self.program.table(*table).expect("a table of the program");
                let args: Vec<Val> = args.iter().map(|a| self.value(a, env)).collect();
                lookup(table, &args)
            }
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare { .. }
            | ExprKind::In { .. }
            | ExprKind::Quantified { .. }
            | ExprKind::Related { .. } => Val::truth(self.condition(expr, env)),
        }
    }

    fn operand(&self, expr: &Expr, env: &Env) -> Operand {
        Operand { value: self.value(expr, env), optional: expr.optional }
    }

    /// "Every subexpression is read, nothing is cut short".
    pub(crate) fn condition(&self, expr: &Expr, env: &Env) -> Truth {
        match &expr.kind {
            ExprKind::Not(inner) => self.condition(inner, env).not(),
            ExprKind::And(parts) => parts.iter().map(|p| self.condition(p, env)).fold(T, Truth::and),
            ExprKind::Or(parts) => parts.iter().map(|p| self.condition(p, env)).fold(F, Truth::or),
            ExprKind::Compare { op, left, right } => {
                compare(*op, &self.operand(left, env), &self.operand(right, env))
            }
            ExprKind::In { item, set } => {
                let item = self.value(item, env);
                self.set(set, env).holds(&item)
            }
            ExprKind::Quantified { quantifier, var, set, filter, body } => {
                let members = self.members(*var, set, filter.as_deref(), env);
                self.quantified(*quantifier, body, &members)
            }
            ExprKind::Related { relation, args } => {
                let args: Vec<Val> = args.iter().map(|a| self.value(a, env)).collect();
                related(self.extents.of(*relation), &args)
            }
            ExprKind::Named { body, .. } => self.condition(body, env),
            _ => self.value(expr, env).as_condition(),
        }
    }

    pub(crate) fn set(&self, set: &SetExpr, env: &Env) -> Members {
        match set {
            // "Attribute: as recorded; missing: open and empty; none: closed and empty; of ⊥: open and empty; of
            // none: closed and empty."
            SetExpr::Attr { base, kind, attr } => {
                match self.attribute(&self.value(base, env), *kind, *attr) {
                    Content::Set(members) => members,
                    other => panic!("{other:?} as a set"),
                }
            }
            // "Kind: all its records are certain; open if the register is unmentioned or stated incomplete."
            SetExpr::Extent(kind) => Members {
                certain: self.facts.rows(*kind).map(|row| Code::Record(*kind, row)).collect(),
                possible: BTreeSet::new(),
                open: self.facts.register(*kind).is_open(),
            },
            SetExpr::Image { relation, args } => {
                let args: Vec<Val> = args.iter().map(|a| self.value(a, env)).collect();
                image(self.extents.of(*relation), &args)
            }
            // "Literal: known elements are certain (once each), ⊥ makes it open, none is skipped."
            SetExpr::Literal(elements) => {
                let mut members = Members::empty();
                for element in elements {
                    match self.value(element, env) {
                        Val::None => {}
                        Val::Code(code) => {
                            members.certain.insert(code);
                        }
                        Val::Num(Interval { lo: Some(a), hi: Some(b) }) if a == b => {
                            members.certain.insert(Code::Number(a));
                        }
                        Val::Unknown | Val::Unlisted | Val::Num(_) => members.open = true,
                    }
                }
                members
            }
        }
    }

    /// "Quantifiers and aggregates look at every certain and possible member, and at ⊥ once if the set is open
    /// (called *unnamed*). With f the filter (T if absent)". Members whose filter is F are left out: they
    /// change nothing in any of the formulas.
    fn members(&self, var: VarId, set: &SetExpr, filter: Option<&Expr>, env: &Env) -> Vec<Member> {
        let set = self.set(set, env);
        let certain = set.certain.into_iter().map(|c| (Standing::Certain, Val::Code(c)));
        let possible = set.possible.into_iter().map(|c| (Standing::Possible, Val::Code(c)));
        let unnamed = set.open.then_some((Standing::Unnamed, Val::Unknown));
        let mut members = Vec::new();
        for (standing, value) in certain.chain(possible).chain(unnamed) {
            let mut env = env.clone();
            env.insert(var, value);
            let filter = filter.map_or(T, |f| self.condition(f, &env));
            if filter != F {
                members.push(Member { standing, filter, env });
            }
        }
        members
    }

    /// "`any` is the max over certain members of `f and p`, over possible and unnamed ones of `U and f and p`; F if
    /// there are none. `all` is the min over certain members of `not f or p`, over possible and unnamed ones of `U or not f or p`;
    /// T if there are none."
    fn quantified(&self, quantifier: Quantifier, body: &Expr, members: &[Member]) -> Truth {
        let truths = members.iter().map(|m| {
            let p = self.condition(body, &m.env);
            match quantifier {
                Quantifier::Any => m.belongs().and(p),
                Quantifier::All => m.belongs().not().or(p),
            }
        });
        match quantifier {
            Quantifier::Any => truths.fold(F, Truth::or),
            Quantifier::All => truths.fold(T, Truth::and),
        }
    }

    fn aggregate(&self, aggregate: Aggregate, body: Option<&Expr>, ty: &Type, members: &[Member]) -> Val {
        match aggregate {
            Aggregate::Count => count(members),
            Aggregate::Sum => self.sum(body.expect("sum has a body"), members),
            Aggregate::Min => self.least(body.expect("min has a body"), ty, members),
            Aggregate::Max => self.greatest(body.expect("max has a body"), ty, members),
            Aggregate::Share => self.share(body.expect("share has a body"), members),
        }
    }

    /// "`sum`: a certain member with f = T adds its interval; another member with f ≠ F adds [min(0, lo),
    /// max(0, hi)]; a none value adds 0; one that may be none adds (-∞, ∞); an unnamed member with f ≠ F makes
    /// the sum (-∞, ∞)."
    fn sum(&self, body: &Expr, members: &[Member]) -> Val {
        let (mut lo, mut hi) = (Some(0i128), Some(0i128));
        for member in members {
            let value = match self.value(body, &member.env) {
                Val::None => Interval::point(0),
                Val::Num(n) => n,
                other => panic!("{other:?} as a number to add"),
            };
            let value = match member.standing {
                Standing::Unnamed => Interval::UNKNOWN,
                _ if member.is_sure() => value,
                _ => Interval { lo: value.lo.map(|v| v.min(0)), hi: value.hi.map(|v| v.max(0)) },
            };
            lo = lo.zip(value.lo).map(|(a, b)| a + i128::from(b));
            hi = hi.zip(value.hi).map(|(a, b)| a + i128::from(b));
        }
        Val::Num(Interval { lo: lo.and_then(number::bound), hi: hi.and_then(number::bound) })
    }

    /// "`min`: over members with f ≠ F and a value that is not none. *Sure* ones are certain, f = T, and not 'may
    /// be none'. With no member at all: none. With no sure one: unknown, may be none. Else lo = least lo of all, hi = least hi
    /// of the sure ones; an unnamed member with f ≠ F: lo = -∞ (and it is a member, not a sure one)."
    fn least(&self, body: &Expr, ty: &Type, members: &[Member]) -> Val {
        let mut all: Vec<Interval> = Vec::new();
        let mut sure: Vec<Interval> = Vec::new();
        for member in members {
            let value = match self.value(body, &member.env) {
                Val::None => continue,
                Val::Num(n) => n,
                other => panic!("{other:?} as a number to compare"),
            };
            let may_be_none = value == Interval::UNKNOWN && body.optional;
            if member.is_sure() && !may_be_none {
                sure.push(value);
            }
            all.push(if member.standing == Standing::Unnamed { Interval::UNKNOWN } else { value });
        }
        if all.is_empty() {
            return Val::None;
        }
        if sure.is_empty() {
            return unknown_of(ty);
        }
        // An open lower bound is the least of all (`None < Some`); an open upper one the greatest.
        let lo = all.iter().map(|i| i.lo).min().flatten();
        let hi = sure.iter().filter_map(|i| i.hi).min();
        Val::Num(Interval { lo, hi })
    }

    /// "`max` is the mirror image."
    fn greatest(&self, body: &Expr, ty: &Type, members: &[Member]) -> Val {
        let mut all: Vec<Interval> = Vec::new();
        let mut sure: Vec<Interval> = Vec::new();
        for member in members {
            let value = match self.value(body, &member.env) {
                Val::None => continue,
                Val::Num(n) => n,
                other => panic!("{other:?} as a number to compare"),
            };
            let may_be_none = value == Interval::UNKNOWN && body.optional;
            if member.is_sure() && !may_be_none {
                sure.push(value);
            }
            all.push(if member.standing == Standing::Unnamed { Interval::UNKNOWN } else { value });
        }
        if all.is_empty() {
            return Val::None;
        }
        if sure.is_empty() {
            return unknown_of(ty);
        }
        let hi =
            if all.iter().any(|i| i.hi.is_none()) { None } else { all.iter().filter_map(|i| i.hi).max() };
        let lo = sure.iter().filter_map(|i| i.lo).max();
        Val::Num(Interval { lo, hi })
    }

    /// "`share` (filter f, body p): D = sure members (certain, f = T), A of them with p = T, B with p = U; M = other
    /// members with f ≠ F (possible, or f = U). If D = 0: none when M is empty and nothing is unnamed (f ≠ F), else
    /// unknown, may be none. Else low = A / (D + M with p ≠ T), 0 if an unnamed one with f ≠ F has p ≠ T; high =
    /// (A + B + m) / (D + m) with m = those of M with p ≠ F, 1 if an unnamed one with f ≠ F has p ≠ F. In
    /// millionths: low rounded down, high rounded up; when the two fractions are equal, both rounded half up."
    fn share(&self, body: &Expr, members: &[Member]) -> Val {
        let holds: Vec<(&Member, Truth)> =
            members.iter().map(|m| (m, self.condition(body, &m.env))).collect();
        let count =
            |keep: &dyn Fn(&Member, Truth) -> bool| holds.iter().filter(|(m, p)| keep(m, *p)).count() as i128;
        let unnamed = |m: &Member| m.standing == Standing::Unnamed;
        let other = |m: &Member| !m.is_sure() && !unnamed(m);

        let d = count(&|m, _| m.is_sure());
        let a = count(&|m, p| m.is_sure() && p == T);
        let b = count(&|m, p| m.is_sure() && p == U);
        if d == 0 {
            return if members.is_empty() { Val::None } else { Val::Num(Interval::UNKNOWN) };
        }
        let low = if count(&|m, p| unnamed(m) && p != T) > 0 {
            (0, 1)
        } else {
            (a, d + count(&|m, p| other(m) && p != T))
        };
        let m = count(&|m, p| other(m) && p != F);
        let high = if count(&|m, p| unnamed(m) && p != F) > 0 { (1, 1) } else { (a + b + m, d + m) };
        let one = i128::from(DECIMAL_ONE);
        let (lo, hi) = if low.0 * high.1 == high.0 * low.1 {
            let rounded = (2 * low.0 * one + low.1).div_euclid(2 * low.1);
            (rounded, rounded)
        } else {
            ((low.0 * one).div_euclid(low.1), (high.0 * one + high.1 - 1).div_euclid(high.1))
        };
        Val::Num(Interval { lo: number::bound(lo), hi: number::bound(hi) })
    }

    /// "a none operand gives none; an operand that may be none gives an unknown that may be none."
    fn arithmetic(&self, op: ArithOp, left: &Operand, right: &Operand, ty: &Type) -> Val {
        if left.value == Val::None || right.value == Val::None {
            return Val::None;
        }
        if [left, right].iter().any(|o| o.value.is_unknown() && o.optional) {
            return Val::Num(Interval::UNKNOWN);
        }
        let result = match (&left.value, &right.value) {
            (Val::Num(a), Val::Num(b)) => match (op, ty) {
                (ArithOp::Add, _) => number::add(*a, *b),
                (ArithOp::Sub, _) => number::subtract(*a, *b),
                (ArithOp::Mul, Type::Decimal) => number::multiply_decimal(*a, *b),
                (ArithOp::Mul, _) => number::multiply_int(*a, *b),
            },
            (Val::Num(date), Val::Code(Code::Duration(by)))
            | (Val::Code(Code::Duration(by)), Val::Num(date)) => match op {
                ArithOp::Add => number::shift(*date, *by, 1),
                ArithOp::Sub => number::shift(*date, *by, -1),
                ArithOp::Mul => panic!("a date is not multiplied"),
            },
            _ => Interval::UNKNOWN,
        };
        Val::Num(result)
    }
}

/// How a value belongs to a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Certain,
    Possible,
    Unnamed,
}

/// A member of a set, with the truth of the filter, which is not F.
struct Member {
    standing: Standing,
    filter: Truth,
    env: Env,
}

impl Member {
    fn is_sure(&self) -> bool {
        self.standing == Standing::Certain && self.filter == T
    }

    /// Whether it is a member for which the filter holds: T or U.
    fn belongs(&self) -> Truth {
        if self.standing == Standing::Certain { self.filter } else { U.and(self.filter) }
    }
}

/// "`count`: low bound = certain members with f = T; high = members with f ≠ F, ∞ if an unnamed one has f ≠ F."
fn count(members: &[Member]) -> Val {
    let lo = members.iter().filter(|m| m.is_sure()).count() as i64;
    let unnamed = members.iter().any(|m| m.standing == Standing::Unnamed);
    Val::Num(Interval { lo: Some(lo), hi: (!unnamed).then_some(members.len() as i64) })
}

fn unknown_of(ty: &Type) -> Val {
    if ty.is_numeric() { Val::Num(Interval::UNKNOWN) } else { Val::Unknown }
}

fn value_of_const(constant: &Const) -> Val {
    Val::Code(match constant {
        Const::Bool(b) => Code::Bool(*b),
        Const::Int(n) | Const::Decimal(n) => return Val::point(*n),
        Const::Date(date) => return Val::Num(date_interval(*date)),
        Const::Text(text) => Code::Text(text.clone()),
        Const::Duration(d) => Code::Duration(*d),
        Const::Country(letters) => Code::Country(*letters),
        Const::Requirement(id) => Code::Requirement(id.clone()),
        Const::Enum(code) => Code::Enum(*code),
    })
}

/// "`table(args)`: any argument ⊥ is ⊥; none or a row that is not printed, or printed as `?`: ⊥. A table
/// marked ambiguous or unverified gives ⊥ always."
fn lookup(table: &Table, args: &[Val]) -> Val {
    let unknown = unknown_of(&table.result);
    if table.mark.is_weak() {
        return unknown;
    }
    let mut key = Vec::new();
    for arg in args {
        match arg {
            Val::Code(Code::Enum(code)) => key.push(*code),
            Val::Code(Code::Bool(b)) => key.push(u32::from(*b)),
            Val::Code(Code::Country(letters)) => key.push(kijun_facts::store::country_code(*letters)),
            _ => return unknown,
        }
    }
    match table.cells.iter().find(|(k, _)| *k == key) {
        Some((_, Some(value))) => value_of_const(value),
        _ => unknown,
    }
}

/// Whether two values are the same, as far as tuples are concerned: "equal (T) or ⊥ (U)".
pub(crate) fn matches(left: &Val, right: &Val) -> Truth {
    same(left, right)
}

/// The variables that an expression mentions and does not bind itself.
pub(crate) fn mentioned(expr: &Expr) -> BTreeSet<VarId> {
    let mut vars = BTreeSet::new();
    collect(expr, &mut vars);
    vars
}

pub(crate) fn mentioned_in_set(set: &SetExpr) -> BTreeSet<VarId> {
    let mut vars = BTreeSet::new();
    collect_set(set, &mut vars);
    vars
}

fn collect(expr: &Expr, vars: &mut BTreeSet<VarId>) {
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::None | ExprKind::Today => {}
        ExprKind::Var(var) => {
            vars.insert(*var);
        }
        ExprKind::Attr { base, .. } => collect(base, vars),
        ExprKind::Not(inner) | ExprKind::ToDecimal(inner) | ExprKind::Named { body: inner, .. } => {
            collect(inner, vars)
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().for_each(|p| collect(p, vars)),
        ExprKind::Compare { left, right, .. } | ExprKind::Arith { left, right, .. } => {
            collect(left, vars);
            collect(right, vars);
        }
        ExprKind::In { item, set } => {
            collect(item, vars);
            collect_set(set, vars);
        }
        ExprKind::Quantified { var, set, filter, body, .. } => {
            collect_scope(*var, set, filter.as_deref(), Some(body), vars);
        }
        ExprKind::Aggregated { var, set, filter, body, .. } => {
            collect_scope(*var, set, filter.as_deref(), body.as_deref(), vars);
        }
        ExprKind::Related { args, .. } | ExprKind::Lookup { args, .. } => {
            args.iter().for_each(|a| collect(a, vars))
        }
    }
}

fn collect_scope(
    var: VarId,
    set: &SetExpr,
    filter: Option<&Expr>,
    body: Option<&Expr>,
    vars: &mut BTreeSet<VarId>,
) {
    let mut inner = BTreeSet::new();
    for expr in filter.into_iter().chain(body) {
        collect(expr, &mut inner);
    }
    inner.remove(&var);
    vars.extend(inner);
    collect_set(set, vars);
}

fn collect_set(set: &SetExpr, vars: &mut BTreeSet<VarId>) {
    match set {
        SetExpr::Attr { base, .. } => collect(base, vars),
        SetExpr::Extent(_) => {}
        SetExpr::Image { args, .. } | SetExpr::Literal(args) => args.iter().for_each(|a| collect(a, vars)),
    }
}

/// The relation ids of a program, in order.
pub(crate) fn relation_ids(program: &Program) -> impl Iterator<Item = RelationId> {
    (0..program.relations.len() as u32).map(RelationId)
}
