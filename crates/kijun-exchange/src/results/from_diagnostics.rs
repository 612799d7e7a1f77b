//! Diagnostics as items: their code is the rule, with its page.

use std::collections::{BTreeMap, BTreeSet};

use kijun_text::{Diagnostic, Label, Severity};

use super::{Command, Item, Level, Paths, Related, Results, Rule, State};
use crate::names::fingerprint;

/// The page of a code, in Markdown, and its address where one is known.
pub type Page<'p> = &'p dyn Fn(&str) -> (Option<String>, Option<String>);

/// What a command says of one workspace or pack, `target`; where nothing is wrong with it, that passes.
pub fn diagnostic_results(
    command: Command,
    version: &str,
    target: &str,
    diagnostics: &[Diagnostic],
    paths: &Paths<'_>,
    page: Page<'_>,
) -> Results {
    let (mut rules, mut items): (Vec<Rule>, Vec<Item>) = Default::default();
    let mut times: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        let known = rules.iter().position(|r| r.id == diagnostic.code);
        let rule = known.unwrap_or_else(|| {
            rules.push(rule(diagnostic, target, page));
            rules.len() - 1
        });
        // The text under the place and not its line, so that it stays the same when lines move; the same twice is told apart.
        let (path, text) = (paths.sources.path(diagnostic.span.file), paths.sources.slice(diagnostic.span));
        let nth = times.entry([diagnostic.code, path, text]).or_default();
        *nth += 1;
        let print = fingerprint([diagnostic.code, &format!("{target}\n{path}"), text, &nth.to_string()]);
        items.push(item(rule, diagnostic, paths, print));
    }
    if items.is_empty() {
        rules.push(sound_rule(target));
        items.push(sound(target));
    }
    Results {
        rules,
        items,
        is_complete: !diagnostics.iter().any(|d| d.severity == Severity::Error),
        ..Results::new(command, version)
    }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Information => Level::Note,
    }
}

/// The heading of a page: `# K0502 事実の属性がない / no such attribute in the facts`.
fn title(page: &str) -> Label {
    let heading = page.lines().next().unwrap_or("").trim_start_matches("# ");
    let words = heading.split_once(' ').map_or(heading, |(_, words)| words);
    let (ja, en) = words.split_once(" / ").unwrap_or((words, words));
    Label::new(ja, en)
}

fn rule(diagnostic: &Diagnostic, target: &str, page: Page<'_>) -> Rule {
    let (page, uri) = page(diagnostic.code);
    Rule {
        id: diagnostic.code.to_owned(),
        group: target.to_owned(),
        title: page.as_deref().map_or_else(|| diagnostic.message.clone(), title),
        page,
        uri,
        level: level(diagnostic.severity),
    }
}

fn sound_rule(target: &str) -> Rule {
    Rule {
        id: "kijun/sound".to_owned(),
        group: target.to_owned(),
        title: Label::new("規則と事実に問題がない", "packs and facts are sound"),
        page: None,
        uri: None,
        level: Level::Error,
    }
}

fn sound(target: &str) -> Item {
    Item {
        rule: 0,
        subject: target.to_owned(),
        state: State::Passed,
        level: Level::Note,
        message: Label::new("問題ありません", "sound"),
        help: Label::default(),
        at: None,
        related: Vec::new(),
        fingerprint: fingerprint(["kijun/sound", target, "", ""]),
        tags: Vec::new(),
        waiver: None,
        age: None,
        decides: false,
        files: BTreeSet::new(),
    }
}

fn item(rule: usize, diagnostic: &Diagnostic, paths: &Paths<'_>, fingerprint: String) -> Item {
    let note = |n: &kijun_text::Note| Some(Related { message: n.text.clone(), at: paths.place(n.span)? });
    let mut message = diagnostic.message.clone();
    for (text, label) in [(&mut message.ja, &diagnostic.label.ja), (&mut message.en, &diagnostic.label.en)] {
        if !label.is_empty() {
            text.push_str(": ");
            text.push_str(label);
        }
    }
    let places = diagnostic.notes.iter().map(|n| n.span).chain([diagnostic.span]);
    Item {
        rule,
        subject: String::new(),
        state: State::Failed,
        level: level(diagnostic.severity),
        message,
        help: diagnostic.help.clone(),
        at: paths.place(diagnostic.span),
        related: diagnostic.notes.iter().filter_map(note).collect(),
        fingerprint,
        tags: Vec::new(),
        waiver: None,
        age: None,
        decides: false,
        files: places.map(|s| s.file).collect(),
    }
}
