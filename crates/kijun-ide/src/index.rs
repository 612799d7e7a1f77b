//! What a module declares and what it mentions, from its tree alone. Which declaration a mention means is found in
//! `names.rs`, when it is asked for: it depends on every file.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use kijun_syntax::{Kind, Node};
use kijun_text::{Label, nfc};
use rustc_hash::FxHashMap;

use crate::collect;
use crate::romaji::key;

/// A sort of thing that has names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    Catalog,
    Section,
    Requirement,
    Level,
    Instrument,
    Risk,
    Entity,
    Attribute,
    Enum,
    Literal,
    Relation,
    Definition,
    Param,
    Table,
    Check,
    Attest,
    Satisfy,
    Mapping,
    Profile,
    Test,
    Property,
    /// A variable of one declaration.
    Local,
}

impl Space {
    /// What a program calls it.
    pub fn name(self) -> &'static str {
        match self {
            Space::Catalog => "catalog",
            Space::Section => "section",
            Space::Requirement => "requirement",
            Space::Level => "level",
            Space::Instrument => "instrument",
            Space::Risk => "risk",
            Space::Entity => "entity",
            Space::Attribute => "attribute",
            Space::Enum => "enum",
            Space::Literal => "literal",
            Space::Relation => "relation",
            Space::Definition => "define",
            Space::Param => "param",
            Space::Table => "table",
            Space::Check => "check",
            Space::Attest => "attest",
            Space::Satisfy => "satisfy",
            Space::Mapping => "mapping",
            Space::Profile => "profile",
            Space::Test => "test",
            Space::Property => "property",
            Space::Local => "variable",
        }
    }

    /// What a person calls it.
    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Space::Catalog => ("カタログ", "catalogue"),
            Space::Section => ("節", "section"),
            Space::Requirement => ("要求事項", "requirement"),
            Space::Level => ("水準", "level"),
            Space::Instrument => ("法令・文書", "instrument"),
            Space::Risk => ("リスク", "risk"),
            Space::Entity => ("種別", "entity"),
            Space::Attribute => ("属性", "attribute"),
            Space::Enum => ("列挙型", "enum"),
            Space::Literal => ("列挙値", "literal"),
            Space::Relation => ("関係", "relation"),
            Space::Definition => ("関数", "function"),
            Space::Param => ("パラメータ", "parameter"),
            Space::Table => ("表", "table"),
            Space::Check => ("検査", "check"),
            Space::Attest => ("確認", "attestation"),
            Space::Satisfy => ("対策の組合せ", "combination of measures"),
            Space::Mapping => ("対応", "mapping"),
            Space::Profile => ("プロファイル", "profile"),
            Space::Test => ("テスト", "test"),
            Space::Property => ("性質", "property"),
            Space::Local => ("変数", "variable"),
        };
        Label::new(ja, en)
    }
}

/// The id of an item of a norm, as far as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ItemId {
    pub alias: Option<String>,
    pub edition: Option<String>,
    pub local: String,
}

impl ItemId {
    pub fn parse(text: &str) -> ItemId {
        match text.split_once(':') {
            Some((head, local)) => {
                let (alias, edition) = catalog_parts(head);
                ItemId { alias: Some(alias), edition, local: local.to_owned() }
            }
            None => ItemId { local: text.to_owned(), ..ItemId::default() },
        }
    }

    /// Whether both may be the same item: what both state is the same.
    pub fn fits(&self, other: &ItemId) -> bool {
        self.local == other.local
            && same_where_stated(self.alias.as_ref(), other.alias.as_ref())
            && same_where_stated(self.edition.as_ref(), other.edition.as_ref())
    }
}

fn same_where_stated(a: Option<&String>, b: Option<&String>) -> bool {
    a.is_none() || b.is_none() || a == b
}

/// `mhlw@4.2` to its alias and its edition.
pub(crate) fn catalog_parts(text: &str) -> (String, Option<String>) {
    match text.split_once('@') {
        Some((alias, edition)) => (alias.to_owned(), Some(edition.to_owned())),
        None => (text.to_owned(), None),
    }
}

/// Where a path of attributes starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// A record of this kind, or a value of this type.
    Type(String),
    /// What a relation, function or table of this name gives.
    Result(String),
    /// An argument of a relation.
    Column(String, usize),
    Nothing,
}

/// `c.vendor.country` as the type of `c` and the names after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub base: Base,
    pub fields: Vec<String>,
}

impl Path {
    pub fn new(base: Base) -> Path {
        Path { base, fields: Vec::new() }
    }

    #[must_use]
    pub fn then(mut self, field: &str) -> Path {
        self.fields.push(field.to_owned());
        self
    }
}

/// What a mention means, as far as one file tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Means {
    /// Something of one of these spaces, the first that has the name.
    Named(&'static [Space]),
    /// An item of a norm; where the id has no catalogue, of one of these, as `alias[@edition]`.
    Item(ItemId, Vec<String>),
    Catalog(String, Option<String>),
    /// An attribute of what the path leads to.
    Attribute(Path),
    /// A literal of the enum that the path leads to, or of any.
    Literal(Path),
    /// A level of the catalogue of this item.
    Level(ItemId),
    /// A variable that is bound here.
    Local(Range<usize>, Path),
}

/// A declaration, or a part of one that has a name.
#[derive(Debug, Clone)]
pub struct Def {
    pub space: Space,
    /// As it is written, in normal form C; of an item, the id without its catalogue.
    pub name: String,
    /// Of an item.
    pub item: Option<ItemId>,
    /// The entity of an attribute, the enum of a literal, the catalogue of a level.
    pub owner: String,
    pub title: Label,
    /// `///` comments above it.
    pub doc: String,
    /// Types of the columns of a relation; the one type of an attribute or parameter, or what a function gives.
    pub types: Vec<String>,
    /// Bytes of the name.
    pub range: Range<usize>,
    /// Bytes of the whole.
    pub full: Range<usize>,
    /// For a check, attestation or combination: the items that it is for.
    pub items: Vec<ItemId>,
    /// Its titles as they are compared with what is typed; made when that is first done.
    pub(crate) keys: OnceLock<Keys>,
}

/// The spellings by which a declaration is found.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) titles: [String; 2],
    /// Of the name; of an item, of its id with the catalogue.
    pub(crate) name: String,
}

impl Def {
    pub(crate) fn keys(&self) -> &Keys {
        self.keys.get_or_init(|| Keys {
            titles: [key(&self.title.ja), key(&self.title.en)],
            name: key(&self.written()),
        })
    }

    /// The name; of an item, the id with the catalogue as its declaration has it.
    pub(crate) fn written(&self) -> Cow<'_, str> {
        match self.item.as_ref().filter(|id| !id.local.is_empty()) {
            Some(ItemId { alias: Some(alias), edition, local }) => {
                let edition = edition.as_ref().map(|e| format!("@{e}")).unwrap_or_default();
                format!("{alias}{edition}:{local}").into()
            }
            Some(id) => id.local.as_str().into(),
            None => self.name.as_str().into(),
        }
    }
}

/// A place that mentions something.
#[derive(Debug, Clone)]
pub struct Mention {
    pub name: String,
    pub means: Means,
    pub range: Range<usize>,
}

/// What one module declares and mentions, in the order of the text.
#[derive(Debug, Default)]
pub struct FileIndex {
    pub defs: Vec<Def>,
    pub mentions: Vec<Mention>,
    defs_by_name: FxHashMap<String, Vec<usize>>,
    mentions_by_name: FxHashMap<String, Vec<usize>>,
}

impl FileIndex {
    pub fn new(text: &str, tree: &Node) -> FileIndex {
        let (mut defs, mut mentions) = collect::collect(text, tree);
        defs.sort_by_key(|d| (d.range.start, d.range.end));
        mentions.sort_by_key(|m| (m.range.start, m.range.end));
        let defs_by_name = by_name(defs.iter().map(|d| d.name.as_str()));
        let mentions_by_name = by_name(mentions.iter().map(|m| m.name.as_str()));
        FileIndex { defs, mentions, defs_by_name, mentions_by_name }
    }

    /// Where in `defs` those of a name are.
    pub(crate) fn numbers_named(&self, name: &str) -> &[usize] {
        self.defs_by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn mentions_named<'i>(&'i self, name: &str) -> impl Iterator<Item = &'i Mention> + use<'i> {
        let found = self.mentions_by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter_map(|i| self.mentions.get(*i))
    }

    pub fn mention_at(&self, offset: usize) -> Option<&Mention> {
        let last = self.mentions.partition_point(|m| m.range.start <= offset);
        let near = self.mentions.get(last.saturating_sub(2)..last).unwrap_or_default();
        near.iter().rev().find(|m| offset <= m.range.end)
    }

    pub fn def_at(&self, offset: usize) -> Option<&Def> {
        let last = self.defs.partition_point(|d| d.range.start <= offset);
        let near = self.defs.get(last.saturating_sub(2)..last).unwrap_or_default();
        near.iter().rev().find(|d| offset <= d.range.end)
    }
}

fn by_name<'n>(names: impl Iterator<Item = &'n str>) -> FxHashMap<String, Vec<usize>> {
    let mut found: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (i, name) in names.enumerate() {
        found.entry(name.to_owned()).or_default().push(i);
    }
    found
}

/// The text of a node, in normal form C.
pub(crate) fn text_of(node: &Node, text: &str) -> String {
    nfc(node.text(text)).into_owned()
}

/// `"…"` without its quotes and escapes.
pub(crate) fn unquoted(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').unwrap_or(quoted);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            other => out.push(other),
        }
    }
    out
}

/// The title of a declaration in Japanese, and in English where it has one.
pub(crate) fn title_of(node: &Node, text: &str) -> Label {
    let string = |n: &Node| n.child(Kind::String).map(|s| unquoted(&text_of(s, text)));
    let ja = node.child(Kind::Title).and_then(string).unwrap_or_default();
    let en = node.child(Kind::En).and_then(string).unwrap_or_default();
    Label::new(ja, en)
}
