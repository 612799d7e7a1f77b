//! From a profile of the language to a profile of OSCAL.

use super::super::json::Field;
use std::collections::BTreeMap;

use kijun_syntax::{Kind, Node, unescape};
use kijun_text::{FileId, Label, Lang, Sources, nfc};
use serde_json::{Map, Value, json};

use super::super::catalog::{digest, renew};
use super::super::export::prop;
use super::super::names::{OSCAL_VERSION, uuid};
use super::import::SCHEMA;
use super::tree::ProfileCatalog;
use crate::loss::{Loss, Losses};
use crate::oscal::catalog::NoCatalog;

/// What is exported.
pub struct ProfileExport<'a> {
    pub profile: &'a str,
    /// Compiled with that profile.
    pub catalogs: &'a [ProfileCatalog],
    pub sources: &'a Sources,
    pub modules: &'a [FileId],
    pub tree: &'a dyn Fn(FileId) -> Option<&'a Node>,
    /// The text of `oscal-profile.json` beside it.
    pub sidecar: Option<&'a str>,
    pub day: Option<&'a str>,
}

#[derive(Debug)]
pub struct ExportedProfile {
    pub text: String,
    pub losses: Vec<Loss>,
}

/// # Errors
/// See [`NoCatalog`]; `Absent` is a profile that is not there.
pub fn export_profile(export: &ProfileExport<'_>) -> Result<ExportedProfile, NoCatalog> {
    let (title, clauses) = declared(export).ok_or(NoCatalog::Absent)?;
    let kept = export.sidecar.map(|text| sidecar(text, export.profile)).transpose()?.flatten();
    let mut losses = Losses::default();
    let scope = scope(export.catalogs);
    let empty = Value::Null;
    let kept = kept.as_ref().unwrap_or(&empty);
    let mut profile = kept.field("document").as_object().cloned().unwrap_or_else(|| fresh(&title));
    let said: Vec<Value> = clauses.iter().map(|c| c.as_str().into()).collect();
    if scope.is_empty() {
        return Err(NoCatalog::Empty);
    }
    let same_scope = *kept.field("scope") == Value::Object(scope.clone());
    if let Some(Value::Object(metadata)) = profile.get_mut("metadata") {
        let shown = title.get(Lang::En);
        if metadata
            .get("title")
            .and_then(Value::as_str)
            .map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "))
            .is_none_or(|t| nfc(&t) != shown)
        {
            metadata.insert("title".to_owned(), shown.into());
        }
        if *kept.field("clauses") != Value::Array(said) {
            let mut props: Vec<Value> =
                metadata.get("props").and_then(Value::as_array).cloned().unwrap_or_default();
            props.retain(|p| {
                !(p.field("ns") == super::super::names::NS
                    && (p.field("name") == "clause" || p.field("name") == "scope"))
            });
            props.extend(clauses.iter().filter_map(|c| serde_json::to_value(prop("clause", c)).ok()));
            props.extend(serde_json::to_value(prop("scope", &digest(&Value::Object(scope.clone())))));
            metadata.insert("props".to_owned(), props.into());
        }
    }
    if !same_scope {
        imports(export, kept, &mut profile, &mut losses);
    }
    if kept.field("digest").as_str() != Some(&digest(&Value::Object(profile.clone()))) {
        renew(&mut profile, export.day.ok_or(NoCatalog::NoDay)?);
    }
    let mut text = serde_json::to_string_pretty(&json!({ "profile": profile })).unwrap_or_default();
    text.push('\n');
    Ok(ExportedProfile { text, losses: losses.into_vec() })
}

/// The title of the profile, and its clauses as they are written.
fn declared(export: &ProfileExport<'_>) -> Option<(Label, Vec<String>)> {
    for file in export.modules {
        let (Some(root), Some(source)) = ((export.tree)(*file), export.sources.get(*file)) else { continue };
        for node in root.all(Kind::Profile) {
            let name = node.child(Kind::Name).map(|n| n.text(&source.text));
            if name != Some(export.profile) {
                continue;
            }
            let string = |clause: Kind| {
                node.child(clause)?.child(Kind::String).map(|s| unescape(s.text(&source.text)))
            };
            let title = Label::new(
                string(Kind::Title).unwrap_or_else(|| export.profile.to_owned()),
                string(Kind::En).unwrap_or_default(),
            );
            let is_clause = |kind: Kind| {
                use Kind::{En, Exclude, Include, Note, Raise, SetParam, Track};
                matches!(kind, Include | Exclude | SetParam | Raise | Track | Note | En)
            };
            let clauses = node.parts().filter(|n| is_clause(n.kind));
            let line = |n: &Node| {
                let words: Vec<&str> =
                    n.tokens().iter().filter(|t| !t.is_trivia()).map(|t| t.text(&source.text)).collect();
                tidy(&words)
            };
            return Some((title, clauses.map(line).collect()));
        }
    }
    None
}

/// The words of a clause on one line.
fn tidy(words: &[&str]) -> String {
    let mut out = String::new();
    for word in words {
        let tight = *word == "," || *word == "." || *word == ")" || out.ends_with('.') || out.ends_with('(');
        if !out.is_empty() && !tight {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// What was kept of the document from which a profile was imported; `None` where it is another's.
fn sidecar(text: &str, profile: &str) -> Result<Option<Value>, NoCatalog> {
    let value: Value = serde_json::from_str(text).map_err(|e| {
        NoCatalog::Sidecar(Label::new(
            format!("JSONとして読めません: {e}"),
            format!("this cannot be read as JSON: {e}"),
        ))
    })?;
    if value.field("schema") != SCHEMA {
        return Err(NoCatalog::Sidecar(Label::new(
            format!("`schema` が `{SCHEMA}` ではありません"),
            format!("its `schema` is not `{SCHEMA}`"),
        )));
    }
    Ok((value.field("profile") == profile).then_some(value))
}

/// By catalogue: what the profile leaves in scope.
fn scope(catalogs: &[ProfileCatalog]) -> Map<String, Value> {
    let mut out = Map::new();
    for catalog in catalogs {
        let ids: Vec<Value> = catalog
            .items
            .iter()
            .filter(|item| !item.is_passed_over && item.scope == Some(None))
            .map(|item| item.id.as_str().into())
            .collect();
        if !ids.is_empty() {
            out.insert(catalog.name.to_string(), ids.into());
        }
    }
    out
}

fn fresh(title: &Label) -> Map<String, Value> {
    let metadata = json!({
        "title": title.get(Lang::En),
        "version": "1.0.0",
        "oscal-version": OSCAL_VERSION,
        "props": [prop("generator", "kijun")],
    });
    let mut out = Map::new();
    out.insert("uuid".to_owned(), Value::Null);
    out.insert("metadata".to_owned(), metadata);
    out.insert("imports".to_owned(), Value::Null);
    out.insert("merge".to_owned(), json!({ "as-is": true }));
    out
}

/// One import for each catalogue, with the ids that are in scope.
fn imports(export: &ProfileExport<'_>, kept: &Value, profile: &mut Map<String, Value>, losses: &mut Losses) {
    let (mut list, mut resources): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    let mut reasons: BTreeMap<String, &str> = BTreeMap::new();
    for catalog in export.catalogs {
        let asked: Vec<_> = catalog.items.iter().filter(|item| !item.is_passed_over).collect();
        let ids: Vec<&str> =
            asked.iter().filter(|i| i.scope == Some(None)).filter_map(|i| i.oscal_id.as_deref()).collect();
        for item in &asked {
            if let Some(Some(reason)) = &item.scope {
                reasons.insert(format!("{}:{}", catalog.name, item.id), reason);
            }
        }
        if ids.is_empty() {
            continue;
        }
        let href = match kept.field("hrefs").field(&catalog.name.to_string()).as_str() {
            Some(href) => href.to_owned(),
            None => {
                let uuid = uuid(&["catalog", &catalog.name.alias, &catalog.name.edition]);
                let mut props = vec![prop("catalog", &catalog.name.alias)];
                if !catalog.name.edition.is_empty() {
                    props.push(prop("edition", &catalog.name.edition));
                }
                let title = catalog.title.or(Lang::En, &catalog.name.alias);
                resources.push(json!({ "uuid": uuid, "title": title, "props": props }));
                format!("#{uuid}")
            }
        };
        let all = ids.len() == asked.len();
        list.push(match all {
            true => json!({ "href": href, "include-all": {} }),
            false => json!({ "href": href, "include-controls": [{ "with-child-controls": "no", "with-ids": ids }] }),
        });
    }
    profile.insert("imports".to_owned(), list.into());
    if !resources.is_empty() {
        let back = profile.entry("back-matter").or_insert_with(|| json!({}));
        if let Value::Object(back) = back {
            let known = back.entry("resources").or_insert_with(|| json!([]));
            if let Value::Array(known) = known {
                known.extend(resources);
            }
        }
    }
    for (item, _) in reasons {
        losses.add(reason_lost(), item, None);
    }
}

fn reason_lost() -> Label {
    Label::new(
        "除外した項目は、OSCALでは選ばれていないだけです。除外の理由は属性 clause に残りました",
        "what is excluded is merely not selected in OSCAL; the reasons are kept in properties `clause`",
    )
}
