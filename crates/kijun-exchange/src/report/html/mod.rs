//! An assessment as one page that needs nothing else. All of it stands in the markup, so that it reads and prints without the
//! script, which only searches and filters; its policy allows no connection.

mod dates;
mod findings;
mod lines;
mod overview;
mod people;
mod requirements;
mod risks;

#[cfg(test)]
mod tests;

use kijun_text::Lang;

use super::findings::FindingView;
use super::{ReportContext, View};
use crate::html::{Html, PRINT_TOKENS, TOKENS, code, css_string, escaped, filled, policy};
use crate::visible::visible;

const PAGE: &str = concat!(include_str!("../../html/head.html"), include_str!("page.html"));
const STYLE: &str = include_str!("style.css");
const PRINT: &str = include_str!("print.css");
const SCRIPT: &str = include_str!("script.js");

/// The page in the language of the context. For `management` it is one sheet of paper.
pub fn report_html(context: &ReportContext<'_>) -> String {
    let view = View::new(context);
    let body =
        if context.audience == Some("management") { summary(&view) } else { Report::new(&view).body() };
    assembled(&view, body)
}

/// A part of the report that can be gone to.
struct Part {
    id: &'static str,
    title: String,
    body: Html,
}

struct Report<'v, 'a> {
    view: &'v View<'a>,
    findings: Vec<FindingView<'a>>,
}

impl<'v, 'a> Report<'v, 'a> {
    fn new(view: &'v View<'a>) -> Report<'v, 'a> {
        Report { view, findings: view.finding_views() }
    }

    fn body(&self) -> Html {
        let parts = self.parts();
        let mut html = Html::default();
        html.raw("<a class=\"skip\" href=\"#findings\">")
            .text(self.view.say("指摘へ移動", "Skip to the findings"));
        html.raw("</a>\n");
        self.head(&mut html);
        html.raw("<nav").attr("aria-label", self.view.say("目次", "Contents")).raw("><ul>\n");
        for part in &parts {
            html.raw("<li><a").attr("href", &format!("#{}", part.id)).raw(">").text(&part.title);
            html.raw("</a></li>\n");
        }
        html.raw("</ul>\n<label class=\"paper\"><input type=\"checkbox\" id=\"print-all\"> ");
        html.text(self.view.say("すべて印刷する", "Print everything")).raw("</label></nav>\n<main>\n");
        for part in parts {
            html.raw("<section").attr("id", part.id).attr("aria-labelledby", &format!("{}-title", part.id));
            html.raw("><h2").attr("id", &format!("{}-title", part.id)).raw(">").text(&part.title).close("h2");
            html.part(part.body).close("section");
        }
        html.raw("</main>\n");
        html
    }

    fn parts(&self) -> Vec<Part> {
        let view = self.view;
        let mut parts = Vec::new();
        let mut add = |id, (ja, en): (&str, &str), body: Html| {
            parts.push(Part { id, title: view.say(ja, en).to_owned(), body });
        };
        add("overview", ("まとめ", "Overview"), self.overview());
        if let Some(lines) = view.changes() {
            add("changes", ("前回からの変化", "Changes since the baseline"), lines::list(&lines));
        }
        add("findings", ("指摘", "Findings"), self.found());
        if view.context.audience == Some("purchaser") {
            add("clauses", ("契約ごとに足りない条項", "Clauses that contracts lack"), self.clauses());
        }
        add("questions", ("確かめること", "What has to be found out"), self.questions());
        add("requirements", ("要求事項ごとの判定", "Requirements"), self.requirements());
        add("subjects", ("対象ごとの指摘", "By asset, vendor and contract"), self.subjects());
        add("roles", ("役割ごとの指摘", "By audience"), self.roles());
        add("dates", ("期限", "Timeline"), self.dates());
        add("evidence", ("証拠", "Evidence"), self.evidence());
        add("risks", ("リスク", "Risks"), self.risks());
        add("sources", ("入力", "What went in"), self.sources());
        parts
    }

    fn head(&self, html: &mut Html) {
        let view = self.view;
        html.raw("<header id=\"head\">\n<h1>").text(&title(view)).close("h1");
        let day = view.day(view.as_of());
        let version = view.context.of.engine_version;
        let packs = view.context.of.packs.len();
        let about = match view.lang {
            Lang::Ja => format!("評価日 {day}　規則パック {packs}　Kijun {version}"),
            Lang::En => format!("as of {day}, {packs} rule packs, Kijun {version}"),
        };
        html.element("p", "about", &about);
        if let Some(role) = view.context.audience {
            let role = crate::wording::role_name(view.program, role, view.lang);
            let only = match view.lang {
                Lang::Ja => {
                    format!("「{role}」に関わるものだけを示します。件数は、断りのないかぎり全体のものです。")
                }
                Lang::En => format!(
                    "Lists only what concerns: {role}. Figures are of all unless it is said otherwise."
                ),
            };
            html.element("p", "only", &only);
        }
        html.element("p", "notice", view.caveat());
        let abridged = view.say(
            "この印刷では、閉じてある根拠、適合・該当なしの要求事項、対象ごとの指摘、期限の心配がない証拠を省いています。画面で「すべて印刷する」を選ぶと、省かずに印刷します。",
            "This print leaves out proofs that are folded, requirements that are satisfied or do not apply, findings by subject, and evidence that holds. Choose “Print everything” on the screen to have all of it.",
        );
        html.element("p", "on-paper abridged", abridged).raw("</header>\n");
    }
}

fn title(view: &View<'_>) -> String {
    match view.lang {
        Lang::Ja => format!("{} 情報セキュリティ点検の結果", view.facility()),
        Lang::En => format!("{}: assessment of information security", view.facility()),
    }
}

fn summary(view: &View<'_>) -> Html {
    let mut html = Html::default();
    html.raw("<main class=\"one-page\">\n").part(lines::sheet(&view.management_lines())).raw("</main>\n");
    html
}

fn assembled(view: &View<'_>, body: Html) -> String {
    let script = format!("(() => {{\n'use strict';\n{SCRIPT}}})();\n");
    let name = title(view);
    let foot = format!("{}  {}", name, view.day(view.as_of()));
    let style = format!("{TOKENS}{STYLE}{PRINT_TOKENS}{PRINT}")
        .replace("\"running title\"", &css_string(&visible(&foot)));

    let parts = [
        ("lang", code(view.lang)),
        ("title", &escaped(&visible(&name))),
        ("policy", &policy(&style, &script)),
        ("style", &style),
        ("body", &body.into_string()),
        ("script", &script),
    ];
    filled(PAGE, &parts)
}
