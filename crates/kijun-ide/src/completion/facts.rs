//! What may be typed in a file of facts: kinds, attributes, values.

use std::borrow::Cow;
use std::ops::Range;

use kijun_facts::Type;
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
    let Some((name, _)) = line.split_once(['=', ':']) else {
        return (word, attributes_in(snapshot, text, line_start));
    };
    let name = name.trim().trim_matches(['"', '-', ' ']);
    let at = line_start + line.find(name).unwrap_or(0);
    let kind = kind_above(snapshot, text, line_start);
    let attribute = kind
        .and_then(|k| schema.kind(k).and_then(|d| Some((k, d.attribute(name)?))))
        .or_else(|| named_attribute(snapshot, file, at).map(|(_, k, a)| (k, a)));
    let found = attribute.and_then(|(k, a)| schema.attribute(k, a)).map(|a| values_of(snapshot, &a.ty));
    (word, found.unwrap_or_default())
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
    let attributes = kind.iter().flat_map(|k| &k.attributes).map(|a| Candidate {
        def: None,
        label: a.name.clone().into(),
        title: Cow::Owned(a.label.clone()),
        kind: CompletionKind::Of(Space::Attribute),
        from: None,
    });
    attributes.collect()
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
