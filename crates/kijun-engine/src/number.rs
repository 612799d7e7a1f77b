//! Intervals of numbers and dates, and the comparison of values that may be many or none.

use std::cmp::Ordering;

use kijun_facts::Duration;
use kijun_facts::store::{MINUS_INFINITY, NONE, PLUS_INFINITY, UNKNOWN};

use crate::program::{ArithOp, CompareOp};
use crate::truth::Truth;

/// A closed interval; `lo > hi` is none, infinite bounds are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Interval {
    pub lo: i64,
    pub hi: i64,
}

impl Interval {
    pub const NONE: Interval = Interval { lo: 1, hi: 0 };
    pub const UNKNOWN: Interval = Interval { lo: MINUS_INFINITY, hi: PLUS_INFINITY };

    pub fn point(n: i64) -> Interval {
        Interval { lo: n, hi: n }
    }

    pub fn is_none(self) -> bool {
        self.lo > self.hi
    }

    pub fn is_unknown(self) -> bool {
        self == Interval::UNKNOWN
    }
}

/// Which values an operand may have.
#[derive(Clone, Copy)]
struct Possible {
    value: bool,
    none: bool,
}

fn possible(none: bool, unknown: bool, optional: bool) -> Possible {
    Possible { value: !none, none: none || (unknown && optional) }
}

/// The comparison over every combination of value and none that the operands may be.
fn combine(op: CompareOp, l: Possible, r: Possible, values: impl FnOnce() -> Truth) -> Truth {
    let ordering = !matches!(op, CompareOp::Eq | CompareOp::Ne);
    let negated = op == CompareOp::Ne;
    let mut seen: Option<Truth> = None;
    let mut add = |t: Truth| {
        seen = Some(match seen {
            None => t,
            Some(s) if s == t => s,
            Some(_) => Truth::Unknown,
        });
    };
    let eq = |same: bool| if ordering { Truth::False } else { Truth::of(same != negated) };
    if l.none && r.none {
        add(eq(true));
    }
    if (l.value && r.none) || (l.none && r.value) {
        add(eq(false));
    }
    if l.value && r.value {
        add(values());
    }
    seen.unwrap_or(Truth::Unknown)
}

/// Compares intervals; `optional` says whether an unknown operand may be none.
pub fn compare(op: CompareOp, l: Interval, r: Interval, l_optional: bool, r_optional: bool) -> Truth {
    let lp = possible(l.is_none(), l.is_unknown(), l_optional);
    let rp = possible(r.is_none(), r.is_unknown(), r_optional);
    combine(op, lp, rp, || compare_values(op, l, r))
}

fn compare_values(op: CompareOp, l: Interval, r: Interval) -> Truth {
    match op {
        CompareOp::Lt if l.hi < r.lo && l.hi != PLUS_INFINITY && r.lo != MINUS_INFINITY => Truth::True,
        CompareOp::Lt if l.lo >= r.hi && l.lo != MINUS_INFINITY && r.hi != PLUS_INFINITY => Truth::False,
        CompareOp::Lt => Truth::Unknown,
        CompareOp::Gt => compare_values(CompareOp::Lt, r, l),
        CompareOp::Ge => compare_values(CompareOp::Lt, l, r).negate(),
        CompareOp::Le => compare_values(CompareOp::Lt, r, l).negate(),
        CompareOp::Eq => {
            let single = l.lo == l.hi && r.lo == r.hi;
            let apart = compare_values(CompareOp::Lt, l, r) == Truth::True
                || compare_values(CompareOp::Lt, r, l) == Truth::True;
            if apart {
                Truth::False
            } else if single && l.lo == r.lo {
                Truth::True
            } else {
                Truth::Unknown
            }
        }
        CompareOp::Ne => compare_values(CompareOp::Eq, l, r).negate(),
    }
}

/// Compares codes: by identity, or by order for ordered enums.
pub(crate) fn compare_codes(op: CompareOp, l: u32, r: u32, l_optional: bool, r_optional: bool) -> Truth {
    let lp = possible(l == NONE, l == UNKNOWN, l_optional);
    let rp = possible(r == NONE, r == UNKNOWN, r_optional);
    combine(op, lp, rp, || {
        if l == UNKNOWN || r == UNKNOWN { Truth::Unknown } else { of_ordering(op, l.cmp(&r)) }
    })
}

fn of_ordering(op: CompareOp, ordering: Ordering) -> Truth {
    Truth::of(match op {
        CompareOp::Eq => ordering == Ordering::Equal,
        CompareOp::Ne => ordering != Ordering::Equal,
        CompareOp::Lt => ordering == Ordering::Less,
        CompareOp::Le => ordering != Ordering::Greater,
        CompareOp::Gt => ordering == Ordering::Greater,
        CompareOp::Ge => ordering != Ordering::Less,
    })
}

/// Compares durations by their difference; a month has 28 to 31 days.
pub fn compare_durations(op: CompareOp, l: Duration, r: Duration) -> Truth {
    let months = i64::from(l.months) - i64::from(r.months);
    let days = i64::from(l.days) - i64::from(r.days);
    let difference = match (months, days) {
        (m, 0) => Interval::point(m),
        (0, d) => Interval::point(d),
        (m, d) => {
            let (a, b) = (m * 28 + d, m * 31 + d);
            Interval { lo: a.min(b), hi: a.max(b) }
        }
    };
    compare_values(op, difference, Interval::point(0))
}

/// Compares durations that may be unknown or none.
pub(crate) fn compare_duration_options(
    op: CompareOp,
    l: (u32, Option<Duration>, bool),
    r: (u32, Option<Duration>, bool),
) -> Truth {
    let lp = possible(l.0 == NONE, l.0 == UNKNOWN, l.2);
    let rp = possible(r.0 == NONE, r.0 == UNKNOWN, r.2);
    combine(op, lp, rp, || match (l.1, r.1) {
        (Some(a), Some(b)) => compare_durations(op, a, b),
        _ => Truth::Unknown,
    })
}

fn add_bound(a: i64, b: i64, open: i64) -> i64 {
    if a == MINUS_INFINITY || a == PLUS_INFINITY {
        return a;
    }
    if b == MINUS_INFINITY || b == PLUS_INFINITY {
        return b;
    }
    a.checked_add(b).unwrap_or(open)
}

fn negate(i: Interval) -> Interval {
    let flip = |n: i64| match n {
        MINUS_INFINITY => PLUS_INFINITY,
        PLUS_INFINITY => MINUS_INFINITY,
        n => -n,
    };
    Interval { lo: flip(i.hi), hi: flip(i.lo) }
}

pub(crate) fn add(l: Interval, r: Interval) -> Interval {
    Interval { lo: add_bound(l.lo, r.lo, MINUS_INFINITY), hi: add_bound(l.hi, r.hi, PLUS_INFINITY) }
}

/// Arithmetic on intervals; `scale` divides products of decimals. The caller has dealt with none.
pub(crate) fn arith(op: ArithOp, l: Interval, r: Interval, scale: i64) -> Interval {
    match op {
        ArithOp::Add => add(l, r),
        ArithOp::Sub => add(l, negate(r)),
        ArithOp::Mul => multiply(l, r, scale),
    }
}

/// Arithmetic with none: none gives none, an unknown that may be none gives the same.
pub fn arith_options(op: ArithOp, l: (Interval, bool), r: (Interval, bool), scale: i64) -> Interval {
    if l.0.is_none() || r.0.is_none() {
        return Interval::NONE;
    }
    if (l.0.is_unknown() && l.1) || (r.0.is_unknown() && r.1) {
        return Interval::UNKNOWN;
    }
    let result = arith(op, l.0, r.0, scale);
    // Bounds that left 64 bits on both sides must not read as none.
    if result.is_none() { Interval::UNKNOWN } else { result }
}

fn multiply(l: Interval, r: Interval, scale: i64) -> Interval {
    let mut lo = i128::MAX;
    let mut hi = i128::MIN;
    for a in [l.lo, l.hi] {
        for b in [r.lo, r.hi] {
            let (down, up) = product(a, b, scale);
            lo = lo.min(down);
            hi = hi.max(up);
        }
    }
    // A bound that leaves 64 bits opens on its own side: nothing is claimed about it.
    let fits = |n: i128, open: i64| i64::try_from(n).unwrap_or(open);
    Interval { lo: fits(lo, MINUS_INFINITY), hi: fits(hi, PLUS_INFINITY) }
}

/// a·b / scale, rounded down and up; an infinite operand gives a product beyond every bound.
fn product(a: i64, b: i64, scale: i64) -> (i128, i128) {
    let infinite = |n: i64| n == MINUS_INFINITY || n == PLUS_INFINITY;
    if a == 0 || b == 0 {
        return (0, 0);
    }
    if infinite(a) || infinite(b) {
        let bound = if (a > 0) == (b > 0) { i128::MAX } else { i128::MIN };
        return (bound, bound);
    }
    let whole = i128::from(a) * i128::from(b);
    let scale = i128::from(scale);
    let down = whole.div_euclid(scale);
    (down, if whole.rem_euclid(scale) == 0 { down } else { down + 1 })
}

/// A date moved by a duration: months first (to the month's last day at most), then days.
pub fn shift_day(day: i64, by: Duration, sign: i32) -> i64 {
    if day == MINUS_INFINITY || day == PLUS_INFINITY {
        return day;
    }
    let shifted = || {
        let date = kijun_facts::value::civil_of(i32::try_from(day).ok()?)?;
        let months = jiff::Span::new().try_months(i64::from(by.months) * i64::from(sign)).ok()?;
        let days = jiff::Span::new().try_days(i64::from(by.days) * i64::from(sign)).ok()?;
        let date = date.checked_add(months).ok()?.checked_add(days).ok()?;
        Some(i64::from(kijun_facts::value::days_of(date)))
    };
    let forward = (i64::from(by.months) * 30 + i64::from(by.days)) * i64::from(sign) >= 0;
    shifted().unwrap_or(if forward { PLUS_INFINITY } else { MINUS_INFINITY })
}

/// The share of members, in millionths, between two fractions.
pub fn share(low: (u64, u64), high: (u64, u64)) -> Interval {
    let one = u128::from(kijun_facts::value::DECIMAL_ONE as u64);
    let (ln, ld) = (u128::from(low.0), u128::from(low.1).max(1));
    let (hn, hd) = (u128::from(high.0), u128::from(high.1).max(1));
    if ln * hd == hn * ld {
        let rounded = ((2 * ln * one + ld) / (2 * ld)) as i64;
        return Interval::point(rounded);
    }
    Interval { lo: (ln * one / ld) as i64, hi: (hn * one).div_ceil(hd) as i64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_decided_as_soon_as_the_intervals_decide() {
        let i = |lo, hi| Interval { lo, hi };
        assert_eq!(compare(CompareOp::Ge, i(2, 3), i(2, 2), false, false), Truth::True);
        assert_eq!(compare(CompareOp::Ge, i(1, 3), i(2, 2), false, false), Truth::Unknown);
        assert_eq!(compare(CompareOp::Lt, i(2, 3), i(2, 2), false, false), Truth::False);
        assert_eq!(compare(CompareOp::Eq, Interval::NONE, Interval::NONE, true, true), Truth::True);
        assert_eq!(compare(CompareOp::Ne, Interval::NONE, i(1, 1), true, false), Truth::True);
        assert_eq!(compare(CompareOp::Le, Interval::NONE, i(1, 1), true, false), Truth::False);
        assert_eq!(compare(CompareOp::Eq, Interval::UNKNOWN, Interval::NONE, false, true), Truth::False);
        assert_eq!(compare(CompareOp::Eq, Interval::UNKNOWN, Interval::NONE, true, true), Truth::Unknown);
    }

    #[test]
    fn durations_with_months_and_days_compare_where_a_month_decides() {
        let d = |months, days| Duration { months, days };
        assert_eq!(compare_durations(CompareOp::Eq, d(12, 0), d(12, 0)), Truth::True);
        assert_eq!(compare_durations(CompareOp::Lt, d(0, 27), d(1, 0)), Truth::True);
        assert_eq!(compare_durations(CompareOp::Lt, d(0, 30), d(1, 0)), Truth::Unknown);
        assert_eq!(compare_durations(CompareOp::Gt, d(0, 32), d(1, 0)), Truth::True);
    }

    #[test]
    fn a_product_beyond_64_bits_claims_nothing() {
        let huge = multiply(Interval::point(i64::MAX - 1), Interval::point(7), 1);
        assert_eq!(huge, Interval::UNKNOWN);
        let long = multiply(Interval { lo: 1, hi: i64::MAX - 1 }, Interval::point(4), 1);
        assert_eq!(long, Interval { lo: 4, hi: PLUS_INFINITY });
    }

    #[test]
    fn the_end_of_a_month_stays_the_end_of_a_month() {
        let day = |y, m, d| i64::from(kijun_facts::Date::ymd(y, m, d).unwrap().first);
        let month = Duration { months: 1, days: 0 };
        assert_eq!(shift_day(day(2026, 1, 31), month, 1), day(2026, 2, 28));
        assert_eq!(shift_day(day(2026, 3, 31), month, -1), day(2026, 2, 28));
    }
}
