//! Evaluation of one row at a time: for the rules of relations, for what disagrees, and for proofs.
//! Columns do the bulk ([`crate::columns`]); both follow docs/evaluation.md and must agree.

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{AttrId, Column, KindId, Store, Type, Value};
use rustc_hash::FxHashMap;

use crate::extents::Extents;
use crate::fold::{Fold, Place};
use crate::number::{self, Interval};
use crate::program::{Aggregate, Expr, ExprKind, Program, Quantifier, SetExpr, VarId};
use crate::truth::Truth;
use crate::val::{
    Members, UNLISTED, Val, as_code, constant, lookup, none_of, row_of, scalar_value, set_value, shift,
    truth_code, unknown_of,
};

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
