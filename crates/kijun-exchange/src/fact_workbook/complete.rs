//! The sheet that says which registers are complete.

use kijun_facts::Register;
use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, XlsxError};

use super::Book;
use super::lists::Fixed;
use crate::xlsx::{Column, Sheet};

/// As readers know it.
pub(super) const SHEET: &str = "_complete";

pub(super) fn write(sheet: &mut Sheet<'_>, book: &Book<'_>) -> Result<(), XlsxError> {
    let (kinds, styles) = (&book.kinds, &book.styles);
    let columns =
        [Column::new(book.say("種類", "kind"), 40.0), Column::new(book.say("全件", "complete"), 12.0)];
    sheet.table(0, &columns, kinds.len() as u32, 1, &styles.head)?;
    sheet.note(0, 1, &[book
        .say(
            "台帳に載っていないものはないと確かめたら「はい」、載っていないものがあれば「いいえ」。空欄は「確かめていない」です。",
            "yes: it is certain that nothing is missing from the register; no: something is; empty: nobody has checked.",
        )
        .to_owned()])?;
    for (row, kind) in (1..).zip(kinds) {
        let stated = book.context.store.and_then(|store| store.kind(*kind)).map(|table| table.register);
        let answer = match stated {
            Some(Register::Complete) => book.say("はい", "yes"),
            Some(Register::Incomplete) => book.say("いいえ", "no"),
            _ => "",
        };
        sheet.text(row, 0, book.sheet_of(*kind), &styles.label)?;
        sheet.text(row, 1, answer, &styles.centered)?;
        sheet.end_row(row)?;
    }
    if let Some(list) = book.lists.fixed(Fixed::Complete) {
        let rule = DataValidation::new()
            .allow_list_formula(list)
            .set_error_style(DataValidationErrorStyle::Stop)
            .set_error_message(book.say("「はい」か「いいえ」を選んでください", "choose yes or no"))?;
        sheet.sheet.add_data_validation(1, 1, kinds.len() as u32, 1, &rule)?;
    }
    Ok(())
}
