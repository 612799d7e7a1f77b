//! A comparison as `kijun.comparison/1`.

use kijun_engine::assessment::Verdict;
use kijun_text::Label;
use serde::Serialize;

use super::{Comparison, Standing};
use crate::names::{fact_name, subject_id, subject_name};
use crate::report::Question;

/// A comparison, to be written by any serializer.
#[derive(Serialize)]
pub struct ComparisonJson<'a> {
    schema: &'static str,
    engine: &'a str,
    as_of: String,
    facility: &'a str,
    bidders: Vec<BidderJson<'a>>,
    requirements: Vec<RowJson<'a>>,
    /// What the facility itself has to find out.
    questions: Vec<QuestionJson<'a>>,
}

#[derive(Serialize)]
struct BidderJson<'a> {
    id: &'a str,
    name: &'a str,
    questions: Vec<QuestionJson<'a>>,
}

#[derive(Serialize)]
struct QuestionJson<'a> {
    fact: String,
    question: &'a str,
    of: Option<&'a str>,
    requirements: &'a [&'a str],
}

#[derive(Serialize)]
struct RowJson<'a> {
    id: &'a str,
    title: &'a Label,
    mark: &'static str,
    /// By bidder, in their order.
    standings: Vec<StandingJson<'a>>,
    /// What concerns all of them.
    common: StandingJson<'a>,
}

#[derive(Serialize)]
struct StandingJson<'a> {
    verdict: Option<&'static str>,
    subjects: Vec<SaidJson<'a>>,
}

#[derive(Serialize)]
struct SaidJson<'a> {
    kind: &'a str,
    id: Option<&'a str>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
}

/// The comparison as data. Texts are in the language of its context.
pub fn comparison_json<'c>(comparison: &'c Comparison<'_>) -> ComparisonJson<'c> {
    let view = &comparison.view;
    let questions = |list: &'c [Question<'_>]| list.iter().map(|q| question(comparison, q)).collect();
    ComparisonJson {
        schema: "kijun.comparison/1",
        engine: view.context.of.engine_version,
        as_of: kijun_facts::Date::day(view.as_of()).to_string(),
        facility: view.context.of.facility,
        bidders: comparison
            .bidders
            .iter()
            .map(|b| BidderJson { id: b.id, name: &b.name, questions: questions(&b.questions) })
            .collect(),
        requirements: comparison
            .rows
            .iter()
            .map(|row| RowJson {
                id: &row.requirement.id,
                title: &row.requirement.title,
                mark: row.requirement.mark.name(),
                standings: row.standings.iter().map(|s| standing(comparison, s)).collect(),
                common: standing(comparison, &row.common),
            })
            .collect(),
        questions: questions(&comparison.own_questions),
    }
}

fn question<'c>(comparison: &'c Comparison<'_>, q: &'c Question<'_>) -> QuestionJson<'c> {
    let fact = fact_name(comparison.view.program, comparison.view.store, q.fact);
    QuestionJson { fact, question: &q.text, of: q.of, requirements: &q.requirements }
}

fn standing<'c>(comparison: &'c Comparison<'_>, standing: &'c Standing) -> StandingJson<'c> {
    let view = &comparison.view;
    let said = standing.said.iter().map(|s| SaidJson {
        kind: subject_name(view.program, s.subject),
        id: subject_id(view.store, view.context.of.facility, s.subject),
        verdict: s.verdict.name(),
        message: &s.message,
    });
    StandingJson { verdict: standing.verdict.map(Verdict::name), subjects: said.collect() }
}
