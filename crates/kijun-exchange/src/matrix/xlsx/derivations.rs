//! Every pair that the lists show: how it is known, what it is argued with, where that stands.

use kijun_coverage::Cell;
use kijun_engine::program::RequirementId;
use rust_xlsxwriter::XlsxError;

use super::super::reading::Pair;
use super::Book;
use crate::xlsx::{Column, Sheet};

const HEAD: u32 = 2;

/// The row of a derivation.
pub(super) fn row_of(number: usize) -> u32 {
    HEAD + u32::try_from(number).unwrap_or(u32::MAX - HEAD)
}

pub(super) fn write(sheet: &mut Sheet<'_>, book: &Book<'_>) -> Result<(), XlsxError> {
    let (reading, styles) = (&book.reading, &book.styles);
    sheet.text(0, 0, reading.say("導出", "Derivations"), &styles.title)?;
    let about = reading.say(
        "対応先ごとに、対応元との関係がどの記述からどう導かれるかを示す。強さと印は、導出のなかで最も弱いもの。章節を合算しただけの組は載せない。",
        "For each target, how its relation to a source follows from which statements. Strength and mark are the weakest along the derivation. Pairs that only sum up a section are left out.",
    );
    sheet.text(1, 0, about, &styles.subtitle)?;
    let columns = columns(book);
    let count: usize = reading.listings.iter().flat_map(|l| &l.rows).map(|r| r.pairs.len()).sum();
    let count = u32::try_from(count).unwrap_or(u32::MAX - HEAD);
    sheet.table(HEAD, &columns, count, 3, &styles.head)?;
    for listing in &reading.listings {
        for row in &listing.rows {
            for pair in &row.pairs {
                line(sheet, book, pair)?;
            }
        }
    }
    Ok(())
}

fn columns(book: &Book<'_>) -> Vec<Column> {
    let reading = &book.reading;
    let column = |ja, en, width| Some(Column::new(reading.say(ja, en), width));
    let all = [
        column("№", "No.", 7.0),
        column("対応先", "Target", 26.0),
        column("対応元", "Source", 26.0),
        column("関係", "Relation", 13.0),
        column("強さ", "Strength", 8.0),
        column("印", "Mark", 11.0),
        column("記載／推論", "Origin", 10.0),
        column("確からしさ", "Certainty", 9.0),
        column("対応元の判定", "Verdict on source", 12.0).filter(|_| reading.is_assessed()),
        column("導出", "Derivation", 50.0),
        column("論拠と出典", "Argument and source", 44.0),
    ];
    all.into_iter().flatten().collect()
}

fn line(sheet: &mut Sheet<'_>, book: &Book<'_>, pair: &Pair<'_>) -> Result<(), XlsxError> {
    let (reading, styles) = (&book.reading, &book.styles);
    let (at, cell) = (row_of(pair.number), pair.cell);
    sheet.number(at, 0, pair.number, &styles.centered)?;
    sheet.text(at, 1, &named(book, cell.target, "\n"), &styles.cell)?;
    sheet.text(at, 2, &source(book, cell), &styles.cell)?;
    sheet.text(at, 3, &reading.text(cell.possible.label()), &styles.cell)?;
    match cell.derivation.strength {
        Some(strength) => sheet.number(at, 4, usize::from(strength), &styles.centered)?,
        None => sheet.text(at, 4, "–", &styles.centered)?,
    }
    sheet.text(at, 5, &reading.mark(cell), &styles.cell)?;
    sheet.text(at, 6, reading.origin(cell), &styles.centered)?;
    let is_weak = cell.derivation.mark.is_some_and(|m| m > kijun_coverage::TRUSTED);
    let certainty = if is_weak { &styles.weak } else { &styles.centered };
    sheet.text(at, 7, &reading.pair_certainty(cell), certainty)?;
    let mut col = 8;
    if reading.is_assessed() {
        sheet.text(at, col, &reading.source_verdicts(cell), &styles.cell)?;
        col += 1;
    }
    sheet.text(at, col, &reading.derivation(cell).join("\n"), &styles.cell)?;
    sheet.text(at, col + 1, &reading.grounds(cell).join("\n"), &styles.cell)?;
    sheet.end_row(at)
}

/// An item with its title below, or the members of a union, a line each.
fn source(book: &Book<'_>, cell: &Cell) -> String {
    let items = book.reading.context.mappings.items_at(cell.source);
    match items.as_slice() {
        [one] => named(book, *one, "\n"),
        several => {
            let members = several.iter().map(|id| named(book, *id, " "));
            let joint = book.reading.say("合わせて:", "jointly:").to_owned();
            std::iter::once(joint).chain(members).collect::<Vec<_>>().join("\n")
        }
    }
}

fn named(book: &Book<'_>, id: RequirementId, between: &str) -> String {
    let program = book.reading.context.mappings.program;
    let title = program.requirement(id).map_or("", |r| r.title.get(book.reading.lang));
    format!("{}{between}{title}", book.reading.id(id))
}
