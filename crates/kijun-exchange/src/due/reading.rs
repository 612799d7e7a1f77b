//! `kijun.due/1`: what lapses, resolved to names and words. The other formats are written from it.

use std::collections::BTreeSet;

use kijun_engine::assessment::{FactRef, SubjectRef};
use kijun_engine::due::{Due, Lapsing, RuleDate};
use kijun_facts::{AttrId, Date, KindId};
use kijun_text::{Label, Lang};
use serde::Serialize;

use super::DueContext;
use crate::names::fact_name;
use crate::outcome_json::{Naming, OutcomeJson};

#[derive(Serialize)]
pub struct DueJson<'a> {
    schema: &'static str,
    engine: &'a str,
    pub(super) as_of: String,
    pub(super) facility: &'a str,
    #[serde(skip)]
    pub(super) title: &'a Label,
    pub(super) within_days: i32,
    pub(super) items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct ItemJson<'a> {
    /// `date`, `evidence`, `attestation`, `waiver` or `rule`.
    pub(super) what: &'static str,
    /// The last day on which it holds.
    pub(super) last_day: String,
    #[serde(skip)]
    pub(super) day: i32,
    pub(super) lapsed: bool,
    /// The facts that lapse.
    pub(super) facts: Vec<String>,
    /// The day that stands in rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<RuleJson<'a>>,
    pub(super) text: Label,
    /// Roles that act.
    pub(super) audience: Vec<&'a str>,
    #[serde(skip)]
    pub(super) roles: Vec<Label>,
    pub(super) flips: Vec<OutcomeJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct RuleJson<'a> {
    pub(super) date: String,
    /// The parameter, function or row of a table that states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    pub(super) file: &'a str,
    pub(super) line: u32,
}

impl ItemJson<'_> {
    /// The day to mark: the last one on which it holds; of a day in rules the one on which they change.
    pub(super) fn marked(&self) -> i32 {
        if self.rule.is_some() { self.day.saturating_add(1) } else { self.day }
    }
}

pub fn due_json<'a>(context: &'a DueContext<'a>) -> DueJson<'a> {
    let naming = Naming { program: context.program, store: context.store, facility: context.facility };
    let reader = Reader { context, naming };
    DueJson {
        schema: "kijun.due/1",
        engine: context.engine_version,
        as_of: Date::day(context.as_of).to_string(),
        facility: context.facility,
        title: context.title,
        within_days: context.within,
        items: context.due.iter().map(|d| reader.item(d)).collect(),
    }
}

struct Reader<'a> {
    context: &'a DueContext<'a>,
    naming: Naming<'a>,
}

impl<'a> Reader<'a> {
    fn item(&self, due: &'a Due) -> ItemJson<'a> {
        let audience = self.audience(due);
        ItemJson {
            what: match due.what {
                Lapsing::Date { .. } => "date",
                Lapsing::Evidence { .. } => "evidence",
                Lapsing::Attestation { .. } => "attestation",
                Lapsing::Waiver { .. } => "waiver",
                Lapsing::Rule(_) => "rule",
            },
            last_day: Date::day(due.last).to_string(),
            day: due.last,
            lapsed: due.last < self.context.as_of,
            facts: self.facts(due),
            rule: due.rule.as_ref().map(|r| self.rule(r)),
            text: self.text(due),
            roles: audience.iter().map(|a| self.naming.role(a)).collect(),
            audience,
            flips: due.flips.iter().map(|f| self.naming.flip(f)).collect(),
        }
    }

    fn facts(&self, due: &Due) -> Vec<String> {
        let name = |fact| fact_name(self.context.program, self.context.store, fact);
        let cell = |kind, row, attr| name(FactRef::Cell { kind, row, attr });
        match due.what {
            Lapsing::Date { kind, row, attr } => vec![cell(kind, row, attr)],
            Lapsing::Evidence { kind, row } => due.cells.iter().map(|attr| cell(kind, row, *attr)).collect(),
            Lapsing::Attestation { row, .. } => {
                vec![self.record_name(self.context.program.builtins.attestation, row)]
            }
            Lapsing::Waiver { row } => vec![self.record_name(self.context.program.builtins.waiver, row)],
            Lapsing::Rule(_) => Vec::new(),
        }
    }

    fn rule(&self, of: &'a RuleDate) -> RuleJson<'a> {
        let (line, _) = self.context.sources.line_column(of.span);
        let file = self.context.sources.path(of.span.file);
        RuleJson { date: of.date.to_string(), name: of.name.as_deref(), file, line }
    }

    fn record_name(&self, kind: KindId, row: u32) -> String {
        let name = self.context.program.schema.kind(kind).map_or("", |k| &k.name);
        format!("{name}.{}", self.context.store.id_text(kind, row as usize))
    }

    fn text(&self, due: &Due) -> Label {
        let program = self.context.program;
        match due.what {
            Lapsing::Date { kind, row, attr } => Label::new(
                format!("{}の{}", self.record(kind, row, Lang::Ja), self.attribute(kind, attr, Lang::Ja)),
                format!("{} {}", self.record(kind, row, Lang::En), self.attribute(kind, attr, Lang::En)),
            ),
            Lapsing::Evidence { kind, row } => {
                let attributes = |lang, separator: &str| {
                    due.cells
                        .iter()
                        .map(|a| self.attribute(kind, *a, lang))
                        .collect::<Vec<_>>()
                        .join(separator)
                };
                Label::new(
                    format!("{}の証拠（{}）", self.record(kind, row, Lang::Ja), attributes(Lang::Ja, "、")),
                    format!(
                        "evidence of {} ({})",
                        self.record(kind, row, Lang::En),
                        attributes(Lang::En, ", ")
                    ),
                )
            }
            Lapsing::Attestation { attest, subject, .. } => {
                let question = program.attests.get(attest).map(|a| a.question.clone()).unwrap_or_default();
                let (ja, en) = match subject {
                    SubjectRef::Record(kind, row) => {
                        let id = self.context.store.id_text(kind, row as usize);
                        (format!("（{id}）"), format!(" ({id})"))
                    }
                    _ => Default::default(),
                };
                Label::new(
                    format!("確認記録{ja}: {}", question.get(Lang::Ja)),
                    format!("attestation{en}: {}", question.get(Lang::En)),
                )
            }
            Lapsing::Waiver { row } => {
                let kind = program.builtins.waiver;
                Label::new(self.record(kind, row, Lang::Ja), self.record(kind, row, Lang::En))
            }
            Lapsing::Rule(_) => due.rule.as_ref().map(|r| self.rule(r)).map_or_else(Label::default, |r| {
                let RuleJson { date, name, file, line } = r;
                let (ja, en) = name.map_or_else(Default::default, |n| (format!("「{n}」"), format!(" {n}")));
                Label::new(
                    format!("規則にある日付{ja}{date}（{file}:{line}）"),
                    format!("day in rules{en} {date} ({file}:{line})"),
                )
            }),
        }
    }

    fn record(&self, kind: KindId, row: u32, lang: Lang) -> String {
        let (id, def) =
            (self.context.store.id_text(kind, row as usize), self.context.program.schema.kind(kind));
        let name = def.map_or("", |k| k.label.or(lang, &k.name));
        if lang == Lang::Ja { format!("{name}「{id}」") } else { format!("{name} {id}") }
    }

    fn attribute(&self, kind: KindId, attr: AttrId, lang: Lang) -> String {
        let def = self.context.program.schema.attribute(kind, attr);
        def.map_or_else(String::new, |a| a.label.or(lang, &a.name).to_owned())
    }

    /// Whom the requirements in question concern; else who answers for the fact, or may attest.
    fn audience(&self, due: &Due) -> Vec<&'a str> {
        let program = self.context.program;
        let of_flips =
            due.flips.iter().filter_map(|f| program.requirement(f.key.0)).flat_map(|r| &r.audience);
        let mut all: BTreeSet<&str> = of_flips.map(String::as_str).collect();
        if !all.is_empty() {
            return all.into_iter().collect();
        }
        let asked = |kind, attr: AttrId| program.schema.attribute(kind, attr).and_then(|a| a.ask.as_ref());
        match due.what {
            Lapsing::Date { kind, attr, .. } => all.extend(asked(kind, attr).map(|a| a.of.as_str())),
            Lapsing::Evidence { kind, .. } => {
                all.extend(due.cells.iter().filter_map(|a| asked(kind, *a)).map(|a| a.of.as_str()));
            }
            Lapsing::Attestation { attest, .. } => {
                let rule = program.attests.get(attest);
                let roles = program.schema.enums.first();
                let name = |code: &u32| roles?.literals.get(*code as usize).map(|l| l.name.as_str());
                all.extend(rule.iter().flat_map(|a| &a.by).filter_map(name));
                let requirement = rule.and_then(|a| program.requirement(a.requirement));
                if all.is_empty() {
                    all.extend(requirement.iter().flat_map(|r| &r.audience).map(String::as_str));
                }
            }
            Lapsing::Waiver { .. } | Lapsing::Rule(_) => {}
        }
        all.into_iter().collect()
    }
}
