//! The rows of a table and where their cells stand: the first of the two passes over its text.

use memchr::memchr;

use super::csv::{Cell, Row, Rows, after_line_break};
use super::reader::id_of;
use super::scalar::{has_plain_ends, trimmed};
use super::table::{Heading, Table};
use crate::store::Range;
use crate::symbols::{Beginning, beginning};

/// Some rows of a table, one after the other.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// Which of the tables of its kind.
    pub(crate) table: usize,
    /// By heading, then by row: where the cells stand that say something. Nothing for headings that are not read.
    pub(crate) places: Vec<Vec<Range>>,
    /// By row: the byte at which it begins.
    starts: Vec<u32>,
    /// By row: how its id begins.
    beginnings: Vec<Beginning>,
    /// Rows that are read as records, by row.
    odd: Vec<Odd>,
    /// By heading, then by row.
    escaped: Vec<Escaped>,
}

/// A row about whose form something is to be said, or whose id does not stand in the text as it is.
#[derive(Debug)]
struct Odd {
    row: u32,
    id: Option<Box<str>>,
}

/// A cell that does not stand in the text as it is, and what it says.
#[derive(Debug)]
pub(crate) struct Escaped {
    heading: u32,
    row: u32,
    text: Box<str>,
}

impl Chunk {
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The id of a row; `None` when it has none.
    pub(crate) fn id<'c>(&'c self, table: &'c Table, row: usize) -> Option<&'c str> {
        match self.odd(row) {
            Some(odd) => odd.id.as_deref(),
            None => self.places.get(table.id)?.get(row)?.of(&table.text),
        }
    }

    /// How the ids of rows begin; asked for once.
    pub(crate) fn take_beginnings(&mut self) -> Vec<Beginning> {
        std::mem::take(&mut self.beginnings)
    }

    pub(crate) fn has_id(&self, row: u32) -> bool {
        self.odd(row as usize).is_none_or(|odd| odd.id.is_some())
    }

    /// The cells below a heading.
    pub(crate) fn column<'c>(&'c self, table: &'c Table, heading: usize) -> Option<ColumnText<'c>> {
        let places = self.places.get(heading)?;
        let from = self.escaped.partition_point(|e| (e.heading as usize) < heading);
        let to = self.escaped.partition_point(|e| e.heading as usize <= heading);
        Some(ColumnText { text: &table.text, places, escaped: self.escaped.get(from..to).unwrap_or(&[]) })
    }

    pub(crate) fn start(&self, row: u32) -> Option<usize> {
        self.starts.get(row as usize).map(|start| *start as usize)
    }

    pub(crate) fn is_odd(&self, row: usize) -> bool {
        self.odd(row).is_some()
    }

    fn odd(&self, row: usize) -> Option<&Odd> {
        if self.odd.is_empty() {
            return None;
        }
        let found = self.odd.binary_search_by_key(&row, |odd| odd.row as usize).ok()?;
        self.odd.get(found)
    }

    /// The rows that are read as records.
    pub(crate) fn odd_rows(&self) -> impl Iterator<Item = u32> {
        self.odd.iter().map(|odd| odd.row)
    }
}

/// The cells below one heading.
#[derive(Clone, Copy)]
pub(crate) struct ColumnText<'c> {
    text: &'c str,
    places: &'c [Range],
    /// By row.
    escaped: &'c [Escaped],
}

impl<'c> ColumnText<'c> {
    /// What a cell says; `None` when it says nothing.
    pub(crate) fn get(&self, row: usize) -> Option<&'c str> {
        if !self.escaped.is_empty()
            && let Ok(found) = self.escaped.binary_search_by_key(&row, |e| e.row as usize)
        {
            return self.escaped.get(found).map(|e| &*e.text);
        }
        self.places.get(row)?.of(self.text)
    }
}

/// Finds the rows in a range that [`super::csv::chunks`] gives.
pub(crate) fn scan(table: &Table, number: usize, range: std::ops::Range<usize>) -> Chunk {
    let mut scan = Scan::new(table, number, range.clone());
    let mut rows = Rows::within(&table.text, range, table.delimiter);
    let mut row = Row::default();
    loop {
        while let Some(next) = scan.plain_row(rows.at()) {
            rows.go_to(next);
        }
        if !rows.read(&mut row) {
            scan.chunk.escaped.sort_by_key(|e| (e.heading, e.row));
            return scan.chunk;
        }
        scan.row(&row);
    }
}

struct Scan<'t> {
    table: &'t Table,
    /// Up to the end of the range.
    text: &'t str,
    ends: Ends,
    /// Headings without a name below which nothing stands so far.
    nameless: Vec<usize>,
    chunk: Chunk,
}

impl<'t> Scan<'t> {
    fn new(table: &'t Table, number: usize, range: std::ops::Range<usize>) -> Scan<'t> {
        let text = table.text.get(..range.end).unwrap_or("");
        let bytes = text.as_bytes().get(range.start..).unwrap_or(&[]);
        // Few rows stand on several lines, and few files end their lines with anything else.
        let rows = memchr::memchr_iter(b'\n', bytes).count() + 1;
        let places = |heading: &Heading| match is_read(heading) {
            true => Vec::with_capacity(rows),
            false => Vec::new(),
        };
        let nameless = table.headings.iter().enumerate().filter(|(_, h)| **h == Heading::Nameless);
        let chunk = Chunk {
            table: number,
            places: table.headings.iter().map(places).collect(),
            starts: Vec::with_capacity(rows),
            beginnings: Vec::with_capacity(rows),
            odd: Vec::new(),
            escaped: Vec::new(),
        };
        Scan {
            table,
            text,
            ends: Ends::new(table.delimiter),
            nameless: nameless.map(|(i, _)| i).collect(),
            chunk,
        }
    }

    /// Takes up the row that begins at a byte, if nothing is special about it; returns where the next one begins.
    fn plain_row(&mut self, start: usize) -> Option<usize> {
        let end = self.plain_cells(start);
        if end.is_some() {
            self.chunk.starts.push(start as u32);
        } else {
            let rows = self.chunk.starts.len();
            self.chunk.beginnings.truncate(rows);
            self.chunk.places.iter_mut().for_each(|places| places.truncate(rows));
        }
        end.map(|end| after_line_break(self.text.as_bytes(), end))
    }

    fn plain_cells(&mut self, start: usize) -> Option<usize> {
        let mut end = start;
        for (number, (heading, places)) in self.table.headings.iter().zip(&mut self.chunk.places).enumerate()
        {
            if number > 0 {
                self.ends.is_delimiter(self.text, end).then_some(())?;
                end += 1;
            }
            let (cell, after) = plain_cell(self.text, end, &self.ends)?;
            match heading {
                Heading::Attribute(_) | Heading::Evidence(_) => places.push(cell),
                Heading::Id => {
                    let id = cell.of(self.text)?;
                    is_plain_id(id).then_some(())?;
                    self.chunk.beginnings.push(beginning(id));
                    places.push(cell);
                }
                Heading::Nameless if cell != Range::NOWHERE && self.nameless.contains(&number) => {
                    return None;
                }
                Heading::Nameless | Heading::Unread => {}
            }
            end = after;
        }
        (!self.ends.is_delimiter(self.text, end)).then_some(end)
    }

    /// Takes up any row.
    fn row(&mut self, row: &Row) {
        let number = self.chunk.len() as u32;
        self.chunk.starts.push(row.range.start as u32);
        let id = row.cells.get(self.table.id);
        let sound = is_sound(self.table.headings.len(), row) && !self.is_named_here(row);
        let plain = sound && id.is_some_and(|cell| cell.is_as_written() && is_plain_id(&cell.text));
        let id = id.and_then(|cell| id_of(&cell.text));
        self.chunk.beginnings.push(beginning(id.as_deref().unwrap_or("")));
        if !plain {
            self.chunk.odd.push(Odd { row: number, id: id.map(|id| Box::from(&*id)) });
        }
        for (heading, places) in self.table.headings.iter().zip(&mut self.chunk.places) {
            if is_read(heading) {
                places.push(Range::NOWHERE);
            }
        }
        if plain {
            self.cells(number, row);
        }
    }

    fn cells(&mut self, number: u32, row: &Row) {
        for (heading, (cell, places)) in (0..).zip(row.cells.iter().zip(&mut self.chunk.places)) {
            let Some(place) = places.last_mut().filter(|_| !cell.is_blank()) else { continue };
            *place = Range { start: cell.range.start as u32, end: cell.range.end as u32 };
            if !cell.is_as_written() {
                self.chunk.escaped.push(Escaped { heading, row: number, text: Box::from(&*cell.text) });
            }
        }
    }

    /// Whether a cell stands in a column without a header where none did before. Only the first is reported.
    fn is_named_here(&mut self, row: &Row) -> bool {
        let before = self.nameless.len();
        self.nameless.retain(|i| row.cells.get(*i).is_none_or(Cell::is_blank));
        self.nameless.len() < before
    }
}

/// Whether what stands below a heading is read.
fn is_read(heading: &Heading) -> bool {
    !matches!(heading, Heading::Nameless | Heading::Unread)
}

/// The place of the cell that begins at a byte, and its end; `None` when more must be known of it than that.
fn plain_cell(text: &str, start: usize, ends: &Ends) -> Option<(Range, usize)> {
    let bytes = text.as_bytes();
    let first = *bytes.get(start)?;
    if first == b'"' {
        return quoted_cell(text, start + 1, ends);
    }
    let end = ends.find(bytes, start);
    let place = |start: usize, end: usize| match start == end {
        true => Range::NOWHERE,
        false => Range { start: start as u32, end: end as u32 },
    };
    if bytes.get(start..end).is_some_and(has_plain_ends) {
        return Some((place(start, end), end));
    }
    let found = text.get(start..end)?;
    let inner = trimmed(found);
    let opens = found.as_bytes().get(inner.start) == Some(&b'"');
    (!opens).then(|| (place(start + inner.start, start + inner.end), end))
}

/// A cell in quotes that ends with the first of them.
fn quoted_cell(text: &str, start: usize, ends: &Ends) -> Option<(Range, usize)> {
    let rest = text.as_bytes().get(start..)?;
    let close = start + memchr(b'"', rest)?;
    let inner = text.as_bytes().get(start..close)?;
    let plain = has_plain_ends(inner) && !inner.is_empty() && ends.is_end(text, close + 1);
    plain.then_some((Range { start: start as u32, end: close as u32 }, close + 1))
}

/// The signs that end a cell.
struct Ends {
    delimiter: u8,
    /// The delimiter eight times.
    delimiters: u64,
}

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = LOW << 7;
const LINE_FEEDS: u64 = LOW * b'\n' as u64;
const RETURNS: u64 = LOW * b'\r' as u64;

/// The highest bit of each byte that is zero; above the first of them, bits may be set as well.
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

impl Ends {
    fn new(delimiter: u8) -> Ends {
        Ends { delimiter, delimiters: LOW * u64::from(delimiter) }
    }

    /// Where the cell ends in which a byte stands. Most cells are short, hence eight bytes at once and not more.
    #[inline]
    fn find(&self, text: &[u8], from: usize) -> usize {
        let mut at = from;
        while let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            let found = self.in_block(u64::from_le_bytes(*block));
            if found != 0 {
                return at + (found.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        let rest = text.get(at..).unwrap_or(&[]);
        at + rest.iter().position(|b| self.is_sign(*b)).unwrap_or(rest.len())
    }

    /// The highest bit of each byte that is one of the signs; see [`zeros`].
    fn in_block(&self, block: u64) -> u64 {
        zeros(block ^ self.delimiters) | zeros(block ^ LINE_FEEDS) | zeros(block ^ RETURNS)
    }

    fn is_sign(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }

    fn is_delimiter(&self, text: &str, at: usize) -> bool {
        text.as_bytes().get(at) == Some(&self.delimiter)
    }

    fn is_end(&self, text: &str, at: usize) -> bool {
        text.as_bytes().get(at).is_none_or(|byte| self.is_sign(*byte))
    }
}

/// Whether nothing is to be said about the form of a row.
pub(crate) fn is_sound(width: usize, row: &Row) -> bool {
    let count = row.cells.len();
    let fits = count == width || (count > width && row.cells.iter().skip(width).all(Cell::is_blank));
    fits && row.faults.is_empty()
}

/// Whether an id is in the form in which ids are compared: no white space around it, in normal form.
fn is_plain_id(text: &str) -> bool {
    if text.is_ascii() {
        return !text.is_empty() && text != "?" && has_plain_ends(text.as_bytes());
    }
    matches!(id_of(text), Some(std::borrow::Cow::Borrowed(id)) if id.len() == text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_ends_at_the_first_sign_wherever_it_stands() {
        let ends = Ends::new(b';');
        for length in 0..20 {
            for sign in [";", "\n", "\r"] {
                let text =
                    format!("{}{sign}:<;é\n,;;;;;;;", "é".repeat(length / 2) + &"x".repeat(length % 2));
                let first = text.find([';', '\n', '\r']).unwrap();
                assert_eq!(ends.find(text.as_bytes(), 0), first, "{text}");
            }
        }
        assert_eq!(ends.find("abc,\u{b}\u{8b}d".as_bytes(), 1), 8);
    }
}
