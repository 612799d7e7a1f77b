//! What was found: by gravity, then requirement, in catalogue order.

use std::collections::BTreeMap;

use kijun_engine::assessment::{Finding, Verdict};
use kijun_engine::program::{Requirement, Weight};
use kijun_text::Lang;

use super::View;
use super::facts::FactRow;
use crate::names::{fingerprint, rule_name, subject_id, subject_name};
use crate::wording::{Gravity, consequence, rule_mark, verdict_label, weak_cell_note};

pub(crate) struct FindingView<'a> {
    pub(crate) finding: &'a Finding,
    pub(crate) requirement: &'a Requirement,
    pub(crate) gravity: Gravity,
    /// Sixteen hexadecimal digits.
    pub(crate) fingerprint: String,
    pub(crate) verdict: String,
    pub(crate) subject: String,
    pub(crate) message: String,
    pub(crate) fix: String,
    pub(crate) facts: Vec<FactRow>,
    /// What is to be known of how it came about: marks of rules and tables that do not decide, a waiver.
    pub(crate) notes: Vec<String>,
    /// The check and the place of its text.
    pub(crate) rule: String,
    /// Hedged; only of a must-item that is violated.
    pub(crate) consequence: Option<String>,
}

impl<'a> View<'a> {
    pub(crate) fn finding_views(&self) -> Vec<FindingView<'a>> {
        self.findings().map(|(r, f)| self.finding(r, f)).collect()
    }

    pub(crate) fn finding(&self, requirement: &'a Requirement, finding: &'a Finding) -> FindingView<'a> {
        let is_graver = finding.weight == Weight::Must && finding.verdict == Verdict::Violated;
        let consequence = is_graver.then(|| consequence(self.program, requirement, self.lang)).flatten();
        FindingView {
            finding,
            requirement,
            gravity: Gravity::of(finding),
            fingerprint: self.fingerprint(requirement, finding),
            verdict: verdict_label(finding).get(self.lang).to_owned(),
            subject: self.subject(finding.subject),
            message: finding.message.get(self.lang).to_owned(),
            fix: finding.fix.get(self.lang).to_owned(),
            facts: self.facts(finding),
            notes: self.notes(finding),
            rule: format!(
                "{} ({})",
                rule_name(self.program, finding.rule),
                self.rule_place(finding.rule_span)
            ),
            consequence,
        }
    }

    pub(crate) fn fingerprint(&self, requirement: &Requirement, finding: &Finding) -> String {
        let check = rule_name(self.program, finding.rule);
        let kind = subject_name(self.program, finding.subject);
        let id = subject_id(self.store, self.context.of.facility, finding.subject);
        fingerprint([&requirement.id, check, kind, id.unwrap_or("*")])
    }

    fn notes(&self, finding: &Finding) -> Vec<String> {
        let mut notes: Vec<String> = rule_mark(self.program, finding.rule, self.lang).into_iter().collect();
        for cell in &finding.weak_cells {
            notes.push(weak_cell_note(self.program, cell, &self.rule_place(cell.span), self.lang));
        }
        if let (Verdict::Waived, Some(row)) = (finding.verdict, finding.waiver) {
            notes.push(self.waiver(row));
        }
        if finding.verdict == Verdict::Stale {
            notes.push(
                self.say(
                    "証拠または確認の期限が切れているため、判定に使えません",
                    "its evidence or attestation has run out, so it decides nothing",
                )
                .to_owned(),
            );
        }
        notes
    }

    /// `適用除外 wv-tape、承認 皆川 幸子、期限 2027-03-31、理由 …、代替措置 …`.
    pub(crate) fn waiver(&self, row: u32) -> String {
        let kind = self.program.builtins.waiver;
        let id = self.store.id_text(kind, row as usize);
        let mut parts = vec![match self.lang {
            Lang::Ja => format!("適用除外 {id}"),
            Lang::En => format!("waiver {id}"),
        }];
        for name in ["approver", "expires", "reason", "compensating"] {
            let Some(attr) = self.attr(kind, name) else { continue };
            let value = self.show().cell(kind, attr, row as usize);
            parts.push(format!("{} {value}", self.attribute(kind, attr)));
        }
        parts.join(self.comma())
    }
}

/// Findings by gravity, worst first; within, in catalogue order and by requirement.
pub(crate) fn by_gravity<'v, 'a>(
    findings: &'v [FindingView<'a>],
) -> BTreeMap<Gravity, Vec<Vec<&'v FindingView<'a>>>> {
    let mut out: BTreeMap<Gravity, Vec<Vec<&FindingView<'_>>>> = BTreeMap::new();
    for finding in findings {
        let groups = out.entry(finding.gravity).or_default();
        match groups.last_mut() {
            Some(group)
                if group.first().is_some_and(|f| f.finding.requirement == finding.finding.requirement) =>
            {
                group.push(finding);
            }
            _ => groups.push(vec![finding]),
        }
    }
    out
}
