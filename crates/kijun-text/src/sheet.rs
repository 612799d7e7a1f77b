//! A sheet of a workbook whose cells were written out as a text, and which cell stands where in it.

use crate::Span;

/// What a text renders: rows of cells, separated by tabs, with quotes as in RFC 4180. Rows and columns in which nothing stands
/// are left out, so that a cell far away costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    pub name: String,
    /// Byte at which a row of the text begins, and which row of the sheet it is (from 0); ascending.
    pub rows: Vec<(u32, u32)>,
    /// By column of the text: which column of the sheet it is (from 0).
    pub columns: Vec<u32>,
}

/// A cell of a sheet, both from 0; shown as `C5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellName {
    pub row: u32,
    pub column: u32,
}

impl Sheet {
    /// The cell at a byte of the text.
    pub fn cell(&self, text: &str, at: usize) -> Option<CellName> {
        let row = self.rows.partition_point(|(start, _)| *start as usize <= at).checked_sub(1)?;
        let (start, row) = *self.rows.get(row)?;
        let before = text.get(start as usize..at)?;
        let mut quoted = false;
        let separators = before.bytes().filter(|b| {
            quoted ^= *b == b'"';
            *b == b'\t' && !quoted
        });
        let column = separators.count();
        Some(CellName { row, column: *self.columns.get(column).or(self.columns.last())? })
    }
}

impl CellName {
    /// `C5`, in either case; `None` for anything else.
    pub fn parse(text: &str) -> Option<CellName> {
        let digits = text.find(|c: char| c.is_ascii_digit())?;
        let (letters, row) = text.split_at_checked(digits)?;
        let row: u32 = row.parse().ok().filter(|row| *row > 0)?;
        Some(CellName { row: row - 1, column: column_of(letters)? })
    }
}

/// The column with these letters, from 0.
pub fn column_of(letters: &str) -> Option<u32> {
    let is_column = (1..=3).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_alphabetic());
    let number = |sum: u32, b: u8| sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1;
    is_column.then(|| letters.bytes().fold(0, number) - 1)
}

impl std::fmt::Display for CellName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&column_letters(self.column))?;
        write!(f, "{}", self.row + 1)
    }
}

/// `A` for 0, `AA` for 26.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + (rest % 26) as u8));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => return letters.iter().rev().collect(),
        }
    }
}

/// Where a span begins, as people are told: `facts/contract.csv:3:5`, or `facts/台帳.xlsx 契約!C5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'s> {
    pub file: &'s str,
    pub at: At<'s>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At<'s> {
    /// Both from 1; the column counts characters.
    Line {
        line: u32,
        column: u32,
    },
    Cell {
        sheet: &'s str,
        cell: CellName,
    },
}

impl Place<'_> {
    /// Without the column of a line: `facts/contract.csv:3`.
    pub fn short(&self) -> String {
        match self.at {
            At::Line { line, .. } => format!("{}:{line}", self.file),
            At::Cell { .. } => self.to_string(),
        }
    }
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.at {
            At::Line { line, column } => write!(f, "{}:{line}:{column}", self.file),
            At::Cell { sheet, cell } => write!(f, "{} {sheet}!{cell}", self.file),
        }
    }
}

impl crate::Sources {
    /// Where a span begins.
    pub fn place(&self, span: Span) -> Place<'_> {
        let file = self.path(span.file);
        let source = self.get(span.file);
        let in_sheet = source.and_then(|s| Some((s.sheet()?, s.text.as_str())));
        if let Some((sheet, text)) = in_sheet {
            // What is said of a sheet as a whole is said at its first cell.
            let cell = sheet.cell(text, span.start as usize).unwrap_or(CellName { row: 0, column: 0 });
            return Place { file, at: At::Cell { sheet: &sheet.name, cell } };
        }
        let (line, column) = self.line_column(span);
        Place { file, at: At::Line { line, column } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_columns() {
        let letters = [0, 25, 26, 701, 702, 16_383].map(column_letters);
        assert_eq!(letters, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
        assert_eq!(letters.map(|l| column_of(&l)), [0, 25, 26, 701, 702, 16_383].map(Some));
        assert_eq!(CellName::parse("ab12").map(|cell| cell.to_string()).as_deref(), Some("AB12"));
        assert_eq!(["", "A", "A0", "1", "A1B", "ABCD1", "あ1"].map(CellName::parse), [None; 7]);
    }

    #[test]
    fn a_byte_of_the_text_has_its_cell() {
        let text = "id\t備考\tn\nc\t\"a\tb\n\"\"c\"\t1\n";
        let sheet = Sheet { name: "契約".into(), rows: vec![(0, 2), (12, 7)], columns: vec![0, 2, 5] };
        let at = |needle: &str| sheet.cell(text, text.rfind(needle).unwrap()).unwrap().to_string();
        assert_eq!(
            [at("id"), at("備考"), at("n\n"), at("b\n"), at("c\"\t"), at("1\n")].join(" "),
            "A3 C3 F3 C8 C8 F8"
        );
    }
}
