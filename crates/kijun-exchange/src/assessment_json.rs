//! `kijun.assessment/1`. Order is fixed: catalogue order, then rule, then subject id.

use kijun_engine::assessment::{
    Assessment, FactRef, FactUse, Finding, Reason, Remark, RequirementResult, Verdict,
};
use kijun_engine::count_requirements;
use kijun_engine::program::{Program, Requirement, Weight};
use kijun_facts::{Evidence, Show, Store, Words};
use kijun_text::{Label, Lang, Sources, Span};
use serde_json::{Map, Value, json};

use crate::names::{fact_name, fingerprint, rule_name, subject_id, subject_name};

/// A pack that took part, with its digest.
#[derive(Debug, Clone)]
pub struct PackRef {
    pub name: String,
    pub version: String,
    pub sha256: String,
}

/// What an assessment is about, beside its verdicts.
pub struct Context<'a> {
    pub program: &'a Program,
    pub store: &'a Store,
    pub sources: &'a Sources,
    pub facility: &'a str,
    pub engine_version: &'a str,
    pub packs: &'a [PackRef],
    /// Path and SHA-256 of each file of facts.
    pub facts: &'a [(String, String)],
}

/// The assessment as `kijun.assessment/1`. `findings` chooses which are listed (`--for`); figures are always of all.
pub fn assessment_json(
    context: &Context<'_>,
    assessment: &Assessment,
    listed: impl Fn(&Finding) -> bool,
) -> Value {
    let as_of = kijun_facts::Date::day(assessment.as_of).to_string();
    let (sections, requirements): (Vec<&RequirementResult>, Vec<&RequirementResult>) = assessment
        .requirements
        .iter()
        .partition(|r| context.program.requirement(r.requirement).is_some_and(|r| r.is_section));
    json!({
        "schema": "kijun.assessment/1",
        "engine": context.engine_version,
        "as_of": as_of,
        "facility": context.facility,
        "packs": context.packs.iter().map(|p| json!({ "name": p.name, "version": p.version, "sha256": p.sha256 })).collect::<Vec<_>>(),
        "facts": context.facts.iter().map(|(path, sha)| json!({ "path": path, "sha256": sha })).collect::<Vec<_>>(),
        "summary": summary(context, assessment),
        "sections": sections.into_iter().map(|r| section(context, r)).collect::<Vec<_>>(),
        "requirements": requirements.into_iter().map(|r| requirement(context, r)).collect::<Vec<_>>(),
        "findings": assessment.findings.iter().filter(|f| listed(f)).map(|f| finding(context, f)).collect::<Vec<_>>(),
        "remarks": assessment.remarks.iter().map(|r| remark(context, r)).collect::<Vec<_>>(),
    })
}

fn label(label: &Label) -> Value {
    let mut map = Map::new();
    if !label.ja.is_empty() {
        map.insert("ja".into(), label.ja.clone().into());
    }
    if !label.en.is_empty() {
        map.insert("en".into(), label.en.clone().into());
    }
    Value::Object(map)
}

fn summary(context: &Context<'_>, assessment: &Assessment) -> Value {
    let mut requirements = Map::new();
    for (verdict, count) in count_requirements(context.program, &assessment.requirements) {
        requirements.insert(verdict.name().into(), count.into());
    }
    let mut findings = Map::new();
    for weight in [Weight::Must, Weight::Should, Weight::Notice, Weight::Information] {
        let count = assessment.findings.iter().filter(|f| f.weight == weight).count();
        findings.insert(weight.name().into(), count.into());
    }
    let facts = assessment.facts;
    json!({
        "requirements": requirements,
        "findings": findings,
        "facts": { "required": facts.required, "recorded": facts.recorded, "expired": facts.expired },
    })
}

fn edition<'a>(context: &'a Context<'_>, requirement: &Requirement) -> &'a str {
    context.program.catalogs.get(requirement.catalog).map_or("", |c| c.edition.as_str())
}

fn section(context: &Context<'_>, result: &RequirementResult) -> Value {
    let Some(r) = context.program.requirement(result.requirement) else { return Value::Null };
    json!({ "id": r.id, "edition": edition(context, r), "title": label(&r.title), "verdict": result.verdict.name() })
}

fn requirement(context: &Context<'_>, result: &RequirementResult) -> Value {
    let Some(r) = context.program.requirement(result.requirement) else { return Value::Null };
    let mut subjects = Map::new();
    for (verdict, count) in &result.subjects {
        subjects.insert(verdict.name().into(), (*count).into());
    }
    let mut out = json!({
        "id": r.id,
        "edition": edition(context, r),
        "title": label(&r.title),
        "level": r.level,
        "mark": r.mark.name(),
        "verdict": result.verdict.name(),
        "subjects": subjects,
    });
    if let (false, Some(map)) = (result.reason.is_empty(), out.as_object_mut()) {
        map.insert("reason".into(), label(&result.reason));
    }
    out
}

fn origin(context: &Context<'_>, span: Span) -> Value {
    let (line, column) = context.sources.line_column(span);
    json!({ "file": context.sources.path(span.file), "line": line, "column": column })
}

fn finding(context: &Context<'_>, f: &Finding) -> Value {
    let Some(r) = context.program.requirement(f.requirement) else { return Value::Null };
    let kind = subject_name(context.program, f.subject);
    let id = subject_id(context.store, context.facility, f.subject);
    let name = rule_name(context.program, f.rule);
    let (line, _) = context.sources.line_column(f.rule_span);
    let mut out = json!({
        "requirement": r.id,
        "edition": edition(context, r),
        "check": name,
        "subject": { "kind": kind, "id": id },
        "verdict": f.verdict.name(),
        "severity": f.weight.name(),
        "mark": r.mark.name(),
        "message": label(&f.message),
        "because": f.because.iter().flat_map(|u| because(context, u)).collect::<Vec<_>>(),
        "missing": f.missing.iter().map(|m| missing(context, *m)).collect::<Vec<_>>(),
        "fix": label(&f.fix),
        "audience": r.audience,
        // Only a must-item that is not met exposes to what stands behind it, and only possibly.
        "basis": if f.weight == Weight::Must { r.basis.clone() } else { Vec::new() },
        "fingerprint": fingerprint([&r.id, name, kind, id.unwrap_or("*")]),
        "rule": { "file": context.sources.path(f.rule_span.file), "line": line },
    });
    if let Some(map) = out.as_object_mut() {
        if let Some(reason) = f.reason {
            map.insert("reason".into(), reason_name(reason).into());
        }
        if f.verdict == Verdict::Waived
            && let Some(row) = f.waiver
        {
            let waiver = context.store.id_text(context.program.builtins.waiver, row as usize);
            map.insert("waiver".into(), waiver.into());
        }
    }
    out
}

fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Missing => "missing",
        Reason::Judgement => "judgement",
        Reason::WeakRule => "unverified_rule",
        Reason::Grade => "grade",
    }
}

/// A fact with its value, evidence and place; every value of a fact in conflict.
fn because(context: &Context<'_>, used: &FactUse) -> Vec<Value> {
    let name = fact_name(context.program, context.store, used.fact);
    let show =
        Show { store: context.store, schema: &context.program.schema, lang: Lang::En, words: Words::Names };
    let FactRef::Cell { kind, row, attr } = used.fact else {
        return vec![json!({ "fact": name, "value": Value::Null, "origin": origin(context, used.origin) })];
    };
    let Some(table) = context.store.kind(kind) else { return Vec::new() };
    if let Some(conflict) = table.conflict(attr, row) {
        let ty = context.program.schema.attribute(kind, attr).map(|a| &a.ty);
        let values = conflict.alternatives.iter().filter_map(|a| {
            let evidence = context.store.evidence(a.evidence);
            Some(fact(context, &name, &show.value(ty?, &a.value), evidence, a.origin))
        });
        return values.collect();
    }
    let value = show.cell(kind, attr, row as usize);
    let evidence = context.store.evidence(table.evidence_of(attr, row as usize));
    vec![fact(context, &name, &value, evidence, used.origin)]
}

fn fact(context: &Context<'_>, name: &str, value: &str, evidence: Option<&Evidence>, place: Span) -> Value {
    let mut out = json!({ "fact": name, "value": value });
    let Some(map) = out.as_object_mut() else { return out };
    if let Some(e) = evidence {
        let grades = context.program.schema.enums.get(1);
        let grade = e.grade.and_then(|g| grades?.literals.get(g as usize)).map(|l| l.name.clone());
        let mut add = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                map.insert(key.into(), value.into());
            }
        };
        add("grade", grade);
        add("source", e.source.clone());
        add("as_of", e.as_of.map(|d| d.to_string()));
        add("valid_until", e.valid_until.map(|d| d.to_string()));
    }
    map.insert("origin".into(), origin(context, place));
    out
}

fn missing(context: &Context<'_>, fact: FactRef) -> Value {
    let name = fact_name(context.program, context.store, fact);
    let schema = &context.program.schema;
    match fact {
        FactRef::Cell { kind, attr, .. } => {
            let attribute = schema.attribute(kind, attr);
            let mut out = json!({ "fact": name });
            if let (Some(map), Some(a)) = (out.as_object_mut(), attribute) {
                let question =
                    a.ask.as_ref().map_or_else(|| question_of(&a.label), |ask| ask.question.clone());
                map.insert("question".into(), label(&question));
                if let Some(ask) = &a.ask {
                    map.insert("of".into(), ask.of.clone().into());
                }
            }
            out
        }
        FactRef::Register(kind) => {
            let l = schema.kind(kind).map(|k| k.label.clone()).unwrap_or_default();
            let question = Label::new(
                format!("「{}」の台帳を記入し、すべてかどうかを記してください", l.get(Lang::Ja)),
                format!("record the register of {}, and whether it is complete", l.get(Lang::En)),
            );
            json!({ "fact": name, "question": label(&question) })
        }
        FactRef::Attestation(requirement) => {
            let of = context.program.attests.iter().find(|a| a.requirement == requirement);
            let question = of.map(|a| a.question.clone()).unwrap_or_default();
            let mut out = json!({ "fact": name, "question": label(&question) });
            let role = of
                .and_then(|a| a.by.first())
                .and_then(|code| schema.enums.first()?.literals.get(*code as usize).map(|l| l.name.clone()));
            if let (Some(map), Some(role)) = (out.as_object_mut(), role) {
                map.insert("of".into(), role.into());
            }
            out
        }
    }
}

fn question_of(of: &Label) -> Label {
    let ja =
        if of.ja.is_empty() { String::new() } else { format!("「{}」を記録してください", of.ja) };
    let en = if of.en.is_empty() { String::new() } else { format!("record: {}", of.en) };
    Label::new(ja, en)
}

fn remark(context: &Context<'_>, remark: &Remark) -> Value {
    let (name, id) = match remark {
        Remark::RegisterNotAttested(kind) => {
            let name = context.program.schema.kind(*kind).map_or("", |k| k.name.as_str());
            return json!({ "remark": "register_not_attested", "kind": name });
        }
        Remark::WaiverUnused(row) => ("waiver_unused", row),
        Remark::WaiverExpired(row) => ("waiver_expired", row),
        Remark::WaiverIncomplete(row) => ("waiver_incomplete", row),
    };
    json!({ "remark": name, "waiver": context.store.id_text(context.program.builtins.waiver, *id as usize) })
}
