//! Which items decide the status of a run: those from some level on that no baseline excuses. And what a baseline excuses without
//! need, so that it can only shrink.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;
use kijun_text::Label;

use super::{Age, Item, Level, Place, Region, Results, ResultsRecord, State};

use crate::diff::{AssessmentDiff, Fate, FindingChange, FindingRecord};

/// What a run fails for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strict {
    /// Failures from this level on; `None`: nothing.
    pub from: Option<Level>,
    /// Undecided requirements, too.
    pub undecided: bool,
    /// Entries of a baseline that excuse nothing, too.
    pub unused: bool,
}

/// What the status of a run comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Nothing,
    Undecided,
    Failed,
}

/// A baseline as it was read, and its name.
#[derive(Debug, Clone, Copy)]
pub struct Baseline<'b> {
    pub path: &'b str,
    pub text: &'b str,
}

/// An entry of a baseline that is needed no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excused {
    /// `mhlw:8.1.2.C.オ contract ehr-2025`.
    pub name: String,
    /// What became of it.
    pub what: Label,
    /// It was put right, as far as can be told; else it is not known why it is gone.
    pub is_resolved: bool,
    pub fingerprint: String,
    /// Where it stands in the baseline.
    pub at: Place,
}

impl Results {
    /// Settles which items decide.
    pub fn decide(&mut self, strict: Strict) -> Decision {
        let mut decision = Decision::Nothing;
        for item in &mut self.items {
            let fails = item.is_fresh_failure() && strict.from.is_some_and(|from| item.level >= from);
            let undecided = strict.undecided && item.age != Some(Age::Known) && is_undecided(item);
            item.decides = fails || undecided;
            match () {
                () if fails => decision = Decision::Failed,
                () if undecided && decision == Decision::Nothing => decision = Decision::Undecided,
                () => {}
            }
        }
        if strict.unused && strict.from.is_some() && !self.unused.is_empty() {
            decision = Decision::Failed;
        }
        decision
    }
}

/// Whether the requirement of an item is undecided as a whole.
fn is_undecided(item: &Item) -> bool {
    let whole = item.tag("requirement_verdict").and_then(Verdict::from_name);
    whole.is_some_and(Verdict::is_undecided) && (item.state.is_undecided() || item.state == State::Failed)
}

/// Marks what an earlier assessment had, and lists what of it fails no more. `least` is the weight from which on findings fail.
pub fn mark_known(results: &mut Results, diff: &AssessmentDiff<'_>, least: Weight, baseline: Baseline<'_>) {
    let is_new = |c: &FindingChange<'_>| c.fate != Fate::Unlisted && (c.old.is_none() || c.fails_anew(least));
    let new: BTreeSet<&str> = diff
        .findings
        .iter()
        .filter(|c| is_new(c))
        .filter_map(|c| Some(c.new?.fingerprint.as_str()))
        .collect();
    // What is undecided fails only where its requirement was decided before.
    let undecided = |v: Option<Verdict>| v.is_some_and(Verdict::is_undecided);
    let changes = diff.requirements.iter().map(|c| (c.old.map(|r| r.verdict), c.new));
    let newly: BTreeSet<&str> = changes
        .filter_map(|(old, new)| new.filter(|r| undecided(Some(r.verdict)) && !undecided(old)))
        .map(|r| r.id.as_str())
        .collect();
    let rules: Vec<&str> = results.rules.iter().map(|r| r.id.as_str()).collect();
    for item in &mut results.items {
        let is_new = match item.state {
            State::Failed => new.contains(item.fingerprint.as_str()),
            _ => rules.get(item.rule).is_some_and(|id| newly.contains(id)),
        };
        item.age = Some(if is_new { Age::New } else { Age::Known });
    }
    let lines = lines_of(baseline.text);
    let unused = diff.findings.iter().filter(|c| was_excused(c, least));
    results.unused = unused.filter_map(|c| excused(c, baseline.path, &lines)).collect();
}

/// It failed, and does not any more.
fn was_excused(change: &FindingChange<'_>, least: Weight) -> bool {
    let fails = |f: Option<&FindingRecord>| f.is_some_and(|f| f.fails(least));
    change.fate != Fate::Unlisted && fails(change.old) && !fails(change.new)
}

fn excused(change: &FindingChange<'_>, path: &str, lines: &BTreeMap<&str, u32>) -> Option<Excused> {
    let old = change.old?;
    let subject = old.subject.id.as_deref().map_or_else(String::new, |id| format!(" {id}"));
    let what = match change.new {
        Some(now) => {
            let verdict = now.verdict.label();
            Label::new(format!("今は{}", verdict.ja), format!("now {}", verdict.en))
        }
        None => change.fate.label(),
    };
    Some(Excused {
        name: format!("{} {}{subject}", old.requirement, old.subject.kind),
        what,
        is_resolved: change.fate == Fate::Resolved,
        fingerprint: old.fingerprint.clone(),
        at: at_line(path, lines.get(old.fingerprint.as_str()).copied().unwrap_or(1)),
    })
}

fn at_line(path: &str, line: u32) -> Place {
    Place { path: path.to_owned(), region: Region::Text { line, column: 1, end_line: line, end_column: 1 } }
}

/// In which line each fingerprint stands.
fn lines_of(text: &str) -> BTreeMap<&str, u32> {
    let print = |line: &str| -> Option<usize> { Some(line.find("\"fingerprint\"")? + 13) };
    let mut out = BTreeMap::new();
    for (i, line) in text.lines().enumerate() {
        let value = print(line).and_then(|at| line.get(at..)?.split('"').nth(1));
        if let Some(value) = value {
            out.entry(value).or_insert(u32::try_from(i + 1).unwrap_or(u32::MAX));
        }
    }
    out
}

impl Results {
    /// Marks what an earlier run of the same command told. Errors are never excused.
    pub fn mark_told(&mut self, old: &ResultsRecord, baseline: Baseline<'_>) {
        let failed = old.results.iter().filter(|r| r.state == "failed" && r.level != "error");
        let known: BTreeMap<&str, &super::ResultRecord> =
            failed.map(|r| (r.fingerprint.as_str(), r)).collect();
        let mut met: BTreeSet<&str> = BTreeSet::new();
        for item in &mut self.items {
            let is_excusable = item.state == State::Failed && item.level != Level::Error;
            let found = known.get_key_value(item.fingerprint.as_str()).filter(|_| is_excusable);
            item.age = Some(if found.is_some() { Age::Known } else { Age::New });
            met.extend(found.map(|(print, _)| *print));
        }
        let lines = lines_of(baseline.text);
        let unmet = known.iter().filter(|(print, _)| !met.contains(**print));
        let excused = |(print, r): (&&str, &&super::ResultRecord)| Excused {
            name: format!("{} {}", r.rule, r.subject).trim_end().to_owned(),
            what: Label::new("もう見つからない", "not found any more"),
            is_resolved: true,
            fingerprint: (*print).to_owned(),
            at: at_line(baseline.path, lines.get(print).copied().unwrap_or(1)),
        };
        self.unused = unmet.map(excused).collect();
        self.unused.sort_by_key(|e| e.at.line());
    }
}
