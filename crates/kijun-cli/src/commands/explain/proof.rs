//! The rule and its proof, with the facts that decide.

use kijun_engine::truth::Truth;
use kijun_exchange::explain::{Fact, Node};
use kijun_text::Span;
use owo_colors::Style;

use super::Text;
use crate::terminal::wrap;

impl Text<'_> {
    pub(super) fn rule_source(&mut self, span: Span) {
        let text = self.sources.slice(span).to_owned();
        let (first, _) = self.sources.line_column(span);
        for (i, line) in text.lines().enumerate().take(30) {
            let number = self.terminal.paint(&format!("{:>5} │ ", first as usize + i), Style::new().dimmed());
            self.line(&format!("  {number}{line}"));
        }
    }

    pub(in crate::commands) fn node(&mut self, node: &Node, indent: usize) {
        let (sign, style) = match node.truth {
            Truth::True => (self.terminal.say("真", "true"), Style::new().green()),
            Truth::False => (self.terminal.say("偽", "false"), Style::new().red()),
            Truth::Unknown => (self.terminal.say("不明", "unknown"), Style::new().cyan()),
        };
        let sign = self.terminal.paint(sign, style);
        let binding =
            node.binding.as_ref().map_or(String::new(), |(name, value)| format!("{name} = {value}: "));
        let room = self.terminal.width.saturating_sub(indent + 8);
        let lead = " ".repeat(indent);
        for (i, line) in wrap(&format!("{binding}{}", node.text), room).into_iter().enumerate() {
            let head = if i == 0 { format!("{sign}  ") } else { "    ".to_owned() };
            self.line(&format!("{lead}{head}{line}"));
        }
        node.facts.iter().for_each(|fact| self.fact(fact, indent + 4));
        for note in &node.notes {
            let place = self.sources.place(note.place).short();
            self.line(&format!("{}    ・ {}  {place}", " ".repeat(indent), note.text));
        }
        node.children.iter().for_each(|child| self.node(child, indent + 2));
    }

    /// A fact with its value, evidence and place.
    pub(super) fn fact(&mut self, fact: &Fact, indent: usize) {
        let lead = " ".repeat(indent);
        if fact.repeated {
            let as_above = self.terminal.say("(上に示したとおり)", "(as shown above)");
            self.line(&format!("{lead}・ {} {as_above}", fact.name));
            return;
        }
        if fact.values.is_empty() {
            let unknown = self.terminal.say("台帳は未確認です", "the register is not known");
            self.line(&format!("{lead}・ {}: {unknown}", fact.name));
        }
        for value in &fact.values {
            let place = self.sources.place(value.place);
            let evidence = match value.evidence.as_str() {
                "" => String::new(),
                evidence => format!(" [{evidence}]"),
            };
            let line = format!("{lead}・ {} ({}) = {}{evidence}  {place}", fact.name, fact.label, value.text);
            self.line(&line);
        }
    }
}
