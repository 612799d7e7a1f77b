//! A matrix as a workbook to hand to an auditor: an overview, the figures of sections, a sheet for each pair of catalogues, every
//! derivation, and contradictions. The same matrix gives the same bytes.

mod contradictions;
mod derivations;
mod listing;
mod overview;
mod sections;
mod sheet_names;
mod style;

use kijun_text::Lang;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, XlsxError};

use self::sheet_names::Names;
use super::MatrixContext;
use super::reading::Reading;
use crate::xlsx::{Sheet, Styles, clipped, date, workbook};

/// Why there is no workbook.
pub type WorkbookError = XlsxError;

/// What all sheets need to know.
struct Book<'a> {
    reading: Reading<'a>,
    styles: Styles,
    names: Names,
    title: String,
    /// Shown at the foot of every page.
    foot: String,
}

/// The matrix as an `.xlsx` workbook in one language.
///
/// # Errors
/// When the matrix is too large for a workbook: more than 1,048,575 pairs.
pub fn matrix_xlsx(context: &MatrixContext<'_>, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let reading = Reading::new(context, lang);
    let title = title(&reading);
    let as_of = context.assessed.map(|a| kijun_facts::Date::day(a.as_of).to_string());
    let foot = [Some(title.clone()), as_of].into_iter().flatten().collect::<Vec<_>>().join("  ");
    let book = Book { styles: Styles::new(lang), names: Names::new(&reading), title, foot, reading };
    let mut workbook = workbook(lang)?;
    workbook.set_properties(&properties(&book)?);
    let mut add = |name: &str, write: &dyn Fn(&mut Sheet<'_>) -> Result<(), XlsxError>| {
        write(&mut Sheet::add(&mut workbook, lang, name, &book.foot)?)
    };
    let names = &book.names;
    add(&names.overview, &|sheet| overview::write(sheet, &book))?;
    add(&names.sections, &|sheet| sections::write(sheet, &book))?;
    for (listing, name) in book.reading.listings.iter().zip(&names.listings) {
        add(name, &|sheet| listing::write(sheet, &book, listing))?;
    }
    add(&names.derivations, &|sheet| derivations::write(sheet, &book))?;
    if !context.mappings.contradictions.is_empty() {
        add(&names.contradictions, &|sheet| contradictions::write(sheet, &book))?;
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
        .set_subject(clipped(&pairs.collect::<Vec<_>>().join(", "), 255))
        .set_company(company)
        .set_author(format!("Kijun {version}"))
        .set_creation_datetime(&created)
        .set_custom_property("Language", reading.say("ja-JP", "en")))
}
