//! Writing cells and pages: what is text stays text, and what does not fit says so.

use std::ops::Range;

use kijun_text::Lang;
use rust_xlsxwriter::{Format, Note, Url, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::style;

/// Characters (UTF-16 units) that a cell takes: 32,767, less what says that a text was cut.
const LONGEST_TEXT: usize = 32_000;

/// Points that a row may be high.
const HIGHEST: f64 = 409.0;

pub(crate) struct Sheet<'w> {
    pub(crate) sheet: &'w mut Worksheet,
    lang: Lang,
    /// Of the columns of the table.
    widths: Vec<f64>,
    /// How many lines the highest cell of the row takes that is being written.
    lines: usize,
}

/// A column: its heading and its width in digits.
pub(crate) struct Column {
    pub(crate) head: String,
    width: f64,
}

/// Digits across a page of A4 that are still legible, at about two thirds of their size.
const LEGIBLE: f64 = 230.0;

impl Column {
    pub(crate) fn new(head: impl Into<String>, width: f64) -> Column {
        Column { head: head.into(), width }
    }
}

impl<'w> Sheet<'w> {
    /// A new last sheet, for A4 across: as wide as the page, with `foot`, its number and the name of the sheet at the foot.
    pub(crate) fn add(
        workbook: &'w mut Workbook,
        lang: Lang,
        name: &str,
        foot: &str,
    ) -> Result<Sheet<'w>, XlsxError> {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
        sheet.set_footer(format!("&L{}&C&P / &N&R&A", page_text(foot)));
        Ok(Sheet { sheet, lang, widths: Vec::new(), lines: 1 })
    }

    /// A text that is wrapped within its column.
    pub(crate) fn text(&mut self, row: u32, col: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        let width = self.widths.get(usize::from(col)).map_or(usize::MAX, |w| (w * 1.1) as usize);
        let lines: usize = text.lines().map(|l| lines_taken(l, width)).sum();
        self.lines = self.lines.max(lines);
        self.run_on(row, col, text, format)
    }

    /// A text that may run over the empty cells to its right.
    pub(crate) fn run_on(
        &mut self,
        row: u32,
        col: u16,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let text = cut(self.lang, text);
        let format = as_text(&text, format);
        self.sheet.write_string_with_format(row, col, text, &format)?;
        Ok(())
    }

    pub(crate) fn number(
        &mut self,
        row: u32,
        col: u16,
        number: usize,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.sheet.write_number_with_format(row, col, number as f64, format)?;
        Ok(())
    }

    /// A text that leads to a cell of another sheet.
    pub(crate) fn link(
        &mut self,
        at: (u32, u16),
        text: &str,
        to: (&str, u32),
        format: &Format,
    ) -> Result<(), XlsxError> {
        let (sheet, row) = to;
        let url = Url::new(format!("internal:'{}'!A{}", sheet.replace('\'', "''"), row + 1));
        let text = cut(self.lang, text);
        self.sheet.write_url_with_options(
            at.0,
            at.1,
            url,
            text.as_str(),
            "",
            Some(&as_text(&text, format)),
        )?;
        Ok(())
    }

    /// Makes a row of the table as high as its texts. Not every program does so by itself.
    pub(crate) fn end_row(&mut self, row: u32) -> Result<(), XlsxError> {
        let height = self.lines as f64 * self.line() + 4.0;
        self.lines = 1;
        self.sheet.set_row_height(row, height.min(HIGHEST))?;
        Ok(())
    }

    /// Points that a line of a cell takes.
    fn line(&self) -> f64 {
        if self.lang == Lang::Ja { 16.5 } else { 13.5 }
    }

    pub(crate) fn blanks(&mut self, row: u32, cols: Range<u16>, format: &Format) -> Result<(), XlsxError> {
        for col in cols {
            self.sheet.write_blank(row, col, format)?;
        }
        Ok(())
    }

    /// A remark that opens over a cell.
    pub(crate) fn note(&mut self, row: u32, col: u16, lines: &[String]) -> Result<(), XlsxError> {
        let text = cut(self.lang, &lines.join("\n"));
        let taken: usize = lines.iter().map(|l| lines_taken(l, 64)).sum();
        let note = Note::new(text)
            .add_author_prefix(false)
            .set_author("Kijun")
            .set_font_name(style::font(self.lang))
            .set_font_size(9)
            .set_width(440)
            .set_height((taken as u32 * 17 + 12).clamp(40, 900));
        self.sheet.insert_note(row, col, &note)?;
        Ok(())
    }

    /// A paragraph across columns of which the widths are known: merged, wrapped, and as high as it needs to be.
    pub(crate) fn paragraph(
        &mut self,
        row: u32,
        cols: Range<u16>,
        width: f64,
        text: &str,
        format: &Format,
    ) -> Result<(), XlsxError> {
        let text = cut(self.lang, text);
        let last = cols.end.saturating_sub(1);
        let format = as_text(&text, format);
        if last > cols.start {
            self.sheet.merge_range(row, cols.start, row, last, &text, &format)?;
        } else {
            self.sheet.write_string_with_format(row, cols.start, &text, &format)?;
        }
        let lines: usize = text.lines().map(|l| lines_taken(l, width as usize)).sum();
        self.sheet.set_row_height(row, lines.max(1) as f64 * self.line() + 4.0)?;
        Ok(())
    }

    /// The head of a table over `rows` rows: widths, headings, a filter, and the part that stays when one scrolls or turns the page.
    pub(crate) fn table(
        &mut self,
        row: u32,
        columns: &[Column],
        rows: u32,
        kept: u16,
        format: &Format,
    ) -> Result<(), XlsxError> {
        for (col, column) in (0u16..).zip(columns) {
            self.sheet.set_column_width(col, column.width)?;
        }
        self.widths = columns.iter().map(|c| c.width).collect();
        self.lines = 1;
        for (col, column) in (0u16..).zip(columns) {
            self.text(row, col, &column.head, format)?;
        }
        self.end_row(row)?;
        let last = (columns.len() as u16).saturating_sub(1);
        self.sheet.autofilter(row, 0, row + rows, last)?;
        self.sheet.set_freeze_panes(row + 1, kept)?;
        self.sheet.set_repeat_rows(row, row)?;
        Ok(())
    }

    /// A table that is too wide for one page takes as many beside each other as can be read, each with the first `kept` columns.
    pub(crate) fn legible(&mut self, kept: u16) -> Result<(), XlsxError> {
        let first: f64 = self.widths.iter().take(usize::from(kept)).sum();
        let others: f64 = self.widths.iter().skip(usize::from(kept)).sum();
        let pages = (others / (LEGIBLE - first).max(1.0)).ceil().max(1.0) as u16;
        self.sheet.set_print_fit_to_pages(pages, 0);
        if pages > 1 && kept > 0 {
            self.sheet.set_repeat_columns(0, kept - 1)?;
        }
        Ok(())
    }
}

/// The text if a cell takes it, else as much of it as fits, and that it was cut.
fn cut(lang: Lang, text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= LONGEST_TEXT
    };
    let head: String = text.chars().take_while(fits).collect();
    match lang {
        Lang::Ja => format!("{head}…（セルに収まらないため以下略。全文は --format json にあります）"),
        Lang::En => format!("{head}… (cut: a cell holds no more; --format json has all of it)"),
    }
}

/// How many lines of `columns` a text takes; wide characters take two columns.
fn lines_taken(text: &str, columns: usize) -> usize {
    text.width().div_ceil(columns.max(1)).max(1)
}

/// A text that a spreadsheet would read as a formula when somebody edits the cell is marked as text; it is stored as text in any
/// case. Japanese ones read the wide signs too.
fn as_text(text: &str, format: &Format) -> Format {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠' | '\'') => {
            format.clone().set_quote_prefix()
        }
        _ => format.clone(),
    }
}

/// A text at the foot of a page: `&` begins a code there, and the whole has 255 characters.
fn page_text(text: &str) -> String {
    clipped(text, 100).replace('&', "&&")
}

pub(crate) fn clipped(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let head: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{head}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cell_cannot_hold_is_cut_and_says_so() {
        let fits = "あ".repeat(LONGEST_TEXT);
        assert_eq!(cut(Lang::Ja, &fits), fits);
        let long = "𠮷".repeat(LONGEST_TEXT);
        for lang in [Lang::Ja, Lang::En] {
            let shown = cut(lang, &long);
            assert!(shown.encode_utf16().count() <= 32_767 && shown.contains("--format json"), "{lang:?}");
        }
    }

    #[test]
    fn the_foot_of_a_page_has_no_codes_of_its_own() {
        assert_eq!(page_text("A&B"), "A&&B");
        assert!(page_text(&"&".repeat(300)).chars().count() <= 200);
    }
}
