//! `kijun.questions/1` with answers in it.

use kijun_text::Label;
use serde_json::Value;

use super::{Given, Returned, Said, bad_key, no_questions, said};
use crate::inquiry::Key;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Returned>, (Label, Label)> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| {
        (
            Label::new(format!("JSON として読めません: {error}"), format!("this is not valid JSON: {error}")),
            Label::default(),
        )
    })?;
    let schema = document.get("schema").and_then(Value::as_str);
    let respondents = document.get("respondents").and_then(Value::as_array);
    let (Some("kijun.questions/1"), Some(respondents)) = (schema, respondents) else {
        return Err(no_questions());
    };
    let facility = document.get("facility").and_then(Value::as_str).unwrap_or_default();
    Ok((0..).zip(respondents).map(|(at, value)| respondent(facility, at, value)).collect())
}

fn respondent(facility: &str, at: usize, value: &Value) -> Returned {
    let of = |name: &str| value.get(name).and_then(Value::as_str);
    let mut returned = Returned {
        facility: facility.to_owned(),
        name: of("name").unwrap_or_default().to_owned(),
        role: of("role").map(str::to_owned),
        ..Returned::default()
    };
    let at = format!("/respondents/{at}");
    returned.by = text(&mut returned, value, &at, "answered_by");
    returned.on = text(&mut returned, value, &at, "answered_on");
    let questions = value.get("questions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (number, question) in questions.iter().enumerate() {
        let at = format!("{at}/questions/{number}");
        let mut of = |name: &str| text(&mut returned, question, &at, name);
        let (answer, remark, source) = (of("answer"), of("remark"), of("source"));
        let key = question.get("key").and_then(Value::as_str).unwrap_or_default();
        match Key::parse(key) {
            Some(key) => returned.take(Given { key, answer, remark, source, place: at }),
            None => returned.report(format!("{at}/key"), bad_key(key)),
        }
    }
    returned
}

/// A text, or a number, a bool or a list of texts as it would be written in a cell.
fn text(returned: &mut Returned, of: &Value, at: &str, name: &str) -> Option<Said> {
    let place = format!("{at}/{name}");
    let written = match of.get(name)? {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Bool(bool) => bool.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";")
        }
        _ => {
            returned.report(place, Label::new("文字列で書いてください", "write a text"));
            return None;
        }
    };
    said(&written, place)
}
