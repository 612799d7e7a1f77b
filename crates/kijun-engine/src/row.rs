//! Evaluation of one row at a time: for the rules of relations, for what disagrees, and for proofs.
//! Columns do the bulk ([`crate::columns`]); both follow docs/evaluation.md and must agree.

use kijun_facts::store::{NONE, UNKNOWN, number_bounds};
use kijun_facts::{AttrId, Column, Duration, KindId, Scalar, Store, Type, Value};
use rustc_hash::FxHashMap;

use crate::extents::{Extents, Texts};
use crate::number::{self, Interval};
use crate::program::{Aggregate, Const, Expr, ExprKind, Program, Quantifier, SetExpr, VarId};
use crate::truth::Truth;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Val {
    Truth(Truth),
    Code(u32),
    Number(Interval),
    /// A duration that may not stand in the store's table: its code (for unknown and none) and value.
    Duration(u32, Option<Duration>),
}

/// Members of a set, without duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Members {
    pub(crate) certain: Vec<u32>,
    pub(crate) possible: Vec<u32>,
    pub(crate) open: bool,
}

impl Members {
    /// The set of these codes: known ones are certain, an unknown one leaves it open, none is passed over.
    pub(crate) fn of_codes(codes: impl IntoIterator<Item = u32>) -> Members {
        let mut members = Members::default();
        for code in codes {
            match code {
                UNKNOWN | UNLISTED => members.open = true,
                NONE => {}
                code if members.certain.contains(&code) => {}
                code => members.certain.push(code),
            }
        }
        members
    }

    /// Each member with whether it is certain; the unnamed one (⊥) last.
    pub(crate) fn each(&self) -> impl Iterator<Item = (u32, bool)> {
        let certain = self.certain.iter().map(|m| (*m, true));
        let possible = self.possible.iter().map(|m| (*m, false));
        certain.chain(possible).chain(self.open.then_some((UNKNOWN, false)))
    }

    pub(crate) fn contains(&self, code: u32) -> Truth {
        match code {
            NONE => Truth::False,
            UNLISTED => Truth::of(self.open).and(Truth::Unknown),
            UNKNOWN if self.certain.is_empty() && self.possible.is_empty() && !self.open => Truth::False,
            UNKNOWN => Truth::Unknown,
            _ if self.certain.contains(&code) => Truth::True,
            _ if self.open || self.possible.contains(&code) => Truth::Unknown,
            _ => Truth::False,
        }
    }
}

/// Values of variables, by [`VarId`].
pub(crate) type Env = Vec<u32>;

/// A cell of the facts.
pub(crate) type CellKey = (KindId, u32, AttrId);

pub(crate) struct Row<'a> {
    pub(crate) program: &'a Program,
    pub(crate) store: &'a Store,
    pub(crate) today: i32,
    pub(crate) extents: &'a Extents,
    /// Values tried for cells in conflict.
    pub(crate) overrides: FxHashMap<CellKey, Value>,
    /// Cells that were read, when asked for.
    pub(crate) reads: Option<std::cell::RefCell<Vec<CellKey>>>,
}

impl<'a> Row<'a> {
    pub(crate) fn new(program: &'a Program, store: &'a Store, today: i32, extents: &'a Extents) -> Row<'a> {
        Row { program, store, today, extents, overrides: FxHashMap::default(), reads: None }
    }

    pub(crate) fn bind(env: &mut Env, var: VarId, value: u32) {
        let i = var.0 as usize;
        if env.len() <= i {
            env.resize(i + 1, UNKNOWN);
        }
        if let Some(slot) = env.get_mut(i) {
            *slot = value;
        }
    }

    pub(crate) fn truth(&self, expr: &Expr, env: &mut Env) -> Truth {
        match self.value(expr, env) {
            Val::Truth(t) => t,
            Val::Code(0 | NONE) => Truth::False,
            Val::Code(UNKNOWN) => Truth::Unknown,
            Val::Code(_) => Truth::True,
            Val::Number(_) | Val::Duration(..) => Truth::Unknown,
        }
    }

    pub(crate) fn code(&self, expr: &Expr, env: &mut Env) -> u32 {
        match self.value(expr, env) {
            Val::Code(c) | Val::Duration(c, _) => c,
            Val::Truth(t) => truth_code(t),
            Val::Number(_) => UNKNOWN,
        }
    }

    pub(crate) fn number(&self, expr: &Expr, env: &mut Env) -> Interval {
        match self.value(expr, env) {
            Val::Number(n) => n,
            _ => Interval::UNKNOWN,
        }
    }

    pub(crate) fn value(&self, expr: &Expr, env: &mut Env) -> Val {
        match &expr.kind {
            ExprKind::Const(c) => constant(c, self.store, &self.extents.texts),
            ExprKind::None => none_of(&expr.ty),
            ExprKind::Today => Val::Number(Interval::point(i64::from(self.today))),
            ExprKind::Var(v) => Val::Code(env.get(v.0 as usize).copied().unwrap_or(UNKNOWN)),
            ExprKind::Attr { base, kind, attr } => {
                let row = self.code(base, env);
                self.cell(*kind, row, *attr, &expr.ty)
            }
            ExprKind::Not(inner) => Val::Truth(self.truth(inner, env).negate()),
            ExprKind::And(parts) => {
                Val::Truth(parts.iter().fold(Truth::True, |t, p| t.and(self.truth(p, env))))
            }
            ExprKind::Or(parts) => {
                Val::Truth(parts.iter().fold(Truth::False, |t, p| t.or(self.truth(p, env))))
            }
            ExprKind::Compare { op, left, right } => {
                let (l, r) = (self.value(left, env), self.value(right, env));
                let (lo, ro) = (left.optional, right.optional);
                Val::Truth(match (l, r) {
                    (Val::Number(a), Val::Number(b)) => number::compare(*op, a, b, lo, ro),
                    (Val::Duration(a, da), Val::Duration(b, db)) => {
                        number::compare_duration_options(*op, (a, da, lo), (b, db, ro))
                    }
                    (l, r) => match (as_code(l), as_code(r)) {
                        (UNLISTED, UNLISTED) => Truth::Unknown,
                        (a, b) => number::compare_codes(*op, a, b, lo, ro),
                    },
                })
            }
            ExprKind::In { item, set } => {
                let code = self.code(item, env);
                Val::Truth(match set {
                    SetExpr::Extent(kind) => self.is_record(*kind, code),
                    _ => self.members(set, env).contains(code),
                })
            }
            ExprKind::Quantified { quantifier, var, set, filter, body } => {
                Val::Truth(self.quantified(*quantifier, *var, set, filter.as_deref(), body, env))
            }
            ExprKind::Aggregated { aggregate, var, set, filter, body } => {
                Val::Number(self.aggregated(*aggregate, *var, set, filter.as_deref(), body.as_deref(), env))
            }
            ExprKind::Arith { op, left, right } => {
                let l = self.number(left, env);
                if let Val::Duration(code, duration) = self.value(right, env) {
                    return Val::Number(shift(*op, l, (code, duration)));
                }
                let r = self.number(right, env);
                let scale = if expr.ty == Type::Decimal { kijun_facts::value::DECIMAL_ONE } else { 1 };
                Val::Number(number::arith_options(*op, (l, left.optional), (r, right.optional), scale))
            }
            ExprKind::ToDecimal(inner) => {
                let n = self.number(inner, env);
                let one = Interval::point(kijun_facts::value::DECIMAL_ONE);
                Val::Number(number::arith_options(
                    crate::program::ArithOp::Mul,
                    (n, inner.optional),
                    (one, false),
                    1,
                ))
            }
            ExprKind::Related { relation, args } => {
                let codes: Vec<u32> = args.iter().map(|a| self.code(a, env)).collect();
                Val::Truth(self.extents.truth(*relation, &codes))
            }
            ExprKind::Lookup { table, args } => {
                let codes: Vec<u32> = args.iter().map(|a| self.code(a, env)).collect();
                lookup(self.program, self.store, &self.extents.texts, *table, &codes, &expr.ty)
            }
            ExprKind::Named { body, .. } => self.value(body, env),
        }
    }

    fn read(&self, key: CellKey) {
        if let Some(reads) = &self.reads {
            reads.borrow_mut().push(key);
        }
    }

    fn cell(&self, kind: KindId, code: u32, attr: AttrId, ty: &Type) -> Val {
        let Some(table) = self.store.kind(kind) else { return unknown_of(ty) };
        let row = row_of(code, table.len());
        if row < table.len() {
            let key = (kind, row as u32, attr);
            self.read(key);
            if let Some(value) = self.overrides.get(&key) {
                return scalar_value(value, ty, self.store);
            }
        }
        match table.column(attr) {
            Some(Column::Codes(codes)) => {
                let code = codes.get(row).copied().unwrap_or(UNKNOWN);
                if *ty == Type::Duration {
                    Val::Duration(code, self.store.durations.get(code as usize).copied())
                } else {
                    Val::Code(code)
                }
            }
            Some(Column::Numbers { lo, hi }) => match (lo.get(row), hi.get(row)) {
                (Some(lo), Some(hi)) => Val::Number(Interval { lo: *lo, hi: *hi }),
                _ => Val::Number(Interval::UNKNOWN),
            },
            _ => unknown_of(ty),
        }
    }

    pub(crate) fn members(&self, set: &SetExpr, env: &mut Env) -> Members {
        match set {
            SetExpr::Attr { base, kind, attr } => {
                let code = self.code(base, env);
                self.set_cell(*kind, code, *attr)
            }
            SetExpr::Extent(kind) => {
                let Some(table) = self.store.kind(*kind) else { return Members::default() };
                Members {
                    certain: (0..table.len() as u32).collect(),
                    possible: Vec::new(),
                    open: table.register.is_open(),
                }
            }
            SetExpr::Image { relation, args } => {
                let codes: Vec<u32> = args.iter().map(|a| self.code(a, env)).collect();
                self.extents.image(*relation, &codes)
            }
            SetExpr::Literal(items) => Members::of_codes(items.iter().map(|item| self.code(item, env))),
        }
    }

    /// `code in kind`, without listing the records.
    fn is_record(&self, kind: KindId, code: u32) -> Truth {
        let (records, open) = self.store.kind(kind).map_or((0, false), |t| (t.len(), t.register.is_open()));
        match code {
            NONE => Truth::False,
            UNKNOWN if records == 0 && !open => Truth::False,
            UNKNOWN => Truth::Unknown,
            code if (code as usize) < records => Truth::True,
            _ => Truth::of(open).and(Truth::Unknown),
        }
    }

    fn set_cell(&self, kind: KindId, code: u32, attr: AttrId) -> Members {
        let open = Members { open: true, ..Members::default() };
        let Some(table) = self.store.kind(kind) else { return open };
        let row = row_of(code, table.len());
        if row < table.len() {
            let key = (kind, row as u32, attr);
            self.read(key);
            if let Some(value) = self.overrides.get(&key) {
                return set_value(value, self.target(kind, attr), self.store);
            }
        }
        match table.column(attr) {
            Some(Column::Sets(sets)) => Members {
                certain: sets.certain(row).to_vec(),
                possible: sets.possible(row).to_vec(),
                open: sets.is_open(row),
            },
            _ => open,
        }
    }

    /// The kind that the members of a set attribute are records of, if they are.
    fn target(&self, kind: KindId, attr: AttrId) -> Option<KindId> {
        match self.program.schema.attribute(kind, attr)?.ty.element()? {
            Type::Ref(kind) => Some(*kind),
            _ => None,
        }
    }

    /// The members of a set that a condition on them can hold for. A register is searched by key where the condition
    /// ties its records to something else (`k.vendor == v`); the records left out fail that condition.
    pub(crate) fn members_for(
        &self,
        set: &SetExpr,
        var: VarId,
        conditions: &[Option<&Expr>],
        env: &mut Env,
    ) -> Members {
        if let (SetExpr::Extent(kind), true) = (set, self.overrides.is_empty())
            && let Some(found) = self.by_key(*kind, var, conditions, env)
        {
            return found;
        }
        self.members(set, env)
    }

    fn by_key(
        &self,
        kind: KindId,
        var: VarId,
        conditions: &[Option<&Expr>],
        env: &mut Env,
    ) -> Option<Members> {
        let mut keys: Vec<&Expr> = Vec::new();
        conditions.iter().for_each(|c| crate::plan::conjuncts(*c, &mut keys));
        let mut ties = keys.into_iter().filter_map(|key| tie(key, var));
        // A side that is not known, or not bound yet, leaves every record.
        let (attr, code) = ties.find_map(|(attr, outer)| {
            let code = self.code(outer, env);
            (code != UNKNOWN && code != UNLISTED).then_some((attr, code))
        })?;
        let table = self.store.kind(kind)?;
        let index = self.extents.index(table, attr);
        let mut certain: Vec<u32> = index.of(code).iter().chain(index.of(UNKNOWN)).copied().collect();
        certain.sort_unstable();
        Some(Members { certain, possible: Vec::new(), open: table.register.is_open() })
    }

    fn quantified(
        &self,
        quantifier: Quantifier,
        var: VarId,
        set: &SetExpr,
        filter: Option<&Expr>,
        body: &Expr,
        env: &mut Env,
    ) -> Truth {
        let members = match quantifier {
            Quantifier::Any => self.members_for(set, var, &[filter, Some(body)], env),
            Quantifier::All => self.members_for(set, var, &[filter], env),
        };
        let mut result = if quantifier == Quantifier::Any { Truth::False } else { Truth::True };
        for (member, certain) in members.each() {
            Row::bind(env, var, member);
            let inside = if certain { Truth::True } else { Truth::Unknown };
            let holds = inside.and(filter.map_or(Truth::True, |f| self.truth(f, env)));
            let body = if holds == Truth::False { Truth::False } else { self.truth(body, env) };
            result = match quantifier {
                Quantifier::Any => result.or(holds.and(body)),
                Quantifier::All => result.and(holds.negate().or(body)),
            };
        }
        result
    }

    fn aggregated(
        &self,
        aggregate: Aggregate,
        var: VarId,
        set: &SetExpr,
        filter: Option<&Expr>,
        body: Option<&Expr>,
        env: &mut Env,
    ) -> Interval {
        let members = self.members_for(set, var, &[filter], env);
        let mut folded = Fold::default();
        for (member, certain) in members.each() {
            Row::bind(env, var, member);
            let holds = filter.map_or(Truth::True, |f| self.truth(f, env));
            if holds == Truth::False {
                continue;
            }
            let place = if member == UNKNOWN && !certain {
                Place::Unnamed
            } else if certain && holds == Truth::True {
                Place::Sure
            } else {
                Place::Maybe
            };
            match (aggregate, body) {
                (Aggregate::Count, _) | (_, None) => folded.count(place),
                (Aggregate::Share, Some(body)) => {
                    let truth = self.truth(body, env);
                    folded.share(place, truth);
                }
                (_, Some(body)) => {
                    let value = self.number(body, env);
                    folded.value(place, value, body.optional);
                }
            }
        }
        folded.result(aggregate)
    }
}

/// `x.attr == outer`, with the variable on one side only: the attribute and the other side.
fn tie(condition: &Expr, var: VarId) -> Option<(AttrId, &Expr)> {
    let ExprKind::Compare { op: crate::program::CompareOp::Eq, left, right } = &condition.kind else {
        return None;
    };
    if left.ty.is_numeric() || matches!(left.ty, Type::Duration | Type::Bool) {
        return None;
    }
    [(left, right), (right, left)].into_iter().find_map(|(own, outer)| {
        let ExprKind::Attr { base, attr, .. } = &own.kind else { return None };
        let mut outside = true;
        crate::walk::free_vars(outer, &mut |v| outside &= v != var);
        (base.kind == ExprKind::Var(var) && outside).then_some((*attr, &**outer))
    })
}

/// How a member stands in an aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Certain, and the filter holds.
    Sure,
    Maybe,
    /// The members that an open set leaves unnamed.
    Unnamed,
}

/// What aggregates add up, member by member (docs/evaluation.md, "Sets").
#[derive(Debug, Clone)]
pub(crate) struct Fold {
    sure: u64,
    maybe: u64,
    unnamed: bool,
    sum: number::Sum,
    any_value: bool,
    sure_value: bool,
    low: Interval,
    high: Interval,
    sure_true: u64,
    sure_unknown: u64,
    maybe_not_true: u64,
    maybe_not_false: u64,
    unnamed_not_true: bool,
    unnamed_not_false: bool,
}

impl Default for Fold {
    fn default() -> Fold {
        let empty = Interval { lo: i64::MAX, hi: i64::MAX };
        Fold {
            sure: 0,
            maybe: 0,
            unnamed: false,
            sum: number::Sum::ZERO,
            any_value: false,
            sure_value: false,
            low: empty,
            high: Interval { lo: i64::MIN, hi: i64::MIN },
            sure_true: 0,
            sure_unknown: 0,
            maybe_not_true: 0,
            maybe_not_false: 0,
            unnamed_not_true: false,
            unnamed_not_false: false,
        }
    }
}

impl Fold {
    pub(crate) fn count(&mut self, place: Place) {
        match place {
            Place::Sure => self.sure += 1,
            Place::Maybe => self.maybe += 1,
            Place::Unnamed => self.unnamed = true,
        }
    }

    pub(crate) fn share(&mut self, place: Place, truth: Truth) {
        self.count(place);
        let (not_true, not_false) = (truth != Truth::True, truth != Truth::False);
        match place {
            Place::Sure => {
                self.sure_true += u64::from(truth == Truth::True);
                self.sure_unknown += u64::from(truth == Truth::Unknown);
            }
            Place::Maybe => {
                self.maybe_not_true += u64::from(not_true);
                self.maybe_not_false += u64::from(not_false);
            }
            Place::Unnamed => {
                self.unnamed_not_true |= not_true;
                self.unnamed_not_false |= not_false;
            }
        }
    }

    pub(crate) fn value(&mut self, place: Place, value: Interval, optional: bool) {
        self.count(place);
        let may_be_none = value.is_unknown() && optional;
        if !value.is_none() {
            self.any_value = true;
            let spread = if place == Place::Unnamed { Interval::UNKNOWN } else { value };
            if place == Place::Sure && !may_be_none {
                self.sure_value = true;
                self.low = Interval { lo: self.low.lo.min(value.lo), hi: self.low.hi.min(value.hi) };
                self.high = Interval { lo: self.high.lo.max(value.lo), hi: self.high.hi.max(value.hi) };
            } else {
                self.low.lo = self.low.lo.min(spread.lo);
                self.high.hi = self.high.hi.max(spread.hi);
            }
        }
        let term = match place {
            Place::Unnamed => Interval::UNKNOWN,
            _ if value.is_none() => Interval::point(0),
            Place::Sure => value,
            Place::Maybe => Interval { lo: value.lo.min(0), hi: value.hi.max(0) },
        };
        self.sum.add(term);
    }

    pub(crate) fn result(&self, aggregate: Aggregate) -> Interval {
        match aggregate {
            Aggregate::Count => Interval {
                lo: self.sure as i64,
                hi: if self.unnamed { i64::MAX } else { (self.sure + self.maybe) as i64 },
            },
            Aggregate::Sum => self.sum.interval(),
            Aggregate::Min | Aggregate::Max if !self.any_value => Interval::NONE,
            Aggregate::Min | Aggregate::Max if !self.sure_value => Interval::UNKNOWN,
            Aggregate::Min => self.low,
            Aggregate::Max => self.high,
            Aggregate::Share => self.share_result(),
        }
    }

    fn share_result(&self) -> Interval {
        if self.sure == 0 {
            return if self.maybe == 0 && !self.unnamed { Interval::NONE } else { Interval::UNKNOWN };
        }
        let low =
            if self.unnamed_not_true { (0, 1) } else { (self.sure_true, self.sure + self.maybe_not_true) };
        let high = if self.unnamed_not_false {
            (1, 1)
        } else {
            (self.sure_true + self.sure_unknown + self.maybe_not_false, self.sure + self.maybe_not_false)
        };
        number::share(low, high)
    }
}

/// A truth value as the code of a bool.
pub(crate) fn truth_code(truth: Truth) -> u32 {
    match truth {
        Truth::True => 1,
        Truth::False => 0,
        Truth::Unknown => UNKNOWN,
    }
}

/// The row of a reference: records, then the unknown row, then the none row.
pub(crate) fn row_of(code: u32, records: usize) -> usize {
    match code {
        UNKNOWN | UNLISTED => records,
        NONE => records + 1,
        code => (code as usize).min(records),
    }
}

fn as_code(val: Val) -> u32 {
    match val {
        Val::Code(c) | Val::Duration(c, _) => c,
        Val::Truth(t) => truth_code(t),
        Val::Number(_) => UNKNOWN,
    }
}

pub(crate) fn unknown_of(ty: &Type) -> Val {
    match ty {
        ty if ty.is_numeric() => Val::Number(Interval::UNKNOWN),
        Type::Duration => Val::Duration(UNKNOWN, None),
        _ => Val::Code(UNKNOWN),
    }
}

pub(crate) fn none_of(ty: &Type) -> Val {
    match ty {
        ty if ty.is_numeric() => Val::Number(Interval::NONE),
        Type::Duration => Val::Duration(NONE, None),
        _ => Val::Code(NONE),
    }
}

/// A code that no fact has: equal to nothing, and known.
const NO_SUCH: u32 = u32::MAX - 2;

/// A record that an open register does not list, where the head of a relation's rule ranges over it: like ⊥, but
/// no listed record equals it.
pub(crate) const UNLISTED: u32 = u32::MAX - 3;

/// Whether two codes of records are the same.
pub(crate) fn same_code(a: u32, b: u32) -> Truth {
    match (a, b) {
        (UNKNOWN, _) | (_, UNKNOWN) | (UNLISTED, UNLISTED) => Truth::Unknown,
        _ => Truth::of(a == b),
    }
}

pub(crate) fn constant(c: &Const, store: &Store, texts: &Texts) -> Val {
    let text = |t: &str| {
        let code = store.symbols.find(t).map(|s| s.0).or_else(|| texts.get(t).copied());
        Val::Code(code.unwrap_or(NO_SUCH))
    };
    match c {
        Const::Bool(b) => Val::Truth(Truth::of(*b)),
        Const::Int(n) | Const::Decimal(n) => Val::Number(Interval::point(*n)),
        Const::Text(t) | Const::Requirement(t) => text(t),
        Const::Date(d) => Val::Number(Interval { lo: i64::from(d.first), hi: i64::from(d.last) }),
        Const::Duration(d) => Val::Duration(NO_SUCH, Some(*d)),
        Const::Country(c) => Val::Code(kijun_facts::store::country_code(*c)),
        Const::Enum(code) => Val::Code(*code),
    }
}

/// The value of a table's cell.
pub(crate) fn lookup(
    program: &Program,
    store: &Store,
    texts: &Texts,
    table: crate::program::TableId,
    codes: &[u32],
    ty: &Type,
) -> Val {
    let Some(table) = program.table(table) else { return unknown_of(ty) };
    if table.mark.is_weak() || codes.iter().any(|c| *c >= NONE) {
        return unknown_of(ty);
    }
    let found = table.cells.binary_search_by(|(key, _)| key.as_slice().cmp(codes)).ok();
    match found.and_then(|i| table.cells.get(i)).and_then(|(_, value)| value.as_ref()) {
        Some(c) => constant(c, store, texts),
        None => unknown_of(ty),
    }
}

/// A date moved by a duration (its code, for none, and its value): none gives none, unknown gives unknown.
pub(crate) fn shift(
    op: crate::program::ArithOp,
    date: Interval,
    (code, duration): (u32, Option<Duration>),
) -> Interval {
    if date.is_none() || code == NONE {
        return Interval::NONE;
    }
    let Some(duration) = duration.filter(|_| !date.is_unknown()) else { return Interval::UNKNOWN };
    let sign = if op == crate::program::ArithOp::Sub { -1 } else { 1 };
    number::shift(date, duration, sign)
}

/// A stated value, as columns would hold it.
pub(crate) fn scalar_value(value: &Value, ty: &Type, store: &Store) -> Val {
    match value {
        Value::None => none_of(ty),
        Value::Scalar(Scalar::Duration(d)) => Val::Duration(NO_SUCH, Some(*d)),
        Value::Scalar(s) if ty.is_numeric() => {
            let (lo, hi) = number_bounds(*s);
            Val::Number(Interval { lo, hi })
        }
        Value::Scalar(Scalar::Ref(id)) => match ty {
            Type::Ref(kind) => {
                let row = store.kind(*kind).and_then(|t| t.find(*id));
                Val::Code(row.unwrap_or(UNKNOWN))
            }
            _ => Val::Code(UNKNOWN),
        },
        Value::Scalar(s) => Val::Code(store.code(*s).unwrap_or(UNKNOWN)),
        Value::Unknown | Value::Set { .. } => unknown_of(ty),
    }
}

pub(crate) fn set_value(value: &Value, target: Option<KindId>, store: &Store) -> Members {
    let codes = |scalars: &[Scalar]| -> Vec<u32> {
        scalars
            .iter()
            .filter_map(|s| match (s, target) {
                (Scalar::Ref(id), Some(kind)) => store.kind(kind)?.find(*id),
                _ => store.code(*s),
            })
            .collect()
    };
    match value {
        Value::Set { certain, possible, open } => {
            Members { certain: codes(certain), possible: codes(possible), open: *open }
        }
        Value::None => Members::default(),
        Value::Unknown | Value::Scalar(_) => Members { open: true, ..Members::default() },
    }
}
