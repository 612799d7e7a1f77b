//! Rows and cells of CSV and TSV (RFC 4180), with the place of every cell. Own code because no library
//! tells where in the text a cell stands.

use std::borrow::Cow;
use std::ops::Range;

use super::scalar::trimmed;

/// A cell: its text, and where that stands in the file, without quotes and white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell<'t> {
    pub(crate) text: Cow<'t, str>,
    pub(crate) range: Range<usize>,
}

impl Cell<'_> {
    pub(crate) fn is_blank(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }

    /// Whether its text stands in the file as it is.
    pub(crate) fn is_as_written(&self) -> bool {
        matches!(self.text, Cow::Borrowed(_))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
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

    /// The rows of a range that begins and ends where rows do.
    pub(crate) fn within(text: &'t str, range: Range<usize>, delimiter: u8) -> Rows<'t> {
        Rows { text: text.get(..range.end).unwrap_or(text), at: range.start, delimiter }
    }

    pub(crate) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Goes on at the row that begins at a byte.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The byte at which the next row begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Reads the next row into `row`, whose memory is used again; `false` after the last one.
    pub(crate) fn read(&mut self, row: &mut Row<'t>) -> bool {
        while self.at < self.text.len() {
            self.row(row);
            if !row.cells.iter().all(Cell::is_blank) || !row.faults.is_empty() {
                return true;
            }
        }
        false
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn row(&mut self, row: &mut Row<'t>) {
        row.cells.clear();
        row.faults.clear();
        row.range = self.at..self.at;
        loop {
            let cell = self.cell(&mut row.faults);
            row.range.end = cell.range.end;
            row.cells.push(cell);
            if self.byte(self.at) != Some(self.delimiter) {
                break;
            }
            self.at += 1;
        }
        self.at = after_line_break(self.text.as_bytes(), self.at);
    }

    fn cell(&mut self, faults: &mut Vec<Fault>) -> Cell<'t> {
        let start = self.at;
        let mut at = start;
        while self.byte(at).is_some_and(|b| is_blank(b, self.delimiter)) {
            at += 1;
        }
        if self.byte(at) == Some(b'"') {
            return self.quoted(at, faults);
        }
        self.at = self.end_of_cell(at);
        let found = self.text.get(start..self.at).unwrap_or("");
        let inner = trimmed(found);
        // Almost no cell has white space around it.
        let text = if inner.len() == found.len() { found } else { found.get(inner.clone()).unwrap_or("") };
        Cell { text: text.into(), range: start + inner.start..start + inner.end }
    }

    fn end_of_cell(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or(&[]);
        let ends = |b: &u8| *b == self.delimiter || *b == b'\n' || *b == b'\r';
        // Most cells are short, and a search by blocks has a price of its own.
        let (near, far) = rest.split_at(rest.len().min(24));
        let found = near
            .iter()
            .position(ends)
            .or_else(|| memchr::memchr3(self.delimiter, b'\n', b'\r', far).map(|i| near.len() + i));
        found.map_or(self.text.len(), |i| from + i)
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
        let rest = trimmed(self.text.get(start..end).unwrap_or(""));
        if !rest.is_empty() {
            faults.push(Fault::AfterQuote(start + rest.start..start + rest.end));
        }
        self.at = end;
    }
}

impl<'t> Iterator for Rows<'t> {
    type Item = Row<'t>;

    fn next(&mut self) -> Option<Row<'t>> {
        let mut row = Row::default();
        self.read(&mut row).then_some(row)
    }
}

/// White space that may stand before a cell's opening quote.
fn is_blank(byte: u8, delimiter: u8) -> bool {
    (byte == b' ' || byte == b'\t') && byte != delimiter
}

pub(crate) fn after_line_break(text: &[u8], mut at: usize) -> usize {
    if text.get(at) == Some(&b'\r') {
        at += 1;
    }
    if text.get(at) == Some(&b'\n') {
        at += 1;
    }
    at
}

/// Cuts a text, from byte `from` on, into ranges of whole rows of about `size` bytes, so that each can be
/// read on its own. Only line ends outside of quotes end a row, hence the search for quotes.
pub(crate) fn chunks(text: &str, from: usize, delimiter: u8, size: usize) -> Vec<Range<usize>> {
    let text = text.as_bytes();
    let mut quotes = Quotes { text, from, at: from, delimiter };
    let mut quoted = quotes.next();
    let mut found = Vec::new();
    let mut start = from;
    while start < text.len() {
        let mut at = start.saturating_add(size).min(text.len());
        let end = loop {
            while quoted.as_ref().is_some_and(|q| q.end <= at) {
                quoted = quotes.next();
            }
            let rest = text.get(at..).unwrap_or(&[]);
            let Some(line_end) = memchr::memchr2(b'\n', b'\r', rest).map(|i| at + i) else {
                break text.len();
            };
            match &quoted {
                Some(q) if q.start < line_end => at = q.end,
                _ => break after_line_break(text, line_end),
            }
        };
        found.push(start..end);
        start = end;
    }
    found
}

/// The stretches of a text that stand in quotes, quotes included.
struct Quotes<'t> {
    text: &'t [u8],
    from: usize,
    at: usize,
    delimiter: u8,
}

impl Quotes<'_> {
    /// Whether the quote at a byte opens a cell: nothing but white space is between it and the cell's start.
    fn opens(&self, quote: usize) -> bool {
        let before = self.text.get(self.from..quote).unwrap_or(&[]);
        let last = before.iter().rev().find(|b| !is_blank(**b, self.delimiter));
        last.is_none_or(|b| *b == self.delimiter || *b == b'\n' || *b == b'\r')
    }
}

impl Iterator for Quotes<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let quote = |at: usize| memchr::memchr(b'"', self.text.get(at..)?).map(|i| at + i);
        let mut open = quote(self.at)?;
        while !self.opens(open) {
            open = quote(open + 1)?;
        }
        let mut close = quote(open + 1);
        while let Some(at) = close.filter(|at| self.text.get(at + 1) == Some(&b'"')) {
            close = quote(at + 2);
        }
        self.at = close.map_or(self.text.len(), |at| at + 1);
        Some(open..self.at)
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

    #[test]
    fn chunks_are_whole_rows() {
        let text = "a,b\n1,\"x\n\ny\"\r\n\r\n  \"p\"\"\n\" z\n\",q\n5\" disk,\"\n2\",\n\"\"\n\"open\n,1\n";
        let whole: Vec<Row> = Rows::new(text, Some(b',')).collect();
        for size in 0..text.len() {
            let cut = chunks(text, 0, b',', size);
            assert_eq!(cut.iter().map(|c| &text[c.clone()]).collect::<String>(), text);
            let rows: Vec<Row> = cut.into_iter().flat_map(|c| Rows::within(text, c, b',')).collect();
            assert_eq!(rows, whole, "{size}");
        }
        assert!(chunks(text, 0, b',', 1).len() > 5);
        assert_eq!(chunks("", 0, b',', 1), []);
    }
}
