//! What all workbooks that leave share: cells and pages, names of sheets, and how they look. The same content gives the same bytes.

mod names;
mod sheet;
mod style;

use kijun_text::Lang;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

pub(crate) use names::SheetNames;
pub(crate) use sheet::{Column, Sheet, clipped};
pub(crate) use style::Styles;

/// An empty workbook in the font of a language.
pub(crate) fn workbook(lang: Lang) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    if lang == Lang::Ja {
        let default = Format::new().set_font_name(style::font(lang)).set_font_size(11).set_font_charset(128);
        workbook.set_default_format(&default, 25, 72)?;
    }
    Ok(workbook)
}

/// A day since 1970-01-01 as a date of a spreadsheet.
pub(crate) fn date(day: i32) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(&kijun_facts::Date::day(day).to_string())
}
