//! The table of one kind, held compactly: strings, places and evidence cost nothing where nothing is stated.

use std::sync::Arc;

use kijun_text::{FileId, Span};
use rustc_hash::FxHashMap;

use super::{
    Column, Columns, Conflict, EvidenceId, MINUS_INFINITY, NO_EVIDENCE, PLUS_INFINITY, Register, UNKNOWN,
};
use crate::schema::{AttrId, KindId};
use crate::value::Symbol;

#[derive(Debug, Clone)]
pub struct KindTable {
    pub kind: KindId,
    pub register: Register,
    pub register_origin: Option<Span>,
    /// Ids of the records, in the order in which they are reported (by id).
    pub ids: Arc<Vec<Symbol>>,
    pub(crate) index: Arc<RowIndex>,
    pub columns: Columns,
    /// By attribute, then by row.
    pub conflicts: Vec<Conflict>,
    pub(crate) places: Arc<Places>,
    pub(crate) backing: Arc<Backing>,
    pub(crate) amended: Arc<Amended>,
}

/// Where records and values stand that were stated after the sources were read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Amended {
    pub(crate) records: FxHashMap<u32, Span>,
    pub(crate) cells: FxHashMap<(AttrId, u32), Span>,
}

impl KindTable {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The row that stands for "no record"; the one before it, for a record we do not know.
    pub fn none_row(&self) -> usize {
        self.ids.len() + 1
    }

    pub fn column(&self, attr: AttrId) -> Option<&Column> {
        self.columns.get(attr.0 as usize)
    }

    /// The row of the record with this id.
    pub fn find(&self, id: Symbol) -> Option<u32> {
        self.index.find(id)
    }

    /// Where a record begins.
    pub fn place(&self, row: usize) -> Span {
        let amended = self.amended.records.get(&(row as u32)).copied();
        amended.unwrap_or_else(|| self.places.record(row))
    }

    /// Whether a source states something about a cell, be it that it is not known.
    pub fn is_stated(&self, attr: AttrId, row: usize) -> bool {
        self.amended.cells.contains_key(&(attr, row as u32)) || self.places.range(attr, row).is_some()
    }

    pub fn conflict(&self, attr: AttrId, row: u32) -> Option<&Conflict> {
        let found = self.conflicts.binary_search_by_key(&(attr, row), |c| (c.attr, c.row)).ok()?;
        self.conflicts.get(found)
    }

    /// What backs a cell, if anything is stated about it.
    pub fn evidence_of(&self, attr: AttrId, row: usize) -> EvidenceId {
        if self.backing.is_empty() {
            return NO_EVIDENCE;
        }
        match self.backing.own(attr, row) {
            Some(own) => own,
            None if self.is_stated(attr, row) => self.backing.of_record(row),
            None => NO_EVIDENCE,
        }
    }

    /// Where the value of a cell stands; the record's own place when nothing is stated.
    pub fn cell(&self, attr: AttrId, row: usize) -> Span {
        if let Some(amended) = self.amended.cells.get(&(attr, row as u32)) {
            return *amended;
        }
        let record = self.place(row);
        let Some(Range { start, end }) = self.places.range(attr, row) else { return record };
        let elsewhere = self.places.elsewhere.get(&(attr, row as u32));
        Span { file: elsewhere.copied().unwrap_or(record.file), start, end }
    }

    /// How many records have a known value of an attribute.
    pub fn known(&self, attr: AttrId) -> usize {
        let n = self.len();
        match self.column(attr) {
            Some(Column::Codes(codes)) => codes.iter().take(n).filter(|code| **code != UNKNOWN).count(),
            Some(Column::Numbers { lo, hi }) => {
                let bounds = lo.iter().zip(hi).take(n);
                bounds.filter(|bounds| *bounds != (&MINUS_INFINITY, &PLUS_INFINITY)).count()
            }
            Some(Column::Sets(_)) => (0..n).filter(|row| self.is_known(attr, *row)).count(),
            None => 0,
        }
    }

    /// Whether some source states something of an attribute for some record, other than that it is not known.
    pub fn is_filled(&self, attr: AttrId) -> bool {
        let n = self.len();
        let stated = match self.column(attr) {
            Some(Column::Codes(codes)) => codes.iter().take(n).any(|code| *code != UNKNOWN),
            Some(Column::Numbers { lo, hi }) => {
                lo.iter().zip(hi).take(n).any(|bounds| bounds != (&MINUS_INFINITY, &PLUS_INFINITY))
            }
            Some(Column::Sets(sets)) => (0..n).any(|row| {
                !sets.is_open(row) || !sets.certain(row).is_empty() || !sets.possible(row).is_empty()
            }),
            None => false,
        };
        // Where sources disagree, the column holds nothing; but somebody filled it.
        stated || self.conflicts.iter().any(|c| c.attr == attr)
    }

    /// Whether a value is recorded: not missing, unknown, open or in conflict.
    pub fn is_known(&self, attr: AttrId, row: usize) -> bool {
        if row >= self.len() {
            return false;
        }
        match self.column(attr) {
            Some(Column::Codes(codes)) => codes.get(row).is_some_and(|code| *code != UNKNOWN),
            Some(Column::Numbers { lo, hi }) => {
                let bounds = lo.get(row).zip(hi.get(row));
                bounds.is_some_and(|bounds| bounds != (&MINUS_INFINITY, &PLUS_INFINITY))
            }
            Some(Column::Sets(sets)) => !sets.is_open(row) && sets.possible(row).is_empty(),
            None => false,
        }
    }
}

/// From ids to rows. The ids of a kind are mostly interned one after the other, and then need no table.
#[derive(Debug, Default)]
pub(crate) struct RowIndex {
    first: u32,
    len: u32,
    /// All rows, unless symbols follow each other.
    rows: FxHashMap<Symbol, u32>,
}

impl RowIndex {
    pub(crate) fn new(ids: &[Symbol]) -> RowIndex {
        let first = ids.first().map_or(0, |id| id.0);
        let in_line = ids.iter().zip(first..).all(|(id, expected)| id.0 == expected);
        let rows = ids.iter().zip(0..).filter(|_| !in_line).map(|(id, row)| (*id, row)).collect();
        RowIndex { first, len: ids.len() as u32, rows }
    }

    pub(crate) fn find(&self, id: Symbol) -> Option<u32> {
        if !self.rows.is_empty() {
            return self.rows.get(&id).copied();
        }
        id.0.checked_sub(self.first).filter(|row| *row < self.len)
    }
}

/// Bytes of a file, of the file that the record's place names unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Range {
    /// Of a cell about which nothing is stated.
    pub(crate) const NOWHERE: Range = Range { start: u32::MAX, end: 0 };

    /// The bytes in a text; `None` where nothing is stated.
    pub(crate) fn of(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize)
    }
}

impl From<Span> for Range {
    fn from(span: Span) -> Range {
        Range { start: span.start, end: span.end }
    }
}

/// Where the values of a row come from: a row of a chunk of a table, or records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    chunk: u32,
    row: u32,
}

impl Source {
    pub(crate) const RECORDS: Source = Source { chunk: u32::MAX, row: u32::MAX };

    pub(crate) fn chunk(chunk: u32, row: u32) -> Source {
        Source { chunk, row }
    }

    /// The chunk and its row; `None` for records.
    pub(crate) fn in_chunk(self) -> Option<(usize, usize)> {
        (self != Source::RECORDS).then_some((self.chunk as usize, self.row as usize))
    }
}

/// What stands by row, without one of them.
fn without<V>(map: &mut FxHashMap<(AttrId, u32), V>, row: u32) {
    let moved = std::mem::take(map).into_iter().filter(|((_, r), _)| *r != row);
    *map = moved.map(|((attr, r), value)| ((attr, if r > row { r - 1 } else { r }), value)).collect();
}

fn remove<T>(list: &mut Vec<T>, row: usize) {
    if row < list.len() {
        list.remove(row);
    }
}

impl Amended {
    pub(crate) fn remove(&mut self, row: u32) {
        without(&mut self.cells, row);
        let moved = std::mem::take(&mut self.records).into_iter().filter(|(r, _)| *r != row);
        self.records = moved.map(|(r, span)| (if r > row { r - 1 } else { r }, span)).collect();
    }
}

/// Where records and values stand. What tables state stays in the order of their rows: few places are ever asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    /// By row.
    pub(crate) sources: Vec<Source>,
    pub(crate) chunks: Vec<ChunkPlaces>,
    /// By row: where records begin; empty where tables alone state any.
    pub(crate) records: Vec<Span>,
    /// Per attribute and row; empty where tables alone, or no sources, state an attribute.
    pub(crate) cells: Vec<Vec<Range>>,
    /// Files of the values that stand in another file than their record's place.
    pub(crate) elsewhere: FxHashMap<(AttrId, u32), FileId>,
}

/// Where the cells of a range of rows of a table stand.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChunkPlaces {
    pub(crate) file: FileId,
    pub(crate) ids: Vec<Range>,
    /// By attribute; empty where the table does not state it.
    pub(crate) cells: Vec<Vec<Range>>,
}

impl Places {
    pub(crate) fn remove(&mut self, row: u32) {
        let at = row as usize;
        remove(&mut self.sources, at);
        remove(&mut self.records, at);
        self.cells.iter_mut().for_each(|cells| remove(cells, at));
        without(&mut self.elsewhere, row);
    }

    fn in_chunk(&self, row: usize) -> Option<(&ChunkPlaces, usize)> {
        let (chunk, row) = self.sources.get(row)?.in_chunk()?;
        Some((self.chunks.get(chunk)?, row))
    }

    /// Where a record of a table begins.
    pub(crate) fn in_table(&self, row: usize) -> Option<Span> {
        let (chunk, row) = self.in_chunk(row)?;
        let Range { start, end } = *chunk.ids.get(row)?;
        Some(Span { file: chunk.file, start, end })
    }

    /// Where a value in a table stands.
    pub(crate) fn cell_in_table(&self, attr: AttrId, row: usize) -> Option<Range> {
        let (chunk, row) = self.in_chunk(row)?;
        chunk.cells.get(attr.0 as usize)?.get(row).copied()
    }

    fn record(&self, row: usize) -> Span {
        let place = match self.records.is_empty() {
            true => self.in_table(row),
            false => self.records.get(row).copied(),
        };
        place.unwrap_or_default()
    }

    fn range(&self, attr: AttrId, row: usize) -> Option<Range> {
        let place = match self.cells.get(attr.0 as usize) {
            Some(places) if !places.is_empty() => places.get(row).copied(),
            _ => self.cell_in_table(attr, row),
        };
        place.filter(|range| *range != Range::NOWHERE)
    }
}

/// What backs the values that are stated.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backing {
    /// Per record, what backs its values; empty if nothing backs any.
    records: Vec<EvidenceId>,
    /// Of values that something else backs.
    cells: FxHashMap<(AttrId, u32), EvidenceId>,
}

impl Backing {
    pub(crate) fn new(records: Vec<EvidenceId>, cells: FxHashMap<(AttrId, u32), EvidenceId>) -> Backing {
        let records = if records.iter().all(|id| *id == NO_EVIDENCE) { Vec::new() } else { records };
        Backing { records, cells }
    }

    fn is_empty(&self) -> bool {
        self.records.is_empty() && self.cells.is_empty()
    }

    fn own(&self, attr: AttrId, row: usize) -> Option<EvidenceId> {
        if self.cells.is_empty() { None } else { self.cells.get(&(attr, row as u32)).copied() }
    }

    fn of_record(&self, row: usize) -> EvidenceId {
        self.records.get(row).copied().unwrap_or(NO_EVIDENCE)
    }

    pub(crate) fn remove(&mut self, row: u32) {
        remove(&mut self.records, row as usize);
        without(&mut self.cells, row);
    }

    pub(crate) fn set(&mut self, attr: AttrId, row: u32, id: EvidenceId) {
        self.cells.insert((attr, row), id);
    }
}
