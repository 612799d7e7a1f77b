//! `kijun.results/1`, and the same a line an item: `kijun.result/1`, with `kijun.results-summary/1` as the last line.

use std::collections::BTreeMap;

use kijun_text::Label;
use serde::Serialize;

use super::summary::Summary;
use super::{Excused, Item, Place, Region, Results, State};

pub(super) const SCHEMA: &str = "kijun.results/1";
const LINE: &str = "kijun.result/1";
const LAST: &str = "kijun.results-summary/1";

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    command: &'static str,
    engine: &'r str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    about: BTreeMap<&'static str, &'r str>,
    complete: bool,
    summary: Figures,
    results: Vec<Line<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unused: Vec<Unused<'r>>,
}

#[derive(Serialize)]
struct Last<'r> {
    schema: &'static str,
    command: &'static str,
    engine: &'r str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    about: BTreeMap<&'static str, &'r str>,
    complete: bool,
    summary: Figures,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unused: Vec<Unused<'r>>,
}

#[derive(Serialize)]
struct Figures {
    failed: BTreeMap<&'static str, usize>,
    known: usize,
    undecided: usize,
    unverified: usize,
    waived: usize,
    not_applicable: usize,
    passed: usize,
    deciding: usize,
    not_shown: usize,
}

#[derive(Serialize)]
struct Line<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'static str>,
    rule: &'r str,
    group: &'r str,
    title: &'r Label,
    #[serde(skip_serializing_if = "str::is_empty")]
    subject: &'r str,
    state: &'static str,
    level: &'static str,
    decides: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<&'static str>,
    message: &'r Label,
    #[serde(skip_serializing_if = "Label::is_empty")]
    help: &'r Label,
    at: Option<At<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<Waiver<'r>>,
    fingerprint: &'r str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<&'static str, &'r str>,
}

#[derive(Serialize)]
struct Related<'r> {
    message: &'r Label,
    at: At<'r>,
}

#[derive(Serialize)]
struct Waiver<'r> {
    id: &'r str,
    text: &'r Label,
}

#[derive(Serialize)]
struct Unused<'r> {
    name: &'r str,
    what: &'r Label,
    resolved: bool,
    fingerprint: &'r str,
    at: At<'r>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum At<'r> {
    Text { file: &'r str, line: u32, column: u32, end_line: u32, end_column: u32 },
    Cell { file: &'r str, sheet: &'r str, cell: &'r str },
}

fn at(place: &Place) -> At<'_> {
    let file = place.path.as_str();
    match &place.region {
        Region::Text { line, column, end_line, end_column } => {
            At::Text { file, line: *line, column: *column, end_line: *end_line, end_column: *end_column }
        }
        Region::Cell { sheet, cell } => At::Cell { file, sheet, cell },
    }
}

fn figures(results: &Results) -> Figures {
    let s = Summary::of(results);
    Figures {
        failed: BTreeMap::from([("error", s.errors), ("warning", s.warnings), ("note", s.notes)]),
        known: s.known,
        undecided: s.undecided,
        unverified: s.unverified,
        waived: s.waived,
        not_applicable: s.not_applicable,
        passed: s.passed,
        deciding: s.deciding,
        not_shown: s.unshown,
    }
}

fn about(results: &Results) -> BTreeMap<&'static str, &str> {
    results.about.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn unused(excused: &Excused) -> Unused<'_> {
    Unused {
        name: &excused.name,
        what: &excused.what,
        resolved: excused.is_resolved,
        fingerprint: &excused.fingerprint,
        at: at(&excused.at),
    }
}

fn line<'r>(results: &'r Results, item: &'r Item, schema: Option<&'static str>) -> Option<Line<'r>> {
    let rule = results.rule(item)?;
    Some(Line {
        schema,
        rule: &rule.id,
        group: &rule.group,
        title: &rule.title,
        subject: &item.subject,
        state: item.state.name(),
        level: item.level.name(),
        decides: item.decides,
        age: item.age.filter(|_| item.state != State::Passed).map(super::Age::name),
        message: &item.message,
        help: &item.help,
        at: item.at.as_ref().map(at),
        related: item.related.iter().map(|r| Related { message: &r.message, at: at(&r.at) }).collect(),
        waiver: item.waiver.as_ref().map(|w| Waiver { id: &w.id, text: &w.text }),
        fingerprint: &item.fingerprint,
        tags: item.tags.iter().map(|(name, value)| (*name, value.as_str())).collect(),
    })
}

pub(super) fn document(results: &Results) -> Vec<u8> {
    let document = Document {
        schema: SCHEMA,
        command: results.command.name(),
        engine: &results.version,
        about: about(results),
        complete: results.is_complete,
        summary: figures(results),
        results: results.items.iter().filter_map(|item| line(results, item, None)).collect(),
        unused: results.unused.iter().map(unused).collect(),
    };
    let mut out = serde_json::to_vec_pretty(&document).unwrap_or_default();
    out.push(b'\n');
    out
}

pub(super) fn lines(results: &Results) -> Vec<u8> {
    let mut out = Vec::new();
    let mut push = |value: serde_json::Result<Vec<u8>>| {
        out.extend(value.unwrap_or_default());
        out.push(b'\n');
    };
    for line in results.items.iter().filter_map(|item| line(results, item, Some(LINE))) {
        push(serde_json::to_vec(&line));
    }
    push(serde_json::to_vec(&Last {
        schema: LAST,
        command: results.command.name(),
        engine: &results.version,
        about: about(results),
        complete: results.is_complete,
        summary: figures(results),
        unused: results.unused.iter().map(unused).collect(),
    }));
    out
}
