//! Every requirement with its verdict and marks, by catalogue; and the findings by what they are about.

use std::collections::BTreeMap;

use kijun_engine::assessment::Verdict;
use kijun_text::Lang;

use super::Report;
use super::overview::chip;
use crate::html::Html;
use crate::report::figures::Tally;
use crate::report::requirements::RequirementRow;

impl Report<'_, '_> {
    pub(super) fn requirements(&self) -> Html {
        let view = self.view;
        let mut by_catalog: BTreeMap<usize, Vec<RequirementRow<'_>>> = BTreeMap::new();
        for row in view.requirement_rows() {
            by_catalog.entry(row.requirement.catalog).or_default().push(row);
        }
        let mut html = Html::default();
        for (catalog, rows) in by_catalog {
            let mut tally = Tally::default();
            rows.iter().for_each(|r| tally.add(r.result.verdict));
            html.raw("<details class=\"catalog\"><summary><b class=\"id\">")
                .text(&view.catalog(catalog))
                .raw("</b> ");
            html.text(&view.catalog_title(catalog)).raw(" ").element(
                "span",
                "muted",
                &view.figures_sentence(&tally),
            );
            html.raw("</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\"><table class=\"grid list\"><thead><tr>");
            let heads = [
                ("番号", "Id"),
                ("題名", "Title"),
                ("判定", "Verdict"),
                ("重さと印", "Weight and marks"),
                ("対象ごとの内訳と理由", "Subjects and reasons"),
            ];
            for (ja, en) in heads {
                html.raw("<th scope=\"col\">").text(view.say(ja, en)).raw("</th>");
            }
            html.raw("</tr></thead><tbody>\n");
            rows.iter().for_each(|row| self.requirement_row(&mut html, row));
            html.raw("</tbody></table></div></details>\n");
        }
        html
    }

    fn requirement_row(&self, html: &mut Html, row: &RequirementRow<'_>) {
        let view = self.view;
        let found = self.findings.iter().find(|f| f.finding.requirement == row.result.requirement);
        let is_settled = matches!(row.result.verdict, Verdict::Satisfied | Verdict::NotApplicable);
        html.raw(if is_settled { "<tr class=\"settled\">" } else { "<tr>" });
        html.raw("<th scope=\"row\" class=\"id\">");
        match found {
            Some(f) => html
                .raw("<a")
                .attr("href", &format!("#f-{}", f.fingerprint))
                .raw(">")
                .text(&row.requirement.id)
                .raw("</a>"),
            None => html.text(&row.requirement.id),
        };
        html.raw("</th><td>").text(row.requirement.title.get(view.lang)).raw("</td><td>");
        chip(html, row.result.verdict, row.result.verdict.label().get(view.lang));
        let mut marks = vec![row.weight.to_owned()];
        marks.extend(row.marks.iter().cloned());
        html.raw("</td>").element("td", "", &marks.join(view.comma()));
        let parts = [row.subjects.as_str(), row.reason.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        html.element("td", "", &parts.join(view.say("。", "; "))).raw("</tr>\n");
    }

    pub(super) fn subjects(&self) -> Html {
        let view = self.view;
        let mut html = Html::default();
        html.element("p", "muted", view.say("名前を挙げている記録（契約が挙げる事業者など）の指摘も、関連として数えます。", "Findings on records that name a subject (a contract names its vendor) are counted as related."));
        for kind in view.subjects(&self.findings) {
            html.raw("<details class=\"kind\"><summary><b>").text(&kind.title).raw("</b> ").text(&match view
                .lang
            {
                Lang::Ja => format!("{} 件", kind.subjects.len()),
                Lang::En => format!("{}", kind.subjects.len()),
            });
            html.raw("</summary>\n");
            for subject in kind.subjects {
                html.raw("<article class=\"subject\"><h3>").text(&subject.name).raw("</h3>\n");
                let mut about = Vec::new();
                if !subject.own.is_empty() {
                    about.push(self.counted(&subject.tally));
                }
                if !subject.place.is_empty() {
                    about.push(subject.place.clone());
                }
                html.element("p", "muted", &about.join("  "));
                self.links(&mut html, &subject.own);
                if !subject.related.is_empty() {
                    html.element("h4", "", view.say("関連", "Related"));
                    self.links(&mut html, &subject.related);
                }
                html.raw("</article>\n");
            }
            html.raw("</details>\n");
        }
        html
    }

    fn counted(&self, tally: &Tally) -> String {
        let view = self.view;
        let told = crate::report::figures::COLUMNS.iter().filter(|v| tally.of(**v) > 0);
        let told: Vec<String> =
            told.map(|v| format!("{} {}", v.label().get(view.lang), tally.of(*v))).collect();
        told.join(view.comma())
    }

    /// Findings by their places in the list, as links to their proofs.
    pub(super) fn links(&self, html: &mut Html, places: &[usize]) {
        if places.is_empty() {
            return;
        }
        html.raw("<ul class=\"links\">\n");
        for f in places.iter().filter_map(|i| self.findings.get(*i)) {
            html.raw("<li>");
            chip(html, f.finding.verdict, &f.verdict);
            html.raw(" <a").attr("href", &format!("#f-{}", f.fingerprint)).raw(">").element(
                "b",
                "id",
                &f.requirement.id,
            );
            html.raw(" ").text(f.requirement.title.get(self.view.lang)).raw("</a> ");
            html.raw("<bdi>").text(&f.subject).raw("</bdi></li>\n");
        }
        html.raw("</ul>\n");
    }
}
