//! An assessment as a workbook: figures, findings, requirements, questions, evidence, deadlines, risks, and the checklists that
//! packs define. Everything is stored as text, so that no cell is computed; A4 across, with its head on every page.

mod grid;
mod lists;
mod overview;
mod tables;

use kijun_text::Lang;
use rust_xlsxwriter::{DocProperties, XlsxError};

pub(crate) use self::grid::{Cell, Grid};
use super::{ReportContext, View};
use crate::visible::visible;
use crate::xlsx::{Sheet, SheetNames, Styles, date, workbook};

/// The workbook in the language of the context.
///
/// # Errors
/// When there is more than a sheet holds: 1,048,575 rows.
pub fn report_xlsx(context: &ReportContext<'_>) -> Result<Vec<u8>, XlsxError> {
    let view = View::new(context);
    let mut book = Book::new(&view)?;
    if context.audience == Some("management") {
        book.add(view.say("経営層向け要約", "Summary"), |sheet, styles| {
            overview::lines(sheet, styles, &view.management_lines())
        })?;
    }
    book.add(view.say("概要", "Overview"), |sheet, styles| overview::write(sheet, styles, &view))?;
    if let Some(lines) = view.changes() {
        book.add(view.say("前回からの変化", "Changes"), |sheet, styles| {
            overview::lines(sheet, styles, &lines)
        })?;
    }
    book.grid(view.say("指摘", "Findings"), &tables::findings(&view))?;
    if context.audience == Some("purchaser") {
        book.grid(view.say("足りない条項", "Clauses"), &lists::clauses(&view))?;
    }
    book.grid(view.say("要求事項", "Requirements"), &tables::requirements(&view))?;
    for checklist in context.checklists {
        book.grid(checklist.name.or(view.lang, "checklist"), &lists::checklist(&view, checklist))?;
    }
    book.grid(view.questions_sheet(), &lists::questions(&view))?;
    book.grid(view.say("期限", "Timeline"), &lists::deadlines(&view))?;
    book.grid(view.say("証拠の索引", "Evidence"), &lists::evidence(&view))?;
    book.grid(view.say("リスク", "Risks"), &lists::risks(&view))?;
    book.save()
}

/// The risk register as a workbook of its own.
///
/// # Errors
/// As for [`report_xlsx`].
pub fn risks_xlsx(context: &ReportContext<'_>) -> Result<Vec<u8>, XlsxError> {
    let view = View::new(context);
    let mut book = Book::new(&view)?;
    book.grid(view.say("リスク", "Risks"), &lists::risks(&view))?;
    book.save()
}

/// A workbook that sheets are added to.
pub(crate) struct Book {
    book: rust_xlsxwriter::Workbook,
    styles: Styles,
    names: SheetNames,
    lang: Lang,
    foot: String,
}

impl Book {
    pub(crate) fn new(view: &View<'_>) -> Result<Book, XlsxError> {
        let mut book = workbook(view.lang)?;
        let title = visible(view.facility()).into_owned();
        let properties = DocProperties::new()
            .set_title(match view.lang {
                Lang::Ja => format!("{title} 情報セキュリティ点検の結果"),
                Lang::En => format!("{title}: assessment of information security"),
            })
            .set_company(&title)
            .set_author(format!("Kijun {}", view.context.of.engine_version))
            .set_creation_datetime(&date(view.as_of())?)
            .set_custom_property("Language", view.say("ja-JP", "en"));
        book.set_properties(&properties);
        let foot = format!("{title}  {}", view.day(view.as_of()));
        Ok(Book { book, styles: Styles::new(view.lang), names: SheetNames::new(), lang: view.lang, foot })
    }

    pub(crate) fn save(mut self) -> Result<Vec<u8>, XlsxError> {
        self.book.save_to_buffer()
    }

    fn add(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Sheet<'_>, &Styles) -> Result<(), XlsxError>,
    ) -> Result<(), XlsxError> {
        let name = self.names.unique(&visible(name));
        let mut sheet = Sheet::add(&mut self.book, self.lang, &name, &self.foot)?;
        write(&mut sheet, &self.styles)
    }

    pub(crate) fn grid(&mut self, name: &str, grid: &Grid) -> Result<(), XlsxError> {
        self.add(name, |sheet, styles| grid.write(sheet, styles))
    }
}
