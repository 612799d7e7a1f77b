//! Who has to do what: the findings by audience, the questions by who answers, and the clauses for the contract officer.

use std::collections::BTreeMap;

use kijun_text::Lang;

use super::Report;
use crate::html::Html;
use crate::report::questions::Question;
use crate::wording::{Gravity, role_name};

impl Report<'_, '_> {
    pub(super) fn roles(&self) -> Html {
        let view = self.view;
        let mut html = Html::default();
        html.element(
            "p",
            "muted",
            view.say(
                "相手を定めていない要求事項は、すべての役割に数えます。",
                "Requirements that name nobody count for every audience.",
            ),
        );
        html.element(
            "p",
            "on-paper",
            view.say(
                "紙では件数だけを示します。内容は「指摘」にあり、各項の「関わる人」で分かります。",
                "On paper only the figures are given; the findings themselves say whom they concern.",
            ),
        );
        let roles = view.program.schema.enums.first().map(|e| e.literals.as_slice()).unwrap_or_default();
        for role in roles.iter().filter(|r| view.context.audience.is_none_or(|a| a == r.name)) {
            let concerned = |audience: &[String]| audience.is_empty() || audience.contains(&role.name);
            let of: Vec<usize> = (0..self.findings.len())
                .filter(|i| self.findings.get(*i).is_some_and(|f| concerned(&f.requirement.audience)))
                .collect();
            let mut counts: BTreeMap<Gravity, usize> = BTreeMap::new();
            of.iter()
                .filter_map(|i| self.findings.get(*i))
                .for_each(|f| *counts.entry(f.gravity).or_default() += 1);
            html.raw("<details class=\"role\"><summary><b>")
                .text(role.label.or(view.lang, &role.name))
                .raw("</b> ");
            html.text(&self.role_figures(&counts)).raw("</summary>\n");
            self.links(&mut html, &of);
            html.raw("</details>\n");
        }
        html
    }

    /// By gravity; what is not decided is said even where it is nothing.
    fn role_figures(&self, counts: &BTreeMap<Gravity, usize>) -> String {
        let told = Gravity::ALL.iter().filter(|g| **g == Gravity::Undecided || counts.contains_key(g));
        let told: Vec<String> = told
            .map(|g| format!("{} {}", g.title().get(self.view.lang), counts.get(g).copied().unwrap_or(0)))
            .collect();
        told.join(self.view.comma())
    }

    pub(super) fn questions(&self) -> Html {
        let view = self.view;
        let mut html = Html::default();
        let questions = view.questions();
        if questions.is_empty() {
            html.element("p", "", view.say("足りない事実はありません。", "No fact is missing."));
            return html;
        }
        html.element(
            "p",
            "",
            view.say(
                "次のことが分かると、未確認の項目が判定できます。同じ事実は一度だけ尋ねます。",
                "These would settle what is not decided. What several requirements wait for is asked once.",
            ),
        );
        let mut by_role: BTreeMap<(bool, &str), Vec<&Question<'_>>> = BTreeMap::new();
        for question in &questions {
            by_role.entry((question.of.is_none(), question.of.unwrap_or(""))).or_default().push(question);
        }
        for ((nobody, role), list) in by_role {
            let name = if nobody {
                view.say("答える人の指定なし", "nobody named").to_owned()
            } else {
                role_name(view.program, role, view.lang)
            };
            html.raw("<details class=\"asked\"><summary><b>").text(&name).raw("</b> ").text(
                &match view.lang {
                    Lang::Ja => format!("{} 件", list.len()),
                    Lang::En => list.len().to_string(),
                },
            );
            html.raw("</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\"><table class=\"grid list\"><thead><tr>");
            for (ja, en) in
                [("対象", "About"), ("質問", "Question"), ("待っている要求事項", "Requirements that wait")]
            {
                html.raw("<th scope=\"col\">").text(view.say(ja, en)).raw("</th>");
            }
            html.raw("</tr></thead><tbody>\n");
            for question in list {
                html.raw("<tr>").element("td", "", &question.about).element("td", "", &question.text);
                html.element("td", "ids", &question.requirements.join(view.comma())).raw("</tr>\n");
            }
            html.raw("</tbody></table></div></details>\n");
        }
        html
    }

    pub(super) fn clauses(&self) -> Html {
        let view = self.view;
        let mut html = Html::default();
        html.element("p", "notice", view.clause_note());
        let contracts = view.clauses();
        if contracts.is_empty() {
            html.element("p", "", view.no_clauses());
        }
        for contract in contracts {
            html.raw("<article class=\"contract\"><h3>").text(&contract.name).raw("</h3>\n");
            html.element("p", "muted", &format!("{}  {}", contract.about, contract.place));
            html.raw(
                "<div class=\"scroll\" tabindex=\"0\" role=\"group\"><table class=\"grid list\"><thead><tr>",
            );
            for (ja, en) in [
                ("判定", "Verdict"),
                ("足りない条項", "Clauses"),
                ("要求事項", "Requirement"),
                ("パックの案", "Proposed by the packs"),
            ] {
                html.raw("<th scope=\"col\">").text(view.say(ja, en)).raw("</th>");
            }
            html.raw("</tr></thead><tbody>\n");
            for row in contract.rows {
                html.raw("<tr>").element("td", "", &row.verdict).element("td", "", &row.clauses).raw("<td>");
                html.element("b", "id", row.requirement).raw(" ").text(row.title).raw("</td>");
                html.element("td", "", &row.wording).raw("</tr>\n");
            }
            html.raw("</tbody></table></div></article>\n");
        }
        html
    }
}
