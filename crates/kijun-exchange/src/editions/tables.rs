//! Editions side by side, for spreadsheets: a line for each row of items, two columns for each edition.

use kijun_text::Lang;
use rust_xlsxwriter::{DocProperties, XlsxError};

use super::SideBySideContext;
use super::outline::{verdict, weight};
use super::reading::{CellJson, RowJson, SideBySideJson, side_by_side_json};
use crate::csv_table::CsvTable;
use crate::xlsx::{Column, Sheet, Styles, date, workbook};

/// UTF-8 with a byte order mark.
///
/// # Errors
/// Those of writing into memory: none in practice.
pub fn side_by_side_csv(context: &SideBySideContext<'_>, lang: Lang) -> Result<Vec<u8>, csv::Error> {
    let all = side_by_side_json(context);
    let mut out = CsvTable::new();
    let heads = all.columns.iter().flat_map(|c| [c.catalog.clone(), format!("{}_verdict", c.catalog)]);
    out.write_record(heads.chain(["differs".to_owned(), "weak".to_owned()]))?;
    for row in &all.rows {
        let cells = row.cells.iter().flat_map(|cells| {
            let verdicts = cells.iter().map(|c| c.verdict.unwrap_or("")).collect::<Vec<_>>().join("\n");
            [items(cells, lang), verdicts]
        });
        out.write_record(cells.chain([row.differs.to_string(), row.weak.to_string()]))?;
    }
    out.finish()
}

/// # Errors
/// Where a workbook cannot hold it.
pub fn side_by_side_xlsx(context: &SideBySideContext<'_>, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let all = side_by_side_json(context);
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let styles = Styles::new(lang);
    let title = format!("{} {}", all.title.or(lang, all.facility), say("版の比較", "editions side by side"));
    let mut book = workbook(lang)?;
    let properties = DocProperties::new()
        .set_title(&title)
        .set_author(format!("Kijun {}", context.engine_version))
        .set_creation_datetime(&date(context.assessment.as_of)?);
    book.set_properties(&properties);
    let foot = format!("{title}  {}", all.as_of);
    figures(
        &mut Sheet::add(&mut book, lang, say("版ごとの数", "figures"), &foot)?,
        &all,
        &styles,
        &title,
        lang,
    )?;
    rows(&mut Sheet::add(&mut book, lang, say("項目", "items"), &foot)?, &all, &styles, lang)?;
    book.save_to_buffer()
}

/// Every line is of one edition alone.
fn figures(
    sheet: &mut Sheet<'_>,
    all: &SideBySideJson<'_>,
    styles: &Styles,
    title: &str,
    lang: Lang,
) -> Result<(), XlsxError> {
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    sheet.text(0, 0, title, &styles.title)?;
    let about = say(
        "数は版ごとのもの。版をまたいで足し合わせない",
        "every figure is of one edition; none is a sum over several",
    );
    sheet.text(1, 0, about, &styles.subtitle)?;
    let first = all.columns.first();
    let verdicts = first.iter().flat_map(|c| &c.requirements.0).map(|(v, _)| verdict(Some(v), lang));
    let findings = first.iter().flat_map(|c| &c.findings.0).map(|(w, _)| {
        let finding = say("指摘", "findings");
        format!("{finding}: {}", weight(w, lang))
    });
    let heads = [say("版", "Edition").to_owned(), say("名称", "Title").to_owned()].into_iter();
    let unknown = say("指摘: 未確認", "findings: unknown").to_owned();
    let heads: Vec<String> = heads.chain(verdicts).chain(findings).chain([unknown]).collect();
    let widths = [18.0, 44.0].into_iter().chain(std::iter::repeat(12.0));
    let columns: Vec<Column> = heads.into_iter().zip(widths).map(|(h, w)| Column::new(h, w)).collect();
    sheet.table(2, &columns, all.columns.len() as u32, 1, &styles.head)?;
    for (row, column) in (3..).zip(&all.columns) {
        sheet.text(row, 0, &column.catalog, &styles.strong)?;
        sheet.text(row, 1, column.title.get(lang), &styles.cell)?;
        let counts = column.requirements.0.iter().chain(&column.findings.0).map(|(_, count)| *count);
        for (col, count) in (2..).zip(counts.chain([column.unknown_findings])) {
            sheet.number(row, col, count, &styles.centered)?;
        }
        sheet.end_row(row)?;
    }
    Ok(())
}

fn rows(
    sheet: &mut Sheet<'_>,
    all: &SideBySideJson<'_>,
    styles: &Styles,
    lang: Lang,
) -> Result<(), XlsxError> {
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let mut columns = vec![Column::new(say("違い", "Differs"), 8.0)];
    for column in &all.columns {
        columns.push(Column::new(column.catalog.clone(), 40.0));
        columns.push(Column::new(say("判定", "Verdict"), 12.0));
    }
    sheet.table(0, &columns, all.rows.len() as u32, 1, &styles.head)?;
    for (at, row) in (1..).zip(&all.rows) {
        sheet.text(at, 0, if row.differs { "≠" } else { "" }, &styles.centered)?;
        cells(sheet, at, row, styles, lang)?;
        sheet.end_row(at)?;
    }
    Ok(())
}

fn cells(
    sheet: &mut Sheet<'_>,
    at: u32,
    row: &RowJson<'_>,
    styles: &Styles,
    lang: Lang,
) -> Result<(), XlsxError> {
    for (col, cells) in (1..).step_by(2).zip(&row.cells) {
        let verdicts: Vec<String> = cells.iter().map(|c| verdict(c.verdict, lang)).collect();
        sheet.text(at, col, &items(cells, lang), &styles.cell)?;
        sheet.text(at, col + 1, &verdicts.join("\n"), &styles.centered)?;
    }
    Ok(())
}

fn items(cells: &[CellJson<'_>], lang: Lang) -> String {
    cells.iter().map(|c| format!("{} {}", c.id, c.title.get(lang))).collect::<Vec<_>>().join("\n")
}
