//! The documentation of Kijun itself, as it stood when the program was built, and the pages of diagnostics.

use kijun_text::{Label, Lang};

use super::Site;
use super::markdown::{self, heading_slug};
use super::page::{Page, link};
use crate::html::Html;

/// A document of `docs`.
pub(super) struct Guide {
    /// Of the page.
    pub(super) file: &'static str,
    /// Of the document; others link to it by this name.
    name: &'static str,
    pub(super) title: (&'static str, &'static str),
    ja: &'static str,
    en: &'static str,
    /// Whether both languages show an English text.
    pub(super) is_english: bool,
}

macro_rules! english {
    ($name:literal, $ja:literal, $en:literal) => {
        Guide {
            file: concat!("guide-", $name),
            name: concat!($name, ".md"),
            title: ($ja, $en),
            ja: include_str!(concat!("../../../../docs/", $name, ".md")),
            en: include_str!(concat!("../../../../docs/", $name, ".md")),
            is_english: true,
        }
    };
}

pub(super) const ALL: &[Guide] = &[
    Guide {
        file: "guide-tutorial",
        name: "tutorial.ja.md",
        title: ("はじめての Kijun", "First steps"),
        ja: include_str!("../../../../docs/tutorial.ja.md"),
        en: include_str!("../../../../docs/tutorial.en.md"),
        is_english: false,
    },
    english!("language", "言語の一覧", "The language"),
    english!("evaluation", "評価の意味", "What programs mean"),
    english!("coverage", "対応付けと網羅", "Coverage"),
    english!("lints", "lint の一覧", "Lints"),
    english!("cli", "コマンド", "The command line"),
    english!("reports", "報告書", "Reports"),
    english!("plan", "改善計画", "Plans"),
    english!("trust", "故障と限度", "Faults and limits"),
    english!("seal", "封と再現", "Seals"),
    english!("import", "ほかの形式の取込み", "Importing other formats"),
    english!("ci", "CI での使い方", "In CI"),
    english!("oscal", "OSCAL との交換", "OSCAL"),
    english!("lsp", "言語サーバー", "The language server"),
];

/// The title of a page of diagnostics: `# K0302 型が合わない / types do not match`.
pub(super) fn diagnostic_title(text: &str) -> Label {
    let head = text.lines().next().unwrap_or("").trim_start_matches('#').trim();
    let title = head.split_once(' ').map_or(head, |(_, title)| title);
    let (ja, en) = title.split_once(" / ").unwrap_or((title, title));
    Label::new(ja, en)
}

impl Site<'_, '_> {
    pub(super) fn guides(&self) -> impl Iterator<Item = Page> {
        ALL.iter().map(|guide| self.guide(guide))
    }

    fn guide(&self, guide: &Guide) -> Page {
        let mut body = Html::default();
        if guide.is_english && self.lang == Lang::Ja {
            body.raw("<p class=\"notice\">")
                .text("この文書の本文は英語です。冒頭に日本語の要旨があります。")
                .raw("</p>\n");
        }
        let text = if self.lang == Lang::Ja { guide.ja } else { guide.en };
        let english = guide.is_english || self.lang == Lang::En;
        let spoken = if english { Lang::En } else { Lang::Ja };
        let rendered = markdown::rendered(text, 0, "", guide_link, |url| guide_title(url, spoken));
        if rendered.headings.len() > 2 {
            body.raw("<nav class=\"toc\"")
                .attr("aria-label", self.say("この文書の目次", "In this document"))
                .raw("><ul>\n");
            for (anchor, text) in &rendered.headings {
                body.raw("<li>")
                    .part(link(&format!("#{}", super::places::fragment(anchor)), text))
                    .raw("</li>\n");
            }
            body.raw("</ul></nav>\n");
        }
        body.raw("<article class=\"prose\"").attr("lang", if english { "en" } else { "ja" }).raw(">\n");
        body.markdown(rendered).raw("</article>\n");
        let title = self.say(guide.title.0, guide.title.1).to_owned();
        Page { file: guide.file.into(), title, above: vec![self.top()], body, searches: false }
    }

    /// All diagnostics on one page, each with an anchor.
    pub(super) fn diagnostics(&self) -> Page {
        let mut body = Html::default();
        let title = self.say("診断の一覧", "Diagnostics");
        body.raw("<h1>").text(title).raw("</h1>\n<ul class=\"codes\">\n");
        for (code, text) in self.known.context.diagnostics {
            let name = format!("{code} {}", diagnostic_title(text).get(self.lang));
            body.raw("<li>").part(link(&format!("#{code}"), &name)).raw("</li>\n");
        }
        body.raw("</ul>\n");
        for (code, text) in self.known.context.diagnostics {
            body.raw("<section class=\"diagnostic\"")
                .attr("id", code)
                .raw("><h2>")
                .text(&format!("{code} {}", diagnostic_title(text).get(self.lang)))
                .raw("</h2>\n");
            let own = in_language(text, self.lang);
            let rendered = markdown::rendered(&own, 1, &format!("{code}-"), guide_link, |url| {
                guide_title(url, self.lang)
            });
            body.markdown(rendered).raw("</section>\n");
        }
        Page {
            file: "diagnostics".into(),
            title: title.to_owned(),
            above: vec![self.top()],
            body,
            searches: false,
        }
    }
}

/// What a document is called.
fn guide_title(url: &str, lang: Lang) -> Option<String> {
    let name = url.split('#').next()?;
    let (ja, en) = match name {
        "tutorial.en.md" => return Some("First steps".to_owned()),
        "tutorial.ja.md" => return Some("はじめての Kijun".to_owned()),
        _ => ALL.iter().find(|g| g.name == name)?.title,
    };
    Some(if lang == Lang::Ja { ja } else { en }.to_owned())
}

/// The part of a page in one language, with the examples, and without its title.
fn in_language(page: &str, lang: Lang) -> String {
    let (skip, keep) = match lang {
        Lang::Ja => ("## English", "## 日本語"),
        Lang::En => ("## 日本語", "## English"),
    };
    let mut out = String::new();
    let mut skipping = false;
    for line in page.lines().skip(1) {
        if line.starts_with("## ") {
            skipping = line.trim() == skip;
        }
        let line = match (lang, line.trim()) {
            (Lang::Ja, "## Example") => "## 例",
            (Lang::Ja, "## Fixed") => "## 直した例",
            _ => line,
        };
        if !skipping && line.trim() != keep {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// From one document to another; what is not on the site leads nowhere.
fn guide_link(url: &str) -> Option<String> {
    let (name, anchor) = url.split_once('#').map_or((url, None), |(name, anchor)| (name, Some(anchor)));
    let end = anchor.map_or_else(String::new, |a| format!("#{}", super::places::fragment(&heading_slug(a))));
    match name {
        "" => Some(end),
        "tutorial.en.md" => Some("../en/guide-tutorial.html".into()),
        "tutorial.ja.md" => Some("../ja/guide-tutorial.html".into()),
        "diagnostics" | "diagnostics/" => Some("diagnostics.html".into()),
        _ => ALL.iter().find(|g| g.name == name).map(|g| format!("{}.html{end}", g.file)),
    }
}
