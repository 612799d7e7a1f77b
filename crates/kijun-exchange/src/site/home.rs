//! The contents of a site: packs with their figures, guides.

use kijun_text::Lang;

use super::page::{Page, entrance, link, said, table};
use super::{Known, Site, guides};
use crate::html::Html;

/// The page that leads to both languages.
pub(super) fn languages(known: &Known<'_>) -> String {
    let title = |lang| Site { known, lang }.title();
    entrance(&title(Lang::Ja), &title(Lang::En))
}

impl Site<'_, '_> {
    /// The page above all others.
    pub(super) fn top(&self) -> (String, String) {
        ("index".to_owned(), self.say("目次", "Contents").to_owned())
    }

    pub(super) fn home(&self) -> Page {
        let mut body = Html::default();
        body.raw("<h1>").text(&self.title()).raw("</h1>\n<p class=\"lead\">");
        body.text(self.say(
            "規則パックが何を求め、どの規則がそれを確かめ、ほかの規範とどう対応し、どのテストで試されているかを示します。",
            "What rule packs ask for, which rules check it, how it relates to other norms, and which tests exercise it.",
        ));
        body.raw("</p>\n");
        let catalogs = self.packs_with(true);
        let others = self.packs_with(false);
        if !catalogs.is_empty() {
            body.raw("<h2 id=\"norms\">")
                .text(self.say("規範のあるパック", "Packs with norms"))
                .raw("</h2>\n");
            let heads = [
                self.say("パック", "Pack"),
                self.say("題名", "Title"),
                self.say("版", "Version"),
                self.say("要求事項", "Requirements"),
                self.say("検査・確認あり", "With a rule"),
                self.say("テスト", "Tests"),
            ];
            table(&mut body, "grid packs", &heads, catalogs);
        }
        if !others.is_empty() {
            body.raw("<h2 id=\"others\">")
                .text(self.say("対応表・項目定義などのパック", "Mappings, facts and other packs"))
                .raw("</h2>\n");
            let heads = [
                self.say("パック", "Pack"),
                self.say("題名", "Title"),
                self.say("版", "Version"),
                self.say("項目", "Items"),
                self.say("対応の記載", "Mapping statements"),
                self.say("規則", "Rules"),
                self.say("種別", "Kinds"),
                self.say("テスト", "Tests"),
            ];
            table(&mut body, "grid packs", &heads, others);
        }
        body.raw("<h2 id=\"guides\">")
            .text(self.say("手引きと言語の説明", "Guides and the language"))
            .raw("</h2>\n<ul class=\"guides\">\n");
        for guide in guides::ALL {
            let title = self.say(guide.title.0, guide.title.1);
            body.raw("<li>").part(link(&format!("{}.html", guide.file), title));
            if guide.is_english && self.lang == Lang::Ja {
                body.raw(" <span class=\"tag\">").text("英語").raw("</span>");
            }
            body.raw("</li>\n");
        }
        body.raw("<li>")
            .part(link(
                "diagnostics.html",
                self.say("診断の一覧（K0101 など）", "Diagnostics (K0101 and so on)"),
            ))
            .raw("</li>\n</ul>\n");
        Page {
            file: "index".into(),
            title: self.say("目次", "Contents").to_owned(),
            above: Vec::new(),
            body,
            searches: false,
        }
    }

    /// A row for each pack that has a catalogue, or for each that has none.
    fn packs_with(&self, with_catalog: bool) -> Vec<Vec<Html>> {
        let known = self.known;
        let mut rows = Vec::new();
        for (i, (pack, file)) in known.context.packs.iter().zip(&known.places.packs).enumerate() {
            let figures = self.figures(i);
            if (figures.catalogs > 0) != with_catalog {
                continue;
            }
            let counts = if with_catalog {
                vec![figures.requirements, figures.ruled, figures.tests]
            } else {
                vec![figures.added, figures.statements, figures.rules, figures.kinds, figures.tests]
            };
            let mut row = vec![
                link(&format!("{file}.html"), &pack.name),
                said(pack.title.get(self.lang)),
                said(&pack.version),
            ];
            row.extend(counts.into_iter().map(|n| said(&n.to_string())));
            rows.push(row);
        }
        rows
    }
}
