//! Self-inspection checklists in the layout that packs define: which columns with which titles, and which items in which order.
//! A verdict that is not definite leaves the answer open for a person.

use kijun_engine::assessment::{RequirementResult, Verdict};
use kijun_engine::program::Requirement;
use kijun_text::Label;

use super::View;

/// What a column of a checklist holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The number of the item, without its catalogue.
    Number,
    Item,
    /// はい or いいえ where the verdict is definite; else empty, to be chosen.
    Answer,
    /// The day of the assessment where there is an answer.
    ConfirmedOn,
    /// By when it will be so: the end of a waiver, else empty, to be written.
    TargetDate,
    Verdict,
    /// What was found, or what is missing.
    Remark,
}

#[derive(Debug, Clone)]
pub struct ChecklistColumn {
    pub content: Content,
    pub title: Label,
    /// In digits.
    pub width: f64,
}

#[derive(Debug, Clone)]
pub struct ChecklistGroup {
    pub title: Label,
    /// Qualified ids (`checklist@R7:1-1`).
    pub items: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Checklist {
    /// Of the sheet.
    pub name: Label,
    pub title: Label,
    pub note: Label,
    pub columns: Vec<ChecklistColumn>,
    pub groups: Vec<ChecklistGroup>,
}

/// An item of a checklist as it stands.
pub(crate) struct ChecklistRow {
    pub(crate) number: String,
    pub(crate) item: String,
    /// Whether the answer is yes; `None`: open.
    pub(crate) answer: Option<bool>,
    /// A day since 1970-01-01.
    pub(crate) target: Option<i32>,
    /// `None`: it is not evaluated.
    pub(crate) known: Option<Verdict>,
    pub(crate) verdict: String,
    pub(crate) remark: String,
}

impl View<'_> {
    pub(crate) fn checklist_row(&self, id: &str) -> ChecklistRow {
        let found = self.program.find_item(id);
        let requirement = found.and_then(|id| self.requirement(id));
        let result = self.context.assessment.requirements.iter().find(|r| Some(r.requirement) == found);
        let number = requirement.map_or(id, |r| &r.id);
        let number = number.split_once(':').map_or(number, |(_, local)| local).to_owned();
        let item = requirement.map_or("", |r| r.title.get(self.lang)).to_owned();
        let Some((r, result)) = requirement.zip(result) else {
            let verdict = self.say("評価の範囲外", "not evaluated").to_owned();
            return ChecklistRow {
                number,
                item,
                answer: None,
                known: None,
                target: None,
                verdict,
                remark: String::new(),
            };
        };
        let answer = match result.verdict {
            Verdict::Satisfied => Some(true),
            Verdict::Violated | Verdict::Waived => Some(false),
            _ => None,
        };
        ChecklistRow {
            number,
            item,
            answer,
            known: Some(result.verdict),
            target: self.waived_until(result),
            verdict: result.verdict.label().get(self.lang).to_owned(),
            remark: self.remark(r, result),
        }
    }

    /// The last day of the waivers that apply.
    fn waived_until(&self, result: &RequirementResult) -> Option<i32> {
        let kind = self.program.builtins.waiver;
        let expires = self.attr(kind, "expires").filter(|_| !self.store.is_redacted())?;
        let of = self.context.assessment.findings.iter().filter(|f| f.requirement == result.requirement);
        let rows = of.filter(|f| f.verdict == Verdict::Waived).filter_map(|f| f.waiver);
        rows.filter_map(|row| match self.store.kind(kind)?.column(expires)? {
            kijun_facts::Column::Numbers { hi, .. } => i32::try_from(*hi.get(row as usize)?).ok(),
            _ => None,
        })
        .max()
    }

    fn remark(&self, r: &Requirement, result: &RequirementResult) -> String {
        let findings =
            self.context.assessment.findings.iter().filter(|f| f.requirement == result.requirement);
        let mut told: Vec<String> = Vec::new();
        for finding in findings {
            let message = finding.message.get(self.lang);
            if !message.is_empty() && told.iter().all(|t| t != message) {
                told.push(message.to_owned());
            }
        }
        if told.is_empty() && !result.reason.is_empty() {
            told.push(result.reason.get(self.lang).to_owned());
        }
        if !r.text_included {
            told.push(self.say("本文未収録", "text not included").to_owned());
        }
        told.join("\n")
    }
}
