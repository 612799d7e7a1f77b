//! Facts of a finding in JSON: what it rests on, and what is missing.

use std::borrow::Cow;

use kijun_engine::assessment::{FactRef, FactUse};
use kijun_facts::{Evidence, Show, Words};
use kijun_text::{At, Label, Lang, Place, Span};
use serde::Serialize;

use crate::assessment_json::Context;
use crate::names::fact_name;

/// A fact with its value, evidence and place.
#[derive(Serialize)]
pub(crate) struct Fact<'a> {
    fact: String,
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    origin: Origin<'a>,
}

/// A line and column of a text, or a cell of a workbook.
#[derive(Serialize)]
#[serde(untagged)]
enum Origin<'a> {
    Line { file: &'a str, line: u32, column: u32 },
    Cell { file: &'a str, sheet: &'a str, cell: String },
}

fn origin<'a>(context: &Context<'a>, span: Span) -> Origin<'a> {
    let Place { file, at } = context.fact_sources.place(span);
    match at {
        At::Line { line, column } => Origin::Line { file, line, column },
        At::Cell { sheet, cell } => Origin::Cell { file, sheet, cell: cell.to_string() },
    }
}

/// A fact as it was used; every value of a fact in conflict.
pub(crate) fn because<'a>(context: &Context<'a>, used: &FactUse) -> Vec<Fact<'a>> {
    let name = fact_name(context.program, context.store, used.fact);
    let show =
        Show { store: context.store, schema: &context.program.schema, lang: Lang::En, words: Words::Names };
    let FactRef::Cell { kind, row, attr } = used.fact else {
        return vec![fact(context, name, None, None, used.origin)];
    };
    let Some(table) = context.store.kind(kind) else { return Vec::new() };
    if let Some(conflict) = table.conflict(attr, row) {
        let ty = context.program.schema.attribute(kind, attr).map(|a| &a.ty);
        let values = conflict.alternatives.iter().filter_map(|a| {
            let evidence = context.store.evidence(a.evidence);
            Some(fact(context, name.clone(), Some(show.value(ty?, &a.value)), evidence, a.origin))
        });
        return values.collect();
    }
    let value = show.cell(kind, attr, row as usize);
    let evidence = context.store.evidence(table.evidence_of(attr, row as usize));
    vec![fact(context, name, Some(value), evidence, used.origin)]
}

fn fact<'a>(
    context: &Context<'a>,
    fact: String,
    value: Option<String>,
    evidence: Option<&'a Evidence>,
    place: Span,
) -> Fact<'a> {
    let grade = |e: &Evidence| {
        let grades = context.program.schema.enums.get(1)?;
        grades.literals.get(e.grade? as usize).map(|l| l.name.as_str())
    };
    Fact {
        fact,
        value,
        grade: evidence.and_then(grade),
        source: evidence.and_then(|e| e.source.as_deref()),
        as_of: evidence.and_then(|e| e.as_of).map(|d| d.to_string()),
        valid_until: evidence.and_then(|e| e.valid_until).map(|d| d.to_string()),
        origin: origin(context, place),
    }
}

/// A fact that is missing, with what to ask whom.
#[derive(Serialize)]
pub(crate) struct Missing<'a> {
    fact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<Cow<'a, Label>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
}

pub(crate) fn missing<'a>(context: &Context<'a>, fact: FactRef) -> Missing<'a> {
    let name = fact_name(context.program, context.store, fact);
    let schema = &context.program.schema;
    match fact {
        FactRef::Cell { kind, attr, .. } => {
            let attribute = schema.attribute(kind, attr);
            let ask = attribute.and_then(|a| a.ask.as_ref());
            let question = attribute.map(|a| {
                ask.map_or_else(|| Cow::Owned(question_of(&a.label)), |ask| Cow::Borrowed(&ask.question))
            });
            Missing { fact: name, question, of: ask.map(|ask| ask.of.as_str()) }
        }
        FactRef::Register(kind) => {
            let l = schema.kind(kind).map(|k| k.label.clone()).unwrap_or_default();
            let question = Label::new(
                format!("「{}」の台帳を記入し、すべてかどうかを記してください", l.get(Lang::Ja)),
                format!("record the register of {}, and whether it is complete", l.get(Lang::En)),
            );
            Missing { fact: name, question: Some(Cow::Owned(question)), of: None }
        }
        FactRef::Attestation(requirement) => {
            let of = context.program.attests.iter().find(|a| a.requirement == requirement);
            let question = of.map_or_else(|| Cow::Owned(Label::default()), |a| Cow::Borrowed(&a.question));
            let role = of
                .and_then(|a| a.by.first())
                .and_then(|code| schema.enums.first()?.literals.get(*code as usize).map(|l| l.name.as_str()));
            Missing { fact: name, question: Some(question), of: role }
        }
    }
}

fn question_of(of: &Label) -> Label {
    let ja =
        if of.ja.is_empty() { String::new() } else { format!("「{}」を記録してください", of.ja) };
    let en = if of.en.is_empty() { String::new() } else { format!("record: {}", of.en) };
    Label::new(ja, en)
}
