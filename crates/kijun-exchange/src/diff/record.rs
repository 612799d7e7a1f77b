//! `kijun.assessment/1` read back, as far as a comparison needs it.

use std::collections::BTreeMap;

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;
use kijun_text::Label;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::WorkspaceRef;

#[derive(Debug, Clone, Deserialize)]
pub struct AssessmentRecord {
    pub engine: String,
    pub as_of: String,
    pub facility: String,
    pub packs: Vec<PackRecord>,
    /// `None`: an earlier version of the program did not record it.
    pub workspace: Option<WorkspaceRef>,
    pub facts: Vec<FactFileRecord>,
    pub(crate) summary: SummaryRecord,
    pub requirements: Vec<RequirementRecord>,
    pub findings: Vec<FindingRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct PackRecord {
    pub name: String,
    pub version: String,
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct FactFileRecord {
    pub path: String,
    pub sha256: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SummaryRecord {
    /// By verdict.
    pub(crate) requirements: BTreeMap<String, usize>,
    /// By severity.
    pub(crate) findings: BTreeMap<String, usize>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct RequirementRecord {
    pub id: String,
    pub edition: String,
    pub title: Label,
    #[serde(deserialize_with = "verdict")]
    pub verdict: Verdict,
    /// Own subjects by verdict.
    pub subjects: BTreeMap<String, usize>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct FindingRecord {
    pub requirement: String,
    pub edition: String,
    pub check: String,
    pub subject: SubjectRecord,
    #[serde(deserialize_with = "verdict")]
    pub verdict: Verdict,
    #[serde(deserialize_with = "weight")]
    pub severity: Weight,
    pub message: Label,
    pub because: Vec<FactRecord>,
    pub missing: Vec<MissingRecord>,
    pub fingerprint: String,
    pub rule: RuleRecord,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct SubjectRecord {
    pub kind: String,
    /// `None`: the records of the register that are not known.
    pub id: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct FactRecord {
    pub fact: String,
    pub value: Option<String>,
    pub grade: Option<String>,
    pub source: Option<String>,
    pub as_of: Option<String>,
    pub valid_until: Option<String>,
    pub origin: OriginRecord,
}

impl FactRecord {
    /// Whether the fact stands as it did: its value and what backs it. Its line may move.
    pub(crate) fn says_the_same(&self, other: &FactRecord) -> bool {
        let parts =
            |f: &FactRecord| [&f.value, &f.grade, &f.source, &f.as_of, &f.valid_until].map(Clone::clone);
        parts(self) == parts(other)
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct OriginRecord {
    pub file: String,
    /// Of a text.
    pub line: Option<u32>,
    /// Of a workbook.
    pub sheet: Option<String>,
    pub cell: Option<String>,
}

impl std::fmt::Display for OriginRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        match (self.line, &self.sheet, &self.cell) {
            (Some(line), ..) => write!(f, ":{line}"),
            (None, Some(sheet), Some(cell)) => write!(f, " {sheet}!{cell}"),
            _ => Ok(()),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct MissingRecord {
    pub fact: String,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct RuleRecord {
    pub file: String,
    pub line: u32,
}

fn verdict<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Verdict, D::Error> {
    let name = String::deserialize(deserializer)?;
    Verdict::from_name(&name).ok_or_else(|| D::Error::custom(format!("`{name}` is no verdict")))
}

fn weight<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Weight, D::Error> {
    let name = String::deserialize(deserializer)?;
    let all = [Weight::Information, Weight::Notice, Weight::Should, Weight::Must];
    all.into_iter()
        .find(|w| w.name() == name)
        .ok_or_else(|| D::Error::custom(format!("`{name}` is no severity")))
}

impl AssessmentRecord {
    /// Findings of one role only (`--for`): the figures are of all, and more than are listed.
    pub fn is_partial(&self) -> bool {
        self.summary.findings.values().sum::<usize>() != self.findings.len()
    }
}

impl FindingRecord {
    /// Violated or conflicting, of at least this weight.
    pub fn fails(&self, least: Weight) -> bool {
        self.severity >= least && matches!(self.verdict, Verdict::Violated | Verdict::Conflicting)
    }
}

impl RequirementRecord {
    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        self.subjects.get(verdict.name()).copied().unwrap_or(0)
    }
}

/// Why a text is no assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordError {
    NotJson {
        line: usize,
        column: usize,
        detail: String,
    },
    /// It names another schema, or none.
    OtherSchema(Option<String>),
    /// It names the schema and does not follow it.
    NotFollowed(String),
}

impl RecordError {
    /// What is wrong, and what to do.
    pub fn describe(&self, path: &str) -> (Label, Label) {
        let again = Label::new(
            "`kijun assess --format json --output ファイル` で作り直してください",
            "make it again with `kijun assess --format json --output FILE`",
        );
        let message = match self {
            RecordError::NotJson { line, column, detail } => Label::new(
                format!("`{path}` の {line} 行 {column} 文字目が JSON として読めません ({detail})"),
                format!("`{path}` is not JSON at line {line}, column {column} ({detail})"),
            ),
            RecordError::OtherSchema(Some(schema)) => Label::new(
                format!("`{path}` は `{schema}` で、比べられるのは `kijun.assessment/1` だけです"),
                format!("`{path}` is `{schema}`; only `kijun.assessment/1` can be compared"),
            ),
            RecordError::OtherSchema(None) => Label::new(
                format!("`{path}` に `schema` がなく、判定結果として読めません"),
                format!("`{path}` names no `schema`, so it is no assessment"),
            ),
            RecordError::NotFollowed(detail) => Label::new(
                format!("`{path}` は `kijun.assessment/1` の形をしていません ({detail})"),
                format!("`{path}` does not follow `kijun.assessment/1` ({detail})"),
            ),
        };
        (message, again)
    }
}

/// Reads a `kijun.assessment/1`.
///
/// # Errors
/// When the text is not JSON, is of another schema, or does not follow this one.
pub fn parse_assessment(text: &str) -> Result<AssessmentRecord, RecordError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: serde_json::Value = serde_json::from_str(text).map_err(|e| RecordError::NotJson {
        line: e.line(),
        column: e.column(),
        detail: e.to_string(),
    })?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        // Once more from the text: the error then has its place.
        Some("kijun.assessment/1") => {
            serde_json::from_str(text).map_err(|e| RecordError::NotFollowed(e.to_string()))
        }
        other => Err(RecordError::OtherSchema(other.map(str::to_owned))),
    }
}
