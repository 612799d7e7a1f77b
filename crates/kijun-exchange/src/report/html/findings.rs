//! The findings, worst first, each with a panel that proves it; and the tools to search among them.

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;
use kijun_text::Lang;

use super::Report;
use super::overview::chip;
use crate::html::Html;
use crate::names::subject_name;
use crate::report::findings::{FindingView, by_gravity};
use crate::wording::{Gravity, role_name, tags};

impl Report<'_, '_> {
    pub(super) fn found(&self) -> Html {
        let view = self.view;
        let mut html = Html::default();
        html.part(self.tools());
        if self.findings.is_empty() {
            html.element("p", "", view.say("指摘はありません。", "Nothing was found."));
        }
        for (gravity, groups) in by_gravity(&self.findings) {
            html.raw("<section").attr("class", &format!("gravity gravity-{}", gravity.name())).raw(">");
            let n: usize = groups.iter().map(Vec::len).sum();
            let title = gravity.title().get(view.lang).to_owned();
            html.element(
                "h3",
                "",
                &match view.lang {
                    Lang::Ja => format!("{title}　{n} 件（{} 項目）", groups.len()),
                    Lang::En => format!("{title}: {n} ({} requirements)", groups.len()),
                },
            );
            groups.iter().for_each(|group| self.requirement(&mut html, group));
            html.close("section");
        }
        html
    }

    fn requirement(&self, html: &mut Html, group: &[&FindingView<'_>]) {
        let Some(first) = group.first() else { return };
        let view = self.view;
        let r = first.requirement;
        html.raw("<article class=\"requirement\"><h4>").element("b", "id", &r.id).raw(" ");
        html.element("span", "named", r.title.get(view.lang)).raw(" ");
        html.element("span", "tags", &tags(r, true, view.lang)).close("h4");
        if let Some(text) = group.iter().find_map(|f| f.consequence.as_ref()) {
            html.element("p", "consequence", text);
        }
        group.iter().for_each(|f| self.finding(html, f));
        html.close("article");
    }

    fn finding(&self, html: &mut Html, f: &FindingView<'_>) {
        let view = self.view;
        let kind = subject_name(view.program, f.finding.subject);
        html.raw("<details class=\"finding\"").attr("id", &format!("f-{}", f.fingerprint));
        html.attr("data-gravity", f.gravity.name()).attr("data-kind", kind);
        html.attr("data-catalog", &view.catalog(f.requirement.catalog));
        html.attr("data-roles", &f.requirement.audience.join(" "));
        html.raw("><summary>");
        let shown = if f.finding.verdict == Verdict::Violated && f.finding.weight < Weight::Must {
            Verdict::Stale
        } else {
            f.finding.verdict
        };
        chip(html, shown, &f.verdict);
        html.raw(" <bdi class=\"subject\">").text(&f.subject).raw("</bdi> ");
        html.element("span", "message", &f.message);
        html.raw("</summary><div class=\"proof\">\n");
        self.proof(html, f);
        html.raw("</div></details>\n");
    }

    /// What it rests on, what is missing, what to do, and which rule says so.
    fn proof(&self, html: &mut Html, f: &FindingView<'_>) {
        let view = self.view;
        if !f.facts.is_empty() {
            html.raw("<table class=\"facts\"><caption>")
                .text(view.say("判定の基になった事実", "Facts behind it"));
            html.raw("</caption><thead><tr>");
            let heads = [("事実", "Fact"), ("値", "Value"), ("裏付け", "Evidence"), ("記録の場所", "Place")];
            for (ja, en) in heads {
                html.raw("<th scope=\"col\">").text(view.say(ja, en)).raw("</th>");
            }
            html.raw("</tr></thead><tbody>\n");
            for fact in &f.facts {
                html.raw("<tr>").element("td", "", &fact.name).element("td", "", &fact.value);
                html.element("td", "", &fact.backing).element("td", "place", &fact.place).raw("</tr>\n");
            }
            html.raw("</tbody></table>\n");
        }
        html.raw("<dl>\n");
        let missing = view.questions_of(std::iter::once((f.requirement, f.finding)));
        if !missing.is_empty() {
            html.raw("<dt>").text(view.say("足りない事実", "What is missing")).raw("</dt><dd><ul>\n");
            for question in &missing {
                let of = question.of.map(|role| role_name(view.program, role, view.lang));
                let of = of.map_or_else(String::new, |of| format!(" [{of}]"));
                html.element("li", "", &format!("{}  {}{of}", question.about, question.text));
            }
            html.raw("</ul></dd>\n");
        }
        self.term(html, ("対処", "To do"), &f.fix);
        f.notes.iter().for_each(|note| self.term(html, ("注記", "Note"), note));
        self.term(html, ("規則", "Rule"), &f.rule);
        self.term(html, ("出典", "Source"), &f.requirement.source);
        let roles: Vec<String> =
            f.requirement.audience.iter().map(|a| role_name(view.program, a, view.lang)).collect();
        self.term(html, ("関わる人", "Concerns"), &roles.join(view.comma()));
        self.term(html, ("識別子", "Fingerprint"), &f.fingerprint);
        html.raw("</dl>\n");
    }

    fn term(&self, html: &mut Html, (ja, en): (&str, &str), text: &str) {
        if !text.is_empty() {
            html.element("dt", "", self.view.say(ja, en)).element("dd", "", text);
        }
    }

    /// Search and filters; they appear when the script runs.
    fn tools(&self) -> Html {
        let view = self.view;
        let mut html = Html::default();
        html.raw("<search id=\"tools\" hidden>\n<label class=\"query\"><span>");
        html.text(view.say("検索（番号、題名、対象、事実）", "Search (id, title, subject, fact)"));
        html.raw("</span><input type=\"search\" id=\"query\" autocomplete=\"off\"></label>\n");
        html.raw("<fieldset id=\"gravities\"><legend>").text(view.say("重さ", "Gravity")).raw("</legend>\n");
        for gravity in Gravity::ALL {
            if self.findings.iter().any(|f| f.gravity == gravity) {
                html.raw("<label><input type=\"checkbox\" checked").attr("value", gravity.name()).raw("> ");
                html.text(gravity.title().get(view.lang)).raw("</label>\n");
            }
        }
        html.raw("</fieldset>\n");
        let roles = view.program.schema.enums.first().map(|e| e.literals.as_slice()).unwrap_or_default();
        let roles = roles.iter().map(|l| (l.name.clone(), l.label.or(view.lang, &l.name).to_owned()));
        self.choice(&mut html, "role", ("役割", "Audience"), roles.collect());
        let mut catalogs: Vec<usize> = self.findings.iter().map(|f| f.requirement.catalog).collect();
        catalogs.dedup();
        catalogs.sort_unstable();
        catalogs.dedup();
        let catalogs = catalogs.into_iter().map(|c| (view.catalog(c), view.catalog(c)));
        self.choice(&mut html, "catalog", ("基準", "Catalogue"), catalogs.collect());
        let mut kinds: Vec<(String, String)> = Vec::new();
        for f in &self.findings {
            let name = subject_name(view.program, f.finding.subject).to_owned();
            if kinds.iter().all(|(n, _)| *n != name) {
                let kind = kijun_engine::subject_kind(f.finding.subject);
                let label = kind.map_or(view.say("施設全体", "the facility"), |k| view.kind(k)).to_owned();
                kinds.push((name, label));
            }
        }
        self.choice(&mut html, "kind", ("対象", "Subject"), kinds);
        html.raw("<button type=\"button\" id=\"clear\">")
            .text(view.say("絞り込みを解除", "Clear filters"))
            .raw("</button>\n");
        html.raw("<button type=\"button\" id=\"unfold\" aria-pressed=\"false\">")
            .text(view.say("根拠をすべて開く", "Open all proofs"))
            .raw("</button>\n");
        html.raw("<p id=\"count\" role=\"status\"")
            .attr("data-all", view.say("{all} 件すべてを表示しています。", "All {all} findings are shown."));
        html.attr(
            "data-some",
            view.say(
                "{all} 件のうち {n} 件を表示しています。{hidden} 件は絞り込みで隠れています。",
                "{n} of {all} findings are shown; {hidden} are hidden by filters.",
            ),
        );
        html.raw("></p>\n</search>\n");
        html
    }

    fn choice(
        &self,
        html: &mut Html,
        id: &'static str,
        (ja, en): (&str, &str),
        options: Vec<(String, String)>,
    ) {
        html.raw("<label class=\"choice\"><span>")
            .text(self.view.say(ja, en))
            .raw("</span><select")
            .attr("id", id);
        html.raw("><option value=\"\">").text(self.view.say("すべて", "All")).raw("</option>\n");
        for (value, label) in options {
            html.raw("<option").attr("value", &value).raw(">").text(&label).raw("</option>\n");
        }
        html.raw("</select></label>\n");
    }
}
