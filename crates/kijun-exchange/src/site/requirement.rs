//! The pages of items: a section and all that is below it.

use kijun_coverage::Coverage;
use kijun_engine::program::{Requirement, RequirementId};
use kijun_text::Lang;

use super::Site;
use super::page::Page;
use super::places::{Group, anchor, local};
use crate::html::{Html, code};
use crate::lookup::qualified;
use crate::wording::{basis_titles, marks, role_name, weight_name};

impl<'a> Site<'_, 'a> {
    pub(super) fn sections(&self) -> impl Iterator<Item = Page> {
        self.known.places.groups.iter().map(|group| self.section(group))
    }

    /// What the page of a group is called.
    pub(super) fn group_title(&self, group: &Group) -> String {
        let known = self.known;
        match group.top.and_then(|t| known.program.requirement(t)) {
            Some(r) => format!("{} {}", local(&r.id), r.title.get(self.lang)),
            None => {
                let whole = known.places.groups_of(group.catalog).count() == 1;
                let name = known
                    .program
                    .catalogs
                    .get(group.catalog)
                    .map(|c| c.title.or(self.lang, &c.alias).to_owned());
                let rest = self.say("節に入らない項目", "Items in no section").to_owned();
                name.filter(|_| whole).unwrap_or(rest)
            }
        }
    }

    fn section(&self, group: &Group) -> Page {
        let known = self.known;
        let mut body = Html::default();
        let title = self.group_title(group);
        let catalog = known.program.catalogs.get(group.catalog);
        body.raw("<h1>")
            .text(&title)
            .raw("</h1>\n<p class=\"about\">")
            .part(self.catalog_link(group.catalog))
            .text("  ");
        body.text(catalog.map_or("", |c| c.title.get(self.lang))).raw("</p>\n");
        body.raw("<details class=\"toc\" open><summary>")
            .text(self.say("このページの項目", "On this page"))
            .raw("</summary><ul>\n");
        for id in &group.items {
            let Some(r) = known.program.requirement(*id) else { continue };
            let class = if r.is_section { "section" } else { "item" };
            body.raw("<li").attr("class", class).raw(">").part(self.item_link(*id, true));
            if r.withdrawn.is_none() && !r.is_section && !self.is_ruled(*id) {
                body.raw(" <span class=\"tag none\">").text(self.say("規則なし", "no rule")).raw("</span>");
            }
            body.raw("</li>\n");
        }
        body.raw("</ul></details>\n");
        for id in &group.items {
            if let Some(r) = known.program.requirement(*id) {
                self.item(&mut body, *id, r);
            }
        }
        let pack = known.context.packs.get(group.pack).zip(known.places.packs.get(group.pack));
        let above = pack.map(|(p, file)| (file.clone(), p.name.clone()));
        let above = std::iter::once(self.top()).chain(above).collect();
        let name = catalog.map(|c| format!("{} ", qualified(c))).unwrap_or_default();
        Page { file: group.file.clone(), title: format!("{name}{title}"), above, body, searches: false }
    }

    /// The id and title of an item as a link; without a page of it, as text.
    pub(super) fn item_link(&self, id: RequirementId, with_title: bool) -> Html {
        let known = self.known;
        let mut html = Html::default();
        let Some(r) = known.program.requirement(id) else { return html };
        let title = if with_title { r.title.get(self.lang) } else { "" };
        match known.places.link(known.program, id) {
            Some(href) => html
                .raw("<a")
                .attr("href", &href)
                .raw("><span class=\"id\">")
                .text(&r.id)
                .raw("</span> ")
                .text(title)
                .raw("</a>"),
            None => html.raw("<span class=\"id\">").text(&r.id).raw("</span> ").text(title),
        };
        html
    }

    fn item(&self, body: &mut Html, id: RequirementId, r: &'a Requirement) {
        let known = self.known;
        let class = if r.is_section { "item section" } else { "item" };
        body.raw("<section").attr("class", class).attr("id", &anchor(&r.id)).raw(">\n");
        body.raw(if r.is_section { "<h2>" } else { "<h3>" });
        body.raw("<span class=\"id\">").text(&r.id).raw("</span> ").text(r.title.get(self.lang));
        body.raw(" <a class=\"here\"").attr("href", &format!("#{}", super::places::fragment(&r.id)));
        body.attr("aria-label", self.say("この項目へのリンク", "Link to this item")).raw(">#</a>");
        body.raw(if r.is_section { "</h2>\n" } else { "</h3>\n" });
        let (other, title) = match self.lang {
            Lang::Ja => (Lang::En, &r.title.en),
            Lang::En => (Lang::Ja, &r.title.ja),
        };
        if !title.is_empty() && title != r.title.get(self.lang) {
            body.raw("<p class=\"other\"").attr("lang", code(other)).raw(">").text(title).raw("</p>\n");
        }
        self.tags(body, r);
        if let Some(summary) = known.summaries.get(&id).filter(|s| !s.is_empty()) {
            body.element("p", "summary", summary.get(self.lang));
        }
        if let Some(into) = &r.withdrawn {
            self.withdrawn(body, into);
        }
        self.about(body, r);
        self.rules_of(body, id, r);
        self.related(body, id);
        self.covered(body, id, r);
        self.tests_of(body, id);
        body.raw("</section>\n");
    }

    fn tags(&self, body: &mut Html, r: &Requirement) {
        let mut tags: Vec<String> = Vec::new();
        if !r.is_section && r.withdrawn.is_none() {
            tags.push(weight_name(r.weight, self.lang).to_owned());
        }
        if let Some(level) = &r.level {
            tags.push(format!("{} {level}", self.say("水準", "level")));
        }
        tags.extend(marks(r, true, self.lang));
        let roles: Vec<String> =
            r.audience.iter().map(|role| role_name(self.known.program, role, self.lang)).collect();
        if !roles.is_empty() {
            tags.push(format!("{} {}", self.say("担当:", "for:"), roles.join(self.say("、", ", "))));
        }
        body.raw("<p class=\"tags\">");
        for tag in tags {
            body.raw("<span class=\"tag\">").text(&tag).raw("</span> ");
        }
        body.raw("</p>\n");
    }

    /// Why nothing stands here, and where it went.
    fn withdrawn(&self, body: &mut Html, into: &[RequirementId]) {
        body.raw("<p class=\"notice\">").text(self.say(
            "取り下げ: この版は番号を挙げるだけで、もう求めていません。",
            "Withdrawn: this edition lists the id and no longer asks for it.",
        ));
        if !into.is_empty() {
            body.text(self.say(" 移行先: ", " It went into: "));
        }
        for (i, id) in into.iter().enumerate() {
            body.raw(if i > 0 { ", " } else { "" }).part(self.item_link(*id, true));
        }
        body.raw("</p>\n");
    }

    fn about(&self, body: &mut Html, r: &Requirement) {
        let basis = basis_titles(self.known.program, r, self.lang).join(self.say("、", ", "));
        let risks = r.risks.join(", ");
        let place = self.place(r.span);
        let all = [
            (self.say("出典", "Source"), r.source.as_str()),
            (self.say("根拠", "Basis"), basis.as_str()),
            (self.say("リスク", "Risks"), risks.as_str()),
            (self.say("記載場所", "Declared in"), place.as_str()),
        ];
        body.raw("<dl>");
        for (name, text) in all.into_iter().filter(|(_, text)| !text.is_empty()) {
            body.raw("<dt>").text(name).raw("</dt><dd>").text(text).raw("</dd>");
        }
        body.raw("</dl>\n");
    }

    /// How far each other catalogue covers the item.
    fn covered(&self, body: &mut Html, id: RequirementId, r: &Requirement) {
        if r.is_section || r.withdrawn.is_some() {
            return;
        }
        let Some(found) = self.known.coverage.get(&id) else { return };
        self.part(body, id, self.say("ほかのカタログによる対応", "Covered by other catalogues"));
        body.raw("<ul class=\"chips\">");
        for (from, coverage) in found {
            body.raw("<li><span")
                .attr("class", &format!("sign coverage-{}", coverage.name()))
                .raw(" aria-hidden=\"true\">")
                .text(coverage.sign())
                .raw("</span> ");
            body.part(self.catalog_link(*from))
                .raw(" ")
                .text(Coverage::label(*coverage).get(self.lang))
                .raw("</li>");
        }
        body.raw("</ul>\n");
    }

    /// The head of a part of an item: one level below that of the item.
    pub(super) fn part(&self, body: &mut Html, id: RequirementId, text: &str) {
        let tag = if self.known.program.requirement(id).is_some_and(|r| r.is_section) { "h3" } else { "h4" };
        body.element(tag, "part", text);
    }

    /// Where the tests are that expect something of the item or of its rules.
    fn tests_of(&self, body: &mut Html, id: RequirementId) {
        let names = self.rule_names(id);
        let mut rows: Vec<Html> = Vec::new();
        for test in self.known.context.tests {
            let fits = |expected: &super::Expected| match expected {
                super::Expected::Requirement(own) => *own == id,
                super::Expected::Rule(name) => names.contains(&name.as_str()),
            };
            let mut verdicts: Vec<_> =
                test.expects.iter().filter(|(e, _)| fits(e)).map(|(_, v)| *v).collect();
            verdicts.sort_unstable();
            verdicts.dedup();
            if verdicts.is_empty() {
                continue;
            }
            let words: Vec<String> = verdicts.iter().map(|v| v.label().get(self.lang).to_owned()).collect();
            let mut row = Html::default();
            row.text(&test.name)
                .raw(" <span class=\"muted\">")
                .text(self.say("期待:", "expects"))
                .text(" ")
                .text(&words.join(self.say("、", ", ")))
                .raw("</span> <span class=\"place\">")
                .text(&self.place(test.span))
                .raw("</span>");
            rows.push(row);
        }
        if rows.is_empty() {
            return;
        }
        body.raw("<details class=\"tests\"><summary>")
            .text(self.say("テスト", "Tests"))
            .raw(" <span class=\"muted\">")
            .number(rows.len())
            .raw("</span></summary><ul>\n");
        for row in rows {
            body.raw("<li>").part(row).raw("</li>\n");
        }
        body.raw("</ul></details>\n");
    }
}
