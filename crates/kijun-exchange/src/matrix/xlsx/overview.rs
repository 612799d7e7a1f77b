//! The first sheet: what was compared, for whom and when, the figures, and how to read them.

use kijun_coverage::{Coverage, Met, Relationship, wording};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::Mark;
use kijun_text::Label;
use rust_xlsxwriter::{Format, XlsxError};

use super::super::words;
use super::{Book, sections, style};
use crate::xlsx::Sheet;

/// Widths of the columns; figures stand from [`FIGURES`] on.
const NAME: f64 = 20.0;
const FIGURE: f64 = 8.3;
const FIGURES: u16 = 2;
/// The last column that a paragraph runs to, and with verdicts.
const LAST: u16 = 14;

/// Writes downwards.
struct Page<'s, 'w, 'b> {
    sheet: &'s mut Sheet<'w>,
    book: &'b Book<'b>,
    row: u32,
}

pub(super) fn write(sheet: &mut Sheet<'_>, book: &Book<'_>) -> Result<(), XlsxError> {
    sheet.sheet.set_column_range_width(0, FIGURES - 1, NAME)?;
    sheet.sheet.set_column_range_width(FIGURES, LAST, FIGURE)?;
    sheet.sheet.set_screen_gridlines(false);
    let mut page = Page { sheet, book, row: 0 };
    page.cover()?;
    page.heading(book.reading.say("読み方", "How to read this"))?;
    for sentence in words::how_to_read() {
        page.paragraph(0, &format!("• {}", book.reading.text(sentence)), &book.styles.plain)?;
    }
    page.catalogs()?;
    page.figures()?;
    page.legends()
}

impl Page<'_, '_, '_> {
    fn cover(&mut self) -> Result<(), XlsxError> {
        let (reading, styles) = (&self.book.reading, &self.book.styles);
        self.sheet.text(0, 0, &self.book.title, &styles.title)?;
        self.sheet.sheet.set_row_height(0, 28)?;
        let mut row = 1;
        if let Some(assessed) = reading.context.assessed {
            self.sheet.text(row, 0, reading.say("施設", "Facility"), &styles.plain)?;
            let title = assessed.title.or(reading.lang, assessed.facility);
            let facility = format!("{title} ({})", assessed.facility);
            self.sheet.text(row, 1, &facility, &styles.plain)?;
            self.sheet.text(row + 1, 0, reading.say("基準日", "As of"), &styles.plain)?;
            self.sheet.sheet.write_with_format(
                row + 1,
                1,
                &crate::xlsx::date(assessed.as_of)?,
                &styles.date,
            )?;
            row += 2;
        }
        let basis = match reading.context.assessed {
            Some(_) => reading
                .say("対応づけの記述と、台帳から得た判定", "what packs state, and the verdicts on the facts"),
            None => reading.say(
                "対応づけの記述のみ（台帳の判定は使っていない）",
                "what packs state only; no facts were used",
            ),
        };
        self.sheet.text(row, 0, reading.say("もとにしたもの", "Based on"), &styles.plain)?;
        self.sheet.text(row, 1, basis, &styles.plain)?;
        self.sheet.text(row + 1, 0, reading.say("作成", "Made by"), &styles.plain)?;
        let version = format!("Kijun {}", reading.context.engine_version);
        self.sheet.text(row + 1, 1, &version, &styles.plain)?;
        self.row = row + 2;
        Ok(())
    }

    fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.row += 1;
        let format = &self.book.styles.heading;
        self.sheet.blanks(self.row, 0..LAST + 1, format)?;
        self.sheet.text(self.row, 0, text, format)?;
        self.row += 1;
        Ok(())
    }

    /// From a column to the last.
    fn paragraph(&mut self, col: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        let names = FIGURES.saturating_sub(col);
        let figures = LAST + 1 - col.max(FIGURES);
        let width = f64::from(names) * NAME + f64::from(figures) * FIGURE;
        let wrapped = format.clone().set_text_wrap();
        self.sheet.paragraph(self.row, col..LAST + 1, width, text, &wrapped)?;
        self.row += 1;
        Ok(())
    }

    fn catalogs(&mut self) -> Result<(), XlsxError> {
        let (reading, styles) = (&self.book.reading, &self.book.styles);
        self.heading(reading.say("比べたカタログ", "Catalogues compared"))?;
        let heads = [
            ("カタログと版", "Catalogue, edition"),
            ("役割", "Role"),
            ("題名・発行者・本文", "Title, publisher, text"),
        ];
        for (col, (ja, en)) in (0u16..).zip(heads.into_iter().take(2)) {
            self.sheet.text(self.row, col, reading.say(ja, en), &styles.head)?;
        }
        let [.., (ja, en)] = heads;
        self.paragraph(FIGURES, reading.say(ja, en), &styles.head)?;
        for (index, is_source, is_target) in reading.catalogs() {
            let Some(catalog) = reading.catalog(index) else { continue };
            self.sheet.text(self.row, 0, &reading.catalog_name(index), &styles.label)?;
            let role = match (is_source, is_target) {
                (true, true) => reading.say("対応元・対応先", "source and target"),
                (true, false) => reading.say("対応元", "source"),
                _ => reading.say("対応先", "target"),
            };
            self.sheet.text(self.row, 1, role, &styles.cell)?;
            let (with_text, items) = self.texts(index);
            let edition = &catalog.edition;
            let title = catalog.title.get(reading.lang);
            let about = match reading.lang {
                kijun_text::Lang::Ja => format!(
                    "{title}　版: {edition}　発行者: {}　本文を収録: {items} 項目中 {with_text}",
                    catalog.publisher
                ),
                kijun_text::Lang::En => format!(
                    "{title}. Edition: {edition}. Publisher: {}. Text included: {with_text} of {items} items",
                    catalog.publisher
                ),
            };
            self.paragraph(FIGURES, &about, &styles.cell)?;
        }
        Ok(())
    }

    /// How many items of a catalogue come with their text, and how many there are.
    fn texts(&self, catalog: usize) -> (usize, usize) {
        let all = &self.book.reading.context.mappings.program.requirements;
        let own = || all.iter().filter(|r| r.catalog == catalog && !r.is_section && r.withdrawn.is_none());
        (own().filter(|r| r.text_included).count(), own().count())
    }

    fn figures(&mut self) -> Result<(), XlsxError> {
        let (reading, styles) = (&self.book.reading, &self.book.styles);
        self.heading(reading.say("件数", "Figures"))?;
        let names =
            [reading.say("対応元", "Source"), reading.say("対応先（シートへ）", "Target (to its sheet)")];
        let heads = sections::tally_columns(self.book);
        let heads = names.into_iter().map(str::to_owned).chain(heads.into_iter().map(|c| c.head));
        for (col, head) in (0u16..).zip(heads) {
            self.sheet.text(self.row, col, &head, &styles.head)?;
        }
        self.sheet.sheet.set_row_height(self.row, 32)?;
        self.row += 1;
        for (listing, name) in reading.listings.iter().zip(&self.book.names.listings) {
            let block = listing.block;
            self.sheet.text(self.row, 0, &reading.catalog_name(block.from), &styles.label)?;
            let to = reading.catalog_name(block.to);
            self.sheet.link((self.row, 1), &to, (name, 0), &styles.link)?;
            sections::tally(self.sheet, self.book, (self.row, FIGURES), &block.total)?;
            self.row += 1;
        }
        for block in reading.listings.iter().map(|l| l.block) {
            let Some(filtered) = words::filtered(block) else { continue };
            let pair = format!("{} → {}", reading.catalog_name(block.from), reading.catalog_name(block.to));
            self.paragraph(0, &format!("{pair}: {}", reading.text(filtered)), &styles.plain)?;
        }
        Ok(())
    }

    fn legends(&mut self) -> Result<(), XlsxError> {
        let (book, reading) = (self.book, &self.book.reading);
        let styles = &book.styles;
        self.heading(reading.say("凡例: 対応", "Legend: coverage"))?;
        for coverage in Coverage::ALL {
            let format = style::coverage(styles, coverage);
            self.entry(&reading.standing(coverage), words::coverage_meaning(coverage), &format)?;
        }
        self.heading(reading.say("凡例: 確からしさ", "Legend: certainty"))?;
        for (is_weak, format) in [(false, &styles.centered), (true, &styles.weak)] {
            self.entry(&reading.text(words::certainty(is_weak)), words::certainty_meaning(is_weak), format)?;
        }
        self.heading(
            reading.say("凡例: 関係（対応元から見た対応先）", "Legend: relation of source to target"),
        )?;
        for relation in Relationship::ALL {
            self.entry(&reading.text(relation.label()), words::relation_meaning(relation), &styles.label)?;
        }
        for (word, meaning) in words::relation_rest() {
            self.entry(&reading.text(word), meaning, &styles.label)?;
        }
        self.heading(
            reading.say("凡例: 印（記述の出どころ）", "Legend: mark (where a statement comes from)"),
        )?;
        for mark in [Mark::Printed, Mark::Published, Mark::Inferred, Mark::Ambiguous, Mark::Unverified] {
            self.entry(&reading.text(wording::mark_label(mark)), words::mark_meaning(mark), &styles.label)?;
        }
        self.entry(&reading.text(words::structure()), words::structure_meaning(), &styles.label)?;
        if !reading.is_assessed() {
            return Ok(());
        }
        self.heading(
            reading.say(
                "凡例: 充足（台帳の判定から言えること）",
                "Legend: met (what follows from the verdicts)",
            ),
        )?;
        for met in Met::ALL {
            self.entry(&reading.text(met.label()), words::met_meaning(met), &style::met(styles, met))?;
        }
        self.heading(reading.say("凡例: 対応元の判定", "Legend: verdict on a source"))?;
        for verdict in Verdict::ALL {
            self.entry(&reading.text(verdict.label()), words::verdict_meaning(verdict), &styles.label)?;
        }
        Ok(())
    }

    fn entry(&mut self, word: &str, meaning: Label, format: &Format) -> Result<(), XlsxError> {
        self.sheet.text(self.row, 0, word, format)?;
        let meaning = self.book.reading.text(meaning);
        self.paragraph(1, &meaning, &self.book.styles.cell)
    }
}
