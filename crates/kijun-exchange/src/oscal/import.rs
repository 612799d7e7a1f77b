//! From a mapping collection to statements.

use std::collections::{BTreeMap, BTreeSet};

use kijun_coverage::Relationship;
use kijun_engine::program::Mark;
use kijun_text::{Diagnostic, FileId, Label, Sources, nearest, nfc};

use super::claim::{CatalogAtHand, CatalogName, Claim};
use super::entry::{Item, Map};
use super::export::status;
use super::json::{Extra, Reader, parse};
use super::module::{is_catalog, is_id};
use super::names::{id_of_token, is_token, token};
use super::read::{self, CatalogRef};
use crate::loss::Loss;

/// Choices of an import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The catalogue that the source resource is, whatever the document calls it.
    pub from: Option<CatalogName>,
    pub to: Option<CatalogName>,
    /// The catalogues that ids must be of; `None` where there are none to compare with.
    pub at_hand: Option<Vec<CatalogAtHand>>,
}

/// What a document says, as statements in blocks.
#[derive(Debug)]
pub struct Imported {
    pub title: String,
    pub version: String,
    pub last_modified: String,
    pub blocks: Vec<Block>,
    /// Of the document as a whole: what stands in comments only.
    pub(super) extras: Vec<Extra>,
    pub losses: Vec<Loss>,
}

/// A `mapping FROM -> TO` of a module.
#[derive(Debug)]
pub struct Block {
    pub from: CatalogName,
    pub to: CatalogName,
    pub lines: Vec<Line>,
    pub(crate) extras: Vec<Extra>,
}

#[derive(Debug)]
pub struct Line {
    /// `None` where the map could not be carried; its comments hold it.
    pub claim: Option<Claim>,
    pub(crate) extras: Vec<Extra>,
}

/// Reads a document that was added to the sources.
///
/// # Errors
/// Every place at which it does not follow OSCAL 1.2.1, or names what is not at hand.
pub fn import_mapping(
    sources: &Sources,
    file: FileId,
    options: &ImportOptions,
) -> Result<Imported, Vec<Diagnostic>> {
    let text = sources.get(file).map_or("", |s| s.text.as_str());
    let value = parse(file, text).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(file, text);
    let root = reader.root(&value);
    let collection = read::collection(&mut reader, root);
    let (Some(collection), true) = (collection, reader.problems.is_empty()) else {
        return Err(reader.problems);
    };
    let source = if collection.ours { String::new() } else { source_of(&collection) };
    let mut import = Import { reader, options, names: BTreeMap::new(), ids: BTreeMap::new(), source };
    if !collection.ours {
        import.foreign(&collection);
    }
    import.one_resource_each(&collection);
    let blocks = collection.mappings.iter().flat_map(|m| import.blocks(m)).collect();
    let Reader { problems, losses, .. } = import.reader;
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Imported {
        title: collection.title,
        version: collection.version,
        last_modified: collection.last_modified,
        blocks,
        extras: collection.extras,
        losses: losses.into_vec(),
    })
}

struct Import<'a> {
    reader: Reader<'a>,
    options: &'a ImportOptions,
    /// Which catalogue a resource is, by its address in the document.
    names: BTreeMap<String, Option<CatalogName>>,
    /// Whether an id can be written in the language.
    ids: BTreeMap<String, bool>,
    /// Where statements come from that do not say so.
    source: String,
}

/// Title and version, on one line.
fn source_of(collection: &read::Collection) -> String {
    let words = collection.title.split_whitespace().chain([collection.version.as_str()]);
    nfc(&words.collect::<Vec<_>>().join(" ")).into_owned()
}

impl Import<'_> {
    /// What a document of someone else always loses.
    fn foreign(&mut self, collection: &read::Collection) {
        let uuids = Label::new(
            "UUIDは引き継がず、書き出すたびに内容から作ります",
            "UUIDs are not kept; an export makes them from what is said",
        );
        let metadata = Label::new(
            "題名・版・最終更新は、モジュールの先頭の注釈と IMPORT.md にだけ残ります",
            "title, version and last-modified stand only in the comment at the head of the module and in IMPORT.md",
        );
        let unconfirmed = Label::new(
            "印のない対応は unverified(未確認)として読みました。確かめたら印を改めてください",
            "statements without a mark were read as unverified; change the mark of what you have confirmed",
        );
        self.reader.losses.add(uuids, "/mapping-collection/uuid", None);
        self.reader.losses.add(metadata, "/mapping-collection/metadata", None);
        for map in collection.mappings.iter().flat_map(|m| &m.maps).filter(|m| m.mark.is_none()) {
            self.reader.lost(unconfirmed.clone(), &map.path, map.span);
        }
    }

    /// `--from` and `--to` name one resource each.
    fn one_resource_each(&mut self, collection: &read::Collection) {
        for (option, ends) in [
            ("--from", collection.mappings.iter().map(|m| &m.from).collect::<Vec<_>>()),
            ("--to", collection.mappings.iter().map(|m| &m.to).collect()),
        ] {
            let given = if option == "--from" { &self.options.from } else { &self.options.to };
            let different: BTreeSet<_> = ends.iter().map(|r| &r.href).collect();
            if let (Some(_), true, Some(second)) = (given, different.len() > 1, ends.get(1)) {
                self.reader.wrong(
                    &second.path,
                    second.span,
                    &format!("この文書には資料が{}つあるので、{option} では決められません", different.len()),
                    &format!(
                        "{option} cannot say which catalogue is meant: the document names {}",
                        different.len()
                    ),
                );
            }
        }
    }

    fn blocks(&mut self, mapping: &read::Mapping) -> Vec<Block> {
        let from = self.catalog(&mapping.from, self.options.from.as_ref());
        let to = self.catalog(&mapping.to, self.options.to.as_ref());
        let (Some(from), Some(to)) = (from, to) else { return Vec::new() };
        let mut forth = Block { from: from.clone(), to: to.clone(), lines: Vec::new(), extras: Vec::new() };
        let mut back = Block { from: to.clone(), to: from.clone(), lines: Vec::new(), extras: Vec::new() };
        for map in &mapping.maps {
            self.carry(mapping, map, &mut forth, &mut back);
        }
        forth.extras = mapping.extras.clone();
        let claims = forth.lines.iter().chain(&back.lines).filter_map(|l| l.claim.as_ref());
        if status(claims) != mapping.status {
            let what = Label::new(
                format!("状態 `{}` を書く場所がKijunにないので、注釈に残しました", mapping.status),
                format!("Kijun has no place for the status `{}`; it is kept in a comment", mapping.status),
            );
            self.reader.lost(what, &mapping.path, mapping.span);
            forth.extras.push(Extra { name: "status".to_owned(), json: format!("{:?}", mapping.status) });
        }
        if forth.lines.is_empty() {
            back.extras = std::mem::take(&mut forth.extras);
        }
        [forth, back].into_iter().filter(|b| !b.lines.is_empty()).collect()
    }

    /// Which catalogue a resource is: as the command line says, as our properties say, as a catalogue at hand is
    /// called, else by a name made from the title.
    fn catalog(&mut self, resource: &CatalogRef, given: Option<&CatalogName>) -> Option<CatalogName> {
        if let Some(name) = given {
            return self.at_hand(name, resource);
        }
        if let Some(known) = self.names.get(&resource.href) {
            return known.clone();
        }
        let found = match (&resource.name, &self.options.at_hand) {
            (Some(name), _) => self.at_hand(name, resource),
            (None, None) => Some(self.made_up(resource)),
            (None, Some(list)) => {
                let called = |c: &&CatalogAtHand| {
                    !resource.title.is_empty() && [&c.title.ja, &c.title.en].contains(&&resource.title)
                };
                let found = list.iter().find(called).map(|c| c.name.clone());
                if found.is_none() {
                    let names: Vec<String> = list.iter().map(|c| c.name.to_string()).collect();
                    let message = Label::new(
                        format!("資料「{}」がどのカタログか分かりません", resource.title),
                        format!("it is not clear which catalogue the resource `{}` is", resource.title),
                    );
                    let names = names.join(", ");
                    let problem = Diagnostic::error("K0205", resource.span, message).help(
                        format!("--from か --to で指定してください: {names}"),
                        format!("say so with --from or --to: {names}"),
                    );
                    self.reader.problems.push(problem);
                }
                found
            }
        };
        self.names.insert(resource.href.clone(), found.clone());
        found
    }

    /// The catalogue of that name among those at hand; the name itself where there are none to compare with.
    fn at_hand(&mut self, name: &CatalogName, resource: &CatalogRef) -> Option<CatalogName> {
        let Some(list) = &self.options.at_hand else {
            if is_catalog(name) {
                return Some(name.clone());
            }
            let message = Label::new(
                format!("`{name}` はカタログの名前として書けません"),
                format!("`{name}` cannot be written as the name of a catalogue"),
            );
            let problem = Diagnostic::error("K0205", resource.span, message)
                .help("`mhlw@4.2` のように書きます", "write it as `mhlw@4.2`");
            self.reader.problems.push(problem);
            return None;
        };
        let found: Vec<&CatalogName> = list.iter().map(|c| &c.name).filter(|c| name.means(c)).collect();
        if let [one] = found.as_slice() {
            return Some((*one).clone());
        }
        let names: Vec<String> = list.iter().map(|c| c.name.to_string()).collect();
        let near = nearest(&name.to_string(), names.iter().map(String::as_str)).map(str::to_owned);
        let message = if found.is_empty() {
            Label::new(format!("カタログ `{name}` はありません"), format!("there is no catalogue `{name}`"))
        } else {
            Label::new(
                format!("カタログ `{name}` には版が複数あります"),
                format!("the catalogue `{name}` has several editions"),
            )
        };
        let names = names.join(", ");
        let problem = Diagnostic::error("K0205", resource.span, message)
            .help(format!("あるのは {names}"), format!("there are {names}"))
            .suggest(near.as_deref());
        self.reader.problems.push(problem);
        None
    }

    fn made_up(&mut self, resource: &CatalogRef) -> CatalogName {
        let words = resource.title.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let mut alias = words.map(str::to_lowercase).collect::<Vec<_>>().join("_");
        let can_stand = |alias: &str| is_catalog(&CatalogName::parse(alias));
        if !can_stand(&alias) {
            alias.insert_str(0, "catalog_");
        }
        if !can_stand(&alias) || alias == "catalog_" {
            "catalog".clone_into(&mut alias);
        }
        let taken = |alias: &str| self.names.values().flatten().any(|n| n.alias == alias);
        if taken(&alias) {
            let numbered = (2..).map(|n: u32| format!("{alias}_{n}")).find(|a| !taken(a));
            alias = numbered.unwrap_or(alias);
        }
        let what = Label::new(
            format!(
                "資料「{}」のカタログ名が分からないので、`{alias}` としました。--from / --to で指定できます",
                resource.title
            ),
            format!(
                "the resource `{}` does not say its catalogue; it became `{alias}` (say it with --from or --to)",
                resource.title
            ),
        );
        self.reader.lost(what, &resource.path, resource.span);
        CatalogName { alias, edition: String::new() }
    }

    /// Adds what a map says to the block of its direction.
    fn carry(&mut self, mapping: &read::Mapping, map: &Map, forth: &mut Block, back: &mut Block) {
        let sources = self.ids(&map.sources, &forth.from);
        let targets = self.ids(&map.targets, &forth.to);
        let (Some(sources), Some(targets)) = (sources, targets) else {
            self.leave(map, forth);
            return;
        };
        let Some((relationship, equivalent)) = map.relationship else {
            let what = Label::new(
                "別の名前空間の関係なので意味が分からず、対応にしませんでした(注釈に残しました)",
                "the relationship is of another namespace and so of unknown meaning; it became no statement and is kept in a comment",
            );
            self.reader.lost(what, &map.path, map.span);
            self.leave(map, forth);
            return;
        };
        let source = mapping.source.clone().unwrap_or_else(|| self.source.clone());
        let claim = |block: &Block, sources: &[String], relationship: Relationship, target: &String| Claim {
            from: block.from.clone(),
            to: block.to.clone(),
            sources: sources.to_vec(),
            relationship,
            equivalent,
            target: target.clone(),
            strength: map.strength,
            rationale: map.rationale,
            argument: map.argument.clone(),
            method: mapping.method,
            source: source.clone(),
            mark: map.mark.unwrap_or(Mark::Unverified),
        };
        // A relationship holds between the union of the sources and the union of the targets.
        let (exchanged, claims): (bool, Vec<Claim>) = match (sources.as_slice(), targets.as_slice()) {
            (_, [target]) => (false, vec![claim(forth, &sources, relationship, target)]),
            ([source], _) => {
                self.reversed(map);
                (true, vec![claim(back, &targets, relationship.converse(), source)])
            }
            _ => match relationship {
                Relationship::Unrelated => {
                    (false, targets.iter().map(|t| claim(forth, &sources, relationship, t)).collect())
                }
                Relationship::Superset => {
                    self.weaker(map);
                    (false, targets.iter().map(|t| claim(forth, &sources, relationship, t)).collect())
                }
                Relationship::Subset => {
                    self.weaker(map);
                    let converse = relationship.converse();
                    (true, sources.iter().map(|s| claim(back, &targets, converse, s)).collect())
                }
                Relationship::Equal | Relationship::Intersects => {
                    let what = Label::new(
                        "複数の項目どうしを合わせた「等しい」「交わる」は、一つずつの対応に言い換えられないので、注釈に残しました",
                        "an equality or overlap of several items with several others says nothing of any one of them; it is kept in a comment",
                    );
                    self.reader.lost(what, &map.path, map.span);
                    self.leave(map, forth);
                    return;
                }
            },
        };
        let mut extras = map.extras.clone();
        // What is kept speaks of the source and target of the document.
        if exchanged && !extras.is_empty() {
            extras.insert(0, Extra { name: "sources <-> targets".to_owned(), json: String::new() });
        }
        let block = if exchanged { back } else { forth };
        for claim in claims {
            block.lines.push(Line { claim: Some(claim), extras: std::mem::take(&mut extras) });
        }
    }

    fn reversed(&mut self, map: &Map) {
        let what = Label::new(
            "対象が複数の対応は、逆向きの jointly として書きました(意味は同じで、書き出すと出典と対象が入れ替わります)",
            "a map with several targets became a `jointly` that is read the other way round: it means the same, and an export writes it with sources and targets exchanged",
        );
        self.reader.lost(what, &map.path, map.span);
    }

    fn weaker(&mut self, map: &Map) {
        let what = Label::new(
            "複数の項目どうしの包含を、一つずつの包含にしました(どれも成り立ちますが、合わせたものが真に広いことは失われます)",
            "an inclusion of several items in several others became one for each: each holds; that their union is properly wider is lost",
        );
        self.reader.lost(what, &map.path, map.span);
    }

    fn leave(&mut self, map: &Map, block: &mut Block) {
        let whole = Extra { name: "map".to_owned(), json: map.json.clone() };
        block.lines.push(Line { claim: None, extras: vec![whole] });
    }

    /// The different ids of a side, each once; `None` when one of them cannot be used.
    fn ids(&mut self, items: &[Item], catalog: &CatalogName) -> Option<Vec<String>> {
        let mut out: Vec<String> = Vec::new();
        let mut all = true;
        for item in items {
            match self.id(item, catalog) {
                Some(id) if out.contains(&id) => {
                    let what = Label::new(
                        "同じ項目が二度あり、一度にしました",
                        "an item that stands twice is kept once",
                    );
                    self.reader.lost(what, &item.path, item.span);
                }
                Some(id) => out.push(id),
                None => all = false,
            }
        }
        all.then_some(out)
    }

    fn id(&mut self, item: &Item, catalog: &CatalogName) -> Option<String> {
        let written = item.id.strip_prefix('#').unwrap_or(&item.id);
        let id = id_of_token(written);
        if let Some(list) = &self.options.at_hand {
            let ids = list.iter().find(|c| c.name == *catalog).map(|c| c.ids.as_slice()).unwrap_or_default();
            let found =
                [id.as_str(), written].into_iter().find(|id| ids.iter().any(|(known, _)| known == id));
            if let Some(found) = found {
                return Some(found.to_owned());
            }
            let message = Label::new(
                format!("{}: カタログ `{catalog}` に `{id}` はありません", item.path),
                format!("{}: the catalogue `{catalog}` has no `{id}`", item.path),
            );
            let near = nearest(&id, ids.iter().map(|(known, _)| known.as_str()));
            self.reader.problems.push(Diagnostic::error("K0203", item.span, message).suggest(near));
            return None;
        }
        if !*self.ids.entry(id.clone()).or_insert_with(|| is_id(&id)) {
            let what = Label::new(
                format!(
                    "`{}` はKijunの番号として書けないので、対応にしませんでした(注釈に残しました)",
                    item.id
                ),
                format!(
                    "`{}` cannot be written as an id in Kijun; its map became no statement and is kept in a comment",
                    item.id
                ),
            );
            self.reader.lost(what, &item.path, item.span);
            return None;
        }
        if !is_token(&item.id) {
            let what = Label::new(
                "トークンでない番号は、書き出すとトークンに直します",
                "ids that are no tokens are written as tokens when they are exported",
            );
            let shown = format!("{} ({} -> {})", item.path, item.id, token(&id));
            self.reader.lost(what, &shown, item.span);
        }
        Some(id)
    }
}
