//! Kleene's three truth values and the values of expressions.

use std::collections::BTreeSet;

use kijun_engine::program::CompareOp;
use kijun_facts::{Duration, KindId};

/// "Truth is Kleene's: F < U < T; `and` is min, `or` is max, `not` swaps T and F."
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    F,
    U,
    T,
}

use Truth::{F, T, U};

impl Truth {
    pub(crate) fn of(holds: bool) -> Truth {
        if holds { T } else { F }
    }

    pub(crate) fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    pub(crate) fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    pub(crate) fn not(self) -> Truth {
        match self {
            T => F,
            U => U,
            F => T,
        }
    }
}

/// A known value that is compared as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    Bool(bool),
    Text(String),
    Country([u8; 2]),
    Requirement(String),
    Enum(u32),
    Record(KindId, u32),
    Duration(Duration),
    /// A number as the member of a literal set.
    Number(i64),
}

/// "Numbers and dates are intervals; an unknown one is (-∞, ∞)." `None` is an open bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Interval {
    pub(crate) lo: Option<i64>,
    pub(crate) hi: Option<i64>,
}

impl Interval {
    pub(crate) const UNKNOWN: Interval = Interval { lo: None, hi: None };

    pub(crate) fn point(value: i64) -> Interval {
        Interval { lo: Some(value), hi: Some(value) }
    }

    /// The single value, when there is only one.
    pub(crate) fn single(self) -> Option<i64> {
        if self.lo == self.hi { self.lo } else { None }
    }

    /// "An interval comparison is T or F when every pair of values agrees, else U."
    fn less(self, other: Interval) -> Truth {
        if matches!((self.hi, other.lo), (Some(a), Some(b)) if a < b) {
            T
        } else if matches!((self.lo, other.hi), (Some(a), Some(b)) if a >= b) {
            F
        } else {
            U
        }
    }

    fn less_or_equal(self, other: Interval) -> Truth {
        other.less(self).not()
    }

    /// "Equality of intervals is T only for two equal single points."
    fn equal(self, other: Interval) -> Truth {
        let below = matches!((self.hi, other.lo), (Some(a), Some(b)) if a < b);
        let above = matches!((self.lo, other.hi), (Some(a), Some(b)) if a > b);
        if below || above {
            F
        } else {
            match (self.single(), other.single()) {
                (Some(a), Some(b)) => Truth::of(a == b),
                _ => U,
            }
        }
    }
}

/// The value of an expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Val {
    None,
    /// ⊥: "a record, or code, that we do not know".
    Unknown,
    /// A record that an open register does not list: other than every record that it lists.
    Unlisted,
    Code(Code),
    Num(Interval),
}

impl Val {
    pub(crate) fn truth(truth: Truth) -> Val {
        match truth {
            T => Val::Code(Code::Bool(true)),
            F => Val::Code(Code::Bool(false)),
            U => Val::Unknown,
        }
    }

    pub(crate) fn point(value: i64) -> Val {
        Val::Num(Interval::point(value))
    }

    /// Nothing at all is known of it.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Val::Unknown | Val::Unlisted | Val::Num(Interval::UNKNOWN))
    }

    /// "A bool attribute as a condition: true T, false F, unknown U, none F."
    pub(crate) fn as_condition(&self) -> Truth {
        match self {
            Val::Code(Code::Bool(b)) => Truth::of(*b),
            Val::None => F,
            _ => U,
        }
    }
}

/// One side of a comparison.
pub(crate) struct Operand {
    pub(crate) value: Val,
    /// The static flag of the expression: "An unknown one whose expression may be none *may be none*."
    pub(crate) optional: bool,
}

impl Operand {
    /// Whether it is none, as far as we know.
    fn is_none(&self) -> Truth {
        match &self.value {
            Val::None => T,
            v if v.is_unknown() && self.optional => U,
            _ => F,
        }
    }
}

/// "Comparison is decided over every value the operands may have".
pub(crate) fn compare(op: CompareOp, left: &Operand, right: &Operand) -> Truth {
    match op {
        CompareOp::Eq => equal(left, right),
        CompareOp::Ne => equal(left, right).not(),
        CompareOp::Lt => ordered(&left.value, &right.value, Interval::less),
        CompareOp::Le => ordered(&left.value, &right.value, Interval::less_or_equal),
        CompareOp::Gt => ordered(&right.value, &left.value, Interval::less),
        CompareOp::Ge => ordered(&right.value, &left.value, Interval::less_or_equal),
    }
}

/// "`==` of a value and none is F, of none and none T"; "⊥ == none is U if the expression may be none, else F."
fn equal(left: &Operand, right: &Operand) -> Truth {
    if left.value == Val::None {
        return right.is_none();
    }
    if right.value == Val::None {
        return left.is_none();
    }
    same(&left.value, &right.value)
}

/// Equality of two values neither of which is none. "Known codes compare by identity"; "Two unknown codes
/// (⊥ == ⊥, even of the same cell) are U."
pub(crate) fn same(left: &Val, right: &Val) -> Truth {
    match (left, right) {
        (Val::None, _) | (_, Val::None) => Truth::of(left == right),
        (Val::Num(a), Val::Num(b)) => a.equal(*b),
        (Val::Code(Code::Duration(a)), Val::Code(Code::Duration(b))) => {
            difference(*a, *b).equal(Interval::point(0))
        }
        (Val::Code(a), Val::Code(b)) => Truth::of(a == b),
        (Val::Unlisted, Val::Code(Code::Record(..))) | (Val::Code(Code::Record(..)), Val::Unlisted) => F,
        _ => U,
    }
}

/// "`<`, `<=`, `>`, `>=` with a none operand are F"; "ordered enums by declaration order".
fn ordered(left: &Val, right: &Val, decide: fn(Interval, Interval) -> Truth) -> Truth {
    match (left, right) {
        (Val::None, _) | (_, Val::None) => F,
        (Val::Num(a), Val::Num(b)) => decide(*a, *b),
        (Val::Code(Code::Enum(a)), Val::Code(Code::Enum(b))) => {
            decide(Interval::point(i64::from(*a)), Interval::point(i64::from(*b)))
        }
        (Val::Code(Code::Duration(a)), Val::Code(Code::Duration(b))) => {
            decide(difference(*a, *b), Interval::point(0))
        }
        _ => U,
    }
}

/// "Durations compare after taking their difference: equal months compare by days, equal days by months;
/// otherwise by the bounds 28 to 31 days a month." The difference in days.
fn difference(left: Duration, right: Duration) -> Interval {
    let months = i64::from(left.months) - i64::from(right.months);
    let days = i64::from(left.days) - i64::from(right.days);
    let (a, b) = (28 * months + days, 31 * months + days);
    Interval { lo: Some(a.min(b)), hi: Some(a.max(b)) }
}

/// "A set has certain members, possible members and may be open."
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Members {
    pub(crate) certain: BTreeSet<Code>,
    pub(crate) possible: BTreeSet<Code>,
    pub(crate) open: bool,
}

impl Members {
    pub(crate) fn unknown() -> Members {
        Members { certain: BTreeSet::new(), possible: BTreeSet::new(), open: true }
    }

    pub(crate) fn empty() -> Members {
        Members { certain: BTreeSet::new(), possible: BTreeSet::new(), open: false }
    }

    /// "`x in S`: none F. Known: certain T, possible U, else U if open, else F. ⊥: U if S has any member or is
    /// open, else F."
    pub(crate) fn holds(&self, item: &Val) -> Truth {
        let code = match item {
            Val::None => return F,
            Val::Code(code) => Some(code.clone()),
            Val::Num(n) => n.single().map(Code::Number),
            Val::Unknown | Val::Unlisted => None,
        };
        let Some(code) = code else {
            return if self.open || !self.certain.is_empty() || !self.possible.is_empty() { U } else { F };
        };
        if self.certain.contains(&code) {
            T
        } else if self.possible.contains(&code) || self.open {
            U
        } else {
            F
        }
    }
}
