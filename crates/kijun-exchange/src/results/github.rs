//! Workflow commands of GitHub Actions: an annotation at its line for each item that failed or decides, then figures.

use std::fmt::Write as _;

use kijun_text::Lang;

use super::summary::Summary;
use super::{Excused, Item, Level, Place, Region, Results, State};
use crate::visible;

/// Nothing that a name holds is a command: what is told of it is escaped within a command, and one line without a command in it
/// elsewhere.
pub(super) fn commands(results: &Results, lang: Lang) -> String {
    let mut out = String::new();
    for item in results.items.iter().filter(|item| is_annotated(item)) {
        let Some(rule) = results.rule(item) else { continue };
        let title = format!("{} {}", rule.id, item.subject);
        let command = match item.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        annotate(command, item.at.as_ref(), title.trim_end(), &text(item, lang), &mut out);
    }
    for excused in &results.unused {
        annotate("warning", Some(&excused.at), &excused.name, &unused(excused, lang), &mut out);
    }
    for item in results.items.iter().filter(|item| item.state == State::Waived) {
        let Some(rule) = results.rule(item) else { continue };
        let waiver = item.waiver.as_ref().map_or("", |w| w.text.get(lang));
        line(&format!("{} {}: {waiver}", rule.id, item.subject), &mut out);
    }
    line(&Summary::of(results).words(results, lang), &mut out);
    out
}

/// What is undecided is counted and not annotated: there is often much of it, and GitHub shows ten annotations of a sort.
fn is_annotated(item: &Item) -> bool {
    item.decides || item.is_fresh_failure()
}

pub(super) fn text(item: &Item, lang: Lang) -> String {
    let mut text = item.message.get(lang).to_owned();
    if let Some(cell) = item.at.as_ref().and_then(Place::cell) {
        text = format!("{cell}: {text}");
    }
    let help = item.help.get(lang);
    if !help.is_empty() {
        let _ = write!(text, "\n{} {help}", if lang == Lang::Ja { "対処:" } else { "help:" });
    }
    text
}

pub(super) fn unused(excused: &Excused, lang: Lang) -> String {
    let what = excused.what.get(lang);
    match lang {
        Lang::Ja => {
            format!("ベースラインのこの記載はもう要りません ({what})。ベースラインを作り直してください")
        }
        Lang::En => format!("the baseline need not excuse this any more ({what}); write it anew"),
    }
}

fn annotate(command: &str, at: Option<&Place>, title: &str, text: &str, out: &mut String) {
    let mut properties = Vec::new();
    if let Some(place) = at {
        properties.push(format!("file={}", property(&place.path)));
        if let Region::Text { line, column, end_line, end_column } = place.region {
            properties.push(format!("line={line}"));
            // Of several lines GitHub marks lines, not columns.
            if line == end_line {
                properties.push(format!("col={column}"));
                properties.extend((end_column > column).then(|| format!("endColumn={}", end_column - 1)));
            }
        }
    }
    properties.push(format!("title={}", property(title)));
    let _ = writeln!(out, "::{command} {}::{}", properties.join(","), data(text));
}

fn data(text: &str) -> String {
    // What is a carriage return or line feed in a text would end the command.
    let text = text.replace('\r', "");
    visible(&text).replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn line(text: &str, out: &mut String) {
    out.push_str(&log_line(text));
    out.push('\n');
}

/// A text as one line of a log. The runner of GitHub reads `::` at the beginning of one, and `##[` anywhere in it, as a command.
pub fn log_line(text: &str) -> String {
    let one: Vec<&str> = text.split_whitespace().collect();
    visible(&one.join(" ")).replace("##[", "# #[").replace("::", ": :")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_a_command() {
        let at = Place {
            path: "facts/a,b:c.csv".into(),
            region: Region::Text { line: 3, column: 5, end_line: 3, end_column: 9 },
        };
        let mut out = String::new();
        annotate(
            "error",
            Some(&at),
            "n:1 x\r\n::stop-commands::y",
            "100%\n::set-env name=A::b\u{1b}[2J",
            &mut out,
        );
        assert_eq!(
            out,
            "::error file=facts/a%2Cb%3Ac.csv,line=3,col=5,endColumn=8,title=n%3A1 x%0A%3A%3Astop-commands%3A%3Ay\
             ::100%25%0A::set-env name=A::b[U+001B][2J\n"
        );
        let mut log = String::new();
        line("::error::x\n::y ##[group]z", &mut log);
        assert_eq!(log, ": :error: :x : :y # #[group]z\n");
    }
}
