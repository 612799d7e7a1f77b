//! `kijun.assessment/1`: what an assessment is called in JSON, written without a tree of values in between. Order is
//! fixed: catalogue order, then rule, then subject id.

use kijun_coverage::Tracked;
use kijun_engine::assessment::{Assessment, Finding, Reason, Remark, RequirementResult, Verdict};
use kijun_engine::count_requirements;
use kijun_engine::program::{Program, Requirement, Weight};
use kijun_facts::Store;
use kijun_text::{Label, Sources};
use serde::{Deserialize, Serialize, Serializer};

use crate::fact_json::{Fact, Missing, because, missing};
use crate::names::{fingerprint, rule_name, subject_id, subject_name};
use crate::tracked_json::{TrackedJson, tracked};

/// A pack that took part, with its digest.
#[derive(Debug, Clone, Serialize)]
pub struct PackRef {
    pub name: String,
    pub version: String,
    pub sha256: String,
}

/// What the workspace itself adds to its packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceRef {
    /// The profile that was asked for.
    pub profile: Option<String>,
    /// Of its own modules: profiles, parameters, rules.
    pub sha256: String,
}

/// What an assessment is about, beside its verdicts.
pub struct Context<'a> {
    pub program: &'a Program,
    pub store: &'a Store,
    /// The modules, in which rules have their place.
    pub sources: &'a Sources,
    /// What was read of the facility, in which facts have their place.
    pub fact_sources: &'a Sources,
    pub facility: &'a str,
    pub engine_version: &'a str,
    pub packs: &'a [PackRef],
    pub workspace: &'a WorkspaceRef,
    /// The catalogues that the profile tracks.
    pub tracked: &'a [Tracked],
    /// Path and SHA-256 of each file of facts.
    pub facts: &'a [(String, String)],
}

/// An assessment as `kijun.assessment/1`, to be written by any serializer.
#[derive(Serialize)]
pub struct AssessmentJson<'a> {
    schema: &'static str,
    engine: &'a str,
    as_of: String,
    facility: &'a str,
    packs: &'a [PackRef],
    workspace: &'a WorkspaceRef,
    facts: Vec<FactFile<'a>>,
    summary: Summary,
    sections: Vec<Section<'a>>,
    requirements: Vec<RequirementJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    remarks: Vec<RemarkJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tracked: Vec<TrackedJson<'a>>,
}

/// The assessment as `kijun.assessment/1`. `listed` chooses which findings are listed (`--for`); figures are always
/// of all.
pub fn assessment_json<'a>(
    context: &Context<'a>,
    assessment: &'a Assessment,
    listed: impl Fn(&Finding) -> bool,
) -> AssessmentJson<'a> {
    let results = assessment.requirements.iter();
    let (sections, requirements): (Vec<_>, Vec<_>) = results
        .filter_map(|r| Some((context.program.requirement(r.requirement)?, r)))
        .partition(|(r, _)| r.is_section);
    AssessmentJson {
        schema: "kijun.assessment/1",
        engine: context.engine_version,
        as_of: kijun_facts::Date::day(assessment.as_of).to_string(),
        facility: context.facility,
        packs: context.packs,
        workspace: context.workspace,
        facts: context.facts.iter().map(|(path, sha256)| FactFile { path, sha256 }).collect(),
        summary: summary(context, assessment),
        sections: sections.into_iter().map(|(r, result)| section(context, r, result)).collect(),
        requirements: requirements.into_iter().map(|(r, result)| requirement(context, r, result)).collect(),
        findings: assessment
            .findings
            .iter()
            .filter(|f| listed(f))
            .filter_map(|f| Some(finding(context, context.program.requirement(f.requirement)?, f)))
            .collect(),
        remarks: assessment.remarks.iter().map(|r| remark(context, r)).collect(),
        tracked: context.tracked.iter().filter_map(|t| tracked(context.program, t)).collect(),
    }
}

#[derive(Serialize)]
struct FactFile<'a> {
    path: &'a str,
    sha256: &'a str,
}

/// How many of each, as a table by name.
pub(crate) struct Counts(pub(crate) Vec<(&'static str, usize)>);

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, count)| (name, count)))
    }
}

impl Counts {
    fn of_verdicts(counts: impl IntoIterator<Item = (Verdict, usize)>) -> Counts {
        Counts(counts.into_iter().map(|(verdict, count)| (verdict.name(), count)).collect())
    }
}

#[derive(Serialize)]
struct Summary {
    requirements: Counts,
    findings: Counts,
    facts: FactCounts,
}

#[derive(Serialize)]
struct FactCounts {
    required: usize,
    recorded: usize,
    expired: usize,
}

fn summary(context: &Context<'_>, assessment: &Assessment) -> Summary {
    let of_weight = |weight: Weight| assessment.findings.iter().filter(|f| f.weight == weight).count();
    let weights = [Weight::Must, Weight::Should, Weight::Notice, Weight::Information];
    let facts = assessment.facts;
    Summary {
        requirements: Counts::of_verdicts(count_requirements(context.program, &assessment.requirements)),
        findings: Counts(weights.into_iter().map(|w| (w.name(), of_weight(w))).collect()),
        facts: FactCounts { required: facts.required, recorded: facts.recorded, expired: facts.expired },
    }
}

fn edition<'a>(context: &Context<'a>, requirement: &Requirement) -> &'a str {
    context.program.catalogs.get(requirement.catalog).map_or("", |c| c.edition.as_str())
}

#[derive(Serialize)]
struct Section<'a> {
    id: &'a str,
    edition: &'a str,
    title: &'a Label,
    verdict: &'static str,
}

fn section<'a>(context: &Context<'a>, of: &'a Requirement, result: &RequirementResult) -> Section<'a> {
    Section { id: &of.id, edition: edition(context, of), title: &of.title, verdict: result.verdict.name() }
}

#[derive(Serialize)]
struct RequirementJson<'a> {
    id: &'a str,
    edition: &'a str,
    title: &'a Label,
    level: Option<&'a str>,
    mark: &'static str,
    verdict: &'static str,
    subjects: Counts,
    #[serde(skip_serializing_if = "Label::is_empty")]
    reason: &'a Label,
}

fn requirement<'a>(
    context: &Context<'a>,
    of: &'a Requirement,
    result: &'a RequirementResult,
) -> RequirementJson<'a> {
    RequirementJson {
        id: &of.id,
        edition: edition(context, of),
        title: &of.title,
        level: of.level.as_deref(),
        mark: of.mark.name(),
        verdict: result.verdict.name(),
        subjects: Counts::of_verdicts(result.subjects.iter().copied()),
        reason: &result.reason,
    }
}

#[derive(Serialize)]
struct FindingJson<'a> {
    requirement: &'a str,
    edition: &'a str,
    check: &'a str,
    subject: Subject<'a>,
    verdict: &'static str,
    severity: &'static str,
    mark: &'static str,
    message: &'a Label,
    because: Vec<Fact<'a>>,
    missing: Vec<Missing<'a>>,
    fix: &'a Label,
    audience: &'a [String],
    basis: &'a [String],
    fingerprint: String,
    rule: Rule<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<&'a str>,
}

#[derive(Serialize)]
struct Subject<'a> {
    kind: &'a str,
    id: Option<&'a str>,
}

#[derive(Serialize)]
struct Rule<'a> {
    file: &'a str,
    line: u32,
}

fn finding<'a>(context: &Context<'a>, of: &'a Requirement, f: &'a Finding) -> FindingJson<'a> {
    let kind = subject_name(context.program, f.subject);
    let id = subject_id(context.store, context.facility, f.subject);
    let check = rule_name(context.program, f.rule);
    let (line, _) = context.sources.line_column(f.rule_span);
    let waiver = f.waiver.filter(|_| f.verdict == Verdict::Waived);
    FindingJson {
        requirement: &of.id,
        edition: edition(context, of),
        check,
        subject: Subject { kind, id },
        verdict: f.verdict.name(),
        severity: f.weight.name(),
        mark: of.mark.name(),
        message: &f.message,
        because: f.because.iter().flat_map(|u| because(context, u)).collect(),
        missing: f.missing.iter().map(|m| missing(context, *m)).collect(),
        fix: &f.fix,
        audience: &of.audience,
        // Only a must-item that is not met exposes to what stands behind it, and only possibly.
        basis: if f.weight == Weight::Must { &of.basis } else { &[] },
        fingerprint: fingerprint([&of.id, check, kind, id.unwrap_or("*")]),
        rule: Rule { file: context.sources.path(f.rule_span.file), line },
        reason: f.reason.map(reason_name),
        waiver: waiver.map(|row| waiver_id(context, row)),
    }
}

fn waiver_id<'a>(context: &Context<'a>, row: u32) -> &'a str {
    context.store.id_text(context.program.builtins.waiver, row as usize)
}

pub(crate) fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Missing => "missing",
        Reason::Judgement => "judgement",
        Reason::WeakRule => "unverified_rule",
        Reason::Grade => "grade",
    }
}

#[derive(Serialize)]
struct RemarkJson<'a> {
    remark: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<&'a str>,
}

fn remark<'a>(context: &Context<'a>, remark: &Remark) -> RemarkJson<'a> {
    let about_waiver =
        |name, row: u32| RemarkJson { remark: name, kind: None, waiver: Some(waiver_id(context, row)) };
    match remark {
        Remark::RegisterNotAttested(kind) => {
            let name = context.program.schema.kind(*kind).map_or("", |k| k.name.as_str());
            RemarkJson { remark: "register_not_attested", kind: Some(name), waiver: None }
        }
        Remark::WaiverUnused(row) => about_waiver("waiver_unused", *row),
        Remark::WaiverExpired(row) => about_waiver("waiver_expired", *row),
        Remark::WaiverIncomplete(row) => about_waiver("waiver_incomplete", *row),
    }
}
