//! What every report needs to say things: the assessment, in one language, for one audience.

use kijun_engine::assessment::{Finding, RequirementResult, SubjectRef};
use kijun_engine::program::{Program, Requirement, RequirementId};
use kijun_facts::{AttrId, KindId, Show, Store, Words};
use kijun_text::{Lang, Span};

use super::ReportContext;
use crate::names::name_attribute;

pub(crate) struct View<'a> {
    pub(crate) context: &'a ReportContext<'a>,
    pub(crate) program: &'a Program,
    pub(crate) store: &'a Store,
    pub(crate) lang: Lang,
}

impl<'a> View<'a> {
    pub(crate) fn new(context: &'a ReportContext<'a>) -> View<'a> {
        View { context, program: context.of.program, store: context.of.store, lang: context.lang }
    }

    pub(crate) fn say<'l>(&self, ja: &'l str, en: &'l str) -> &'l str {
        if self.lang == Lang::Ja { ja } else { en }
    }

    pub(crate) fn comma(&self) -> &'static str {
        if self.lang == Lang::Ja { "、" } else { ", " }
    }

    /// The name of the facility, or its id.
    pub(crate) fn facility(&self) -> &'a str {
        self.context.title.or(self.lang, self.context.of.facility)
    }

    pub(crate) fn as_of(&self) -> i32 {
        self.context.assessment.as_of
    }

    /// A day as the language writes it: `2026年11月22日`, `2026-11-22`.
    pub(crate) fn day(&self, day: i32) -> String {
        match (self.lang, kijun_facts::value::civil_of(day)) {
            (Lang::Ja, Some(date)) => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
            _ => kijun_facts::Date::day(day).to_string(),
        }
    }

    pub(crate) fn requirement(&self, id: RequirementId) -> Option<&'a Requirement> {
        self.program.requirement(id)
    }

    /// Requirements in scope that concern the audience, with their results, without sections.
    pub(crate) fn results(&self) -> impl Iterator<Item = (&'a Requirement, &'a RequirementResult)> + use<'a> {
        let (program, audience) = (self.program, self.context.audience);
        let results = self.context.assessment.requirements.iter();
        results
            .filter_map(move |result| Some((program.requirement(result.requirement)?, result)))
            .filter(move |(r, _)| !r.is_section && concerns(r, audience))
    }

    /// Findings that concern the audience.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&'a Requirement, &'a Finding)> + use<'a> {
        let (program, audience) = (self.program, self.context.audience);
        let findings = self.context.assessment.findings.iter();
        findings
            .filter_map(move |f| Some((program.requirement(f.requirement)?, f)))
            .filter(move |(r, _)| concerns(r, audience))
    }

    pub(crate) fn kind(&self, kind: KindId) -> &'a str {
        self.program.schema.kind(kind).map_or("", |k| k.label.or(self.lang, &k.name))
    }

    pub(crate) fn attribute(&self, kind: KindId, attr: AttrId) -> &'a str {
        self.program.schema.attribute(kind, attr).map_or("", |a| a.label.or(self.lang, &a.name))
    }

    pub(crate) fn show(&self) -> Show<'a> {
        Show { store: self.store, schema: &self.program.schema, lang: self.lang, words: Words::Labels }
    }

    /// A record by its name, else by its id.
    pub(crate) fn record(&self, kind: KindId, row: u32) -> String {
        self.record_name(kind, row).unwrap_or_else(|| self.store.id_text(kind, row as usize).to_owned())
    }

    /// What the attribute `name` of a record says, where that is a text that is known.
    pub(crate) fn record_name(&self, kind: KindId, row: u32) -> Option<String> {
        let def = self.program.schema.kind(kind)?;
        let attr = name_attribute(def)?;
        let named = self.store.kind(kind)?.is_known(attr, row as usize);
        let name = self.show().cell(kind, attr, row as usize);
        (named && !name.trim().is_empty()).then_some(name)
    }

    /// `契約 クラウドPACS 利用契約 (pacs-2025)`.
    pub(crate) fn subject(&self, subject: SubjectRef) -> String {
        match subject {
            SubjectRef::Facility => self.say("施設全体", "the facility").to_owned(),
            SubjectRef::Record(kind, row) => {
                let id = self.store.id_text(kind, row as usize);
                match self.record_name(kind, row).filter(|name| name != id) {
                    Some(name) if self.lang == Lang::Ja => format!("{} {name}（{id}）", self.kind(kind)),
                    Some(name) => format!("{} {name} ({id})", self.kind(kind)),
                    None => format!("{} {id}", self.kind(kind)),
                }
            }
            SubjectRef::Register(kind) if self.lang == Lang::Ja => format!("{}の台帳", self.kind(kind)),
            SubjectRef::Register(kind) => format!("the register of {}", self.kind(kind)),
        }
    }

    /// `mhlw@4.2` where several editions are loaded, else `mhlw`.
    pub(crate) fn catalog(&self, index: usize) -> String {
        self.program.catalog_name(index)
    }

    /// `安全管理ガイドライン [4.2]`.
    pub(crate) fn catalog_title(&self, index: usize) -> String {
        let Some(catalog) = self.program.catalogs.get(index) else { return String::new() };
        let title = catalog.title.or(self.lang, &catalog.alias);
        if catalog.edition.is_empty() { title.to_owned() } else { format!("{title} [{}]", catalog.edition) }
    }

    /// Where a fact stands: `facts/contracts.csv:3`.
    pub(crate) fn place(&self, span: Span) -> String {
        let place = self.context.of.fact_sources.place(span);
        if place.file.is_empty() { String::new() } else { place.short() }
    }

    /// Where a rule stands.
    pub(crate) fn rule_place(&self, span: Span) -> String {
        let sources = self.context.of.sources;
        let (line, _) = sources.line_column(span);
        format!("{}:{line}", sources.path(span.file))
    }

    /// The attribute of a kind with this name.
    pub(crate) fn attr(&self, kind: KindId, name: &str) -> Option<AttrId> {
        let def = self.program.schema.kind(kind)?;
        def.attributes.iter().position(|a| a.name == name).map(|i| AttrId(i as u32))
    }
}

/// Whom a requirement concerns: everybody, where it names nobody.
pub(crate) fn concerns(requirement: &Requirement, audience: Option<&str>) -> bool {
    let named = &requirement.audience;
    audience.is_none_or(|role| named.is_empty() || named.iter().any(|a| a == role))
}
