//! What is written where in a file of facts, for who changes its text: names as they stand, whatever they mean.
//!
//! The readers of this folder decide what a text means; this module says where to write. It holds what they hold of the shape
//! of a document (`document`) and of a table (`csv`), and no more.

use std::ops::Range;

use super::csv::{Row, Rows, after_line_break};
use super::scalar::trimmed;
use super::tree::{Data, Entry, Node};
use super::{COMPLETE, Name, json, names, toml, yaml};

/// A text and the bytes at which it stands: in a document with its quotes, in a table without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub text: String,
    pub range: Range<usize>,
}

/// The shape of a file of facts.
#[derive(Debug)]
pub enum Layout {
    Table(TableLayout),
    Document(DocumentLayout),
}

/// CSV or TSV.
#[derive(Debug)]
pub struct TableLayout {
    /// What the file is called; the kind of its records, or `_complete`.
    pub stem: String,
    pub delimiter: u8,
    pub header: Vec<Written>,
    /// Bytes of the first row, without its line break.
    pub first: Range<usize>,
    /// Bytes of the other rows, without their line breaks.
    pub rows: Vec<Range<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Toml,
    Json,
    /// One object a line.
    Lines,
    Yaml,
}

/// TOML, JSON, NDJSON or YAML.
#[derive(Debug)]
pub struct DocumentLayout {
    pub format: Format,
    pub listings: Vec<Listing>,
    /// Names of kinds whose registers the file speaks of.
    pub registers: Vec<Written>,
}

/// The records of one kind.
#[derive(Debug)]
pub struct Listing {
    pub kind: String,
    /// Every place that names the kind; none where the file's name does.
    pub places: Vec<Range<usize>>,
    pub records: Vec<RecordLayout>,
}

#[derive(Debug)]
pub struct RecordLayout {
    /// Every place that states the id: its value, or the key under which the record stands.
    pub ids: Vec<Written>,
    pub body: Body,
    pub fields: Vec<FieldLayout>,
}

/// How the fields of a record follow one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A line each, behind a header of TOML that ends here.
    Lines(usize),
    /// Between braces, of which this is the first.
    Braces(usize),
    /// A line each, indented as the first of them.
    Block,
    /// Keys that nothing can be put beside.
    Scattered,
}

#[derive(Debug)]
pub struct FieldLayout {
    pub key: Written,
    pub value: Range<usize>,
    /// The texts of the value: itself, the members of a list, or the keys of a table.
    pub texts: Vec<Written>,
}

impl Layout {
    /// The shape of a file; nothing for one that cannot be read.
    pub fn new(path: &str, text: &str) -> Option<Layout> {
        let name = Name::of(path);
        let document = |format, nodes: Vec<Node>| {
            let mut layout = DocumentLayout { format, listings: Vec::new(), registers: Vec::new() };
            nodes.iter().for_each(|node| layout.root(text, &name.stem, node));
            Layout::Document(layout)
        };
        match name.extension.to_ascii_lowercase().as_str() {
            "csv" => TableLayout::new(name.stem, text, None).map(Layout::Table),
            "tsv" => TableLayout::new(name.stem, text, Some(b'\t')).map(Layout::Table),
            "toml" => Some(document(Format::Toml, toml::parse(text).ok()?)),
            "json" => Some(document(Format::Json, json::parse(text).ok()?)),
            "yaml" | "yml" => Some(document(Format::Yaml, yaml::parse(text).ok()?)),
            "ndjson" | "jsonl" => Some(document(Format::Lines, lines(text))),
            _ => None,
        }
    }
}

/// The lines that are JSON.
fn lines(text: &str) -> Vec<Node> {
    let mut start = 0;
    let mut out = Vec::new();
    for line in text.split('\n') {
        let inner = trimmed(line);
        let body = line.get(inner.clone()).unwrap_or("");
        if !body.is_empty() {
            out.extend(json::parse_at(body, start + inner.start));
        }
        start += line.len() + 1;
    }
    out
}

impl TableLayout {
    fn new(stem: String, text: &str, delimiter: Option<u8>) -> Option<TableLayout> {
        let mut rows = Rows::new(text, delimiter);
        let delimiter = rows.delimiter();
        let mut row = Row::default();
        if !rows.read(&mut row) {
            return None;
        }
        let header = written(&row);
        let first = whole(text, &row, rows.at());
        let mut layout = TableLayout { stem, delimiter, header, first, rows: Vec::new() };
        while rows.read(&mut row) {
            layout.rows.push(whole(text, &row, rows.at()));
        }
        Some(layout)
    }

    /// Whether the table says which registers are complete.
    pub fn is_about_registers(&self) -> bool {
        self.stem == COMPLETE
    }

    /// The cells of a row.
    pub fn cells(&self, text: &str, row: &Range<usize>) -> Vec<Written> {
        let mut found = Row::default();
        match Rows::within(text, row.clone(), self.delimiter).read(&mut found) {
            true => written(&found),
            false => Vec::new(),
        }
    }

    /// The row around a place.
    pub fn row_at(&self, offset: usize) -> Option<&Range<usize>> {
        let next = self.rows.partition_point(|r| r.start <= offset);
        self.rows.get(next.checked_sub(1)?).filter(|r| offset <= r.end)
    }

    /// The column of the id.
    pub fn id_column(&self) -> Option<usize> {
        self.header.iter().position(|h| names::is_id(&h.text))
    }
}

fn written(row: &Row) -> Vec<Written> {
    row.cells.iter().map(|c| Written { text: c.text.to_string(), range: c.range.clone() }).collect()
}

/// A row with the quotes of its last cell; the next begins at `next`.
fn whole(text: &str, row: &Row, next: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let end = (row.range.end..=next).find(|at| after_line_break(bytes, *at) == next);
    row.range.start..end.unwrap_or(next)
}

impl DocumentLayout {
    fn root(&mut self, text: &str, stem: &str, node: &Node) {
        match &node.data {
            Data::Map(entries) if stem == COMPLETE => {
                for entry in entries {
                    match entry.value.as_map() {
                        Some(inner) if is_complete(&entry.key) => self.registers(inner),
                        _ => self.registers.push(key(entry)),
                    }
                }
            }
            // A line of NDJSON is a record of the kind after which the file is called.
            Data::Map(_) if self.format == Format::Lines => {
                self.nameless(text, stem, std::slice::from_ref(node))
            }
            Data::Map(entries) => {
                let headers = if self.format == Format::Toml { headers(text, node) } else { Vec::new() };
                entries.iter().for_each(|entry| self.top_level(text, entry, &headers));
            }
            Data::List(records) => self.nameless(text, stem, records),
            _ => {}
        }
    }

    fn registers(&mut self, entries: &[Entry]) {
        self.registers.extend(entries.iter().map(key));
    }

    fn nameless(&mut self, text: &str, stem: &str, nodes: &[Node]) {
        let format = self.format;
        let records: Vec<RecordLayout> =
            nodes.iter().filter_map(|n| record(text, format, n, Vec::new())).collect();
        match self.listings.last_mut().filter(|l| l.kind == stem && l.places.is_empty()) {
            Some(listing) => listing.records.extend(records),
            None => self.listings.push(Listing { kind: stem.to_owned(), places: Vec::new(), records }),
        }
    }

    fn top_level(&mut self, text: &str, entry: &Entry, headers: &[Vec<Written>]) {
        if is_complete(&entry.key) {
            entry.value.as_map().into_iter().for_each(|inner| self.registers(inner));
            return;
        }
        let format = self.format;
        let of_kind = |h: &&Vec<Written>| h.first().is_some_and(|k| k.text == entry.key);
        let mut places: Vec<Range<usize>> =
            headers.iter().filter(of_kind).filter_map(|h| Some(h.first()?.range.clone())).collect();
        if !places.contains(&entry.key_range) {
            places.push(entry.key_range.clone());
        }
        places.sort_by_key(|p| p.start);
        let by_id = |inner: &Entry| {
            let second =
                headers.iter().filter(of_kind).filter_map(|h| h.get(1)).filter(|w| w.text == inner.key);
            let mut ids: Vec<Written> = second.cloned().collect();
            if !ids.iter().any(|w| w.range == inner.key_range) {
                ids.push(key(inner));
            }
            record(text, format, &inner.value, ids)
        };
        let records: Vec<RecordLayout> = match &entry.value.data {
            Data::List(nodes) => nodes.iter().filter_map(|n| record(text, format, n, Vec::new())).collect(),
            Data::Map(entries) if is_single(entries) => {
                record(text, format, &entry.value, Vec::new()).into_iter().collect()
            }
            Data::Map(entries) => entries.iter().filter_map(by_id).collect(),
            _ => Vec::new(),
        };
        self.listings.push(Listing { kind: entry.key.clone(), places, records });
    }
}

fn is_complete(key: &str) -> bool {
    matches!(key, "complete" | COMPLETE)
}

/// Whether a table is one record, and not records by their ids.
fn is_single(entries: &[Entry]) -> bool {
    let is_plain = |e: &Entry| e.value.as_map().is_none();
    entries.iter().any(|e| names::is_id(&e.key) && is_plain(e)) || entries.iter().all(is_plain)
}

fn key(entry: &Entry) -> Written {
    Written { text: entry.key.clone(), range: entry.key_range.clone() }
}

/// A record under these ids.
fn record(text: &str, format: Format, node: &Node, mut ids: Vec<Written>) -> Option<RecordLayout> {
    let entries = node.as_map()?;
    for entry in entries.iter().filter(|e| names::is_id(&e.key)) {
        if let Data::Text(id) | Data::Number(id) = &entry.value.data {
            ids.push(Written { text: id.clone(), range: entry.value.range.clone() });
        }
    }
    let fields = entries.iter().map(field).collect();
    let body = match (text.as_bytes().get(node.range.start), format) {
        (Some(b'{'), _) => Body::Braces(node.range.start),
        (Some(b'['), Format::Toml) => Body::Lines(node.range.end),
        (_, Format::Yaml) => Body::Block,
        _ => Body::Scattered,
    };
    Some(RecordLayout { ids, body, fields })
}

/// The keys of every header of TOML, in the order of the tree.
fn headers(text: &str, node: &Node) -> Vec<Vec<Written>> {
    let mut out = Vec::new();
    // The root has no header.
    let mut open: Vec<&Node> = node.as_map().into_iter().flatten().map(|e| &e.value).collect();
    while let Some(node) = open.pop() {
        match &node.data {
            Data::Map(entries) => open.extend(entries.iter().map(|e| &e.value)),
            Data::List(nodes) => open.extend(nodes),
            _ => continue,
        }
        let written = text.get(node.range.clone()).unwrap_or("");
        if matches!(node.data, Data::Map(_)) && written.starts_with('[') {
            out.push(dotted(written, node.range.start));
        }
    }
    out.sort_by_key(|h: &Vec<Written>| h.first().map_or(0, |k| k.range.start));
    out
}

/// The keys of `[[a."b c"]]`, which begins at byte `start`.
fn dotted(header: &str, start: usize) -> Vec<Written> {
    let mut out = Vec::new();
    let mut quote: Option<char> = None;
    let mut from: Option<usize> = None;
    for (at, c) in header.char_indices() {
        let inside = match quote {
            Some(open) => {
                quote = Some(open).filter(|open| *open != c);
                true
            }
            None => {
                quote = Some(c).filter(|c| matches!(c, '"' | '\''));
                !matches!(c, '[' | ']' | '.') && !c.is_whitespace()
            }
        };
        match (inside, from) {
            (true, None) => from = Some(at),
            (false, Some(first)) => {
                let key = header.get(first..at).unwrap_or("");
                let text = key.trim_matches(['"', '\'']).to_owned();
                out.push(Written { text, range: start + first..start + at });
                from = None;
            }
            _ => {}
        }
    }
    out
}

fn field(entry: &Entry) -> FieldLayout {
    FieldLayout { key: key(entry), value: entry.value.range.clone(), texts: texts(&entry.value) }
}

fn texts(node: &Node) -> Vec<Written> {
    match &node.data {
        Data::Text(text) | Data::Number(text) => {
            vec![Written { text: text.clone(), range: node.range.clone() }]
        }
        Data::List(nodes) => nodes.iter().flat_map(texts).collect(),
        Data::Map(entries) => entries.iter().map(key).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> String {
        let Some(Layout::Document(layout)) = Layout::new(path, text) else { panic!("no document") };
        let at = |w: &Written| text[w.range.clone()].to_owned();
        let mut out = Vec::new();
        for listing in &layout.listings {
            let places: Vec<&str> = listing.places.iter().map(|p| &text[p.clone()]).collect();
            out.push(format!("{} at {}", listing.kind, places.join(" ")));
            for record in &listing.records {
                let ids: Vec<String> = record.ids.iter().map(at).collect();
                let fields = record.fields.iter().map(|f| {
                    format!("{}={}", at(&f.key), f.texts.iter().map(at).collect::<Vec<_>>().join("|"))
                });
                let body = format!("{:?}", record.body);
                let body = body.split('(').next().unwrap();
                out.push(format!("  {} {body} {}", ids.join(" "), fields.collect::<Vec<_>>().join(" ")));
            }
        }
        let registers: Vec<String> = layout.registers.iter().map(at).collect();
        out.push(format!("complete {}", registers.join(" ")));
        out.join("\n")
    }

    #[test]
    fn every_name_of_a_document_has_its_places() {
        assert_eq!(
            shown(
                "a.toml",
                "[[k]]\nid = \"a\"\ns = [\n \"[x]\",\n]\n[[ k ]] # [[z]]\nid = 'b'\n[h.\"c 1\"]\nv = { p = true }\n\
                 [h.\"c 1\"._evidence]\ngrade = \"oral\"\n[complete]\nk = true\n"
            ),
            "k at k k\n  \"a\" Lines id=\"a\" s=\"[x]\"\n  'b' Lines id='b'\nh at h h\n  \"c 1\" \"c 1\" Lines v=p _evidence=grade\ncomplete k"
        );
        assert_eq!(
            shown("a.json", "{\"k\": [{\"id\": \"a\", \"s\": [\"x\", \"y\"]}], \"h\": {\"b\": {}}}"),
            "k at \"k\"\n  \"a\" Braces \"id\"=\"a\" \"s\"=\"x\"|\"y\"\nh at \"h\"\n  \"b\" Braces \ncomplete "
        );
        assert_eq!(
            shown("k.yaml", "- id: a\n  s: [x]\n- {id: b}\n"),
            "k at \n  a Block id=a s=x\n  b Braces id=b\ncomplete "
        );
        assert_eq!(
            shown("k.ndjson", "{\"id\": \"a\"}\n\n{\"id\": 7, \"s\": \"x\"}\n"),
            "k at \n  \"a\" Braces \"id\"=\"a\"\n  7 Braces \"id\"=7 \"s\"=\"x\"\ncomplete "
        );
        assert_eq!(shown("_complete.toml", "k = true\n[complete]\nh = false\n"), "complete k h");
    }

    #[test]
    fn rows_end_before_their_line_breaks_and_with_their_quotes() {
        for text in ["id,x\r\na,\"1\"\r\nb,\r\n", "id,x\na,\"1\"\n\nb,"] {
            let Some(Layout::Table(table)) = Layout::new("k.csv", text) else { panic!("no table") };
            let rows: Vec<&str> = table.rows.iter().map(|r| &text[r.clone()]).collect();
            assert_eq!((rows, &text[table.first.clone()]), (vec!["a,\"1\"", "b,"], "id,x"));
            let cells = table.cells(text, table.row_at(text.find("b,").unwrap()).unwrap());
            assert_eq!((cells[0].text.as_str(), cells[1].range.len(), cells.len()), ("b", 0, 2));
        }
        assert!(Layout::new("k.csv", "\n").is_none() && Layout::new("k.toml", "a = ").is_none());
    }
}
