//! Columns of values, owned or read where they stand.

use kijun_facts::store::{NONE, UNKNOWN};

use crate::number::Interval;
use crate::truth::{Truth, TruthColumn};
use crate::val::{Val, truth_code};

/// The values of a node, one per row of its context.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    Truth(TruthColumn),
    Codes(Vec<u32>),
    /// Lower and upper bounds.
    Numbers(Vec<i64>, Vec<i64>),
    /// One value for every row.
    Same(Val),
}

impl Values {
    pub(crate) fn of_numbers(numbers: impl Iterator<Item = Interval>) -> Values {
        let (lo, hi) = numbers.map(|n| (n.lo, n.hi)).unzip();
        Values::Numbers(lo, hi)
    }

    pub(crate) fn view(&self) -> View<'_> {
        match self {
            Values::Truth(t) => View::Truth(t),
            Values::Codes(c) => View::Codes(c),
            Values::Numbers(lo, hi) => View::Numbers(lo, hi),
            Values::Same(v) => View::Same(*v),
        }
    }
}

/// The values of an operand: computed for it, or standing in the facts or the results of another node.
pub(crate) enum Operand<'v> {
    Own(Values),
    View(View<'v>),
}

impl Operand<'_> {
    pub(crate) fn view(&self) -> View<'_> {
        match self {
            Operand::Own(values) => values.view(),
            Operand::View(view) => *view,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum View<'v> {
    Truth(&'v TruthColumn),
    Codes(&'v [u32]),
    Numbers(&'v [i64], &'v [i64]),
    Same(Val),
    /// The records of a kind themselves: this many, then the unknown one, then none.
    Records(usize),
}

impl View<'_> {
    pub(crate) fn truth(self, row: usize) -> Truth {
        match self {
            View::Truth(t) => t.get(row),
            View::Same(Val::Truth(t)) => t,
            other => match other.code(row) {
                UNKNOWN => Truth::Unknown,
                0 | NONE => Truth::False,
                _ => Truth::True,
            },
        }
    }

    pub(crate) fn code(self, row: usize) -> u32 {
        match self {
            View::Codes(codes) => codes.get(row).copied().unwrap_or(UNKNOWN),
            View::Truth(t) => truth_code(t.get(row)),
            View::Same(Val::Code(c) | Val::Duration(c, _)) => c,
            View::Same(Val::Truth(t)) => truth_code(t),
            View::Records(n) if row < n => row as u32,
            View::Records(n) if row > n => NONE,
            View::Records(_) | View::Numbers(..) | View::Same(Val::Number(_)) => UNKNOWN,
        }
    }

    pub(crate) fn number(self, row: usize) -> Interval {
        match self {
            View::Numbers(lo, hi) => match (lo.get(row), hi.get(row)) {
                (Some(lo), Some(hi)) => Interval { lo: *lo, hi: *hi },
                _ => Interval::UNKNOWN,
            },
            View::Same(Val::Number(n)) => n,
            _ => Interval::UNKNOWN,
        }
    }

    pub(crate) fn is_numeric(self) -> bool {
        matches!(self, View::Numbers(..) | View::Same(Val::Number(_)))
    }

    /// The values at some rows.
    pub(crate) fn at(self, rows: View<'_>, len: usize, records: usize) -> Values {
        let row = |i: usize| crate::val::row_of(rows.code(i), records);
        match self {
            View::Truth(t) => Values::Truth(TruthColumn::from_rows(len, |i| t.get(row(i)))),
            View::Numbers(..) => Values::of_numbers((0..len).map(|i| self.number(row(i)))),
            View::Same(v) => Values::Same(v),
            View::Codes(_) | View::Records(_) => Values::Codes(collect(len, |i| self.code(row(i)))),
        }
    }

    pub(crate) fn truths(self, len: usize) -> TruthColumn {
        match self {
            View::Truth(t) => t.clone(),
            View::Same(_) => TruthColumn::filled(len, self.truth(0)),
            View::Codes(codes) => TruthColumn::from_rows(len, |i| match codes.get(i).copied() {
                None | Some(UNKNOWN) => Truth::Unknown,
                Some(0 | NONE) => Truth::False,
                Some(_) => Truth::True,
            }),
            other => TruthColumn::from_rows(len, |i| other.truth(i)),
        }
    }
}

/// One value per row, with many rows shared among threads.
pub(crate) fn collect<T: Send>(len: usize, value: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    use rayon::prelude::*;
    if len < crate::truth::PARALLEL {
        (0..len).map(value).collect()
    } else {
        (0..len).into_par_iter().with_min_len(crate::truth::PARALLEL / 2).map(value).collect()
    }
}
