//! A pair of catalogues: target items in order, and what each is covered by. Pairs of an item stand line by line, the same line in
//! every column.

use kijun_text::Lang;
use rust_xlsxwriter::XlsxError;

use super::super::reading::{Listing, Pair, Reading, Row};
use super::super::words;
use super::{Book, derivations, style};
use crate::xlsx::{Column, Sheet};

/// The row of the headings.
const HEAD: u32 = 4;
/// A row can be some 27 lines high.
const MOST_LINES: usize = 20;
/// Deeper sections have no bracket of their own.
const DEEPEST: usize = 7;

pub(super) fn write(sheet: &mut Sheet<'_>, book: &Book<'_>, listing: &Listing<'_>) -> Result<(), XlsxError> {
    let (reading, styles) = (&book.reading, &book.styles);
    let (from, to) = (listing.block.from, listing.block.to);
    let name = |c: usize| {
        let title = reading.catalog(c).map_or("", |c| c.title.get(reading.lang));
        format!("{} {title}", reading.catalog_name(c))
    };
    let heading = format!("{} → {}", reading.catalog_name(from), reading.catalog_name(to));
    sheet.text(0, 0, &heading, &styles.title)?;
    let titles = match reading.lang {
        Lang::Ja => format!("対応元: {}　対応先: {}", name(from), name(to)),
        Lang::En => format!("Source: {}   Target: {}", name(from), name(to)),
    };
    sheet.text(1, 0, &titles, &styles.subtitle)?;
    let filtered = words::filtered(listing.block).map(|l| reading.text(l));
    let figures: Vec<String> =
        std::iter::once(reading.figures(&listing.block.total)).chain(filtered).collect();
    sheet.text(2, 0, &figures.join("  "), &styles.subtitle)?;
    sheet.text(3, 0, &legend(book), &styles.subtitle)?;
    let columns = columns(book);
    sheet.table(HEAD, &columns, listing.rows.len() as u32, 3, &styles.head)?;
    for (at, row) in (HEAD + 1..).zip(&listing.rows) {
        if row.requirement.is_section {
            section(sheet, book, listing, row, at, columns.len() as u16)?;
        } else {
            item(sheet, book, listing, row, at)?;
        }
        sheet.end_row(at)?;
    }
    brackets(sheet, &listing.rows)
}

fn legend(book: &Book<'_>) -> String {
    let reading = &book.reading;
    let signs = kijun_coverage::Coverage::ALL.map(|c| reading.standing(c)).join("  ");
    let rest = reading.say(
        "番号はそれぞれのカタログのもの。導出 № は「導出」シートの行。誰も対応づけていない項目は欠落と決まったものではない",
        "Numbers are those of each catalogue; derivation No. is a row of the sheet of derivations. What nobody has mapped is not known to be a gap",
    );
    format!("{signs}  {}{rest}", reading.say("／ ", "| "))
}

fn columns(book: &Book<'_>) -> Vec<Column> {
    let reading = &book.reading;
    let column = |ja, en, width| Some(Column::new(reading.say(ja, en), width));
    let assessed = |column: Option<Column>| column.filter(|_| reading.is_assessed());
    let all = [
        column("区分", "Kind", 7.0),
        column("番号", "Number", 12.0),
        column("題名", "Title", 36.0),
        column("水準", "Level", 9.0),
        column("対応", "Coverage", 19.0),
        column("確からしさ", "Certainty", 9.0),
        assessed(column("充足", "Met", 11.0)),
        column("対応元", "Sources", 20.0),
        column("関係", "Relation", 13.0),
        column("強さ", "Strength", 8.0),
        column("印", "Mark", 11.0),
        assessed(column("対応元の判定", "Verdict on source", 12.0)),
        column("導出 №", "Derivation No.", 12.0),
        column("備考", "Remarks", 30.0),
    ];
    all.into_iter().flatten().collect()
}

/// Its figures run over the empty cells to their right.
fn section(
    sheet: &mut Sheet<'_>,
    book: &Book<'_>,
    listing: &Listing<'_>,
    row: &Row<'_>,
    at: u32,
    width: u16,
) -> Result<(), XlsxError> {
    let (reading, styles) = (&book.reading, &book.styles);
    sheet.blanks(at, 0..width, &styles.section)?;
    sheet.text(at, 0, reading.say("章節", "section"), &styles.section)?;
    let catalog = listing.block.to;
    sheet.text(at, 1, reading.number(row.item.id, catalog), &styles.section)?;
    let title = row.requirement.title.get(reading.lang);
    sheet.text(at, 2, title, &styles.section.clone().set_text_wrap())?;
    if let Some(tally) = listing.block.sections.get(&row.item.id) {
        sheet.run_on(at, 4, &reading.figures(tally), &styles.section_figures)?;
    }
    if !row.pairs.is_empty() {
        let last = width.saturating_sub(1);
        let about = reading.say("章節そのものへの記述あり", "mapped as a whole too");
        sheet.link((at, last), about, derivation_of(book, &row.pairs), &styles.section_figures)?;
        sheet.note(at, last, &note(book, &row.pairs))?;
    }
    Ok(())
}

fn item(
    sheet: &mut Sheet<'_>,
    book: &Book<'_>,
    listing: &Listing<'_>,
    row: &Row<'_>,
    at: u32,
) -> Result<(), XlsxError> {
    let (reading, styles) = (&book.reading, &book.styles);
    sheet.text(at, 0, reading.say("項目", "item"), &styles.centered)?;
    sheet.text(at, 1, reading.number(row.item.id, listing.block.to), &styles.strong)?;
    sheet.text(at, 2, row.requirement.title.get(reading.lang), &styles.cell)?;
    sheet.text(at, 3, row.requirement.level.as_deref().unwrap_or(""), &styles.centered)?;
    let coverage = row.item.coverage;
    sheet.text(at, 4, &reading.standing(coverage), &style::coverage(styles, coverage))?;
    let is_weak = row.item.trusted < coverage;
    let certainty = if is_weak { &styles.weak } else { &styles.centered };
    sheet.text(at, 5, &reading.certainty(row.item), certainty)?;
    let mut col = 6;
    if let Some(met) = row.item.met {
        sheet.text(at, col, &reading.text(met.label()), &style::met(styles, met))?;
        col += 1;
    }
    let lines = PairLines::new(book, listing, &row.pairs);
    sheet.text(at, col, &lines.sources, &styles.cell)?;
    if !row.pairs.is_empty() {
        sheet.note(at, col, &note(book, &row.pairs))?;
    }
    sheet.text(at, col + 1, &lines.relations, &styles.cell)?;
    match row.pairs.as_slice() {
        [Pair { cell, .. }] if cell.derivation.strength.is_some() => {
            sheet.number(at, col + 2, cell.derivation.strength.map_or(0, usize::from), &styles.centered)?;
        }
        _ => sheet.text(at, col + 2, &lines.strengths, &styles.centered)?,
    }
    sheet.text(at, col + 3, &lines.marks, &styles.cell)?;
    col += 4;
    if reading.is_assessed() {
        sheet.text(at, col, &lines.verdicts, &styles.cell)?;
        col += 1;
    }
    match row.pairs.as_slice() {
        [one] => sheet.link((at, col), &lines.origins, derivation_of(book, &[*one]), &styles.link)?,
        // Some programs put the lines of a link on one.
        _ => sheet.text(at, col, &lines.origins, &styles.cell)?,
    }
    sheet.text(at, col + 1, &reading.remarks(row).join("\n"), &styles.cell)
}

/// Where the first of these pairs stands among the derivations.
fn derivation_of<'b>(book: &'b Book<'_>, pairs: &[Pair<'_>]) -> (&'b str, u32) {
    let number = pairs.first().map_or(1, |p| p.number);
    (&book.names.derivations, derivations::row_of(number))
}

fn note(book: &Book<'_>, pairs: &[Pair<'_>]) -> Vec<String> {
    let pair = |p: &Pair<'_>| {
        let head = format!("№{} ({})", p.number, book.reading.origin(p.cell));
        std::iter::once(head).chain(book.reading.derivation(p.cell))
    };
    pairs.iter().take(MOST_LINES).flat_map(pair).collect()
}

/// The pairs of an item, a column each, with the same number of lines.
#[derive(Default)]
struct PairLines {
    sources: String,
    relations: String,
    strengths: String,
    marks: String,
    verdicts: String,
    origins: String,
}

impl PairLines {
    fn new(book: &Book<'_>, listing: &Listing<'_>, pairs: &[Pair<'_>]) -> PairLines {
        let reading = &book.reading;
        let mut lines = PairLines::default();
        for pair in pairs.iter().take(MOST_LINES) {
            let cell = pair.cell;
            let sources = reading.source_numbers(cell, listing.block.from);
            let strength = cell.derivation.strength.map_or_else(|| "–".to_owned(), |s| s.to_string());
            let texts = [
                source_lines(reading, &sources),
                reading.text(cell.possible.label()),
                strength,
                reading.mark(cell),
                reading.source_verdicts(cell),
                format!("{} {}", pair.number, reading.origin(cell)),
            ];
            let height = texts.iter().map(|t| t.lines().count()).max().unwrap_or(1);
            lines.add(texts, height);
        }
        if let Some(more) = pairs.len().checked_sub(MOST_LINES).filter(|n| *n > 0) {
            let more = match reading.lang {
                Lang::Ja => format!("ほか {more} 件（導出シート）"),
                Lang::En => format!("{more} more: see derivations"),
            };
            lines.add([more, String::new(), String::new(), String::new(), String::new(), String::new()], 1);
        }
        lines
    }

    fn add(&mut self, texts: [String; 6], height: usize) {
        let columns = [
            &mut self.sources,
            &mut self.relations,
            &mut self.strengths,
            &mut self.marks,
            &mut self.verdicts,
            &mut self.origins,
        ];
        for (column, text) in columns.into_iter().zip(texts) {
            let missing = height.saturating_sub(text.lines().count().max(1));
            if !column.is_empty() {
                column.push('\n');
            }
            column.push_str(&text);
            column.push_str(&"\n".repeat(missing));
        }
    }
}

/// One source, or a union with a member on each line, of which at most four are named.
fn source_lines(reading: &Reading<'_>, sources: &[&str]) -> String {
    match sources {
        [one] => (*one).to_owned(),
        [a, b, c, _, _, ..] => {
            let all = match reading.lang {
                Lang::Ja => format!("計 {} 項目", sources.len()),
                Lang::En => format!("{} in all", sources.len()),
            };
            format!("{{{a}\n {b}\n {c}\n … {all}}}")
        }
        several => format!("{{{}}}", several.join("\n ")),
    }
}

/// Brackets around what is below each section, to be closed on the screen.
fn brackets(sheet: &mut Sheet<'_>, rows: &[Row<'_>]) -> Result<(), XlsxError> {
    sheet.sheet.group_symbols_above(true);
    for (i, row) in rows.iter().enumerate() {
        if !row.requirement.is_section || row.depth >= DEEPEST {
            continue;
        }
        let below = rows.iter().skip(i + 1).take_while(|r| r.depth > row.depth).count();
        if below > 0 {
            let first = HEAD + 2 + i as u32;
            sheet.sheet.group_rows(first, first + below as u32 - 1)?;
        }
    }
    Ok(())
}
