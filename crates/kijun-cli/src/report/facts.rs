//! The facts behind a finding: drawn with their source lines, or by place alone.

use kijun_engine::assessment::{FactRef, Finding, Verdict};
use kijun_exchange::subject_id;
use kijun_facts::{Show, Words};
use kijun_text::{Lang, Place, Span};
use owo_colors::Style;

use super::Report;
use super::folding::separator;
use crate::snippet::Drawing;

/// Facts drawn with their source line under a finding; where sources disagree, all of them are to be seen.
const MAX_SNIPPETS: usize = 2;
const MAX_CONFLICTING: usize = 4;

/// A fact as it is told: where it stands, and `name: value`.
type Told = (Span, String);

impl<'r> Report<'r> {
    /// The facts that decide, each value in conflict for itself.
    fn told_facts(&self, finding: &Finding) -> Vec<Told> {
        let (lang, store) = (self.lang(), &self.workspace.store);
        let show = Show { store, schema: &self.program.schema, lang, words: Words::Labels };
        let mut out: Vec<Told> = Vec::new();
        for used in &finding.because {
            let FactRef::Cell { kind, row, attr } = used.fact else { continue };
            let Some(table) = store.kind(kind) else { continue };
            let attribute = self.program.schema.attribute(kind, attr);
            let name = attribute.map_or("", |a| a.label.or(lang, &a.name));
            match (table.conflict(attr, row), attribute.map(|a| &a.ty)) {
                (Some(conflict), Some(ty)) => {
                    let told = |a: &kijun_facts::Alternative| {
                        (a.origin, format!("{name}: {}", show.value(ty, &a.value)))
                    };
                    out.extend(conflict.alternatives.iter().map(told));
                }
                _ => out.push((used.origin, format!("{name}: {}", show.cell(kind, attr, row as usize)))),
            }
        }
        out
    }

    /// The source lines of the facts that decide.
    pub(super) fn drawn_facts(&mut self, finding: &Finding) {
        let mut labels = self.told_facts(finding);
        let conflicting = finding.verdict == Verdict::Conflicting;
        let most = if conflicting { MAX_CONFLICTING } else { MAX_SNIPPETS };
        let more = labels.len().saturating_sub(most);
        labels.truncate(most);
        if labels.is_empty() {
            return;
        }
        if self.workspace.store.is_redacted() {
            for (_, told) in &labels {
                self.paragraph(told, 4, Style::new());
            }
            return;
        }
        let drawing = Drawing {
            head: String::new(),
            code: None,
            severity: miette::Severity::Advice,
            labels,
            footer: String::new(),
            sources: &self.workspace.sources,
        };
        for line in drawing.draw(self.terminal.color, self.terminal.width.saturating_sub(2)).lines() {
            if !line.trim().is_empty() && line.trim() != "☞" {
                self.line(&format!("  {line}"));
            }
        }
        if more > 0 {
            let id = self.program.requirement(finding.requirement).map_or("", |r| &r.id);
            let store = &self.workspace.store;
            let subject = subject_id(store, self.workspace.facility(), finding.subject).unwrap_or("");
            let text = match self.lang() {
                Lang::Ja => {
                    format!("ほかに {more} 件の事実が判定に使われました(kijun explain {id}@{subject})")
                }
                Lang::En => format!("{more} more fact(s) took part (kijun explain {id}@{subject})"),
            };
            self.paragraph(&text, 4, Style::new().dimmed());
        }
    }

    /// File and line, or sheet and cell, of the fact that says most of why; none where sources disagree, for the message names them all.
    pub(super) fn place(&self, finding: &Finding) -> Option<Place<'r>> {
        if finding.verdict == Verdict::Conflicting {
            return None;
        }
        let (span, _) = self.told_facts(finding).into_iter().next()?;
        Some(self.workspace.sources.place(span))
    }

    /// What a finding says; where sources disagree also what each of them says, and where.
    pub(super) fn message(&self, finding: &Finding) -> String {
        let mut message = finding.message.get(self.lang()).to_owned();
        if finding.verdict == Verdict::Conflicting {
            for (span, told) in self.told_facts(finding).into_iter().take(MAX_CONFLICTING) {
                let place = self.workspace.sources.place(span).short();
                message.push_str(separator(self.lang()));
                message.push_str(&format!("{told} ({place})"));
            }
        }
        message
    }
}
