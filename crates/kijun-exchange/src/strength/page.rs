//! Coverage as one page: the text of each module, with what no test brings out beside its line.

use std::collections::BTreeMap;

use kijun_engine::exercise::Exercise;
use kijun_text::{FileId, Lang};

use super::{Tally, missing, percent, sentence, ways_words};
use crate::html::{Html, PRINT_TOKENS, TOKENS, code, escaped, filled, policy};
use crate::results::Paths;

const PAGE: &str = concat!(include_str!("../html/head.html"), "{{body}}</body>\n</html>\n");
const STYLE: &str = include_str!("style.css");

/// The page in a language; it needs nothing else, and has no script.
pub fn exercise_page(exercise: &Exercise, paths: &Paths<'_>, lang: Lang) -> String {
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let title = say("テストが通った条件", "Conditions that tests exercise");
    let mut html = Html::default();
    html.element("h1", "", title);
    html.element("p", "", &sentence(exercise, lang));
    let mut by_file: BTreeMap<String, FileId> = BTreeMap::new();
    exercise.seen.keys().for_each(|span| {
        by_file.insert((paths.path)(span.file), span.file);
    });
    for (path, file) in by_file {
        html.part(module(exercise, paths, &path, file, lang));
    }
    let style = format!("{TOKENS}\n{STYLE}\n@media print {{\n{PRINT_TOKENS}\n}}");
    filled(
        PAGE,
        &[
            ("lang", code(lang)),
            ("policy", &policy(&style, "")),
            ("title", &escaped(title)),
            ("style", &style),
            ("body", &html.into_string()),
        ],
    )
}

fn module(exercise: &Exercise, paths: &Paths<'_>, path: &str, file: FileId, lang: Lang) -> Html {
    let mut html = Html::default();
    let mut by_line: BTreeMap<u32, (bool, Vec<String>)> = BTreeMap::new();
    let mut own = Exercise::default();
    for (span, (part, seen)) in exercise.seen.iter().filter(|(span, _)| span.file == file) {
        own.seen.insert(*span, (*part, *seen));
        let (line, _) = paths.sources.line_column(*span);
        let missing = missing(*part, *seen);
        let (sound, notes) = by_line.entry(line).or_insert((true, Vec::new()));
        if !missing.is_empty() {
            *sound = false;
            let words = ways_words(*part, &missing);
            notes.push(format!("{}: {}", words.get(lang), super::text(paths, *span)));
        }
    }
    let text = paths.sources.get(file).map(|s| s.text.clone()).unwrap_or_default();
    html.raw("<details><summary><b>").text(path).raw("</b> ");
    html.text(&percent(Tally::of(&own).per_mille())).raw("</summary>\n<table class=\"source\"><tbody>\n");
    for (number, line) in (1u32..).zip(text.lines()) {
        let class = match by_line.get(&number) {
            Some((true, _)) => "tested",
            Some((false, _)) => "open",
            None => "",
        };
        html.raw("<tr").attr("class", class).raw("><th scope=\"row\">").number(number as usize);
        html.raw("</th><td><code>").text(line).raw("</code>");
        for note in by_line.get(&number).into_iter().flat_map(|(_, notes)| notes) {
            html.element("p", "", note);
        }
        html.raw("</td></tr>\n");
    }
    html.raw("</tbody></table></details>\n");
    html
}
