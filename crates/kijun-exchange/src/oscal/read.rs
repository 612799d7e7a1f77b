//! A mapping collection as it stands in a document, checked against the schema and the vocabulary of OSCAL 1.2.1.

use std::collections::BTreeMap;

use kijun_coverage::Method;
use kijun_text::{Label, Span, nfc};

use super::claim::CatalogName;
use super::entry::{Map, map};
use super::export::DESCRIPTION;
use super::json::{At, Extra, Fields, Reader};
use super::names::{METHODS, NS, OSCAL_VERSION, RATIONALES, STATUSES, method_name};

pub(super) struct Collection {
    pub(super) title: String,
    pub(super) version: String,
    pub(super) last_modified: String,
    /// Whether Kijun wrote it.
    pub(super) ours: bool,
    pub(super) mappings: Vec<Mapping>,
    pub(super) extras: Vec<Extra>,
}

pub(super) struct Mapping {
    pub(super) path: String,
    pub(super) span: Span,
    pub(super) from: CatalogRef,
    pub(super) to: CatalogRef,
    pub(super) method: Method,
    pub(super) status: &'static str,
    /// What our property says of where the statements come from.
    pub(super) source: Option<String>,
    pub(super) maps: Vec<Map>,
    pub(super) extras: Vec<Extra>,
}

/// A source or target resource.
#[derive(Clone)]
pub(super) struct CatalogRef {
    /// As our properties name it.
    pub(super) name: Option<CatalogName>,
    pub(super) title: String,
    /// What tells one resource from another.
    pub(super) href: String,
    pub(super) path: String,
    pub(super) span: Span,
}

/// What holds for everything below unless stated there.
struct Defaults {
    method: &'static str,
    rationale: &'static str,
    status: &'static str,
}

const METADATA: [&str; 10] = [
    "published",
    "revisions",
    "document-ids",
    "links",
    "roles",
    "locations",
    "parties",
    "responsible-parties",
    "actions",
    "remarks",
];
const RESOURCE: [&str; 6] = ["description", "document-ids", "citation", "rlinks", "base64", "remarks"];

/// Reads the document; problems and losses are with the reader.
pub(super) fn collection(reader: &mut Reader<'_>, root: At<'_>) -> Option<Collection> {
    let mut extras = Vec::new();
    let mut root = reader.fields(root)?;
    root.take("$schema");
    let collection = reader.required(&mut root, "mapping-collection")?;
    reader.keep_rest(root, &[], &mut extras);
    let mut fields = reader.fields(collection)?;
    reader.uuid(&mut fields);
    let metadata = reader.required(&mut fields, "metadata").and_then(|at| metadata(reader, at, &mut extras));
    let (title, version, last_modified, ours) = metadata.unwrap_or_default();
    let stated = reader.required(&mut fields, "provenance");
    let defaults = stated.and_then(|at| provenance(reader, at, &mut extras));
    let defaults =
        defaults.unwrap_or(Defaults { method: "human", rationale: "semantic", status: "not-complete" });
    let back_matter = fields.take("back-matter");
    let mut resources = back_matter.map(|at| resources(reader, at, &mut extras)).unwrap_or_default();
    let mappings = reader.required(&mut fields, "mappings");
    let mappings = mappings.map(|at| reader.list_or_one(at)).unwrap_or_default();
    let mappings =
        mappings.into_iter().filter_map(|at| mapping(reader, at, &defaults, &mut resources)).collect();
    for resource in resources.values().filter(|r| !r.used) {
        reader.keep("resources", &resource.whole, &mut extras);
    }
    reader.keep_rest(fields, &[], &mut extras);
    Some(Collection { title, version, last_modified, ours, mappings, extras })
}

/// Title, version, last-modified, and whether Kijun wrote the document.
fn metadata(
    reader: &mut Reader<'_>,
    at: At<'_>,
    extras: &mut Vec<Extra>,
) -> Option<(String, String, String, bool)> {
    let mut fields = reader.fields(at)?;
    let title = reader.required(&mut fields, "title").and_then(|at| reader.prose(&at));
    let modified = reader.required(&mut fields, "last-modified");
    let last_modified = modified.and_then(|at| {
        let text = reader.prose(&at)?;
        if text.parse::<jiff::Timestamp>().is_err() || !text.contains('T') {
            reader.wrong(
                &at.path,
                at.span,
                &format!("`{text}` は時間帯の付いた日時ではありません(例: 2026-11-22T00:00:00Z)"),
                &format!("`{text}` is no date and time with a time zone, as 2026-11-22T00:00:00Z"),
            );
        }
        Some(text)
    });
    let version = reader.required(&mut fields, "version").and_then(|at| reader.string(&at));
    let oscal = reader.required(&mut fields, "oscal-version");
    if let Some(at) = oscal
        && let Some(text) = reader.string(&at)
        && !text.starts_with("1.2")
    {
        let what = Label::new(
            format!("OSCAL {text} の文書を {OSCAL_VERSION} として読みました"),
            format!("a document of OSCAL {text} was read as one of {OSCAL_VERSION}"),
        );
        reader.lost(what, &at.path, at.span);
    }
    let props = props(reader, &mut fields, extras);
    let ours = props.get("generator").is_some_and(|(value, _)| value == "kijun");
    unknown_props(reader, props, &["generator"], extras);
    reader.keep_rest(fields, &METADATA, extras);
    Some((title.unwrap_or_default(), version.unwrap_or_default(), last_modified.unwrap_or_default(), ours))
}

fn provenance(reader: &mut Reader<'_>, at: At<'_>, extras: &mut Vec<Extra>) -> Option<Defaults> {
    let mut fields = reader.fields(at)?;
    let mut word = |reader: &mut Reader<'_>, name: &str, allowed: &[&'static str]| {
        reader.required(&mut fields, name).and_then(|at| reader.word(&at, allowed))
    };
    let method = word(reader, "method", &METHODS);
    let rationale = word(reader, "matching-rationale", &RATIONALES);
    let status = word(reader, "status", &STATUSES);
    if let Some(at) = reader.required(&mut fields, "mapping-description")
        && reader.prose(&at).is_some()
        && !Reader::is(&at, DESCRIPTION)
    {
        reader.keep("mapping-description", &at, extras);
    }
    scores(reader, &mut fields, extras);
    let props = props(reader, &mut fields, extras);
    unknown_props(reader, props, &[], extras);
    reader.keep_rest(fields, &["responsible-parties", "links", "remarks"], extras);
    Some(Defaults {
        method: method.unwrap_or("human"),
        rationale: rationale.unwrap_or("semantic"),
        status: status.unwrap_or("not-complete"),
    })
}

/// Confidence and coverage, which Kijun does not state: a strength says how much two items share, not how sure that is.
pub(super) fn scores(reader: &mut Reader<'_>, fields: &mut Fields<'_>, extras: &mut Vec<Extra>) {
    if let Some(at) = fields.take("confidence-score") {
        if let Some(mut score) = reader.fields(at.clone()) {
            let (category, percentage) = (score.take("category"), score.take("percentage"));
            if category.is_some() && percentage.is_some() {
                reader.wrong(
                    &at.path,
                    at.span,
                    "`category` と `percentage` は、どちらか一方だけを書きます",
                    "either `category` or `percentage` is written, not both",
                );
            }
            category.iter().for_each(|at| drop(reader.string(at)));
            percentage.iter().for_each(|at| reader.portion(at));
            reader.keep_rest(score, &[], &mut Vec::new());
        }
        reader.keep("confidence-score", &at, extras);
    }
    if let Some(at) = fields.take("coverage") {
        if let Some(mut coverage) = reader.fields(at.clone()) {
            coverage.take("generation-method").iter().for_each(|at| drop(reader.string(at)));
            let portion = reader.required(&mut coverage, "target-coverage");
            portion.iter().for_each(|at| reader.portion(at));
            reader.keep_rest(coverage, &[], &mut Vec::new());
        }
        reader.keep("coverage", &at, extras);
    }
}

/// Our properties by name; those of others are kept.
type Props = BTreeMap<String, (String, Span)>;

pub(super) fn props(reader: &mut Reader<'_>, fields: &mut Fields<'_>, extras: &mut Vec<Extra>) -> Props {
    let mut ours = Props::new();
    let Some(list) = fields.take("props") else { return ours };
    for at in reader.list(list) {
        let Some(mut prop) = reader.fields(at.clone()) else { continue };
        let name = reader.required(&mut prop, "name").and_then(|at| reader.token(&at));
        let value = reader.required(&mut prop, "value").and_then(|at| reader.string(&at));
        let is_ours = prop.take("ns").is_some_and(|ns| Reader::is(&ns, NS));
        let (Some(name), Some(value)) = (name, value) else { continue };
        if !is_ours {
            reader.keep("props", &at, extras);
            continue;
        }
        let value = match prop.take("class") {
            Some(class) if Reader::is(&class, "json") => match serde_json::from_str::<String>(&value) {
                Ok(text) => text,
                Err(_) => {
                    reader.wrong(
                        &at.path,
                        at.span,
                        "class が json の値は、JSONの文字列です",
                        "a value of class json is a JSON string",
                    );
                    continue;
                }
            },
            Some(class) => {
                reader.keep("class", &class, extras);
                value
            }
            None => value,
        };
        reader.keep_rest(prop, &["uuid", "class", "group", "remarks"], extras);
        if ours.insert(name.clone(), (nfc(&value).into_owned(), at.span)).is_some() {
            reader.wrong(
                &at.path,
                at.span,
                &format!("`{name}` が二度あります"),
                &format!("`{name}` stands here twice"),
            );
        }
    }
    ours
}

/// Properties of our namespace that this version does not know.
pub(super) fn unknown_props(reader: &mut Reader<'_>, props: Props, known: &[&str], extras: &mut Vec<Extra>) {
    for (name, (value, span)) in props {
        if !known.contains(&name.as_str()) {
            let what = Label::new(
                format!("名前空間 {NS} に `{name}` はありません。注釈に残しました"),
                format!("the namespace {NS} has no `{name}`; it is kept in a comment"),
            );
            reader.lost(what, "props", span);
            extras.push(Extra { name, json: serde_json::Value::from(value).to_string() });
        }
    }
}

/// A resource of the back matter: its catalogue as our properties name it, its title, and where it stands.
struct Resource<'v> {
    name: Option<CatalogName>,
    title: String,
    whole: At<'v>,
    used: bool,
}

/// Resources of the back matter by UUID.
type Resources<'v> = BTreeMap<String, Resource<'v>>;

fn resources<'v>(reader: &mut Reader<'_>, at: At<'v>, extras: &mut Vec<Extra>) -> Resources<'v> {
    let mut out = Resources::new();
    let Some(mut back_matter) = reader.fields(at) else { return out };
    let list = back_matter.take("resources").map(|at| reader.list(at)).unwrap_or_default();
    reader.keep_rest(back_matter, &[], extras);
    for whole in list {
        let Some(mut fields) = reader.fields(whole.clone()) else { continue };
        let Some(uuid) = reader.uuid(&mut fields) else { continue };
        let title = fields.take("title").and_then(|at| reader.prose(&at)).unwrap_or_default();
        let mut props = props(reader, &mut fields, extras);
        let name = props.remove("catalog").map(|(alias, _)| CatalogName {
            alias,
            edition: props.remove("edition").map(|(e, _)| e).unwrap_or_default(),
        });
        unknown_props(reader, props, &[], extras);
        reader.keep_rest(fields, &RESOURCE, extras);
        out.insert(uuid.to_ascii_lowercase(), Resource { name, title, whole, used: false });
    }
    out
}

fn resource_ref(
    reader: &mut Reader<'_>,
    at: At<'_>,
    resources: &mut Resources<'_>,
    extras: &mut Vec<Extra>,
) -> Option<CatalogRef> {
    let (path, whole) = (at.path.clone(), at.span);
    let mut fields = reader.fields(at)?;
    let kind = reader.required(&mut fields, "type")?;
    if reader.word(&kind, &["catalog", "profile"]) == Some("profile") {
        let what = Label::new(
            "プロファイルへの対応を、カタログへの対応として読みました",
            "a mapping of a profile was read as one of a catalogue",
        );
        reader.lost(what, &kind.path, kind.span);
    }
    let href = reader.required(&mut fields, "href")?;
    let target = reader.prose(&href)?;
    reader.keep_rest(fields, &["ns", "props", "links", "remarks"], extras);
    let Some(uuid) = target.strip_prefix('#') else {
        let file = target.split(['?', '#']).next().unwrap_or("").rsplit('/').find(|s| !s.is_empty());
        let title = file.map_or("", |f| f.split('.').next().unwrap_or(f)).to_owned();
        extras.push(Extra { name: "href".to_owned(), json: reader.json(&href) });
        return Some(CatalogRef { name: None, title, href: target, path, span: whole });
    };
    let Some(resource) = resources.get_mut(&uuid.to_ascii_lowercase()) else {
        reader.wrong(
            &href.path,
            href.span,
            &format!("`{target}` という資料は back-matter にありません"),
            &format!("the back-matter has no resource `{target}`"),
        );
        return None;
    };
    resource.used = true;
    let (name, title) = (resource.name.clone(), resource.title.clone());
    if name.is_none() {
        extras.push(Extra {
            name: "title".to_owned(),
            json: serde_json::Value::from(title.as_str()).to_string(),
        });
    }
    Some(CatalogRef { name, title, href: target.to_ascii_lowercase(), path, span: href.span })
}

fn mapping(
    reader: &mut Reader<'_>,
    at: At<'_>,
    defaults: &Defaults,
    resources: &mut Resources<'_>,
) -> Option<Mapping> {
    let (path, span) = (at.path.clone(), at.span);
    let mut extras = Vec::new();
    let mut fields = reader.fields(at)?;
    reader.uuid(&mut fields);
    let mut word = |reader: &mut Reader<'_>, name: &str, allowed: &[&'static str]| {
        fields.take(name).and_then(|at| reader.word(&at, allowed))
    };
    let method = word(reader, "method", &METHODS).unwrap_or(defaults.method);
    let rationale = word(reader, "matching-rationale", &RATIONALES).unwrap_or(defaults.rationale);
    let status = word(reader, "status", &STATUSES).unwrap_or(defaults.status);
    let mut end = |reader: &mut Reader<'_>, name: &str| {
        let at = reader.required(&mut fields, name)?;
        resource_ref(reader, at, resources, &mut extras)
    };
    let (from, to) = (end(reader, "source-resource"), end(reader, "target-resource"));
    let mut ours = props(reader, &mut fields, &mut extras);
    let stated = ours.remove("method");
    let method = method_of(reader, method, stated, &path, span);
    let source = ours.remove("source").map(|(text, _)| text);
    unknown_props(reader, ours, &[], &mut extras);
    if let Some(at) = fields.take("mapping-description")
        && let Some(text) = reader.prose(&at)
        && source.as_ref().is_none_or(|s| **s != *nfc(&text))
    {
        reader.keep("mapping-description", &at, &mut extras);
    }
    scores(reader, &mut fields, &mut extras);
    for name in ["source-gap-summary", "target-gap-summary"] {
        if let Some(at) = fields.take(name) {
            gap_summary(reader, at.clone());
            reader.keep(name, &at, &mut extras);
        }
    }
    let list = reader.required(&mut fields, "maps").map(|at| reader.list(at)).unwrap_or_default();
    let maps = list.into_iter().filter_map(|at| map(reader, at, rationale)).collect();
    reader.keep_rest(fields, &["links", "remarks"], &mut extras);
    Some(Mapping { path, span, from: from?, to: to?, method, status, source, maps, extras })
}

/// Our word for a method where it agrees with OSCAL's, else what OSCAL's comes nearest to.
fn method_of(
    reader: &mut Reader<'_>,
    name: &str,
    stated: Option<(String, Span)>,
    path: &str,
    span: Span,
) -> Method {
    if let Some((text, at)) = stated {
        match Method::from_name(&text).filter(|m| method_name(*m) == name) {
            Some(method) => return method,
            None => reader.wrong(
                path,
                at,
                &format!("性質 method の `{text}` が、OSCALの method `{name}` と合いません"),
                &format!("the property method, `{text}`, does not go with the method of OSCAL, `{name}`"),
            ),
        }
    }
    match name {
        "human" => Method::Human,
        "hybrid" => {
            let what = Label::new(
                "method `hybrid`(人と機械)に当たる語がないので、`derived` にしました",
                "there is no word for the method `hybrid` (people and machines); it became `derived`",
            );
            reader.lost(what, path, span);
            Method::Derived
        }
        _ => Method::Derived,
    }
}

fn gap_summary(reader: &mut Reader<'_>, at: At<'_>) {
    let Some(mut fields) = reader.fields(at) else { return };
    reader.uuid(&mut fields);
    let list =
        reader.required(&mut fields, "unmapped-controls").map(|at| reader.list(at)).unwrap_or_default();
    for at in list {
        let Some(mut select) = reader.fields(at) else { continue };
        if let Some(at) = select.take("with-child-controls") {
            reader.word(&at, &["yes", "no"]);
        }
        let ids = select.take("with-ids").map(|at| reader.list(at)).unwrap_or_default();
        ids.iter().for_each(|at| drop(reader.token(at)));
        reader.keep_rest(select, &["matching"], &mut Vec::new());
    }
    reader.keep_rest(fields, &[], &mut Vec::new());
}
