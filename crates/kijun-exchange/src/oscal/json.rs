//! A JSON document read by hand: every value with its path and place, every field accounted for.

use std::collections::{BTreeMap, BTreeSet};

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use kijun_text::{Diagnostic, FileId, Label, LineIndex, Span};

use super::names::{is_string, is_token, is_uuid};
use crate::loss::Losses;

/// A field of a value, for documents of which not every value is looked at: null where there is none.
pub(crate) trait Field {
    fn field(&self, name: &str) -> &serde_json::Value;
}

impl Field for serde_json::Value {
    fn field(&self, name: &str) -> &serde_json::Value {
        self.get(name).unwrap_or(&serde_json::Value::Null)
    }
}

/// A value, the JSON pointer to it, and the bytes to mark when it is wrong.
#[derive(Clone)]
pub(super) struct At<'v> {
    value: &'v Value<'v>,
    pub(super) path: String,
    pub(super) span: Span,
}

/// The fields of an object that nobody has taken yet.
pub(super) struct Fields<'v> {
    pub(super) path: String,
    pub(super) span: Span,
    left: Vec<(&'v str, At<'v>)>,
}

impl<'v> Fields<'v> {
    /// What nobody has taken, in the order of the document.
    pub(super) fn rest(self) -> impl Iterator<Item = (&'v str, At<'v>)> {
        self.left.into_iter()
    }

    pub(super) fn take(&mut self, name: &str) -> Option<At<'v>> {
        let at = self.left.iter().position(|(n, _)| *n == name)?;
        Some(self.left.remove(at).1)
    }
}

/// A part of the document that is kept as a comment: its name there, and its JSON on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extra {
    pub(super) name: String,
    pub(super) json: String,
}

/// What is being read, and what was found wrong or lost.
pub(super) struct Reader<'t> {
    file: FileId,
    text: &'t str,
    lines: LineIndex,
    uuids: BTreeMap<String, String>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) losses: Losses,
}

/// The document, or why its text is no JSON.
pub(super) fn parse(file: FileId, text: &str) -> Result<Value<'_>, Box<Diagnostic>> {
    // This parser limits how deep values nest, and reads nothing but JSON; the other keeps places.
    if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
        return Err(Box::new(no_json(file, offset(text, error.line(), error.column()), &error.to_string())));
    }
    match parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()) {
        Ok(parsed) => parsed.value.ok_or_else(|| Box::new(no_json(file, 0, "nothing stands here"))),
        Err(error) => Err(Box::new(no_json(file, error.range().start, &error.kind().to_string()))),
    }
}

fn no_json(file: FileId, at: usize, reason: &str) -> Diagnostic {
    let message = Label::new(
        format!("JSONとして読めません: {reason}"),
        format!("this cannot be read as JSON: {reason}"),
    );
    Diagnostic::error("K0801", Span::new(file, at, at), message).help(
        "OSCALのJSON形式の文書を渡してください(XMLやYAMLは、先にJSONにします)",
        "give a document of OSCAL in JSON (convert XML or YAML first)",
    )
}

/// The byte of a line and a column in bytes, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl<'t> Reader<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Reader<'t> {
        Reader {
            file,
            text,
            lines: LineIndex::new(text),
            uuids: BTreeMap::new(),
            problems: Vec::new(),
            losses: Losses::default(),
        }
    }

    pub(super) fn root<'v>(&self, value: &'v Value<'v>) -> At<'v> {
        self.at(value, String::new())
    }

    fn at<'v>(&self, value: &'v Value<'v>, path: String) -> At<'v> {
        At { value, path, span: Span::new(self.file, value.start(), value.end()) }
    }

    pub(super) fn line(&self, span: Span) -> u32 {
        self.lines.line_column(self.text, span.start as usize).line
    }

    pub(super) fn wrong(&mut self, path: &str, span: Span, ja: &str, en: &str) {
        let path = if path.is_empty() { "/" } else { path };
        // Of a large value only its beginning is marked.
        let first = self
            .text
            .get(span.range())
            .and_then(|t| t.find('\n'))
            .map_or(span.end, |n| span.start + n as u32);
        let span = Span { end: first, ..span };
        let message = Label::new(format!("{path}: {ja}"), format!("{path}: {en}"));
        self.problems.push(Diagnostic::error("K0801", span, message));
    }

    pub(super) fn lost(&mut self, what: Label, path: &str, span: Span) {
        let line = self.line(span);
        self.losses.add(what, path, Some(line));
    }

    pub(super) fn fields<'v>(&mut self, at: At<'v>) -> Option<Fields<'v>> {
        let Value::Object(object) = at.value else {
            self.wrong(&at.path, at.span, "オブジェクト { } を書きます", "an object { } belongs here");
            return None;
        };
        let mut left: Vec<(&'v str, At<'v>)> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for property in &object.properties {
            let name = property.name.as_str();
            let value = self.at(&property.value, format!("{}/{name}", at.path));
            if !seen.insert(name) {
                let span = Span::new(self.file, property.name.start(), property.name.end());
                self.wrong(&value.path, span, "同じ項目が二度あります", "this field stands here twice");
            } else {
                left.push((name, value));
            }
        }
        Some(Fields { path: at.path, span: at.span, left })
    }

    pub(super) fn required<'v>(&mut self, fields: &mut Fields<'v>, name: &str) -> Option<At<'v>> {
        let found = fields.take(name);
        if found.is_none() {
            let (path, span) = (fields.path.clone(), fields.span);
            self.wrong(
                &path,
                span,
                &format!("必須の `{name}` がありません"),
                &format!("`{name}` is missing; it is required"),
            );
        }
        found
    }

    /// The elements of an array, which OSCAL never leaves empty.
    pub(super) fn list<'v>(&mut self, at: At<'v>) -> Vec<At<'v>> {
        let Value::Array(array) = at.value else {
            self.wrong(&at.path, at.span, "配列 [ ] を書きます", "an array [ ] belongs here");
            return Vec::new();
        };
        if array.elements.is_empty() {
            self.wrong(&at.path, at.span, "空の配列は書けません", "an array is never empty; leave it out");
        }
        array.elements.iter().enumerate().map(|(i, v)| self.at(v, format!("{}/{i}", at.path))).collect()
    }

    /// The elements of an array, or the one object that may stand in its place.
    pub(super) fn list_or_one<'v>(&mut self, at: At<'v>) -> Vec<At<'v>> {
        if matches!(at.value, Value::Object(_)) { vec![at] } else { self.list(at) }
    }

    /// A text of any kind.
    pub(super) fn prose(&mut self, at: &At<'_>) -> Option<String> {
        let Value::StringLit(text) = at.value else {
            self.wrong(&at.path, at.span, "文字列を書きます", "a string belongs here");
            return None;
        };
        Some(text.value.to_string())
    }

    /// A text that is not empty, on one line, without blanks at its ends.
    pub(super) fn string(&mut self, at: &At<'_>) -> Option<String> {
        let text = self.prose(at)?;
        if !is_string(&text) {
            self.wrong(
                &at.path,
                at.span,
                "空でなく、一行で、前後に空白のない文字列を書きます",
                "a string here is not empty, on one line and without blanks at its ends",
            );
            return None;
        }
        Some(text)
    }

    pub(super) fn token(&mut self, at: &At<'_>) -> Option<String> {
        let text = self.prose(at)?;
        if !is_token(&text) {
            self.wrong(
                &at.path,
                at.span,
                &format!("`{text}` はトークンではありません(文字か _ で始まり、文字・数字・. - _ だけ)"),
                &format!("`{text}` is no token (a letter or _ first, then letters, digits, . - _)"),
            );
            return None;
        }
        Some(text)
    }

    pub(super) fn word(&mut self, at: &At<'_>, allowed: &[&'static str]) -> Option<&'static str> {
        let text = self.prose(at)?;
        let found = allowed.iter().copied().find(|w| *w == text);
        if found.is_none() {
            let list = allowed.join(", ");
            let near = kijun_text::nearest(&text, allowed.iter().copied());
            let (near_ja, near_en) = near
                .map(|n| (format!("。もしかして: `{n}`"), format!("; did you mean `{n}`?")))
                .unwrap_or_default();
            self.wrong(
                &at.path,
                at.span,
                &format!("`{text}` という値はありません(使えるのは {list}){near_ja}"),
                &format!("there is no `{text}` here (one of {list}){near_en}"),
            );
        }
        found
    }

    /// A number from 0 to 1.
    pub(super) fn portion(&mut self, at: &At<'_>) {
        let number = match at.value {
            Value::NumberLit(number) => number.value.parse::<f64>().ok(),
            _ => None,
        };
        if !number.is_some_and(|n| (0.0..=1.0).contains(&n)) {
            self.wrong(&at.path, at.span, "0から1の数を書きます", "a number from 0 to 1 belongs here");
        }
    }

    /// A UUID that nothing else in the document has.
    pub(super) fn uuid(&mut self, fields: &mut Fields<'_>) -> Option<String> {
        let at = self.required(fields, "uuid")?;
        let text = self.prose(&at)?;
        if !is_uuid(&text) {
            self.wrong(
                &at.path,
                at.span,
                &format!("`{text}` は版4か版5のUUIDではありません"),
                &format!("`{text}` is no UUID of version 4 or 5"),
            );
            return None;
        }
        if let Some(first) = self.uuids.insert(text.to_ascii_lowercase(), at.path.clone()) {
            self.wrong(
                &at.path,
                at.span,
                &format!("このUUIDは {first} にもあります"),
                &format!("this UUID stands at {first} too"),
            );
        }
        Some(text)
    }

    /// Whether the value is this text.
    pub(super) fn is(at: &At<'_>, text: &str) -> bool {
        matches!(at.value, Value::StringLit(lit) if lit.value == text)
    }

    /// Reads what was read before: what is wrong with it was said.
    pub(super) fn quietly<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let said = self.problems.len();
        let out = read(self);
        self.problems.truncate(said);
        out
    }

    /// The value as it is. What stands twice in an object is reported: of it only one could be kept.
    pub(super) fn verbatim(&mut self, at: &At<'_>) -> serde_json::Value {
        use serde_json::Value as Json;
        match at.value {
            Value::StringLit(text) => Json::from(text.value.as_ref()),
            Value::NumberLit(number) => serde_json::from_str(number.value).unwrap_or(Json::Null),
            Value::BooleanLit(truth) => Json::from(truth.value),
            Value::NullKeyword(_) => Json::Null,
            Value::Array(array) => {
                let each = |(i, v)| self.verbatim(&self.at(v, format!("{}/{i}", at.path)));
                Json::Array(array.elements.iter().enumerate().map(each).collect())
            }
            Value::Object(_) => {
                let Some(fields) = self.fields(at.clone()) else { return Json::Null };
                let each = |(name, at): (&str, At<'_>)| (name.to_owned(), self.verbatim(&at));
                Json::Object(fields.left.into_iter().map(each).collect())
            }
        }
    }

    pub(super) fn json(&self, at: &At<'_>) -> String {
        let text = self.text.get(at.span.range()).unwrap_or("");
        serde_json::from_str::<serde_json::Value>(text).map_or_else(|_| text.to_owned(), |v| v.to_string())
    }

    /// Keeps as a comment what Kijun has no place for, and says so.
    pub(super) fn keep(&mut self, name: &str, at: &At<'_>, extras: &mut Vec<Extra>) {
        let what = Label::new(
            format!("`{name}` を書く場所がKijunにないので、注釈に残しました"),
            format!("Kijun has no place for `{name}`; it is kept in a comment"),
        );
        self.lost(what, &at.path, at.span);
        extras.push(Extra { name: name.to_owned(), json: self.json(at) });
    }

    /// Keeps what is left of an object; what OSCAL does not know there is called so.
    pub(super) fn keep_rest(&mut self, fields: Fields<'_>, known: &[&str], extras: &mut Vec<Extra>) {
        let known: BTreeSet<&str> = known.iter().copied().collect();
        for (name, at) in fields.left {
            if known.contains(name) {
                self.keep(name, &at, extras);
                continue;
            }
            let what = Label::new(
                format!("`{name}` はここに書けるOSCAL 1.2.1の項目ではありません。注釈に残しました"),
                format!("`{name}` is no field of OSCAL 1.2.1 here; it is kept in a comment"),
            );
            self.lost(what, &at.path, at.span);
            extras.push(Extra { name: name.to_owned(), json: self.json(&at) });
        }
    }
}
