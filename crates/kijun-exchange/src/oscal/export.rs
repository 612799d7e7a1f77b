//! From statements to a mapping collection.

use std::collections::{BTreeMap, BTreeSet};

use kijun_coverage::{Method, Statement};
use kijun_engine::program::Program;
use kijun_text::Label;

use super::claim::{CatalogAtHand, CatalogName, Claim, catalogs_at_hand, claims_of};
use super::document::{
    BackMatter, Collection, GapSummary, Item, Map, Mapping, Metadata, OscalMapping, Prop, Provenance,
    Resource, ResourceRef, SelectControls,
};
use super::names::{NS, OSCAL_VERSION, is_string, method_name, relationship_name, token, uuid};
use crate::loss::{Loss, Losses};

/// What an export says besides the statements.
#[derive(Debug, Clone)]
pub struct ExportOptions {
    pub title: String,
    pub version: String,
    /// The day of the document, as `2026-11-22`: `last-modified`.
    pub day: String,
    /// List in gap summaries the items that no statement names.
    pub gaps: bool,
}

/// `None` when there is no statement to write: a collection is never empty.
pub fn export_mapping(
    program: &Program,
    statements: &[&Statement],
    options: &ExportOptions,
) -> (Option<OscalMapping>, Vec<Loss>) {
    let mut losses = Losses::default();
    let claims = claims_of(program, statements, &mut losses);
    let document = collection(&claims, &catalogs_at_hand(program), options, &mut losses);
    (document, losses.into_vec())
}

/// One `mapping` for each pair of catalogues, method and source: OSCAL states the method there.
type Group<'c> = (&'c CatalogName, &'c CatalogName, Method, &'c str);

pub(super) fn collection(
    claims: &[Claim],
    catalogs: &[CatalogAtHand],
    options: &ExportOptions,
    losses: &mut Losses,
) -> Option<OscalMapping> {
    let mut groups: BTreeMap<Group<'_>, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        groups.entry((&claim.from, &claim.to, claim.method, &claim.source)).or_default().push(claim);
    }
    if groups.is_empty() {
        return None;
    }
    let named: BTreeSet<&CatalogName> = claims.iter().flat_map(|c| [&c.from, &c.to]).collect();
    let resources = named.iter().map(|name| resource(name, catalogs)).collect();
    let rationale = common_rationale(claims, losses);
    let mut mappings: Vec<Mapping> = groups
        .iter()
        .map(|((from, to, method, source), list)| mapping(from, to, *method, source, list))
        .collect();
    if options.gaps {
        add_gaps(&mut mappings, groups.keys().map(|(from, to, ..)| (*from, *to)), claims, catalogs);
    }
    let methods: BTreeSet<&'static str> = claims.iter().map(|c| method_name(c.method)).collect();
    let method = methods.first().filter(|_| methods.len() == 1).copied().unwrap_or("hybrid");
    let mut document = OscalMapping {
        mapping_collection: Collection {
            uuid: String::new(),
            metadata: Metadata {
                title: one_line(&options.title, "Kijun"),
                last_modified: format!("{}T00:00:00Z", options.day),
                version: if is_string(&options.version) { options.version.clone() } else { "0".to_owned() },
                oscal_version: OSCAL_VERSION,
                props: vec![prop("generator", "kijun")],
            },
            provenance: Provenance {
                method,
                matching_rationale: rationale,
                status: status(claims.iter()),
                mapping_description: DESCRIPTION.to_owned(),
            },
            mappings,
            back_matter: BackMatter { resources },
        },
    };
    // It changes whenever the document does.
    let whole = serde_json::to_string(&document).unwrap_or_default();
    document.mapping_collection.uuid = uuid(&["collection", &whole]);
    Some(document)
}

pub(super) const DESCRIPTION: &str = "Exported from Kijun rule packs. What is not mapped is not known: nothing follows \
    from its absence. Marks, strengths (1 to 10, NIST IR 8477) and arguments are properties in the namespace \
    `urn:kijun:oscal`. / Kijunの規則パックから書き出したものです。ここにない対応は「分からない」であって、対応がないという意味ではありません。";

/// The rationale of the document: that of all statements that state one, else the meaning.
fn common_rationale(claims: &[Claim], losses: &mut Losses) -> &'static str {
    let stated: BTreeSet<&'static str> =
        claims.iter().filter_map(|c| c.rationale).map(|r| r.name()).collect();
    let common = stated.first().filter(|_| stated.len() == 1).copied().unwrap_or("semantic");
    let what = Label::new(
        format!(
            "論拠の種類を述べていない対応も、OSCALでは文書全体の `{common}` として読まれます(戻すときのために、述べていないことを印しています)"
        ),
        format!(
            "lines that state no rationale are read in OSCAL under `{common}`, that of the document (a property says that none is stated, and brings that back)"
        ),
    );
    for claim in claims.iter().filter(|c| c.rationale.is_none()) {
        losses.add(what.clone(), claim.shown(), None);
    }
    common
}

/// Nothing in a mapping says that it is complete. What rests on an unconfirmed reading is a draft.
pub(super) fn status<'c>(mut claims: impl Iterator<Item = &'c Claim>) -> &'static str {
    if claims.any(|c| c.mark.is_weak()) { "draft" } else { "not-complete" }
}

fn resource_uuid(name: &CatalogName) -> String {
    uuid(&["catalog", &name.alias, &name.edition])
}

fn resource(name: &CatalogName, catalogs: &[CatalogAtHand]) -> Resource {
    let title = catalogs.iter().find(|c| c.name == *name).map(|c| &c.title);
    let title = title.map(|t| if t.en.is_empty() { &t.ja } else { &t.en });
    let mut props = vec![prop("catalog", &name.alias)];
    if !name.edition.is_empty() {
        props.push(prop("edition", &name.edition));
    }
    let title = one_line(title.map_or("", String::as_str), &name.alias);
    Resource { uuid: resource_uuid(name), title, props }
}

fn reference(name: &CatalogName) -> ResourceRef {
    ResourceRef { kind: "catalog", href: format!("#{}", resource_uuid(name)) }
}

fn mapping(from: &CatalogName, to: &CatalogName, method: Method, source: &str, claims: &[&Claim]) -> Mapping {
    let (from_name, to_name) = (from.to_string(), to.to_string());
    let key = ["mapping", &from_name, &to_name, method.name(), source];
    let mut props = vec![prop("method", method.name())];
    if !source.is_empty() {
        props.push(prop("source", source));
    }
    let mut times: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    let maps = claims.iter().map(|claim| {
        // An entry is the same entry when what is said of it changes; a second one about the same items is another.
        let items = std::iter::once(&claim.target).chain(&claim.sources).map(String::as_str);
        let subject: Vec<&str> = key.iter().copied().chain(items).collect();
        let nth = times.entry(subject.clone()).or_default();
        *nth += 1;
        let nth = nth.to_string();
        let subject: Vec<&str> = std::iter::once(nth.as_str()).chain(subject).collect();
        map(claim, uuid(&subject))
    });
    Mapping {
        maps: maps.collect(),
        uuid: uuid(&key),
        method: method_name(method),
        status: status(claims.iter().copied()),
        source_resource: reference(from),
        target_resource: reference(to),
        props,
        mapping_description: (!source.is_empty()).then(|| source.to_owned()),
        source_gap_summary: None,
        target_gap_summary: None,
    }
}

fn map(claim: &Claim, uuid: String) -> Map {
    let mut props = vec![prop("mark", claim.mark.name())];
    if let Some(strength) = claim.strength {
        props.push(prop("strength", &strength.to_string()));
    }
    if claim.rationale.is_none() {
        props.push(prop("rationale", "unstated"));
    }
    for (name, text) in [("argument-ja", &claim.argument.ja), ("argument-en", &claim.argument.en)] {
        if !text.is_empty() {
            props.push(prop(name, text));
        }
    }
    Map {
        uuid,
        matching_rationale: claim.rationale.map(|r| r.name()),
        relationship: relationship_name(claim.relationship, claim.equivalent),
        sources: claim.sources.iter().map(|s| control(s)).collect(),
        targets: vec![control(&claim.target)],
        props,
    }
}

fn control(id: &str) -> Item {
    Item { kind: "control", id_ref: token(id) }
}

/// A property in our namespace. A text that is no string of OSCAL (line ends, blanks at its ends) is a JSON string.
pub(super) fn prop(name: &'static str, text: &str) -> Prop {
    if is_string(text) {
        return Prop { name, ns: NS, value: text.to_owned(), class: None };
    }
    let quoted = serde_json::Value::from(text).to_string();
    let quoted = quoted.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    Prop { name, ns: NS, value: quoted, class: Some("json") }
}

fn one_line(text: &str, fallback: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { fallback.to_owned() } else { text }
}

/// On the first mapping that names a catalogue: its items that the whole collection does not name.
fn add_gaps<'c>(
    mappings: &mut [Mapping],
    pairs: impl Iterator<Item = (&'c CatalogName, &'c CatalogName)>,
    claims: &[Claim],
    catalogs: &[CatalogAtHand],
) {
    let sources = claims.iter().flat_map(|c| c.sources.iter().map(|s| (&c.from, s.as_str())));
    let targets = claims.iter().map(|c| (&c.to, c.target.as_str()));
    let named: BTreeSet<(&CatalogName, &str)> = sources.chain(targets).collect();
    let summary = |name: &CatalogName| -> Option<GapSummary> {
        let catalog = catalogs.iter().find(|c| c.name == *name)?;
        let unnamed =
            catalog.ids.iter().filter(|(id, section)| !section && !named.contains(&(name, id.as_str())));
        let with_ids: Vec<String> = unnamed.map(|(id, _)| token(id)).collect();
        let uuid = uuid(&["gap", &name.alias, &name.edition]);
        (!with_ids.is_empty())
            .then(|| GapSummary { uuid, unmapped_controls: vec![SelectControls { with_ids }] })
    };
    let mut done: BTreeSet<&CatalogName> = BTreeSet::new();
    for (mapping, (from, to)) in mappings.iter_mut().zip(pairs) {
        if done.insert(from) {
            mapping.source_gap_summary = summary(from);
        }
        if done.insert(to) {
            mapping.target_gap_summary = summary(to);
        }
    }
}
