//! The figures, always with what is not decided beside them, and what is gravest.

use kijun_engine::assessment::Verdict;
use kijun_text::Lang;

use super::Report;
use crate::html::Html;
use crate::report::figures::{COLUMNS, Figures, Tally};
use crate::wording::verdict_sign;

/// Width of the picture of shares, in its own units.
const WIDE: usize = 1000;
/// So many of the gravest are named.
const GRAVEST: usize = 8;

impl Report<'_, '_> {
    pub(super) fn overview(&self) -> Html {
        let view = self.view;
        let figures = Figures::of(view);
        let mut html = Html::default();
        html.element("p", "lead", &view.figures_sentence(&figures.total));
        html.raw("<div class=\"figures\">\n");
        for verdict in COLUMNS.into_iter().filter(|v| shown(*v, &figures.total)) {
            html.raw("<div").attr("class", &format!("figure verdicts-{}", verdict.name())).raw(">");
            chip(&mut html, verdict, verdict.label().get(view.lang));
            html.element("b", "", &figures.total.of(verdict).to_string()).raw("</div>\n");
        }
        html.raw("<div class=\"figure open\">").element("span", "", view.say("うち未判定", "not decided"));
        html.element("b", "", &figures.total.undecided().to_string()).raw("</div>\n</div>\n");
        html.part(self.shares(&figures.total));
        html.element("p", "", &view.findings_sentence(&figures));
        html.element("p", "", &view.facts_sentence());
        html.part(self.by_catalog(&figures)).part(self.gravest());
        html
    }

    /// Shares of the verdicts as a picture; the figures stand beside it.
    fn shares(&self, tally: &Tally) -> Html {
        let mut html = Html::default();
        let total = tally.total().max(1);
        html.raw("<svg class=\"shares\" role=\"img\" viewBox=\"0 0 1000 22\" preserveAspectRatio=\"none\"");
        html.attr("aria-label", &self.view.figures_sentence(tally)).raw(">");
        let mut from = 0;
        for verdict in COLUMNS {
            let to = from + tally.of(verdict);
            let (x, end) = (from * WIDE / total, to * WIDE / total);
            if to > from {
                html.raw("<rect").attr("class", &format!("verdicts-{}", verdict.name()));
                html.attr("x", &x.to_string()).attr("width", &(end - x).to_string());
                html.raw(" y=\"0\" height=\"22\"></rect>");
            }
            from = to;
        }
        html.raw("</svg>\n");
        html
    }

    /// A row for each catalogue. How many are not decided stands in every row.
    fn by_catalog(&self, figures: &Figures) -> Html {
        let view = self.view;
        let mut html = Html::default();
        let columns: Vec<Verdict> = COLUMNS.into_iter().filter(|v| figures.total.of(*v) > 0).collect();
        html.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"catalogs-caption\"><table class=\"grid\">");
        html.raw("<caption id=\"catalogs-caption\">")
            .text(view.say("基準ごとの件数", "Figures by catalogue"));
        html.raw("</caption>\n<thead><tr><th scope=\"col\">").text(view.say("基準", "Catalogue"));
        html.raw("</th><th scope=\"col\" class=\"number\">").text(view.say("項目", "Items"));
        html.raw("</th><th scope=\"col\" class=\"number open\">").text(view.say("未判定", "Not decided"));
        html.raw("</th>");
        for verdict in &columns {
            html.raw("<th scope=\"col\" class=\"number\">").text(verdict.label().get(view.lang)).raw("</th>");
        }
        html.raw("</tr></thead>\n<tbody>\n");
        for (catalog, tally) in &figures.catalogs {
            let name = view.catalog_title(*catalog);
            self.figures_row(&mut html, &view.catalog(*catalog), &name, tally, &columns);
        }
        html.raw("</tbody><tfoot>\n");
        self.figures_row(&mut html, view.say("全体", "All"), "", &figures.total, &columns);
        html.raw("</tfoot></table></div>\n");
        html
    }

    fn figures_row(&self, html: &mut Html, id: &str, name: &str, tally: &Tally, columns: &[Verdict]) {
        html.raw("<tr><th scope=\"row\">").element("b", "id", id).element("span", "named", name).raw("</th>");
        html.element("td", "number", &tally.total().to_string());
        html.element("td", "number open", &tally.undecided().to_string());
        for verdict in columns {
            let n = tally.of(*verdict);
            html.element("td", if n == 0 { "number zero" } else { "number" }, &n.to_string());
        }
        html.raw("</tr>\n");
    }

    fn gravest(&self) -> Html {
        let view = self.view;
        let mut html = Html::default();
        let must = view.gravest_groups();
        html.element("h3", "", view.say("必須の指摘", "Must-findings"));
        if must.is_empty() {
            html.element("p", "", view.say("必須の不適合・矛盾は見つかっていません。未確認のものが残るかぎり、ないとは言えません。", "No must-finding is violated or conflicting. As long as something is undecided, that does not mean that there is none."));
        }
        html.raw("<ol class=\"gravest\">\n");
        for (r, group) in must.iter().take(GRAVEST) {
            let fingerprint = group.first().map(|f| view.fingerprint(r, f)).unwrap_or_default();
            html.raw("<li><a").attr("href", &format!("#f-{fingerprint}")).raw(">");
            html.element("b", "id", &r.id).raw(" ").text(r.title.get(view.lang));
            html.raw("</a> ").text(&match (group.len(), view.lang) {
                (n, Lang::Ja) => format!("（{n} 件）"),
                (n, Lang::En) => format!("({n})"),
            });
            html.raw("</li>\n");
        }
        html.raw("</ol>\n");
        if must.len() > GRAVEST {
            let more = must.len() - GRAVEST;
            html.element(
                "p",
                "muted",
                &match view.lang {
                    Lang::Ja => format!("ほか {more} 項目は「指摘」にあります。"),
                    Lang::En => format!("{more} more stand under Findings."),
                },
            );
        }
        html
    }
}

/// Figures that are zero are told only where their absence says something.
fn shown(verdict: Verdict, tally: &Tally) -> bool {
    tally.of(verdict) > 0 || matches!(verdict, Verdict::Violated | Verdict::Unknown | Verdict::Satisfied)
}

/// A sign and its word.
pub(super) fn chip(html: &mut Html, verdict: Verdict, word: &str) {
    html.raw("<span").attr("class", &format!("chip verdicts-{}", verdict.name())).raw(">");
    html.raw("<span class=\"sign\" aria-hidden=\"true\">")
        .text(verdict_sign(verdict))
        .raw("</span>")
        .text(word);
    html.raw("</span>");
}
