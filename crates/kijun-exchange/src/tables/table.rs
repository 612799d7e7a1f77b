//! Rows of cells, whatever they were kept in.

use kijun_facts::{FormCell, Grid};
use kijun_text::{CellName, Label, fold_width};

use super::TableProblem;

/// A table: a sheet, or a file of separated values.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Of the sheet; empty for a file of separated values.
    pub name: String,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    /// By column, from 0; only those with something in them.
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone)]
pub struct Cell {
    pub at: CellName,
    pub text: String,
    /// Why what it says is not certain.
    pub problem: Option<Label>,
}

/// The table in a sheet of a workbook.
pub fn sheet(grid: &Grid) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    for (at, FormCell { text, problem }) in grid.cells() {
        if last != Some(at.row) {
            rows.push(Row::default());
            last = Some(at.row);
        }
        if let Some(row) = rows.last_mut() {
            row.cells.push(Cell { at, text: text.clone(), problem: problem.clone() });
        }
    }
    Table { name: grid.name.clone(), rows }
}

/// The table in a text of separated values. The separator is a tab, a semicolon or a comma: what the first line has most of.
///
/// # Errors
/// Where a quoted cell does not end.
pub fn delimited(text: &str) -> Result<Table, TableProblem> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |c: char| first.matches(c).count();
    let separator = [',', ';', '\t'].into_iter().max_by_key(|c| (count(*c), *c == ',')).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator as u8)
        .from_reader(text.as_bytes());
    if let Some(line) = unended(text, separator) {
        return Err(TableProblem {
            place: CellName { row: line, column: 0 }.to_string(),
            message: Label::new(
                "`\"` で始まるセルが閉じていません",
                "a cell that begins with `\"` does not end",
            ),
            help: Label::new("`\"` で閉じてください", "close it with `\"`"),
        });
    }
    let mut table = Table::default();
    for (n, record) in reader.records().enumerate() {
        let record = record.map_err(|error| TableProblem {
            place: String::new(),
            message: Label::new(
                format!("CSVとして読めません: {error}"),
                format!("this cannot be read as CSV: {error}"),
            ),
            help: Label::default(),
        })?;
        // Lines, as an editor and a spreadsheet count them where no cell holds a line end.
        let row = record.position().map_or(n as u64, |p| p.line().saturating_sub(1)) as u32;
        let cells =
            record.iter().enumerate().filter(|(_, text)| !text.trim().is_empty()).map(|(column, text)| {
                Cell { at: CellName { row, column: column as u32 }, text: text.to_owned(), problem: None }
            });
        table.rows.push(Row { cells: cells.collect() });
    }
    Ok(table)
}

/// The line, from 0, of the quoted cell that does not end, if there is one.
fn unended(text: &str, separator: char) -> Option<u32> {
    let (mut line, mut open, mut at_start) = (0, None, true);
    for c in text.trim_start_matches('\u{FEFF}').chars() {
        match (open, c) {
            (Some(_), '"') => open = None,
            // A second quotation mark takes the first one back.
            (None, '"') if at_start => open = Some(line),
            _ => {}
        }
        at_start = c == separator || matches!(c, '\n' | '\r' | '"');
        line += u32::from(c == '\n');
    }
    open
}

impl Table {
    pub(super) fn place(&self, at: CellName) -> String {
        if self.name.is_empty() { at.to_string() } else { format!("{}!{at}", self.name) }
    }

    pub(super) fn problem(&self, at: CellName, ja: impl Into<String>, en: impl Into<String>) -> TableProblem {
        TableProblem { place: self.place(at), message: Label::new(ja, en), help: Label::default() }
    }

    /// The row of headings: the one that is named (from 1), else the first with two cells or more.
    pub(super) fn header(&self, named: Option<u32>) -> Option<usize> {
        match named {
            Some(row) => self.rows.iter().position(|r| r.cells.iter().any(|c| c.at.row + 1 == row)),
            None => self
                .rows
                .iter()
                .position(|r| r.cells.iter().filter(|c| !c.text.trim().is_empty()).count() > 1),
        }
    }
}

impl Row {
    /// What stands in a column; an error where that is not certain.
    pub(super) fn cell(&self, column: Option<u32>) -> Option<&Cell> {
        let column = column?;
        self.cells.iter().find(|c| c.at.column == column && !c.text.trim().is_empty())
    }

    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|c| c.text.trim().is_empty())
    }
}

/// A heading as it is compared: width, case and white space do not matter.
pub(super) fn key(text: &str) -> String {
    fold_width(text).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is lost with a column.
pub(super) fn not_taken() -> Label {
    Label::new(
        "取り込む列に指定されていないので、この列は取り込んでいません",
        "this column was not taken over: no option names it",
    )
}
