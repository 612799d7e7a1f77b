//! The rule and its proof, with the facts that decide.

use kijun_engine::Proof;
use kijun_engine::assessment::FactRef;
use kijun_engine::truth::Truth;
use kijun_exchange::fact_name;
use kijun_facts::{Show, Words};
use kijun_text::{Lang, Span};
use owo_colors::Style;

use super::Explanation;
use crate::report::weak_cell_note;
use crate::terminal::wrap;

impl Explanation<'_> {
    pub(super) fn rule_source(&mut self, span: Span) {
        let text = self.workspace.sources.slice(span).to_owned();
        let (first, _) = self.workspace.sources.line_column(span);
        for (i, line) in text.lines().enumerate().take(30) {
            let number = self.terminal.paint(&format!("{:>5} │ ", first as usize + i), Style::new().dimmed());
            self.line(&format!("  {number}{line}"));
        }
    }

    pub(super) fn proof(&mut self, proof: &Proof, indent: usize) {
        let (sign, style) = match proof.truth {
            Truth::True => (self.terminal.say("真", "true"), Style::new().green()),
            Truth::False => (self.terminal.say("偽", "false"), Style::new().red()),
            Truth::Unknown => (self.terminal.say("不明", "unknown"), Style::new().cyan()),
        };
        let sign = self.terminal.paint(sign, style);
        let source = self.workspace.sources.slice(proof.span);
        let text = source.split_whitespace().collect::<Vec<_>>().join(" ");
        let binding =
            proof.binding.as_ref().map_or(String::new(), |(name, value)| format!("{name} = {value}: "));
        let room = self.terminal.width.saturating_sub(indent + 8);
        let lead = " ".repeat(indent);
        for (i, line) in wrap(&format!("{binding}{text}"), room).into_iter().enumerate() {
            let head = if i == 0 { format!("{sign}  ") } else { "    ".to_owned() };
            self.line(&format!("{lead}{head}{line}"));
        }
        proof.facts.iter().for_each(|fact| self.fact(*fact, indent + 4));
        self.weak_cells(proof, indent + 4);
        for child in &proof.children {
            // A function's body, or a bracket, says the same again: show what is in it.
            if child.span == proof.span && child.binding.is_none() {
                child.facts.iter().for_each(|fact| self.fact(*fact, indent + 4));
                self.weak_cells(child, indent + 4);
                child.children.iter().for_each(|c| self.proof(c, indent + 2));
            } else {
                self.proof(child, indent + 2);
            }
        }
    }

    /// Cells of tables that it looks up and that do not decide.
    fn weak_cells(&mut self, proof: &Proof, indent: usize) {
        for cell in &proof.weak_cells {
            let place = self.workspace.sources.place(cell.span).short();
            let note = weak_cell_note(self.program(), cell, &place, self.terminal.lang);
            self.line(&format!("{}・ {note}", " ".repeat(indent)));
        }
    }

    /// A fact with its value, evidence and place.
    pub(super) fn fact(&mut self, fact: FactRef, indent: usize) {
        let lang = self.terminal.lang;
        let workspace = self.workspace;
        let (store, program) = (&workspace.store, &workspace.compiled.program);
        let show = Show { store, schema: &program.schema, lang, words: Words::Labels };
        let name = fact_name(program, store, fact);
        let lead = " ".repeat(indent);
        let FactRef::Cell { kind, row, attr } = fact else {
            let text = format!(
                "{lead}・ {name}: {}",
                self.terminal.say("台帳は未確認です", "the register is not known")
            );
            self.line(&text);
            return;
        };
        if self.shown.contains(&fact) {
            let text =
                format!("{lead}・ {name} {}", self.terminal.say("(上に示したとおり)", "(as shown above)"));
            self.line(&text);
            return;
        }
        self.shown.push(fact);
        let Some(table) = store.kind(kind) else { return };
        let label = program.schema.attribute(kind, attr).map_or("", |a| a.label.or(lang, &a.name));
        let mut lines: Vec<String> = Vec::new();
        let place = |span: Span| self.workspace.sources.place(span).to_string();
        let backing = |id: kijun_facts::EvidenceId| {
            let Some(e) = store.evidence(id) else { return String::new() };
            let grade = e.grade.and_then(|g| program.schema.enums.get(1)?.literals.get(g as usize));
            let mut parts: Vec<String> =
                grade.map(|l| l.label.or(lang, &l.name).to_owned()).into_iter().collect();
            parts.extend(e.source.clone());
            parts.extend(e.as_of.map(|d| d.to_string()));
            parts.extend(
                e.valid_until.map(|d| format!("{}{d}", if lang == Lang::Ja { "期限 " } else { "until " })),
            );
            if parts.is_empty() { String::new() } else { format!(" [{}]", parts.join(", ")) }
        };
        match table.conflict(attr, row) {
            Some(conflict) => {
                for a in &conflict.alternatives {
                    let ty = program.schema.attribute(kind, attr).map(|x| &x.ty);
                    let value = ty.map_or_else(String::new, |ty| show.value(ty, &a.value));
                    lines.push(format!(
                        "{lead}・ {name} ({label}) = {value}{}  {}",
                        backing(a.evidence),
                        place(a.origin)
                    ));
                }
            }
            None => {
                let value = show.cell(kind, attr, row as usize);
                let evidence = backing(table.evidence_of(attr, row as usize));
                lines.push(format!(
                    "{lead}・ {name} ({label}) = {value}{evidence}  {}",
                    place(table.cell(attr, row as usize))
                ));
            }
        }
        lines.iter().for_each(|l| self.line(l));
    }
}
