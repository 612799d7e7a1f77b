//! Repairs of a violation: the minimal sets of changes to the facts that would turn it to satisfied.
//!
//! Alternatives are worked out from the rule (what would make this expression true?), then tried: what can be
//! written into the facts is evaluated again, and kept only if the check is then satisfied. A `where` is never a
//! target, and a reference that ties two known records together is rewritten only when nothing else helps: it
//! says what a record is about. What evidence a new fact would need is not looked at.

mod change;
pub(crate) mod choice;
mod goal;
mod relations;
pub(crate) mod search;
mod sets;
mod solve;
pub(crate) mod values;
mod wording;
mod world;

use kijun_facts::{AttrId, KindId};
use kijun_text::Span;

use self::search::Search;
use self::solve::References;
use crate::assess::Evaluation;
use crate::assessment::{RuleRef, SubjectRef, Verdict};
use crate::program::{Const, RelationId};
use crate::row::CellKey;

/// Repairs shown to a reader.
const MAX_REPAIRS: usize = 8;

/// Row of the record that a [`Change::Record`] asks for, where its `fields` name cells of it.
pub const NEW_RECORD: u32 = u32::MAX - 16;

/// A cell of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub kind: KindId,
    pub row: u32,
    pub attr: AttrId,
}

impl Cell {
    fn key(self) -> CellKey {
        (self.kind, self.row, self.attr)
    }
}

/// A value that a fact could state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Datum {
    None,
    Const(Const),
    Record(KindId, u32),
}

/// One change to the facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Change {
    /// The cell would have this value.
    Set {
        cell: Cell,
        value: Datum,
    },
    /// The cell would have a value, and none of these ([`Datum::None`]: any value at all).
    OtherThan {
        cell: Cell,
        values: Vec<Datum>,
    },
    /// A number, date, duration or literal of an ordered enum that is not less than the bound.
    AtLeast {
        cell: Cell,
        bound: Const,
    },
    AtMost {
        cell: Cell,
        bound: Const,
    },
    /// A member more, or less, of a set.
    Add {
        cell: Cell,
        member: Datum,
    },
    Remove {
        cell: Cell,
        member: Datum,
    },
    /// A set would have no members but those that are recorded.
    Close {
        cell: Cell,
    },
    /// The register of a kind would be stated to be complete.
    Register {
        kind: KindId,
    },
    /// A new record. `fields` are changes of [`NEW_RECORD`]; `conditions` are the places of what it must meet.
    Record {
        kind: KindId,
        fields: Vec<Change>,
        conditions: Vec<Span>,
    },
    /// A relation would hold, or not, of these arguments (`None`: of some), and no base fact is known to make it so.
    Tuple {
        relation: RelationId,
        args: Vec<Option<Datum>>,
        holds: bool,
    },
    /// The expression at this place, which reads these cells, would be true, or false.
    Condition {
        cells: Vec<Cell>,
        span: Span,
        holds: bool,
    },
}

/// Changes that together satisfy a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    pub changes: Vec<Change>,
    /// Some change was not tried: a new record, a tuple or a condition in words, or the search had gone on too long.
    pub unverified: bool,
}

impl Evaluation<'_> {
    /// What would satisfy a violated check: fewest changes first, at most eight, none containing another. Empty
    /// for what is not a violated check.
    pub fn repairs(&self, rule: RuleRef, subject: SubjectRef) -> Vec<Repair> {
        let mut found = self.all_repairs(rule, subject);
        found.truncate(MAX_REPAIRS);
        found
    }

    /// All that were found, those that were not tried among them.
    pub(crate) fn all_repairs(&self, rule: RuleRef, subject: SubjectRef) -> Vec<Repair> {
        let RuleRef::Check(i) = rule else { return Vec::new() };
        let Some(check) = self.program.checks.get(i) else { return Vec::new() };
        let outcomes = self.checks.get(i).and_then(Option::as_ref);
        if outcomes.and_then(|o| o.get(subject)) != Some(Verdict::Violated) {
            return Vec::new();
        }
        let search = Search::new(self, check, subject);
        let found = search.run(References::Kept);
        if found.is_empty() { search.run(References::Free) } else { found }
    }
}

#[cfg(test)]
pub(crate) mod tests;
