//! Whom there is to ask, and how much, as lines.

use kijun_text::Lang;

use super::Inquiry;
use crate::diff::Line;

/// So many questions are shown of each respondent.
const SHOWN: usize = 3;

/// Who is to be asked, with the most decisive questions.
pub fn inquiry_outline(inquiry: &Inquiry<'_>) -> Vec<Line> {
    let view = &inquiry.view;
    let mut out = vec![Line::Title(match view.lang {
        Lang::Ja => format!("{} への照会（{} 現在）", view.facility(), view.day(view.as_of())),
        Lang::En => format!("{}: what to ask, as of {}", view.facility(), view.day(view.as_of())),
    })];
    let total: usize = inquiry.questions.iter().map(Vec::len).sum();
    if total == 0 {
        out.push(Line::Text(
            view.say("尋ねて決まることはありません。", "There is nothing that an answer would settle.")
                .to_owned(),
        ));
        return out;
    }
    out.push(Line::Text(match view.lang {
        Lang::Ja => format!(
            "尋ねる相手 {} 者、質問 {total} 件。判定を左右するものだけを、決まる項目の多い順に並べます。",
            inquiry.respondents.len()
        ),
        Lang::En => format!(
            "{} respondent(s), {total} question(s): only what decides something, what settles most first.",
            inquiry.respondents.len()
        ),
    }));
    for (at, who) in inquiry.respondents.iter().enumerate() {
        let asked = inquiry.asked(at);
        let must = asked.iter().filter(|q| q.is_must()).count();
        out.push(Line::Heading(match view.lang {
            Lang::Ja => format!("{} — {} 件（うち必須に関わるもの {must} 件）", who.name, asked.len()),
            Lang::En => {
                format!("{}: {} question(s), {must} of them on must-requirements", who.name, asked.len())
            }
        }));
        for question in asked.iter().take(SHOWN) {
            let text = question.text.get(view.lang);
            out.push(Line::Item(0, format!("{}{}{text}", question.about, view.say("：", ": "))));
        }
        if let Some(more) = asked.len().checked_sub(SHOWN).filter(|n| *n > 0) {
            out.push(Line::Item(
                0,
                match view.lang {
                    Lang::Ja => format!("ほか {more} 件"),
                    Lang::En => format!("and {more} more"),
                },
            ));
        }
    }
    out.push(Line::Text(
        view.say(
            "相手ごとのブック（送付状つき）は `--output フォルダー` で作れます。戻ってきたブックは `kijun answer ファイル` で取り込みます。",
            "`--output FOLDER` makes a workbook with a letter for each of them; `kijun answer FILE` takes back what is filled in.",
        )
        .to_owned(),
    ));
    out
}

impl Inquiry<'_> {
    /// Why a question is asked: what waits for the answer.
    pub(super) fn why(&self, asked: &super::Asked<'_>) -> String {
        let view = &self.view;
        let mut lines = Vec::new();
        let requirements = asked.requirements();
        let (alone, others): (Vec<_>, Vec<_>) = requirements.into_iter().partition(|w| w.alone);
        let mut say = |waits: Vec<&super::Wait<'_>>, ja: &str, en: &str| {
            if waits.is_empty() {
                return;
            }
            lines.push(view.say(ja, en).to_owned());
            lines.extend(waits.into_iter().map(|w| {
                format!(
                    "{} {} [{}]",
                    w.requirement.id,
                    w.requirement.title.get(view.lang),
                    crate::wording::weight_name(w.weight, view.lang)
                )
            }));
        };
        say(alone, "この回答だけを待っている項目:", "These wait for this answer only:");
        say(others, "ほかの回答とあわせて判定する項目:", "These wait for this and other answers:");
        if let Some(grade) = asked.waits.iter().filter_map(|w| w.grade).max() {
            let grades = view.program.schema.enums.get(1);
            let literal = grades.and_then(|g| g.literals.get(grade as usize));
            let grade = literal.map_or("", |l| l.label.or(view.lang, &l.name));
            lines.push(match view.lang {
                Lang::Ja => {
                    format!("適合と判定するには「{grade}」以上の裏づけが要ります。根拠資料を示してください。")
                }
                Lang::En => format!(
                    "A yes counts only with evidence of the grade {grade} or better: name a document."
                ),
            });
        }
        lines.join("\n")
    }
}
