//! What may be typed in a file of facts: kinds, attributes, values.

use std::borrow::Cow;
use std::ops::Range;

use kijun_facts::layout::{Layout, TableLayout};
use kijun_facts::read::{silent_attribute, silent_kind};
use kijun_facts::{AttrId, Type};
use kijun_text::{FileId, Label, Lang};

use super::{Candidate, CompletionKind, fixed, is_word, keyword};
use crate::doc::Doc;
use crate::fact_cursor::named_attribute;
use crate::index::Space;
use crate::snapshot::Snapshot;

/// In facts: attributes at the start of a line, values behind `=` or `:`.
pub(super) fn in_facts(
    snapshot: &Snapshot,
    file: FileId,
    doc: &Doc,
    offset: usize,
) -> (Range<usize>, Vec<Candidate<'static>>) {
    if let Some(Layout::Table(table)) = doc.facts().map(|f| &f.layout) {
        return in_table(snapshot, doc, table, offset);
    }
    let text = doc.text.as_str();
    let line_start = text.get(..offset).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let line = text.get(line_start..offset).unwrap_or("");
    let own = line.chars().rev().take_while(|c| is_word(*c) || *c == '-').map(char::len_utf8).sum::<usize>();
    let word = offset - own..offset;
    let schema = &snapshot.semantics.program().schema;
    if line.trim_start().starts_with('[') && !line.contains('=') {
        let kinds = schema.kinds.iter().map(|k| Candidate {
            def: None,
            label: k.name.clone().into(),
            title: Cow::Owned(k.label.clone()),
            kind: CompletionKind::Of(Space::Entity),
            from: None,
        });
        return (word, kinds.collect());
    }
    let sign = if doc.path.ends_with(".toml") { '=' } else { ':' };
    let Some(sign_at) = last_outside_quotes(line, sign) else {
        return (word, attributes_in(snapshot, text, line_start));
    };
    // In one line of JSON or of an inline table several keys stand one behind the other.
    let before = line.get(..sign_at).unwrap_or("");
    let name = before.rsplit(['{', ',']).next().unwrap_or("").trim().trim_matches(['"', '-', ' ']);
    let at = line_start + before.rfind(name).unwrap_or(0);
    let kind = kind_above(snapshot, text, line_start);
    let attribute = kind
        .and_then(|k| schema.kind(k).and_then(|d| Some((k, d.attribute(name)?))))
        .or_else(|| named_attribute(snapshot, file, at).map(|(_, k, a)| (k, a)));
    let found = attribute.and_then(|(k, a)| schema.attribute(k, a)).map(|a| values_of(snapshot, &a.ty));
    (word, found.unwrap_or_default())
}

/// In a table: attributes in the header, values below.
fn in_table(
    snapshot: &Snapshot,
    doc: &Doc,
    table: &TableLayout,
    offset: usize,
) -> (Range<usize>, Vec<Candidate<'static>>) {
    let schema = &snapshot.semantics.program().schema;
    let row = if offset <= table.first.end { Some(&table.first) } else { table.row_at(offset) };
    let cells = row.map(|row| table.cells(&doc.text, row)).unwrap_or_default();
    let column = cells.iter().position(|c| offset <= c.range.end);
    let before = |start: usize| doc.text.get(start..offset).unwrap_or("");
    let cell = column.and_then(|c| cells.get(c));
    let start = cell.map_or(offset, |c| c.range.start.min(offset));
    // Of a set, the member that is typed.
    let separators = [';', '；', '|', '｜', '、', ','];
    let start = before(start).rfind(separators).map_or(start, |i| {
        let next = before(start).get(i..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
        start + i + next
    });
    let word = start..offset;
    let Some(def) = silent_kind(schema, &table.stem).and_then(|k| schema.kind(k)) else {
        return (word, Vec::new());
    };
    if offset <= table.first.end {
        let is_there = |a: &AttrId| table.header.iter().any(|h| silent_attribute(def, &h.text) == Some(*a));
        let all = (0..def.attributes.len()).map(|i| AttrId(i as u32)).filter(|a| !is_there(a));
        let own = all.filter_map(|a| def.get(a)).map(attribute);
        return (word, own.collect());
    }
    let heading = column.and_then(|c| table.header.get(c));
    let attr = heading.and_then(|h| silent_attribute(def, &h.text)).and_then(|a| def.get(a));
    (word, attr.map(|a| values_of(snapshot, &a.ty)).unwrap_or_default())
}

/// Where a sign stands last on a line, but not in a text.
fn last_outside_quotes(line: &str, sign: char) -> Option<usize> {
    let mut quoted = false;
    let mut found = None;
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c == sign && !quoted => found = Some(at),
            _ => {}
        }
    }
    found
}

fn attribute(own: &kijun_facts::Attribute) -> Candidate<'static> {
    Candidate {
        def: None,
        label: own.name.clone().into(),
        title: Cow::Owned(own.label.clone()),
        kind: CompletionKind::Of(Space::Attribute),
        from: None,
    }
}

/// The kind that `[[kind]]` or a key above a line names.
fn kind_above(snapshot: &Snapshot, text: &str, line_start: usize) -> Option<kijun_facts::KindId> {
    let above = text.get(..line_start)?;
    let schema = &snapshot.semantics.program().schema;
    above.lines().rev().find_map(|line| {
        let name = line.trim().trim_matches(['[', ']', '"', ':', ' ', '{']);
        let heads = line.trim_start().starts_with('[') || line.trim_end().ends_with([':', '[', '{']);
        schema.find_kind(name).filter(|_| heads)
    })
}

fn attributes_in(snapshot: &Snapshot, text: &str, line_start: usize) -> Vec<Candidate<'static>> {
    let schema = &snapshot.semantics.program().schema;
    let kind = kind_above(snapshot, text, line_start).and_then(|k| schema.kind(k));
    kind.iter().flat_map(|k| &k.attributes).map(attribute).collect()
}

/// What a value of a type may be: literals by label, ids of records with their names.
fn values_of(snapshot: &Snapshot, ty: &Type) -> Vec<Candidate<'static>> {
    let schema = &snapshot.semantics.program().schema;
    match ty {
        Type::Set(inner) => values_of(snapshot, inner),
        Type::Bool => fixed(&["true", "false"]),
        Type::Enum(id) => {
            let literals = schema.enumeration(*id).into_iter().flat_map(|e| &e.literals);
            let of = |l: &kijun_facts::Literal| Candidate {
                def: None,
                label: l.name.clone().into(),
                title: Cow::Owned(l.label.clone()),
                kind: CompletionKind::Of(Space::Literal),
                from: None,
            };
            literals.map(of).collect()
        }
        Type::Ref(kind) => {
            let store = &snapshot.semantics.facts.store;
            let rows = store.kind(*kind).map_or(0, kijun_facts::KindTable::len);
            let name = schema.kind(*kind).and_then(|k| k.attribute("name"));
            let of = |row: usize| {
                let title = name.map(|a| kijun_facts::show_cell(store, schema, *kind, a, row, Lang::Ja));
                let title = title.unwrap_or_default();
                Candidate {
                    def: None,
                    label: store.id_text(*kind, row).to_owned().into(),
                    title: Cow::Owned(Label::new(title.clone(), title)),
                    kind: CompletionKind::Of(Space::Local),
                    from: None,
                }
            };
            (0..rows).map(of).collect()
        }
        Type::Requirement => schema.requirements.iter().map(|id| keyword(id)).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::completion::completions;
    use crate::testing::{NORMS, fixture};

    fn check(facts: &str, expected: &[&str]) {
        let vendors = "//- /facts/vendor.csv\nid,name\nacme,A社\n";
        let (snapshot, place) = fixture(&format!("{NORMS}{vendors}{facts}"));
        let (found, _) = completions(&snapshot, place.file, place.offset);
        let labels: Vec<&str> = found.iter().map(|c| c.label.as_str()).collect();
        assert_eq!(labels, expected, "{facts}");
    }

    #[test]
    fn every_format_offers_attributes_and_values() {
        check("//- /facts/contract.csv\nid,vendor,cl$0\n", &["clauses"]);
        check("//- /facts/契約.tsv\nid\t事業者\tcl$0\n", &["clauses"]);
        check("//- /facts/contract.csv\nid,vendor,clauses\nc,ac$0,\n", &["acme"]);
        check("//- /facts/contract.csv\nid,vendor,clauses\nc,acme,罰則;sec$0\n", &["secrecy"]);
        check("//- /facts/contract.csv\nid,vendor,clauses\nc,,$0\n", &["penalty", "secrecy"]);
        check("//- /facts/契約.tsv\nid\t条項\tvendor\nc\t\tac$0\n", &["acme"]);
        check("//- /facts/a.toml\n[[contract]]\nid = \"c\"\nvendor = \"ac$0\"\n", &["acme"]);
        check("//- /facts/a.toml\ncontract = [ { id = \"c\", vendor = \"ac$0\" } ]\n", &["acme"]);
        check("//- /facts/a.json\n{\"contract\": [\n{\"id\": \"c\", \"vendor\": \"ac$0\"}]}\n", &["acme"]);
        check("//- /facts/contract.ndjson\n{\"id\": \"c\", \"vendor\": \"ac$0\"}\n", &["acme"]);
        check("//- /facts/a.yaml\ncontract:\n  - id: c\n    vendor: ac$0\n", &["acme"]);
        check("//- /facts/a.yaml\ncontract:\n  - id: c\n    clauses: [罰則, sec$0]\n", &["secrecy"]);
    }
}
