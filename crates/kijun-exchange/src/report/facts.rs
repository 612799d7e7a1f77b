//! The facts behind a finding, as people read them: what, which value, how it is backed, and where it stands.

use kijun_engine::assessment::{FactRef, FactUse, Finding};
use kijun_facts::{Evidence, EvidenceId};
use kijun_text::{Lang, Span};

use super::View;
use crate::wording::remark;

pub(crate) struct FactRow {
    /// `契約 クラウドPACS（pacs-2025）の条項`.
    pub(crate) name: String,
    pub(crate) value: String,
    /// Grade, source, day and end of its evidence; empty where nothing backs it.
    pub(crate) backing: String,
    /// `facts/contracts.csv:3`.
    pub(crate) place: String,
}

impl View<'_> {
    /// The facts that decide; where sources disagree, all that they say.
    pub(crate) fn facts(&self, finding: &Finding) -> Vec<FactRow> {
        finding.because.iter().flat_map(|used| self.fact(used)).collect()
    }

    fn fact(&self, used: &FactUse) -> Vec<FactRow> {
        let name = self.fact_name(used.fact);
        let FactRef::Cell { kind, row, attr } = used.fact else {
            let value = match used.fact {
                FactRef::Register(_) => self.say("台帳の記載", "as the register states"),
                _ => "",
            };
            return vec![self.fact_row(name, value.to_owned(), None, used.origin)];
        };
        let (show, Some(table)) = (self.show(), self.store.kind(kind)) else { return Vec::new() };
        if let Some(conflict) = table.conflict(attr, row) {
            let ty = self.program.schema.attribute(kind, attr).map(|a| &a.ty);
            let of = |a: &kijun_facts::Alternative| {
                let value = ty.map_or_else(String::new, |ty| show.value(ty, &a.value));
                self.fact_row(name.clone(), value, Some(a.evidence), a.origin)
            };
            return conflict.alternatives.iter().map(of).collect();
        }
        let evidence = table.evidence_of(attr, row as usize);
        vec![self.fact_row(name, show.cell(kind, attr, row as usize), Some(evidence), used.origin)]
    }

    fn fact_row(&self, name: String, value: String, evidence: Option<EvidenceId>, at: Span) -> FactRow {
        let backing = evidence.and_then(|id| self.store.evidence(id)).map(|e| self.backing(e));
        FactRow { name, value, backing: backing.unwrap_or_default(), place: self.place(at) }
    }

    pub(crate) fn fact_name(&self, fact: FactRef) -> String {
        match fact {
            FactRef::Cell { kind, row, attr } => {
                let subject = self.subject(kijun_engine::assessment::SubjectRef::Record(kind, row));
                let attribute = self.attribute(kind, attr);
                match self.lang {
                    Lang::Ja => format!("{subject}の{attribute}"),
                    Lang::En => format!("{attribute} of {subject}"),
                }
            }
            FactRef::Register(kind) => self.subject(kijun_engine::assessment::SubjectRef::Register(kind)),
            FactRef::Attestation(requirement) => {
                let id = self.requirement(requirement).map_or("", |r| r.id.as_str());
                match self.lang {
                    Lang::Ja => format!("{id}の確認記録"),
                    Lang::En => format!("attestation of {id}"),
                }
            }
        }
    }

    /// `書面、契約書PDF、2026-04-01、期限 2027-03-31、備考「…」`.
    pub(crate) fn backing(&self, evidence: &Evidence) -> String {
        let mut parts: Vec<String> = self.grade(evidence).map(str::to_owned).into_iter().collect();
        parts.extend(evidence.source.clone());
        parts.extend(evidence.as_of.map(|d| d.to_string()));
        parts.extend(evidence.valid_until.map(|d| format!("{} {d}", self.say("期限", "valid until"))));
        parts.extend(evidence.remark.as_deref().map(|said| remark(said, self.lang)));
        parts.join(self.comma())
    }

    /// The grade of evidence by its label.
    pub(crate) fn grade(&self, evidence: &Evidence) -> Option<&str> {
        let grades = self.program.schema.enums.get(1)?;
        grades.literals.get(evidence.grade? as usize).map(|l| l.label.or(self.lang, &l.name))
    }
}
