//! A catalogue as its modules say it.

use std::collections::BTreeMap;

use kijun_engine::program::{Mark, Program};
use kijun_syntax::{Kind, Node, unescape};
use kijun_text::{FileId, Label, Sources, nfc};

use super::draft::{CatalogDraft, ItemDraft, LevelDraft};
use super::ids::weight_of;
use crate::oscal::{CatalogName, local, mark_of};

/// A node with the text of its file.
#[derive(Clone, Copy)]
struct At<'t> {
    text: &'t str,
    node: &'t Node,
}

impl<'t> At<'t> {
    fn child(self, kind: Kind) -> Option<At<'t>> {
        self.node.child(kind).map(|node| At { node, ..self })
    }

    fn all(self, kind: Kind) -> impl Iterator<Item = At<'t>> {
        self.node.all(kind).map(move |node| At { node, ..self })
    }

    fn own(self) -> String {
        nfc(self.node.text(self.text)).into_owned()
    }

    fn string(self) -> Option<String> {
        self.child(Kind::String).map(|s| unescape(&s.own()))
    }

    fn string_of(self, clause: Kind) -> String {
        self.child(clause).and_then(At::string).unwrap_or_default()
    }

    fn title(self) -> Label {
        Label::new(self.string_of(Kind::Title), self.string_of(Kind::En))
    }

    /// `summary ja "…" en "…"`.
    fn both(self, clause: Kind) -> Label {
        let Some(clause) = self.child(clause) else { return Label::default() };
        Label::new(clause.string_of(Kind::Ja), clause.string_of(Kind::En))
    }

    fn word_of(self, clause: Kind) -> String {
        self.child(clause).and_then(|c| c.child(Kind::Name)).map(At::own).unwrap_or_default()
    }

    fn words_of(self, clause: Kind) -> Vec<String> {
        let Some(clause) = self.child(clause) else { return Vec::new() };
        let holder = clause.child(Kind::Names).unwrap_or(clause);
        holder.all(Kind::Name).map(At::own).collect()
    }

    fn mark(self) -> Option<Mark> {
        mark_of(&self.word_of(Kind::Mark))
    }
}

/// The catalogue with this index in the program. Items stand in the order of the catalogue, parents first. `tree` gives the
/// tree of a module.
pub(crate) fn said<'t>(
    program: &Program,
    catalog: usize,
    sources: &'t Sources,
    tree: &dyn Fn(FileId) -> Option<&'t Node>,
) -> Option<CatalogDraft> {
    let of = program.catalogs.get(catalog)?;
    let mut found: BTreeMap<(FileId, u32), At<'t>> = BTreeMap::new();
    let own = program.requirements.iter().filter(|r| r.catalog == catalog);
    let files: std::collections::BTreeSet<FileId> =
        own.clone().map(|r| r.span.file).chain([of.span.file]).collect();
    let mut declared = None;
    for file in files {
        let (Some(root), Some(source)) = (tree(file), sources.get(file)) else { continue };
        for node in &root.children {
            let at = At { text: source.text.as_str(), node };
            if node.kind == Kind::Catalog
                && of.span.file == file
                && node.start <= of.span.start as usize
                && (of.span.end as usize) <= node.end
            {
                declared = Some(at);
            }
            if let (Kind::Section | Kind::Requirement, Some(id)) =
                (node.kind, node.child(Kind::RequirementId))
            {
                found.insert((file, id.start as u32), at);
            }
        }
    }
    let at = declared?;
    let items = own
        .filter_map(|r| {
            let parent = r.parent.and_then(|p| program.requirement(p)).map(|p| local(&p.id).to_owned());
            let at = *found.get(&(r.span.file, r.span.start))?;
            Some(item(at, local(&r.id), parent, &of.alias, &of.edition, r.span))
        })
        .collect();
    Some(CatalogDraft {
        name: CatalogName { alias: of.alias.clone(), edition: of.edition.clone() },
        title: at.title(),
        publisher: at.string_of(Kind::Publisher),
        published: at
            .child(Kind::Published)
            .and_then(|p| p.child(Kind::DayOrYear))
            .map(At::own)
            .unwrap_or_default(),
        supersedes: at
            .child(Kind::Supersedes)
            .and_then(|s| s.child(Kind::CatalogId))
            .map(At::own)
            .unwrap_or_default(),
        source: at.string_of(Kind::Source),
        note: at.both(Kind::Note),
        mark: at.mark(),
        levels: at.all(Kind::Level).filter_map(level).collect(),
        items,
    })
}

fn level(at: At<'_>) -> Option<LevelDraft> {
    let mut names = at.all(Kind::Name).map(At::own);
    let (name, weight) = (names.next()?, names.next()?);
    Some(LevelDraft { name, weight: weight_of(&weight)?, title: at.title() })
}

fn item(
    at: At<'_>,
    id: &str,
    parent: Option<String>,
    alias: &str,
    edition: &str,
    span: kijun_text::Span,
) -> ItemDraft {
    let withdrawn = at.child(Kind::Withdrawn).map(|clause| {
        let ids = clause.all(Kind::RequirementId).map(At::own);
        ids.map(|id| within(&id, alias, edition).unwrap_or(&id).to_owned()).collect()
    });
    ItemDraft {
        id: id.to_owned(),
        is_section: at.node.kind == Kind::Section,
        parent,
        title: at.title(),
        summary: at.both(Kind::Summary),
        text_not_included: at.node.child(Kind::TextNotIncluded).is_some(),
        withdrawn,
        alias: at.string_of(Kind::Aka),
        level: at.word_of(Kind::LevelRef),
        measure: at.words_of(Kind::Measure),
        audience: at.words_of(Kind::Audience),
        basis: at.words_of(Kind::Basis),
        risks: at.words_of(Kind::RiskRefs),
        source: at.string_of(Kind::Source),
        note: at.both(Kind::Note),
        mark: at.mark(),
        module: String::new(),
        span,
    }
}

/// The id without the alias of this catalogue.
fn within<'i>(id: &'i str, alias: &str, edition: &str) -> Option<&'i str> {
    let (head, rest) = id.split_once(':')?;
    let (named, stated) = head.split_once('@').map_or((head, None), |(a, e)| (a, Some(e)));
    (named == alias && stated.is_none_or(|e| e == edition)).then_some(rest)
}
