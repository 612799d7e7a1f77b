//! `kijun.questions/1`: the same questions for other programs. Answers may be written into it, and it is read back.

use kijun_engine::program::Weight;
use kijun_text::Label;
use serde::Serialize;

use super::{Asked, Inquiry, hints};
use crate::names::fact_name;

/// Questions as `kijun.questions/1`.
#[derive(Serialize)]
pub struct InquiryJson<'a> {
    schema: &'static str,
    engine: &'a str,
    as_of: String,
    facility: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_by: Option<String>,
    respondents: Vec<RespondentJson<'a>>,
}

#[derive(Serialize)]
struct RespondentJson<'a> {
    respondent: &'a str,
    role: Option<&'a str>,
    name: &'a str,
    /// To be filled in, as are the answers.
    answered_by: Option<&'a str>,
    answered_on: Option<&'a str>,
    questions: Vec<QuestionJson<'a>>,
}

#[derive(Serialize)]
struct QuestionJson<'a> {
    key: String,
    fact: String,
    about: &'a str,
    question: &'a Label,
    how: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<String>,
    waits: Vec<WaitJson<'a>>,
    answer: Option<&'a str>,
    remark: Option<&'a str>,
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct WaitJson<'a> {
    requirement: &'a str,
    title: &'a Label,
    weight: &'static str,
    /// Nothing else is missing for it.
    alone: bool,
}

/// All questions as `kijun.questions/1`, with room for the answers.
pub fn inquiry_json<'i>(inquiry: &'i Inquiry<'_>) -> InquiryJson<'i> {
    let view = &inquiry.view;
    InquiryJson {
        schema: "kijun.questions/1",
        engine: view.context.of.engine_version,
        as_of: kijun_facts::Date::day(view.as_of()).to_string(),
        facility: view.context.of.facility,
        reply_by: inquiry.reply_by.map(|day| kijun_facts::Date::day(day).to_string()),
        respondents: inquiry
            .respondents
            .iter()
            .enumerate()
            .map(|(at, who)| RespondentJson {
                respondent: &who.key,
                role: who.role.as_deref(),
                name: &who.name,
                answered_by: None,
                answered_on: None,
                questions: inquiry.asked(at).iter().map(|asked| question(inquiry, at, asked)).collect(),
            })
            .collect(),
    }
}

fn question<'i>(inquiry: &'i Inquiry<'_>, respondent: usize, asked: &'i Asked<'_>) -> QuestionJson<'i> {
    let view = &inquiry.view;
    QuestionJson {
        key: asked.key.to_string(),
        fact: fact_name(view.program, view.store, asked.fact),
        about: &asked.about,
        question: &asked.text,
        how: hints::written(inquiry, respondent, asked),
        choices: hints::choices(view, asked),
        waits: asked
            .requirements()
            .into_iter()
            .map(|w| WaitJson {
                requirement: &w.requirement.id,
                title: &w.requirement.title,
                weight: Weight::name(w.weight),
                alone: w.alone,
            })
            .collect(),
        answer: None,
        remark: None,
        source: None,
    }
}
