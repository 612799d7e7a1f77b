//! What all pages of the site share: head, the way back, the other language, the foot.

use kijun_text::Lang;

use super::Site;
use crate::html::{Html, PRINT_TOKENS, TOKENS, code, escaped};
use crate::visible;

const STYLE: &str = include_str!("style.css");

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
        let lang = site.lang;
        let (other, name) = if lang == Lang::Ja { (Lang::En, "English") } else { (Lang::Ja, "日本語") };
        let script = if self.searches { "'self' file:" } else { "'none'" };
        let mut html = Html::default();
        html.raw("<!DOCTYPE html>\n<html")
            .attr("lang", code(lang))
            .raw(">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\"");
        html.attr("content", &format!("default-src 'none'; style-src 'self' file:; script-src {script}; form-action 'self' file:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"));
        html.raw(">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
        let title =
            if self.file == "index" { site.title() } else { format!("{} — {}", self.title, site.title()) };
        html.text(&title).raw("</title>\n<link rel=\"stylesheet\" href=\"../style.css\">\n");
        html.raw("<link rel=\"alternate\"")
            .attr("hreflang", code(other))
            .attr("href", &format!("../{}/{}.html", code(other), self.file))
            .raw(">\n");
        if self.searches {
            html.raw("<script src=\"../search-index.js\" defer></script>\n<script src=\"../search.js\" defer></script>\n");
        }
        html.raw("</head>\n<body>\n<a class=\"skip\" href=\"#content\">")
            .text(site.say("本文へ移動", "Skip to the content"))
            .raw("</a>\n");
        html.raw("<header class=\"site\"><a class=\"brand\" href=\"index.html\">")
            .text(&site.title())
            .raw("</a>\n");
        html.raw("<form action=\"search.html\" method=\"get\" role=\"search\"><input type=\"search\" name=\"q\" id=\"q\"");
        let prompt = site.say("番号・題名・規則を検索", "Search ids, titles, rules");
        html.attr("placeholder", prompt).attr("aria-label", prompt);
        html.raw("><button>").text(site.say("検索", "Search")).raw("</button></form>\n<a class=\"language\"");
        html.attr("href", &format!("../{}/{}.html", code(other), self.file))
            .attr("hreflang", code(other))
            .attr("lang", code(other))
            .raw(">")
            .text(name)
            .raw("</a></header>\n");
        if !self.above.is_empty() {
            html.raw("<nav class=\"above\"")
                .attr("aria-label", site.say("現在位置", "Where this is"))
                .raw("><ol>\n");
            for (file, title) in &self.above {
                html.raw("<li><a")
                    .attr("href", &format!("{file}.html"))
                    .raw(">")
                    .text(title)
                    .raw("</a></li>\n");
            }
            html.raw("<li aria-current=\"page\">").text(&self.title).raw("</li>\n</ol></nav>\n");
        }
        html.raw("<main id=\"content\">\n").part(self.body).raw("</main>\n<footer><p>");
        let caveat = site.say(
            "要約と題名はパックの作成者の言葉で、規範の本文ではありません。判断は原文にあたって行ってください。",
            "Summaries and titles are the words of the packs' authors, not the text of the norms. Go by the original texts.",
        );
        html.text(caveat)
            .raw("</p><p>")
            .text(&format!("Kijun {}", site.known.context.engine_version))
            .raw("</p></footer>\n</body>\n</html>\n");
        html.into_string()
    }
}

/// The page that leads to both languages.
pub(super) fn entrance(ja: &str, en: &str) -> String {
    let (ja, en) = (escaped(&visible(ja)), escaped(&visible(en)));
    format!(
        "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self' file:; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{ja}</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n<main class=\"entrance\">\n<h1>Kijun 基準</h1>\n<p><a href=\"ja/index.html\" hreflang=\"ja\">日本語 — {ja}</a></p>\n<p lang=\"en\"><a href=\"en/index.html\" hreflang=\"en\">English — {en}</a></p>\n</main>\n</body>\n</html>\n"
    )
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
