//! The rows of a table and their ids: the first of the two passes over its text.

use std::borrow::Cow;
use std::ops::Range;

use super::csv::{Cell, Row, Rows, after_line_break};
use super::reader::id_of;
use super::table::{Heading, Table};

/// Some rows of a table, one after the other.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// Which of the tables of its kind.
    pub(crate) table: usize,
    pub(crate) range: Range<usize>,
    /// Per row, the bytes of its id.
    ids: Vec<(u32, u32)>,
    /// Rows that are read as records, by row.
    odd: Vec<Odd>,
}

/// A row about whose form something is to be said, or whose id does not stand in the text as it is.
#[derive(Debug)]
struct Odd {
    row: u32,
    id: Option<Box<str>>,
}

impl Chunk {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The id of a row; `None` when it has none.
    pub(crate) fn id<'c>(&'c self, text: &'c str, row: usize) -> Option<&'c str> {
        match self.odd(row) {
            Some(odd) => odd.id.as_deref(),
            None => self.place(row).and_then(|(start, end)| text.get(start as usize..end as usize)),
        }
    }

    /// Where the id of a row stands.
    pub(crate) fn place(&self, row: usize) -> Option<(u32, u32)> {
        self.ids.get(row).copied()
    }

    pub(crate) fn is_odd(&self, row: usize) -> bool {
        self.odd(row).is_some()
    }

    fn odd(&self, row: usize) -> Option<&Odd> {
        let found = self.odd.binary_search_by_key(&row, |odd| odd.row as usize).ok()?;
        self.odd.get(found)
    }

    /// The rows that are read as records.
    pub(crate) fn odd_rows(&self) -> impl Iterator<Item = u32> {
        self.odd.iter().map(|odd| odd.row)
    }
}

/// Finds the rows in a range that [`super::csv::chunks`] gives.
pub(crate) fn scan(table: &Table, number: usize, range: Range<usize>) -> Chunk {
    let mut rows = Rows::within(&table.text, range.clone(), table.delimiter);
    let bytes = table.text.as_bytes().get(..range.end).unwrap_or(&[]);
    let mut chunk = Chunk { table: number, range: range.clone(), ids: Vec::new(), odd: Vec::new() };
    let mut nameless: Vec<usize> = positions(table, Heading::Nameless);
    let mut row = Row::default();
    // Where nothing stands in quotes, and no cell without a header is to be noticed, the id of a row is soon found.
    let plain =
        nameless.is_empty() && bytes.get(range.start..).is_none_or(|b| memchr::memchr(b'"', b).is_none());
    loop {
        while plain && let Some((id, end)) = id_at(bytes, rows.at(), table) {
            chunk.ids.push((id.start as u32, id.end as u32));
            rows.go_to(after_line_break(bytes, end));
        }
        if !rows.read(&mut row) {
            return chunk;
        }
        let id = row.cells.get(table.id);
        let sound = is_sound(table.headings.len(), &row) && !is_named_here(&mut nameless, &row);
        match id.filter(|cell| sound && is_plain_id(cell)) {
            Some(cell) => chunk.ids.push((cell.range.start as u32, cell.range.end as u32)),
            None => {
                let id = id.and_then(|cell| id_of(&cell.text).map(|id| Box::from(&*id)));
                chunk.odd.push(Odd { row: chunk.ids.len() as u32, id });
                chunk.ids.push((0, 0));
            }
        }
    }
}

/// The id of the row that begins at a byte, and the end of that row, if the id is nothing but signs of ASCII.
fn id_at(text: &[u8], start: usize, table: &Table) -> Option<(Range<usize>, usize)> {
    let mut at = start;
    for _ in 0..table.id {
        let cell =
            text.get(at..)?.iter().position(|b| *b == table.delimiter || *b == b'\n' || *b == b'\r')?;
        at += cell;
        if text.get(at) != Some(&table.delimiter) {
            return None;
        }
        at += 1;
    }
    let rest = text.get(at..)?;
    let length = rest.iter().position(|b| *b == table.delimiter || !b.is_ascii_graphic() || *b == b'?');
    let length = length.unwrap_or(rest.len());
    let end = rest.get(length).copied();
    let whole = end.is_none() || end == Some(table.delimiter) || end == Some(b'\n') || end == Some(b'\r');
    if length == 0 || !whole {
        return None;
    }
    let line_end = memchr::memchr2(b'\n', b'\r', rest.get(length..)?).map_or(text.len(), |i| at + length + i);
    Some((at..at + length, line_end))
}

fn positions(table: &Table, wanted: Heading) -> Vec<usize> {
    let found = table.headings.iter().enumerate().filter(|(_, heading)| **heading == wanted);
    found.map(|(i, _)| i).collect()
}

/// Whether nothing is to be said about the form of a row.
pub(crate) fn is_sound(width: usize, row: &Row) -> bool {
    let count = row.cells.len();
    let fits = count == width || (count > width && row.cells.iter().skip(width).all(Cell::is_blank));
    fits && row.faults.is_empty()
}

/// Whether a cell stands in a column without a header where none did before. Only the first is reported.
fn is_named_here(nameless: &mut Vec<usize>, row: &Row) -> bool {
    let before = nameless.len();
    nameless.retain(|i| row.cells.get(*i).is_none_or(Cell::is_blank));
    nameless.len() < before
}

/// Whether the id stands in the text as it is: no escapes, no white space within quotes, in normal form.
fn is_plain_id(cell: &Cell) -> bool {
    let Cow::Borrowed(text) = cell.text else { return false };
    matches!(id_of(text), Some(Cow::Borrowed(id)) if id.len() == text.len())
}
