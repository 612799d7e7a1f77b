//! Statements that cannot all hold, and which of them were set aside.

use kijun_coverage::wording;
use rust_xlsxwriter::XlsxError;

use super::Book;
use crate::xlsx::{Column, Sheet};

const HEAD: u32 = 2;

pub(super) fn write(sheet: &mut Sheet<'_>, book: &Book<'_>) -> Result<(), XlsxError> {
    let (reading, styles) = (&book.reading, &book.styles);
    let mappings = reading.context.mappings;
    sheet.text(0, 0, reading.say("矛盾", "Contradictions"), &styles.title)?;
    let about = reading.say(
        "同時には成り立たない記述。人が決着をつけるまで、最も印の低い記述を除いて対応を求めている。",
        "Statements that cannot all hold. Until a person has settled it, those with the lowest mark are set aside.",
    );
    sheet.text(1, 0, about, &styles.subtitle)?;
    let columns = [
        Column::new(reading.say("№", "No."), 7.0),
        Column::new(reading.say("成り立たない理由", "Why they cannot all hold"), 80.0),
        Column::new(reading.say("除いた記述", "Set aside"), 50.0),
        Column::new(reading.say("備考", "Remarks"), 40.0),
    ];
    sheet.table(HEAD, &columns, mappings.contradictions.len() as u32, 1, &styles.head)?;
    for ((at, number), found) in (HEAD + 1..).zip(1..).zip(mappings.contradictions.iter()) {
        sheet.number(at, 0, number, &styles.centered)?;
        let why = wording::derivation_words(mappings, &found.derivation);
        let why: Vec<String> = why.into_iter().map(|l| reading.text(l)).collect();
        sheet.text(at, 1, &why.join("\n"), &styles.cell)?;
        let aside: Vec<String> = found.set_aside.iter().map(|i| reading.statement(*i)).collect();
        sheet.text(at, 2, &aside.join("\n"), &styles.cell)?;
        let mixed = reading.say(
            "記述の観点（文言・意味・実施の結果）が異なるので、すべて正しいこともありうる",
            "the statements speak in different senses, so that all may be true after all",
        );
        sheet.text(at, 3, if found.mixed { mixed } else { "" }, &styles.cell)?;
        sheet.end_row(at)?;
    }
    Ok(())
}
