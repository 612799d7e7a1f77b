//! Rows and cells of CSV and TSV (RFC 4180), with the place of every cell. Own code because no library
//! tells where in the text a cell stands.

use std::borrow::Cow;
use std::ops::Range;

/// A cell: its text, and where that stands in the file, without quotes and white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) range: Range<usize>,
}

impl Cell<'_> {
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row<'t> {
    pub(crate) cells: Vec<Cell<'t>>,
    pub(crate) range: Range<usize>,
    pub(crate) faults: Vec<Fault>,
}

/// What breaks the syntax of a cell, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The quote that nothing closes.
    Unclosed(Range<usize>),
    /// What follows a closing quote.
    AfterQuote(Range<usize>),
}

/// Rows of a text that are not blank.
pub(crate) struct Rows<'t> {
    text: &'t str,
    at: usize,
    delimiter: u8,
}

impl<'t> Rows<'t> {
    /// `delimiter`: the sign between cells; `None` to take the one that is most frequent in the first line.
    pub(crate) fn new(text: &'t str, delimiter: Option<u8>) -> Rows<'t> {
        Rows { text, at: 0, delimiter: delimiter.unwrap_or_else(|| sniff(text)) }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn row(&mut self) -> Row<'t> {
        let start = self.at;
        let mut row = Row { cells: Vec::new(), range: start..start, faults: Vec::new() };
        loop {
            let cell = self.cell(&mut row.faults);
            row.range.end = cell.range.end;
            row.cells.push(cell);
            if self.byte(self.at) != Some(self.delimiter) {
                break;
            }
            self.at += 1;
        }
        self.line_break();
        row
    }

    fn line_break(&mut self) {
        if self.byte(self.at) == Some(b'\r') {
            self.at += 1;
        }
        if self.byte(self.at) == Some(b'\n') {
            self.at += 1;
        }
    }

    fn cell(&mut self, faults: &mut Vec<Fault>) -> Cell<'t> {
        let start = self.at;
        let blank = |b: u8| (b == b' ' || b == b'\t') && b != self.delimiter;
        let mut at = start;
        while self.byte(at).is_some_and(blank) {
            at += 1;
        }
        if self.byte(at) == Some(b'"') {
            return self.quoted(at, faults);
        }
        self.at = self.end_of_cell(at);
        let found = self.text.get(start..self.at).unwrap_or("");
        let inner = super::scalar::trimmed(found);
        Cell {
            text: found.get(inner.clone()).unwrap_or("").into(),
            range: start + inner.start..start + inner.end,
        }
    }

    fn end_of_cell(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or(&[]);
        let ends = |b: &u8| *b == self.delimiter || *b == b'\n' || *b == b'\r';
        rest.iter().position(ends).map_or(self.text.len(), |i| from + i)
    }

    fn quoted(&mut self, open: usize, faults: &mut Vec<Fault>) -> Cell<'t> {
        let start = open + 1;
        let mut at = start;
        let mut doubled = false;
        let close = loop {
            let rest = self.text.as_bytes().get(at..).unwrap_or(&[]);
            let Some(quote) = rest.iter().position(|b| *b == b'"').map(|i| at + i) else {
                faults.push(Fault::Unclosed(open..start));
                self.at = self.text.len();
                break self.text.len();
            };
            if self.byte(quote + 1) != Some(b'"') {
                self.at = quote + 1;
                break quote;
            }
            doubled = true;
            at = quote + 2;
        };
        self.after_quote(faults);
        let found = self.text.get(start..close).unwrap_or("");
        let text = if doubled { found.replace("\"\"", "\"").into() } else { found.into() };
        Cell { text, range: start..close }
    }

    fn after_quote(&mut self, faults: &mut Vec<Fault>) {
        let (start, end) = (self.at, self.end_of_cell(self.at));
        let rest = super::scalar::trimmed(self.text.get(start..end).unwrap_or(""));
        if !rest.is_empty() {
            faults.push(Fault::AfterQuote(start + rest.start..start + rest.end));
        }
        self.at = end;
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Row<'t>;

    fn next(&mut self) -> Option<Row<'t>> {
        while self.at < self.text.len() {
            let row = self.row();
            if !row.cells.iter().all(Cell::is_blank) || !row.faults.is_empty() {
                return Some(row);
            }
        }
        None
    }
}

/// The delimiter of the first line that is not blank: the most frequent outside of quotes.
fn sniff(text: &str) -> u8 {
    let header = text.trim_start_matches(['\n', '\r', ' ']);
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in header.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(d, _)| *d == byte).for_each(|(_, n)| *n += 1),
        }
    }
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells separated by `|`, rows by `/`, as they stand at their places.
    fn rows(text: &str) -> String {
        let shown = Rows::new(text, None).map(|row| {
            assert!(row.faults.is_empty(), "{:?}", row.faults);
            let cells = row.cells.iter().map(|cell| {
                assert_eq!(text[cell.range.clone()].replace("\"\"", "\""), cell.text);
                cell.text.to_string()
            });
            cells.collect::<Vec<_>>().join("|")
        });
        shown.collect::<Vec<_>>().join("/")
    }

    #[test]
    fn quotes_line_breaks_and_blank_lines() {
        assert_eq!(rows("a,b\n1,2\n"), "a|b/1|2");
        assert_eq!(rows("a,b\r\n1,\r\n,,\r\n\r\n"), "a|b/1|");
        assert_eq!(rows("a,b\r1,2"), "a|b/1|2");
        assert_eq!(rows("\n\na, \"b \" ,c\n　契約 ,\"x,\"\"y\"\"\n2\",\"\"\n"), "a|b |c/契約|x,\"y\"\n2|");
        assert_eq!(rows("a\n5\" disk\n"), "a/5\" disk");
        assert_eq!(rows(""), "");
    }

    #[test]
    fn the_first_line_gives_the_delimiter() {
        assert_eq!(rows("a;b\n1,5;2\n"), "a|b/1,5|2");
        assert_eq!(rows("a\tb\n \t2\n"), "a|b/|2");
        assert_eq!(rows("\"a;;;\",b\n1,2\n"), "a;;;|b/1|2");
        assert_eq!(rows("a\n1\n"), "a/1");
    }

    #[test]
    fn faults_have_a_place_and_the_rest_is_read() {
        let text = "a,b\n\"x\"y,2\n\"z,3\n";
        let rows: Vec<Row> = Rows::new(text, None).collect();
        assert_eq!(rows[1].faults, [Fault::AfterQuote(7..8)]);
        assert_eq!((&*rows[1].cells[0].text, &*rows[1].cells[1].text), ("x", "2"));
        assert_eq!(rows[2].faults, [Fault::Unclosed(11..12)]);
    }
}
