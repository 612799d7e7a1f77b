//! Figures for catalogues and their sections, as numbers.

use kijun_coverage::{Coverage, Met, Tally};
use rust_xlsxwriter::XlsxError;

use super::super::reading::{Listing, Row};
use super::{Book, style};
use crate::xlsx::{Column, Sheet};

const HEAD: u32 = 2;

pub(super) fn write(sheet: &mut Sheet<'_>, book: &Book<'_>) -> Result<(), XlsxError> {
    let (reading, styles) = (&book.reading, &book.styles);
    sheet.text(0, 0, reading.say("章節ごとの件数", "Figures by section"), &styles.title)?;
    let about = reading.say(
        "件数は章節の下にあるすべての項目のもの。「弱い」は◎○△？のうち、あいまい・未確認の記述によってだけ言えるもの。－は欠落と決まったものではない。",
        "Figures are of all items below a section. Weak: of ◎ ○ △ ？, those that are so only by ambiguous or unverified statements. What nobody has mapped (－) is not known to be a gap.",
    );
    sheet.text(1, 0, about, &styles.subtitle)?;
    let rows = || {
        reading
            .listings
            .iter()
            .flat_map(|l| l.rows.iter().filter(|r| r.requirement.is_section).map(move |r| (l, r)))
    };
    let count = rows().count() + reading.listings.len();
    sheet.table(HEAD, &columns(book), count as u32, 4, &styles.head)?;
    let mut at = HEAD + 1;
    for listing in &reading.listings {
        line(sheet, book, listing, None, at, &listing.block.total)?;
        at += 1;
        for row in listing.rows.iter().filter(|r| r.requirement.is_section) {
            let none = Tally::default();
            let tally = listing.block.sections.get(&row.item.id).unwrap_or(&none);
            line(sheet, book, listing, Some(row), at, tally)?;
            at += 1;
        }
    }
    Ok(())
}

/// Headings of the figures of a [`Tally`], in the order of [`tally`].
pub(super) fn tally_columns(book: &Book<'_>) -> Vec<Column> {
    let reading = &book.reading;
    let mut out = vec![Column::new(reading.say("項目", "Items"), 8.0)];
    out.extend(Coverage::ALL.map(|c| Column::new(c.sign(), 6.0)));
    out.push(Column::new(reading.say("弱い", "weak"), 7.0));
    if reading.is_assessed() {
        out.extend(Met::ALL.map(|m| Column::new(reading.text(m.label()), 10.0)));
    }
    out
}

/// The figures, from a column on.
pub(super) fn tally(
    sheet: &mut Sheet<'_>,
    book: &Book<'_>,
    at: (u32, u16),
    tally: &Tally,
) -> Result<(), XlsxError> {
    let styles = &book.styles;
    let (row, first) = at;
    sheet.number(row, first, tally.items, &styles.centered)?;
    let mut col = first + 1;
    for coverage in Coverage::ALL {
        let count = tally.covered(coverage);
        let format = if count > 0 { &style::coverage(styles, coverage) } else { &styles.cell };
        let format = format.clone().set_align(rust_xlsxwriter::FormatAlign::Center);
        sheet.number(row, col, count, &format)?;
        col += 1;
    }
    sheet.number(row, col, tally.weak, if tally.weak > 0 { &styles.weak } else { &styles.centered })?;
    col += 1;
    if book.reading.is_assessed() {
        for met in Met::ALL {
            sheet.number(row, col, tally.met(met), &styles.centered)?;
            col += 1;
        }
    }
    Ok(())
}

fn columns(book: &Book<'_>) -> Vec<Column> {
    let reading = &book.reading;
    let mut out = vec![
        Column::new(reading.say("対応元", "Source"), 16.0),
        Column::new(reading.say("対応先", "Target"), 16.0),
        Column::new(reading.say("章節", "Section"), 10.0),
        Column::new(reading.say("題名", "Title"), 46.0),
    ];
    out.extend(tally_columns(book));
    out
}

fn line(
    sheet: &mut Sheet<'_>,
    book: &Book<'_>,
    listing: &Listing<'_>,
    section: Option<&Row<'_>>,
    at: u32,
    figures: &Tally,
) -> Result<(), XlsxError> {
    let (reading, styles) = (&book.reading, &book.styles);
    let format = if section.is_none() { &styles.label } else { &styles.cell };
    sheet.text(at, 0, &reading.catalog_name(listing.block.from), format)?;
    sheet.text(at, 1, &reading.catalog_name(listing.block.to), format)?;
    let (number, title) = match section {
        Some(row) => {
            let indent = "　".repeat(row.depth);
            let title = row.requirement.title.get(reading.lang);
            (reading.number(row.item.id, listing.block.to), format!("{indent}{title}"))
        }
        None => ("", reading.say("全体", "the whole catalogue").to_owned()),
    };
    sheet.text(at, 2, number, format)?;
    sheet.text(at, 3, &title, format)?;
    tally(sheet, book, (at, 4), figures)?;
    sheet.end_row(at)
}
