//! A document of YAML, field by field: what nobody takes is said.

use kijun_facts::yaml::{Data, Node, parse};
use kijun_text::{Diagnostic, FileId, Label, LineIndex, Span};

use crate::loss::Losses;

/// A value with the way to it.
#[derive(Clone)]
pub(super) struct At<'n> {
    pub(super) node: &'n Node,
    pub(super) path: String,
}

/// The fields of a map that nobody has taken yet.
pub(super) struct Fields<'n> {
    pub(super) at: At<'n>,
    left: Vec<(&'n str, At<'n>)>,
}

pub(super) struct Reader<'t> {
    file: FileId,
    text: &'t str,
    lines: LineIndex,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) losses: Losses,
}

/// The one document of a file.
pub(super) fn document(file: FileId, text: &str) -> Result<Node, Box<Diagnostic>> {
    let mut documents = parse(file, text)?;
    if documents.len() == 1
        && let Some(one) = documents.pop()
    {
        return Ok(one);
    }
    let message =
        Label::new("YAMLの文書は一つのファイルに一つです", "one document of YAML belongs in a file");
    Err(Box::new(Diagnostic::error("K0802", Span::new(file, 0, 0), message)))
}

impl<'t> Reader<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Reader<'t> {
        Reader { file, text, lines: LineIndex::new(text), problems: Vec::new(), losses: Losses::default() }
    }

    pub(super) fn wrong(&mut self, at: &At<'_>, ja: &str, en: &str) {
        let path = if at.path.is_empty() { "/" } else { &at.path };
        let range = at.node.range.clone();
        let first =
            self.text.get(range.clone()).and_then(|t| t.find('\n')).map_or(range.end, |n| range.start + n);
        let message = Label::new(format!("{path}: {ja}"), format!("{path}: {en}"));
        self.problems.push(Diagnostic::error("K0802", Span::new(self.file, range.start, first), message));
    }

    pub(super) fn lost(&mut self, what: Label, at: &At<'_>) {
        let line = self.lines.line_column(self.text, at.node.range.start).line;
        self.losses.add(what, at.path.clone(), Some(line));
    }

    pub(super) fn fields<'n>(&mut self, at: At<'n>) -> Option<Fields<'n>> {
        let Data::Map(entries) = &at.node.data else {
            self.wrong(&at, "ここには `名前: 値` の並びを書きます", "a map of names and values belongs here");
            return None;
        };
        let mut left: Vec<(&'n str, At<'n>)> = Vec::new();
        for entry in entries {
            let value = At { node: &entry.value, path: format!("{}/{}", at.path, entry.key) };
            if left.iter().any(|(known, _)| *known == entry.key) {
                self.wrong(&value, "同じ項目が二度あります", "this field stands here twice");
            } else {
                left.push((&entry.key, value));
            }
        }
        Some(Fields { at, left })
    }

    pub(super) fn list<'n>(&mut self, at: Option<At<'n>>) -> Vec<At<'n>> {
        let Some(at) = at else { return Vec::new() };
        match &at.node.data {
            Data::List(nodes) => {
                let each = |(i, node)| At { node, path: format!("{}/{i}", at.path) };
                nodes.iter().enumerate().map(each).collect()
            }
            Data::Null => Vec::new(),
            _ => {
                self.wrong(&at, "ここには並び(`- …`)を書きます", "a list (`- …`) belongs here");
                Vec::new()
            }
        }
    }

    /// A text; empty for what is null.
    pub(super) fn text(&mut self, at: Option<At<'_>>) -> String {
        let Some(at) = at else { return String::new() };
        match &at.node.data {
            Data::Text(text) | Data::Number(text) | Data::Date(text) => text.trim().to_owned(),
            Data::Bool(truth) => truth.to_string(),
            Data::Null => String::new(),
            Data::List(_) | Data::Map(_) => {
                self.wrong(&at, "ここには文字列を書きます", "a text belongs here");
                String::new()
            }
        }
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, fields: &mut Fields<'_>, name: &str) -> Option<String> {
        let found = fields.take(name);
        let text = self.text(found);
        if text.is_empty() {
            self.wrong(
                &fields.at.clone(),
                &format!("必須の `{name}` がありません"),
                &format!("`{name}` is missing; it is required"),
            );
            return None;
        }
        Some(text)
    }

    /// Says of what nobody took that the language has no place for it.
    pub(super) fn rest(&mut self, fields: Fields<'_>) {
        for (name, at) in fields.left {
            if !matches!(at.node.data, Data::Null) {
                self.lost(no_place(name), &at);
            }
        }
    }
}

impl<'n> Fields<'n> {
    pub(super) fn has(&self, name: &str) -> bool {
        self.left.iter().any(|(n, _)| *n == name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<At<'n>> {
        let at = self.left.iter().position(|(n, _)| *n == name)?;
        Some(self.left.remove(at).1)
    }
}

pub(super) fn no_place(name: &str) -> Label {
    let name: String = name.chars().take(60).collect();
    Label::new(
        format!("`{name}` はこの言語に書く場所がないので、取り込んでいません"),
        format!("the language has no place for `{name}`; it was not taken over"),
    )
}
