//! An outcome of a rule on a subject that becomes another one, by names and in words.

use kijun_engine::assessment::{SubjectRef, Verdict};
use kijun_engine::program::{Program, RequirementId};
use kijun_engine::remedy::{Flip, Key};
use kijun_facts::Store;
use kijun_text::{Label, Lang};
use serde::Serialize;

use crate::diff::names::written;
use crate::names::{rule_name, subject_id, subject_name};

#[derive(Serialize)]
pub(crate) struct SubjectJson<'a> {
    pub(crate) kind: &'a str,
    pub(crate) id: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct OutcomeJson<'a> {
    pub(crate) requirement: &'a str,
    edition: &'a str,
    #[serde(skip)]
    pub(crate) title: Option<&'a Label>,
    pub(crate) check: &'a str,
    pub(crate) subject: SubjectJson<'a>,
    pub(crate) severity: &'static str,
    pub(crate) before: Option<&'static str>,
    pub(crate) after: Option<&'static str>,
}

/// What outcomes are named by.
#[derive(Clone, Copy)]
pub(crate) struct Naming<'a> {
    pub(crate) program: &'a Program,
    /// The facts as they are; a record of a later row is one that would be made.
    pub(crate) store: &'a Store,
    pub(crate) facility: &'a str,
}

impl<'a> Naming<'a> {
    pub(crate) fn edition(&self, id: RequirementId) -> &'a str {
        let catalog = self.program.requirement(id).and_then(|r| self.program.catalogs.get(r.catalog));
        catalog.map_or("", |c| &c.edition)
    }

    pub(crate) fn subject(&self, subject: SubjectRef) -> SubjectJson<'a> {
        let known = |kind| self.store.kind(kind).map_or(0, |t| t.len() as u32);
        let id = match subject {
            SubjectRef::Record(kind, row) if row >= known(kind) => {
                Some(format!("new-{}", row - known(kind) + 1))
            }
            other => subject_id(self.store, self.facility, other).map(str::to_owned),
        };
        SubjectJson { kind: subject_name(self.program, subject), id }
    }

    pub(crate) fn flip(&self, flip: &Flip) -> OutcomeJson<'a> {
        self.outcome(flip.key, flip.weight.name(), flip.before, flip.after)
    }

    pub(crate) fn outcome(
        &self,
        (id, rule, subject): Key,
        severity: &'static str,
        before: Option<Verdict>,
        after: Option<Verdict>,
    ) -> OutcomeJson<'a> {
        let requirement = self.program.requirement(id);
        OutcomeJson {
            requirement: requirement.map_or("", |r| &r.id),
            edition: self.edition(id),
            title: requirement.map(|r| &r.title),
            check: rule_name(self.program, rule),
            subject: self.subject(subject),
            severity,
            before: before.map(Verdict::name),
            after: after.map(Verdict::name),
        }
    }

    pub(crate) fn role(&self, name: &str) -> Label {
        let roles = self.program.schema.enums.first();
        let literal = roles.and_then(|e| e.literals.iter().find(|l| l.name == name));
        let label = |l: &kijun_facts::schema::Literal| {
            Label::new(l.label.or(Lang::Ja, name), l.label.or(Lang::En, name))
        };
        literal.map_or_else(|| Label::new(name, name), label)
    }
}

impl OutcomeJson<'_> {
    /// Whether only the subject is another one, of the same kind.
    pub(crate) fn says_the_same(&self, other: &OutcomeJson<'_>) -> bool {
        (self.requirement, self.check, self.severity) == (other.requirement, other.check, other.severity)
            && self.subject.kind == other.subject.kind
            && (self.before, self.after) == (other.before, other.after)
    }

    /// `handbook:CERT-01  認証が有効期間内である  certification a-isms: 適合 → 不適合`.
    pub(crate) fn words(&self, lang: Lang) -> String {
        self.words_with(&[], lang)
    }

    /// The same of several subjects of one kind, of which the same is said.
    pub(crate) fn words_with(&self, others: &[&OutcomeJson<'_>], lang: Lang) -> String {
        let verdict = |v: Option<&str>| match (v, self.severity, lang) {
            (Some("violated"), "should", Lang::Ja) => "推奨(未達)".to_owned(),
            (Some("violated"), "should", Lang::En) => "advice".to_owned(),
            (Some("violated"), "notice", Lang::Ja) => "注意".to_owned(),
            (Some("violated"), "notice", Lang::En) => "notice".to_owned(),
            (None, _, Lang::Ja) => "なし".to_owned(),
            (None, _, Lang::En) => "none".to_owned(),
            (Some(v), ..) => {
                Verdict::from_name(v).map(Verdict::label).unwrap_or_default().get(lang).to_owned()
            }
        };
        let subject = match others {
            [] => written(self.subject.kind, self.subject.id.as_deref(), lang),
            _ => {
                let all = std::iter::once(self).chain(others.iter().copied());
                let ids: Vec<&str> = all.map(|o| o.subject.id.as_deref().unwrap_or("*")).collect();
                let (kind, n, ids) =
                    (self.subject.kind, ids.len(), ids.join(if lang == Lang::Ja { "、" } else { ", " }));
                if lang == Lang::Ja {
                    format!("{kind} {n} 件（{ids}）")
                } else {
                    format!("{n} {kind} ({ids})")
                }
            }
        };
        let title = self.title.map_or("", |t| t.get(lang));
        let head = format!("{}  {title}  {subject}: ", self.requirement);
        match self.before {
            Some(_) => format!("{head}{} → {}", verdict(self.before), verdict(self.after)),
            None => format!("{head}{}", verdict(self.after)),
        }
    }
}
