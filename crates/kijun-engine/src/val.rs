//! A single value, and the codes that stand for what is not a number: of facts, of constants, of what is not known.

use kijun_facts::store::{NONE, UNKNOWN, number_bounds};
use kijun_facts::{Duration, KindId, Scalar, Store, Type, Value};

use crate::extents::Texts;
use crate::number::{self, Interval};
use crate::program::{Const, Program};
use crate::truth::Truth;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Val {
    Truth(Truth),
    Code(u32),
    Number(Interval),
    /// A duration that may not stand in the store's table: its code (for unknown and none) and value.
    Duration(u32, Option<Duration>),
}

/// Members of a set, without duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Members {
    pub(crate) certain: Vec<u32>,
    pub(crate) possible: Vec<u32>,
    pub(crate) open: bool,
}

impl Members {
    /// The set of these codes: known ones are certain, an unknown one leaves it open, none is passed over.
    pub(crate) fn of_codes(codes: impl IntoIterator<Item = u32>) -> Members {
        let mut members = Members::default();
        for code in codes {
            match code {
                UNKNOWN | UNLISTED => members.open = true,
                NONE => {}
                code if members.certain.contains(&code) => {}
                code => members.certain.push(code),
            }
        }
        members
    }

    /// Each member with whether it is certain; the unnamed one (⊥) last.
    pub(crate) fn each(&self) -> impl Iterator<Item = (u32, bool)> {
        let certain = self.certain.iter().map(|m| (*m, true));
        let possible = self.possible.iter().map(|m| (*m, false));
        certain.chain(possible).chain(self.open.then_some((UNKNOWN, false)))
    }

    pub(crate) fn contains(&self, code: u32) -> Truth {
        match code {
            NONE => Truth::False,
            UNLISTED => Truth::of(self.open).and(Truth::Unknown),
            UNKNOWN if self.certain.is_empty() && self.possible.is_empty() && !self.open => Truth::False,
            UNKNOWN => Truth::Unknown,
            _ if self.certain.contains(&code) => Truth::True,
            _ if self.open || self.possible.contains(&code) => Truth::Unknown,
            _ => Truth::False,
        }
    }
}

/// A truth value as the code of a bool.
pub(crate) fn truth_code(truth: Truth) -> u32 {
    match truth {
        Truth::True => 1,
        Truth::False => 0,
        Truth::Unknown => UNKNOWN,
    }
}

/// The row of a reference: records, then the unknown row, then the none row.
pub(crate) fn row_of(code: u32, records: usize) -> usize {
    match code {
        UNKNOWN | UNLISTED => records,
        NONE => records + 1,
        code => (code as usize).min(records),
    }
}

pub(crate) fn as_code(val: Val) -> u32 {
    match val {
        Val::Code(c) | Val::Duration(c, _) => c,
        Val::Truth(t) => truth_code(t),
        Val::Number(_) => UNKNOWN,
    }
}

pub(crate) fn unknown_of(ty: &Type) -> Val {
    match ty {
        ty if ty.is_numeric() => Val::Number(Interval::UNKNOWN),
        Type::Duration => Val::Duration(UNKNOWN, None),
        _ => Val::Code(UNKNOWN),
    }
}

pub(crate) fn none_of(ty: &Type) -> Val {
    match ty {
        ty if ty.is_numeric() => Val::Number(Interval::NONE),
        Type::Duration => Val::Duration(NONE, None),
        _ => Val::Code(NONE),
    }
}

/// A code that no fact has: equal to nothing, and known.
pub(crate) const NO_SUCH: u32 = u32::MAX - 2;

/// A record that an open register does not list, where the head of a relation's rule ranges over it: like ⊥, but
/// no listed record equals it.
pub(crate) const UNLISTED: u32 = u32::MAX - 3;

/// Whether two codes of records are the same.
pub(crate) fn same_code(a: u32, b: u32) -> Truth {
    match (a, b) {
        (UNKNOWN, _) | (_, UNKNOWN) | (UNLISTED, UNLISTED) => Truth::Unknown,
        _ => Truth::of(a == b),
    }
}

pub(crate) fn constant(c: &Const, store: &Store, texts: &Texts) -> Val {
    let text = |t: &str| {
        let code = store.symbols.find(t).map(|s| s.0).or_else(|| texts.get(t).copied());
        Val::Code(code.unwrap_or(NO_SUCH))
    };
    match c {
        Const::Bool(b) => Val::Truth(Truth::of(*b)),
        Const::Int(n) | Const::Decimal(n) => Val::Number(Interval::point(*n)),
        Const::Text(t) | Const::Requirement(t) => text(t),
        Const::Date(d) => Val::Number(Interval { lo: i64::from(d.first), hi: i64::from(d.last) }),
        Const::Duration(d) => Val::Duration(NO_SUCH, Some(*d)),
        Const::Country(c) => Val::Code(kijun_facts::store::country_code(*c)),
        Const::Enum(code) => Val::Code(*code),
    }
}

/// The value of a table's cell.
pub(crate) fn lookup(
    program: &Program,
    store: &Store,
    texts: &Texts,
    table: crate::program::TableId,
    codes: &[u32],
    ty: &Type,
) -> Val {
    let Some(table) = program.table(table) else { return unknown_of(ty) };
    if table.mark.is_weak() || codes.iter().any(|c| *c >= NONE) {
        return unknown_of(ty);
    }
    let found = table.cells.binary_search_by(|(key, _)| key.as_slice().cmp(codes)).ok();
    match found.and_then(|i| table.cells.get(i)).and_then(|(_, value)| value.as_ref()) {
        Some(c) => constant(c, store, texts),
        None => unknown_of(ty),
    }
}

/// A date moved by a duration (its code, for none, and its value): none gives none, unknown gives unknown.
pub(crate) fn shift(
    op: crate::program::ArithOp,
    date: Interval,
    (code, duration): (u32, Option<Duration>),
) -> Interval {
    if date.is_none() || code == NONE {
        return Interval::NONE;
    }
    let Some(duration) = duration.filter(|_| !date.is_unknown()) else { return Interval::UNKNOWN };
    let sign = if op == crate::program::ArithOp::Sub { -1 } else { 1 };
    number::shift(date, duration, sign)
}

/// A stated value, as columns would hold it.
pub(crate) fn scalar_value(value: &Value, ty: &Type, store: &Store) -> Val {
    match value {
        Value::None => none_of(ty),
        Value::Scalar(Scalar::Duration(d)) => Val::Duration(NO_SUCH, Some(*d)),
        Value::Scalar(s) if ty.is_numeric() => {
            let (lo, hi) = number_bounds(*s);
            Val::Number(Interval { lo, hi })
        }
        Value::Scalar(Scalar::Ref(id)) => match ty {
            Type::Ref(kind) => {
                let row = store.kind(*kind).and_then(|t| t.find(*id));
                Val::Code(row.unwrap_or(UNKNOWN))
            }
            _ => Val::Code(UNKNOWN),
        },
        Value::Scalar(s) => Val::Code(store.code(*s).unwrap_or(UNKNOWN)),
        Value::Unknown | Value::Set { .. } => unknown_of(ty),
    }
}

pub(crate) fn set_value(value: &Value, target: Option<KindId>, store: &Store) -> Members {
    let codes = |scalars: &[Scalar]| -> Vec<u32> {
        scalars
            .iter()
            .filter_map(|s| match (s, target) {
                (Scalar::Ref(id), Some(kind)) => store.kind(kind)?.find(*id),
                _ => store.code(*s),
            })
            .collect()
    };
    match value {
        Value::Set { certain, possible, open } => {
            Members { certain: codes(certain), possible: codes(possible), open: *open }
        }
        Value::None => Members::default(),
        Value::Unknown | Value::Scalar(_) => Members { open: true, ..Members::default() },
    }
}
