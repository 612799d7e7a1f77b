//! The declaration around a place.

use std::ops::Range;

use kijun_syntax::{Kind, Node};
use kijun_text::{FileId, Label};

use crate::doc::Doc;
use crate::index::{Space, text_of, unquoted};
use crate::names::Found;
use crate::snapshot::Snapshot;

/// The declaration that holds a place, not a comment or a gap.
pub(crate) fn item_at(tree: &Node, offset: usize) -> Option<&Node> {
    let last = tree.children.partition_point(|n| n.start <= offset);
    let near = tree.children.get(last.saturating_sub(2)..last).unwrap_or_default();
    near.iter().rev().find(|n| !n.is_trivia() && offset <= n.end)
}

/// The name that a declaration goes by, as the index knows it; of an attestation or combination without a name, the id that
/// it is for.
pub(crate) fn head(item: &Node) -> Option<&Node> {
    match item.kind {
        Kind::Section | Kind::Requirement => item.child(Kind::RequirementId),
        Kind::Mapping => item.child(Kind::CatalogId),
        Kind::Test | Kind::Property => item.child(Kind::String),
        _ => item.child(Kind::Name).or_else(|| item.child(Kind::RequirementId)),
    }
}

/// Whether a node below an item starts at a place and stands there directly, not in a clause.
pub(crate) fn stands_directly(item: &Node, kind: Kind, start: usize) -> bool {
    item.all(kind).any(|n| n.start == start)
}

/// A declaration as a tree of declarations shows it: in hierarchies of calls and of catalogues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// Its title; of what has none, what sort of thing it is.
    pub title: Label,
    pub space: Space,
    pub file: FileId,
    /// Bytes of the name, and of the whole.
    pub range: Range<usize>,
    pub full: Range<usize>,
}

/// A declaration in its file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared<'s> {
    pub(crate) file: FileId,
    pub(crate) doc: &'s Doc,
    pub(crate) item: &'s Node,
    pub(crate) head: &'s Node,
}

impl<'s> Declared<'s> {
    /// The declaration around a place.
    pub(crate) fn around(snapshot: &'s Snapshot, file: FileId, offset: usize) -> Option<Declared<'s>> {
        let doc = snapshot.doc(file).filter(|d| d.is_module())?;
        let item = item_at(&doc.parse().tree, offset)?;
        Some(Declared { file, doc, item, head: head(item)? })
    }

    /// The declaration whose name stands at a place.
    pub(crate) fn at(snapshot: &'s Snapshot, file: FileId, offset: usize) -> Option<Declared<'s>> {
        Declared::around(snapshot, file, offset).filter(|d| d.head.start <= offset && offset <= d.head.end)
    }

    /// What the index knows it as; nothing for a rule of a relation or an extension of an entity.
    pub(crate) fn found(self) -> Option<Found<'s>> {
        let def = self.doc.index().def_at(self.head.start).filter(|d| d.range.start == self.head.start)?;
        Some(Found { file: self.file, def })
    }

    pub(crate) fn entry(self) -> Entry {
        let found = self.found();
        let space = match (self.item.kind, found) {
            (_, Some(found)) => found.def.space,
            (Kind::Extension, _) => Space::Entity,
            _ => Space::Relation,
        };
        let title = found.map(|f| f.def.title.clone()).filter(|t| !t.is_empty());
        let sort = match self.item.kind {
            Kind::Rule => Label::new("関係の規則", "rule of a relation"),
            Kind::Extension => Label::new("種別の拡張", "extension of an entity"),
            _ => space.label(),
        };
        Entry {
            name: self.name(),
            title: title.unwrap_or(sort),
            space,
            file: self.file,
            range: self.head.start..self.head.end,
            full: self.item.start..self.item.end,
        }
    }

    fn name(self) -> String {
        let text = &self.doc.text;
        match self.item.kind {
            Kind::Rule => {
                let names: Vec<String> = self.item.all(Kind::Name).map(|n| text_of(n, text)).collect();
                let (head, vars) = names.split_first().map_or(("", &[][..]), |(h, v)| (h.as_str(), v));
                format!("{head}({})", vars.join(", "))
            }
            Kind::Test | Kind::Property => unquoted(&text_of(self.head, text)),
            _ => text_of(self.head, text),
        }
    }
}
