//! Values that depend on the facts: a finite choice of plain values, each under a literal.

use std::collections::BTreeMap;
use std::rc::Rc;

use kijun_engine::number::Interval;
use kijun_facts::{Duration, KindId};

use crate::circuit::{Circuit, Lit};

/// A plain value that compares as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Code {
    Bool(bool),
    Text(Rc<str>),
    Country([u8; 2]),
    Requirement(Rc<str>),
    Enum(u32),
    /// The place of a record among those of its kind that may exist.
    Record(KindId, u32),
    Duration(Duration),
    /// A number as a member of a literal set.
    Number(i64),
}

/// A plain value, as `docs/evaluation.md` has them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Plain {
    None,
    /// ⊥
    Unknown,
    /// A record that an open register does not list.
    Unlisted,
    Code(Code),
    /// Both ends of an interval; see [`Interval`].
    Number(i64, i64),
}

impl Plain {
    pub(crate) fn point(n: i64) -> Plain {
        Plain::Number(n, n)
    }

    pub(crate) fn unknown_number() -> Plain {
        Plain::of(Interval::UNKNOWN)
    }

    pub(crate) fn of(interval: Interval) -> Plain {
        if interval.is_none() { Plain::None } else { Plain::Number(interval.lo, interval.hi) }
    }

    /// As an interval, none included.
    pub(crate) fn interval(&self) -> Interval {
        match self {
            Plain::Number(lo, hi) => Interval { lo: *lo, hi: *hi },
            Plain::None => Interval::NONE,
            _ => Interval::UNKNOWN,
        }
    }

    /// Nothing at all is known of it.
    pub(crate) fn is_unknown(&self) -> bool {
        match self {
            Plain::Unknown | Plain::Unlisted => true,
            Plain::Number(lo, hi) => Interval { lo: *lo, hi: *hi }.is_unknown(),
            Plain::None | Plain::Code(_) => false,
        }
    }
}

/// Of the values, the one whose literal holds. Where the record that it is read from exists, exactly one does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice(Vec<(Plain, Lit)>);

impl Choice {
    pub(crate) fn only(plain: Plain) -> Choice {
        Choice(vec![(plain, Lit::TRUE)])
    }

    pub(crate) fn new(values: Vec<(Plain, Lit)>) -> Choice {
        Choice(values)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Plain, Lit)> {
        self.0.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Collects the ways in which values come about.
#[derive(Debug, Default)]
pub(crate) struct Cases(BTreeMap<Plain, Vec<Lit>>);

impl Cases {
    pub(crate) fn add(&mut self, plain: Plain, when: Lit) {
        if when != Lit::FALSE {
            self.0.entry(plain).or_default().push(when);
        }
    }

    pub(crate) fn choice(self, circuit: &mut Circuit) -> Choice {
        Choice(self.0.into_iter().map(|(plain, lits)| (plain, circuit.or(&lits))).collect())
    }
}

/// Kleene's truth as two literals: `sure` implies `may`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) sure: Lit,
    pub(crate) may: Lit,
}

impl Truth {
    pub(crate) const TRUE: Truth = Truth { sure: Lit::TRUE, may: Lit::TRUE };
    pub(crate) const FALSE: Truth = Truth { sure: Lit::FALSE, may: Lit::FALSE };
    pub(crate) const UNKNOWN: Truth = Truth { sure: Lit::FALSE, may: Lit::TRUE };

    pub(crate) fn definite(lit: Lit) -> Truth {
        Truth { sure: lit, may: lit }
    }

    pub(crate) fn of(truth: kijun_engine::truth::Truth) -> Truth {
        match truth {
            kijun_engine::truth::Truth::True => Truth::TRUE,
            kijun_engine::truth::Truth::Unknown => Truth::UNKNOWN,
            kijun_engine::truth::Truth::False => Truth::FALSE,
        }
    }

    pub(crate) fn negate(self) -> Truth {
        Truth { sure: !self.may, may: !self.sure }
    }
}

impl Circuit {
    pub(crate) fn all(&mut self, truths: &[Truth]) -> Truth {
        let sure: Vec<Lit> = truths.iter().map(|t| t.sure).collect();
        let may: Vec<Lit> = truths.iter().map(|t| t.may).collect();
        Truth { sure: self.and(&sure), may: self.and(&may) }
    }

    pub(crate) fn any(&mut self, truths: &[Truth]) -> Truth {
        let negated: Vec<Truth> = truths.iter().map(|t| t.negate()).collect();
        self.all(&negated).negate()
    }
}

/// A set: under which literals a value is certainly and possibly in it, and whether there may be others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Members {
    /// `sure`: certain; `may`: certain or possible.
    pub(crate) codes: BTreeMap<Code, Truth>,
    pub(crate) open: Lit,
}

impl Members {
    pub(crate) fn empty() -> Members {
        Members { codes: BTreeMap::new(), open: Lit::FALSE }
    }
}
