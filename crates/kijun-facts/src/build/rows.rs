//! The rows of each kind in the order of their ids, over all tables and records.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::PendingRecord;
use crate::read::Table;
use crate::read::scan::Chunk;
use crate::store::Source;
use crate::symbols::{Beginning, Symbols, beginning, hash, hash_of_short};
use crate::value::Symbol;

/// The tables of one kind, with their rows.
#[derive(Debug, Default)]
pub(crate) struct Sheets {
    pub(super) tables: Vec<Table>,
    pub(super) chunks: Vec<Chunk>,
}

/// The rows of one kind in order.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Once each.
    pub(super) ids: Vec<Id>,
    /// Ids of records that are long, or have a NUL; by row.
    recorded: FxHashMap<u32, Box<str>>,
    /// Per row, where its values come from.
    pub(super) sources: Vec<Source>,
    /// Per chunk, the rows that are read as records, in ascending order.
    pub(super) careful: Vec<Vec<u32>>,
}

/// An id, and how it begins: enough to put most ids in order, and to find them, without a look at the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id {
    pub(super) beginning: Beginning,
    origin: Origin,
}

/// A row of a chunk, or a record by its number.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// [`RECORD`] for a record.
    chunk: u32,
    row: u32,
}

const RECORD: u32 = u32::MAX;

/// In how many places rows may be out of order without many threads being of use.
const FEW_BREAKS: usize = 64;

/// For how many bytes there is to be room for each id.
const BYTES_PER_ID: usize = 12;

impl Rows {
    /// The id of a row, if it has sixteen bytes or more.
    pub(super) fn long<'r>(&'r self, sheets: &'r Sheets, row: u32) -> Option<&'r str> {
        let origin = self.ids.get(row as usize)?.origin;
        match origin.chunk {
            RECORD => self.recorded.get(&row).map(|id| &**id),
            chunk => sheets.id(chunk, origin.row),
        }
    }

    /// The hash of an id without a NUL.
    pub(super) fn hash(&self, sheets: &Sheets, row: u32, id: &Id) -> u32 {
        match id.beginning {
            // These zeros are what is missing.
            [_, low] if low as u8 == 0 => hash_of_short(id.beginning),
            _ => hash(self.long(sheets, row).unwrap_or("")),
        }
    }

    /// Whether the id of a row has a NUL, so that no table can name it.
    pub(super) fn has_nul(&self, row: u32) -> bool {
        !self.recorded.is_empty() && self.recorded.get(&row).is_some_and(|id| id.contains('\0'))
    }
}

/// Puts the rows of all kinds in the order of their ids.
pub(super) fn order(sheets: &mut [Sheets], records: &[PendingRecord], symbols: &Symbols) -> Vec<Rows> {
    let mut stated = vec![Vec::new(); sheets.len()];
    for (number, record) in records.iter().enumerate() {
        if let Some(stated) = stated.get_mut(record.kind.0 as usize) {
            stated.push(Origin { chunk: RECORD, row: number as u32 });
        }
    }
    let order = |(sheets, stated): (&mut Sheets, Vec<Origin>)| {
        let beginnings = sheets.chunks.iter_mut().map(Chunk::take_beginnings).collect();
        Ids { sheets, records, symbols }.order(beginnings, stated)
    };
    sheets.par_iter_mut().zip(stated).map(order).collect()
}

/// Interns the ids of all rows, by kind.
pub(super) fn intern(
    sheets: &[Sheets],
    rows: &[Rows],
    records: &[PendingRecord],
    symbols: &mut Symbols,
) -> Vec<Vec<Symbol>> {
    let strings = rows.iter().map(|rows| rows.ids.len()).sum();
    symbols.reserve(strings, strings * BYTES_PER_ID);
    let mut intern = |sheets: &Sheets, rows: &Rows, row: u32, id: &Id| match id.origin.chunk {
        RECORD => records.get(id.origin.row as usize).map_or(Symbol(0), |record| record.id),
        chunk => {
            let text = sheets.id(chunk, id.origin.row).unwrap_or("");
            symbols.intern_hashed(rows.hash(sheets, row, id), text)
        }
    };
    let of_kind = |(sheets, rows): (&Sheets, &Rows)| {
        rows.ids.iter().zip(0..).map(|(id, row)| intern(sheets, rows, row, id)).collect()
    };
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
    fn order(&self, beginnings: Vec<Vec<Beginning>>, stated: Vec<Origin>) -> Rows {
        let mut ids = self.ids(beginnings, stated);
        let mut careful: Vec<Vec<u32>> =
            self.sheets.chunks.iter().map(|chunk| chunk.odd_rows().collect()).collect();
        let mut recorded = FxHashMap::default();
        let mut sources: Vec<Source> = Vec::with_capacity(ids.len());
        for equal in ids.chunk_by(|a, b| self.is_same(a, b)) {
            let Some(Origin { chunk, row }) = equal.first().map(|id| id.origin) else { continue };
            if chunk == RECORD
                && let Some(id) =
                    self.text(Origin { chunk, row }).filter(|id| id.len() >= 16 || id.contains('\0'))
            {
                recorded.insert(sources.len() as u32, id.into());
            }
            let alone = equal.len() == 1;
            sources.push(match alone && chunk != RECORD && !self.is_odd(chunk, row) {
                true => Source::chunk(chunk, row),
                false => Source::RECORDS,
            });
            for id in equal.iter().filter(|_| !alone) {
                // Of records there is no chunk.
                if let Some(rows) = careful.get_mut(id.origin.chunk as usize) {
                    rows.push(id.origin.row);
                }
            }
        }
        for rows in &mut careful {
            rows.sort_unstable();
            rows.dedup();
        }
        if sources.len() < ids.len() {
            ids.dedup_by(|a, b| self.is_same(a, b));
        }
        Rows { ids, recorded, sources, careful }
    }

    fn is_same(&self, a: &Id, b: &Id) -> bool {
        a.beginning == b.beginning && self.text(a.origin) == self.text(b.origin)
    }

    fn is_odd(&self, chunk: u32, row: u32) -> bool {
        self.sheets.chunks.get(chunk as usize).is_none_or(|chunk| chunk.is_odd(row as usize))
    }

    /// All ids, in order. `beginnings`: of the rows of each chunk.
    fn ids(&self, beginnings: Vec<Vec<Beginning>>, stated: Vec<Origin>) -> Vec<Id> {
        let count = beginnings.iter().map(Vec::len).sum::<usize>() + stated.len();
        let mut ids = Vec::with_capacity(count);
        for (number, (chunk, beginnings)) in (0..).zip(self.sheets.chunks.iter().zip(beginnings)) {
            let rows = (0..).zip(beginnings).filter(|(row, _)| chunk.has_id(*row));
            let origin = |row| Origin { chunk: number, row };
            ids.extend(rows.map(|(row, beginning)| Id { beginning, origin: origin(row) }));
        }
        let begun = |origin| Some(Id { beginning: beginning(self.text(origin)?), origin });
        ids.extend(stated.into_iter().filter_map(begun));
        let order = |a: &Id, b: &Id| {
            a.beginning.cmp(&b.beginning).then_with(|| self.text(a.origin).cmp(&self.text(b.origin)))
        };
        // Ids that count on without leading zeros are in order but for a few places, which one thread finds.
        let breaks = ids.windows(2).filter(|pair| matches!(pair, [a, b] if order(a, b).is_gt())).count();
        match breaks {
            0 => {}
            1..=FEW_BREAKS => ids.sort_by(order),
            _ => ids.par_sort_by(order),
        }
        ids
    }
}
