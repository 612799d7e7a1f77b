//! "Arithmetic on intervals takes the bounds of the results; … Results beyond 64 bits are infinite bounds.
//! date ± duration: months first (clamped to the month's last day), then days, at both ends."
//!
//! A bound that leaves the range becomes open on its own side: a lower one -∞, an upper one ∞.

use kijun_facts::Duration;
use kijun_facts::value::{DECIMAL_ONE, civil_of, days_of};

use super::truth::Interval;

/// A bound, or -∞, or ∞; ordered so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Minus,
    At(i128),
    Plus,
}

impl Bound {
    fn low(interval: Interval) -> Bound {
        interval.lo.map_or(Bound::Minus, |v| Bound::At(v.into()))
    }

    fn high(interval: Interval) -> Bound {
        interval.hi.map_or(Bound::Plus, |v| Bound::At(v.into()))
    }

    fn times(self, other: Bound) -> Bound {
        let sign = |b: Bound| match b {
            Bound::Minus => -1,
            Bound::At(v) => v.signum(),
            Bound::Plus => 1,
        };
        match (self, other) {
            (Bound::At(a), Bound::At(b)) => Bound::At(a * b),
            _ => match sign(self) * sign(other) {
                0 => Bound::At(0),
                1 => Bound::Plus,
                _ => Bound::Minus,
            },
        }
    }

    fn finite(self) -> Option<i128> {
        match self {
            Bound::At(v) => Some(v),
            Bound::Minus | Bound::Plus => None,
        }
    }
}

/// `i64::MIN` and `i64::MAX` are how the store writes open bounds; a result that large is one.
pub(crate) fn bound(value: i128) -> Option<i64> {
    i64::try_from(value).ok().filter(|v| *v != i64::MIN && *v != i64::MAX)
}

pub(crate) fn add(a: Interval, b: Interval) -> Interval {
    let sum = |x: Option<i64>, y: Option<i64>| bound(i128::from(x?) + i128::from(y?));
    Interval { lo: sum(a.lo, b.lo), hi: sum(a.hi, b.hi) }
}

pub(crate) fn subtract(a: Interval, b: Interval) -> Interval {
    let minus = |x: Option<i64>, y: Option<i64>| bound(i128::from(x?) - i128::from(y?));
    Interval { lo: minus(a.lo, b.hi), hi: minus(a.hi, b.lo) }
}

/// The product, each bound divided by `scale`: "A product of decimals is rounded outwards to six places."
fn product(a: Interval, b: Interval, scale: i128) -> Interval {
    let (al, ah, bl, bh) = (Bound::low(a), Bound::high(a), Bound::low(b), Bound::high(b));
    let mut corners = [al.times(bl), al.times(bh), ah.times(bl), ah.times(bh)];
    corners.sort();
    let [lo, _, _, hi] = corners;
    let down = |v: i128| bound(v.div_euclid(scale));
    let up = |v: i128| bound((v + scale - 1).div_euclid(scale));
    Interval { lo: lo.finite().and_then(down), hi: hi.finite().and_then(up) }
}

pub(crate) fn multiply_int(a: Interval, b: Interval) -> Interval {
    product(a, b, 1)
}

pub(crate) fn multiply_decimal(a: Interval, b: Interval) -> Interval {
    product(a, b, i128::from(DECIMAL_ONE))
}

pub(crate) fn to_decimal(a: Interval) -> Interval {
    let scale = |v: Option<i64>| bound(i128::from(v?) * i128::from(DECIMAL_ONE));
    Interval { lo: scale(a.lo), hi: scale(a.hi) }
}

/// A date moved by a duration, forwards (`sign` 1) or back (-1). "An end that leaves the calendar lies beyond its first or last day: the
/// bound on that side opens, the other is that day; where the months lead out of it and the days back, nothing is known."
pub(crate) fn shift(date: Interval, by: Duration, sign: i32) -> Interval {
    let months = i64::from(by.months) * i64::from(sign);
    let days = i64::from(by.days) * i64::from(sign);
    let last = days_of(jiff::civil::Date::MAX).into();
    let first = days_of(jiff::civil::Date::MIN).into();
    let beyond = |forwards: bool| {
        if forwards { Interval { lo: Some(last), hi: None } } else { Interval { lo: None, hi: Some(first) } }
    };
    let end = |day: Option<i64>| {
        let Some(date) = day.and_then(|d| civil_of(i32::try_from(d).ok()?)) else { return Interval::UNKNOWN };
        let plus = |date: jiff::civil::Date, span: Result<jiff::Span, jiff::Error>| {
            date.checked_add(span.ok()?).ok()
        };
        let Some(date) = plus(date, jiff::Span::new().try_months(months)) else {
            return if months.signum() * days.signum() < 0 { Interval::UNKNOWN } else { beyond(months > 0) };
        };
        match plus(date, jiff::Span::new().try_days(days)) {
            Some(date) => Interval::point(days_of(date).into()),
            None => beyond(days > 0),
        }
    };
    Interval { lo: end(date.lo).lo, hi: end(date.hi).hi }
}
