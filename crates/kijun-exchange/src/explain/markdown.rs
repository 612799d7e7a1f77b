//! An explanation as Markdown, for editors that have no panel for it.

use std::fmt::Write;

use kijun_engine::truth::Truth;
use kijun_text::{Lang, Span};

use super::{Explanation, Fact, Item, Node, Outcome};

/// The explanation as Markdown; `place` says how a place is written, as a link or in words.
pub fn explanation_markdown(of: &Explanation, place: &dyn Fn(Span) -> String) -> String {
    let mut page = Page { lang: of.lang, place, out: String::new() };
    page.head(of);
    of.outcomes.iter().for_each(|o| page.outcome(o));
    if !of.others.is_empty() {
        let list = of.others.iter().map(|o| format!("- {} — {} (`{}`)", o.subject, o.verdict.label, o.rule));
        let list: Vec<String> = list.collect();
        page.heading(3, "ほかの判定", "other verdicts");
        page.line(&list.join("\n"));
    }
    if !of.below.is_empty() {
        page.heading(3, "下の項目", "below it");
        of.below.iter().for_each(|item| page.item(item));
    }
    page.out
}

struct Page<'p> {
    lang: Lang,
    place: &'p dyn Fn(Span) -> String,
    out: String,
}

impl Page<'_> {
    fn say<'t>(&self, ja: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn heading(&mut self, depth: usize, ja: &str, en: &str) {
        let text = format!("\n{} {}\n", "#".repeat(depth), self.say(ja, en));
        self.line(&text);
    }

    fn head(&mut self, of: &Explanation) {
        let edition = if of.edition.is_empty() { String::new() } else { format!(" [{}]", of.edition) };
        self.line(&format!("## {}{edition} {}\n", of.id, of.title));
        let source = if of.source.is_empty() {
            String::new()
        } else {
            format!(" · {} {}", self.say("出典:", "source:"), of.source)
        };
        self.line(&format!("{}{source} · {}", of.tags, (self.place)(of.place)));
        if let Some(into) = &of.withdrawn {
            let text = self.say("取り下げられた項目です。判定はありません", "withdrawn; there is no verdict");
            self.line(&format!("\n{text}\n"));
            into.iter().for_each(|item| self.item(item));
        }
        if let Some(stated) = &of.verdict {
            let reason =
                if stated.reason.is_empty() { String::new() } else { format!(" ({})", stated.reason) };
            self.line(&format!("\n{} **{}**{reason}", self.say("判定:", "verdict:"), stated.label));
        }
        for reason in &of.reasons {
            self.line(&format!("\n{reason}"));
        }
    }

    fn item(&mut self, item: &Item) {
        let verdict = item.verdict.as_ref().map_or("—", |v| &v.label);
        self.line(&format!("- `{}` {} — {verdict}", item.id, item.title));
    }

    fn outcome(&mut self, o: &Outcome) {
        self.line(&format!("\n### {} — {}\n", o.who, o.verdict.label));
        let mark = o.rule_mark.as_ref().map(|m| format!(" [{m}]")).unwrap_or_default();
        let rule = self.say("規則", "rule");
        let place = (self.place)(o.rule_place);
        self.line(&format!("{rule} `{}`{mark} · {place}", o.rule_name));
        for text in [Some(&o.message), o.to_confirm.as_ref()].into_iter().flatten() {
            if !text.is_empty() {
                self.line(&format!("\n> {}", text.replace('\n', "\n> ")));
            }
        }
        if !o.proof.is_empty() {
            self.heading(4, "証明（決め手になった部分）", "proof (the parts that decide)");
            o.proof.iter().for_each(|node| self.node(node, 0));
        }
        if !o.facts.is_empty() {
            self.heading(4, "根拠となった事実", "facts");
            o.facts.iter().for_each(|fact| self.fact(fact, 0));
        }
        self.repairs(o);
        self.missing(o);
    }

    fn node(&mut self, node: &Node, depth: usize) {
        let truth = match node.truth {
            Truth::True => self.say("真", "true"),
            Truth::False => self.say("偽", "false"),
            Truth::Unknown => self.say("不明", "unknown"),
        };
        let binding = node.binding.as_ref().map(|(name, value)| format!("`{name} = {value}`: "));
        let lead = "  ".repeat(depth);
        self.line(&format!("{lead}- **{truth}** {}{}", binding.unwrap_or_default(), code(&node.text)));
        node.facts.iter().for_each(|fact| self.fact(fact, depth + 1));
        for note in &node.notes {
            let place = (self.place)(note.place);
            self.line(&format!("{lead}  - {} · {place}", note.text));
        }
        node.children.iter().for_each(|child| self.node(child, depth + 1));
    }

    fn fact(&mut self, fact: &Fact, depth: usize) {
        let lead = "  ".repeat(depth);
        if fact.repeated {
            let as_above = self.say("（上に示したとおり）", "(as shown above)");
            self.line(&format!("{lead}- `{}` {as_above}", fact.name));
            return;
        }
        if fact.values.is_empty() {
            let unknown = self.say("台帳は未確認です", "the register is not known");
            self.line(&format!("{lead}- `{}`: {unknown}", fact.name));
        }
        for value in &fact.values {
            let mut line = format!("{lead}- `{}` ({}) = {}", fact.name, fact.label, value.text);
            if !value.evidence.is_empty() {
                write!(line, " [{}]", value.evidence).ok();
            }
            self.line(&format!("{line} · {}", (self.place)(value.place)));
        }
    }

    fn repairs(&mut self, o: &Outcome) {
        if o.repairs.is_empty() {
            return;
        }
        self.heading(
            4,
            "直し方（事実がこう変われば適合。どれか一つ）",
            "repairs (any one of them would satisfy it)",
        );
        for repair in &o.repairs {
            let steps: Vec<&str> = repair.steps.iter().map(|s| s.text.as_str()).collect();
            let unsure = if repair.unverified {
                self.say("（確かめていません）", " (not tried)")
            } else {
                ""
            };
            self.line(&format!("1. {}{unsure}", steps.join("\n   + ")));
        }
    }

    fn missing(&mut self, o: &Outcome) {
        if o.missing.is_empty() {
            return;
        }
        self.heading(4, "足りない事実", "missing facts");
        for fact in &o.missing {
            let question = fact.question.as_ref().map(|q| format!(" — {q}")).unwrap_or_default();
            let of = fact.of.as_ref().map(|of| format!(" ({of})")).unwrap_or_default();
            self.line(&format!("- `{}`{question}{of}", fact.name));
        }
    }
}

/// As code, whatever signs it holds.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
