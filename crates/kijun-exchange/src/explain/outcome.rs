//! What one rule says of one subject.

use kijun_engine::Change;
use kijun_engine::assessment::{FactRef, Finding, Reason, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::RequirementId;
use kijun_facts::{AttrId, KindId};
use kijun_text::Span;

use super::{ExplainContext, Missing, Outcome, Repair, Stated, Step};
use crate::names::{fact_name, rule_name};
use crate::wording::{role_name, rule_mark, verdict_label};

impl ExplainContext<'_> {
    pub(super) fn outcome(
        &self,
        id: RequirementId,
        rule: RuleRef,
        subject: SubjectRef,
        verdict: Verdict,
    ) -> Outcome {
        let of_it = |f: &&Finding| f.requirement == id && f.rule == rule && f.subject == subject;
        let finding = self.assessment.findings.iter().find(of_it);
        let label = finding.map_or_else(|| verdict.label(), verdict_label);
        let rule_place = self.place_of(rule);
        let mut shown = Vec::new();
        let proof: Vec<_> =
            self.evaluation.proof(rule, subject).iter().map(|p| self.node(p, &mut shown)).collect();
        let because = finding.iter().filter(|_| proof.is_empty()).flat_map(|f| &f.because);
        let facts = because.map(|u| self.fact(u.fact, &mut shown)).collect();
        Outcome {
            subject,
            who: self.who(subject),
            place: self.record(subject),
            verdict: Stated { label: label.get(self.lang).to_owned(), ..self.stated(verdict) },
            rule,
            rule_name: rule_name(self.program, rule).to_owned(),
            rule_place,
            rule_text: self.sources.slice(rule_place).to_owned(),
            rule_mark: rule_mark(self.program, rule, self.lang),
            message: finding.map(|f| f.message.get(self.lang).to_owned()).unwrap_or_default(),
            to_confirm: finding
                .filter(|f| f.reason == Some(Reason::WeakRule))
                .map(|_| self.must_be_confirmed()),
            fix: finding.map(|f| f.fix.get(self.lang).to_owned()).unwrap_or_default(),
            proof,
            facts,
            repairs: finding.map(|f| self.repairs(f)).unwrap_or_default(),
            missing: finding.map(|f| self.missing(f)).unwrap_or_default(),
        }
    }

    fn must_be_confirmed(&self) -> String {
        let text = self.say(
            "規則か要求事項の印が弱いので、これだけでは判定を決めません。人が確かめてください",
            "the rule or the requirement is weakly marked and decides nothing alone: a person must confirm this",
        );
        text.to_owned()
    }

    fn place_of(&self, rule: RuleRef) -> Span {
        let program = self.program;
        let span = match rule {
            RuleRef::Check(i) => program.checks.get(i).map(|c| c.span),
            RuleRef::Attest(i) => program.attests.get(i).map(|a| a.span),
            RuleRef::Combination(i) => program.combinations.get(i).map(|c| c.span),
        };
        span.unwrap_or_default()
    }

    fn record(&self, subject: SubjectRef) -> Option<Span> {
        let SubjectRef::Record(kind, row) = subject else { return None };
        let place = self.store.kind(kind)?.place(row as usize);
        (place != Span::default()).then_some(place)
    }

    /// Where a value stands, or the record that lacks it.
    fn cell(&self, kind: KindId, row: u32, attr: AttrId) -> Option<Span> {
        let table = self.store.kind(kind).filter(|t| (row as usize) < t.len())?;
        Some(table.cell(attr, row as usize)).filter(|place| *place != Span::default())
    }

    /// The smallest changes to the facts after which the verdict would be satisfied.
    fn repairs(&self, finding: &Finding) -> Vec<Repair> {
        let step = |change: &Change| Step {
            text: change.describe(self.evaluation).get(self.lang).to_owned(),
            place: self.changed(change),
        };
        let found = self.evaluation.repairs(finding.rule, finding.subject);
        let repair = |r: &kijun_engine::Repair| Repair {
            steps: r.changes.iter().map(step).collect(),
            unverified: r.unverified,
        };
        found.iter().map(repair).collect()
    }

    fn changed(&self, change: &Change) -> Option<Span> {
        let cell = match change {
            Change::Set { cell, .. }
            | Change::OtherThan { cell, .. }
            | Change::AtLeast { cell, .. }
            | Change::AtMost { cell, .. }
            | Change::Add { cell, .. }
            | Change::Remove { cell, .. }
            | Change::Close { cell } => cell,
            Change::Condition { cells, .. } => cells.first()?,
            Change::Register { .. } | Change::Record { .. } | Change::Tuple { .. } => return None,
        };
        self.cell(cell.kind, cell.row, cell.attr)
    }

    fn missing(&self, finding: &Finding) -> Vec<Missing> {
        finding.missing.iter().map(|fact| self.missing_fact(*fact)).collect()
    }

    /// A fact that nobody has recorded, with its question.
    pub fn missing_fact(&self, fact: FactRef) -> Missing {
        let (program, lang) = (self.program, self.lang);
        let mut of = None;
        let mut place = None;
        let question = match fact {
            FactRef::Cell { kind, row, attr } => {
                place = self.cell(kind, row, attr);
                let attribute = program.schema.attribute(kind, attr);
                attribute.map(|a| match &a.ask {
                    Some(ask) => {
                        of = Some(role_name(program, &ask.of, lang));
                        ask.question.get(lang).to_owned()
                    }
                    None => a.label.or(lang, &a.name).to_owned(),
                })
            }
            FactRef::Register(kind) => {
                program.schema.kind(kind).map(|k| k.label.or(lang, &k.name).to_owned())
            }
            FactRef::Attestation(id) => {
                let attest = program.attests.iter().find(|a| a.requirement == id);
                attest.map(|a| a.question.get(lang).to_owned())
            }
        };
        Missing { fact, name: fact_name(program, self.store, fact), question, of, place }
    }
}
