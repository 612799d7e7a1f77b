//! A finding of an assessment as OSCAL's observation, and as a risk where it is one.

use kijun_engine::assessment::{Finding, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::Requirement;
use kijun_facts::value::civil_of;
use kijun_facts::{AttrId, Column, Date};
use kijun_text::{Label, Lang};

use super::super::document::Prop;
use super::super::export::prop;
use super::super::names::uuid;
use super::document::{
    Actor, Component, ComponentStatus, Evidence, Observation, ObservationRef, Origin, Remediation, Risk,
    SubjectReference,
};
use crate::assessment_json::{Context, reason_name};
use crate::fact_json::{FactValue, grade, values};
use crate::names::{fact_name, fingerprint, rule_name, subject_id, subject_name};
use crate::results::{Paths, Region};
use crate::visible;
use crate::wording::consequence;

pub(super) struct Parts<'p, 'a> {
    pub(super) context: &'p Context<'a>,
    pub(super) paths: &'p Paths<'p>,
    pub(super) lang: Lang,
    /// `2026-11-22T00:00:00Z`.
    pub(super) time: &'p str,
}

/// A text that is Markdown in OSCAL, and means nothing but itself; on one line, and never empty.
pub(super) fn markup(text: &str) -> String {
    let mut out = String::new();
    for c in visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).chars() {
        if "\\`*_[]<>&~|!{}#@$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    if out.is_empty() { "-".to_owned() } else { out }
}

/// A property, unless there is nothing to say.
pub(super) fn told(name: &'static str, text: &str) -> Option<Prop> {
    (!text.is_empty()).then(|| prop(name, text))
}

fn both(ja: &'static str, en: &'static str, text: &Label) -> impl Iterator<Item = Prop> {
    [told(ja, &text.ja), told(en, &text.en)].into_iter().flatten()
}

impl Parts<'_, '_> {
    pub(super) fn text<'t>(&self, label: &'t Label) -> &'t str {
        label.get(self.lang)
    }

    pub(super) fn say<'t>(&self, ja: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    /// What is said of one thing of this facility has one UUID, whenever it is said.
    pub(super) fn uuid(&self, what: &str, of: &[&str]) -> String {
        let parts: Vec<&str> = [what, self.context.facility].into_iter().chain(of.iter().copied()).collect();
        uuid(&parts)
    }

    fn subject(&self, subject: SubjectRef) -> (&str, Option<&str>) {
        let context = self.context;
        (subject_name(context.program, subject), subject_id(context.store, context.facility, subject))
    }

    /// `contract ehr-2025`.
    pub(super) fn subject_words(&self, subject: SubjectRef) -> String {
        let (kind, id) = self.subject(subject);
        match id {
            Some(id) => format!("{kind} {id}"),
            None => format!("{kind} {}", self.say("(台帳)", "(register)")),
        }
    }

    fn component_uuid(&self, subject: SubjectRef) -> String {
        let (kind, id) = self.subject(subject);
        self.uuid("component", &[kind, id.unwrap_or("*")])
    }

    /// The program, which all observations come from.
    pub(super) fn tool(&self) -> Component {
        Component {
            uuid: uuid(&["tool", "kijun"]),
            kind: "software".to_owned(),
            title: "kijun".to_owned(),
            description: "Kijun".to_owned(),
            props: vec![prop("version", self.context.engine_version)],
            status: ComponentStatus { state: "operational" },
        }
    }

    pub(super) fn component(&self, subject: SubjectRef) -> Component {
        let (kind, id) = self.subject(subject);
        let is_facility = matches!(subject, SubjectRef::Facility);
        let words = markup(&self.subject_words(subject));
        Component {
            uuid: self.component_uuid(subject),
            kind: if is_facility { "this-system" } else { kind }.to_owned(),
            title: words.clone(),
            description: words,
            props: [told("kind", kind), id.and_then(|id| told("id", id))].into_iter().flatten().collect(),
            status: ComponentStatus { state: "other" },
        }
    }

    pub(super) fn print(&self, requirement: &Requirement, finding: &Finding) -> String {
        let (kind, id) = self.subject(finding.subject);
        let check = rule_name(self.context.program, finding.rule);
        fingerprint([&requirement.id, check, kind, id.unwrap_or("*")])
    }

    pub(super) fn observation(&self, requirement: &Requirement, finding: &Finding) -> Observation {
        let print = self.print(requirement, finding);
        let facts: Vec<FactValue<'_>> =
            finding.because.iter().flat_map(|used| values(self.context, used)).collect();
        let lapses = facts.iter().filter_map(|f| f.evidence?.valid_until).map(|d| d.last).min();
        Observation {
            uuid: self.uuid("observation", &[&print]),
            title: markup(&format!("{} {}", requirement.id, self.subject_words(finding.subject))),
            description: markup(self.text(&finding.message)),
            props: self.props(finding, &print),
            methods: [if matches!(finding.rule, RuleRef::Attest(_)) { "INTERVIEW" } else { "EXAMINE" }],
            types: ["finding"],
            origins: [Origin { actors: [Actor { kind: "tool", actor_uuid: uuid(&["tool", "kijun"]) }] }],
            subjects: [SubjectReference {
                subject_uuid: self.component_uuid(finding.subject),
                kind: "component",
                title: markup(&self.subject_words(finding.subject)),
            }],
            relevant_evidence: facts.iter().map(|fact| self.evidence(fact)).collect(),
            collected: self.time.to_owned(),
            expires: lapses.and_then(time_of),
        }
    }

    fn props(&self, finding: &Finding, print: &str) -> Vec<Prop> {
        let context = self.context;
        let rule = self.paths.place(finding.rule_span);
        let mut out: Vec<Prop> = vec![
            prop("verdict", finding.verdict.name()),
            prop("severity", finding.weight.name()),
            prop("fingerprint", print),
        ];
        out.extend(told("check", rule_name(context.program, finding.rule)));
        out.extend(finding.reason.map(|reason| prop("reason", reason_name(reason))));
        out.extend(both("message-ja", "message-en", &finding.message));
        out.extend(both("fix-ja", "fix-en", &finding.fix));
        let missing = finding.missing.iter().map(|fact| fact_name(context.program, context.store, *fact));
        out.extend(missing.filter_map(|name| told("missing", &name)));
        out.extend(self.waiver(finding).and_then(|(id, _)| told("waiver", id)));
        out.extend(rule.and_then(|place| told("rule", &place.shown())));
        out
    }

    fn evidence(&self, fact: &FactValue<'_>) -> Evidence {
        let place = self.paths.place(fact.place).filter(|_| fact.value.is_some());
        let value = fact.value.as_deref().unwrap_or("");
        let mut props: Vec<Prop> = told("fact", &fact.name).into_iter().chain(told("value", value)).collect();
        if let Some(place) = &place {
            match &place.region {
                Region::Text { line, column, .. } => {
                    props.push(prop("line", &line.to_string()));
                    props.push(prop("column", &column.to_string()));
                }
                Region::Cell { sheet, cell } => {
                    props.extend(told("sheet", sheet).into_iter().chain(told("cell", cell)));
                }
            }
        }
        if let Some(evidence) = fact.evidence {
            let day = |date: Option<Date>| date.map(|d| d.to_string()).unwrap_or_default();
            props.extend(grade(self.context.program, evidence).and_then(|g| told("grade", g)));
            props.extend(evidence.source.as_deref().and_then(|s| told("source", s)));
            props.extend(evidence.remark.as_deref().and_then(|r| told("remark", r)));
            props.extend(told("as-of", &day(evidence.as_of)));
            if !self.context.store.is_redacted() {
                props.extend(told("valid-until", &day(evidence.valid_until)));
            }
        }
        let shown = place.as_ref().map_or_else(String::new, |p| format!(" ({})", p.shown()));
        let equals = if value.is_empty() { String::new() } else { format!(" = {value}") };
        Evidence {
            href: place.map(|p| p.uri()),
            description: markup(&format!("{}{equals}{shown}", fact.name)),
            props,
        }
    }

    /// What is violated or conflicting, and what of that is accepted. What is not known is no risk yet: an observation says it.
    pub(super) fn risk(&self, requirement: &Requirement, finding: &Finding) -> Option<Risk> {
        let is_risk = matches!(finding.verdict, Verdict::Violated | Verdict::Conflicting | Verdict::Waived);
        is_risk.then_some(())?;
        let print = self.print(requirement, finding);
        let message = markup(self.text(&finding.message));
        let waiver = self.waiver(finding);
        let statement = consequence(self.context.program, requirement, self.lang);
        let fix = self.text(&finding.fix);
        let remediation = (!fix.is_empty()).then(|| Remediation {
            uuid: self.uuid("remediation", &[&print]),
            lifecycle: "recommendation",
            title: markup(fix),
            description: markup(fix),
        });
        Some(Risk {
            uuid: self.uuid("risk", &[&print]),
            title: markup(&format!("{} {}", requirement.id, self.subject_words(finding.subject))),
            description: message.clone(),
            statement: statement.map_or(message, |s| markup(&s)),
            props: [
                Some(prop("verdict", finding.verdict.name())),
                Some(prop("severity", finding.weight.name())),
                waiver.and_then(|(id, _)| told("waiver", id)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            status: if finding.verdict == Verdict::Waived { "deviation-approved" } else { "open" },
            deadline: waiver.and_then(|(_, expires)| time_of(expires?)),
            remediations: remediation.into_iter().collect(),
            observations: vec![self.observed(&print)],
        })
    }

    pub(super) fn observed(&self, print: &str) -> ObservationRef {
        ObservationRef { observation_uuid: self.uuid("observation", &[print]) }
    }

    /// The waiver that was applied, and its last day.
    fn waiver(&self, finding: &Finding) -> Option<(&str, Option<i32>)> {
        let row = finding.waiver.filter(|_| finding.verdict == Verdict::Waived)?;
        let kind = self.context.program.builtins.waiver;
        let def = self.context.program.schema.kind(kind)?;
        let expires = def.attributes.iter().position(|a| a.name == "expires")?;
        let table = self.context.store.kind(kind)?;
        let attr = AttrId(expires as u32);
        let day = match table.column(attr) {
            Some(Column::Numbers { hi, .. })
                if table.is_known(attr, row as usize) && !self.context.store.is_redacted() =>
            {
                hi.get(row as usize).and_then(|day| i32::try_from(*day).ok())
            }
            _ => None,
        };
        Some((self.context.store.id_text(kind, row as usize), day))
    }
}

/// The beginning of a day, as OSCAL writes it; it knows the years from 1900 to 2999.
pub(super) fn time_of(day: i32) -> Option<String> {
    let date = civil_of(day).filter(|d| (1900..3000).contains(&d.year()))?;
    Some(format!("{date}T00:00:00Z"))
}
