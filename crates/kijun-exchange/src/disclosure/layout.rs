//! Which cells and columns of a form hold what.

use std::collections::BTreeMap;

use kijun_text::{CellName, Label, column_of};
use serde::Deserialize;

/// The layout of one edition of a form.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The first sheet where nothing is said.
    pub(super) sheet: Option<String>,
    /// Attributes of the disclosure, by name.
    pub(super) fields: Vec<Field>,
    pub(super) answers: Answers,
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) attribute: String,
    pub(super) from: From,
    /// What is written there -> what it means.
    pub(super) values: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub(super) enum From {
    Cell(CellName),
    Constant(String),
}

#[derive(Debug, Clone)]
pub(super) struct Answers {
    /// From 0.
    pub(super) first_row: u32,
    /// From 0; the last of the sheet where nothing is said.
    pub(super) last_row: Option<u32>,
    pub(super) item: u32,
    pub(super) answer: u32,
    pub(super) number: Option<u32>,
    pub(super) remark: Option<u32>,
    /// What is written as an answer -> `yes`, `no` or `not_applicable`.
    pub(super) values: BTreeMap<String, String>,
}

/// Why a layout cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutError {
    pub message: Label,
    /// From 1, where it is known.
    pub line: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sheet: Option<String>,
    #[serde(default)]
    disclosure: toml::Table,
    answers: WrittenAnswers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAnswers {
    first_row: u32,
    last_row: Option<u32>,
    item: String,
    answer: String,
    number: Option<String>,
    remark: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenField {
    cell: Option<String>,
    value: Option<String>,
    #[serde(default)]
    values: BTreeMap<String, String>,
}

/// Answers as the pack names them.
const ANSWERS: [&str; 3] = ["yes", "no", "not_applicable"];

/// Reads a layout.
///
/// # Errors
/// What is wrong with it, and in which line.
pub fn parse_layout(text: &str) -> Result<Layout, LayoutError> {
    let written: Written = toml::from_str(text).map_err(|error| LayoutError {
        line: error.span().map(|span| line(text, span.start)),
        message: Label::new(
            format!("レイアウトを読み取れません: {}", error.message()),
            format!("the layout cannot be read: {}", error.message()),
        ),
    })?;
    let fields = written.disclosure.into_iter().map(|(name, value)| field(text, name, value));
    Ok(Layout {
        sheet: written.sheet,
        fields: fields.collect::<Result<_, _>>()?,
        answers: answers(text, written.answers)?,
    })
}

fn line(text: &str, at: usize) -> u32 {
    text.get(..at).map_or(1, |before| before.matches('\n').count() as u32 + 1)
}

/// The line in which a name first stands.
fn line_of(text: &str, name: &str) -> Option<u32> {
    text.find(name).map(|at| line(text, at))
}

fn error(text: &str, name: &str, ja: String, en: String) -> LayoutError {
    LayoutError { message: Label::new(ja, en), line: line_of(text, name) }
}

fn field(text: &str, name: String, value: toml::Value) -> Result<Field, LayoutError> {
    let wrong = || {
        error(
            text,
            &name,
            format!("`{name}` には `{{ cell = \"C3\" }}` か `{{ value = \"…\" }}` を書きます"),
            format!("write `{{ cell = \"C3\" }}` or `{{ value = \"…\" }}` for `{name}`"),
        )
    };
    let WrittenField { cell, value, values } = value.try_into().map_err(|_| wrong())?;
    let from = match (cell, value) {
        (Some(cell), None) => From::Cell(CellName::parse(&cell).ok_or_else(|| no_cell(text, &cell))?),
        (None, Some(value)) => From::Constant(value),
        _ => return Err(wrong()),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_name {
        return Err(wrong());
    }
    Ok(Field { attribute: name, from, values })
}

fn answers(text: &str, written: WrittenAnswers) -> Result<Answers, LayoutError> {
    let column = |letters: &str| {
        column_of(letters).ok_or_else(|| {
            let ja = format!("`{letters}` は列の名前ではありません(例: `C`)");
            error(text, letters, ja, format!("`{letters}` is no column, such as `C`"))
        })
    };
    let row = |row: u32| {
        row.checked_sub(1).ok_or_else(|| {
            error(text, "first_row", "行は 1 から数えます".to_owned(), "rows count from 1".to_owned())
        })
    };
    for (written, meant) in &written.values {
        if !ANSWERS.contains(&meant.as_str()) {
            let all = ANSWERS.map(|a| format!("`{a}`")).join(", ");
            let ja = format!("`{meant}` は回答ではありません: {all} のどれかです");
            return Err(error(text, written, ja, format!("`{meant}` is no answer: write one of {all}")));
        }
    }
    Ok(Answers {
        first_row: row(written.first_row)?,
        last_row: written.last_row.map(row).transpose()?,
        item: column(&written.item)?,
        answer: column(&written.answer)?,
        number: written.number.as_deref().map(column).transpose()?,
        remark: written.remark.as_deref().map(column).transpose()?,
        values: written.values,
    })
}

fn no_cell(text: &str, cell: &str) -> LayoutError {
    error(
        text,
        cell,
        format!("`{cell}` はセルの番地ではありません(例: `C3`)"),
        format!("`{cell}` is no cell, such as `C3`"),
    )
}
