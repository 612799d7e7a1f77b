//! From a profile of OSCAL to a profile of the language.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kijun_syntax::{Kind, quoted};
use kijun_text::{Diagnostic, FileId, Label, Lang, Sources, nfc};
use serde_json::{Map, Value, json};

use super::super::catalog::{digest, metadata};
use super::super::json::{At, Field, Reader, parse};
use super::super::names::NS;
use super::PROFILE_SIDECAR;
use super::resolve::{Chosen, imports};
use super::select::{Clauses, clauses};
use super::tree::ProfileCatalog;
use crate::oscal::CatalogName;
use crate::pack::{
    Counts, Import, ImportedPack, PackFile, Problems, Provenance, catalog_name, manifest, not_laid_out,
    report,
};

/// A catalogue that an import refers to.
pub type ImportedCatalog = (String, CatalogName);

/// What is at hand when a profile is read.
pub struct Nearby<'a> {
    pub catalogs: &'a [ProfileCatalog],
    /// Which catalogue an address is; an empty address stands for all of them.
    pub named: &'a [ImportedCatalog],
    /// The text of the document at an address, where it is a file: its name, and its text.
    pub document: &'a dyn Fn(&str) -> Option<(String, String)>,
    /// The line of `[dependencies]` for the pack that holds a catalogue.
    pub dependency: &'a dyn Fn(&CatalogName) -> Option<String>,
}

/// How many profiles may stand on each other.
const DEEPEST: usize = 16;

/// Items by catalogue: indexes into those at hand, and into their items.
type Selected = BTreeMap<usize, BTreeSet<usize>>;

/// Reads a document that was added to the sources; profiles that it imports are added.
///
/// # Errors
/// Every place at which it does not follow OSCAL, or names what is not at hand.
pub fn import_profile(
    sources: &mut Sources,
    file: FileId,
    import: &Import<'_>,
    near: &Nearby<'_>,
) -> Result<ImportedPack, Problems> {
    let read = read(sources, file, near, &mut Vec::new())?;
    let mut losses = read.losses;
    let head = Head::of(&read.document);
    let name = import.alias.map_or_else(|| catalog_name(&head.title, "").alias, str::to_owned);
    let name = catalog_name(&name, "").alias;
    let mut lines: Vec<String> = Vec::new();
    let (mut scope, mut dependencies) = (Map::new(), Vec::new());
    let reason = match import.lang {
        Lang::Ja => format!("プロファイル「{}」で選ばれていない", one_line(&head.title)),
        Lang::En => format!("not selected by the profile `{}`", one_line(&head.title)),
    };
    let mut count = 0;
    for (c, selected) in &read.selected {
        let Some(catalog) = near.catalogs.get(*c) else { continue };
        let found = clauses(catalog, selected);
        for i in &found.brought_along {
            losses.add(brought_along(), named(catalog, *i), None);
        }
        if !found.excludes.is_empty() {
            losses.add(excluded(), catalog.name.to_string(), None);
        }
        count += selected.len();
        let ids = in_scope(catalog, &found).into_iter().filter_map(|i| catalog.items.get(i));
        let ids: Vec<Value> = ids.map(|item| item.id.as_str().into()).collect();
        scope.insert(catalog.name.to_string(), ids.into());
        lines.extend(written(catalog, &found, &reason));
        dependencies.extend((near.dependency)(&catalog.name));
    }
    if let Some(ours) = own_clauses(&head, &scope) {
        lines = ours;
        // What they exclude, raise or track beside what is selected.
        lines.retain(|clause| {
            let names = catalogs_in(clause);
            let lines: Vec<Option<String>> = names.iter().map(|name| dependency(near, name)).collect();
            let is_at_hand = lines.iter().all(Option::is_some);
            if is_at_hand {
                dependencies.extend(lines.into_iter().flatten());
            } else {
                losses.add(no_pack(), clause.clone(), None);
            }
            is_at_hand
        });
    }
    let module = module(&name, &head, &lines, import);
    let module = kijun_syntax::format(&module).map_err(|errors| not_laid_out(file, &errors))?;
    let losses = losses.into_vec();
    dependencies.sort();
    dependencies.dedup();
    let kept = json!({
        "schema": SCHEMA, "profile": name, "digest": digest(&read.document), "scope": scope,
        "clauses": lines, "hrefs": read.hrefs, "document": read.document,
    });
    let kept = serde_json::to_string_pretty(&kept).unwrap_or_default() + "\n";
    let of = Provenance {
        format: format!("OSCAL {} profile", head.oscal_version),
        title: head.title.clone(),
        version: head.version.clone(),
        last_modified: head.last_modified.clone(),
    };
    let pack = import.pack.map_or_else(|| name.clone(), str::to_owned);
    let title = Label::new(nfc(&one_line(&head.title)), "");
    let counts = Counts { requirements: count, ..Counts::default() };
    let files = vec![
        manifest(&pack, &title, &of, import, &dependencies),
        PackFile { path: "profile.kijun".to_owned(), text: module },
        PackFile { path: PROFILE_SIDECAR.to_owned(), text: kept },
        report(import, &of, counts, &losses),
    ];
    Ok(ImportedPack { files, losses, counts })
}

pub(super) const SCHEMA: &str = "kijun.oscal-profile/1";

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn named(catalog: &ProfileCatalog, item: usize) -> String {
    format!("{}:{}", catalog.name, catalog.items.get(item).map_or("", |i| i.id.as_str()))
}

fn in_scope(catalog: &ProfileCatalog, found: &Clauses) -> BTreeSet<usize> {
    catalog.in_scope(&found.includes, &found.excludes)
}

/// What the metadata say.
struct Head {
    title: String,
    version: String,
    last_modified: String,
    oscal_version: String,
    /// Clauses of the language, where Kijun wrote the document, and the scope that they had then.
    clauses: Vec<String>,
    scope: String,
}

impl Head {
    fn of(document: &Value) -> Head {
        let metadata = &document.field("metadata");
        let text = |name: &str| metadata.field(name).as_str().unwrap_or("").to_owned();
        let props = metadata.field("props").as_array().map_or(&[][..], Vec::as_slice);
        let ours = |name: &'static str| {
            let named = props.iter().filter(move |p| p.field("ns") == NS && p.field("name") == name);
            named.filter_map(|p| {
                let value = p.field("value").as_str()?;
                if p.field("class") == "json" {
                    serde_json::from_str(value).ok()
                } else {
                    Some(value.to_owned())
                }
            })
        };
        Head {
            title: text("title"),
            version: text("version"),
            last_modified: text("last-modified"),
            oscal_version: text("oscal-version"),
            clauses: ours("clause").collect(),
            scope: ours("scope").next().unwrap_or_default(),
        }
    }
}

/// The clauses with which the document was exported, if they still are what it selects and can be read.
fn own_clauses(head: &Head, scope: &Map<String, Value>) -> Option<Vec<String>> {
    if head.clauses.is_empty() || head.scope != digest(&Value::Object(scope.clone())) {
        return None;
    }
    let text = format!("profile x {{\n{}\n}}\n", head.clauses.join("\n"));
    let parsed = kijun_syntax::parse(&text);
    let declarations = parsed.tree.parts().count();
    (parsed.errors.is_empty() && declarations == 1).then(|| head.clauses.clone())
}

/// The catalogues that a clause of a profile names.
fn catalogs_in(clause: &str) -> BTreeSet<CatalogName> {
    let text = format!("profile x {{\n{clause}\n}}\n");
    let mut out = BTreeSet::new();
    kijun_syntax::parse(&text).tree.walk(&mut |node| {
        if matches!(node.kind, Kind::Scope | Kind::RequirementId | Kind::CatalogId) {
            let name = node.text(&text).split(':').next().unwrap_or_default();
            out.insert(CatalogName::parse(name));
        }
    });
    out
}

/// The line for the pack of a catalogue, of which the edition may be left out.
fn dependency(near: &Nearby<'_>, name: &CatalogName) -> Option<String> {
    let found = near.catalogs.iter().find(|c| name.means(&c.name))?;
    (near.dependency)(&found.name)
}

fn no_pack() -> Label {
    Label::new(
        "手元のパックにないカタログについての節は、引き継げません",
        "clauses about catalogues of no pack at hand are left out",
    )
}

struct Read {
    document: Value,
    selected: Selected,
    /// The address under which each catalogue is imported.
    hrefs: BTreeMap<String, String>,
    losses: crate::loss::Losses,
}

/// Reads a profile and, first, what it stands on.
fn read(
    sources: &mut Sources,
    file: FileId,
    near: &Nearby<'_>,
    above: &mut Vec<String>,
) -> Result<Read, Problems> {
    let text = sources.get(file).map(|s| s.text.as_str().to_owned()).unwrap_or_default();
    let value = parse(file, &text).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(file, &text);
    let root = reader.root(&value);
    let Some((whole, chosen, resources)) = profile(&mut reader, root) else { return Err(reader.problems) };
    let mut selected = Selected::new();
    let mut hrefs = BTreeMap::new();
    for import in &chosen {
        let (c, offered) = match target(&mut reader, import, near, &resources) {
            Some(Target::Catalog(c)) => {
                let Some(catalog) = near.catalogs.get(c) else { continue };
                let all = (0..catalog.items.len())
                    .filter(|i| catalog.items.get(*i).is_some_and(|i| !i.is_passed_over));
                (c, vec![(c, all.collect::<BTreeSet<usize>>())])
            }
            Some(Target::Profile(name, text)) => {
                if above.contains(&name) || above.len() >= DEEPEST {
                    let (path, span) = (import.at.path.clone(), import.at.span);
                    reader.wrong(
                        &path,
                        span,
                        &format!("プロファイル `{name}` が、たどると自分自身に戻ります"),
                        &format!("the profile `{name}` imports itself in the end"),
                    );
                    continue;
                }
                above.push(name.clone());
                let nested = sources.add(name, text);
                let inner = read(sources, nested, near, above)?;
                above.pop();
                let first = inner.selected.keys().next().copied();
                let Some(first) = first else { continue };
                (first, inner.selected.into_iter().collect())
            }
            None => continue,
        };
        if let Some(catalog) = near.catalogs.get(c) {
            hrefs.entry(catalog.name.to_string()).or_insert_with(|| import.href.clone());
        }
        for (c, offered) in offered {
            let Some(catalog) = near.catalogs.get(c) else { continue };
            let found = import.selected(&mut reader, catalog, &offered);
            selected.entry(c).or_default().extend(found);
        }
    }
    let document = reader.quietly(|reader| reader.verbatim(&whole));
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    Ok(Read { document, selected, hrefs, losses: reader.losses })
}

/// Resources of the back matter by id.
type Resources = BTreeMap<String, Resource>;

struct Resource {
    title: String,
    addresses: Vec<String>,
    /// The catalogue that it is, where an export of ours says so.
    catalog: Option<CatalogName>,
}

fn profile<'v>(reader: &mut Reader<'_>, root: At<'v>) -> Option<(At<'v>, Vec<Chosen<'v>>, Resources)> {
    let mut root = reader.fields(root)?;
    root.take("$schema");
    let whole = reader.required(&mut root, "profile")?;
    let mut fields = reader.fields(whole.clone())?;
    reader.uuid(&mut fields);
    let at = reader.required(&mut fields, "metadata")?;
    metadata(reader, &at)?;
    let chosen = imports(reader, &mut fields);
    let mut resources = Resources::new();
    if let Some(at) = fields.take("back-matter") {
        let value = reader.verbatim(&at);
        for resource in value.field("resources").as_array().into_iter().flatten() {
            let Some(uuid) = resource.field("uuid").as_str() else { continue };
            let title =
                ["title", "description"].iter().find_map(|n| resource.field(n).as_str()).unwrap_or("");
            let links = resource.field("rlinks").as_array().into_iter().flatten();
            let links = links.filter_map(|l| l.field("href").as_str()).map(str::to_owned).collect();
            let prop = |name: &str| {
                let mut props = resource.field("props").as_array().into_iter().flatten();
                let own = props.find(|p| p.field("ns") == NS && p.field("name") == name)?;
                own.field("value").as_str().map(str::to_owned)
            };
            let catalog = prop("catalog")
                .map(|alias| CatalogName { alias, edition: prop("edition").unwrap_or_default() });
            let of = Resource { title: title.to_owned(), addresses: links, catalog };
            resources.insert(uuid.to_ascii_lowercase(), of);
        }
    }
    for (name, at) in fields.rest() {
        reader.verbatim(&at);
        let below = match name {
            "merge" => None,
            "modify" => {
                let list = reader.fields(at.clone()).into_iter().flat_map(super::super::json::Fields::rest);
                Some(list.collect::<Vec<_>>())
            }
            _ => None,
        };
        for (name, at) in below.unwrap_or_else(|| vec![(name, at)]) {
            reader.lost(kept(name), &at.path, at.span);
        }
    }
    Some((whole, chosen, resources))
}

enum Target {
    Catalog(usize),
    /// Its name and its text.
    Profile(String, String),
}

/// What an import refers to.
fn target(
    reader: &mut Reader<'_>,
    import: &Chosen<'_>,
    near: &Nearby<'_>,
    resources: &Resources,
) -> Option<Target> {
    let (mut title, mut addresses, mut own) = (String::new(), vec![import.href.clone()], None);
    if let Some(uuid) = import.href.strip_prefix('#') {
        let Some(resource) = resources.get(&uuid.to_ascii_lowercase()) else {
            let (path, span) = (import.at.path.clone(), import.at.span);
            reader.wrong(
                &path,
                span,
                &format!("`{}` という資料は back-matter にありません", import.href),
                &format!("the back-matter has no resource `{}`", import.href),
            );
            return None;
        };
        title.clone_from(&resource.title);
        addresses.extend(resource.addresses.iter().cloned());
        own = resource.catalog.as_ref();
    }
    let at_hand = |name: &CatalogName| near.catalogs.iter().position(|c| name.means(&c.name));
    let given = near.named.iter().find(|(href, _)| href.is_empty() || addresses.contains(href));
    if let Some((_, name)) = given {
        let found = at_hand(name);
        if found.is_none() {
            reader.problems.push(unknown(import, near, &name.to_string()));
        }
        return found.map(Target::Catalog);
    }
    if let Some(found) = own.and_then(at_hand) {
        return Some(Target::Catalog(found));
    }
    for address in &addresses {
        let Some((name, text)) = (near.document)(address) else { continue };
        let Ok(value) = serde_json::from_str::<Value>(&text) else { continue };
        if value.get("profile").is_some() {
            return Some(Target::Profile(name, text));
        }
        let uuid = value.field("catalog").field("uuid").as_str();
        let title = value.field("catalog").field("metadata").field("title").as_str();
        let same = |c: &ProfileCatalog| {
            uuid.is_some() && c.uuid.as_deref() == uuid
                || c.uuid.is_none()
                    && title.is_some_and(|t| [&c.title.ja, &c.title.en].iter().any(|own| *own == t))
        };
        if let Some(found) = near.catalogs.iter().position(same) {
            return Some(Target::Catalog(found));
        }
    }
    let called = |c: &ProfileCatalog| !title.is_empty() && [&c.title.ja, &c.title.en].contains(&&title);
    let mut so_called = near.catalogs.iter().enumerate().filter(|(_, c)| called(c));
    // Editions of one norm often have one title: which is meant is not to be guessed.
    match (so_called.next(), so_called.next()) {
        (Some((found, _)), None) => return Some(Target::Catalog(found)),
        (Some(_), Some(_)) => {
            reader.problems.push(unknown(import, near, &import.href));
            return None;
        }
        (None, _) => {}
    }
    if near.catalogs.len() == 1 {
        let what = Label::new(
            format!("`{}` は、手元にあるただ一つのカタログとして読みました", import.href),
            format!("`{}` was taken to be the only catalogue at hand", import.href),
        );
        reader.lost(what, &import.at.path, import.at.span);
        return Some(Target::Catalog(0));
    }
    reader.problems.push(unknown(import, near, &import.href));
    None
}

fn unknown(import: &Chosen<'_>, near: &Nearby<'_>, name: &str) -> Diagnostic {
    let names: Vec<String> = near.catalogs.iter().map(|c| c.name.to_string()).collect();
    let names = names.join(", ");
    let message = Label::new(
        format!("`{name}` がどのカタログか分かりません"),
        format!("it is not clear which catalogue `{name}` is"),
    );
    Diagnostic::error("K0205", import.at.span, message).help(
        format!("--catalog 'HREF=カタログ名' で指定してください。手元にあるのは: {names}"),
        format!("say so with --catalog 'HREF=CATALOG'; there are: {names}"),
    )
}

/// How many ids stand on one line.
const ON_A_LINE: usize = 6;

fn written(catalog: &ProfileCatalog, found: &Clauses, reason: &str) -> Vec<String> {
    if found.whole {
        return vec![format!("include {}", catalog.name)];
    }
    let includes: Vec<String> = found.includes.iter().map(|i| named(catalog, *i)).collect();
    let mut out: Vec<String> =
        includes.chunks(ON_A_LINE).map(|ids| format!("include {}", ids.join(", "))).collect();
    out.extend(
        found.excludes.iter().map(|i| format!("exclude {} reason {}", named(catalog, *i), quoted(reason))),
    );
    out
}

fn module(name: &str, head: &Head, lines: &[String], import: &Import<'_>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "//! {}", one_line(&head.title));
    let from = match import.lang {
        Lang::Ja => {
            "OSCALのプロファイルから取り込みました。パラメータや変更の指示は oscal-profile.json にあり、評価には使いません。"
        }
        Lang::En => {
            "Imported from a profile of OSCAL. Its parameters and alterations are in oscal-profile.json and play no part in an assessment."
        }
    };
    let _ = writeln!(out, "//! {from}\n\nprofile {name} {} {{", quoted(&nfc(&one_line(&head.title))));
    lines.iter().for_each(|line| _ = writeln!(out, "  {line}"));
    out.push_str("}\n");
    out
}

// ---------------------------------------------------------------- what is lost

fn kept(name: &str) -> Label {
    let name: String = name.chars().take(60).collect();
    Label::new(
        format!("`{name}` はこの言語に書く場所がなく、oscal-profile.json に残しました(書き出すと戻ります)"),
        format!(
            "`{name}`: the language has no place for it; kept in oscal-profile.json, and an export brings it back"
        ),
    )
}

fn brought_along() -> Label {
    Label::new(
        "選ばれていませんが、下の項目が選ばれているので、この言語では範囲に入ります",
        "not selected, and in scope all the same, since something below is selected",
    )
}

fn excluded() -> Label {
    Label::new(
        "選ばれた項目の下にあって選ばれていない項目は、理由を付けて `exclude` としました(報告には「対象外」と出ます)",
        "what is below something selected and not selected itself became an `exclude` with a reason: reports show it as not applicable",
    )
}
