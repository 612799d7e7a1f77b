//! The first sheet: the figures, with what is not decided beside every one; and lines of a report as a sheet.

use kijun_engine::assessment::Verdict;
use rust_xlsxwriter::XlsxError;

use crate::diff::Line;
use crate::report::View;
use crate::report::figures::{COLUMNS, Figures, Tally};
use crate::visible::visible;
use crate::wording::role_name;
use crate::xlsx::{Sheet, Styles};

/// Width of a page of text, in digits.
const PAGE: f64 = 118.0;

pub(super) fn write(sheet: &mut Sheet<'_>, styles: &Styles, view: &View<'_>) -> Result<(), XlsxError> {
    let figures = Figures::of(view);
    let columns: Vec<Verdict> = COLUMNS.into_iter().filter(|v| figures.total.of(*v) > 0).collect();
    let last = (columns.len() + 3) as u16;
    sheet.sheet.set_column_width(0, 72)?;
    for col in 1..last {
        sheet.sheet.set_column_width(col, 11)?;
    }
    let width = 72.0 + 11.0 * f64::from(last - 1);
    let title = match view.lang {
        kijun_text::Lang::Ja => format!("{} 情報セキュリティ点検の結果", view.facility()),
        kijun_text::Lang::En => format!("{}: assessment of information security", view.facility()),
    };
    sheet.run_on(0, 0, &visible(&title), &styles.title)?;
    let mut row = 1;
    let mut about = vec![format!("{} {}", view.say("評価日", "as of"), view.day(view.as_of()))];
    if let Some(role) = view.context.audience {
        let role = role_name(view.program, role, view.lang);
        about.push(match view.lang {
            kijun_text::Lang::Ja => format!("「{role}」に関わるものだけを載せています（件数は全体のもの）"),
            kijun_text::Lang::En => format!("lists only what concerns: {role} (figures are of all)"),
        });
    }
    about.extend([
        view.figures_sentence(&figures.total),
        view.findings_sentence(&figures),
        view.facts_sentence(),
        view.caveat().to_owned(),
    ]);
    for text in &about {
        sheet.paragraph(row, 0..last, width, &visible(text), &styles.plain.clone().set_text_wrap())?;
        row += 1;
    }
    row += 1;
    sheet.text(row, 0, view.say("基準", "Catalogue"), &styles.head)?;
    sheet.text(row, 1, view.say("項目", "Items"), &styles.head)?;
    sheet.text(row, 2, view.say("未判定", "Not decided"), &styles.head)?;
    for (col, verdict) in (3u16..).zip(&columns) {
        sheet.text(row, col, verdict.label().get(view.lang), &styles.head)?;
    }
    let mut line = |name: &str, tally: &Tally, strong: bool| {
        row += 1;
        let name_style = if strong { &styles.strong } else { &styles.cell };
        sheet.run_on(row, 0, &visible(name), name_style)?;
        sheet.number(row, 1, tally.total(), &styles.cell)?;
        sheet.number(row, 2, tally.undecided(), &styles.strong)?;
        for (col, verdict) in (3u16..).zip(&columns) {
            sheet.number(row, col, tally.of(*verdict), &styles.cell)?;
        }
        Ok::<(), XlsxError>(())
    };
    for (catalog, tally) in &figures.catalogs {
        line(&format!("{}  {}", view.catalog(*catalog), view.catalog_title(*catalog)), tally, false)?;
    }
    line(view.say("全体", "All"), &figures.total, true)?;
    row += 2;
    sheet.run_on(
        row,
        0,
        view.say("入力（規則パックと事実のファイル）", "What went in (packs and files of facts)"),
        &styles.heading,
    )?;
    let packs =
        view.context.of.packs.iter().map(|p| (format!("{} {}", p.name, p.version), p.sha256.as_str()));
    let facts = view.context.of.facts.iter().map(|(path, digest)| (path.clone(), digest.as_str()));
    for (name, digest) in packs.chain(facts) {
        row += 1;
        sheet.run_on(row, 0, &visible(&name), &styles.plain)?;
        sheet.run_on(row, 1, digest, &styles.plain.clone().set_font_size(8))?;
    }
    Ok(())
}

/// Lines as a sheet of paper, upright.
pub(super) fn lines(sheet: &mut Sheet<'_>, styles: &Styles, lines: &[Line]) -> Result<(), XlsxError> {
    sheet.sheet.set_portrait();
    for (col, width) in [(0, 4.0), (1, 4.0), (2, PAGE - 8.0)] {
        sheet.sheet.set_column_width(col, width)?;
    }
    let wrapped = styles.plain.clone().set_text_wrap();
    for (row, line) in (0u32..).zip(lines) {
        match line {
            Line::Title(text) => sheet.run_on(row, 0, &visible(text), &styles.title)?,
            Line::Heading(text) => {
                sheet.run_on(row, 0, &visible(text), &styles.heading)?;
                sheet.blanks(row, 1..3, &styles.heading)?;
            }
            Line::Text(text) | Line::Code(text) => {
                sheet.paragraph(row, 0..3, PAGE, &visible(text), &wrapped)?
            }
            Line::Item(depth, text) => {
                let col = (*depth as u16 + 1).min(2);
                sheet.run_on(row, col - 1, "・", &styles.plain)?;
                sheet.paragraph(row, col..3, PAGE - 4.0 * f64::from(col), &visible(text), &wrapped)?;
            }
        }
    }
    Ok(())
}
