//! A comparison as lines, for a terminal and for Markdown.

use kijun_text::Lang;

use super::{Comparison, Standing};
use crate::diff::Line;
use crate::report::Question;
use crate::wording::{role_name, tags};

/// The comparison as lines in the language of its context.
pub fn comparison_outline(comparison: &Comparison<'_>) -> Vec<Line> {
    let view = &comparison.view;
    let mut out = vec![Line::Title(comparison.title())];
    out.push(Line::Text(format!("{} {}", view.say("評価日", "as of"), view.day(view.as_of()))));
    out.push(Line::Text(comparison.no_score().to_owned()));
    out.push(Line::Heading(view.say("要求事項ごとの判定", "verdicts by requirement").to_owned()));
    for row in &comparison.rows {
        let r = row.requirement;
        out.push(Line::Item(
            0,
            format!("{}  {}  [{}]", r.id, r.title.get(view.lang), tags(r, false, view.lang)),
        ));
        for (bidder, standing) in comparison.bidders.iter().zip(&row.standings) {
            standing_lines(comparison, &bidder.name, standing, &mut out);
        }
        if row.common.verdict.is_some() {
            let all = view.say("どの事業者にも関わること", "what concerns all");
            standing_lines(comparison, all, &row.common, &mut out);
        }
    }
    for bidder in &comparison.bidders {
        let n = bidder.questions.len();
        out.push(Line::Heading(match view.lang {
            Lang::Ja => format!("{} へ送る質問（{n} 件）", bidder.name),
            Lang::En => format!("questions to send to {} ({n})", bidder.name),
        }));
        if n == 0 {
            out.push(Line::Text(view.say("尋ねることはありません。", "nothing to ask").to_owned()));
        }
        bidder.questions.iter().for_each(|q| question_line(comparison, q, &mut out));
    }
    if !comparison.own_questions.is_empty() {
        let n = comparison.own_questions.len();
        out.push(Line::Heading(match view.lang {
            Lang::Ja => format!("病院で確かめること（{n} 件）"),
            Lang::En => format!("for the hospital to find out ({n})"),
        }));
        comparison.own_questions.iter().for_each(|q| question_line(comparison, q, &mut out));
    }
    out.push(Line::Text(view.caveat().to_owned()));
    out
}

fn standing_lines(comparison: &Comparison<'_>, name: &str, standing: &Standing, out: &mut Vec<Line>) {
    let colon = comparison.view.say("：", ": ");
    out.push(Line::Item(1, format!("{name}{colon}{}", standing.word())));
    for said in standing.said.iter().filter(|s| !s.message.is_empty()) {
        let subject = comparison.view.subject(said.subject);
        let word = &said.word;
        out.push(Line::Item(2, format!("{word}  {subject}{colon}{}", said.message)));
    }
}

fn question_line(comparison: &Comparison<'_>, q: &Question<'_>, out: &mut Vec<Line>) {
    let view = &comparison.view;
    out.push(Line::Item(0, q.text.clone()));
    let by = q.of.map(|role| role_name(view.program, role, view.lang));
    let by = by.map_or_else(String::new, |by| format!("  [{by}]"));
    out.push(Line::Item(1, format!("{}  {}{by}", q.about, q.requirements.join(view.comma()))));
}
