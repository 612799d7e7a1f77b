//! The rows of each kind in the order of their ids, over all tables and records.

use rayon::prelude::*;

use super::PendingRecord;
use crate::read::Table;
use crate::read::scan::Chunk;
use crate::store::Source;
use crate::symbols::{Symbols, hash};
use crate::value::Symbol;

/// The tables of one kind, with their rows.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    pub(super) tables: Vec<Table>,
    pub(super) chunks: Vec<Chunk>,
}

/// The rows of one kind in order.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Per row, one of the origins of its id, and the id's hash.
    ids: Vec<(Origin, u32)>,
    /// Per row, where its values come from.
    pub(super) sources: Vec<Source>,
    /// Per chunk, the rows that are read as records, in ascending order.
    pub(super) careful: Vec<Vec<u32>>,
}

/// A row of a chunk, or a record by its number.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// [`RECORD`] for a record.
    chunk: u32,
    row: u32,
}

const RECORD: u32 = u32::MAX;

/// Something with an id, and how the id begins: enough to put most ids in order without a look at them.
struct Entry {
    beginning: [u64; 2],
    origin: Origin,
}

/// Puts the rows of all kinds in the order of their ids.
pub(super) fn order(sheets: &[Sheets], records: &[PendingRecord], symbols: &Symbols) -> Vec<Rows> {
    let mut stated = vec![Vec::new(); sheets.len()];
    for (number, record) in records.iter().enumerate() {
        if let Some(stated) = stated.get_mut(record.kind.0 as usize) {
            stated.push(Origin { chunk: RECORD, row: number as u32 });
        }
    }
    let ids = |sheets| Ids { sheets, records, symbols };
    sheets.par_iter().zip(stated).map(|(sheets, stated)| ids(sheets).order(stated)).collect()
}

/// Interns the ids of all rows, by kind.
pub(super) fn intern(
    sheets: &[Sheets],
    rows: &[Rows],
    records: &[PendingRecord],
    symbols: &mut Symbols,
) -> Vec<Vec<Symbol>> {
    symbols.reserve(rows.iter().map(|rows| rows.ids.len()).sum());
    let mut intern = |sheets: &Sheets, (origin, hashed): (Origin, u32)| match origin.chunk {
        RECORD => records.get(origin.row as usize).map_or(Symbol(0), |record| record.id),
        chunk => symbols.intern_hashed(hashed, sheets.id(chunk, origin.row).unwrap_or("")),
    };
    let of_kind = |(sheets, rows): (&Sheets, &Rows)| rows.ids.iter().map(|id| intern(sheets, *id)).collect();
    sheets.iter().zip(rows).map(of_kind).collect()
}

impl Sheets {
    /// The table of a chunk.
    pub(super) fn table(&self, chunk: &Chunk) -> Option<&Table> {
        self.tables.get(chunk.table)
    }

    fn id(&self, chunk: u32, row: u32) -> Option<&str> {
        let chunk = self.chunks.get(chunk as usize)?;
        chunk.id(self.table(chunk)?, row as usize)
    }
}

/// The ids of one kind.
struct Ids<'i> {
    sheets: &'i Sheets,
    records: &'i [PendingRecord],
    symbols: &'i Symbols,
}

impl Ids<'_> {
    fn text(&self, origin: Origin) -> Option<&str> {
        match origin.chunk {
            RECORD => self.records.get(origin.row as usize).map(|r| self.symbols.text(r.id)),
            chunk => self.sheets.id(chunk, origin.row),
        }
    }

    /// Puts rows and records in order. What has its id alone keeps its source; the others, and rows of which a
    /// chunk says that they are odd, become records.
    fn order(&self, stated: Vec<Origin>) -> Rows {
        let entries = self.entries(stated);
        let mut careful: Vec<Vec<u32>> =
            self.sheets.chunks.iter().map(|chunk| chunk.odd_rows().collect()).collect();
        let mut ids: Vec<(Origin, u32)> = Vec::with_capacity(entries.len());
        let mut sources: Vec<Source> = Vec::with_capacity(entries.len());
        let same =
            |a: &Entry, b: &Entry| a.beginning == b.beginning && self.text(a.origin) == self.text(b.origin);
        for equal in entries.chunk_by(same) {
            let Some(first) = equal.first() else { continue };
            ids.push((first.origin, hash(self.text(first.origin).unwrap_or(""))));
            let Origin { chunk, row } = first.origin;
            let alone = equal.len() == 1;
            sources.push(match alone && chunk != RECORD && !self.is_odd(chunk, row) {
                true => Source::chunk(chunk, row),
                false => Source::RECORDS,
            });
            for entry in equal.iter().filter(|_| !alone) {
                // Of records there is no chunk.
                if let Some(rows) = careful.get_mut(entry.origin.chunk as usize) {
                    rows.push(entry.origin.row);
                }
            }
        }
        for rows in &mut careful {
            rows.sort_unstable();
            rows.dedup();
        }
        Rows { ids, sources, careful }
    }

    fn is_odd(&self, chunk: u32, row: u32) -> bool {
        self.sheets.chunks.get(chunk as usize).is_none_or(|chunk| chunk.is_odd(row as usize))
    }

    /// All that has an id, in the order of ids.
    fn entries(&self, stated: Vec<Origin>) -> Vec<Entry> {
        let rows = self
            .sheets
            .chunks
            .iter()
            .zip(0..)
            .flat_map(|(c, chunk)| (0..c.len() as u32).map(move |row| Origin { chunk, row }));
        let entry = |origin| Some(Entry { beginning: beginning(self.text(origin)?), origin });
        let mut entries: Vec<Entry> = rows.chain(stated).filter_map(entry).collect();
        let order = |a: &Entry, b: &Entry| {
            a.beginning.cmp(&b.beginning).then_with(|| self.text(a.origin).cmp(&self.text(b.origin)))
        };
        if !entries.is_sorted_by(|a, b| order(a, b).is_le()) {
            entries.par_sort_by(order);
        }
        entries
    }
}

/// The first sixteen bytes of a text, so that they compare as the text does; ends are filled up with zeros.
fn beginning(text: &str) -> [u64; 2] {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    let [high, low] = [bytes.first_chunk::<8>(), bytes.last_chunk::<8>()];
    [high, low].map(|half| half.map_or(0, |half| u64::from_be_bytes(*half)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_compare_as_texts_do() {
        let texts = ["", "a", "a1", "b", "abcdefgh", "abcdefghi", "0123456789abcdef", "契約", "契約2"];
        for a in texts {
            for b in texts {
                assert_eq!(beginning(a).cmp(&beginning(b)), a.cmp(b), "{a} {b}");
            }
        }
        assert_eq!(beginning("0123456789abcdefX"), beginning("0123456789abcdefY"));
    }
}
