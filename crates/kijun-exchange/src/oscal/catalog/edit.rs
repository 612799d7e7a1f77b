//! Small changes to documents that are kept as JSON: fields that come, go and grow; digests.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::super::json::Field;
use super::super::names::uuid;
use super::text;

/// Another document than before: its day, and an id of its own.
pub(in super::super) fn renew(catalog: &mut Map<String, Value>, day: &str) {
    if let Some(Value::Object(metadata)) = catalog.get_mut("metadata") {
        let mut out = Map::new();
        put(&mut out, "title", metadata.remove("title"));
        put(&mut out, "published", metadata.remove("published"));
        metadata.remove("last-modified");
        out.insert("last-modified".to_owned(), format!("{day}T00:00:00Z").into());
        out.append(metadata);
        *metadata = out;
    }
    catalog.insert("uuid".to_owned(), Value::Null);
    let whole = digest(&Value::Object(catalog.clone()));
    catalog.insert("uuid".to_owned(), uuid(&["catalog-document", &whole]).into());
}

/// SHA-256 of a document, whatever the order of its fields.
pub(in super::super) fn digest(value: &Value) -> String {
    let mut hash = Sha256::new();
    hash_of(value, &mut hash);
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

fn hash_of(value: &Value, hash: &mut Sha256) {
    match value {
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
            hash.update(format!("{{{}", sorted.len()));
            for (name, value) in sorted {
                hash.update(format!("{}:{name}", name.len()));
                hash_of(value, hash);
            }
        }
        Value::Array(list) => {
            hash.update(format!("[{}", list.len()));
            list.iter().for_each(|v| hash_of(v, hash));
        }
        Value::String(text) => hash.update(format!("\"{}:{text}", text.len())),
        other => hash.update(format!("{other};")),
    }
}

pub(super) fn put(out: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        out.insert(name.to_owned(), value);
    }
}

pub(super) fn put_list(out: &mut Map<String, Value>, name: &str, list: Vec<Value>) {
    if !list.is_empty() {
        out.insert(name.to_owned(), list.into());
    }
}

pub(super) fn append(out: &mut Map<String, Value>, name: &str, more: Vec<Value>) {
    if more.is_empty() {
        return;
    }
    match out.get_mut(name) {
        Some(Value::Array(list)) => list.extend(more),
        _ => put_list(out, name, more),
    }
}

pub(super) fn retain(of: &mut Map<String, Value>, name: &str, keep: impl Fn(&Value) -> bool) {
    let Some(Value::Array(list)) = of.get_mut(name) else { return };
    list.retain(keep);
    if list.is_empty() {
        of.remove(name);
    }
}

/// Puts another label in the place of the one there is.
pub(super) fn relabel(rest: &mut Map<String, Value>, alias: &str) {
    let is_label = |p: &Value| p.field("name") == "label" && text::in_oscal(p) && p.get("class").is_none();
    if alias.is_empty() {
        retain(rest, "props", |p| !is_label(p));
        return;
    }
    let alias = alias.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(Value::Array(list)) = rest.get_mut("props")
        && let Some(label) = list.iter_mut().find(|p| is_label(p)).and_then(Value::as_object_mut)
    {
        label.insert("value".to_owned(), alias.into());
        return;
    }
    append(rest, "props", vec![json!({ "name": "label", "value": alias })]);
}
