//! From a catalogue of the language, with what was kept beside it, to a catalogue of OSCAL.

use std::collections::BTreeMap;

use kijun_engine::program::Program;
use kijun_syntax::Node;
use kijun_text::{FileId, Label, Sources, nfc};
use serde_json::{Map, Value, json};

use super::super::export::prop;
use super::super::json::Field;
use super::super::names::{OSCAL_VERSION, token};
use super::edit::{append, digest, put, put_list, relabel, renew, retain};
use super::facts::{self, Owners, facts};
use super::import::{destinations, straight};
use super::ours;
use super::sidecar::{Item, Sidecar};
use super::text::{self, Params};
use crate::loss::{Loss, Losses};
use crate::oscal::CatalogName;
use crate::pack::{CatalogDraft, ItemDraft, said};

/// What is exported.
pub struct CatalogExport<'a> {
    pub program: &'a Program,
    /// Its index in the program.
    pub catalog: usize,
    pub sources: &'a Sources,
    /// The tree of a module.
    pub tree: &'a dyn Fn(FileId) -> Option<&'a Node>,
    /// The text of `oscal.json` in its pack.
    pub sidecar: Option<&'a str>,
    /// The day of the document, as `2026-11-22`: `last-modified` where something changed.
    pub day: Option<&'a str>,
}

#[derive(Debug)]
pub struct ExportedCatalog {
    pub text: String,
    pub losses: Vec<Loss>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoCatalog {
    /// What is wrong with `oscal.json`.
    Sidecar(Label),
    /// The document changed, and there is no day for it.
    NoDay,
    /// Items are part of one another too deep for a document.
    TooDeep,
    /// There is no such catalogue or profile.
    Absent,
    /// A profile that leaves nothing in scope.
    Empty,
}

/// How deep groups and controls may stand in each other: as deep as an import reads.
const DEEPEST: usize = 62;

/// # Errors
/// See [`NoCatalog`].
pub fn export_catalog(export: &CatalogExport<'_>) -> Result<ExportedCatalog, NoCatalog> {
    let draft = said(export.program, export.catalog, export.sources, export.tree).ok_or(NoCatalog::Absent)?;
    let sidecar = match export.sidecar {
        Some(text) => Some(Sidecar::parse(text).map_err(NoCatalog::Sidecar)?),
        None => None,
    };
    let mut losses = Losses::default();
    // A pack may hold several catalogues, of which one was imported.
    let (own, other) = match sidecar {
        Some(found) if CatalogName::parse(&found.catalog).alias == draft.name.alias => (Some(found), None),
        other => (None, other),
    };
    if let Some(other) = other {
        losses.add(of_another(&other.catalog), draft.name.to_string(), None);
    }
    let sidecar = own.unwrap_or_else(|| fresh(&draft));
    let writer = Writer::new(&draft, &sidecar);
    let (groups, controls) = writer.children(&mut losses)?;
    let mut catalog = Map::new();
    let mut head = sidecar.head.clone();
    catalog.insert("uuid".to_owned(), head.remove("uuid").unwrap_or(Value::Null));
    let metadata = head.remove("metadata");
    catalog.insert("metadata".to_owned(), writer.metadata(metadata).into());
    put(&mut catalog, "params", head.remove("params"));
    put_list(&mut catalog, "controls", controls);
    put_list(&mut catalog, "groups", groups);
    catalog.extend(head);
    if sidecar.digest != digest(&Value::Object(catalog.clone())) {
        let day = export.day.ok_or(NoCatalog::NoDay)?;
        renew(&mut catalog, day);
    }
    let mut text = serde_json::to_string_pretty(&json!({ "catalog": catalog })).unwrap_or_default();
    text.push('\n');
    Ok(ExportedCatalog { text, losses: losses.into_vec() })
}

/// The head of a catalogue that was never a document.
fn fresh(draft: &CatalogDraft) -> Sidecar {
    let version = if draft.name.edition.is_empty() { "0" } else { &draft.name.edition };
    let metadata = json!({
        "title": draft.title.get(kijun_text::Lang::En),
        "version": version,
        "oscal-version": OSCAL_VERSION,
        "props": [prop("generator", "kijun")],
    });
    let mut head = Map::new();
    head.insert("metadata".to_owned(), metadata);
    Sidecar { head, ..Sidecar::default() }
}

struct Writer<'d> {
    draft: &'d CatalogDraft,
    sidecar: &'d Sidecar,
    kept: BTreeMap<&'d str, (usize, &'d Item)>,
    params: Params<'d>,
    owners: Owners,
    /// By id: where the document says that the content of a withdrawn item went.
    into: BTreeMap<String, Vec<String>>,
}

impl<'d> Writer<'d> {
    fn new(draft: &'d CatalogDraft, sidecar: &'d Sidecar) -> Writer<'d> {
        let kept = sidecar.items.iter().enumerate().map(|(i, (id, item))| (id.as_str(), (i, item)));
        let (mut params, mut owners) = (Params::new(), Owners::new());
        text::add_params(&mut params, &sidecar.head);
        for (id, item) in &sidecar.items {
            text::add_params(&mut params, &item.rest);
            facts::own(&mut owners, id, oscal_id(id, Some(item)).as_deref(), &item.rest);
        }
        let parents: BTreeMap<&str, &str> =
            draft.items.iter().filter_map(|i| Some((i.id.as_str(), i.parent.as_deref()?))).collect();
        let mut into = BTreeMap::new();
        for (id, item) in &sidecar.items {
            if let Some(own) = facts(id, &item.rest, &params, &owners).withdrawn {
                destinations(&mut into, id, own, parents.get(id.as_str()).copied());
            }
        }
        Writer { draft, sidecar, kept: kept.collect(), params, owners, into }
    }

    /// The title as the document has it, where a module says the same, else as the module says it.
    fn title(&self, title: &Label, known: Option<&str>) -> String {
        let said = match self.sidecar.japanese {
            true => title.get(kijun_text::Lang::Ja),
            false => title.get(kijun_text::Lang::En),
        };
        known.filter(|known| nfc(known) == said).unwrap_or(said).to_owned()
    }

    fn metadata(&self, metadata: Option<Value>) -> Map<String, Value> {
        let mut out = match metadata {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let title = self.title(&self.draft.title, out.get("title").and_then(Value::as_str));
        out.insert("title".to_owned(), title.into());
        let made = |name: &str| self.sidecar.made.get(name).and_then(Value::as_str);
        let name = self.draft.name.to_string();
        if self.sidecar.catalog != name && !self.draft.name.edition.is_empty() {
            out.insert("version".to_owned(), self.draft.name.edition.as_str().into());
        }
        let mut props = Vec::new();
        ours::push_other_title(&mut props, &self.draft.title, self.sidecar.japanese);
        // What the import itself wrote is no statement of the document.
        let mut own = self.draft.clone();
        for (name, text) in [
            ("source", &mut own.source),
            ("publisher", &mut own.publisher),
            ("published", &mut own.published),
        ] {
            if made(name) == Some(text.as_str()) {
                text.clear();
            }
        }
        if own.mark.map(kijun_engine::program::Mark::name) == made("mark") {
            own.mark = None;
        }
        if made("catalog") == Some(&name) {
            own.name.alias.clear();
            own.name.edition.clear();
        }
        props.extend(ours::catalog_props(&own));
        append(&mut out, "props", props);
        out
    }

    /// Groups and controls at the top, with everything below them.
    fn children(&self, losses: &mut Losses) -> Result<(Vec<Value>, Vec<Value>), NoCatalog> {
        let items = &self.draft.items;
        let place: BTreeMap<&str, usize> =
            items.iter().enumerate().map(|(i, item)| (item.id.as_str(), i)).collect();
        let missing = self.sidecar.items.iter().filter(|(id, _)| !place.contains_key(id.as_str()));
        for (id, _) in missing {
            losses.add(undeclared(), id, None);
        }
        let parent = |item: &ItemDraft| -> Option<usize> {
            let top = self.kept.get(item.id.as_str()).is_some_and(|(_, kept)| kept.top);
            item.parent.as_deref().filter(|_| !top).and_then(|p| place.get(p).copied())
        };
        let mut depth = vec![0_usize; items.len()];
        for (i, item) in items.iter().enumerate() {
            let above = parent(item).and_then(|p| depth.get(p)).map_or(0, |d| d + 1);
            if above > DEEPEST {
                return Err(NoCatalog::TooDeep);
            }
            if let Some(slot) = depth.get_mut(i) {
                *slot = above;
            }
        }
        // Children before their parents; each list in the order of the document, what is new last.
        let mut below: Vec<Vec<(usize, bool, Value)>> = vec![Vec::new(); items.len() + 1];
        let top = items.len();
        for (i, item) in items.iter().enumerate().rev() {
            let own = below.get_mut(i).map(std::mem::take).unwrap_or_default();
            let under = parent(item);
            let in_control = under.and_then(|p| items.get(p)).is_some_and(|p| !p.is_section);
            let is_group = item.is_section && !in_control;
            let value = self.item(item, is_group, own, losses);
            let rank = self.kept.get(item.id.as_str()).map_or(usize::MAX, |(rank, _)| *rank);
            if let Some(list) = below.get_mut(under.unwrap_or(top)) {
                list.push((rank, is_group, value));
            }
        }
        Ok(ordered(below.pop().unwrap_or_default()))
    }

    fn item(
        &self,
        item: &ItemDraft,
        is_group: bool,
        below: Vec<(usize, bool, Value)>,
        losses: &mut Losses,
    ) -> Value {
        let kept = self.kept.get(item.id.as_str()).map(|(_, kept)| *kept);
        let mut rest = kept.map(|k| k.rest.clone()).unwrap_or_default();
        let known = facts(&item.id, &rest, &self.params, &self.owners);
        if item.alias != known.alias {
            relabel(&mut rest, &item.alias);
        }
        self.withdrawal(item, kept, known.withdrawn.as_ref(), &mut rest, losses);
        self.summary(item, &known.text, &mut rest);
        let mut props = ours::item_props(item, self.sidecar.japanese);
        if item.is_section && !is_group {
            props.extend(serde_json::to_value(prop("kind", "section")));
            losses.add(section_in_control(), &item.id, None);
        }
        let parts = rest.get("parts").and_then(Value::as_array);
        let has_text = !text::rendered(&rest, &self.params).is_empty()
            || parts.is_some_and(|parts| parts.iter().any(ours::is_summary));
        let alone = kept.is_some_and(|k| k.withdrawn_alone) && item.withdrawn.is_none();
        let expected = !has_text && item.withdrawn.is_none() && !item.is_section || alone;
        if item.text_not_included != expected {
            let word = if item.text_not_included { "not-included" } else { "included" };
            props.extend(serde_json::to_value(prop("text", word)));
        }
        for name in item.basis.iter().chain(&item.risks) {
            losses.add(names_only(), format!("{}: {name}", item.id), None);
        }
        append(&mut rest, "props", props);
        let mut out = Map::new();
        put(&mut out, "id", oscal_id(&item.id, kept).map(Value::from));
        put(&mut out, "class", rest.remove("class"));
        let title = self.title(&item.title, kept.and_then(|k| k.title.as_deref()));
        out.insert("title".to_owned(), title.into());
        for name in ["params", "props", "links", "parts"] {
            put(&mut out, name, rest.remove(name));
        }
        let (groups, controls) = ordered(below);
        put_list(&mut out, "groups", groups);
        put_list(&mut out, "controls", controls);
        out.extend(rest);
        out.into()
    }

    /// Status and destinations, where the module says something else than the document.
    fn withdrawal(
        &self,
        item: &ItemDraft,
        kept: Option<&Item>,
        known: Option<&Vec<String>>,
        rest: &mut Map<String, Value>,
        losses: &mut Losses,
    ) {
        let known = known.map(|into| {
            let mut into = into.clone();
            straight(&item.id, &mut into, &self.into, |_| {});
            into
        });
        let alone = kept.is_some_and(|k| k.withdrawn_alone) && item.withdrawn.is_none();
        if alone || item.withdrawn == known {
            return;
        }
        retain(rest, "props", |p| !facts::is_withdrawal(p));
        retain(rest, "links", |l| known.is_none() || !facts::is_destination(l));
        let Some(into) = &item.withdrawn else { return };
        append(rest, "props", vec![json!({ "name": "status", "value": "withdrawn" })]);
        let (own, others): (Vec<&String>, Vec<&String>) = into.iter().partition(|id| !id.contains(':'));
        let links = own.iter().filter_map(|id| {
            let kept = self.kept.get(id.as_str()).map(|(_, kept)| *kept);
            let href = format!("#{}", oscal_id(id, kept)?);
            Some(json!({ "href": href, "rel": "incorporated-into" }))
        });
        append(rest, "links", links.collect());
        let elsewhere = others.iter().filter_map(|id| serde_json::to_value(prop("withdrawn-into", id)).ok());
        append(rest, "props", elsewhere.collect());
        if !others.is_empty() {
            losses.add(into_elsewhere(), &item.id, None);
        }
    }

    /// The statement where the module says something else than the document, and summaries in our own words.
    fn summary(&self, item: &ItemDraft, known: &str, rest: &mut Map<String, Value>) {
        if known.is_empty() {
            append(rest, "parts", ours::summary_parts(&item.summary));
            return;
        }
        let Label { ja, en } = item.summary.clone();
        let (same, other) = match crate::pack::is_japanese(known) {
            true => (ja, Label::new("", en)),
            false => (en, Label::new(ja, "")),
        };
        if same != known {
            let parts = rest.get("parts").and_then(Value::as_array).cloned().unwrap_or_default();
            let is_statement = |p: &Value| text::is_statement(p, &parts);
            let old = parts.iter().position(is_statement);
            let mut list: Vec<Value> = parts.iter().filter(|p| !is_statement(p)).cloned().collect();
            if !same.is_empty() {
                let mut part = Map::new();
                let first = old.and_then(|i| parts.get(i));
                put(&mut part, "id", first.and_then(|p| p.get("id")).cloned());
                let name = first.map_or_else(|| Value::from("statement"), |p| p.field("name").clone());
                part.insert("name".to_owned(), name);
                part.insert("prose".to_owned(), same.into());
                list.insert(old.unwrap_or(0).min(list.len()), part.into());
            }
            rest.remove("parts");
            put_list(rest, "parts", list);
        }
        append(rest, "parts", ours::summary_parts(&other));
    }
}

/// Groups and controls of one list, each in order.
fn ordered(mut list: Vec<(usize, bool, Value)>) -> (Vec<Value>, Vec<Value>) {
    // The list was filled from its end; a stable sort leaves what is new in the order of the catalogue.
    list.reverse();
    list.sort_by_key(|(rank, ..)| *rank);
    let (groups, controls): (Vec<_>, Vec<_>) = list.into_iter().partition(|(_, is_group, _)| *is_group);
    let values = |list: Vec<(usize, bool, Value)>| list.into_iter().map(|(.., value)| value).collect();
    (values(groups), values(controls))
}

/// The id in OSCAL; `None` for a group that has none.
fn oscal_id(id: &str, kept: Option<&Item>) -> Option<String> {
    match kept.and_then(|k| k.oscal_id.as_ref()) {
        Some(Value::String(kept)) => Some(kept.clone()),
        Some(_) => None,
        None => Some(token(id)),
    }
}

/// What `oscal.json` says of the ids of a catalogue: that of its document, and by item the id in OSCAL.
pub(in super::super) fn oscal_ids(sidecar: &str) -> (Option<String>, BTreeMap<String, Option<String>>) {
    let Ok(sidecar) = Sidecar::parse(sidecar) else { return Default::default() };
    let uuid = sidecar.head.get("uuid").and_then(Value::as_str).map(str::to_owned);
    let ids = sidecar.items.iter().map(|(id, item)| (id.clone(), oscal_id(id, Some(item))));
    (uuid, ids.collect())
}

// ---------------------------------------------------------------- what is lost

fn of_another(name: &str) -> Label {
    Label::new(
        format!("oscal.json はカタログ `{name}` のものなので使っていません"),
        format!("oscal.json is that of the catalogue `{name}` and was not used"),
    )
}

fn undeclared() -> Label {
    Label::new(
        "モジュールに宣言がなくなった項目は、oscal.json にあっても書き出していません",
        "items that no module declares any more are not written, though oscal.json has them",
    )
}

fn section_in_control() -> Label {
    Label::new(
        "要求事項の下の節は、OSCALではグループにできないので管理策として書き出しました(属性 kind が節であることを示します)",
        "a section below a requirement cannot be a group in OSCAL and was written as a control (a property `kind` says what it is)",
    )
}

fn into_elsewhere() -> Label {
    Label::new(
        "別のカタログにある移行先は、リンクでなく属性 withdrawn-into にしました",
        "destinations in another catalogue became properties `withdrawn-into`, not links",
    )
}

fn names_only() -> Label {
    Label::new(
        "根拠の法令(basis)とリスク(risk)は名前だけを属性にしました。その宣言は書き出していません",
        "of instruments (basis) and risks only the names were written, as properties; their declarations are not",
    )
}
