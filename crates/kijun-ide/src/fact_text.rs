//! Where the names of a file of facts stand, and how the file names things: by name or by label.

use std::ops::Range;

use kijun_facts::layout::{FieldLayout, Layout, Listing, RecordLayout, Written};
use kijun_facts::read::{is_id, silent_attribute, silent_kind};
use kijun_facts::{AttrId, KindDef, KindId, Schema};
use kijun_text::Lang;
use rustc_hash::FxHashMap;

/// One version of a file of facts, as it is written.
#[derive(Debug)]
pub(crate) struct FactText {
    pub(crate) layout: Layout,
    /// Of documents: listing and record, by the byte at which an id of the record begins.
    records: FxHashMap<usize, (usize, usize)>,
}

impl FactText {
    pub(crate) fn new(path: &str, text: &str) -> Option<FactText> {
        let layout = Layout::new(path, text)?;
        let mut records = FxHashMap::default();
        if let Layout::Document(document) = &layout {
            for (l, listing) in document.listings.iter().enumerate() {
                for (r, record) in listing.records.iter().enumerate() {
                    records.extend(record.ids.iter().map(|id| (id.range.start, (l, r))));
                }
            }
        }
        Some(FactText { layout, records })
    }

    /// The record of a document whose id begins at a byte.
    pub(crate) fn record(&self, at: usize) -> Option<(&Listing, &RecordLayout)> {
        let Layout::Document(document) = &self.layout else { return None };
        let (listing, record) = self.records.get(&at)?;
        let listing = document.listings.get(*listing)?;
        Some((listing, listing.records.get(*record)?))
    }

    /// Every place that names a kind: a key, or a cell of the table of registers. Not the file's own name.
    pub(crate) fn kinds(&self, text: &str) -> Vec<Written> {
        match &self.layout {
            Layout::Document(document) => {
                let named = |l: &Listing| -> Vec<Written> {
                    let at = |range: &Range<usize>| Written { text: l.kind.clone(), range: range.clone() };
                    l.places.iter().map(at).collect()
                };
                let listed = document.listings.iter().flat_map(named);
                listed.chain(document.registers.iter().cloned()).collect()
            }
            Layout::Table(table) if table.is_about_registers() => {
                let cells = table.rows.iter().flat_map(|row| table.cells(text, row));
                cells.collect()
            }
            Layout::Table(_) => Vec::new(),
        }
    }

    /// Every name of an attribute, with the kind that it is of: keys and headers, also those of evidence.
    pub(crate) fn attributes(&self, schema: &Schema) -> Vec<(KindId, AttrId, Written)> {
        let mut out = Vec::new();
        let mut push = |kind: KindId, def: &KindDef, key: &Written| {
            if let Some(attr) = silent_attribute(def, &key.text) {
                out.push((kind, attr, key.clone()));
            }
        };
        match &self.layout {
            Layout::Table(table) => {
                if let Some((kind, def)) = kind_of(schema, &table.stem) {
                    table.header.iter().for_each(|h| push(kind, def, h));
                }
            }
            Layout::Document(document) => {
                for listing in &document.listings {
                    let Some((kind, def)) = kind_of(schema, &listing.kind) else { continue };
                    for field in listing.records.iter().flat_map(|r| &r.fields) {
                        push(kind, def, &field.key);
                        if field.key.text == EVIDENCE {
                            field.texts.iter().for_each(|key| push(kind, def, key));
                        }
                    }
                }
            }
        }
        out
    }

    /// Every value of an attribute that `wanted` wants, by the texts that it is made of.
    pub(crate) fn values(
        &self,
        schema: &Schema,
        text: &str,
        wanted: impl Fn(KindId, AttrId) -> bool,
    ) -> Vec<(KindId, AttrId, Written)> {
        let mut out = Vec::new();
        match &self.layout {
            Layout::Table(table) => {
                let Some((kind, def)) = kind_of(schema, &table.stem) else { return out };
                let columns = table.header.iter().map(|h| silent_attribute(def, &h.text));
                let columns: Vec<Option<AttrId>> = columns.map(|a| a.filter(|a| wanted(kind, *a))).collect();
                if columns.iter().all(Option::is_none) {
                    return out;
                }
                for row in &table.rows {
                    let cells = table.cells(text, row).into_iter().zip(&columns);
                    out.extend(cells.filter_map(|(cell, attr)| Some((kind, (*attr)?, cell))));
                }
            }
            Layout::Document(document) => {
                for listing in &document.listings {
                    let Some((kind, def)) = kind_of(schema, &listing.kind) else { continue };
                    for field in listing.records.iter().flat_map(|r| &r.fields) {
                        let attr = silent_attribute(def, &field.key.text).filter(|a| wanted(kind, *a));
                        let Some(attr) = attr.filter(|_| !is_id(&field.key.text)) else { continue };
                        out.extend(field.texts.iter().map(|t| (kind, attr, t.clone())));
                    }
                }
            }
        }
        out
    }

    /// Every place that states the id of a record, with its kind.
    pub(crate) fn ids(&self, schema: &Schema, text: &str) -> Vec<(KindId, Written)> {
        let mut out = Vec::new();
        match &self.layout {
            Layout::Table(table) => {
                let (Some((kind, _)), Some(column)) = (kind_of(schema, &table.stem), table.id_column())
                else {
                    return out;
                };
                for row in &table.rows {
                    out.extend(table.cells(text, row).into_iter().nth(column).map(|cell| (kind, cell)));
                }
            }
            Layout::Document(document) => {
                for listing in &document.listings {
                    let Some((kind, _)) = kind_of(schema, &listing.kind) else { continue };
                    let ids = listing.records.iter().flat_map(|r| &r.ids);
                    out.extend(ids.map(|id| (kind, id.clone())));
                }
            }
        }
        out
    }
}

/// The key under which a record of a document keeps what backs it.
pub(crate) const EVIDENCE: &str = "_evidence";

fn kind_of<'s>(schema: &'s Schema, name: &str) -> Option<(KindId, &'s KindDef)> {
    let kind = silent_kind(schema, name)?;
    Some((kind, schema.kind(kind)?))
}

/// How a file names attributes and literals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Names,
    Labels(Lang),
}

impl Style {
    /// As most of these keys or headers of a kind are written; by name where nothing tells.
    pub(crate) fn of<'k>(def: &KindDef, keys: impl Iterator<Item = &'k str> + Clone) -> Style {
        let own = |key: &str| silent_attribute(def, key).and_then(|a| def.get(a));
        let count = |fits: fn(&kijun_facts::Attribute, &str) -> bool| {
            keys.clone().filter(|key| own(key).is_some_and(|a| fits(a, key))).count()
        };
        let names = count(|a, key| a.name == key);
        let ja = count(|a, key| a.name != key && a.label.ja == key);
        let en = count(|a, key| a.name != key && a.label.en == key);
        match names >= ja.max(en) {
            true => Style::Names,
            false if ja >= en => Style::Labels(Lang::Ja),
            false => Style::Labels(Lang::En),
        }
    }

    /// A name, or its label where the file writes labels and there is one.
    pub(crate) fn pick<'t>(self, name: &'t str, label: &'t kijun_text::Label) -> &'t str {
        match self {
            Style::Names => name,
            Style::Labels(Lang::Ja) if !label.ja.is_empty() => &label.ja,
            Style::Labels(Lang::En) if !label.en.is_empty() => &label.en,
            Style::Labels(_) => name,
        }
    }
}

/// The field of a record that states an attribute.
pub(crate) fn field_of<'r>(def: &KindDef, record: &'r RecordLayout, attr: AttrId) -> Option<&'r FieldLayout> {
    record.fields.iter().find(|f| silent_attribute(def, &f.key.text) == Some(attr))
}
