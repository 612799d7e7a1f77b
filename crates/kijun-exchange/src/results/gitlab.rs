//! A code quality report of GitLab: a list of what failed or decides, each with a path and a line.

use kijun_text::Lang;
use serde::Serialize;

use super::github::{text, unused};
use super::{Item, Level, Place, Results};
use crate::visible;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub(super) fn report(results: &Results, lang: Lang) -> Vec<u8> {
    let shown = results.items.iter().filter(|item| item.decides || item.is_fresh_failure());
    let mut issues: Vec<Issue> = shown.filter_map(|item| issue(results, item, lang)).collect();
    issues.extend(results.unused.iter().map(|excused| Issue {
        description: visible(&format!("{}: {}", excused.name, unused(excused, lang))).into_owned(),
        check_name: "kijun/baseline".to_owned(),
        fingerprint: format!("unused-{}", excused.fingerprint),
        severity: "minor",
        location: location(Some(&excused.at)),
    }));
    let mut out = serde_json::to_vec_pretty(&issues).unwrap_or_default();
    out.push(b'\n');
    out
}

fn issue(results: &Results, item: &Item, lang: Lang) -> Option<Issue> {
    let rule = results.rule(item)?;
    let subject = if item.subject.is_empty() { String::new() } else { format!(" ({})", item.subject) };
    Some(Issue {
        description: visible(&format!("{}{subject}", text(item, lang).replace('\n', " "))).into_owned(),
        check_name: rule.id.clone(),
        fingerprint: item.fingerprint.clone(),
        severity: match item.level {
            Level::Error => "critical",
            Level::Warning => "major",
            Level::Note => "info",
        },
        location: location(item.at.as_ref()),
    })
}

/// GitLab wants a line of everything; a workbook has none, and sheet and cell stand in the description.
fn location(at: Option<&Place>) -> Location {
    let path = at.map_or_else(|| "kijun.toml".to_owned(), |place| place.path.clone());
    Location { path, lines: Lines { begin: at.and_then(Place::line).unwrap_or(1) } }
}
