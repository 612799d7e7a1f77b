//! Diffs as tables, for spreadsheets and scripts: UTF-8 with a byte order mark.

use kijun_coverage::{Cause, Change, Side, is_worse};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::{Mark, RequirementId};
use kijun_text::Lang;

use super::EditionsContext;
use super::assessments::{AssessmentDiff, Why};
use super::attribution::Step;
use super::names::{id, subject, title, written};
use super::record::FindingRecord;
use crate::csv_table::CsvTable;

/// One line for each link, then one for each item without any; several ids in a cell are a claim about their union.
const EDITIONS: [&str; 17] = [
    "old",
    "new",
    "old_change",
    "new_change",
    "basis",
    "relation",
    "possible",
    "stated",
    "strength",
    "mark",
    "old_title",
    "new_title",
    "old_verdict",
    "new_verdict",
    "causes",
    "subjects",
    "worse",
];

/// # Errors
/// Those of writing into memory: none in practice.
pub fn edition_diff_csv(context: &EditionsContext<'_>, lang: Lang) -> Result<Vec<u8>, csv::Error> {
    let mut out = CsvTable::new();
    out.write_record(EDITIONS)?;
    let (mappings, diff) = (context.mappings, context.diff);
    let all = |of: &[RequirementId], text: &dyn Fn(RequirementId) -> String| {
        of.iter().map(|i| text(*i)).collect::<Vec<_>>().join("|")
    };
    let change = |side: Side, of: RequirementId| {
        let found = diff.items.iter().find(|i| i.side == side && i.id == of);
        found.map_or(String::new(), |i| i.change.name().to_owned())
    };
    for (i, link) in diff.links.iter().enumerate() {
        let flip = context.flips.as_ref().and_then(|f| f.flips.iter().find(|f| f.link == i));
        let derivation = link.derivation.as_ref();
        let subjects: Vec<String> = match (flip, &context.flips) {
            (Some(flip), Some(flips)) => {
                let names = flip.subjects.iter().map(|s| subject(mappings.program, flips, s.subject));
                names.map(|(kind, id)| written(kind, id, lang)).collect()
            }
            _ => Vec::new(),
        };
        let causes: Vec<&str> = flip.iter().flat_map(|f| &f.causes).map(|c: &Cause| c.name()).collect();
        let name = |i: RequirementId| id(mappings, i).to_owned();
        let words = |i: RequirementId| title(mappings, i, lang).to_owned();
        let record: [String; 17] = [
            all(&link.old, &name),
            all(&link.new, &name),
            all(&link.old, &|i| change(Side::Old, i)),
            all(&link.new, &|i| change(Side::New, i)),
            String::new(),
            link.possible.name().to_owned(),
            link.possible.iter().map(|r| r.name()).collect::<Vec<_>>().join("|"),
            if link.stated { "stated" } else { "inferred" }.to_owned(),
            derivation.and_then(|d| d.strength).map(|s| s.to_string()).unwrap_or_default(),
            derivation.and_then(|d| d.mark).map_or(String::new(), |m: Mark| m.name().to_owned()),
            all(&link.old, &words),
            all(&link.new, &words),
            flip.map_or(String::new(), |f| f.old.name().to_owned()),
            flip.map_or(String::new(), |f| f.new.name().to_owned()),
            causes.join("|"),
            subjects.join("|"),
            flip.map_or(String::new(), |f| is_worse(f).to_string()),
        ];
        out.write_record(record)?;
    }
    for item in diff.items.iter().filter(|i| i.links.is_empty()) {
        let mut record: [&str; 17] = [""; 17];
        let at = |side: Side, old: usize| old + usize::from(side == Side::New);
        let mut set = |at: usize, text| {
            if let Some(slot) = record.get_mut(at) {
                *slot = text;
            }
        };
        set(at(item.side, 0), id(mappings, item.id));
        set(at(item.side, 2), Change::name(item.change));
        set(4, item.basis.map_or("", kijun_coverage::Basis::name));
        set(at(item.side, 10), title(mappings, item.id, lang));
        out.write_record(record)?;
    }
    out.finish()
}

/// `what` is `pack`, `facts`, `as_of`, `engine`, `workspace`, `requirement` or `finding`. In `by`, `facts|rules;as_of` is facts or rules, and then
/// the day.
const ASSESSMENTS: [&str; 14] = [
    "what",
    "change",
    "name",
    "check",
    "kind",
    "subject",
    "old",
    "new",
    "old_severity",
    "new_severity",
    "worse",
    "why",
    "message",
    "by",
];

/// One line for each input, verdict and finding that differs.
///
/// # Errors
/// Those of writing into memory: none in practice.
pub fn assessment_diff_csv(diff: &AssessmentDiff<'_>, lang: Lang) -> Result<Vec<u8>, csv::Error> {
    let mut out = CsvTable::new();
    out.write_record(ASSESSMENTS)?;
    let by = |steps: &[Step]| {
        let step = |s: &Step| s.iter().map(|c| c.name()).collect::<Vec<_>>().join("|");
        steps.iter().map(step).collect::<Vec<_>>().join(";")
    };
    let mut short = |what: &str, name: &str, old: &str, new: &str, by: &str| {
        let change = match (old.is_empty(), new.is_empty()) {
            (true, _) => "appeared",
            (_, true) => "vanished",
            _ => "changed",
        };
        out.write_record([what, change, name, "", "", "", old, new, "", "", "", "", "", by])
    };
    for p in &diff.packs {
        let words = |p: Option<&super::record::PackRecord>| {
            p.map_or(String::new(), |p| format!("{} {}", p.version, p.sha256))
        };
        short("pack", p.name, &words(p.old), &words(p.new), "")?;
    }
    for f in &diff.facts {
        short("facts", f.name, f.old.map_or("", |f| &f.sha256), f.new.map_or("", |f| &f.sha256), "")?;
    }
    if diff.is_other_day() {
        short("as_of", "", &diff.old.as_of, &diff.new.as_of, "")?;
    }
    if diff.is_other_engine() {
        short("engine", "", &diff.old.engine, &diff.new.engine, "")?;
    }
    if diff.is_other_workspace() {
        let words = |r: &super::record::AssessmentRecord| {
            r.workspace.as_ref().map_or(String::new(), |w| {
                format!("{} {}", w.profile.as_deref().unwrap_or_default(), w.sha256).trim().to_owned()
            })
        };
        short("workspace", "", &words(diff.old), &words(diff.new), "")?;
    }
    for r in &diff.requirements {
        let name = r.new.or(r.old).map_or("", |r| &r.id);
        let verdict = |r: Option<&super::record::RequirementRecord>| r.map_or("", |r| r.verdict.name());
        short("requirement", name, verdict(r.old), verdict(r.new), &by(&r.by))?;
    }
    for f in &diff.findings {
        let Some(own) = f.latest() else { continue };
        let verdict = |f: Option<&FindingRecord>| f.map_or("", |f| Verdict::name(f.verdict));
        let severity = |f: Option<&FindingRecord>| f.map_or("", |f| f.severity.name());
        let why: Vec<String> = f.why.iter().map(|w: &Why<'_>| w.label().get(lang).to_owned()).collect();
        out.write_record([
            "finding",
            f.fate.name(),
            &own.requirement,
            &own.check,
            &own.subject.kind,
            own.subject.id.as_deref().unwrap_or(""),
            verdict(f.old),
            verdict(f.new),
            severity(f.old),
            severity(f.new),
            &f.is_worse().to_string(),
            &why.join("|"),
            own.message.get(lang),
            &by(&f.by),
        ])?;
    }
    out.finish()
}
