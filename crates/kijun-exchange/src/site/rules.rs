//! The rules of an item, with their text as it is written.

use kijun_engine::program::{Combine, Mark, Member, Requirement, RequirementId};
use kijun_facts::KindId;
use kijun_text::{Lang, Span};

use super::Site;
use super::code::highlighted;
use crate::html::Html;

impl<'a> Site<'_, 'a> {
    /// Whether a check, an attestation or a combination decides the item itself.
    pub(super) fn is_ruled(&self, id: RequirementId) -> bool {
        let program = self.known.program;
        program.checks.iter().any(|c| c.requirements.contains(&id))
            || program.attests.iter().any(|a| a.requirement == id)
            || program.combinations.iter().any(|c| c.requirement == id)
    }

    pub(super) fn rule_names(&self, id: RequirementId) -> Vec<&'a str> {
        let program = self.known.program;
        let checks = program.checks.iter().filter(|c| c.requirements.contains(&id)).map(|c| c.name.as_str());
        let attests = program.attests.iter().filter(|a| a.requirement == id).map(|a| a.name.as_str());
        checks.chain(attests).collect()
    }

    pub(super) fn rules_of(&self, body: &mut Html, id: RequirementId, r: &Requirement) {
        let program = self.known.program;
        if !self.is_ruled(id) {
            if !r.is_section && r.withdrawn.is_none() {
                body.raw("<p class=\"muted none\">")
                    .text(self.say(
                        "この要求事項を確かめる規則はありません。評価では未検証になります。",
                        "No rule checks this requirement; an assessment calls it unverified.",
                    ))
                    .raw("</p>\n");
            }
            return;
        }
        self.part(body, id, self.say("規則", "Rules"));
        for check in program.checks.iter().filter(|c| c.requirements.contains(&id)) {
            let subject = check.subject.map(|s| s.kind);
            let head =
                self.head(self.say("検査", "Check"), &check.name, check.title.get(self.lang), check.mark);
            self.rule(body, head, subject, &check.source, check.span);
        }
        for attest in program.attests.iter().filter(|a| a.requirement == id) {
            let subject = attest.subject.map(|s| s.kind);
            // One without a name of its own has that of its requirement.
            let name = if attest.name == r.id { "" } else { &attest.name };
            let head =
                self.head(self.say("確認", "Attestation"), name, attest.question.get(self.lang), attest.mark);
            self.rule(body, head, subject, &attest.source, attest.span);
        }
        for combination in program.combinations.iter().filter(|c| c.requirement == id) {
            let how = self.combined(&combination.combine, &combination.groups);
            let head =
                self.head(self.say("対策の組合せ", "Combination of measures"), "", &how, combination.mark);
            self.rule(body, head, None, "", combination.span);
        }
    }

    fn head(&self, sort: &str, name: &str, title: &str, mark: Mark) -> Html {
        let mut html = Html::default();
        html.raw("<span class=\"tag\">").text(sort).raw("</span> ").text(title);
        if !name.is_empty() {
            html.raw(" <code>").text(name).raw("</code>");
        }
        html.raw(" <span class=\"muted\">").text(mark.label().get(self.lang)).raw("</span>");
        html
    }

    fn rule(&self, body: &mut Html, head: Html, subject: Option<KindId>, source: &str, span: Span) {
        let known = self.known;
        let kind = subject.and_then(|k| known.program.schema.kinds.get(k.0 as usize));
        let subject =
            kind.map_or(self.say("施設全体", "the facility"), |k| k.label.or(self.lang, &k.name));
        body.raw("<details class=\"rule\"><summary>").part(head).raw("</summary>\n<p class=\"muted\">");
        body.text(&format!("{} {subject}", self.say("対象:", "of:")));
        if !source.is_empty() {
            body.text(&format!("  {} {source}", self.say("出典:", "source:")));
        }
        body.text(&format!("  {}", self.place(span))).raw("</p>\n");
        body.part(highlighted(known.context.sources.slice(span).trim_end())).raw("</details>\n");
    }

    /// `least 2 of …`, in words.
    fn combined(&self, combine: &Combine, groups: &[(String, Vec<Member>)]) -> String {
        let name = |i: usize| groups.get(i).map_or("", |(name, _)| name.as_str());
        let of = |i: usize| groups.get(i).map_or(0, |(_, members)| members.len());
        let several = |all: &[Combine], ja: &str, en: &str| {
            let parts: Vec<String> = all.iter().map(|c| self.combined(c, groups)).collect();
            parts.join(if self.lang == Lang::Ja { ja } else { en })
        };
        match (combine, self.lang) {
            (Combine::AtLeast { count, group }, Lang::Ja) => {
                format!("{} の {} 項目のうち {count} 以上", name(*group), of(*group))
            }
            (Combine::AtLeast { count, group }, Lang::En) => {
                format!("at least {count} of the {} in {}", of(*group), name(*group))
            }
            (Combine::AllOf { group }, Lang::Ja) => format!("{} のすべて", name(*group)),
            (Combine::AllOf { group }, Lang::En) => format!("all in {}", name(*group)),
            (Combine::And(all), _) => several(all, "、かつ ", " and "),
            (Combine::Or(all), _) => several(all, "、または ", " or "),
        }
    }
}
