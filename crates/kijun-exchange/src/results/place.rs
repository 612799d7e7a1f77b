//! Where items stand, as other tools look for it: a path from the folder in which the program runs, and a region in it.

use kijun_text::{CellName, FileId, Sources, Span};

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// With `/` on every system. Relative to the folder in which the program runs, where the file is below it.
    pub path: String,
    pub region: Region,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Region {
    /// All from 1; columns count characters, and the end is the first character that is not in it.
    Text { line: u32, column: u32, end_line: u32, end_column: u32 },
    /// Of a workbook: its bytes have no lines.
    Cell { sheet: String, cell: String },
}

impl Place {
    /// Whether the file lies outside of the folder in which the program runs.
    pub(crate) fn is_absolute(&self) -> bool {
        self.path.starts_with('/') || self.path.as_bytes().get(1) == Some(&b':')
    }

    /// The path as an address (RFC 3986): everything but unreserved characters and `/` by its bytes.
    pub(crate) fn uri(&self) -> String {
        let root = match (self.is_absolute(), self.path.starts_with('/')) {
            (true, true) => "file://",
            (true, false) => "file:///",
            _ => "",
        };
        let mut out = String::from(root);
        for byte in self.path.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
        out
    }

    /// The line of a text; a workbook has none.
    pub fn line(&self) -> Option<u32> {
        match self.region {
            Region::Text { line, .. } => Some(line),
            Region::Cell { .. } => None,
        }
    }

    /// `契約!C5` of a workbook.
    pub fn cell(&self) -> Option<String> {
        match &self.region {
            Region::Text { .. } => None,
            Region::Cell { sheet, cell } => Some(format!("{sheet}!{cell}")),
        }
    }

    /// `facts/contract.csv:3:5`, `facts/台帳.xlsx 契約!C5`.
    pub fn shown(&self) -> String {
        match &self.region {
            Region::Text { line, column, .. } => format!("{}:{line}:{column}", self.path),
            Region::Cell { sheet, cell } => format!("{} {sheet}!{cell}", self.path),
        }
    }
}

/// The files of a run, and how tools find them.
#[derive(Clone, Copy)]
pub struct Paths<'p> {
    pub sources: &'p Sources,
    /// The path of a file for tools.
    pub path: &'p dyn Fn(FileId) -> String,
}

impl Paths<'_> {
    /// The place of a span; `None` where there is no such file.
    pub fn place(&self, span: Span) -> Option<Place> {
        let source = self.sources.get(span.file)?;
        let path = (self.path)(span.file);
        if let Some(sheet) = source.sheet() {
            // What is said of a sheet as a whole is said at its first cell.
            let cell = sheet.cell(&source.text, span.start as usize);
            let cell = cell.unwrap_or(CellName { row: 0, column: 0 }).to_string();
            return Some(Place { path, region: Region::Cell { sheet: sheet.name.clone(), cell } });
        }
        // What spans several lines is shown without the white space at its end.
        let text = self.sources.slice(span);
        let end = span.start as usize + text.trim_end().len();
        let lines = source.lines();
        let from = lines.line_column(&source.text, span.start as usize);
        let to = lines.line_column(&source.text, end.max(span.start as usize));
        let region =
            Region::Text { line: from.line, column: from.column, end_line: to.line, end_column: to.column };
        Some(Place { path, region })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_an_address() {
        let uri = |path: &str| {
            let cell = Region::Cell { sheet: "s".into(), cell: "A1".into() };
            Place { path: path.into(), region: cell }.uri()
        };
        assert_eq!(uri("facts/契約 1#.csv"), "facts/%E5%A5%91%E7%B4%84%201%23.csv");
        assert_eq!(uri("/a/b"), "file:///a/b");
    }
}
