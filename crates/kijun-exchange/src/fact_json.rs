//! Facts of a finding in JSON: what it rests on, and what is missing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kijun_engine::assessment::{FactRef, FactUse};
use kijun_engine::program::Program;
use kijun_facts::{AttrId, Column, Evidence, Show, Store, Words};
use kijun_text::{At, Label, Lang, Place, Span};
use serde::Serialize;

use crate::assessment_json::Context;
use crate::names::fact_name;

/// The attribute of an attestation that says who signs it.
const BY: AttrId = AttrId(3);

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
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'a str>,
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

/// A value of a fact with what backs it and where it stands.
pub(crate) struct FactValue<'a> {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    pub(crate) evidence: Option<&'a Evidence>,
    pub(crate) place: Span,
}

/// A fact as it was used; every value of a fact in conflict.
pub(crate) fn values<'a>(context: &Context<'a>, used: &FactUse) -> Vec<FactValue<'a>> {
    let name = fact_name(context.program, context.store, used.fact);
    let show =
        Show { store: context.store, schema: &context.program.schema, lang: Lang::En, words: Words::Names };
    let FactRef::Cell { kind, row, attr } = used.fact else {
        return vec![FactValue { name, value: None, evidence: None, place: used.origin }];
    };
    let Some(table) = context.store.kind(kind) else { return Vec::new() };
    if let Some(conflict) = table.conflict(attr, row) {
        let ty = context.program.schema.attribute(kind, attr).map(|a| &a.ty);
        let values = conflict.alternatives.iter().filter_map(|a| {
            let evidence = context.store.evidence(a.evidence);
            Some(FactValue {
                name: name.clone(),
                value: Some(show.value(ty?, &a.value)),
                evidence,
                place: a.origin,
            })
        });
        return values.collect();
    }
    let value = Some(show.cell(kind, attr, row as usize));
    let evidence = context.store.evidence(table.evidence_of(attr, row as usize));
    vec![FactValue { name, value, evidence, place: used.origin }]
}

/// The same as JSON.
pub(crate) fn because<'a>(context: &Context<'a>, used: &FactUse) -> Vec<Fact<'a>> {
    values(context, used).into_iter().map(|v| fact(context, v)).collect()
}

/// The name of the grade of evidence.
pub(crate) fn grade<'a>(program: &'a Program, evidence: &Evidence) -> Option<&'a str> {
    let grades = program.schema.enums.get(1)?;
    grades.literals.get(evidence.grade? as usize).map(|l| l.name.as_str())
}

fn fact<'a>(context: &Context<'a>, of: FactValue<'a>) -> Fact<'a> {
    let evidence = of.evidence;
    Fact {
        fact: of.name,
        value: of.value,
        grade: evidence.and_then(|e| grade(context.program, e)),
        source: evidence.and_then(|e| e.source.as_deref()),
        as_of: evidence.and_then(|e| e.as_of).map(|d| d.to_string()),
        valid_until: evidence
            .filter(|_| !context.store.is_redacted())
            .and_then(|e| e.valid_until)
            .map(|d| d.to_string()),
        remark: evidence.and_then(|e| e.remark.as_deref()),
        origin: origin(context, of.place),
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
    let (label, of) = question(context.program, fact);
    let question = (!label.is_empty() || matches!(fact, FactRef::Attestation(_))).then_some(label);
    Missing { fact: name, question, of }
}

/// What to ask for a fact that is missing; empty where nothing says it.
pub(crate) fn missing_question(program: &Program, fact: FactRef) -> Label {
    question(program, fact).0.into_owned()
}

/// What to ask for a fact, and the role that is asked, where one is named.
pub(crate) fn question(program: &Program, fact: FactRef) -> (Cow<'_, Label>, Option<&str>) {
    let schema = &program.schema;
    match fact {
        FactRef::Cell { kind, attr, .. } => {
            let Some(attribute) = schema.attribute(kind, attr) else { return Default::default() };
            match &attribute.ask {
                Some(ask) => (Cow::Borrowed(&ask.question), Some(&ask.of)),
                None => (Cow::Owned(question_of(&attribute.label)), None),
            }
        }
        FactRef::Register(kind) => {
            let l = schema.kind(kind).map(|k| k.label.clone()).unwrap_or_default();
            let question = Label::new(
                format!("「{}」の台帳を記入し、すべてかどうかを記してください", l.get(Lang::Ja)),
                format!("record the register of {}, and whether it is complete", l.get(Lang::En)),
            );
            (Cow::Owned(question), None)
        }
        FactRef::Attestation(requirement) => {
            let Some(of) = program.attests.iter().find(|a| a.requirement == requirement) else {
                return Default::default();
            };
            let literals = schema.enums.first().map(|e| e.literals.as_slice()).unwrap_or_default();
            let role = of.by.first().and_then(|code| literals.get(*code as usize));
            (Cow::Borrowed(&of.question), role.map(|l| l.name.as_str()))
        }
    }
}

/// The role that can answer for a fact: whom the attribute asks; of a register the one that most of its attributes ask in the house; of
/// an attestation that is not complete, whoever is to sign it.
pub fn role_of<'p>(program: &'p Program, store: &Store, fact: FactRef) -> Option<&'p str> {
    let role = |code: u32| program.schema.enums.first()?.literals.get(code as usize).map(|l| l.name.as_str());
    match fact {
        FactRef::Cell { kind, row, .. } if kind == program.builtins.attestation => {
            match store.kind(kind)?.column(BY)? {
                Column::Codes(codes) => role(*codes.get(row as usize)?),
                _ => None,
            }
        }
        FactRef::Register(kind) => {
            let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
            let asks = program.schema.kind(kind)?.attributes.iter().filter_map(|a| a.ask.as_ref());
            asks.filter(|ask| ask.of != "vendor").for_each(|ask| *asked.entry(&ask.of).or_default() += 1);
            asked.into_iter().max_by_key(|(role, n)| (*n, std::cmp::Reverse(*role))).map(|(role, _)| role)
        }
        _ => question(program, fact).1,
    }
}

fn question_of(of: &Label) -> Label {
    let ja =
        if of.ja.is_empty() { String::new() } else { format!("「{}」を記録してください", of.ja) };
    let en = if of.en.is_empty() { String::new() } else { format!("record: {}", of.en) };
    Label::new(ja, en)
}
