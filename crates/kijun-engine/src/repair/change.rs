//! Relations between changes, and alternatives as sets of them: which exclude or imply each other, how sets of
//! changes are merged, ranked and bounded.

use kijun_facts::KindId;
use kijun_text::Span;

use super::{Cell, Change, Datum, NEW_RECORD};
use crate::program::Const;

/// Alternatives kept per expression, and changes per alternative.
pub(super) const MAX_ALTERNATIVES: usize = 16;
pub(super) const MAX_CHANGES: usize = 6;

impl Change {
    /// The cell that it is about; none for a register, a new record and what is only said in words.
    pub fn cell(&self) -> Option<Cell> {
        match self {
            Change::Set { cell, .. }
            | Change::OtherThan { cell, .. }
            | Change::AtLeast { cell, .. }
            | Change::AtMost { cell, .. }
            | Change::Add { cell, .. }
            | Change::Remove { cell, .. }
            | Change::Close { cell } => Some(*cell),
            _ => None,
        }
    }

    /// Whether it can be written into the facts and tried.
    pub(super) fn is_expressible(&self) -> bool {
        match self {
            Change::Register { .. } => true,
            Change::Set { value: Datum::Record(_, NEW_RECORD), .. }
            | Change::Add { member: Datum::Record(_, NEW_RECORD), .. } => false,
            _ => self.cell().is_some_and(|c| c.row != NEW_RECORD),
        }
    }

    /// Among repairs of the same size, those that state or add something come before those that take away or
    /// point elsewhere.
    fn weight(&self) -> usize {
        match self {
            Change::Add { .. } | Change::AtLeast { .. } | Change::AtMost { .. } => 0,
            Change::Set { value: Datum::Record(..) | Datum::None, .. } => 2,
            Change::Set { .. } => 0,
            Change::OtherThan { .. }
            | Change::Remove { .. }
            | Change::Close { .. }
            | Change::Register { .. } => 1,
            Change::Record { .. } => 1,
            Change::Tuple { .. } => 3,
            Change::Condition { .. } => 4,
        }
    }

    /// Whether both cannot be.
    pub(crate) fn excludes(&self, other: &Change) -> bool {
        self.cell().is_some()
            && self.cell() == other.cell()
            && (self.excludes_here(other) || other.excludes_here(self))
    }

    fn excludes_here(&self, other: &Change) -> bool {
        match (self, other) {
            (Change::Set { value, .. }, Change::Set { value: other, .. }) => value != other,
            (Change::Set { value, .. }, Change::OtherThan { values, .. }) => values.contains(value),
            (Change::Set { value, .. }, Change::AtLeast { bound, .. }) => size_of(value) < size(bound),
            (Change::Set { value, .. }, Change::AtMost { bound, .. }) => {
                size_of(value).is_none_or(|v| Some(v) > size(bound))
            }
            (Change::AtLeast { bound: low, .. }, Change::AtMost { bound: high, .. }) => {
                size(low) > size(high)
            }
            (Change::Add { member, .. }, Change::Remove { member: other, .. }) => member == other,
            _ => false,
        }
    }

    /// Whether making this change makes the other one too.
    pub(crate) fn implies(&self, other: &Change) -> bool {
        if self == other {
            return true;
        }
        if self.cell().is_none() || self.cell() != other.cell() {
            return false;
        }
        match (self, other) {
            (Change::Set { value, .. }, Change::OtherThan { values, .. }) => !values.contains(value),
            (Change::Set { value, .. }, Change::AtLeast { bound, .. }) => size_of(value) >= size(bound),
            (Change::Set { value, .. }, Change::AtMost { bound, .. }) => {
                size_of(value).is_some_and(|v| Some(v) <= size(bound))
            }
            (Change::AtLeast { bound, .. }, Change::AtLeast { bound: other, .. }) => {
                size(bound) >= size(other)
            }
            (Change::AtMost { bound, .. }, Change::AtMost { bound: other, .. }) => size(bound) <= size(other),
            (Change::AtLeast { .. } | Change::AtMost { .. }, Change::OtherThan { values, .. }) => {
                values.iter().all(|v| *v == Datum::None)
            }
            (Change::OtherThan { values, .. }, Change::OtherThan { values: other, .. }) => {
                other.iter().all(|v| values.contains(v))
            }
            _ => false,
        }
    }
}

/// An order of constants of one type; of durations a rough one, which decides nothing alone.
pub(super) fn size(value: &Const) -> Option<i64> {
    match value {
        Const::Int(n) | Const::Decimal(n) => Some(*n),
        Const::Date(date) => Some(i64::from(date.first)),
        Const::Duration(d) => Some(i64::from(d.months) * 30 + i64::from(d.days)),
        Const::Enum(code) => Some(i64::from(*code)),
        _ => None,
    }
}

pub(super) fn size_of(value: &Datum) -> Option<i64> {
    match value {
        Datum::Const(c) => size(c),
        _ => None,
    }
}

/// Alternatives, each a set of changes to be made together. Without any alternative: out of reach; with an
/// empty one: so already.
pub(super) type Alternatives = Vec<Vec<Change>>;

pub(super) fn nothing_to_do() -> Alternatives {
    vec![Vec::new()]
}

/// Both sets of changes, unless they exclude each other or are too many.
pub(super) fn merge(left: &[Change], right: &[Change]) -> Option<Vec<Change>> {
    let mut out = left.to_vec();
    for change in right {
        if out.iter().any(|c| c.excludes(change)) {
            return None;
        }
        if let Some(values) = both_other_than(&mut out, change) {
            values.0.extend(values.1);
            continue;
        }
        if !out.iter().any(|c| c.implies(change)) {
            out.retain(|c| !change.implies(c));
            out.push(change.clone());
        }
    }
    (out.len() <= MAX_CHANGES).then_some(out)
}

/// The values that a cell must not have, and those that a further change adds to them.
fn both_other_than<'c>(
    changes: &'c mut [Change],
    change: &Change,
) -> Option<(&'c mut Vec<Datum>, Vec<Datum>)> {
    let Change::OtherThan { cell, values } = change else { return None };
    changes.iter_mut().find_map(|c| match c {
        Change::OtherThan { cell: same, values: known } if same == cell => {
            let more = values.iter().filter(|v| !known.contains(v)).cloned().collect();
            Some((known, more))
        }
        _ => None,
    })
}

/// One of each.
pub(super) fn product(left: &Alternatives, right: &Alternatives) -> Alternatives {
    bounded(left.iter().flat_map(|l| right.iter().filter_map(|r| merge(l, r))).collect())
}

fn rank(changes: &[Change]) -> (usize, usize) {
    (changes.len(), changes.iter().map(Change::weight).sum())
}

/// Whether whoever makes the changes of `more` makes those of `fewer` as well.
pub(super) fn contains(more: &[Change], fewer: &[Change]) -> bool {
    fewer.iter().all(|f| more.iter().any(|m| m.implies(f)))
}

/// The best alternatives, none containing another.
pub(super) fn bounded(mut alternatives: Alternatives) -> Alternatives {
    alternatives.sort_by_key(|a| rank(a));
    let mut out: Alternatives = Vec::new();
    for alternative in alternatives {
        if out.len() >= MAX_ALTERNATIVES {
            break;
        }
        if !out.iter().any(|known| contains(&alternative, known)) {
            // "other than x" comes after "y", and is the weaker of the two.
            out.retain(|known| !contains(known, &alternative));
            out.push(alternative);
        }
    }
    out
}

/// At least `count` of these, each with its alternatives.
pub(super) fn at_least(count: usize, each: &[Alternatives]) -> Alternatives {
    match each.split_first() {
        _ if count == 0 => nothing_to_do(),
        _ if count > each.len() || count > MAX_CHANGES => Vec::new(),
        None => Vec::new(),
        Some((first, rest)) => {
            let mut out = product(first, &at_least(count - 1, rest));
            // Which of many interchangeable members are chosen matters little: stop when there are enough.
            if out.len() < MAX_ALTERNATIVES {
                out.extend(at_least(count, rest));
            }
            bounded(out)
        }
    }
}

/// Changes of the cells of a new record become that record.
pub(super) fn as_record(kind: KindId, changes: Vec<Change>, conditions: &[Span]) -> Vec<Change> {
    let is_field = |c: &Change| c.cell().is_some_and(|c| c.kind == kind && c.row == NEW_RECORD);
    let (fields, mut others): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(is_field);
    others.push(Change::Record { kind, fields, conditions: conditions.to_vec() });
    others
}

/// What a new record must meet is in its conditions already.
pub(super) fn without_condition(mut changes: Vec<Change>) -> Vec<Change> {
    changes.retain(|c| !matches!(c, Change::Condition { .. }));
    changes
}

pub(super) fn without_words(mut alternatives: Alternatives) -> Alternatives {
    alternatives.retain(|changes| !changes.iter().any(|c| matches!(c, Change::Condition { .. })));
    alternatives
}
