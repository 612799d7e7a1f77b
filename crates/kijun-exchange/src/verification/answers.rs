//! Findings that are accepted, with their reasons.

use kijun_engine::assessment::RuleRef;
use kijun_prove::{Finding, FindingKind, Subject};
use kijun_text::{Label, Span};

use super::VerificationContext;
use crate::accepted::{Named, place_text};

/// What manifests answer to findings.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// By the number of the finding: why it stays.
    pub reasons: Vec<Option<Label>>,
    /// What is accepted and is not found: its name, and where it says so.
    pub unused: Vec<(String, Span)>,
}

/// A finding as an entry of `[[accepted]]` names it.
pub fn finding_named(context: &VerificationContext<'_>, finding: &Finding) -> Named {
    let bare = |rule: RuleRef| rule.name(context.program).to_owned();
    let of = match finding.subject {
        Subject::Rule(rule) => bare(rule),
        Subject::Requirement(id) => context.id(id).to_owned(),
        Subject::Statement(_) => context.subject(finding.subject),
        Subject::Property(i) => context.properties.get(i).map_or_else(String::new, |p| p.name.ja.clone()),
    };
    let is_part = finding.kind == FindingKind::IdleRequire;
    let text = is_part.then(|| place_text(context.sources, finding.span));
    Named { file: finding.span.file, of, with: finding.other.map(bare), text, change: None }
}

impl VerificationContext<'_> {
    /// Why a finding stays.
    pub(super) fn reason_for(&self, number: usize) -> Option<&Label> {
        self.answers.reasons.get(number)?.as_ref()
    }

    /// The same for what was found of a mapping or a property.
    pub(super) fn reason_of(&self, subject: Subject) -> Option<&Label> {
        let number = self.report.findings.iter().position(|f| f.subject == subject)?;
        self.reason_for(number)
    }

    /// Findings with an answer.
    pub(super) fn answered(&self) -> Vec<(&Finding, &Label)> {
        let all = self.report.findings.iter().enumerate();
        all.filter_map(|(i, finding)| Some((finding, self.reason_for(i)?))).collect()
    }

    /// How many findings have none.
    pub fn open(&self) -> usize {
        self.report.findings.len() - self.answered().len()
    }
}
