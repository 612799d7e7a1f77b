//! Which dates rules hold against the day of evaluation: read off the rules, whatever the attributes are called.

use std::collections::BTreeSet;

use kijun_facts::{AttrId, Duration, KindId, Type};

use crate::number::shift_day;
use crate::program::{ArithOp, CompareOp, Const, Expr, ExprKind, Program};
use crate::walk;

/// An attribute that some rule compares with today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Limit {
    pub(super) kind: KindId,
    pub(super) attr: AttrId,
    /// Whether the comparison asks that the day has not come yet: it ceases to hold. Else it begins to.
    pub(super) ends: bool,
    /// Whether it asks that the day is still to come: on the date itself it has ceased to hold.
    pub(super) strict: bool,
    /// How much later than the date it acts: `date + 1 year >= today`.
    pub(super) shift: Option<Shift>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shift {
    pub(super) by: Duration,
    later: bool,
}

impl Shift {
    pub(super) fn sign(self) -> i32 {
        if self.later { 1 } else { -1 }
    }
}

impl Limit {
    /// About when the comparison with a date changes.
    pub(super) fn acts(&self, date: i64) -> i64 {
        match self.shift {
            None => date + 1,
            Some(shift) => shift_day(date, shift.by, shift.sign()),
        }
    }
}

/// Those of rules that are evaluated or that others use.
pub(super) fn limits(program: &Program) -> BTreeSet<Limit> {
    let mut found = BTreeSet::new();
    walk::program(program, &mut |e| {
        if let ExprKind::Compare { op, left, right } = &e.kind {
            found.extend(limit(*op, left, right));
            found.extend(limit(op.mirrored(), right, left));
        }
    });
    found
}

/// `date op today`, either with a fixed duration.
fn limit(op: CompareOp, date: &Expr, today: &Expr) -> Option<Limit> {
    let ends = match op {
        CompareOp::Ge | CompareOp::Gt => true,
        CompareOp::Le | CompareOp::Lt => false,
        CompareOp::Eq | CompareOp::Ne => return None,
    };
    let (date, of_date) = moved(date)?;
    let (today, of_today) = moved(today)?;
    let (ExprKind::Attr { kind, attr, .. }, ExprKind::Today) = (&date.kind, &today.kind) else { return None };
    // `date <= today + 6 months` acts half a year before the date.
    let shift = match (of_date, of_today) {
        (None, None) => None,
        (Some(shift), None) => Some(shift),
        (None, Some(Shift { by, later })) => Some(Shift { by, later: !later }),
        (Some(_), Some(_)) => return None,
    };
    let strict = op == CompareOp::Gt;
    (date.ty == Type::Date).then_some(Limit { kind: *kind, attr: *attr, ends, strict, shift })
}

/// An expression without the duration that is added to it or taken from it.
pub(super) fn moved(expr: &Expr) -> Option<(&Expr, Option<Shift>)> {
    match &expr.kind {
        ExprKind::Named { body, .. } => moved(body),
        ExprKind::Arith { op, left, right } => {
            let by = match &right.kind {
                ExprKind::Const(Const::Duration(by)) => *by,
                ExprKind::Named { body, .. } => match &body.kind {
                    ExprKind::Const(Const::Duration(by)) => *by,
                    _ => return None,
                },
                _ => return None,
            };
            let later = match op {
                ArithOp::Add => true,
                ArithOp::Sub => false,
                ArithOp::Mul => return None,
            };
            let (inner, shift) = moved(left)?;
            shift.is_none().then_some((inner, Some(Shift { by, later })))
        }
        _ => Some((expr, None)),
    }
}
