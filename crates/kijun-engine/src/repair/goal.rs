//! What a value should become, and how such a goal passes through comparisons and arithmetic to an operand.

use kijun_facts::{Date, Duration, Type};

use super::change::size;
use super::{Cell, Change, Datum};
use crate::number::{Interval, shift_day};
use crate::program::{ArithOp, CompareOp, Const};

/// What a value should become.
#[derive(Debug, Clone)]
pub(super) enum Goal {
    Is(Datum),
    Not(Vec<Datum>),
    AtLeast(Const),
    AtMost(Const),
}

impl Goal {
    pub(super) fn change(&self, cell: Cell) -> Change {
        match self.clone() {
            Goal::Is(value) => Change::Set { cell, value },
            Goal::Not(values) => Change::OtherThan { cell, values },
            Goal::AtLeast(bound) => Change::AtLeast { cell, bound },
            Goal::AtMost(bound) => Change::AtMost { cell, bound },
        }
    }

    /// The number in it, when it is about numbers.
    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Goal::Is(Datum::Const(c)) | Goal::AtLeast(c) | Goal::AtMost(c) => size(c),
            _ => None,
        }
    }

    /// The same goal for another expression: a bound from below or above, or a single number.
    pub(super) fn moved(&self, ty: &Type, low: i128, high: i128, turned: bool) -> Option<Goal> {
        let at = |n: i128| number_const(ty, i64::try_from(n).ok()?);
        match (self, turned) {
            (Goal::AtLeast(_), false) | (Goal::AtMost(_), true) => Some(Goal::AtLeast(at(low)?)),
            (Goal::AtMost(_), false) | (Goal::AtLeast(_), true) => Some(Goal::AtMost(at(high)?)),
            (Goal::Is(_), _) if low == high => Some(Goal::Is(Datum::Const(at(low)?))),
            _ => None,
        }
    }

    pub(super) fn is_reached(&self, value: Interval) -> bool {
        let Some(n) = self.number() else { return false };
        !value.is_none()
            && match self {
                Goal::AtLeast(_) => value.lo >= n,
                Goal::AtMost(_) => value.hi <= n,
                _ => value == Interval::point(n),
            }
    }
}

fn number_const(ty: &Type, n: i64) -> Option<Const> {
    match ty {
        Type::Int => Some(Const::Int(n)),
        Type::Decimal => Some(Const::Decimal(n)),
        Type::Date => Some(Const::Date(Date::day(i32::try_from(n).ok()?))),
        _ => None,
    }
}

pub(super) fn negated(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Ne,
        CompareOp::Ne => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Ge,
        CompareOp::Ge => CompareOp::Lt,
        CompareOp::Le => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Le,
    }
}

pub(super) fn number_goals(op: CompareOp, ty: &Type, other: Interval) -> Vec<Goal> {
    if other.is_none() {
        return match op {
            CompareOp::Eq => vec![Goal::Is(Datum::None)],
            CompareOp::Ne => vec![Goal::Not(vec![Datum::None])],
            _ => Vec::new(),
        };
    }
    let at = |n: i64, by: i64| match n {
        i64::MIN | i64::MAX => None,
        n => number_const(ty, n.checked_add(by)?),
    };
    let least = |by| at(other.hi, by).map(Goal::AtLeast);
    let most = |by| at(other.lo, by).map(Goal::AtMost);
    let goals = match op {
        CompareOp::Ge => [least(0), None],
        CompareOp::Gt => [least(1), None],
        CompareOp::Le => [most(0), None],
        CompareOp::Lt => [most(-1), None],
        CompareOp::Ne => [least(1), most(-1)],
        CompareOp::Eq if other.lo == other.hi => [at(other.lo, 0).map(|c| Goal::Is(Datum::Const(c))), None],
        CompareOp::Eq => [None, None],
    };
    goals.into_iter().flatten().collect()
}

pub(super) fn finite(n: Interval) -> Option<(i128, i128)> {
    let open = n.lo == i64::MIN || n.hi == i64::MAX || n.is_none();
    (!open).then_some((n.lo.into(), n.hi.into()))
}

pub(super) fn scale_of(ty: &Type) -> i128 {
    if *ty == Type::Decimal { kijun_facts::value::DECIMAL_ONE.into() } else { 1 }
}

/// For `x op other`: the least `x` that gives at least `n`, and the greatest that gives at most `n`.
pub(super) fn other_operand(op: ArithOp, n: i64, other: Interval, scale: i128) -> Option<(i128, i128)> {
    let (lo, hi) = finite(other)?;
    let n = i128::from(n);
    match op {
        ArithOp::Add => Some((n - lo, n - hi)),
        ArithOp::Sub => Some((n + hi, n + lo)),
        ArithOp::Mul if lo == hi && lo > 0 => {
            let whole = n.checked_mul(scale)?;
            Some((-(-whole).div_euclid(lo), whole.div_euclid(lo)))
        }
        ArithOp::Mul => None,
    }
}

/// The first day that, moved by a duration, is not before `day`: the ends of months make inverting inexact by
/// some days, so the neighbours are tried.
pub(super) fn least_day(day: i64, by: Duration, sign: i32) -> Option<i64> {
    let start = shift_day(day, by, -sign).checked_sub(4)?;
    (start..start.checked_add(9)?).find(|d| shift_day(*d, by, sign) >= day)
}

/// The last day that, moved by a duration, is not after `day`.
pub(super) fn greatest_day(day: i64, by: Duration, sign: i32) -> Option<i64> {
    let start = shift_day(day, by, -sign).checked_sub(4)?;
    (start..start.checked_add(9)?).rev().find(|d| shift_day(*d, by, sign) <= day)
}
