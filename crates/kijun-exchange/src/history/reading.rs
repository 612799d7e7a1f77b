//! `kijun.history/1`. The other formats are written from it.

use std::collections::BTreeMap;

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;
use kijun_text::Label;
use serde::Serialize;

use super::{HistoryContext, KeptAssessment, UnreadFile};
use crate::diff::record::PackRecord;
use crate::diff::{AssessmentRecord, diff_assessments};

#[derive(Serialize)]
pub struct HistoryJson<'a> {
    schema: &'static str,
    engine: &'a str,
    pub(super) facility: &'a str,
    #[serde(skip)]
    pub(super) title: &'a Label,
    pub(super) assessments: Vec<EntryJson<'a>>,
    pub(super) unread: Vec<UnreadJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct EntryJson<'a> {
    pub(super) file: &'a str,
    pub(super) as_of: &'a str,
    pub(super) engine: &'a str,
    /// It lists the findings of one role only.
    pub(super) partial: bool,
    pub(super) packs: &'a [PackRecord],
    /// Editions of catalogues that were evaluated, as `mhlw@4.2`.
    pub(super) editions: Vec<String>,
    /// By verdict.
    pub(super) requirements: BTreeMap<&'static str, usize>,
    /// Of these, those that are not decided.
    pub(super) undecided: usize,
    /// Violated or conflicting, by severity.
    pub(super) findings: BTreeMap<&'static str, usize>,
    /// Those that are unknown, whatever their severity.
    pub(super) unknown_findings: usize,
    /// What changed since the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<SinceJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct SinceJson<'a> {
    pub(super) as_of: &'a str,
    /// Packs and files of facts that differ, and whether the engine does.
    pub(super) packs: Vec<String>,
    pub(super) facts: Vec<String>,
    pub(super) engine: bool,
    /// Those with another verdict.
    pub(super) requirements: usize,
    pub(super) new: usize,
    pub(super) changed: usize,
    pub(super) resolved: usize,
    /// No longer found without being resolved.
    pub(super) left: usize,
    /// Must-findings that are newly violated or conflicting.
    pub(super) worse: usize,
}

#[derive(Serialize)]
pub(super) struct UnreadJson<'a> {
    pub(super) file: &'a str,
    pub(super) message: &'a Label,
    pub(super) help: &'a Label,
}

pub fn history_json<'a>(context: &'a HistoryContext<'a>) -> HistoryJson<'a> {
    let before = std::iter::once(None).chain(context.kept.iter().map(Some));
    HistoryJson {
        schema: "kijun.history/1",
        engine: context.engine_version,
        facility: context.facility,
        title: context.title,
        assessments: context.kept.iter().zip(before).map(|(own, before)| entry(own, before)).collect(),
        unread: context
            .unread
            .iter()
            .map(|UnreadFile { file, message, help }| UnreadJson { file, message, help })
            .collect(),
    }
}

pub(super) const VERDICTS: [Verdict; 8] = [
    Verdict::Satisfied,
    Verdict::Violated,
    Verdict::Conflicting,
    Verdict::Unknown,
    Verdict::Stale,
    Verdict::Waived,
    Verdict::Unverified,
    Verdict::NotApplicable,
];

pub(super) const WEIGHTS: [Weight; 4] = [Weight::Must, Weight::Should, Weight::Notice, Weight::Information];

fn entry<'a>(own: &'a KeptAssessment, before: Option<&'a KeptAssessment>) -> EntryJson<'a> {
    let record = &own.record;
    let of = |map: &BTreeMap<String, usize>, name: &str| map.get(name).copied().unwrap_or(0);
    let verdicts = &record.summary.requirements;
    // The summary counts what is undecided by severity, too.
    let failing = |w: Weight| record.findings.iter().filter(|f| f.severity == w && f.fails(w)).count();
    let undecided = VERDICTS.iter().filter(|v| v.is_undecided()).map(|v| of(verdicts, v.name())).sum();
    EntryJson {
        file: &own.file,
        as_of: &record.as_of,
        engine: &record.engine,
        partial: record.is_partial(),
        packs: &record.packs,
        editions: editions(record),
        requirements: VERDICTS.iter().map(|v| (v.name(), of(verdicts, v.name()))).collect(),
        undecided,
        findings: WEIGHTS.iter().map(|w| (w.name(), failing(*w))).collect(),
        unknown_findings: record.findings.iter().filter(|f| f.verdict == Verdict::Unknown).count(),
        since: before.and_then(|before| since(&before.record, record)),
    }
}

/// In the order in which they are evaluated.
fn editions(record: &AssessmentRecord) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for requirement in &record.requirements {
        let catalog = requirement.id.split_once(':').map_or("", |(catalog, _)| catalog);
        let alias = catalog.split_once('@').map_or(catalog, |(alias, _)| alias);
        let name = format!("{alias}@{}", requirement.edition);
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

fn since<'a>(old: &'a AssessmentRecord, new: &'a AssessmentRecord) -> Option<SinceJson<'a>> {
    let diff = diff_assessments(old, new)?;
    let counts = diff.counts();
    Some(SinceJson {
        as_of: &old.as_of,
        packs: diff.packs.iter().map(|p| p.name.to_owned()).collect(),
        facts: diff.facts.iter().map(|f| f.name.to_owned()).collect(),
        engine: diff.is_other_engine(),
        requirements: diff.requirements.len(),
        new: counts.came,
        changed: counts.changed,
        resolved: counts.resolved,
        left: counts.left,
        worse: diff.worse(),
    })
}
