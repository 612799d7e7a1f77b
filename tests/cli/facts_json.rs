//! The facts of a workspace, whatever files they come from, as the JSON of one file.

use kijun_facts::{AttrId, Evidence, KindTable, Register, Schema, Show, Type, Words};
use kijun_text::Lang;
use kijun_workspace::{Options, Workspace, load};
use serde_json::{Map, Value, json};

use crate::run::root;

pub(crate) fn of(example: &str) -> String {
    let workspace = load(&root().join("examples").join(example), &Options::default()).unwrap();
    assert!(!workspace.has_errors());
    let mut facts = Map::new();
    let mut complete = Map::new();
    for table in &workspace.store.kinds {
        let name = workspace.compiled.program.schema.kind(table.kind).unwrap().name.clone();
        match table.register {
            Register::Complete => complete.insert(name.clone(), true.into()),
            Register::Incomplete => complete.insert(name.clone(), false.into()),
            Register::Unmentioned | Register::Recorded => None,
        };
        let records: Vec<Value> = (0..table.len()).flat_map(|row| records(&workspace, table, row)).collect();
        if !records.is_empty() {
            facts.insert(name, records.into());
        }
    }
    facts.insert("complete".into(), complete.into());
    Value::Object(facts).to_string()
}

/// A record, and one more for each value in conflict: only another source may say something else.
fn records(workspace: &Workspace, table: &KindTable, row: usize) -> Vec<Value> {
    let (store, schema) = (&workspace.store, &workspace.compiled.program.schema);
    let id = store.id_text(table.kind, row);
    let show = Show { store, schema, lang: Lang::En, words: Words::Names };
    let mut record = json!({ "id": id, "_evidence": {} });
    let mut others: Vec<Value> = Vec::new();
    for (i, attribute) in schema.kind(table.kind).unwrap().attributes.iter().enumerate() {
        let attr = AttrId(u32::try_from(i).unwrap());
        let name = attribute.name.as_str();
        if let Some(conflict) = table.conflict(attr, u32::try_from(row).unwrap()) {
            for alternative in &conflict.alternatives {
                let value = value(&attribute.ty, &show.value(&attribute.ty, &alternative.value));
                let own = evidence(schema, store.evidence(alternative.evidence));
                let source = format!("source {}", others.len());
                others.push(json!({ "id": id, name: value, "_evidence": { "source": source, name: own } }));
            }
        } else if table.is_stated(attr, row) {
            record[name] = value(&attribute.ty, &show.cell(table.kind, attr, row));
            let backing = store.evidence(table.evidence_of(attr, row));
            record["_evidence"][name] = evidence(schema, backing);
        }
    }
    others.insert(0, record);
    others
}

/// A shown value as JSON states it; a set as the list of its members.
fn value(ty: &Type, shown: &str) -> Value {
    match shown.strip_prefix("{ ").and_then(|s| s.strip_suffix(" }")) {
        Some(members) if ty.element().is_some() => members.split(", ").collect::<Vec<_>>().into(),
        _ if shown == "unknown" => "?".into(),
        _ => shown.into(),
    }
}

fn evidence(schema: &Schema, evidence: Option<&Evidence>) -> Value {
    let Some(evidence) = evidence else { return json!({}) };
    let mut out = Map::new();
    let mut add = |key: &str, value: Option<String>| {
        out.extend(value.map(|v| (key.to_owned(), Value::from(v))));
    };
    add("source", evidence.source.clone());
    add("recorded_by", evidence.recorded_by.clone());
    add("as_of", evidence.as_of.map(|d| d.to_string()));
    add("valid_until", evidence.valid_until.map(|d| d.to_string()));
    add("grade", evidence.grade.map(|g| schema.enums[1].literals[g as usize].name.clone()));
    out.into()
}
