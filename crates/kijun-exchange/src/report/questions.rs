//! What has to be found out, and of whom: each missing fact once, with the requirements that wait for it.

use std::collections::BTreeMap;

use kijun_engine::assessment::{FactRef, Finding, SubjectRef};
use kijun_engine::program::{Requirement, Weight};

use super::View;
use crate::fact_json::question;

pub(crate) struct Question<'a> {
    pub(crate) fact: FactRef,
    /// What is asked about: a record, a register, a requirement.
    pub(crate) about: String,
    pub(crate) text: String,
    /// The role that answers; `None` where nobody is named.
    pub(crate) of: Option<&'a str>,
    /// Ids of the requirements that wait for it, once, in catalogue order.
    pub(crate) requirements: Vec<&'a str>,
    /// Whether a must-requirement waits for it.
    pub(crate) is_must: bool,
}

impl<'a> View<'a> {
    /// What the sheet of a workbook with these is called.
    pub(crate) fn questions_sheet(&self) -> &'static str {
        self.say("確かめること", "Questions")
    }

    /// In the order of the findings; what several findings miss is asked once.
    pub(crate) fn questions(&self) -> Vec<Question<'a>> {
        self.questions_of(self.findings())
    }

    pub(crate) fn questions_of(
        &self,
        findings: impl Iterator<Item = (&'a Requirement, &'a Finding)>,
    ) -> Vec<Question<'a>> {
        let mut places: BTreeMap<FactRef, usize> = BTreeMap::new();
        let mut out: Vec<Question<'a>> = Vec::new();
        for (requirement, finding) in findings {
            for fact in &finding.missing {
                let at = *places.entry(*fact).or_insert_with(|| {
                    out.push(self.question(*fact));
                    out.len() - 1
                });
                let Some(question) = out.get_mut(at) else { continue };
                if !question.requirements.contains(&requirement.id.as_str()) {
                    question.requirements.push(&requirement.id);
                }
                question.is_must |= finding.stake(self.program) == Weight::Must;
            }
        }
        out
    }

    fn question(&self, fact: FactRef) -> Question<'a> {
        let (label, of) = question(self.program, fact);
        let about = match fact {
            FactRef::Cell { kind, row, .. } => self.subject(SubjectRef::Record(kind, row)),
            other => self.fact_name(other),
        };
        let text = label.get(self.lang).to_owned();
        Question { fact, about, text, of, requirements: Vec::new(), is_must: false }
    }
}
