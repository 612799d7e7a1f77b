//! The first sheet: how to fill in the others, and which there are.

use std::collections::BTreeSet;

use kijun_facts::KindId;
use rust_xlsxwriter::XlsxError;

use super::Book;
use crate::xlsx::{Column, Sheet};

const WIDTHS: [f64; 4] = [30.0, 44.0, 44.0, 12.0];

pub(super) fn write(sheet: &mut Sheet<'_>, book: &Book<'_>) -> Result<(), XlsxError> {
    let styles = &book.styles;
    let width = WIDTHS.iter().sum();
    sheet.sheet.set_screen_gridlines(false);
    sheet.text(0, 0, &book.title, &styles.title)?;
    sheet.sheet.set_row_height(0, 28)?;
    let mut row = 2;
    let wrapped = styles.plain.clone().set_text_wrap();
    for sentence in sentences(book) {
        sheet.paragraph(row, 0..4, width, &format!("{} {sentence}", book.say("・", "•")), &wrapped)?;
        row += 1;
    }
    row += 1;
    sheet.text(row, 0, book.say("シートの一覧", "The sheets"), &styles.heading)?;
    sheet.blanks(row, 1..4, &styles.heading)?;
    let columns = [
        (book.say("シート", "Sheet"), 0),
        (book.say("列", "Columns"), 1),
        (book.say("主に答える人", "Asked of"), 2),
        (book.say("記入済みの行", "Rows filled"), 3),
    ];
    let columns: Vec<Column> = columns
        .into_iter()
        .map(|(head, at)| Column::new(head, WIDTHS.get(at).copied().unwrap_or(12.0)))
        .collect();
    sheet.table(row + 1, &columns, book.kinds.len() as u32, 1, &styles.head)?;
    // The head of a list in the middle of a page does not stay.
    sheet.sheet.set_freeze_panes(0, 0)?;
    for (row, kind) in (row + 2..).zip(&book.kinds) {
        line(sheet, book, row, *kind)?;
    }
    Ok(())
}

fn line(sheet: &mut Sheet<'_>, book: &Book<'_>, row: u32, kind: KindId) -> Result<(), XlsxError> {
    let styles = &book.styles;
    let Some(def) = book.context.program.schema.kind(kind) else { return Ok(()) };
    let name = book.sheet_of(kind);
    sheet.link((row, 0), name, (name, 0), &styles.link)?;
    let headings = def.attributes.iter().map(|a| a.label.or(book.lang, &a.name));
    let headings: Vec<&str> = headings.collect();
    sheet.text(row, 1, &headings.join(book.say("、", ", ")), &styles.cell)?;
    let roles: BTreeSet<&str> =
        def.attributes.iter().filter_map(|a| a.ask.as_ref()).map(|ask| book.role(&ask.of)).collect();
    let roles: Vec<&str> = roles.into_iter().collect();
    sheet.text(row, 2, &roles.join(book.say("、", ", ")), &styles.cell)?;
    let filled = book.context.store.and_then(|store| store.kind(kind)).map_or(0, |table| table.len());
    sheet.number(row, 3, filled, &styles.centered)?;
    sheet.end_row(row)
}

fn sentences(book: &Book<'_>) -> Vec<&'static str> {
    let all = [
        (
            "1行に1件ずつ記入します。見出しの行は消さないでください。列の順は変えても構いません。",
            "Write one record a row. Keep the row of headings; the order of columns is up to you.",
        ),
        (
            "見出しにカーソルを合わせると、質問、答える人、書き方が表示されます。色の薄い見出しの列は、空欄なら「なし」の意味になります。",
            "Point at a heading to see the question, whom it is asked of, and what to write. Below a lighter heading, an empty cell means that there is none.",
        ),
        (
            "分からないところは空欄のままにするか「?」と書きます。空欄や「?」が適合とみなされることはありません。推測で埋めないでください。",
            "Leave empty what is not known, or write `?`. Neither is ever taken for a pass; do not guess.",
        ),
        (
            "id は、ほかの行と重ならない番号や略号です。ほかのシートからは、この id を選んで参照します。参照される側のシートから先に記入すると、一覧から選べます。一覧には「id  (名称)」と並びます。読まれるのは id だけで、括弧の中の名称は目で見て確かめるためのものです。",
            "An id is a number or short name that no other row has. Other sheets refer to it: fill in first what others refer to, then choose from the list. The list says `id  (name)`: only the id is read, the name is for the eye.",
        ),
        (
            "いくつも書く欄は「;」で区切ります。1つもないときは「なし」と書きます。「?」を混ぜると「ほかにもあるかもしれない」の意味になります。",
            "Where several values go into a cell, separate them by `;`. Write `none` when there is none; a `?` among them says that there may be more.",
        ),
        (
            "日付は 2026/4/1、令和8年4月1日、R8.4.1 のどれでも構いません。月や年までしか分からなければ「2026年4月」「2026」と書きます。",
            "A date may be a date of the spreadsheet or `2026-04-01`. Write `2026-04` or `2026` when only the month or the year is known.",
        ),
        (
            "右側の列（出典、基準日、等級、有効期限、記録者、備考）には、その行の裏づけを書きます。同じ id について別の出典があれば、行を分けて書けます。食い違いは報告されます。",
            "The last columns (source, as of, grade, valid until, recorded by, remark) say what backs the row. Another source about the same id gets a row of its own; where they disagree, that is reported.",
        ),
        (
            "「_complete」のシートには、台帳に載っていないものはないと確かめたかどうかを書きます。",
            "On the sheet `_complete`, say of each register whether it is certain that nothing is missing.",
        ),
        (
            "名前が「_」で始まるシートと、このシートは、事実として読まれません（「_complete」を除く）。メモに使えます。",
            "This sheet, and those whose name begins with `_` but for `_complete`, are not read as facts: use them for notes.",
        ),
        (
            "セルの結合、数式、色による区別は避けてください。書き終えたら facts フォルダーに置き、`kijun check` で確かめます。読めないところは、シートとセルの番地つきで示されます。",
            "Avoid merged cells, formulas, and colours that mean something. Put the file into the folder `facts` and run `kijun check`: what cannot be read is named by sheet and cell.",
        ),
    ];
    all.into_iter().map(|(ja, en)| book.say(ja, en)).collect()
}
