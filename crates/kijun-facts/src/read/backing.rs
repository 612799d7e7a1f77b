//! The evidence that the columns of a table state, row by row.

use rustc_hash::FxHashMap;

use super::csv::Row;
use super::evidence::{Key, try_state};
use super::table::{Heading, Table};
use crate::store::Evidence;

/// No evidence for a row.
pub(crate) const UNBACKED: u32 = u32::MAX;

/// How far a row is read.
#[derive(Clone, Copy)]
pub(crate) struct Outcome {
    /// Nothing is to be said about the row so far.
    pub(crate) sound: bool,
    /// A cell states something.
    pub(crate) stated: bool,
}

/// The evidence of rows: what the columns about it say together, once for each different row of cells.
pub(crate) struct Backings {
    columns: Vec<(usize, Key)>,
    /// Per row, which of `evidence` backs it, or [`UNBACKED`].
    pub(crate) rows: Vec<u32>,
    pub(crate) evidence: Vec<Evidence>,
    memo: FxHashMap<Box<str>, u32>,
    /// The cells of the row at hand, joined.
    joined: String,
}

impl Backings {
    pub(crate) fn new(table: &Table) -> Backings {
        let key = |(i, heading): (usize, &Heading)| match heading {
            Heading::Evidence(key) => Some((i, *key)),
            _ => None,
        };
        Backings {
            columns: table.headings.iter().enumerate().filter_map(key).collect(),
            rows: Vec::new(),
            evidence: Vec::new(),
            memo: FxHashMap::default(),
            joined: String::new(),
        }
    }

    /// Takes up the next row; whether all it says about evidence is sound.
    pub(crate) fn next(&mut self, row: &Row, outcome: Outcome) -> bool {
        if self.columns.is_empty() {
            return true;
        }
        let found = if outcome.sound { self.find(row) } else { Some(UNBACKED) };
        let backed = if outcome.stated { found } else { found.map(|_| UNBACKED) };
        self.rows.push(backed.unwrap_or(UNBACKED));
        found.is_some()
    }

    fn find(&mut self, row: &Row) -> Option<u32> {
        self.joined.clear();
        for (column, _) in &self.columns {
            self.joined.push_str(row.cells.get(*column).map_or("", |cell| &cell.text));
            // No text has a NUL.
            self.joined.push('\0');
        }
        if let Some(found) = self.memo.get(self.joined.as_str()) {
            return Some(*found);
        }
        let mut evidence = Evidence::default();
        for (column, key) in &self.columns {
            try_state(&mut evidence, *key, row.cells.get(*column).map_or("", |cell| &cell.text)).ok()?;
        }
        let found = match evidence == Evidence::default() {
            true => UNBACKED,
            false => {
                self.evidence.push(evidence);
                (self.evidence.len() - 1) as u32
            }
        };
        self.memo.insert(self.joined.as_str().into(), found);
        Some(found)
    }
}
