//! From one declaration to the next.

use std::ops::Range;

use kijun_syntax::{Kind, Node as Syntax};
use kijun_text::FileId;

use super::{EdgeKind, rank};
use crate::index::{Means, Mention, Space};
use crate::names::{Found, NOWHERE, Names};
use crate::snapshot::Snapshot;

/// Declarations of which the text says what they rest on.
const RESTING: [Space; 7] = [
    Space::Check,
    Space::Attest,
    Space::Satisfy,
    Space::Definition,
    Space::Relation,
    Space::Table,
    Space::Param,
];

pub(super) struct Links<'s> {
    snapshot: &'s Snapshot,
    names: Names<'s>,
}

impl<'s> Links<'s> {
    pub(super) fn new(snapshot: &'s Snapshot) -> Links<'s> {
        Links { snapshot, names: snapshot.names() }
    }

    /// What is meant at a place, else the declaration around it.
    pub(super) fn at(&self, file: FileId, offset: usize) -> Vec<Found<'s>> {
        let Some(doc) = self.snapshot.doc(file) else { return Vec::new() };
        let index = doc.index();
        let found: Vec<Found<'s>> = match index.mention_at(offset) {
            Some(mention) => self.names.resolve(mention),
            None => index.def_at(offset).map(|def| Found { file, def }).into_iter().collect(),
        };
        let found: Vec<Found<'s>> = found.into_iter().filter(|f| rank(f.def.space).is_some()).collect();
        if found.is_empty() { self.declaring(file, offset).into_iter().collect() } else { found }
    }

    /// What a declaration rests on.
    pub(super) fn below(&self, found: Found<'s>) -> Vec<(Found<'s>, EdgeKind)> {
        match found.def.space {
            Space::Section => self.children(found),
            Space::Requirement => {
                let rules = self.mentioning(found).into_iter().filter(|f| is_rule(f.def.space));
                rules.map(|rule| (rule, EdgeKind::CheckedBy)).collect()
            }
            space if RESTING.contains(&space) => self.rests_on(found),
            _ => Vec::new(),
        }
    }

    /// What rests on a declaration.
    pub(super) fn above(&self, found: Found<'s>) -> Vec<(Found<'s>, EdgeKind)> {
        match found.def.space {
            Space::Section | Space::Requirement => Vec::new(),
            space => {
                let mut out: Vec<(Found<'s>, EdgeKind)> = Vec::new();
                if is_rule(space) {
                    let items = found.def.items.iter().flat_map(|id| self.names.items(id, &[]));
                    out.extend(items.map(|item| (item, EdgeKind::CheckedBy)));
                }
                let users = self.mentioning(found).into_iter().filter(|f| *f != found);
                out.extend(users.map(|user| (user, edge(user.def.space, space))));
                out
            }
        }
    }

    fn children(&self, section: Found<'s>) -> Vec<(Found<'s>, EdgeKind)> {
        let semantics = &self.snapshot.semantics;
        let Some(own) = section.def.item.as_ref().and_then(|id| semantics.item(id)) else {
            return Vec::new();
        };
        let all = semantics.program().requirements.iter().enumerate();
        let below = all.filter(|(_, r)| r.parent == Some(own));
        let ids = below.filter_map(|(i, _)| semantics.id_of(kijun_engine::program::RequirementId(i as u32)));
        ids.flat_map(|id| self.names.items(&id, &[])).map(|f| (f, EdgeKind::Contains)).collect()
    }

    fn rests_on(&self, found: Found<'s>) -> Vec<(Found<'s>, EdgeKind)> {
        let mut out: Vec<(Found<'s>, EdgeKind)> = Vec::new();
        for (file, range) in self.texts_of(found) {
            for mention in self.mentions_in(file, &range) {
                if matches!(mention.means, Means::Local(..) | Means::Item(..)) {
                    continue;
                }
                for far in self.names.resolve(mention) {
                    let space = far.def.space;
                    let is_below = space == Space::Attribute || RESTING.contains(&space);
                    if is_below && far != found && !out.iter().any(|(f, _)| *f == far) {
                        out.push((far, edge(found.def.space, space)));
                    }
                }
            }
        }
        out
    }

    /// The text of a declaration; of a relation, that of its rules as well.
    fn texts_of(&self, found: Found<'s>) -> Vec<(FileId, Range<usize>)> {
        let mut out = vec![(found.file, found.def.full.clone())];
        if found.def.space == Space::Relation {
            for (file, mention) in self.names.mentions_of(found) {
                let rule = self.top(file, mention.range.start).filter(|node| is_head(node, mention));
                out.extend(rule.map(|node| (file, node.start..node.end)));
            }
        }
        out
    }

    fn mentions_in(&self, file: FileId, range: &Range<usize>) -> &'s [Mention] {
        let Some(doc) = self.snapshot.doc(file).filter(|_| file != NOWHERE) else { return &[] };
        let mentions = &doc.index().mentions;
        let from = mentions.partition_point(|m| m.range.start < range.start);
        let to = mentions.partition_point(|m| m.range.start < range.end);
        mentions.get(from..to).unwrap_or_default()
    }

    /// The declarations that mention one.
    fn mentioning(&self, found: Found<'s>) -> Vec<Found<'s>> {
        let mut out: Vec<Found<'s>> = Vec::new();
        for (file, mention) in self.names.mentions_of(found) {
            let user = self.declaring(file, mention.range.start);
            out.extend(user.filter(|user| !out.contains(user)));
        }
        out
    }

    /// The declaration in whose text a place lies; of the rule of a relation, the relation.
    fn declaring(&self, file: FileId, offset: usize) -> Option<Found<'s>> {
        let node = self.top(file, offset)?;
        let index = self.snapshot.doc(file)?.index();
        if node.kind == Kind::Rule {
            let head = node.child(Kind::Name)?;
            let found = self.names.resolve(index.mention_at(head.start)?);
            return found.into_iter().find(|f| f.def.space == Space::Relation);
        }
        let from = index.defs.partition_point(|d| d.range.start < node.start);
        let own = index.defs.get(from..)?.iter().take_while(|d| d.range.start < node.end);
        let mut own = own.filter(|d| d.full == (node.start..node.end) && RESTING.contains(&d.space));
        own.next().map(|def| Found { file, def })
    }

    fn top(&self, file: FileId, offset: usize) -> Option<&'s Syntax> {
        let children = &self.snapshot.doc(file)?.parse().tree.children;
        let after = children.partition_point(|n| n.start <= offset);
        children.get(after.checked_sub(1)?).filter(|n| offset < n.end)
    }
}

fn is_rule(space: Space) -> bool {
    matches!(space, Space::Check | Space::Attest | Space::Satisfy)
}

fn is_head(node: &Syntax, mention: &Mention) -> bool {
    let head = node.child(Kind::Name).filter(|_| node.kind == Kind::Rule);
    head.is_some_and(|name| name.start == mention.range.start)
}

fn edge(from: Space, to: Space) -> EdgeKind {
    match (from, to) {
        (_, Space::Attribute) => EdgeKind::Reads,
        (Space::Satisfy, Space::Check | Space::Attest) => EdgeKind::Combines,
        _ => EdgeKind::Uses,
    }
}
