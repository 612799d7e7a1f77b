//! Writes a fact into the text of a file, as that file writes its facts.

use std::ops::Range;

use kijun_exchange::toml_text::quoted;
use kijun_facts::layout::{Body, DocumentLayout, FieldLayout, Format, Layout, RecordLayout, TableLayout};
use kijun_facts::read::{is_id, silent_attribute};
use kijun_facts::{AttrId, KindDef, KindId, Schema};

use crate::doc::Doc;
use crate::fact_text::{EVIDENCE, Style, field_of};
use crate::snapshot::Edit;

/// What is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice<'s> {
    /// That it is not known.
    Unknown,
    Bool(bool),
    Text(&'s str),
    /// A literal of an enum, by name or label.
    Literal(&'s kijun_facts::Literal),
    /// A set with this member, and perhaps others.
    Member(&'s kijun_facts::Literal),
}

/// An edit, and what it writes in words.
pub(crate) type Stated = (Vec<Edit>, String);

/// How to state an attribute of the record whose id begins at byte `record`; `None` where the file offers no place for it.
pub(crate) fn state(
    doc: &Doc,
    schema: &Schema,
    kind: KindId,
    record: usize,
    attr: AttrId,
    choice: &Choice<'_>,
) -> Option<Stated> {
    let (facts, def) = (doc.facts()?, schema.kind(kind)?);
    match &facts.layout {
        Layout::Table(table) => in_table(&doc.text, table, def, record, attr, choice),
        Layout::Document(document) => {
            let (listing, record) = facts.record(record)?;
            let keys = listing.records.iter().flat_map(|r| &r.fields).map(|f| f.key.text.as_str());
            let style = Style::of(def, keys);
            let to = Writer { text: &doc.text, format: document.format, def, style };
            to.state(record, attr, choice)
        }
    }
}

/// A record at the end of a file that has records of its kind: in a table as a row, in a document as one more.
pub(crate) fn add_record(
    doc: &Doc,
    def: &KindDef,
    id: &str,
    values: &[(AttrId, Choice<'_>)],
) -> Option<Edit> {
    match &doc.facts()?.layout {
        Layout::Table(table) => add_row(&doc.text, table, def, id, values),
        Layout::Document(document) => add_to_document(doc, document, def, id, values),
    }
}

impl Choice<'_> {
    /// As it stands in a cell.
    fn in_cell(&self, style: Style) -> String {
        match self {
            Choice::Unknown => "?".to_owned(),
            Choice::Bool(true) => if style == Style::Names { "true" } else { "はい" }.to_owned(),
            Choice::Bool(false) => if style == Style::Names { "false" } else { "いいえ" }.to_owned(),
            Choice::Text(text) => (*text).to_owned(),
            Choice::Literal(literal) => style.pick(&literal.name, &literal.label).to_owned(),
            Choice::Member(literal) => format!("{};?", style.pick(&literal.name, &literal.label)),
        }
    }

    /// As it stands in a document.
    fn in_document(&self, style: Style) -> String {
        match self {
            Choice::Bool(truth) => truth.to_string(),
            Choice::Member(literal) => {
                format!("[{}, \"?\"]", quoted(style.pick(&literal.name, &literal.label)))
            }
            other => quoted(&other.in_cell(style)),
        }
    }
}

// ---------------------------------------------------------------- documents

struct Writer<'w> {
    text: &'w str,
    format: Format,
    def: &'w KindDef,
    style: Style,
}

impl Writer<'_> {
    fn state(&self, record: &RecordLayout, attr: AttrId, choice: &Choice<'_>) -> Option<Stated> {
        let value = choice.in_document(self.style);
        let shown = match choice {
            Choice::Bool(truth) => truth.to_string(),
            other => other.in_cell(self.style),
        };
        if let Some(field) = field_of(self.def, record, attr) {
            return Some((vec![self.replace(field, value)], shown));
        }
        let attribute = self.def.get(attr)?;
        let key = self.key(self.style.pick(&attribute.name, &attribute.label));
        let line = match self.format {
            Format::Toml => format!("{key} = {value}"),
            _ => format!("{key}: {value}"),
        };
        Some((vec![self.insert(record, attr, &line)?], shown))
    }

    fn key(&self, name: &str) -> String {
        let is_bare = |c: char| match self.format {
            Format::Toml => c.is_ascii_alphanumeric() || matches!(c, '_' | '-'),
            Format::Yaml => c.is_alphanumeric() || c == '_',
            Format::Json | Format::Lines => false,
        };
        if name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
    }

    fn replace(&self, field: &FieldLayout, value: String) -> Edit {
        if !field.value.is_empty() {
            return Edit { range: field.value.clone(), text: value };
        }
        // `key:` of YAML, with nothing behind it.
        let rest = self.text.get(field.key.range.end..).unwrap_or("");
        let at = field.key.range.end + rest.find(':').map_or(0, |i| i + 1);
        Edit { range: at..at, text: format!(" {value}") }
    }

    /// Behind the last field that the schema declares before this one.
    fn insert(&self, record: &RecordLayout, attr: AttrId, line: &str) -> Option<Edit> {
        let order = |f: &FieldLayout| match silent_attribute(self.def, &f.key.text) {
            _ if is_id(&f.key.text) => Some(0),
            Some(own) => Some(own.0 as usize + 1),
            None if f.key.text == EVIDENCE => Some(usize::MAX),
            None => None,
        };
        let mut direct: Vec<&FieldLayout> =
            record.fields.iter().filter(|f| f.value.is_empty() || f.value.start >= f.key.range.end).collect();
        direct.sort_by_key(|f| f.key.range.start);
        let before = |f: &&&FieldLayout| order(f).is_some_and(|o| o <= attr.0 as usize);
        let anchor = direct.iter().rev().find(before).copied();
        match (&record.body, anchor, direct.first()) {
            (Body::Scattered, ..) => None,
            (Body::Lines(_) | Body::Block, Some(field), _) => Some(self.below(field, &direct, line)),
            (Body::Lines(header), None, _) => Some(self.at_line_end(*header, "", line)),
            (Body::Block, None, Some(first)) => {
                let at = first.key.range.start;
                let text = format!("{line}{}{}", self.newline(), " ".repeat(self.column(at)));
                Some(Edit { range: at..at, text })
            }
            (Body::Braces(_), Some(field), _) => {
                let (end, own) = (field.value.end, field.key.range.start);
                let text = match self.is_first_of_line(own) {
                    true => format!(",{}{}{line}", self.newline(), self.indent(own)),
                    false => format!(", {line}"),
                };
                Some(Edit { range: end..end, text })
            }
            (Body::Braces(open), None, first) => {
                let (at, behind) = match first {
                    Some(first) => (first.key.range.start, ", "),
                    None => (open + 1, ""),
                };
                Some(Edit { range: at..at, text: format!("{line}{behind}") })
            }
            (Body::Block, None, None) => None,
        }
    }

    /// A line of its own behind a field.
    fn below(&self, field: &FieldLayout, direct: &[&FieldLayout], line: &str) -> Edit {
        let end = if field.value.is_empty() { field.key.range.end } else { field.value.end };
        let indent = match self.format {
            // The first key of a list's member stands behind its dash.
            Format::Yaml => " ".repeat(direct.first().map_or(0, |first| self.column(first.key.range.start))),
            _ => self.indent(field.key.range.start).to_owned(),
        };
        self.at_line_end(end, &indent, line)
    }

    fn at_line_end(&self, from: usize, indent: &str, line: &str) -> Edit {
        let rest = self.text.get(from..).unwrap_or("");
        let at = from + rest.find(['\n', '\r']).unwrap_or(rest.len());
        Edit { range: at..at, text: format!("{}{indent}{line}", self.newline()) }
    }

    fn newline(&self) -> &'static str {
        newline(self.text)
    }

    fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1)
    }

    fn column(&self, at: usize) -> usize {
        self.text.get(self.line_start(at)..at).map_or(0, |t| t.chars().count())
    }

    fn indent(&self, at: usize) -> &str {
        let line = self.text.get(self.line_start(at)..at).unwrap_or("");
        line.get(..line.len() - line.trim_start().len()).unwrap_or("")
    }

    fn is_first_of_line(&self, at: usize) -> bool {
        let before = self.text.get(self.line_start(at)..at).unwrap_or("");
        before.trim().is_empty() && self.line_start(at) > 0
    }
}

/// The sign between lines, as the text has it.
pub(crate) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn add_to_document(
    doc: &Doc,
    document: &DocumentLayout,
    def: &KindDef,
    id: &str,
    values: &[(AttrId, Choice<'_>)],
) -> Option<Edit> {
    // Only TOML lets a record be put at the end of a file as it stands.
    if document.format != Format::Toml {
        return None;
    }
    let listing = document.listings.iter().find(|l| is_named(def, &l.kind));
    let in_brackets = |place: &Range<usize>| {
        let before = doc.text.get(..place.start).unwrap_or("");
        before.trim_end_matches([' ', '\t']).ends_with("[[")
    };
    if listing.is_some_and(|l| !l.places.iter().all(in_brackets)) {
        return None;
    }
    let name = listing.map_or(def.name.as_str(), |l| l.kind.as_str());
    let keys = listing.iter().flat_map(|l| &l.records).flat_map(|r| &r.fields).map(|f| f.key.text.as_str());
    let style = Style::of(def, keys);
    let writer = Writer { text: &doc.text, format: Format::Toml, def, style };
    let text = toml_record(&writer.key(name), def, id, values, style, newline(&doc.text));
    let end = doc.text.len();
    let lead = match doc.text.trim_end_matches(['\n', '\r']) {
        "" => "",
        before if before.len() == end => "\n\n",
        _ => "\n",
    };
    Some(Edit { range: end..end, text: format!("{lead}{text}") })
}

fn is_named(def: &KindDef, name: &str) -> bool {
    def.name == name || def.label.ja == name || def.label.en == name
}

/// `[[kind]]` with its lines.
pub(crate) fn toml_record(
    kind: &str,
    def: &KindDef,
    id: &str,
    values: &[(AttrId, Choice<'_>)],
    style: Style,
    newline: &str,
) -> String {
    let writer = Writer { text: "", format: Format::Toml, def, style };
    let mut out = format!("[[{kind}]]{newline}id = {}{newline}", quoted(id));
    for (attr, choice) in values {
        let Some(attribute) = def.get(*attr) else { continue };
        let key = writer.key(style.pick(&attribute.name, &attribute.label));
        out.push_str(&format!("{key} = {}{newline}", choice.in_document(style)));
    }
    out
}

// ---------------------------------------------------------------- tables

fn in_table(
    text: &str,
    table: &TableLayout,
    def: &KindDef,
    record: usize,
    attr: AttrId,
    choice: &Choice<'_>,
) -> Option<Stated> {
    let row = table.row_at(record)?;
    let style = table_style(table, def);
    let value = choice.in_cell(style);
    let column = table.header.iter().position(|h| silent_attribute(def, &h.text) == Some(attr));
    let mut edits = Vec::new();
    match column {
        Some(column) => edits.push(fill(text, table, row, column, &value)),
        None => {
            let attribute = def.get(attr)?;
            let name = style.pick(&attribute.name, &attribute.label);
            let width = table.header.len();
            // A last column without a name, as spreadsheets leave it, is as good as a new one.
            let blank = table.header.last().filter(|h| h.text.trim().is_empty()).map(|_| width - 1);
            let column = blank.unwrap_or(width);
            edits.push(fill(text, table, &table.first, column, name));
            for other in table.rows.iter().filter(|other| *other != row) {
                let cells = table.cells(text, other);
                // What stands under no header would stand under this one.
                if cells.get(column).is_some_and(|c| !c.text.trim().is_empty()) {
                    return None;
                }
                if blank.is_none() && cells.len() == width {
                    let text = char::from(table.delimiter).to_string();
                    edits.push(Edit { range: other.end..other.end, text });
                }
            }
            edits.push(fill(text, table, row, column, &value));
        }
    }
    edits.sort_by_key(|e| e.range.start);
    Some((edits, value))
}

fn table_style(table: &TableLayout, def: &KindDef) -> Style {
    Style::of(def, table.header.iter().map(|h| h.text.as_str()))
}

/// Writes a cell of a row, with as many delimiters as it takes to get there.
fn fill(text: &str, table: &TableLayout, row: &Range<usize>, column: usize, value: &str) -> Edit {
    let cells = table.cells(text, row);
    let delimiter = char::from(table.delimiter);
    match cells.get(column) {
        Some(cell) => {
            let is_quoted = text.get(..cell.range.start).is_some_and(|t| t.ends_with('"'));
            let value = if is_quoted { value.replace('"', "\"\"") } else { in_csv(value, table.delimiter) };
            Edit { range: cell.range.clone(), text: value }
        }
        None => {
            let lead = delimiter.to_string().repeat(column + 1 - cells.len());
            Edit { range: row.end..row.end, text: format!("{lead}{}", in_csv(value, table.delimiter)) }
        }
    }
}

/// A cell with quotes where it needs them.
pub(crate) fn in_csv(value: &str, delimiter: u8) -> String {
    let needs = |c: char| c == char::from(delimiter) || matches!(c, '"' | '\n' | '\r');
    match value.contains(needs) || value != value.trim() {
        true => format!("\"{}\"", value.replace('"', "\"\"")),
        false => value.to_owned(),
    }
}

fn add_row(
    text: &str,
    table: &TableLayout,
    def: &KindDef,
    id: &str,
    values: &[(AttrId, Choice<'_>)],
) -> Option<Edit> {
    let style = table_style(table, def);
    let column_of =
        |attr: AttrId| table.header.iter().position(|h| silent_attribute(def, &h.text) == Some(attr));
    let mut cells = vec![String::new(); table.header.len()];
    *cells.get_mut(table.id_column()?)? = in_csv(id, table.delimiter);
    for (attr, choice) in values {
        *cells.get_mut(column_of(*attr)?)? = in_csv(&choice.in_cell(style), table.delimiter);
    }
    let delimiter = char::from(table.delimiter).to_string();
    let (end, newline) = (text.len(), newline(text));
    let lead = if text.ends_with(['\n', '\r']) { "" } else { newline };
    Some(Edit { range: end..end, text: format!("{lead}{}{newline}", cells.join(&delimiter)) })
}
