//! What a pack holds beside its own catalogues: mappings, items and rules for others, kinds of facts, its README and files.

use std::collections::BTreeMap;

use kijun_coverage::Statement;
use kijun_engine::program::RequirementId;
use kijun_text::{FileId, Lang};

use super::page::{said, table};
use super::{Site, SitePack, markdown};
use crate::html::Html;

impl Site<'_, '_> {
    /// What the pack states about items, by pair of catalogues.
    pub(super) fn mapped(&self, body: &mut Html, pack: usize) {
        let known = self.known;
        let mut pairs: BTreeMap<(usize, usize), Vec<&Statement>> = BTreeMap::new();
        let catalog = |id: RequirementId| known.program.requirement(id).map(|r| r.catalog);
        for statement in known.context.mappings.statements {
            if known.places.pack_of(statement.span.file) != Some(pack) {
                continue;
            }
            let from = statement.sources.first().and_then(|s| catalog(*s));
            if let Some(pair) = from.zip(catalog(statement.target)) {
                pairs.entry(pair).or_default().push(statement);
            }
        }
        if pairs.is_empty() {
            return;
        }
        body.raw("<h2 id=\"mappings\">")
            .text(self.say("このパックの対応表", "What this pack maps"))
            .raw("</h2>\n");
        for ((from, to), statements) in pairs {
            body.raw("<h3>")
                .part(self.catalog_link(from))
                .raw(" → ")
                .part(self.catalog_link(to))
                .raw(" <span class=\"muted\">")
                .number(statements.len())
                .raw("</span></h3>\n");
            let heads = [
                self.say("項目", "Item"),
                self.say("関係", "Relation"),
                self.say("相手の項目", "Other item"),
                self.say("印・強さ", "Mark, strength"),
                self.say("理由・出典", "Argument, source"),
            ];
            table(body, "grid map", &heads, statements.into_iter().map(|s| self.statement(s)).collect());
        }
    }

    fn statement(&self, s: &Statement) -> Vec<Html> {
        let mut sources = Html::default();
        for (i, id) in s.sources.iter().enumerate() {
            sources.raw(if i > 0 { " + " } else { "" }).part(self.item_link(*id, true));
        }
        let mut why = said(s.argument.get(self.lang));
        if !s.source.is_empty() {
            why.raw(" <span class=\"muted\">").text(&s.source).raw("</span>");
        }
        vec![
            sources,
            said(s.relationship.label().get(self.lang)),
            self.item_link(s.target, true),
            said(&self.weight_of(s.mark, s.strength)),
            why,
        ]
    }

    pub(super) fn additions(&self, body: &mut Html, pack: usize) {
        let added = self.added(pack);
        if added.is_empty() {
            return;
        }
        body.raw("<h2 id=\"added\">")
            .text(self.say("ほかのカタログに加える項目", "Items added to other catalogues"))
            .raw("</h2>\n<ul>\n");
        for id in added {
            body.raw("<li>").part(self.item_link(id, true)).raw("</li>\n");
        }
        body.raw("</ul>\n");
    }

    /// The rules of the pack for what stands in other packs.
    pub(super) fn foreign_rules(&self, body: &mut Html, pack: usize, catalogs: &[usize]) {
        let known = self.known;
        let mut found: BTreeMap<RequirementId, usize> = BTreeMap::new();
        let own = |file: FileId| known.places.pack_of(file) == Some(pack);
        let checks = known
            .program
            .checks
            .iter()
            .filter(|c| own(c.span.file))
            .flat_map(|c| c.requirements.iter().copied());
        let attests = known.program.attests.iter().filter(|a| own(a.span.file)).map(|a| a.requirement);
        for id in checks.chain(attests) {
            let foreign = |r: &kijun_engine::program::Requirement| {
                !catalogs.contains(&r.catalog) && known.places.pack_of(r.span.file) != Some(pack)
            };
            if known.program.requirement(id).is_some_and(foreign) {
                *found.entry(id).or_default() += 1;
            }
        }
        if found.is_empty() {
            return;
        }
        body.raw("<h2 id=\"rules\">")
            .text(self.say("ほかのパックの要求事項に対する規則", "Rules for requirements of other packs"))
            .raw("</h2>\n<ul>\n");
        for (id, n) in found {
            body.raw("<li>").part(self.item_link(id, true)).raw(" <span class=\"muted\">");
            body.text(&match self.lang {
                Lang::Ja => format!("規則 {n}"),
                Lang::En => format!("{n} rule(s)"),
            });
            body.raw("</span></li>\n");
        }
        body.raw("</ul>\n");
    }

    /// The kinds of records that the pack declares, with their attributes.
    pub(super) fn kinds(&self, body: &mut Html, pack: usize) {
        let known = self.known;
        let schema = &known.program.schema;
        let own: Vec<_> =
            schema.kinds.iter().filter(|k| known.places.pack_of(k.span.file) == Some(pack)).collect();
        if own.is_empty() {
            return;
        }
        body.raw("<h2 id=\"kinds\">").text(self.say("事実の種別", "Kinds of facts")).raw("</h2>\n");
        for kind in own {
            body.raw("<details class=\"kind\"><summary>")
                .text(kind.label.or(self.lang, &kind.name))
                .raw(" <code>")
                .text(&kind.name)
                .raw("</code> <span class=\"muted\">")
                .text(self.say("属性", "attributes"))
                .text(" ")
                .number(kind.attributes.len())
                .raw("</span></summary>\n");
            let rows = kind.attributes.iter().map(|a| {
                let mut name = Html::default();
                name.raw("<code>").text(&a.name).raw("</code>");
                let ask = a.ask.as_ref().map_or("", |ask| ask.question.get(self.lang));
                let written = known.context.sources.slice(a.span);
                let ty = written
                    .split_once(':')
                    .map_or("", |(_, rest)| rest.split(" ask ").next().unwrap_or(rest))
                    .trim();
                let ty = ty.split(['"', '\n']).next().unwrap_or(ty).trim();
                vec![name, said(a.label.get(self.lang)), said(ty), said(ask)]
            });
            let heads = [
                self.say("属性", "Attribute"),
                self.say("名称", "Label"),
                self.say("型", "Type"),
                self.say("質問", "Question"),
            ];
            table(body, "grid", &heads, rows.collect());
            body.raw("</details>\n");
        }
    }

    pub(super) fn readme(&self, body: &mut Html, pack: &SitePack) {
        if pack.readme.trim().is_empty() {
            return;
        }
        let rendered = markdown::rendered(&pack.readme, 2, "readme-", |url| self.readme_link(url), |_| None);
        body.raw("<h2 id=\"readme\">")
            .text(self.say("パックの説明", "About the pack"))
            .raw("</h2>\n<article class=\"readme\"");
        // Authors write in their own language.
        let kana = pack.readme.chars().any(|c| ('\u{3041}'..='\u{30fa}').contains(&c));
        body.attr("lang", if kana { "ja" } else { "en" }).raw(">\n");
        body.markdown(rendered).raw("</article>\n");
    }

    /// Another pack, by its folder beside this one.
    fn readme_link(&self, url: &str) -> Option<String> {
        let name = url.strip_prefix("../")?.split(['/', '#']).next()?;
        let at = self.known.context.packs.iter().position(|p| p.name == name)?;
        self.known.places.packs.get(at).map(|file| format!("{file}.html"))
    }

    pub(super) fn modules(&self, body: &mut Html, pack: &SitePack) {
        body.raw("<h2 id=\"files\">")
            .text(self.say("ファイル", "Files"))
            .raw("</h2>\n<ul class=\"files\">\n");
        for file in &pack.modules {
            body.raw("<li><code>").text(self.known.context.sources.path(*file)).raw("</code></li>\n");
        }
        body.raw("</ul>\n");
        if !pack.sha256.is_empty() {
            body.raw("<p class=\"muted digest\">SHA-256 ").text(&pack.sha256).raw("</p>\n");
        }
    }
}
