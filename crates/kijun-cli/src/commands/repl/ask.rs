//! Expressions: what they are on this day, and what is missing where that is not known.

use std::sync::Arc;

use kijun_engine::ask::{Answer, Asked, Found, Question, answer};
use kijun_engine::assessment::FactRef;
use kijun_engine::truth::Truth;
use kijun_exchange::explain::ExplainContext;
use kijun_facts::{KindId, Type};
use kijun_model::review::Track;
use kijun_model::{Asking, Input, ProfileChoice, compile_again};
use kijun_text::{Lang, Severity};
use owo_colors::Style;

use super::session::Session;
use crate::commands::explain::Text;
use crate::diagnostics;

/// So many members, and so many facts that are missing, are named.
const SHOWN: usize = 40;
const MISSING: usize = 12;

impl Session {
    pub(super) fn ask(&mut self, line: &str) -> Result<String, String> {
        let question = self.question(line)?;
        let mut records = Vec::new();
        for (_, kind, id) in &self.names {
            records.push(self.row(*kind, id).map_err(|e| self.refused(&e))?);
        }
        let (program, lang) = (Arc::clone(&self.workspace.compiled.program), self.terminal.lang);
        let found = answer(&program, self.engine.store(), self.today, &question, &records, lang);
        Ok(self.answer_text(&found))
    }

    pub(super) fn type_of(&mut self, line: &str) -> Result<String, String> {
        let question = self.question(line)?;
        Ok(format!("{}\n", self.type_text(&question.of, &question)))
    }

    fn type_text(&self, of: &Asked, question: &Question) -> String {
        let ty = |ty: &Type| self.schema().type_name(ty);
        match of {
            Asked::Value(value) if value.optional => format!("{}?", ty(&value.ty)),
            Asked::Value(value) => ty(&value.ty),
            Asked::Set(_, element) => format!("set of {}", ty(element)),
            Asked::Each { var, value, .. } => {
                let element = question.vars.get(var.0 as usize).map(|v| ty(&v.ty)).unwrap_or_default();
                let value = value.as_ref().map(|v| format!(": {}", self.type_text(v, question)));
                format!("each {element}{}", value.unwrap_or_default())
            }
        }
    }

    /// What a line asks, or what is wrong with it.
    fn question(&mut self, line: &str) -> Result<Question, String> {
        let file = self.source(line);
        let bound: Vec<(String, KindId)> = self.names.iter().map(|(n, k, _)| (n.clone(), *k)).collect();
        let text = Arc::new(line.to_owned());
        let asking = Asking::parse(file, &text, bound)
            .map_err(|d| diagnostics::draw(&self.terminal, &self.workspace.sources, &d))?;
        let workspace = &mut self.workspace;
        let track: Vec<Track> = workspace.coverage.track.clone();
        let profile = workspace.profile.clone().map(|name| ProfileChoice { name, place: None });
        let input = Input {
            modules: workspace.modules.clone(),
            profile,
            track,
            asking: Some(asking),
            ..Input::default()
        };
        let (compiled, kept) =
            compile_again(&mut workspace.sources, &mut workspace.trees, &input, &self.kept);
        self.kept = kept;
        let of_line = compiled.diagnostics.iter().filter(|d| d.span.file == file);
        let errors: String = of_line
            .filter(|d| d.severity == Severity::Error)
            .map(|d| diagnostics::draw(&self.terminal, &self.workspace.sources, d))
            .collect();
        match compiled.question {
            Some(question) if errors.is_empty() => Ok(question),
            _ => Err(errors),
        }
    }

    fn answer_text(&mut self, of: &Answer) -> String {
        match &of.found {
            Found::Each(members) => {
                let mut out = self.figures(of);
                for member in members.iter().take(SHOWN) {
                    let maybe = if member.certain { "" } else { "?" };
                    let value = member.answer.as_ref().map(|a| self.short(a)).unwrap_or_default();
                    out.push_str(format!("  {}{maybe}  {value}", member.name).trim_end());
                    out.push('\n');
                }
                if let Some(left) = members.len().checked_sub(SHOWN).filter(|n| *n > 0) {
                    out.push_str(&match self.terminal.lang {
                        Lang::Ja => format!("  ほか {left} 件\n"),
                        Lang::En => format!("  and {left} more\n"),
                    });
                }
                out.push_str(&self.lacking(&of.missing));
                out
            }
            Found::Truth(_) => {
                let proof = self.proof_text(of);
                format!("{proof}{}", self.lacking(&of.missing))
            }
            Found::Value(text, Some((kind, row))) => {
                let record = self.show_record(*kind, *row);
                if record.is_empty() { format!("{text}\n") } else { record }
            }
            Found::Value(text, None) => format!("{text}\n{}", self.lacking(&of.missing)),
            Found::Set { .. } => format!("{}\n{}", self.short(of), self.lacking(&of.missing)),
        }
    }

    /// An answer in one line.
    fn short(&self, of: &Answer) -> String {
        let unknown = |facts: &[FactRef]| -> String {
            let names = facts.iter().take(3).map(|f| self.fact_name(*f)).collect::<Vec<_>>().join(", ");
            if names.is_empty() { String::new() } else { format!("  ← {names}") }
        };
        match &of.found {
            Found::Truth(truth) => format!("{}{}", self.truth(*truth), unknown(&of.missing)),
            Found::Value(text, _) => format!("{text}{}", unknown(&of.missing)),
            Found::Set { certain, possible, open } => {
                let mut all: Vec<String> = certain.clone();
                all.extend(possible.iter().map(|name| format!("{name}?")));
                if *open {
                    all.push("?".to_owned());
                }
                let left = all.len().saturating_sub(SHOWN);
                all.truncate(SHOWN);
                if left > 0 {
                    all.push(format!("… +{left}"));
                }
                if all.is_empty() { "{ }".to_owned() } else { format!("{{ {} }}", all.join(", ")) }
            }
            Found::Each(members) => members.len().to_string(),
        }
    }

    fn truth(&self, truth: Truth) -> String {
        let (text, style) = match truth {
            Truth::True => (self.terminal.say("真", "true"), Style::new().green()),
            Truth::False => (self.terminal.say("偽", "false"), Style::new().red()),
            Truth::Unknown => (self.terminal.say("不明", "unknown"), Style::new().cyan()),
        };
        self.terminal.paint(text, style)
    }

    /// How many members there are, and of conditions for how many they hold.
    fn figures(&self, of: &Answer) -> String {
        let Found::Each(members) = &of.found else { return String::new() };
        let (mut total, mut counts) = (0_usize, [0_usize; 3]);
        for truth in members.iter().filter_map(|m| m.answer.as_ref()) {
            if let Found::Truth(truth) = truth.found {
                total += 1;
                let slot = match truth {
                    Truth::True => counts.first_mut(),
                    Truth::False => counts.get_mut(1),
                    Truth::Unknown => counts.get_mut(2),
                };
                slot.into_iter().for_each(|n| *n += 1);
            }
        }
        let [yes, no, unknown] = counts;
        match (self.terminal.lang, total) {
            (Lang::Ja, 0) => format!("{} 件\n", members.len()),
            (Lang::En, 0) => format!("{} member(s)\n", members.len()),
            (Lang::Ja, _) => format!("{} 件: 真 {yes}、偽 {no}、不明 {unknown}\n", members.len()),
            (Lang::En, _) => {
                format!("{} member(s): true {yes}, false {no}, unknown {unknown}\n", members.len())
            }
        }
    }

    fn fact_name(&self, fact: FactRef) -> String {
        let program = &self.workspace.compiled.program;
        kijun_exchange::fact_name(program, self.engine.store(), fact)
    }

    fn proof_text(&mut self, of: &Answer) -> String {
        let Some(proof) = &of.proof else { return String::new() };
        self.with_context(|context, text| text.node(&context.proof(proof), 0))
    }

    fn lacking(&mut self, facts: &[FactRef]) -> String {
        if facts.is_empty() {
            return String::new();
        }
        let heading = self.terminal.say("足りない事実", "missing facts");
        let list = self.with_context(|context, text| {
            facts.iter().take(MISSING).for_each(|fact| text.lacking(&context.missing_fact(*fact)));
        });
        let more = match (facts.len().saturating_sub(MISSING), self.terminal.lang) {
            (0, _) => String::new(),
            (n, Lang::Ja) => format!("    ほか {n} 件\n"),
            (n, Lang::En) => format!("    and {n} more\n"),
        };
        format!("  {heading}\n{list}{more}")
    }

    fn with_context(&mut self, write: impl FnOnce(&ExplainContext<'_>, &mut Text<'_>)) -> String {
        let evaluation = self.engine.evaluate();
        let context = ExplainContext {
            program: &self.workspace.compiled.program,
            store: evaluation.store(),
            sources: &self.workspace.sources,
            evaluation: &evaluation,
            assessment: &evaluation.assessment_with(kijun_engine::Detail::Message),
            facility: self.workspace.facility(),
            tracked: &self.workspace.compiled.tracked,
            lang: self.terminal.lang,
        };
        let mut text =
            Text { sources: &self.workspace.sources, terminal: &self.terminal, out: String::new() };
        write(&context, &mut text);
        text.out
    }
}
