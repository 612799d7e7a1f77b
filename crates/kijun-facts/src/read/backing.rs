//! The evidence that the columns of a table state, row by row.

use rustc_hash::FxHashMap;

use super::evidence::{Key, try_state};
use super::scan::{Chunk, ColumnText};
use super::table::{Heading, Table};
use crate::store::Evidence;

/// No evidence for a row.
pub(crate) const UNBACKED: u32 = u32::MAX;

/// The evidence of the rows of a chunk: what the columns about it say together, once for each different row of cells.
#[derive(Default)]
pub(crate) struct Backings {
    /// Per row, which of `evidence` backs it, or [`UNBACKED`]. Empty if the table says nothing about evidence.
    pub(crate) rows: Vec<u32>,
    pub(crate) evidence: Vec<Evidence>,
    /// Rows about whose evidence something is to be said, in ascending order.
    pub(crate) unsound: Vec<u32>,
}

/// Reads what a chunk says about evidence; `careful`, in ascending order, are rows to leave out.
pub(crate) fn read(table: &Table, chunk: &Chunk, careful: &[u32]) -> Backings {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for (heading, column) in
        table.headings.iter().enumerate().filter_map(|(i, h)| Some((h, chunk.column(table, i)?)))
    {
        match heading {
            Heading::Evidence(key) => columns.push((*key, column)),
            Heading::Attribute(_) => values.push(column),
            _ => {}
        }
    }
    let mut backings = Backings::default();
    if columns.is_empty() {
        return backings;
    }
    let mut memo = Memo { columns, found: FxHashMap::default(), joined: String::new() };
    let mut careful = careful.iter().peekable();
    for (row, number) in (0..chunk.len()).zip(0..) {
        let left_out = careful.next_if(|r| **r == number).is_some();
        let found = if left_out { Some(UNBACKED) } else { memo.find(row, &mut backings.evidence) };
        if found.is_none() {
            backings.unsound.push(number);
        }
        let stated = values.iter().any(|column| column.get(row).is_some());
        backings.rows.push(found.filter(|_| stated).unwrap_or(UNBACKED));
    }
    backings
}

struct Memo<'c> {
    columns: Vec<(Key, ColumnText<'c>)>,
    found: FxHashMap<Box<str>, u32>,
    /// The cells of the row at hand, joined.
    joined: String,
}

impl Memo<'_> {
    fn find(&mut self, row: usize, all: &mut Vec<Evidence>) -> Option<u32> {
        self.joined.clear();
        for (_, column) in &self.columns {
            self.joined.push_str(column.get(row).unwrap_or(""));
            // No text has a NUL.
            self.joined.push('\0');
        }
        if let Some(found) = self.found.get(self.joined.as_str()) {
            return Some(*found);
        }
        let mut evidence = Evidence::default();
        for (key, column) in &self.columns {
            try_state(&mut evidence, *key, column.get(row).unwrap_or("")).ok()?;
        }
        let found = match evidence == Evidence::default() {
            true => UNBACKED,
            false => {
                all.push(evidence);
                (all.len() - 1) as u32
            }
        };
        self.found.insert(self.joined.as_str().into(), found);
        Some(found)
    }
}
