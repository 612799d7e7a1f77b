//! What can be found: the page that searches, its script, and the index that both languages share.

use std::collections::BTreeMap;

use kijun_engine::program::RequirementId;
use kijun_text::{Label, Lang};

use super::page::Page;
use super::places::fragment;
use super::{Known, Site, guides};
use crate::html::Html;
use crate::visible;

pub(super) const SCRIPT: &str = include_str!("search.js");

/// One line per thing: where it stands, what it is, its name, its titles, further words.
pub(super) fn index(known: &Known<'_>) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |link: &str, sort: &str, name: &str, title: &Label, more: &str| {
        let texts = [link, sort, name, &title.ja, &title.en, more].map(|t| visible(t).into_owned());
        // Strings within a script, in which nothing is markup and no line ends.
        lines.push(crate::html::inert(&serde_json::to_string(&texts).unwrap_or_default()));
    };
    for (file, pack) in known.places.packs.iter().zip(known.context.packs) {
        add(&format!("{file}.html"), "pack", &pack.name, &pack.title, "");
    }
    let rules = rules(known);
    for (requirement, id) in known.program.requirements.iter().zip((0u32..).map(RequirementId)) {
        let Some(link) = known.places.link(known.program, id) else { continue };
        let sort = if requirement.is_section { "section" } else { "requirement" };
        let summary = known.summaries.get(&id).map_or_else(String::new, |s| format!("{} {}", s.ja, s.en));
        let own = rules.get(&id).map_or("", String::as_str);
        add(&link, sort, &requirement.id, &requirement.title, &format!("{summary} {own}"));
    }
    for guide in guides::ALL {
        let titles = Label::new(guide.title.0, guide.title.1);
        add(&format!("{}.html", guide.file), "guide", "", &titles, "");
    }
    for (code, text) in known.context.diagnostics {
        let title = guides::diagnostic_title(text);
        add(&format!("diagnostics.html#{}", fragment(code)), "diagnostic", code, &title, "");
    }
    format!("'use strict';\nglobalThis.KIJUN_INDEX = [\n{}\n];\n", lines.join(",\n"))
}

/// Names, titles and questions of the rules of each item.
fn rules(known: &Known<'_>) -> BTreeMap<RequirementId, String> {
    let mut out: BTreeMap<RequirementId, String> = BTreeMap::new();
    for check in &known.program.checks {
        for id in &check.requirements {
            let own = out.entry(*id).or_default();
            own.push_str(&format!("{} {} {} ", check.name, check.title.ja, check.title.en));
        }
    }
    for attest in &known.program.attests {
        let own = out.entry(attest.requirement).or_default();
        own.push_str(&format!("{} {} ", attest.question.ja, attest.question.en));
    }
    out
}

impl Site<'_, '_> {
    pub(super) fn search(&self) -> Page {
        let mut body = Html::default();
        body.raw("<h1>").text(self.say("検索", "Search")).raw("</h1>\n<p id=\"count\" role=\"status\">");
        body.text(self.say(
            "上の欄に番号、題名、規則の名前などを入れてください。この検索には JavaScript を使います。使えないときは、目次からたどれます。",
            "Type an id, a title or the name of a rule above. This search uses JavaScript; without it, go by the contents.",
        ));
        body.raw("</p>\n<p><a href=\"index.html\">")
            .text(self.say("目次", "Contents"))
            .raw("</a></p>\n<ol id=\"results\"");
        let words = match self.lang {
            Lang::Ja => [
                "{n} 件",
                "先頭の {m} 件を示します",
                "見つかりません。別の言葉を試してください",
                "規則パック",
                "節",
                "要求事項",
                "手引き",
                "診断",
            ],
            Lang::En => [
                "{n} found",
                "the first {m} are shown",
                "nothing found; try other words",
                "pack",
                "section",
                "requirement",
                "guide",
                "diagnostic",
            ],
        };
        let names = [
            "data-found",
            "data-first",
            "data-none",
            "data-pack",
            "data-section",
            "data-requirement",
            "data-guide",
            "data-diagnostic",
        ];
        for (name, word) in names.into_iter().zip(words) {
            body.attr(name, word);
        }
        body.raw("></ol>\n");
        let title = self.say("検索", "Search").to_owned();
        Page { file: "search".into(), title, above: vec![self.top()], body, searches: true }
    }
}
