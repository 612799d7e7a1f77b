//! The questions to one respondent as Markdown: the letter, then a table.

use super::{Inquiry, hints};
use crate::gfm::{code, escaped, line, row, table_head};

/// The letter and the questions for the respondent at this place.
pub fn respondent_markdown(inquiry: &Inquiry<'_>, respondent: usize) -> String {
    let view = &inquiry.view;
    let letter = inquiry.letter(respondent);
    let mut out = String::new();
    line(&mut out, &format!("# {}\n", escaped(&letter.subject)));
    for text in [&letter.date, &letter.to, &letter.from, &letter.contact] {
        line(&mut out, &format!("{}  ", escaped(text)));
    }
    line(&mut out, "");
    letter.opening.iter().for_each(|text| line(&mut out, &format!("{}\n", escaped(text))));
    letter.points.iter().zip(1..).for_each(|(text, n)| line(&mut out, &format!("{n}. {}", escaped(text))));
    line(&mut out, &format!("\n**{}**\n", escaped(&letter.reply_by)));
    line(&mut out, &format!("{}\n", escaped(&letter.thanks)));
    if !letter.closing.is_empty() {
        line(&mut out, &format!("{}\n", escaped(&letter.closing)));
    }
    line(&mut out, &format!("## {}\n", view.say("質問票", "Questions")));
    let heads = [
        ("番号", "No."),
        ("対象", "About"),
        ("質問", "Question"),
        ("書き方", "How to answer"),
        ("お尋ねする理由", "Why it is asked"),
        ("照合番号", "Key"),
    ];
    table_head(&heads.map(|(ja, en)| view.say(ja, en).to_owned()), heads.len(), &mut out);
    for (asked, number) in inquiry.asked(respondent).iter().zip(1..) {
        let choices = hints::choices(view, asked);
        let how = if choices.is_empty() {
            hints::written(inquiry, respondent, asked)
        } else {
            choices.join(view.say("・", " / "))
        };
        row(
            &[
                format!("{number}"),
                escaped(&asked.about),
                escaped(asked.text.get(view.lang)),
                escaped(&how),
                escaped(&inquiry.why(asked)),
                code(&asked.key.to_string()),
            ],
            &mut out,
        );
    }
    out
}
