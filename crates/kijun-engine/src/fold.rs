//! Aggregates, member by member; both row and column evaluation add up here (docs/evaluation.md, "Sets").

use crate::number::{self, Interval};
use crate::program::Aggregate;
use crate::truth::Truth;

/// How a member stands in an aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Certain, and the filter holds.
    Sure,
    Maybe,
    /// The members that an open set leaves unnamed.
    Unnamed,
}

/// What has been added up so far.
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
