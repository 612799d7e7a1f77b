//! Every requirement in scope: its verdict, its marks, how its subjects stand, and why where nothing was evaluated.

use kijun_engine::assessment::{RequirementResult, Verdict};
use kijun_engine::program::{Mark, Requirement, RequirementId};

use super::View;
use crate::wording::{marks, role_name, weight_name};

pub(crate) struct RequirementRow<'a> {
    pub(crate) requirement: &'a Requirement,
    pub(crate) result: &'a RequirementResult,
    /// `必須・当方の読み`.
    pub(crate) weight: &'static str,
    pub(crate) marks: Vec<String>,
    /// Whom it concerns; empty: everybody.
    pub(crate) audience: Vec<String>,
    /// `適合 3、不適合 1`.
    pub(crate) subjects: String,
    /// Why nothing was evaluated, or what keeps it from being decided.
    pub(crate) reason: String,
}

impl<'a> View<'a> {
    pub(crate) fn requirement_rows(&self) -> Vec<RequirementRow<'a>> {
        self.results().map(|(r, result)| self.requirement_row(r, result)).collect()
    }

    fn requirement_row(&self, r: &'a Requirement, result: &'a RequirementResult) -> RequirementRow<'a> {
        let subjects: Vec<String> = result
            .subjects
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(v, n)| format!("{} {n}", v.label().get(self.lang)))
            .collect();
        RequirementRow {
            requirement: r,
            result,
            weight: weight_name(r.weight, self.lang),
            marks: marks(r, true, self.lang),
            audience: r.audience.iter().map(|a| role_name(self.program, a, self.lang)).collect(),
            subjects: subjects.join(self.comma()),
            reason: self.reason(r, result),
        }
    }

    fn reason(&self, r: &Requirement, result: &RequirementResult) -> String {
        let reason = result.reason.get(self.lang);
        if !reason.is_empty() {
            return reason.to_owned();
        }
        let silent = !self.context.assessment.findings.iter().any(|f| f.requirement == result.requirement);
        if !silent || !matches!(result.verdict, Verdict::Unverified | Verdict::Unknown) {
            return String::new();
        }
        match self.weakest_rule(result.requirement).map(Mark::label) {
            _ if !r.text_included => self
                .say("本文未収録のため評価していません", "its text is not included, so it is not evaluated")
                .to_owned(),
            Some(mark) => format!("{}: {}", self.say("規則の印", "rules marked"), mark.get(self.lang)),
            None => self.say("確かめる規則がありません", "no rule checks it").to_owned(),
        }
    }

    /// The mark of its weakest rule, where that does not decide.
    fn weakest_rule(&self, id: RequirementId) -> Option<Mark> {
        let program = self.program;
        let checks = program.checks.iter().filter(|c| c.requirements.contains(&id)).map(|c| c.mark);
        let attests = program.attests.iter().filter(|a| a.requirement == id).map(|a| a.mark);
        let combinations = program.combinations.iter().filter(|c| c.requirement == id).map(|c| c.mark);
        checks.chain(attests).chain(combinations).max().filter(|m| m.is_weak())
    }
}
