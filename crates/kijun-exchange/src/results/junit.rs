//! JUnit's XML, for Jenkins and whoever reads it: a suite for each catalogue or pack. Only what is satisfied passes: what decides the
//! status is a failure, or an error where it is undecided, and everything else is skipped with the reason.

use std::fmt::Write as _;

use kijun_text::Lang;

use super::github::text;
use super::{Age, Item, Results, State};
use crate::visible;
use crate::wording::state_word;

pub(super) fn suites(results: &Results, lang: Lang) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all: Vec<&Item> = results.items.iter().collect();
    let name = format!("kijun {}", results.command.name());
    let _ = writeln!(out, "<testsuites name=\"{name}\"{}>", counts(&all));
    let mut groups: Vec<(&str, Vec<&Item>)> = Vec::new();
    for item in &results.items {
        let Some(rule) = results.rule(item) else { continue };
        match groups.iter_mut().find(|(group, _)| *group == rule.group) {
            Some((_, items)) => items.push(item),
            None => groups.push((&rule.group, vec![item])),
        }
    }
    for (group, items) in groups {
        let _ = writeln!(out, "  <testsuite name=\"{}\"{}>", attribute(group), counts(&items));
        if !results.about.is_empty() {
            out.push_str("    <properties>\n");
            for (name, value) in &results.about {
                let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", attribute(value));
            }
            out.push_str("    </properties>\n");
        }
        for item in items {
            case(results, item, lang, &mut out);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// What a case is told as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Failure,
    Error,
    Skipped,
    Passed,
}

fn told(item: &Item) -> Told {
    match (item.state, item.decides) {
        (State::Passed, _) => Told::Passed,
        (state, true) if state.is_undecided() => Told::Error,
        (_, true) => Told::Failure,
        (_, false) => Told::Skipped,
    }
}

fn counts(items: &[&Item]) -> String {
    let of = |what| items.iter().filter(|item| told(item) == what).count();
    let (failures, errors, skipped) = (of(Told::Failure), of(Told::Error), of(Told::Skipped));
    format!(" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"", items.len())
}

fn case(results: &Results, item: &Item, lang: Lang, out: &mut String) {
    let Some(rule) = results.rule(item) else { return };
    let name = match results.command {
        super::Command::Test => item.subject.clone(),
        // What fails twice in one file is told apart by its place.
        super::Command::Check => match &item.at {
            Some(at) => format!("{} {}", rule.id, at.shown()),
            None => format!("{} {}", rule.id, item.subject),
        },
        super::Command::Assess => {
            let check = item.tag("check").map_or_else(String::new, |c| format!(" {c}"));
            format!("{} {} {}{check}", rule.id, rule.title.get(lang), item.subject)
        }
    };
    let at = item.at.as_ref().map_or_else(String::new, |at| {
        let line = at.line().map_or_else(String::new, |l| format!(" line=\"{l}\""));
        format!(" file=\"{}\"{line}", attribute(&at.path))
    });
    let (name, class) = (attribute(name.trim_end()), attribute(&rule.group));
    let _ = write!(out, "    <testcase name=\"{name}\" classname=\"{class}\"{at}");
    let word = word(item, lang);
    let waiver = item.waiver.as_ref().map_or_else(String::new, |w| {
        let text = w.text.get(lang);
        if lang == Lang::Ja { format!("（{text}）") } else { format!(" ({text})") }
    });
    let message = attribute(&format!("{word}: {}{waiver}", item.message.get(lang)));
    match told(item) {
        Told::Passed => out.push_str("/>\n"),
        what => {
            let kind = attribute(item.tag("verdict").unwrap_or(item.level.name()));
            let element = match what {
                Told::Error => format!("error type=\"{kind}\""),
                Told::Failure => format!("failure type=\"{kind}\""),
                _ => "skipped".to_owned(),
            };
            let end = element.split(' ').next().unwrap_or_default();
            let _ = writeln!(
                out,
                ">\n      <{element} message=\"{message}\">{}</{end}>\n    </testcase>",
                if item.is_told() { content(&body(item, lang)) } else { String::new() }
            );
        }
    }
}

fn word(item: &Item, lang: Lang) -> String {
    let state = state_word(item.state, item.tag("verdict")).get(lang).to_owned();
    match (item.age, lang) {
        (Some(Age::Known), Lang::Ja) if item.state == State::Failed => {
            format!("{state} (ベースラインにある)")
        }
        (Some(Age::Known), Lang::En) if item.state == State::Failed => {
            format!("{state} (known in the baseline)")
        }
        _ => state,
    }
}

fn body(item: &Item, lang: Lang) -> String {
    let mut out = text(item, lang);
    if let Some(at) = &item.at {
        let _ = write!(out, "\n{}", at.shown());
    }
    for related in &item.related {
        let _ = write!(out, "\n{}  {}", related.message.get(lang), related.at.shown());
    }
    out
}

/// Text within XML 1.0, which has no place for control characters.
fn content(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_markup() {
        let hostile = "]]><x a=\"1\">&amp;\n\t\u{0}\u{1b}";
        assert_eq!(attribute(hostile), "]]&gt;&lt;x a=&quot;1&quot;&gt;&amp;amp;&#10;&#9;[U+0000][U+001B]");
        assert_eq!(content("]]>\n"), "]]&gt;\n");
    }
}
