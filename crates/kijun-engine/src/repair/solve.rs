//! What would make an expression true or false, or bring it to a goal: alternatives worked out in one state of
//! the facts. Sets and relations have modules of their own.

use kijun_facts::store::NONE;
use kijun_facts::{AttrId, Duration, KindId, Type, Value};

use super::change::{Alternatives, MAX_CHANGES, bounded, nothing_to_do, product};
use super::goal::{Goal, finite, greatest_day, least_day, negated, number_goals, other_operand, scale_of};
use super::sets::{Asked, Drawn};
use super::values::{Known, literals, values_of};
use super::{Cell, Change, Datum, NEW_RECORD};
use crate::assess::environment;
use crate::assessment::SubjectRef;
use crate::program::{ArithOp, Check, CompareOp, Const, Expr, ExprKind, Quantifier};
use crate::row::{Env, Row};
use crate::truth::Truth;
use crate::val::Val;

/// Values of a cell that are found by trying, and values that could join a set, of which no more are kept.
pub(super) const MAX_REPOINTED: usize = 4;
/// How many expressions that need a change are worked on for one outcome; further ones count as out of reach.
const MAX_STEPS: usize = 5_000;

/// Whether references between known records may be rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum References {
    Kept,
    Free,
}

/// Works out alternatives in one state of the facts.
pub(super) struct Solver<'r> {
    pub(super) row: Row<'r>,
    pub(super) references: References,
    /// Relations that are being derived.
    pub(super) depth: std::cell::Cell<usize>,
    /// Expressions worked on so far, for the whole search.
    pub(super) steps: &'r std::cell::Cell<usize>,
}

impl<'r> Solver<'r> {
    pub(super) fn new(row: Row<'r>, references: References, steps: &'r std::cell::Cell<usize>) -> Solver<'r> {
        Solver { row, references, depth: std::cell::Cell::new(0), steps }
    }

    /// What would satisfy every `require`. A `where` is true of what is violated, unless facts are in conflict;
    /// it has to be so again.
    pub(super) fn check(&self, check: &Check, subject: SubjectRef) -> Alternatives {
        let mut env = environment(check.subject, subject);
        let condition = check.condition.as_ref();
        let applies = condition.map_or_else(nothing_to_do, |c| self.solve(c, true, &mut env));
        let each = check.requires.iter().map(|r| self.solve(&r.condition, true, &mut env));
        each.fold(applies, |all, one| product(&all, &one))
    }

    /// What would give an expression this truth.
    pub(super) fn solve(&self, expr: &Expr, wanted: bool, env: &mut Env) -> Alternatives {
        if self.row.truth(expr, env) == Truth::of(wanted) {
            return nothing_to_do();
        }
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS {
            return Vec::new();
        }
        match &expr.kind {
            ExprKind::Not(inner) => self.solve(inner, !wanted, env),
            ExprKind::Named { body, .. } => self.solve(body, wanted, env),
            ExprKind::And(parts) if wanted => self.every(parts, true, env),
            ExprKind::Or(parts) if !wanted => self.every(parts, false, env),
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                bounded(parts.iter().flat_map(|p| self.solve(p, wanted, env)).collect())
            }
            ExprKind::Quantified { quantifier, var, set, filter, body } => {
                let drawn = Drawn { var: *var, set, filter: filter.as_deref() };
                let asked = Asked::Truth(body, wanted);
                let found = match (quantifier, wanted) {
                    (Quantifier::Any, true) | (Quantifier::All, false) => self.exists(drawn, asked, env),
                    (Quantifier::Any, false) | (Quantifier::All, true) => self.for_all(drawn, asked, env),
                };
                self.or_in_words(found, expr, wanted, env)
            }
            _ => self.leaf(expr, wanted, env),
        }
    }

    fn every(&self, parts: &[Expr], wanted: bool, env: &mut Env) -> Alternatives {
        parts.iter().fold(nothing_to_do(), |all, p| product(&all, &self.solve(p, wanted, env)))
    }

    fn leaf(&self, expr: &Expr, wanted: bool, env: &mut Env) -> Alternatives {
        let mut found = match &expr.kind {
            ExprKind::Attr { .. } => self.reach(expr, &Goal::Is(Datum::Const(Const::Bool(wanted))), env),
            ExprKind::Compare { op, left, right } => {
                let op = if wanted { *op } else { negated(*op) };
                self.compare(op, left, right, is_join(expr), env)
            }
            ExprKind::In { item, set } => self.membership(item, set, wanted, env),
            ExprKind::Related { relation, args } => {
                let codes: Vec<u32> = args.iter().map(|a| self.row.code(a, env)).collect();
                self.related(*relation, args, &codes, wanted)
            }
            _ => Vec::new(),
        };
        if self.references == References::Free || !is_join(expr) {
            found.extend(self.trials(expr, wanted, env, |ty| matches!(ty, Type::Ref(_))));
        }
        if found.is_empty() {
            found = self.trials(expr, wanted, env, |ty| matches!(ty, Type::Bool | Type::Enum(_)));
        }
        self.or_in_words(bounded(found), expr, wanted, env)
    }

    /// At least the place of the condition and the cells that it reads, when nothing better is known.
    fn or_in_words(&self, found: Alternatives, expr: &Expr, holds: bool, env: &mut Env) -> Alternatives {
        if !found.is_empty() {
            return found;
        }
        let cells = self.cells(expr, env);
        let is_whole = matches!(expr.kind, ExprKind::Quantified { .. } | ExprKind::Related { .. });
        if cells.is_empty() && !is_whole {
            return Vec::new();
        }
        vec![vec![Change::Condition { cells, span: expr.span, holds }]]
    }

    /// The cells that an expression reads, once each.
    fn cells(&self, expr: &Expr, env: &mut Env) -> Vec<Cell> {
        let mut row = self.fresh();
        row.reads = Some(std::cell::RefCell::new(Vec::new()));
        row.value(expr, env);
        let reads = row.reads.map(std::cell::RefCell::into_inner).unwrap_or_default();
        let mut cells: Vec<Cell> =
            reads.into_iter().map(|(kind, row, attr)| Cell { kind, row, attr }).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.truncate(MAX_CHANGES);
        cells
    }

    pub(super) fn known(&self) -> Known<'r> {
        Known { store: self.row.store, texts: &self.row.extents.texts }
    }

    /// The same state of the facts, to be changed.
    pub(super) fn fresh(&self) -> Row<'r> {
        let mut row = Row::new(self.row.program, self.row.store, self.row.today, self.row.extents);
        row.overrides.clone_from(&self.row.overrides);
        row
    }

    pub(super) fn attribute_type(&self, kind: KindId, attr: AttrId) -> Option<&'r Type> {
        self.row.program.schema.attribute(kind, attr).map(|a| &a.ty)
    }

    /// Values of the cells that an expression reads which would give it this truth, found by trying.
    fn trials(&self, expr: &Expr, wanted: bool, env: &mut Env, of: impl Fn(&Type) -> bool) -> Alternatives {
        let mut found = Vec::new();
        for cell in self.cells(expr, env) {
            let Some(ty) = self.attribute_type(cell.kind, cell.attr).filter(|ty| of(ty)) else { continue };
            let mut hits = 0;
            for value in values_of(self.row.program, self.known(), ty) {
                let Some(scalar) = self.known().scalar(&value) else { continue };
                let mut row = self.fresh();
                row.overrides.insert(cell.key(), Value::Scalar(scalar));
                if hits < MAX_REPOINTED && row.truth(expr, env) == Truth::of(wanted) {
                    hits += 1;
                    found.push(vec![Change::Set { cell, value }]);
                }
            }
        }
        found
    }

    /// Changes of either side; what is constant, and today, do not change.
    fn compare(&self, op: CompareOp, left: &Expr, right: &Expr, join: bool, env: &mut Env) -> Alternatives {
        let mut found = Vec::new();
        for (side, other, op) in [(left, right, op), (right, left, op.mirrored())] {
            let ties = join && self.references == References::Kept && self.row.code(side, env) < NONE;
            if ties {
                continue;
            }
            for goal in self.goals(op, side, other, env) {
                found.extend(self.reach(side, &goal, env));
            }
        }
        found
    }

    /// What one side of a comparison should become, given the other.
    fn goals(&self, op: CompareOp, side: &Expr, other: &Expr, env: &mut Env) -> Vec<Goal> {
        if side.ty.is_numeric() && !matches!(other.kind, ExprKind::None) {
            return number_goals(op, &side.ty, self.row.number(other, env));
        }
        let Some(value) = self.datum_of(other, env) else { return Vec::new() };
        let next = |c: &Const, by: i32| match c {
            Const::Enum(code) => {
                let code = u32::try_from(i64::from(*code) + i64::from(by)).ok()?;
                let exists = literals(self.row.program, &side.ty) > code as usize;
                exists.then_some(Const::Enum(code))
            }
            Const::Duration(d) => {
                Some(Const::Duration(Duration { months: d.months, days: d.days.checked_add(by)? }))
            }
            _ => None,
        };
        let goal = match (op, value) {
            (CompareOp::Eq, value) => Some(Goal::Is(value)),
            (CompareOp::Ne, Datum::Const(Const::Bool(b))) => Some(Goal::Is(Datum::Const(Const::Bool(!b)))),
            (CompareOp::Ne, value) => Some(Goal::Not(vec![value])),
            (CompareOp::Ge, Datum::Const(c)) => Some(Goal::AtLeast(c)),
            (CompareOp::Le, Datum::Const(c)) => Some(Goal::AtMost(c)),
            (CompareOp::Gt, Datum::Const(c)) => next(&c, 1).map(Goal::AtLeast),
            (CompareOp::Lt, Datum::Const(c)) => next(&c, -1).map(Goal::AtMost),
            _ => None,
        };
        goal.into_iter().collect()
    }

    /// The known value of an expression, numbers aside.
    pub(super) fn datum_of(&self, expr: &Expr, env: &mut Env) -> Option<Datum> {
        match &expr.kind {
            ExprKind::Const(c) => Some(Datum::Const(c.clone())),
            ExprKind::None => Some(Datum::None),
            ExprKind::Named { body, .. } => self.datum_of(body, env),
            _ => match self.row.value(expr, env) {
                Val::Truth(Truth::Unknown) | Val::Number(_) => None,
                Val::Truth(t) => Some(Datum::Const(Const::Bool(t == Truth::True))),
                Val::Duration(_, Some(d)) => Some(Datum::Const(Const::Duration(d))),
                Val::Code(code) | Val::Duration(code, None) => self.known().datum(&expr.ty, code),
            },
        }
    }

    /// What would bring an expression to a goal.
    pub(super) fn reach(&self, expr: &Expr, goal: &Goal, env: &mut Env) -> Alternatives {
        match &expr.kind {
            ExprKind::Attr { base, kind, attr } => {
                let row = self.row.code(base, env);
                let exists =
                    row == NEW_RECORD || self.row.store.kind(*kind).is_some_and(|t| (row as usize) < t.len());
                let cell = Cell { kind: *kind, row, attr: *attr };
                if exists { vec![vec![goal.change(cell)]] } else { Vec::new() }
            }
            ExprKind::Named { body, .. } => self.reach(body, goal, env),
            ExprKind::ToDecimal(inner) => {
                let one = i128::from(kijun_facts::value::DECIMAL_ONE);
                let scaled =
                    goal.number().map(i128::from).map(|n| (-(-n).div_euclid(one), n.div_euclid(one)));
                let inner_goal = scaled.and_then(|(low, high)| goal.moved(&inner.ty, low, high, false));
                inner_goal.map_or_else(Vec::new, |g| self.reach(inner, &g, env))
            }
            ExprKind::Arith { op, left, right } => self.arith(*op, left, right, goal, env),
            ExprKind::Aggregated { aggregate, var, set, filter, body } => {
                let drawn = Drawn { var: *var, set, filter: filter.as_deref() };
                let value = self.row.number(expr, env);
                self.aggregate(*aggregate, drawn, body.as_deref(), value, goal, env)
            }
            _ => match goal {
                Goal::Is(Datum::Const(Const::Bool(b))) => self.solve(expr, *b, env),
                _ => Vec::new(),
            },
        }
    }

    /// A sum, difference or product reaches its goal through either operand.
    fn arith(&self, op: ArithOp, left: &Expr, right: &Expr, goal: &Goal, env: &mut Env) -> Alternatives {
        let Some(n) = goal.number() else { return Vec::new() };
        if let Val::Duration(_, duration) = self.row.value(right, env) {
            let sign = if op == ArithOp::Sub { -1 } else { 1 };
            let moved = duration.and_then(|d| {
                let (low, high) = (least_day(n, d, sign)?, greatest_day(n, d, sign)?);
                goal.moved(&left.ty, low.into(), high.into(), false)
            });
            return moved.map_or_else(Vec::new, |g| self.reach(left, &g, env));
        }
        let (l, r) = (self.row.number(left, env), self.row.number(right, env));
        let mut found = Vec::new();
        if let Some((low, high)) = other_operand(op, n, r, scale_of(&left.ty)) {
            let moved = goal.moved(&left.ty, low, high, false);
            found.extend(moved.map_or_else(Vec::new, |g| self.reach(left, &g, env)));
        }
        let turned = op == ArithOp::Sub;
        // a - b >= n is b <= a - n: the goal turns around.
        let bounds = if turned {
            finite(l).map(|(lo, hi)| (hi - i128::from(n), lo - i128::from(n)))
        } else {
            other_operand(op, n, l, scale_of(&right.ty))
        };
        if let Some((low, high)) = bounds {
            let moved = goal.moved(&right.ty, low, high, turned);
            found.extend(moved.map_or_else(Vec::new, |g| self.reach(right, &g, env)));
        }
        found
    }
}

/// Whether an expression ties two records together, as `t.system == s` does.
fn is_join(expr: &Expr) -> bool {
    let ExprKind::Compare { left, right, .. } = &expr.kind else { return false };
    let is_reference = |e: &Expr| matches!(e.ty, Type::Ref(_)) && !matches!(e.kind, ExprKind::None);
    is_reference(left) && is_reference(right)
}
