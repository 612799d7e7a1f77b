//! Numbers and names of cells in a workbook that no spreadsheet writes, looked for in its bytes before they are parsed: whoever
//! reads them makes room for as many, or counts beyond what its numbers hold.

use memchr::memmem;

/// How many bytes what is looked for may have: so much of a block is looked at again with the next one.
pub(super) const REACH: usize = 256;

/// The most digits of the number of a shared formula, of a shared string, and of a row.
const SHARED_DIGITS: usize = 6;
const STRING_DIGITS: usize = 8;
const ROW_DIGITS: usize = 7;

/// The most letters of a column.
const COLUMN_LETTERS: usize = 3;

/// What is out of bounds in a part of a sheet.
pub(super) fn sheet(xml: &[u8]) -> Option<&'static str> {
    if values(xml, b"si").any(|value| digits(value) > SHARED_DIGITS) {
        return Some("a shared formula has a number out of all bounds");
    }
    if values(xml, b"r").chain(values(xml, b"ref")).any(is_far) {
        return Some("a cell is out of all bounds");
    }
    if values(xml, b"ref").any(is_backwards) {
        return Some("a range of cells ends before it begins");
    }
    // `t="s"`: what follows is the number of a shared string.
    let strings = values(xml, b"t").filter(|value| value.starts_with(b"s\"") || value.starts_with(b"s'"));
    let mut numbers = strings.filter_map(|rest| {
        let cell = rest.get(..memmem::find(rest, b"</c>")?)?;
        let number = cell.get(memmem::find(cell, b"<v>")? + 3..)?;
        number.get(..memmem::find(number, b"</v>")?)
    });
    let is_number = |number: &[u8]| {
        let number = number.trim_ascii();
        digits(number) == number.len() && (1..=STRING_DIGITS).contains(&number.len())
    };
    numbers.any(|number| !is_number(number)).then_some("a shared string has a number that is none")
}

/// What is out of bounds in a part of the shared strings.
pub(super) fn strings(xml: &[u8]) -> Option<&'static str> {
    let is_huge = |value: &[u8]| digits(value) >= STRING_DIGITS;
    values(xml, b"uniqueCount").any(is_huge).then_some("the number of shared strings is out of all bounds")
}

/// What follows an attribute's equals sign and quotation mark.
fn values<'x>(xml: &'x [u8], name: &'x [u8]) -> impl Iterator<Item = &'x [u8]> {
    memmem::find_iter(xml, name).filter_map(move |at| {
        let is_whole =
            at.checked_sub(1).and_then(|before| xml.get(before)).is_some_and(u8::is_ascii_whitespace);
        let rest = xml.get(at + name.len()..).filter(|_| is_whole)?.trim_ascii_start();
        let rest = rest.strip_prefix(b"=")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'"))?;
        Some(rest.trim_ascii_start()).map(|rest| rest.strip_prefix(b"+").unwrap_or(rest))
    })
}

fn digits(value: &[u8]) -> usize {
    value.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// The letters and digits of a cell, and what follows.
fn cell(value: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let letters = value.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (column, rest) = value.split_at(letters);
    let (row, rest) = rest.split_at(digits(rest));
    (column, row, rest)
}

/// Whether a cell, or an end of a range of cells, is beyond any sheet.
fn is_far(value: &[u8]) -> bool {
    let (column, row, rest) = cell(value);
    let is_far = column.len() > COLUMN_LETTERS || row.len() > ROW_DIGITS;
    is_far || rest.strip_prefix(b":").is_some_and(is_far_end)
}

fn is_far_end(value: &[u8]) -> bool {
    let (column, row, _) = cell(value);
    column.len() > COLUMN_LETTERS || row.len() > ROW_DIGITS
}

fn is_backwards(value: &[u8]) -> bool {
    let (column, row, rest) = cell(value);
    let Some(rest) = rest.strip_prefix(b":") else { return false };
    let (last_column, last_row, rest) = cell(rest);
    let is_whole = matches!(rest.first(), Some(b'"' | b'\''));
    // A longer name or number is a larger one.
    let key = |part: &[u8]| (part.len(), part.to_ascii_uppercase());
    is_whole && (key(last_column) < key(column) || key(last_row) < key(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_spreadsheet_writes_is_found() {
        let check = |xml: &str| sheet(xml.as_bytes()).is_some();
        for good in [
            r#"<row r="1048576"><c r="XFD1048576" t="s"><v>12345678</v></c>"#,
            r#"<c r="A1" t="str"><v>-1</v></c>"#,
            r#"<mergeCell ref="A9:B10"/><mergeCell ref="Z9:AA9"/><dimension ref="A1"/>"#,
            r#"<f t="shared" si="999999" ref="B2:B3">"#,
            r#"<x sqref="Z9:A1" foor="ABCDEFG1"/>"#,
            "",
        ] {
            assert!(!check(good), "{good}");
        }
        for bad in [
            r#"<row r="4294967295">"#,
            r#"<c r="ZZZZ1">"#,
            r#"<c r = 'A12345678'>"#,
            r#"<c r="A2" t="s"><v>-1</v></c>"#,
            r#"<c r="A2" t="s"><v>99999999999999999999</v></c>"#,
            r#"<mergeCell ref="Z9:A1"/>"#,
            r#"<mergeCell ref="A1:ZZZZ1"/>"#,
            r#"<f t="shared" si="+9999999">"#,
        ] {
            assert!(check(bad), "{bad}");
        }
        assert!(strings(br#"<sst count="2" uniqueCount="4294967295">"#).is_some());
        assert!(strings(br#"<sst count="2" uniqueCount="9999999">"#).is_none());
    }
}
