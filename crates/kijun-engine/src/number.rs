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

/// A bound that leaves 64 bits opens on its own side: nothing is claimed about it. The ends of 64 bits are how open bounds are
/// written, so that they are beyond, too.
fn bound(n: i128, open: i64) -> i64 {
    i64::try_from(n).ok().filter(|n| *n != MINUS_INFINITY && *n != PLUS_INFINITY).unwrap_or(open)
}

/// A sum on the way: whole, so that what leaves 64 bits may come back, whatever the order of its terms; `None`: an open bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum {
    lo: Option<i128>,
    hi: Option<i128>,
}

impl Sum {
    pub const ZERO: Sum = Sum { lo: Some(0), hi: Some(0) };

    pub fn add(&mut self, term: Interval) {
        let plus = |sum: Option<i128>, n: i64| sum.zip(end(n)).map(|(a, b)| a + b);
        (self.lo, self.hi) = (plus(self.lo, term.lo), plus(self.hi, term.hi));
    }

    pub fn interval(self) -> Interval {
        let closed = |sum: Option<i128>, open: i64| sum.map_or(open, |n| bound(n, open));
        Interval { lo: closed(self.lo, MINUS_INFINITY), hi: closed(self.hi, PLUS_INFINITY) }
    }
}

/// An end of an interval; `None`: open.
fn end(n: i64) -> Option<i128> {
    (n != MINUS_INFINITY && n != PLUS_INFINITY).then_some(i128::from(n))
}

/// Where an end comes from two: open if one of them is.
fn joined(a: i64, b: i64, open: i64, join: impl Fn(i128, i128) -> i128) -> i64 {
    end(a).zip(end(b)).map_or(open, |(a, b)| bound(join(a, b), open))
}

fn add(l: Interval, r: Interval) -> Interval {
    let plus = |a: i128, b: i128| a + b;
    Interval { lo: joined(l.lo, r.lo, MINUS_INFINITY, plus), hi: joined(l.hi, r.hi, PLUS_INFINITY, plus) }
}

fn subtract(l: Interval, r: Interval) -> Interval {
    let minus = |a: i128, b: i128| a - b;
    Interval { lo: joined(l.lo, r.hi, MINUS_INFINITY, minus), hi: joined(l.hi, r.lo, PLUS_INFINITY, minus) }
}

/// Arithmetic on intervals; `scale` divides products of decimals. The caller has dealt with none.
pub(crate) fn arith(op: ArithOp, l: Interval, r: Interval, scale: i64) -> Interval {
    match op {
        ArithOp::Add => add(l, r),
        ArithOp::Sub => subtract(l, r),
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
    Interval { lo: bound(lo, MINUS_INFINITY), hi: bound(hi, PLUS_INFINITY) }
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

/// Where a date lies that was moved out of the calendar.
enum Beyond {
    Before,
    After,
    /// The months lead out of it on one side and the days back.
    Unclear,
}

/// Months first (to the month's last day at most), then days.
fn moved(day: i64, by: Duration, sign: i32) -> Result<i64, Beyond> {
    let (months, days) = (i64::from(by.months) * i64::from(sign), i64::from(by.days) * i64::from(sign));
    let side = |n: i64| if n > 0 { Beyond::After } else { Beyond::Before };
    let date = i32::try_from(day).ok().and_then(kijun_facts::value::civil_of).ok_or(Beyond::Unclear)?;
    let by_months = jiff::Span::new().try_months(months).ok().and_then(|span| date.checked_add(span).ok());
    let date = by_months.ok_or_else(|| if months * days < 0 { Beyond::Unclear } else { side(months) })?;
    let by_days = jiff::Span::new().try_days(days).ok().and_then(|span| date.checked_add(span).ok());
    by_days.map(|date| i64::from(kijun_facts::value::days_of(date))).ok_or_else(|| side(days))
}

/// A day moved by a duration; beyond the calendar, an infinite one.
pub fn shift_day(day: i64, by: Duration, sign: i32) -> i64 {
    if day == MINUS_INFINITY || day == PLUS_INFINITY {
        return day;
    }
    moved(day, by, sign).unwrap_or_else(|beyond| match beyond {
        Beyond::Before => MINUS_INFINITY,
        Beyond::After | Beyond::Unclear => PLUS_INFINITY,
    })
}

/// A date moved by a duration at both ends. An end that leaves the calendar lies beyond its first or last day: the bound on that side opens,
/// the other is that day.
pub fn shift(date: Interval, by: Duration, sign: i32) -> Interval {
    let ends = |day: i64| {
        if day == MINUS_INFINITY || day == PLUS_INFINITY {
            return Interval::UNKNOWN;
        }
        let last = i64::from(kijun_facts::value::days_of(jiff::civil::Date::MAX));
        let first = i64::from(kijun_facts::value::days_of(jiff::civil::Date::MIN));
        match moved(day, by, sign) {
            Ok(day) => Interval::point(day),
            Err(Beyond::After) => Interval { lo: last, hi: PLUS_INFINITY },
            Err(Beyond::Before) => Interval { lo: MINUS_INFINITY, hi: first },
            Err(Beyond::Unclear) => Interval::UNKNOWN,
        }
    };
    Interval { lo: ends(date.lo).lo, hi: ends(date.hi).hi }
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
    fn a_sum_may_leave_64_bits_and_come_back() {
        let mut sum = Sum::ZERO;
        for term in [i64::MAX - 1, i64::MAX - 1, -(i64::MAX - 1)] {
            sum.add(Interval::point(term));
        }
        assert_eq!(sum.interval(), Interval::point(i64::MAX - 1));
        // What is written as open says nothing of the other side.
        assert_eq!(add(Interval::point(i64::MAX - 1), Interval::point(1)), Interval::UNKNOWN);
        assert_eq!(
            arith(ArithOp::Sub, Interval::point(0), Interval::point(i64::MIN + 1), 1),
            Interval::UNKNOWN
        );
    }

    #[test]
    fn a_date_beyond_the_calendar_is_only_known_to_lie_there() {
        let last = i64::from(kijun_facts::Date::ymd(9999, 12, 31).unwrap().first);
        let later = shift(Interval::point(last), Duration { months: 12, days: 0 }, 1);
        assert_eq!(later, Interval { lo: last, hi: PLUS_INFINITY });
        assert_eq!(compare(CompareOp::Gt, later, Interval::point(0), false, false), Truth::True);
        assert_eq!(compare(CompareOp::Eq, later, later, false, false), Truth::Unknown);
        let back = shift(Interval::point(last), Duration { months: 1, days: -400 }, 1);
        assert_eq!(back, Interval::UNKNOWN);
    }

    #[test]
    fn the_end_of_a_month_stays_the_end_of_a_month() {
        let day = |y, m, d| i64::from(kijun_facts::Date::ymd(y, m, d).unwrap().first);
        let month = Duration { months: 1, days: 0 };
        assert_eq!(shift_day(day(2026, 1, 31), month, 1), day(2026, 2, 28));
        assert_eq!(shift_day(day(2026, 3, 31), month, -1), day(2026, 2, 28));
    }
}
