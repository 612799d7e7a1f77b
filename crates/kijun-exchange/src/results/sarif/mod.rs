//! SARIF 2.1.0 (OASIS). What is undecided is `open` or `review`, what is waived is suppressed, and neither is a failure. What passes, or
//! is checked by nothing, is counted in the properties of the run and is no result.

mod document;

use std::collections::{BTreeMap, BTreeSet};

use kijun_text::Lang;

use super::github::text;
use super::place::{Place, Region};
use super::summary::Summary;
use super::{Age, Item, Level, Results, Rule, State, Waiver};
use crate::visible;
use document::{
    Artifact, Automation, Component, Configuration, Descriptor, Finding, FindingProperties, Help, Invocation,
    Location, Log, Logical, Physical, Run, RunProperties, Suppression, Text, Tool, Unused,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative addresses start from: the folder in which the program ran.
const BASE: &str = "%SRCROOT%";

pub(super) fn log(results: &Results, lang: Lang) -> Vec<u8> {
    let shown: Vec<&Item> = results.items.iter().filter(|item| is_result(item)).collect();
    let rules: BTreeSet<usize> = shown.iter().map(|item| item.rule).collect();
    let index: BTreeMap<usize, usize> = rules.iter().enumerate().map(|(at, rule)| (*rule, at)).collect();
    let used = || rules.iter().filter_map(|i| results.rules.get(*i));
    let other = if lang == Lang::Ja { Lang::En } else { Lang::Ja };
    let run = Run {
        tool: Tool {
            driver: Component {
                name: "kijun",
                semantic_version: Some(&results.version),
                language: tongue(lang),
                contents: vec!["localizedData", "nonLocalizedData"],
                rules: used().map(|rule| descriptor(rule, lang)).collect(),
            },
        },
        translations: [Component {
            name: "kijun",
            semantic_version: None,
            language: tongue(other),
            contents: vec!["localizedData"],
            rules: used().map(|rule| translation(rule, other)).collect(),
        }],
        invocations: [Invocation { execution_successful: results.is_complete }],
        automation_details: Automation { id: format!("kijun/{}/", results.command.name()) },
        column_kind: "unicodeCodePoints",
        results: shown
            .iter()
            .filter_map(|item| result(results.rule(item)?, *index.get(&item.rule)?, item, lang))
            .collect(),
        properties: properties(results),
    };
    let mut out =
        serde_json::to_vec_pretty(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }).unwrap_or_default();
    out.push(b'\n');
    out
}

fn is_result(item: &Item) -> bool {
    matches!(item.state, State::Failed | State::Open | State::Review | State::Waived) || item.decides
}

fn tongue(lang: Lang) -> &'static str {
    if lang == Lang::Ja { "ja" } else { "en" }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn plain(text: &str) -> Text {
    Text { text: visible(text).into_owned() }
}

fn descriptor(rule: &Rule, lang: Lang) -> Descriptor<'_> {
    Descriptor {
        // The page is in both languages; as text it is read with its markup, which is little.
        help: rule.page.as_deref().map(|page| Help { text: page, markdown: page }),
        help_uri: rule.uri.as_deref(),
        default_configuration: Some(Configuration { level: level(rule.level) }),
        properties: BTreeMap::from([("group", rule.group.as_str())]),
        ..translation(rule, lang)
    }
}

/// What a translation says of a rule: texts, and nothing else.
fn translation(rule: &Rule, lang: Lang) -> Descriptor<'_> {
    Descriptor {
        id: &rule.id,
        short_description: plain(rule.title.or(lang, &rule.id)),
        help: None,
        help_uri: None,
        default_configuration: None,
        properties: BTreeMap::new(),
    }
}

fn properties(results: &Results) -> RunProperties<'_> {
    let summary = Summary::of(results);
    let unused = results.unused.iter().map(|e| Unused {
        name: &e.name,
        what: &e.what,
        resolved: e.is_resolved,
        fingerprint: &e.fingerprint,
    });
    RunProperties {
        about: results.about.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        passed: summary.passed,
        not_applicable: summary.not_applicable,
        unverified: summary.unverified,
        undecided: summary.undecided,
        waived: summary.waived,
        known: summary.known,
        not_shown: summary.unshown,
        unused_in_baseline: unused.collect(),
    }
}

fn result<'r>(rule: &'r Rule, rule_index: usize, item: &'r Item, lang: Lang) -> Option<Finding<'r>> {
    let kind = match item.state {
        State::Open => "open",
        State::Review | State::Unverified => "review",
        State::Failed | State::Waived => "fail",
        State::NotApplicable | State::Passed => return None,
    };
    let related = item.related.iter().enumerate().map(|(i, related)| Location {
        id: Some(i + 1),
        message: Some(plain(related.message.get(lang))),
        ..location(&related.at)
    });
    Some(Finding {
        rule_id: &rule.id,
        rule_index,
        kind,
        // Of anything but a failure the level is `none`, says the standard.
        level: if kind == "fail" { level(item.level) } else { "none" },
        message: plain(&text(item, lang)),
        locations: item.at.iter().map(|at| of_subject(at, item)).collect(),
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([
            ("kijun/v1", item.fingerprint.clone()),
            // GitHub tells alerts apart by this name alone.
            ("primaryLocationLineHash", format!("{}:1", item.fingerprint)),
        ]),
        baseline_state: item.age.map(|age| if age == Age::New { "new" } else { "unchanged" }),
        suppressions: item.waiver.iter().map(|waiver| suppression(waiver, lang)).collect(),
        properties: FindingProperties {
            about: &item.subject,
            decides: item.decides,
            text: &item.message,
            tags: item.tags.iter().map(|(name, value)| (*name, value.as_str())).collect(),
        },
    })
}

fn suppression(waiver: &Waiver, lang: Lang) -> Suppression<'_> {
    Suppression {
        kind: "external",
        status: "accepted",
        justification: visible(waiver.text.get(lang)).into_owned(),
        location: waiver.at.as_ref().map(location),
    }
}

fn of_subject<'r>(at: &'r Place, item: &'r Item) -> Location<'r> {
    let mut out = location(at);
    if !item.subject.is_empty() {
        out.logical_locations.push(Logical {
            name: None,
            fully_qualified_name: visible(&item.subject).into_owned(),
            kind: "object",
        });
    }
    out
}

/// A file and a region of it. A workbook's bytes have no lines: its place is a logical one, the cell.
fn location(at: &Place) -> Location<'_> {
    let uri_base_id = (!at.is_absolute()).then_some(BASE);
    let artifact_location = Artifact { uri: at.uri(), uri_base_id };
    let mut out = Location {
        id: None,
        physical_location: Physical { artifact_location, region: None },
        logical_locations: Vec::new(),
        message: None,
        properties: BTreeMap::new(),
    };
    match &at.region {
        Region::Text { line, column, end_line, end_column } => {
            out.physical_location.region = Some(document::Region {
                start_line: *line,
                start_column: *column,
                end_line: *end_line,
                end_column: *end_column,
            });
        }
        Region::Cell { sheet, cell } => {
            out.logical_locations.push(Logical {
                name: Some(cell.clone()),
                fully_qualified_name: format!("{}!{cell}", visible(sheet)),
                kind: "value",
            });
            out.properties = BTreeMap::from([("sheet", sheet.as_str()), ("cell", cell.as_str())]);
        }
    }
    out
}
