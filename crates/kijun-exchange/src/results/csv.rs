//! Items as a table, for spreadsheets and scripts.

use kijun_text::Lang;

use super::Results;
use crate::csv_table::CsvTable;

const HEADER: [&str; 11] = [
    "rule",
    "group",
    "subject",
    "state",
    "level",
    "message",
    "help",
    "file",
    "line",
    "column",
    "fingerprint",
];

/// A line an item. UTF-8 with a byte order mark, as spreadsheets expect; of a workbook `line` is sheet and cell.
pub(super) fn table(results: &Results, lang: Lang) -> Vec<u8> {
    // Writing into memory does not fail.
    write(results, lang).unwrap_or_default()
}

fn write(results: &Results, lang: Lang) -> Result<Vec<u8>, csv::Error> {
    let mut out = CsvTable::new();
    out.write_record(HEADER)?;
    for item in &results.items {
        let Some(rule) = results.rule(item) else { continue };
        let (file, line, column) = item.at.as_ref().map_or_else(Default::default, |at| {
            let column = match at.region {
                super::Region::Text { column, .. } => column.to_string(),
                super::Region::Cell { .. } => String::new(),
            };
            (at.path.as_str(), at.line().map(|l| l.to_string()).or(at.cell()).unwrap_or_default(), column)
        });
        let cells = [
            &rule.id,
            &rule.group,
            &item.subject,
            item.state.name(),
            item.level.name(),
            item.message.get(lang),
            item.help.get(lang),
            file,
            &line,
            &column,
            &item.fingerprint,
        ];
        out.write_record(cells)?;
    }
    out.finish()
}
