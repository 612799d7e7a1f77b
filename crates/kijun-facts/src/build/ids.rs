//! The rows of a kind by their ids, for the references of tables.

use hashbrown::HashTable;

use super::rows::{Rows, Sheets};
use crate::symbols::{Beginning, beginning, hash, hash_of_short, spread};

/// Finds the rows of one kind without a look at anything but how ids begin, unless they are long.
pub(crate) struct IdIndex<'i> {
    sheets: &'i Sheets,
    rows: &'i Rows,
    /// Hash and row.
    table: HashTable<(u32, u32)>,
}

impl<'i> IdIndex<'i> {
    pub(super) fn new(sheets: &'i Sheets, rows: &'i Rows) -> IdIndex<'i> {
        let mut table = HashTable::with_capacity(rows.ids.len());
        for (id, row) in rows.ids.iter().zip(0_u32..) {
            if !rows.has_nul(row) {
                let hashed = rows.hash(sheets, row, id);
                table.insert_unique(spread(hashed), (hashed, row), |(hash, _)| spread(*hash));
            }
        }
        IdIndex { sheets, rows, table }
    }

    /// The row of the record with this id, in normal form and without a NUL.
    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        let start = beginning(id);
        // No id that is indexed has a NUL: what begins the same, and ends in zeros, is the same.
        if id.len() < 16 {
            return self.search(hash_of_short(start), start, |_| true);
        }
        self.search(hash(id), start, |row| self.rows.long(self.sheets, row) == Some(id))
    }

    fn search(&self, hashed: u32, start: Beginning, is_same: impl Fn(u32) -> bool) -> Option<u32> {
        let begins_same = |row: u32| self.rows.ids.get(row as usize).is_some_and(|id| id.beginning == start);
        let found = |(hash, row): &(u32, u32)| *hash == hashed && begins_same(*row) && is_same(*row);
        self.table.find(spread(hashed), found).map(|(_, row)| *row)
    }
}
