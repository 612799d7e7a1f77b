//! A sheet with a title, notes and one table: what all lists of a report look like.

use kijun_engine::assessment::Verdict;
use rust_xlsxwriter::{Color, DataValidation, Format, XlsxError};

use crate::visible::visible;
use crate::xlsx::{Column, Sheet, Styles, date};

/// What stands in a cell.
pub(crate) enum Cell {
    Text(String),
    Strong(String),
    Number(usize),
    /// A verdict in its colour, with the word for it.
    Verdict(Verdict, String),
    /// A day since 1970-01-01.
    Day(Option<i32>),
    /// はい or いいえ; `None`: to be chosen.
    Answer(Option<bool>),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }
}

pub(crate) enum Row {
    Cells(Vec<Cell>),
    /// A heading across the table.
    Section(String),
}

/// Answers that a person may choose between.
pub(crate) struct Answers {
    pub(crate) column: u16,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
}

pub(crate) struct Grid {
    pub(crate) title: String,
    pub(crate) notes: Vec<String>,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// How many columns stay when one scrolls.
    pub(crate) kept: u16,
    pub(crate) answers: Option<Answers>,
    /// How many columns go to paper; the others are for the screen. `None`: all.
    pub(crate) printed: Option<u16>,
}

impl Grid {
    pub(crate) fn new(title: impl Into<String>, columns: Vec<Column>) -> Grid {
        Grid {
            title: title.into(),
            notes: Vec::new(),
            columns,
            rows: Vec::new(),
            kept: 1,
            answers: None,
            printed: None,
        }
    }

    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row::Cells(cells));
    }

    pub(crate) fn write(&self, sheet: &mut Sheet<'_>, styles: &Styles) -> Result<(), XlsxError> {
        sheet.run_on(0, 0, &visible(&self.title), &styles.title)?;
        let mut row = 1;
        for note in &self.notes {
            sheet.run_on(row, 0, &visible(note), &styles.subtitle)?;
            row += 1;
        }
        row += 1;
        let count = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        sheet.table(row, &self.columns, count, self.kept, &styles.head)?;
        for line in &self.rows {
            row += 1;
            match line {
                Row::Cells(cells) => {
                    for (col, cell) in (0u16..).zip(cells) {
                        self.cell(sheet, styles, (row, col), cell)?;
                    }
                    sheet.end_row(row)?;
                }
                Row::Section(title) => {
                    sheet.run_on(row, 0, &visible(title), &styles.section)?;
                    sheet.blanks(row, 1..self.columns.len() as u16, &styles.section)?;
                }
            }
        }
        if let Some(printed) = self.printed {
            sheet.sheet.set_print_area(0, 0, row, printed.saturating_sub(1))?;
        }
        if let Some(answers) = self.answers.as_ref().filter(|_| count > 0) {
            let first = row - count + 1;
            let choice = DataValidation::new().allow_list_strings(&[answers.yes, answers.no])?;
            sheet.sheet.add_data_validation(first, answers.column, row, answers.column, &choice)?;
        }
        Ok(())
    }

    fn cell(
        &self,
        sheet: &mut Sheet<'_>,
        styles: &Styles,
        at: (u32, u16),
        cell: &Cell,
    ) -> Result<(), XlsxError> {
        let (row, col) = at;
        match cell {
            Cell::Text(text) => sheet.text(row, col, &visible(text), &styles.cell),
            Cell::Strong(text) => sheet.text(row, col, &visible(text), &styles.strong),
            Cell::Number(n) => sheet.number(row, col, *n, &styles.cell),
            Cell::Verdict(verdict, word) => sheet.text(row, col, word, &filled(styles, *verdict)),
            Cell::Day(None) => sheet.blanks(row, col..col + 1, &styles.cell),
            Cell::Day(Some(day)) => {
                let format = styles.cell.clone().set_num_format("yyyy-mm-dd");
                sheet.sheet.write_datetime_with_format(row, col, date(*day)?, &format)?;
                Ok(())
            }
            Cell::Answer(answer) => {
                let Some(answers) = &self.answers else { return Ok(()) };
                let word = answer.map_or("", |yes| if yes { answers.yes } else { answers.no });
                sheet.text(row, col, word, &styles.centered)
            }
        }
    }
}

/// Lighter is less grave, so that grey print tells them apart; the word stands in the cell.
fn filled(styles: &Styles, verdict: Verdict) -> Format {
    let color = match verdict {
        Verdict::Violated => 0xF4_B0_84,
        Verdict::Conflicting => 0xD9_C3_F0,
        Verdict::Stale | Verdict::Waived => 0xFF_E6_99,
        Verdict::Unknown | Verdict::Unverified => 0xE4_E8_EE,
        Verdict::Satisfied => 0xC6_E0_B4,
        Verdict::NotApplicable => 0xF5_F5_F5,
    };
    styles.cell.clone().set_bold().set_background_color(Color::RGB(color))
}
