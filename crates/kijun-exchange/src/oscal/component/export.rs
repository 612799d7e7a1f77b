//! From facts to a component definition.

use super::super::json::Field;
use std::collections::BTreeMap;

use kijun_engine::program::Program;
use kijun_facts::{KindId, Show, Store, Value as Fact, Words};
use kijun_text::{Label, Lang};
use serde_json::{Map, Value, json};

use super::super::catalog::{digest, renew};
use super::super::export::prop;
use super::super::names::{OSCAL_VERSION, token, uuid};
use super::super::profile::ProfileCatalog;
use super::STATUSES;
use crate::loss::{Loss, Losses};
use crate::oscal::CatalogName;
use crate::oscal::catalog::NoCatalog;

/// What is exported.
pub struct ComponentExport<'a> {
    pub program: &'a Program,
    pub store: &'a Store,
    pub catalogs: &'a [ProfileCatalog],
    /// Id of the component definition; the only one where none is named.
    pub definition: Option<&'a str>,
    pub day: Option<&'a str>,
}

#[derive(Debug)]
pub struct ExportedComponents {
    pub text: String,
    pub losses: Vec<Loss>,
}

/// # Errors
/// See [`NoCatalog`]; `Absent` where no definition, or not a single one, is recorded.
pub fn export_components(export: &ComponentExport<'_>) -> Result<ExportedComponents, NoCatalog> {
    let definitions = records(export, "component_definition");
    let wanted = |r: &&Record| export.definition.is_none_or(|id| id == r.id);
    let found: Vec<&Record> = definitions.iter().filter(wanted).collect();
    let [definition] = found.as_slice() else { return Err(NoCatalog::Absent) };
    let mut losses = Losses::default();
    let kept = definition.rest()?;
    let mut document = kept.field("document").as_object().cloned().unwrap_or_default();
    let metadata = document.entry("metadata").or_insert_with(|| {
        json!({ "title": "", "version": "1", "oscal-version": OSCAL_VERSION, "props": [prop("generator", "kijun")] })
    });
    if let Value::Object(metadata) = metadata {
        replace(metadata, "title", definition.text("title"));
        replace(metadata, "version", definition.text("version"));
    }
    let claims = records(export, "component_claim");
    let mut components: Vec<(u64, Value)> = Vec::new();
    for record in records(export, "component").iter().filter(|r| r.text("definition") == definition.id) {
        let own: Vec<&Record> = claims.iter().filter(|c| c.text("component") == record.id).collect();
        components.push(component(export, record, &own, &mut losses)?);
    }
    components.sort_by_key(|(at, _)| *at);
    let list: Vec<Value> = components.into_iter().map(|(_, value)| value).collect();
    let mut out = Map::new();
    for name in ["uuid", "metadata", "import-component-definitions"] {
        let value = document.remove(name);
        out.insert(name.to_owned(), value.unwrap_or(Value::Null));
    }
    if out.get("import-component-definitions") == Some(&Value::Null) {
        out.remove("import-component-definitions");
    }
    if !list.is_empty() {
        out.insert("components".to_owned(), list.into());
    }
    out.extend(document);
    if kept.field("digest").as_str() != Some(&digest(&Value::Object(out.clone()))) {
        renew(&mut out, export.day.ok_or(NoCatalog::NoDay)?);
    }
    let mut text = serde_json::to_string_pretty(&json!({ "component-definition": out })).unwrap_or_default();
    text.push('\n');
    Ok(ExportedComponents { text, losses: losses.into_vec() })
}

/// What an implementation says of itself, with its place and its claims with theirs.
type Group = (u64, Map<String, Value>, Vec<(u64, Value)>);

/// A record with what it states.
struct Record {
    id: String,
    texts: BTreeMap<String, String>,
}

impl Record {
    fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The rest in OSCAL.
    fn rest(&self) -> Result<Value, NoCatalog> {
        let text = self.text("oscal");
        if text.is_empty() {
            return Ok(json!({}));
        }
        let wrong = |why: String| {
            NoCatalog::Sidecar(Label::new(
                format!("`{}` の属性 `oscal` をJSONとして読めません: {why}", self.id),
                format!("the attribute `oscal` of `{}` cannot be read as JSON: {why}", self.id),
            ))
        };
        let value: Value = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if value.is_object() { Ok(value) } else { Err(wrong("{ }".to_owned())) }
    }
}

fn records(export: &ComponentExport<'_>, kind: &str) -> Vec<Record> {
    let schema = &export.program.schema;
    let Some(kind) = schema.find_kind(kind) else { return Vec::new() };
    let count = export.store.kind(kind).map_or(0, |table| table.len());
    (0..count).map(|row| record(export, kind, row)).collect()
}

fn record(export: &ComponentExport<'_>, kind: KindId, row: usize) -> Record {
    let (schema, store) = (&export.program.schema, export.store);
    let mut texts = BTreeMap::new();
    let attributes = schema.kind(kind).map_or(&[][..], |def| def.attributes.as_slice());
    for (attr, attribute) in (0..).map(kijun_facts::AttrId).zip(attributes) {
        let known = store.kind(kind).is_some_and(|t| t.is_known(attr, row));
        let value = store.value(schema, kind, attr, row);
        if known && !matches!(value, Fact::None) {
            let show = Show { store, schema, words: Words::Names, lang: Lang::En };
            texts.insert(attribute.name.clone(), show.value(&attribute.ty, &value));
        }
    }
    Record { id: store.id_text(kind, row).to_owned(), texts }
}

/// Puts a text in the place of another, unless it is the same but for what a fact cannot hold.
fn replace(of: &mut Map<String, Value>, name: &str, text: &str) {
    let same = of.get(name).and_then(Value::as_str).is_some_and(|old| kijun_text::nfc(old).trim() == text);
    if !same && !text.is_empty() {
        of.insert(name.to_owned(), text.into());
    }
}

/// The text that a record states, as the document wrote it.
fn written(record: &Record, rest: &mut Map<String, Value>, name: &str) -> String {
    let kept = rest.remove(&format!("{name}-as-written"));
    let kept = kept.as_ref().and_then(Value::as_str);
    let text = record.text(name);
    match kept {
        Some(kept) if text.is_empty() || kijun_text::nfc(kept).trim() == text => kept.to_owned(),
        _ => text.to_owned(),
    }
}

/// The rest of a record without its place in a list, and that place.
fn placed(rest: Value) -> (Map<String, Value>, u64) {
    let mut rest = match rest {
        Value::Object(rest) => rest,
        _ => Map::new(),
    };
    let at = rest.remove("at").and_then(|at| at.as_u64()).unwrap_or(u64::MAX);
    (rest, at)
}

fn component(
    export: &ComponentExport<'_>,
    record: &Record,
    claims: &[&Record],
    losses: &mut Losses,
) -> Result<(u64, Value), NoCatalog> {
    let (mut rest, at) = placed(record.rest()?);
    let mut out = Map::new();
    let own = rest.remove("uuid").unwrap_or_else(|| uuid(&["component", &record.id]).into());
    out.insert("uuid".to_owned(), own);
    let (kind, title) = (written(record, &mut rest, "kind"), written(record, &mut rest, "title"));
    let description = written(record, &mut rest, "description");
    out.insert("type".to_owned(), if kind.is_empty() { "software".into() } else { kind.into() });
    out.insert("title".to_owned(), if title.is_empty() { record.id.as_str().into() } else { title.into() });
    out.insert("description".to_owned(), description.into());
    // Claims of one implementation stand together: what it says of itself goes along with each.
    let mut groups: Vec<Group> = Vec::new();
    for claim in claims {
        let (mut kept, at) = placed(claim.rest()?);
        let implementation = match kept.remove("implementation") {
            Some(implementation) => implementation,
            None => fresh_implementation(record, claim),
        };
        let (implementation, group_at) = placed(implementation);
        let Some(value) = requirement(export, claim, kept, losses) else { continue };
        match groups.iter_mut().find(|(at, known, _)| *at == group_at && *known == implementation) {
            Some((.., list)) => list.push((at, value)),
            None => groups.push((group_at, implementation, vec![(at, value)])),
        }
    }
    groups.sort_by_key(|(at, ..)| *at);
    let implementations: Vec<Value> = groups
        .into_iter()
        .map(|(_, mut implementation, mut list)| {
            list.sort_by_key(|(at, _)| *at);
            let list: Vec<Value> = list.into_iter().map(|(_, value)| value).collect();
            implementation.insert("implemented-requirements".to_owned(), list.into());
            implementation.into()
        })
        .collect();
    out.extend(rest);
    if !implementations.is_empty() {
        out.insert("control-implementations".to_owned(), implementations.into());
    }
    Ok((at, out.into()))
}

fn fresh_implementation(component: &Record, claim: &Record) -> Value {
    let catalog = claim.text("requirement").split_once(':').map_or("", |(catalog, _)| catalog);
    let name = CatalogName::parse(catalog);
    json!({
        "uuid": uuid(&["implementation", &component.id, catalog]),
        "source": format!("#{}", uuid(&["catalog", &name.alias, &name.edition])),
        "description": format!("Claims on {catalog}"),
    })
}

fn requirement(
    export: &ComponentExport<'_>,
    claim: &Record,
    mut rest: Map<String, Value>,
    losses: &mut Losses,
) -> Option<Value> {
    let named = claim.text("requirement");
    let Some((catalog, local)) = named.split_once(':') else {
        losses.add(no_requirement(), &claim.id, None);
        return None;
    };
    let name = CatalogName::parse(catalog);
    let catalogs = export.catalogs.iter().filter(|c| name.means(&c.name));
    let item = catalogs.flat_map(|c| &c.items).find(|item| item.id == local);
    let control = item.and_then(|item| item.oscal_id.clone()).unwrap_or_else(|| token(local));
    let mut out = Map::new();
    out.insert("uuid".to_owned(), rest.remove("uuid").unwrap_or_else(|| uuid(&["claim", &claim.id]).into()));
    out.insert("control-id".to_owned(), control.into());
    out.insert("description".to_owned(), written(claim, &mut rest, "description").into());
    let status = STATUSES.iter().find(|(_, literal)| *literal == claim.text("status")).map(|(name, _)| *name);
    restate(&mut rest, status);
    out.extend(rest);
    Some(out.into())
}

/// The property that states the status, in its place or last.
fn restate(rest: &mut Map<String, Value>, status: Option<&str>) {
    let is_status = |p: &Value| p.field("name") == "implementation-status";
    let known = STATUSES.map(|(name, _)| name);
    let list = rest.entry("props").or_insert_with(|| json!([]));
    if let Value::Array(list) = list {
        match (status, list.iter_mut().find(|p| is_status(p))) {
            (Some(status), Some(known)) => {
                _ = known.as_object_mut().map(|fields| fields.insert("value".to_owned(), status.into()))
            }
            (Some(status), None) => list.push(json!({ "name": "implementation-status", "value": status })),
            // What no literal stands for stays; what a fact no longer says goes.
            (None, _) => {
                list.retain(|p| !is_status(p) || !known.iter().any(|name| p.field("value") == *name))
            }
        }
        if list.is_empty() {
            rest.remove("props");
        }
    }
}

fn no_requirement() -> Label {
    Label::new(
        "要求事項の分からない主張は書き出していません",
        "claims whose requirement is unknown are not written",
    )
}
