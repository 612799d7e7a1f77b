//! The page of a pack: what it is, its figures, its sections, what it covers, what it maps, its rules and files.

use std::collections::{BTreeMap, BTreeSet};

use kijun_coverage::Coverage;
use kijun_engine::program::RequirementId;
use kijun_text::FileId;

use super::page::{Page, link, said, table};
use super::{Site, SitePack};
use crate::html::Html;
use crate::lookup::qualified;

/// What a pack holds, in numbers.
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) catalogs: usize,
    /// Of its own catalogues.
    pub(super) requirements: usize,
    /// Items that it adds to the catalogues of other packs.
    pub(super) added: usize,
    pub(super) kinds: usize,
    /// Of its requirements, how many a check, an attestation or a combination decides.
    pub(super) ruled: usize,
    pub(super) rules: usize,
    pub(super) statements: usize,
    pub(super) tests: usize,
}

impl Site<'_, '_> {
    pub(super) fn figures(&self, pack: usize) -> Figures {
        let known = self.known;
        let program = known.program;
        let own = |file: FileId| known.places.pack_of(file) == Some(pack);
        let catalogs: BTreeSet<usize> =
            program.catalogs.iter().enumerate().filter(|(_, c)| own(c.span.file)).map(|(i, _)| i).collect();
        let items = program.requirements.iter().zip((0u32..).map(RequirementId));
        let items: Vec<RequirementId> = items
            .filter(|(r, _)| catalogs.contains(&r.catalog) && !r.is_section && r.withdrawn.is_none())
            .map(|(_, id)| id)
            .collect();
        Figures {
            catalogs: catalogs.len(),
            requirements: items.len(),
            added: self.added(pack).len(),
            kinds: program.schema.kinds.iter().filter(|k| own(k.span.file)).count(),
            ruled: items.iter().filter(|id| self.is_ruled(**id)).count(),
            rules: program.checks.iter().filter(|c| own(c.span.file)).count()
                + program.attests.iter().filter(|a| own(a.span.file)).count(),
            statements: known.context.mappings.statements.iter().filter(|s| own(s.span.file)).count(),
            tests: known.context.tests.iter().filter(|t| own(t.span.file)).count(),
        }
    }

    /// The items that a pack declares in the catalogues of others.
    pub(super) fn added(&self, pack: usize) -> Vec<RequirementId> {
        let known = self.known;
        let foreign = |id: &RequirementId| {
            let Some(r) = known.program.requirement(*id) else { return false };
            let catalog =
                known.program.catalogs.get(r.catalog).and_then(|c| known.places.pack_of(c.span.file));
            known.places.pack_of(r.span.file) == Some(pack) && catalog != Some(pack)
        };
        (0..known.program.requirements.len() as u32).map(RequirementId).filter(foreign).collect()
    }

    pub(super) fn pack(&self, index: usize, pack: &SitePack) -> Page {
        let known = self.known;
        let mut body = Html::default();
        body.raw("<h1>")
            .text(pack.title.or(self.lang, &pack.name))
            .raw("</h1>\n<p class=\"about\"><code>")
            .text(&pack.name)
            .raw("</code>");
        if !pack.version.is_empty() {
            body.text(&format!("  {} {}", self.say("版", "version"), pack.version));
        }
        body.raw("</p>\n");
        let figures = self.figures(index);
        self.figure_list(&mut body, &figures);
        self.parts(&mut body, &figures, pack);
        let catalogs: Vec<usize> = (0..known.program.catalogs.len())
            .filter(|c| {
                known
                    .program
                    .catalogs
                    .get(*c)
                    .is_some_and(|c| known.places.pack_of(c.span.file) == Some(index))
            })
            .collect();
        for catalog in &catalogs {
            self.contents(&mut body, *catalog);
            self.coverage_table(&mut body, *catalog);
        }
        self.additions(&mut body, index);
        self.mapped(&mut body, index);
        self.foreign_rules(&mut body, index, &catalogs);
        self.kinds(&mut body, index);
        self.readme(&mut body, pack);
        self.modules(&mut body, pack);
        let file = known.places.packs.get(index).cloned().unwrap_or_default();
        Page { file, title: pack.name.clone(), above: vec![self.top()], body, searches: false }
    }

    /// What stands further down.
    fn parts(&self, body: &mut Html, f: &Figures, pack: &SitePack) {
        let all = [
            ("added", self.say("加える項目", "Items added"), f.added > 0),
            ("mappings", self.say("対応表", "Mappings"), f.statements > 0),
            ("kinds", self.say("事実の種別", "Kinds of facts"), f.kinds > 0),
            ("readme", self.say("パックの説明", "About the pack"), !pack.readme.trim().is_empty()),
            ("files", self.say("ファイル", "Files"), true),
        ];
        body.raw("<nav class=\"parts\"")
            .attr("aria-label", self.say("このページの内容", "On this page"))
            .raw("><ul>");
        for (anchor, label, _) in all.into_iter().filter(|(_, _, shown)| *shown) {
            body.raw("<li>").part(link(&format!("#{anchor}"), label)).raw("</li>");
        }
        body.raw("</ul></nav>\n");
    }

    fn figure_list(&self, body: &mut Html, f: &Figures) {
        let all = [
            (self.say("要求事項", "requirements"), f.requirements, f.catalogs > 0),
            (self.say("検査・確認のある要求事項", "requirements with a rule"), f.ruled, f.catalogs > 0),
            (
                self.say("規則のない要求事項", "requirements without a rule"),
                f.requirements - f.ruled,
                f.catalogs > 0,
            ),
            (self.say("ほかのカタログに加える項目", "items added to other catalogues"), f.added, f.added > 0),
            (self.say("事実の種別", "kinds of facts"), f.kinds, f.kinds > 0),
            (self.say("規則", "rules"), f.rules, f.rules > 0),
            (self.say("対応の記載", "mapping statements"), f.statements, f.statements > 0),
            (self.say("テスト", "tests"), f.tests, true),
        ];
        body.raw("<div class=\"figures\">");
        for (label, n, _) in all.into_iter().filter(|(_, _, shown)| *shown) {
            body.raw("<div class=\"figure\"><span>")
                .text(label)
                .raw("</span><b>")
                .number(n)
                .raw("</b></div>");
        }
        body.raw("</div>\n");
    }

    /// The pages of a catalogue.
    fn contents(&self, body: &mut Html, catalog: usize) {
        let known = self.known;
        let Some(own) = known.program.catalogs.get(catalog) else { return };
        body.raw("<h2 id=\"c-")
            .number(catalog)
            .raw("\">")
            .text(own.title.or(self.lang, &own.alias))
            .raw(" <span class=\"id\">")
            .text(&qualified(own))
            .raw("</span></h2>\n");
        body.raw("<p class=\"muted\">");
        let publisher = if own.publisher.is_empty() {
            String::new()
        } else {
            format!("{} {} ", self.say("発行:", "published by"), own.publisher)
        };
        body.text(&format!("{publisher}{} {}", self.say("印:", "mark:"), own.mark.label().get(self.lang)))
            .raw("</p>\n");
        let rows: Vec<Vec<Html>> = known
            .places
            .groups_of(catalog)
            .map(|group| {
                let title = self.group_title(group);
                let counted: Vec<&RequirementId> =
                    group.items.iter().filter(|id| known.context.mappings.is_counted(**id)).collect();
                let ruled = counted.iter().filter(|id| self.is_ruled(***id)).count();
                vec![
                    link(&format!("{}.html", group.file), &title),
                    said(&counted.len().to_string()),
                    said(&ruled.to_string()),
                ]
            })
            .collect();
        let heads = [
            self.say("節", "Section"),
            self.say("要求事項", "Requirements"),
            self.say("検査・確認あり", "With a rule"),
        ];
        table(body, "grid sections", &heads, rows);
    }

    /// How far each other catalogue covers this one.
    fn coverage_table(&self, body: &mut Html, catalog: usize) {
        let known = self.known;
        let items = known.context.mappings.items_of(catalog);
        let counted: Vec<RequirementId> =
            items.into_iter().filter(|id| known.context.mappings.is_counted(*id)).collect();
        let mut by: BTreeMap<usize, BTreeMap<Coverage, usize>> = BTreeMap::new();
        for id in &counted {
            for (from, coverage) in known.coverage.get(id).into_iter().flatten() {
                *by.entry(*from).or_default().entry(*coverage).or_default() += 1;
            }
        }
        if by.is_empty() {
            return;
        }
        body.raw("<h3>")
            .text(self.say("ほかのカタログがどこまで含むか", "How far other catalogues cover it"))
            .raw("</h3>\n<p class=\"muted\">");
        body.text(self.say(
            "パックの対応付けから言えることだけを数えています。施設の事実は含みません。対応なしは「対応の記載がない」を含み、隔たりの証明ではありません。",
            "Counted by what the mappings of packs say, without the facts of any facility. What nobody has mapped counts as not covered, and is no proof of a gap.",
        )).raw("</p>\n");
        let mut heads = vec![self.say("カタログ", "Catalogue").to_owned()];
        heads.extend(Coverage::ALL.map(|c| format!("{} {}", c.sign(), c.label().get(self.lang))));
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let rows = by.into_iter().map(|(from, tally)| {
            let some: usize = tally.values().sum();
            let mut row = vec![self.catalog_link(from)];
            row.extend(Coverage::ALL.map(|c| {
                let n = if c == Coverage::NotCovered {
                    counted.len() - some
                } else {
                    tally.get(&c).copied().unwrap_or(0)
                };
                said(&n.to_string())
            }));
            row
        });
        table(body, "grid figures-table", &heads, rows.collect());
    }

    /// A catalogue by its name, with a link to its pack.
    pub(super) fn catalog_link(&self, catalog: usize) -> Html {
        let known = self.known;
        let Some(own) = known.program.catalogs.get(catalog) else { return Html::default() };
        let pack = known.places.pack_of(own.span.file).and_then(|p| known.places.packs.get(p));
        match pack {
            Some(file) => link(&format!("{file}.html#c-{catalog}"), &qualified(own)),
            None => said(&qualified(own)),
        }
    }
}
