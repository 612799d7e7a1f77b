//! `kijun.diff/1` of two assessments.

use serde::Serialize;

use kijun_text::Label;

use super::assessments::{AssessmentDiff, FactChange, FindingChange, InputChange, RequirementChange, Why};
use super::attribution::{Attribution, Step, Undivided};
use super::record::{AssessmentRecord, FactFileRecord, FactRecord, FindingRecord, PackRecord, SubjectRecord};

#[derive(Serialize)]
pub struct AssessmentDiffJson<'a> {
    schema: &'static str,
    engine: &'a str,
    of: &'static str,
    facility: &'a str,
    old: SideJson<'a>,
    new: SideJson<'a>,
    packs: Vec<InputJson<'a, PackRecord>>,
    facts: Vec<InputJson<'a, FactFileRecord>>,
    attribution: AttributionJson<'a>,
    worse: usize,
    requirements: Vec<RequirementJson<'a>>,
    findings: Vec<FindingJson<'a>>,
}

#[derive(Serialize)]
struct SideJson<'a> {
    as_of: &'a str,
    engine: &'a str,
    /// It lists the findings of one role only.
    partial: bool,
}

#[derive(Serialize)]
struct InputJson<'a, T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'a T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'a T>,
}

/// How it was told which inputs made the difference.
#[derive(Serialize)]
struct AttributionJson<'a> {
    /// `one_input`, `reevaluated` or `undivided`.
    how: &'static str,
    /// The sorts of input that were changed, one step after another.
    steps: Vec<Vec<&'static str>>,
    /// Why they could not be told apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Inputs of the workspace that are those of neither assessment.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    inputs: &'a [String],
}

#[derive(Serialize)]
struct RequirementJson<'a> {
    id: &'a str,
    edition: &'a str,
    title: &'a Label,
    /// Absent: not evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<&'static str>,
    by: Vec<Vec<&'static str>>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    fate: &'static str,
    worse: bool,
    requirement: &'a str,
    edition: &'a str,
    check: &'a str,
    subject: &'a SubjectRecord,
    fingerprint: &'a str,
    message: &'a Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<FindingSideJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<FindingSideJson>,
    /// What made the difference: each of these, of which several names mean one or more of them.
    by: Vec<Vec<&'static str>>,
    why: Vec<WhyJson<'a>>,
    facts: Vec<FactJson<'a>>,
}

#[derive(Serialize)]
struct FindingSideJson {
    verdict: &'static str,
    severity: &'static str,
}

#[derive(Serialize)]
struct WhyJson<'a> {
    input: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct FactJson<'a> {
    fact: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<FactSideJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<FactSideJson<'a>>,
}

#[derive(Serialize)]
struct FactSideJson<'a> {
    value: Option<&'a str>,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<&'a str>,
}

/// The comparison as `kijun.diff/1`, to be written by any serializer.
pub fn assessment_diff_json<'a>(diff: &'a AssessmentDiff<'a>, engine: &'a str) -> AssessmentDiffJson<'a> {
    AssessmentDiffJson {
        schema: "kijun.diff/1",
        engine,
        of: "assessments",
        facility: &diff.new.facility,
        old: side(diff.old),
        new: side(diff.new),
        packs: diff.packs.iter().map(input).collect(),
        facts: diff.facts.iter().map(input).collect(),
        attribution: attribution(diff),
        worse: diff.worse(),
        requirements: diff.requirements.iter().filter_map(requirement).collect(),
        findings: diff.findings.iter().filter_map(finding).collect(),
    }
}

fn side(of: &AssessmentRecord) -> SideJson<'_> {
    SideJson { as_of: &of.as_of, engine: &of.engine, partial: of.is_partial() }
}

fn attribution<'a>(diff: &'a AssessmentDiff<'a>) -> AttributionJson<'a> {
    let (how, steps, reason) = match &diff.attribution {
        Attribution::OneInput(cause) => ("one_input", vec![vec![cause.name()]], None),
        Attribution::Reevaluated(of) => ("reevaluated", steps(of), None),
        Attribution::Undivided(why) => ("undivided", steps(&[diff.causes()]), Some(why)),
    };
    let inputs = match reason {
        Some(Undivided::OtherRules(names) | Undivided::OtherFacts(names)) => names.as_slice(),
        _ => &[],
    };
    AttributionJson { how, steps, reason: reason.map(Undivided::name), inputs }
}

fn steps(of: &[Step]) -> Vec<Vec<&'static str>> {
    of.iter().map(|step| step.iter().map(|c| c.name()).collect()).collect()
}

fn input<'a, T>(change: &InputChange<'a, T>) -> InputJson<'a, T> {
    InputJson { old: change.old, new: change.new }
}

fn requirement<'a>(change: &RequirementChange<'a>) -> Option<RequirementJson<'a>> {
    let own = change.new.or(change.old)?;
    Some(RequirementJson {
        id: &own.id,
        edition: &own.edition,
        title: &own.title,
        old: change.old.map(|r| r.verdict.name()),
        new: change.new.map(|r| r.verdict.name()),
        by: steps(&change.by),
    })
}

fn finding<'a>(change: &FindingChange<'a>) -> Option<FindingJson<'a>> {
    let own = change.latest()?;
    let side = |f: &FindingRecord| FindingSideJson { verdict: f.verdict.name(), severity: f.severity.name() };
    Some(FindingJson {
        fate: change.fate.name(),
        worse: change.is_worse(),
        requirement: &own.requirement,
        edition: &own.edition,
        check: &own.check,
        subject: &own.subject,
        fingerprint: &own.fingerprint,
        message: &own.message,
        old: change.old.map(side),
        new: change.new.map(side),
        by: steps(&change.by),
        why: change.why.iter().map(why).collect(),
        facts: change.facts.iter().map(fact).collect(),
    })
}

fn why<'a>(why: &Why<'a>) -> WhyJson<'a> {
    let (input, name) = match why {
        Why::Facts(path) => ("facts", Some(*path)),
        Why::Pack(name) => ("pack", Some(*name)),
        Why::Workspace => ("workspace", None),
        Why::Day => ("as_of", None),
        Why::Engine => ("engine", None),
        Why::Unrecorded => ("unrecorded", None),
    };
    WhyJson { input, name }
}

fn fact<'a>(change: &FactChange<'a>) -> FactJson<'a> {
    let side = |f: &'a FactRecord| FactSideJson {
        value: f.value.as_deref(),
        file: &f.origin.file,
        line: f.origin.line,
        sheet: f.origin.sheet.as_deref(),
        cell: f.origin.cell.as_deref(),
    };
    FactJson { fact: change.fact, old: change.old.map(side), new: change.new.map(side) }
}
