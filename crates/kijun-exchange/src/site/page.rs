//! What all pages of the site share: head, the way back, the other language, the foot.

use kijun_text::Lang;

use super::Site;
use crate::html::{Html, PRINT_TOKENS, TOKENS, code, escaped, filled};
use crate::visible;

const STYLE: &str = include_str!("style.css");
const PAGE: &str = include_str!("page.html");
const ENTRANCE: &str = include_str!("entrance.html");
const SCRIPTS: &str =
    "<script src=\"../search-index.js\" defer></script>\n<script src=\"../search.js\" defer></script>\n";

pub(super) fn style() -> String {
    format!("{TOKENS}{STYLE}{PRINT_TOKENS}")
}

/// A page before it is put into its frame.
pub(super) struct Page {
    /// Without the ending; the same in both languages.
    pub(super) file: String,
    pub(super) title: String,
    /// Pages above it: file and title.
    pub(super) above: Vec<(String, String)>,
    pub(super) body: Html,
    /// Whether it searches: no other page has a script.
    pub(super) searches: bool,
}

impl Page {
    pub(super) fn written(self, site: &Site<'_, '_>) -> String {
        let (other, name) = match site.lang {
            Lang::Ja => (Lang::En, "English"),
            Lang::En => (Lang::Ja, "日本語"),
        };
        let is_home = self.file == "index";
        let title = if is_home { site.title() } else { format!("{} — {}", self.title, site.title()) };
        let caveat = site.say(
            "要約と題名はパックの作成者の言葉で、規範の本文ではありません。判断は原文にあたって行ってください。",
            "Summaries and titles are the words of the packs' authors, not the text of the norms. Go by the original texts.",
        );
        let text = |text: &str| escaped(&visible(text));
        let parts = [
            ("lang", code(site.lang)),
            ("policy", &policy(if self.searches { "'self' file:" } else { "'none'" })),
            ("title", &text(&title)),
            ("other", code(other)),
            ("file", &text(&format!("{}.html", self.file))),
            ("scripts", if self.searches { SCRIPTS } else { "" }),
            ("skip", site.say("本文へ移動", "Skip to the content")),
            ("site", &text(&site.title())),
            ("prompt", site.say("番号・題名・規則を検索", "Search ids, titles, rules")),
            ("search", site.say("検索", "Search")),
            ("name", name),
            ("above", &self.way_back(site).into_string()),
            ("caveat", caveat),
            ("version", &text(site.known.context.engine_version)),
            ("body", &self.body.into_string()),
        ];
        filled(PAGE, &parts)
    }

    fn way_back(&self, site: &Site<'_, '_>) -> Html {
        let mut html = Html::default();
        if self.above.is_empty() {
            return html;
        }
        html.raw("<nav class=\"above\"")
            .attr("aria-label", site.say("現在位置", "Where this is"))
            .raw("><ol>\n");
        for (file, title) in &self.above {
            html.raw("<li>").part(link(&format!("{file}.html"), title)).raw("</li>\n");
        }
        html.raw("<li aria-current=\"page\">").text(&self.title).raw("</li>\n</ol></nav>\n");
        html
    }
}

/// Nothing may be loaded but what lies beside the page, from a server (`'self'`) or from a folder (`file:`).
fn policy(scripts: &str) -> String {
    format!(
        "default-src 'none'; style-src 'self' file:; script-src {scripts}; form-action 'self' file:; base-uri 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

/// The page that leads to both languages.
pub(super) fn entrance(ja: &str, en: &str) -> String {
    let text = |text: &str| escaped(&visible(text));
    filled(ENTRANCE, &[("policy", &policy("'none'")), ("ja", &text(ja)), ("en", &text(en))])
}

/// `rows` of cells under heads; the first cell of a row is its head.
pub(super) fn table(html: &mut Html, class: &str, heads: &[&str], rows: Vec<Vec<Html>>) {
    html.raw("<div class=\"scroll\" tabindex=\"0\" role=\"group\"");
    html.attr("aria-label", heads.first().copied().unwrap_or_default())
        .raw("><table")
        .attr("class", class)
        .raw("><thead><tr>");
    for head in heads {
        html.raw("<th scope=\"col\">").text(head).raw("</th>");
    }
    html.raw("</tr></thead><tbody>\n");
    for row in rows {
        html.raw("<tr>");
        for (i, cell) in row.into_iter().enumerate() {
            html.raw(if i == 0 { "<th scope=\"row\">" } else { "<td>" });
            html.part(cell).raw(if i == 0 { "</th>" } else { "</td>" });
        }
        html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
}

pub(super) fn said(text: &str) -> Html {
    let mut html = Html::default();
    html.text(text);
    html
}

pub(super) fn link(href: &str, text: &str) -> Html {
    let mut html = Html::default();
    html.raw("<a").attr("href", href).raw(">").text(text).raw("</a>");
    html
}
