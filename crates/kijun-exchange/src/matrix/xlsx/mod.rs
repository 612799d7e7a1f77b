//! A matrix as a workbook to hand to an auditor: an overview, the figures of sections, a sheet for each pair of catalogues, every
//! derivation, and contradictions. The same matrix gives the same bytes.

mod contradictions;
mod derivations;
mod listing;
mod overview;
mod sections;
mod sheet;
mod sheet_names;
mod style;

use kijun_text::Lang;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use self::sheet::Sheet;
use self::sheet_names::SheetNames;
use self::style::Styles;
use super::MatrixContext;
use super::reading::Reading;

/// Why there is no workbook.
pub type WorkbookError = XlsxError;

/// What all sheets need to know.
struct Book<'a> {
    reading: Reading<'a>,
    styles: Styles,
    names: SheetNames,
    /// Shown in the foot of every page.
    title: String,
}

/// The matrix as an `.xlsx` workbook in one language.
///
/// # Errors
/// When the matrix is too large for a workbook: more than 1,048,575 pairs.
pub fn matrix_xlsx(context: &MatrixContext<'_>, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let reading = Reading::new(context, lang);
    let book =
        Book { styles: Styles::new(lang), names: SheetNames::new(&reading), title: title(&reading), reading };
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(&book)?);
    if lang == Lang::Ja {
        let default = Format::new().set_font_name(style::font(lang)).set_font_size(11).set_font_charset(128);
        workbook.set_default_format(&default, 25, 72)?;
    }
    overview::write(&mut Sheet::add(&mut workbook, &book, &book.names.overview)?, &book)?;
    sections::write(&mut Sheet::add(&mut workbook, &book, &book.names.sections)?, &book)?;
    for (listing, name) in book.reading.listings.iter().zip(&book.names.listings) {
        listing::write(&mut Sheet::add(&mut workbook, &book, name)?, &book, listing)?;
    }
    derivations::write(&mut Sheet::add(&mut workbook, &book, &book.names.derivations)?, &book)?;
    if !context.mappings.contradictions.is_empty() {
        contradictions::write(&mut Sheet::add(&mut workbook, &book, &book.names.contradictions)?, &book)?;
    }
    workbook.save_to_buffer()
}

/// `みなと市立病院 対応表`.
fn title(reading: &Reading<'_>) -> String {
    let table = reading.say("対応表", "Coverage matrix");
    match reading.context.assessed {
        Some(assessed) => {
            let facility = assessed.title.or(reading.lang, assessed.facility);
            match reading.lang {
                Lang::Ja => format!("{facility} {table}"),
                Lang::En => format!("{table}: {facility}"),
            }
        }
        None => table.to_owned(),
    }
}

/// No clock: the day of the assessment, or where there is none the first that a zip archive can name.
fn properties(book: &Book<'_>) -> Result<DocProperties, XlsxError> {
    let reading = &book.reading;
    let created = match reading.context.assessed {
        Some(assessed) => date(assessed.as_of)?,
        None => ExcelDateTime::from_ymd(1980, 1, 1)?,
    };
    let pairs = reading.context.matrix.blocks.iter();
    let pairs = pairs.map(|b| format!("{} → {}", reading.catalog_name(b.from), reading.catalog_name(b.to)));
    let company = reading.context.assessed.map_or("", |a| a.title.or(reading.lang, a.facility));
    let version = reading.context.engine_version;
    Ok(DocProperties::new()
        .set_title(&book.title)
        .set_subject(sheet::clipped(&pairs.collect::<Vec<_>>().join(", "), 255))
        .set_company(company)
        .set_author(format!("Kijun {version}"))
        .set_creation_datetime(&created)
        .set_custom_property("Language", reading.say("ja-JP", "en")))
}

/// A day since 1970-01-01 as a date of a spreadsheet.
fn date(day: i32) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(&kijun_facts::Date::day(day).to_string())
}
