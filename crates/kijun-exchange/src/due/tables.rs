//! What lapses, for spreadsheets.

use kijun_facts::Date;
use kijun_text::Lang;
use rust_xlsxwriter::{DocProperties, XlsxError};

use super::DueContext;
use super::reading::{ItemJson, due_json};
use crate::csv_table::CsvTable;
use crate::xlsx::{Column, Sheet, Styles, date, workbook};

const HEADER: [&str; 7] = ["last_day", "lapsed", "what", "text", "facts", "responsible", "flips"];

/// One line for each thing that lapses. UTF-8 with a byte order mark.
///
/// # Errors
/// Those of writing into memory: none in practice.
pub fn due_csv(context: &DueContext<'_>, lang: Lang) -> Result<Vec<u8>, csv::Error> {
    let mut out = CsvTable::new();
    out.write_record(HEADER)?;
    for item in &due_json(context).items {
        out.write_record([
            Date::day(item.marked()).to_string().as_str(),
            if item.lapsed { "true" } else { "false" },
            item.what,
            item.text.get(lang),
            &item.facts.join("\n"),
            &roles(item, lang),
            &flips(item, lang),
        ])?;
    }
    out.finish()
}

/// A workbook with one sheet, sorted by day.
///
/// # Errors
/// Where a workbook cannot hold it: more than 1,048,572 lines.
pub fn due_xlsx(context: &DueContext<'_>, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let due = due_json(context);
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let styles = Styles::new(lang);
    let name = due.title.or(lang, due.facility);
    let title = format!("{name} {}", say("期限一覧", "what lapses"));
    let mut book = workbook(lang)?;
    let properties = DocProperties::new()
        .set_title(&title)
        .set_author(format!("Kijun {}", context.engine_version))
        .set_creation_datetime(&date(context.as_of)?);
    book.set_properties(&properties);
    let mut sheet = Sheet::add(&mut book, lang, say("期限", "due"), &format!("{title}  {}", due.as_of))?;
    sheet.text(0, 0, &title, &styles.title)?;
    let about = match lang {
        Lang::Ja => {
            format!(
                "評価日 {}。{} 日先まで。日付はその事実が効く最後の日、規則については変わる日",
                due.as_of, due.within_days
            )
        }
        Lang::En => format!(
            "as of {}, {} days ahead; dates are the last day on which a fact holds, of rules the day on which they change",
            due.as_of, due.within_days
        ),
    };
    sheet.text(1, 0, &about, &styles.subtitle)?;
    let columns = [
        Column::new(say("期限", "Last day"), 12.0),
        Column::new(say("状態", "State"), 10.0),
        Column::new(say("種類", "Sort"), 12.0),
        Column::new(say("切れるもの", "What lapses"), 48.0),
        Column::new(say("担当", "Responsible"), 26.0),
        Column::new(say("変わる判定", "Verdicts that change"), 70.0),
        Column::new(say("台帳の項目", "Facts"), 40.0),
    ];
    sheet.table(2, &columns, due.items.len() as u32, 1, &styles.head)?;
    for (row, item) in (3..).zip(&due.items) {
        sheet.sheet.write_datetime_with_format(
            row,
            0,
            date(item.marked())?,
            &styles.cell.clone().set_num_format("yyyy-mm-dd"),
        )?;
        let state = if item.lapsed { say("切れた", "lapsed") } else { say("これから", "ahead") };
        sheet.text(row, 1, state, &styles.cell)?;
        sheet.text(row, 2, sort(item, lang), &styles.cell)?;
        sheet.text(row, 3, item.text.get(lang), &styles.cell)?;
        sheet.text(row, 4, &roles(item, lang), &styles.cell)?;
        sheet.text(row, 5, &flips(item, lang), &styles.cell)?;
        sheet.text(row, 6, &item.facts.join("\n"), &styles.cell)?;
        sheet.end_row(row)?;
    }
    book.save_to_buffer()
}

fn sort(item: &ItemJson<'_>, lang: Lang) -> &'static str {
    let (ja, en) = match item.what {
        "evidence" => ("証拠", "evidence"),
        "attestation" => ("確認記録", "attestation"),
        "waiver" => ("適用除外", "waiver"),
        "rule" => ("規則の日付", "day in rules"),
        _ => ("台帳の日付", "date"),
    };
    if lang == Lang::Ja { ja } else { en }
}

fn roles(item: &ItemJson<'_>, lang: Lang) -> String {
    item.roles.iter().map(|r| r.get(lang)).collect::<Vec<_>>().join("\n")
}

fn flips(item: &ItemJson<'_>, lang: Lang) -> String {
    item.flips.iter().map(|f| f.words(lang)).collect::<Vec<_>>().join("\n")
}
