//! Columns of facts. A kind with `n` records has rows `0..n`, then one row that stands for a record
//! we do not know (the row before [`KindTable::none_row`]: every attribute unknown) and one for "no record"
//! ([`KindTable::none_row`]: every attribute none), so that a path over an unknown or absent reference is one
//! array read.

mod amend;
mod cell_value;
mod table;

use std::sync::Arc;

use kijun_text::Span;

use crate::schema::{AttrId, KindId};
use crate::symbols::Symbols;
use crate::value::{Date, Duration, Scalar, Value};

pub use table::KindTable;
pub(crate) use table::{Backing, ChunkPlaces, Places, Range, RowIndex, Source};

/// Code of an unknown value in a column of codes.
pub const UNKNOWN: u32 = u32::MAX;
/// Code of "none" in a column of codes.
pub const NONE: u32 = u32::MAX - 1;
/// No evidence stated for a cell.
pub const NO_EVIDENCE: EvidenceId = EvidenceId(u32::MAX);
/// Bounds of an interval that is open on that side.
pub const MINUS_INFINITY: i64 = i64::MIN;
pub const PLUS_INFINITY: i64 = i64::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EvidenceId(pub u32);

/// What backs a fact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Evidence {
    pub source: Option<String>,
    pub as_of: Option<Date>,
    pub recorded_by: Option<String>,
    pub valid_until: Option<Date>,
    /// Code in the built-in ordered enum `grade` (0 oral … 4 audited).
    pub grade: Option<u32>,
    /// What was said beside it, in the words of whoever said it.
    pub remark: Option<String>,
}

/// What the facts say about a kind's register as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// No record and no statement: nothing is known.
    Unmentioned,
    /// Records, and no statement: read as the whole register, not attested.
    Recorded,
    /// Stated to be complete.
    Complete,
    /// Stated to be incomplete: there may be more.
    Incomplete,
}

impl Register {
    /// Whether there may be records that are not listed.
    pub fn is_open(self) -> bool {
        matches!(self, Register::Unmentioned | Register::Incomplete)
    }
}

/// Members of a set per row: `items[offsets[r]..splits[r]]` are certain, `items[splits[r]..offsets[r + 1]]` possible.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetColumn {
    pub offsets: Vec<u32>,
    pub splits: Vec<u32>,
    pub items: Vec<u32>,
    pub open: Vec<bool>,
}

impl SetColumn {
    pub(crate) fn with_capacity(rows: usize) -> SetColumn {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        let (splits, open) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        SetColumn { offsets, splits, items: Vec::new(), open }
    }

    pub(crate) fn push(&mut self, certain: &[u32], possible: &[u32], open: bool) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.items.extend_from_slice(certain);
        self.splits.push(self.items.len() as u32);
        self.items.extend_from_slice(possible);
        self.offsets.push(self.items.len() as u32);
        self.open.push(open);
    }

    /// Puts the rows of another column behind these.
    pub(crate) fn append(&mut self, other: SetColumn) {
        if self.splits.is_empty() {
            *self = other;
            return;
        }
        let before = self.items.len() as u32;
        self.offsets.extend(other.offsets.iter().skip(1).map(|offset| before + offset));
        self.splits.extend(other.splits.iter().map(|split| before + split));
        self.items.extend(other.items);
        self.open.extend(other.open);
    }

    /// Makes the sets of these rows (ascending) unknown: empty and open.
    pub fn forget(&mut self, rows: &[usize]) {
        let old = std::mem::take(self);
        for row in 0..old.splits.len() {
            if rows.binary_search(&row).is_ok() {
                self.push(&[], &[], true);
            } else {
                self.push(old.certain(row), old.possible(row), old.is_open(row));
            }
        }
    }

    pub fn certain(&self, row: usize) -> &[u32] {
        let (Some(a), Some(b)) = (self.offsets.get(row), self.splits.get(row)) else { return &[] };
        self.items.get(*a as usize..*b as usize).unwrap_or(&[])
    }

    pub fn possible(&self, row: usize) -> &[u32] {
        let (Some(a), Some(b)) = (self.splits.get(row), self.offsets.get(row + 1)) else { return &[] };
        self.items.get(*a as usize..*b as usize).unwrap_or(&[])
    }

    pub fn is_open(&self, row: usize) -> bool {
        self.open.get(row).copied().unwrap_or(true)
    }
}

/// The values of one attribute, one per row (records, then the unknown row, then the none row).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// Bool (0/1), text, country, requirement, duration, enum: codes; references: rows of the target kind.
    /// [`UNKNOWN`] and [`NONE`] mark what has no value.
    Codes(Vec<u32>),
    /// Int, decimal, date: intervals. `lo > hi` marks none; open bounds mark unknown.
    Numbers {
        lo: Vec<i64>,
        hi: Vec<i64>,
    },
    Sets(SetColumn),
}

/// The columns of a kind, by attribute. A copy shares them until it changes one.
#[derive(Debug, Clone, Default)]
pub struct Columns(Vec<Arc<Column>>);

impl Columns {
    pub(crate) fn push(&mut self, column: Column) {
        self.0.push(Arc::new(column));
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, attribute: usize) -> Option<&Column> {
        self.0.get(attribute).map(Arc::as_ref)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Column> {
        self.0.iter().map(Arc::as_ref)
    }

    /// Whether an attribute has the same values here and there.
    pub fn is_same(&self, other: &Columns, attribute: usize) -> bool {
        match (self.0.get(attribute), other.0.get(attribute)) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    /// To change a column; what other copies of the store see stays as it is.
    pub fn get_mut(&mut self, attribute: usize) -> Option<&mut Column> {
        self.0.get_mut(attribute).map(Arc::make_mut)
    }
}

/// One of the values that sources state for the same cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    pub value: Value,
    pub origin: Span,
    pub evidence: EvidenceId,
}

/// A cell about which sources disagree.
#[derive(Debug, Clone)]
pub struct Conflict {
    pub attr: AttrId,
    pub row: u32,
    pub alternatives: Vec<Alternative>,
}

/// All facts of one facility, typed and indexed. Immutable once built.
#[derive(Debug, Clone)]
pub struct Store {
    pub kinds: Vec<KindTable>,
    pub symbols: Arc<Symbols>,
    pub durations: Vec<Duration>,
    pub(crate) evidence: Arc<Vec<Evidence>>,
    /// Numbers and dates are not to be shown.
    pub(crate) redacted: bool,
}

impl Store {
    pub fn kind(&self, kind: KindId) -> Option<&KindTable> {
        self.kinds.get(kind.0 as usize)
    }

    pub fn evidence(&self, id: EvidenceId) -> Option<&Evidence> {
        self.evidence.get(id.0 as usize)
    }

    /// Whether the evidence of any statement, values in conflict included, meets a condition.
    pub fn any_evidence(&self, test: impl FnMut(&Evidence) -> bool) -> bool {
        self.evidence.iter().any(test)
    }

    pub fn has_conflicts(&self) -> bool {
        self.kinds.iter().any(|k| !k.conflicts.is_empty())
    }

    pub fn id_text(&self, kind: KindId, row: usize) -> &str {
        self.kind(kind).and_then(|k| k.ids.get(row)).map_or("?", |s| self.symbols.text(*s))
    }

    pub fn row(&self, kind: KindId, id: &str) -> Option<u32> {
        self.kind(kind)?.find(self.symbols.find(id)?)
    }

    /// The code that a scalar has in columns of its type; `None` for numbers and for texts and
    /// durations that no fact mentions.
    pub fn code(&self, scalar: Scalar) -> Option<u32> {
        match scalar {
            Scalar::Bool(b) => Some(u32::from(b)),
            Scalar::Text(s) | Scalar::Requirement(s) | Scalar::Ref(s) => Some(s.0),
            Scalar::Duration(d) => self.durations.iter().position(|x| *x == d).map(|i| i as u32),
            Scalar::Country(c) => Some(country_code(c)),
            Scalar::Enum(code) => Some(code),
            Scalar::Int(_) | Scalar::Decimal(_) | Scalar::Date(_) => None,
        }
    }
}

/// The code of a country in columns: its two letters.
pub fn country_code(letters: [u8; 2]) -> u32 {
    u32::from(u16::from_be_bytes(letters))
}

/// The two letters of a country code.
pub fn country_letters(code: u32) -> String {
    (code as u16).to_be_bytes().iter().map(|b| char::from(*b)).collect()
}

/// The interval of a number in columns.
pub fn number_bounds(scalar: Scalar) -> (i64, i64) {
    match scalar {
        Scalar::Int(n) | Scalar::Decimal(n) => (n, n),
        Scalar::Date(d) => (i64::from(d.first), i64::from(d.last)),
        _ => (MINUS_INFINITY, PLUS_INFINITY),
    }
}
