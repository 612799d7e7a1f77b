//! Answers to questions, taken back as facts that the respondent declares. What was written is kept as it was written: what can be
//! read becomes a fact, what cannot stays unknown with the words beside it, and both say from which cell they come.

mod effect;
mod facts;
mod json;
mod workbook;

use kijun_text::Label;

pub use effect::{Disagreement, disagreements, effect_lines};
pub use facts::{AnswerFacts, answer_facts};

use crate::inquiry::Key;

/// What one respondent sent back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Returned {
    /// The facility that asked.
    pub facility: String,
    pub name: String,
    pub(crate) role: Option<String>,
    /// Who answers, and when, as written.
    pub(crate) by: Option<Said>,
    pub(crate) on: Option<Said>,
    pub(crate) given: Vec<Given>,
    /// Questions with nothing beside them.
    pub unanswered: usize,
    /// What could not be taken as it is.
    pub problems: Vec<Problem>,
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// `質問!D8`, `/respondents/0/questions/3/answer`.
    pub(crate) place: String,
}

/// What was written beside one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) key: Key,
    pub(crate) answer: Option<Said>,
    pub(crate) remark: Option<Said>,
    pub(crate) source: Option<Said>,
    /// Of the question.
    pub(crate) place: String,
}

impl Given {
    /// Where the answer stands, or the question where there is none.
    pub(crate) fn at(&self) -> &str {
        self.answer.as_ref().map_or(&self.place, |said| &said.place)
    }

    /// The same question is answered elsewhere.
    fn repeated(&self, first: &Given) -> Problem {
        let at = first.at();
        Problem {
            place: self.at().to_owned(),
            message: Label::new(
                format!("同じ質問への答えが `{at}` にもあります。そちらだけを読みます"),
                format!("the same question is answered in `{at}` too, which is the one that is read"),
            ),
        }
    }
}

/// Something that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub place: String,
    pub message: Label,
}

impl Returned {
    /// Whether anything was written.
    pub fn is_blank(&self) -> bool {
        self.given.is_empty()
    }

    fn report(&mut self, place: impl Into<String>, message: Label) {
        self.problems.push(Problem { place: place.into(), message });
    }

    /// Adds what stands beside a question; what says nothing is counted.
    fn take(&mut self, given: Given) {
        if given.answer.is_none() && given.remark.is_none() && given.source.is_none() {
            self.unanswered += 1;
            return;
        }
        if let Some(first) = self.given.iter().find(|g| g.key == given.key) {
            if first.answer.as_ref().map(|s| &s.text) != given.answer.as_ref().map(|s| &s.text) {
                let problem = given.repeated(first);
                self.problems.push(problem);
            }
            return;
        }
        self.given.push(given);
    }
}

/// Reads a file of answers: a workbook, or `kijun.questions/1`.
///
/// # Errors
/// Why there are none in it, and what to do.
pub fn read_answers(name: &str, bytes: &[u8]) -> Result<Vec<Returned>, (Label, Label)> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "xlsx" | "xlsm" => workbook::read(bytes).map(|returned| vec![returned]),
        "json" => json::read(bytes),
        _ => Err((
            Label::new(
                format!("`{name}` は照会の回答として読めない形式です"),
                format!("`{name}` is no file of answers"),
            ),
            Label::new(
                "`kijun ask` で作ったブック(.xlsx)か JSON に記入したものを指定してください",
                "name a workbook (.xlsx) or JSON that `kijun ask` made and that is filled in",
            ),
        )),
    }
}

/// White space says nothing.
fn said(text: &str, place: String) -> Option<Said> {
    (!text.trim().is_empty()).then(|| Said { text: text.to_owned(), place })
}

fn no_questions() -> (Label, Label) {
    (
        Label::new("照会の質問が見つかりません", "there are no questions in it"),
        Label::new(
            "`kijun ask` で作ったファイルに記入し、見出しと照合番号の列を残したまま指定してください",
            "name a file that `kijun ask` made, with its headings and its column of keys in place",
        ),
    )
}

/// A key that is none.
fn bad_key(text: &str) -> Label {
    let text: String = text.chars().take(60).collect();
    Label::new(
        format!("照合番号 `{text}` が読めません。この行の答えは取り込まれません"),
        format!("`{text}` is no key: the answer of this row is not taken in"),
    )
}
