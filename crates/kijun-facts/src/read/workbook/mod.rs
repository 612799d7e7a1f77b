//! Workbooks (`.xlsx`, `.xlsm`): each sheet is written out as rows of text, which are read as those of any table. What a cell
//! *means* is not decided here, only what it says: a date becomes its day, a number its digits, a formula what the spreadsheet
//! last worked out. A cell that says nothing certain is unknown, and is reported.

mod bounds;
mod cell;
mod container;
mod grid;
mod merged;
mod render;

use std::io::Cursor;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{Reader as _, Xlsx, XlsxError};
use kijun_text::{Diagnostic, FileId, Label, Sheet, Span};

use self::cell::Found;
pub use self::grid::{FormCell, Grid, read_grids};
use super::map::SourceMap;

/// What was read of a workbook, before anything is known of kinds.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbook {
    pub(crate) sheets: Vec<SheetText>,
    /// Why it cannot be read.
    pub(crate) fault: Option<Fault>,
}

/// A sheet as rows of text.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetText {
    pub(crate) sheet: Arc<Sheet>,
    pub(crate) text: Arc<String>,
    pub(crate) epoch: Epoch,
    pub(crate) problems: Vec<CellProblem>,
    pub(crate) fault: Option<Fault>,
}

impl SheetText {
    pub fn name(&self) -> &str {
        &self.sheet.name
    }

    /// Which cell stands where in the text.
    pub fn place(&self) -> &Sheet {
        &self.sheet
    }

    /// Rows of cells, separated by tabs.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl Workbook {
    pub fn sheets(&self) -> &[SheetText] {
        &self.sheets
    }

    /// Why nothing of it can be read.
    pub fn fault(&self) -> Option<&Label> {
        self.fault.as_ref().map(|fault| &fault.message)
    }
}

/// The day from which a workbook counts: 1 January 1900, or 1904 (workbooks from a Macintosh).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Epoch {
    Y1900,
    Y1904,
}

impl Epoch {
    /// The day that a number of five digits in a column of dates is: a date that lost its form on the way.
    pub(crate) fn day(self, text: &str) -> Option<String> {
        let serial: f64 = text.trim().parse().ok().filter(|_| is_serial(text))?;
        Some(cell::day(serial, self))
    }
}

fn is_serial(text: &str) -> bool {
    let text = text.trim();
    text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Why a workbook, or a sheet, cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    pub(crate) message: Label,
    pub(crate) help: Label,
}

impl Fault {
    pub(crate) fn new(ja: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault { message: Label::new(ja, en), help: Label::default() }
    }

    pub(crate) fn help(mut self, ja: impl Into<String>, en: impl Into<String>) -> Fault {
        self.help = Label::new(ja, en);
        self
    }

    pub(crate) fn diagnostic(&self, span: Span) -> Diagnostic {
        let mut diagnostic = Diagnostic::error("K0508", span, self.message.clone());
        diagnostic.help = self.help.clone();
        diagnostic
    }
}

/// What is to be said about a cell, at a range of the text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CellProblem {
    pub(crate) range: Range<usize>,
    pub(crate) remark: cell::Remark,
}

impl CellProblem {
    pub(crate) fn diagnostic(&self, file: FileId) -> Diagnostic {
        self.remark.diagnostic(Span::new(file, self.range.start, self.range.end))
    }
}

/// The extensions of workbooks that are read. Macros are never run.
pub(crate) fn is_workbook(extension: &str) -> bool {
    matches!(extension, "xlsx" | "xlsm")
}

/// Whether a sheet holds no facts by its name: lists and notes (`_…`), and how to fill in the others.
pub(crate) fn is_aside(name: &str) -> bool {
    INSTRUCTION_SHEETS.contains(&name) || name.starts_with(['_', '＿'])
}

/// What the sheets are called that say how to fill in the others.
pub const INSTRUCTION_SHEETS: [&str; 2] = ["記入のしかた", "Instructions"];

/// The sheets of a workbook; `maps`: what is said about them elsewhere.
pub fn read_workbook(bytes: &[u8], maps: &[&SourceMap]) -> Workbook {
    match container::check(bytes, container::LARGEST).and_then(|()| guarded(|| sheets(bytes, maps))) {
        Ok(sheets) => Workbook { sheets, fault: None },
        Err(fault) => Workbook { sheets: Vec::new(), fault: Some(fault) },
    }
}

/// A file may be broken in ways that its reader did not think of; that is no reason to fall with it.
fn guarded<T>(read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(broken("")))
}

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

fn open(bytes: &[u8]) -> Result<(Book<'_>, Epoch), Fault> {
    let book = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
    let epoch = if book.has_1904_epoch() { Epoch::Y1904 } else { Epoch::Y1900 };
    Ok((book, epoch))
}

fn sheets(bytes: &[u8], maps: &[&SourceMap]) -> Result<Vec<SheetText>, Fault> {
    let (mut book, epoch) = open(bytes)?;
    if book.sheet_names().is_empty() {
        return Err(broken("it has no sheet"));
    }
    let mut room = MOST_CELLS;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let is_named = maps.iter().any(|map| map.sheet.is_some() && map.is_of_sheet(&name));
        let is_complete = super::map::key(super::Name::stem_of(&name)) == super::COMPLETE;
        if is_aside(&name) && !is_named && !is_complete {
            sheets.push(SheetText::blank(&name, epoch, None));
            continue;
        }
        let header = maps.iter().find(|map| map.is_of_sheet(&name)).and_then(|map| map.header_row);
        let read =
            cells(&mut book, &name, &mut room).and_then(|found| render::render(&name, found, epoch, header));
        sheets.push(read.unwrap_or_else(|fault| SheetText::blank(&name, epoch, Some(fault))));
    }
    Ok(sheets)
}

impl SheetText {
    fn blank(name: &str, epoch: Epoch, fault: Option<Fault>) -> SheetText {
        let sheet = Arc::new(Sheet { name: name.to_owned(), ..Sheet::default() });
        SheetText { sheet, text: Arc::default(), epoch, problems: Vec::new(), fault }
    }
}

/// How many cells with something in them are read of a workbook.
const MOST_CELLS: usize = 10_000_000;

/// A sheet as it was found.
pub(crate) struct Cells {
    /// By row and column, each once.
    pub(crate) cells: Vec<((u32, u32), Found)>,
    pub(crate) merged: merged::Merged,
}

fn cells(book: &mut Book<'_>, name: &str, room: &mut usize) -> Result<Cells, Fault> {
    let regions = book.merge_cells_by_sheet_name(name).map_err(|error| in_sheet(name, None, &error))?;
    let mut reader = book.worksheet_cells_reader(name).map_err(|error| in_sheet(name, None, &error))?;
    let mut cells: Vec<((u32, u32), Found)> = Vec::new();
    let mut last = None;
    loop {
        let record = match reader.next_cell_with_formula_metadata() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(error) => return Err(in_sheet(name, last, &error)),
        };
        last = Some(record.pos);
        if let Some(found) = cell::found(&record.value, record.formula.is_some()) {
            *room = room.checked_sub(1).ok_or_else(too_many)?;
            cells.push((record.pos, found));
        }
    }
    cells.sort_by_key(|(at, _)| *at);
    cells.dedup_by_key(|(at, _)| *at);
    Ok(Cells { cells, merged: merged::Merged::new(&regions) })
}

fn too_many() -> Fault {
    Fault::new(
        format!("セルが多すぎます(上限 {MOST_CELLS} 個)"),
        format!("there are too many cells: the limit is {MOST_CELLS}"),
    )
    .help("CSV に書き出してください", "write it out as CSV")
}

fn unreadable(error: &XlsxError) -> Fault {
    match error {
        XlsxError::Password => container::protected(),
        error => broken(&error.to_string()),
    }
}

fn in_sheet(name: &str, last: Option<(u32, u32)>, error: &XlsxError) -> Fault {
    let after = last.map(|(row, column)| kijun_text::CellName { row, column });
    let (ja, en) = match after {
        Some(cell) => (format!("(`{cell}` の後)"), format!(" (after `{cell}`)")),
        None => Default::default(),
    };
    Fault::new(
        format!("シート `{name}` を読み取れません{ja}: {error}"),
        format!("the sheet `{name}` cannot be read{en}: {error}"),
    )
    .help(
        "Excel で開いて保存し直してください。直すまで、このシートからは何も読まれません",
        "open it in a spreadsheet and save it again; nothing of this sheet is read until then",
    )
}

pub(crate) fn broken(words: &str) -> Fault {
    let why = if words.is_empty() { String::new() } else { format!(": {words}") };
    Fault::new(
        format!("Excel のブックとして読み取れません{why}"),
        format!("this cannot be read as a workbook{why}"),
    )
    .help(
        "Excel で開き、「Excel ブック(.xlsx)」として保存し直してください",
        "open it in a spreadsheet and save it as an Excel workbook (.xlsx)",
    )
}

#[cfg(test)]
mod tests;
