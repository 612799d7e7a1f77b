//! How much tests say, for people and tools: which conditions they exercised, and which changes to rules they did not notice.

mod lcov;
mod mutation;
mod page;
mod words;

use kijun_engine::exercise::{Exercise, Part, Seen};
use kijun_text::{Lang, Span};
use serde::Serialize;

use crate::diff::Line;
use crate::results::Paths;

pub use lcov::exercise_lcov;
pub use mutation::{MutationContext, Standing, Survivor, mutation_lines, survivor_named};
use mutation::{MutationJson, mutation_json};
pub use page::exercise_page;
use words::ways_words;

/// How a condition should have come out in some test, and whether it did.
fn ways(part: Part, seen: Seen) -> Vec<(Way, bool)> {
    let mut ways = vec![(Way::Holds, seen.holds > 0), (Way::Fails, seen.fails > 0)];
    // Missing is never a pass: what is asked is tried with facts missing, too.
    if part == Part::Require {
        ways.push((Way::Unknown, seen.unknown > 0));
    }
    ways
}

/// The ways in which no test brings it out.
fn missing(part: Part, seen: Seen) -> Vec<Way> {
    ways(part, seen).into_iter().filter(|(_, seen)| !seen).map(|(way, _)| way).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Holds,
    Fails,
    Unknown,
}

/// How many of the ways in which conditions may come out were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub seen: usize,
    pub all: usize,
}

impl Tally {
    pub fn of(exercise: &Exercise) -> Tally {
        let mut tally = Tally::default();
        for (_, seen) in exercise.seen.values().flat_map(|(part, seen)| ways(*part, *seen)) {
            tally.all += 1;
            tally.seen += usize::from(seen);
        }
        tally
    }

    /// In tenths of a per cent, rounded down; all of nothing is all.
    pub fn per_mille(self) -> usize {
        (self.seen * 1000).checked_div(self.all).unwrap_or(1000)
    }
}

/// `93.2 %`.
pub fn percent(per_mille: usize) -> String {
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

/// How many conditions there are, and in how many ways tests bring them out.
fn sentence(exercise: &Exercise, lang: Lang) -> String {
    let (tally, count) = (Tally::of(exercise), exercise.seen.len());
    let (seen, all, share) = (tally.seen, tally.all, percent(tally.per_mille()));
    match lang {
        Lang::Ja => format!(
            "条件 {count} か所、成り立つ・成り立たない・分からない場合 {all} 通りのうち {seen} 通りをテスト（{share}）"
        ),
        Lang::En => format!(
            "{count} conditions, {seen} of {all} ways in which they may come out are tested ({share})"
        ),
    }
}

/// The figures and every condition that no test brings out in some way, as lines.
pub fn exercise_lines(exercise: &Exercise, title: &str, paths: &Paths<'_>, lang: Lang) -> Vec<Line> {
    let mut out = vec![Line::Heading(format!("{title}: {}", sentence(exercise, lang)))];
    for (span, (part, seen)) in &exercise.seen {
        let missing = missing(*part, *seen);
        if !missing.is_empty() {
            let words = ways_words(*part, &missing);
            out.push(Line::Item(
                0,
                format!("{}  {}: {}", place(paths, *span), words.get(lang), text(paths, *span)),
            ));
        }
    }
    out
}

/// Coverage and mutation of packs as data: `kijun.strength/1`.
#[derive(Debug, Serialize)]
pub struct StrengthJson {
    schema: &'static str,
    engine: String,
    pub packs: Vec<PackStrength>,
}

#[derive(Debug, Serialize)]
pub struct PackStrength {
    pack: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<CoverageJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutation: Option<MutationJson>,
}

#[derive(Debug, Serialize)]
struct CoverageJson {
    conditions: usize,
    ways: usize,
    tested: usize,
    gaps: Vec<GapJson>,
}

#[derive(Debug, Serialize)]
struct GapJson {
    #[serde(flatten)]
    at: AtJson,
    part: &'static str,
    missing: Vec<Way>,
}

#[derive(Debug, Serialize)]
struct AtJson {
    file: String,
    line: u32,
    column: u32,
    text: String,
}

impl StrengthJson {
    pub fn new(engine: &str) -> StrengthJson {
        StrengthJson { schema: "kijun.strength/1", engine: engine.to_owned(), packs: Vec::new() }
    }
}

impl PackStrength {
    pub fn new(
        pack: &str,
        exercise: Option<&Exercise>,
        mutation: Option<&MutationContext<'_>>,
        paths: &Paths<'_>,
    ) -> PackStrength {
        let coverage = exercise.map(|exercise| {
            let tally = Tally::of(exercise);
            let gaps = exercise.seen.iter().filter_map(|(span, (part, seen))| {
                let missing = missing(*part, *seen);
                let gap = GapJson { at: at(paths, *span), part: words::part_name(*part), missing };
                (!gap.missing.is_empty()).then_some(gap)
            });
            CoverageJson {
                conditions: exercise.seen.len(),
                ways: tally.all,
                tested: tally.seen,
                gaps: gaps.collect(),
            }
        });
        let mutation = mutation.map(|of| mutation_json(of, paths));
        PackStrength { pack: pack.to_owned(), coverage, mutation }
    }
}

fn at(paths: &Paths<'_>, span: Span) -> AtJson {
    let (line, column) = paths.sources.line_column(span);
    AtJson { file: (paths.path)(span.file), line, column, text: text(paths, span) }
}

fn place(paths: &Paths<'_>, span: Span) -> String {
    let (line, column) = paths.sources.line_column(span);
    format!("{}:{line}:{column}", (paths.path)(span.file))
}

/// The text at a place, in one line.
fn text(paths: &Paths<'_>, span: Span) -> String {
    crate::accepted::place_text(paths.sources, span)
}
