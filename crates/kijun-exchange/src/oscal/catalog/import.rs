//! From a catalogue of OSCAL to a pack.

use std::collections::{BTreeMap, BTreeSet};

use kijun_text::{FileId, Label, Lang, Sources, nfc};
use serde_json::{Map, Value};

use super::super::json::{Field, Reader, parse};
use super::super::names::token;
use super::edit::digest;
use super::facts::{self, Facts, Owners, facts};
use super::read::{self, Document, Node};
use super::sidecar::{Item, Sidecar};
use super::text::{self, Params};
use super::{SIDECAR, ours};
use crate::pack::{
    CATALOG_MODULE, CatalogDraft, Counts, Import, ImportedPack, ItemDraft, PackFile, Problems, Provenance,
    catalog_name, implied_parent, in_its_language, is_japanese, manifest, modules, not_laid_out, report,
};

/// Reads a document that was added to the sources.
///
/// # Errors
/// Every place at which it does not follow OSCAL.
pub fn import_catalog(
    sources: &Sources,
    file: FileId,
    import: &Import<'_>,
) -> Result<ImportedPack, Problems> {
    let text = sources.get(file).map_or("", |s| s.text.as_str());
    let value = parse(file, text).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(file, text);
    let root = reader.root(&value);
    let document = read::document(&mut reader, root);
    let (Some(document), true) = (document, reader.problems.is_empty()) else { return Err(reader.problems) };
    let of = provenance(&document.head);
    let (draft, sidecar) = taken(&mut reader, document, import, &of);
    let head = head(&of, import);
    let mut files = modules(&draft, &head).map_err(|errors| not_laid_out(file, &errors))?;
    let losses = reader.losses.into_vec();
    let counts = Counts::of(&draft);
    let name = import.pack.map_or_else(|| pack_name(&draft), str::to_owned);
    files.insert(0, manifest(&name, &draft.title, &of, import, &[]));
    files.push(PackFile { path: SIDECAR.to_owned(), text: sidecar.text() });
    files.push(report(import, &of, counts, &losses));
    Ok(ImportedPack { files, losses, counts })
}

/// The alias and the edition.
fn pack_name(draft: &CatalogDraft) -> String {
    [draft.name.alias.as_str(), draft.name.edition.as_str()]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join("-")
}

fn provenance(head: &Map<String, Value>) -> Provenance {
    let of = |name: &str| head.get("metadata").and_then(|m| m.field(name).as_str()).unwrap_or("").to_owned();
    Provenance {
        format: format!("OSCAL {} catalog", of("oscal-version")),
        title: of("title"),
        version: of("version"),
        last_modified: of("last-modified"),
    }
}

fn head(of: &Provenance, import: &Import<'_>) -> Vec<String> {
    let say = |ja: &str, en: &str| if import.lang == Lang::Ja { ja.to_owned() } else { en.to_owned() };
    vec![
        of.title.clone(),
        say(
            "OSCALのカタログから取り込みました。文章は取り込んだ人のファイルのもので、確かめるまで unverified(未確認)です。",
            "Imported from a catalogue of OSCAL. Texts are those of the file that was imported, unverified until someone has confirmed them.",
        ),
        say(
            "この言語で書けないもの(パラメータ、リンク、属性など)は oscal.json にあります。モジュールを直すと、書き出すときはモジュールのほうが優先します。",
            "What the language cannot say (parameters, links, properties and so on) is in oscal.json. Where a module says otherwise, an export follows the module.",
        ),
    ]
}

/// The document in the terms of the language, and what is left.
fn taken(
    reader: &mut Reader<'_>,
    document: Document,
    import: &Import<'_>,
    of: &Provenance,
) -> (CatalogDraft, Sidecar) {
    let Document { whole, mut head, mut nodes } = document;
    let metadata = head.get("metadata").and_then(Value::as_object);
    let stated = ours::stated_japanese(metadata.into_iter().chain(nodes.iter().map(|n| &n.rest)));
    let (mut draft, made) = catalog(&mut head, &nodes, import, of);
    let mut drafts = Vec::new();
    for node in &mut nodes {
        let title = nfc(&node.title).into_owned();
        let mut item =
            ItemDraft { id: node.id.clone(), title: Label::new(title, ""), ..ItemDraft::default() };
        let included = ours::take_item(&mut node.rest, &mut item, &draft.levels);
        drafts.push((item, included));
    }
    let owners = owners(&nodes);
    let mut params = Params::new();
    text::add_params(&mut params, &head);
    nodes.iter().for_each(|node| text::add_params(&mut params, &node.rest));
    let found: Vec<Facts> = nodes.iter().map(|n| facts(&n.id, &n.rest, &params, &owners)).collect();
    let withdrawn = Withdrawn::new(&nodes, &found);
    let ids: BTreeSet<&str> = nodes.iter().map(|n| n.id.as_str()).collect();
    let mut modules = Modules::default();
    let mut items = Vec::new();
    for (i, ((mut item, included), of)) in drafts.into_iter().zip(&found).enumerate() {
        let Some(node) = nodes.get(i) else { continue };
        said(reader, node, of);
        let mut kept = Item { oscal_id: id_kept(node), title: None, ..Item::default() };
        if *nfc(&node.title) != *node.title {
            kept.title = Some(node.title.clone());
        }
        item.is_section |= node.is_group;
        let parent = node.parent.and_then(|p| nodes.get(p)).map(|p| p.id.clone());
        if parent.is_none() && implied_parent(&node.id, &ids).is_some() {
            kept.top = true;
            reader.lost(misplaced(implied_parent(&node.id, &ids).unwrap_or("")), &node.path, node.span);
        }
        item.parent = parent;
        item.alias.clone_from(&of.alias);
        let statement = in_its_language(&of.text);
        if !statement.ja.is_empty() {
            item.summary.ja = statement.ja
        } else if !statement.en.is_empty() {
            item.summary.en = statement.en
        }
        let nothing = item.summary.is_empty() && of.withdrawn.is_none() && !item.is_section;
        item.text_not_included = included.map_or(nothing, |included| !included);
        item.withdrawn = withdrawn.of(i, of).cloned();
        if of.withdrawn.is_some() && item.withdrawn.is_none() {
            kept.withdrawn_alone = true;
            item.text_not_included = true;
            reader.lost(alone(), &node.path, node.span);
        } else if let Some(into) = &mut item.withdrawn {
            withdrawn.straight(i, into, &nodes, |to| reader.lost(circle(to), &node.path, node.span));
        }
        item.module = modules.of(node, i, &nodes);
        draft.items.push(item);
        kept.rest = node.rest.clone();
        items.push((node.id.clone(), kept));
    }
    let unconfirmed = draft.mark.is_some_and(kijun_engine::program::Mark::is_weak);
    if unconfirmed {
        reader.losses.add(unverified(), "/catalog", None);
    }
    let (digest, japanese) = (digest(&whole), stated.unwrap_or_else(|| japanese(&nodes)));
    let sidecar = Sidecar { catalog: draft.name.to_string(), digest, japanese, made, head, items };
    (draft, sidecar)
}

/// What the import writes for the head of a document: an export need not say it again.
fn made(draft: &CatalogDraft) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, text) in [
        ("source", draft.source.as_str()),
        ("mark", draft.mark.map_or("", kijun_engine::program::Mark::name)),
        ("publisher", &draft.publisher),
        ("published", &draft.published),
    ] {
        out.insert(name.to_owned(), text.into());
    }
    out
}

fn owners(nodes: &[Node]) -> Owners {
    let mut owners = Owners::new();
    nodes.iter().for_each(|n| facts::own(&mut owners, &n.id, n.oscal_id.as_deref(), &n.rest));
    owners
}

/// Whether most titles are in Japanese.
fn japanese(nodes: &[Node]) -> bool {
    2 * nodes.iter().filter(|n| is_japanese(&n.title)).count() > nodes.len()
}

/// An id that an export would not make of the id in the language.
fn id_kept(node: &Node) -> Option<Value> {
    match &node.oscal_id {
        Some(id) if *id == token(&node.id) => None,
        Some(id) => Some(id.as_str().into()),
        None => Some(Value::Null),
    }
}

fn catalog(
    head: &mut Map<String, Value>,
    nodes: &[Node],
    import: &Import<'_>,
    of: &Provenance,
) -> (CatalogDraft, Map<String, Value>) {
    let mut metadata = match head.remove("metadata") {
        Some(Value::Object(metadata)) => metadata,
        _ => Map::new(),
    };
    let day = metadata.get("published").and_then(Value::as_str).and_then(|text| text.get(..10));
    let day = day.filter(|day| day.parse::<jiff::civil::Date>().is_ok()).unwrap_or("").to_owned();
    let mut draft = CatalogDraft {
        name: crate::oscal::CatalogName { alias: String::new(), edition: of.version.clone() },
        title: Label::new(nfc(&of.title), ""),
        publisher: nfc(&publisher(&metadata)).into_owned(),
        published: day,
        supersedes: String::new(),
        source: nfc(&of.line(import)).into_owned(),
        note: Label::default(),
        mark: Some(import.mark),
        levels: Vec::new(),
        items: Vec::with_capacity(nodes.len()),
    };
    let mut made = made(&draft);
    ours::take_catalog(&mut metadata, &mut draft);
    head.insert("metadata".to_owned(), metadata.into());
    let stem = import.file_name.split('.').next().unwrap_or("");
    let alias = match (import.alias, draft.name.alias.as_str()) {
        (Some(alias), _) => alias,
        (None, "") => stem,
        (None, alias) => alias,
    };
    let named = !draft.name.alias.is_empty();
    draft.name = catalog_name(alias, import.edition.unwrap_or(&draft.name.edition));
    if !named {
        made.insert("catalog".to_owned(), draft.name.to_string().into());
    }
    (draft, made)
}

/// The party that publishes or made the document.
fn publisher(metadata: &Map<String, Value>) -> String {
    let list = |name: &str| metadata.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let role = ["publisher", "creator"].into_iter().find_map(|role| {
        let of = list("responsible-parties").iter().find(|r| r.field("role-id") == role)?;
        of.field("party-uuids").as_array()?.first()?.as_str()
    });
    let party = role.and_then(|uuid| list("parties").iter().find(|p| p.field("uuid") == uuid));
    party.and_then(|p| p.field("name").as_str()).unwrap_or("").to_owned()
}

/// Which withdrawals the language can say.
struct Withdrawn {
    /// By item: it is withdrawn, and everything below it is.
    whole: Vec<bool>,
    /// By id: where the content of what is withdrawn goes.
    into: BTreeMap<String, Vec<String>>,
}

impl Withdrawn {
    fn new(nodes: &[Node], found: &[Facts]) -> Withdrawn {
        let mut whole: Vec<bool> = found.iter().map(|f| f.withdrawn.is_some()).collect();
        // What is below stands after what it is below of.
        for (i, node) in nodes.iter().enumerate().rev() {
            let own = whole.get(i).copied().unwrap_or(false);
            if let (false, Some(parent)) = (own, node.parent.and_then(|p| whole.get_mut(p))) {
                *parent = false;
            }
        }
        let mut into = BTreeMap::new();
        for (node, facts) in nodes.iter().zip(found) {
            let Some(own) = facts.withdrawn.clone() else { continue };
            let parent = node.parent.and_then(|p| nodes.get(p)).map(|p| p.id.as_str());
            destinations(&mut into, &node.id, own, parent);
        }
        Withdrawn { whole, into }
    }

    fn of<'f>(&self, i: usize, facts: &'f Facts) -> Option<&'f Vec<String>> {
        facts.withdrawn.as_ref().filter(|_| self.whole.get(i).copied().unwrap_or(false))
    }

    /// Leaves out destinations from which the content would come back.
    fn straight(&self, i: usize, into: &mut Vec<String>, nodes: &[Node], mut lost: impl FnMut(&str)) {
        let Some(own) = nodes.get(i).map(|n| n.id.as_str()) else { return };
        straight(own, into, &self.into, |to| lost(to));
    }
}

/// Notes where the content of a withdrawn item goes: where that of its parent goes, unless the item says more.
pub(super) fn destinations(
    all: &mut BTreeMap<String, Vec<String>>,
    id: &str,
    own: Vec<String>,
    parent: Option<&str>,
) {
    let inherited = parent.filter(|_| own.is_empty()).and_then(|p| all.get(p)).cloned();
    all.insert(id.to_owned(), inherited.unwrap_or(own));
}

/// Leaves out destinations of an item from which its content would come back to it. `all` says where what is withdrawn goes.
pub(super) fn straight(
    own: &str,
    into: &mut Vec<String>,
    all: &BTreeMap<String, Vec<String>>,
    mut lost: impl FnMut(&str),
) {
    into.retain(|to| {
        let mut seen: BTreeSet<&str> = BTreeSet::from([to.as_str()]);
        let mut next = vec![to.as_str()];
        while let Some(at) = next.pop() {
            if at == own {
                lost(to);
                return false;
            }
            next.extend(all.get(at).into_iter().flatten().map(String::as_str).filter(|to| seen.insert(to)));
        }
        true
    });
}

/// Modules: one for each group at the top, named after it.
#[derive(Default)]
struct Modules {
    paths: BTreeMap<usize, String>,
}

impl Modules {
    fn of(&mut self, node: &Node, own: usize, nodes: &[Node]) -> String {
        let mut top = (own, node);
        while let Some((p, parent)) = top.1.parent.and_then(|p| Some((p, nodes.get(p)?))) {
            top = (p, parent);
        }
        if !top.1.is_group {
            return CATALOG_MODULE.to_owned();
        }
        if let Some(path) = self.paths.get(&top.0) {
            return path.clone();
        }
        let stem: String = top
            .1
            .id
            .to_lowercase()
            .chars()
            .map(|c| if c.is_alphanumeric() || c == '-' { c } else { '-' })
            .take(60)
            .collect();
        let taken = |path: &String| path == CATALOG_MODULE || self.paths.values().any(|p| p == path);
        let mut path = format!("{stem}.kijun");
        if taken(&path) || stem == "tests" {
            path = format!("{stem}-{}.kijun", top.0);
        }
        self.paths.insert(top.0, path.clone());
        path
    }
}

// ---------------------------------------------------------------- what is lost

/// What of an item stands in the sidecar only.
fn said(reader: &mut Reader<'_>, node: &Node, of: &Facts) {
    let kept = |reader: &mut Reader<'_>, ja: &str, en: &str, below: &str| {
        let what = Label::new(
            format!("{ja}はこの言語に書く場所がなく、oscal.json に残しました(書き出すと戻ります)"),
            format!(
                "{en}: the language has no place for it; kept in oscal.json, and an export brings it back"
            ),
        );
        reader.lost(what, &format!("{}{below}", node.path), node.span);
    };
    let list = |name: &str| node.rest.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if node.rest.contains_key("class") {
        kept(reader, "`class`", "`class`", "/class");
    }
    if !list("params").is_empty() {
        kept(
            reader,
            "`params`(パラメータ。本文には見出しだけが入ります)",
            "`params` (the summary shows their labels)",
            "/params",
        );
    }
    if list("props")
        .iter()
        .any(|p| !(facts::is_withdrawal(p) || p.field("name") == "label" && p.get("class").is_none()))
    {
        kept(reader, "`props`", "`props`", "/props");
    }
    if list("links").iter().any(|l| of.withdrawn.is_none() || !facts::is_destination(l)) {
        kept(reader, "`links`", "`links`", "/links");
    }
    let parts = list("parts");
    if parts.iter().any(|p| !text::is_statement(p, parts)) {
        kept(reader, "`parts` のうち本文(statement)以外", "`parts` other than the statement", "/parts");
    }
    if parts
        .iter()
        .any(|p| text::is_statement(p, parts) && (p.get("parts").is_some() || p.get("props").is_some()))
    {
        kept(reader, "本文の内訳(id と入れ子)", "the structure of a statement (ids, nested items)", "/parts");
    }
    if node.oscal_id.is_none() {
        reader.lost(no_id(&node.id), &node.path, node.span);
    } else if node.oscal_id.as_deref() != Some(&node.id) && id_kept(node).is_some() {
        reader.lost(other_id(), &node.path, node.span);
    }
    if !of.elsewhere.is_empty() {
        reader.lost(dangling(), &format!("{}/links", node.path), node.span);
    }
}

fn no_id(given: &str) -> Label {
    let stem = given.trim_end_matches(|c: char| c.is_ascii_digit());
    Label::new(
        format!("id のないグループに `{stem}…` という番号を付けました"),
        format!("groups without an id got one, `{stem}…`"),
    )
}

fn other_id() -> Label {
    Label::new(
        "この言語の番号として書けない id を、書ける形に変えました(書き出すと元の id に戻ります)",
        "ids that the language cannot write were changed to ones that it can; an export brings the old ones back",
    )
}

fn dangling() -> Label {
    Label::new(
        "取り下げられた項目の行き先のうち、この文書の別の項目でないものは `into` に書いていません(oscal.json にはあります)",
        "destinations of withdrawn items that are no other item of this document are not named after `into` (they are in oscal.json)",
    )
}

fn circle(to: &str) -> Label {
    Label::new(
        format!("行き先 `{to}` をたどると元の項目に戻るので、`into` に書いていません"),
        format!("the destination `{to}` leads back to the item itself and is not named after `into`"),
    )
}

fn misplaced(parent: &str) -> Label {
    Label::new(
        format!(
            "最上位の項目ですが、番号が `{parent}` から始まるので、この言語では `{parent}` の下になります(書き出すと元に戻ります)"
        ),
        format!(
            "an item of the top whose id begins with that of `{parent}`: the language puts it below `{parent}`; an export puts it back"
        ),
    )
}

fn alone() -> Label {
    Label::new(
        "取り下げられた項目の下に、取り下げられていない項目があります。下まで取り下げになるので `withdrawn` とせず、`text not included` としました",
        "a withdrawn item with items below it that are not: the language would withdraw those too, so it says `text not included` instead of `withdrawn`",
    )
}

fn unverified() -> Label {
    Label::new(
        "内容を確かめていないので、カタログの印は `unverified` です。この印の間、ここに書く規則は判定を決めません。規範と照らしたら catalog.kijun の `mark` を改めてください(--mark でも指定できます)",
        "nobody has compared the document with the norm, so the catalogue is marked `unverified`, and rules on it decide nothing: change `mark` in catalog.kijun once that is done (or say --mark)",
    )
}
