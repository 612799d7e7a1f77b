//! The risk register on the page: the printed matrix, the ledger, and the risks of what is not met.

use super::Report;
use crate::html::Html;
use crate::report::risks::{Matrix, RiskRow};

impl Report<'_, '_> {
    pub(super) fn risks(&self) -> Html {
        let view = self.view;
        let register = view.risks();
        let mut html = Html::default();
        match &register.matrix {
            Some(matrix) => _ = html.part(self.matrix(matrix)),
            None => {
                _ = html.element(
                    "p",
                    "",
                    view.say(
                        "読み込んだパックに、リスクの表がありません。",
                        "The packs at hand have no risk matrix.",
                    ),
                )
            }
        }
        html.element("h3", "", &view.ledger_title(register.ledger.len()));
        if register.ledger.is_empty() {
            html.element("p", "", view.no_ledger(&register));
        } else {
            html.part(self.risk_table(&register.ledger));
        }
        html.element("h3", "", &view.named_title(register.named.len()));
        if register.named.is_empty() {
            html.element("p", "", view.no_named());
        } else {
            html.part(self.risk_table(&register.named));
        }
        if !register.without.is_empty() {
            html.element("p", "muted", &view.without_sentence(&register.without));
        }
        html
    }

    fn matrix(&self, matrix: &Matrix<'_>) -> Html {
        let view = self.view;
        let mut html = Html::default();
        html.raw("<table class=\"grid matrix\"><caption>");
        html.text(&format!("{} [{}]", matrix.title, matrix.mark.label().get(view.lang)));
        html.raw("</caption><thead><tr><th scope=\"col\">");
        html.text(view.say("発生可能性 ＼ 影響度", "likelihood \\ impact")).raw("</th>");
        for impact in matrix.impacts(view.lang) {
            html.raw("<th scope=\"col\">").text(&impact).raw("</th>");
        }
        html.raw("</tr></thead><tbody>\n");
        for (likelihood, cells) in matrix.rows(view.lang) {
            html.raw("<tr><th scope=\"row\">").text(&likelihood).raw("</th>");
            cells.iter().for_each(|cell| _ = html.element("td", "", cell));
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table>\n");
        html
    }

    fn risk_table(&self, rows: &[RiskRow]) -> Html {
        let view = self.view;
        let mut html = Html::default();
        html.raw(
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\"><table class=\"grid list\"><thead><tr>",
        );
        let heads = [
            ("高さ", "Level"),
            ("リスク", "Risk"),
            ("発生可能性", "Likelihood"),
            ("影響度", "Impact"),
            ("対応", "Treatment"),
            ("担当", "Owner"),
            ("残っているもの", "What remains"),
            ("出どころ", "From"),
            ("注記", "Note"),
        ];
        for (ja, en) in heads {
            html.raw("<th scope=\"col\">").text(view.say(ja, en)).raw("</th>");
        }
        html.raw("</tr></thead><tbody>\n");
        for row in rows {
            html.raw("<tr><td class=\"level\"><b>")
                .text(&row.level)
                .raw("</b></td><td>")
                .text(&row.title)
                .raw(" ");
            html.element("span", "id muted", &row.id).raw("</td>");
            for cell in [
                &row.likelihood,
                &row.impact,
                &row.treatment,
                &row.owner,
                &row.residual,
                &row.from,
                &row.note,
            ] {
                html.element("td", "", cell);
            }
            html.raw("</tr>\n");
        }
        html.raw("</tbody></table></div>\n");
        html
    }
}
