//! Catalogues and what is mapped between them, or one catalogue taken apart.

use std::collections::BTreeMap;

use kijun_coverage::Mappings;
use kijun_engine::program::{Catalog, Program, Requirement, RequirementId};
use kijun_text::{FileId, Sources};

use super::{Edge, EdgeKind, Graph, Node, Place, Sort, Stated};
use crate::lookup::qualified;

/// All catalogues.
pub fn network_graph(mappings: &Mappings<'_>, sources: &Sources, pack: impl Fn(FileId) -> String) -> Graph {
    let drawing = Drawing { mappings, sources, of: None, depth: 0 };
    drawing.graph(pack)
}

/// One catalogue with its sections and items down to `depth` (0: as a whole), and the catalogues to and from which something is
/// mapped. With more than `max` nodes it is taken apart less deep.
pub fn catalog_graph(
    mappings: &Mappings<'_>,
    sources: &Sources,
    catalog: usize,
    (depth, max): (usize, usize),
    pack: impl Fn(FileId) -> String,
) -> Graph {
    let own = || mappings.program.requirements.iter().filter(move |r| r.catalog == catalog);
    let deepest = own().map(|r| level(mappings.program, r)).max().unwrap_or(0);
    let wanted = depth.min(deepest);
    let mut depth = wanted;
    let mut graph = Drawing { mappings, sources, of: Some(catalog), depth }.graph(&pack);
    while graph.nodes.len() > max && depth > 0 {
        depth -= 1;
        graph = Drawing { mappings, sources, of: Some(catalog), depth }.graph(&pack);
    }
    // Whoever asked for items is told how many of them stand as their section.
    let hidden =
        |r: &&Requirement| !r.is_section && (depth + 1..=wanted).contains(&level(mappings.program, r));
    Graph { folded: own().filter(hidden).count(), ..graph }
}

struct Drawing<'d> {
    mappings: &'d Mappings<'d>,
    sources: &'d Sources,
    /// The catalogue that is taken apart.
    of: Option<usize>,
    depth: usize,
}

/// A catalogue as a whole, or an item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    Catalog(usize),
    Item(RequirementId),
}

impl Drawing<'_> {
    fn graph(&self, pack: impl Fn(FileId) -> String) -> Graph {
        let program = self.mappings.program;
        let mut edges: BTreeMap<(Shown, Shown, EdgeKind), Stated> = BTreeMap::new();
        for statement in self.mappings.statements {
            let Some(to) = self.shown(statement.target) else { continue };
            let mut from: Vec<Shown> = statement.sources.iter().filter_map(|s| self.shown(*s)).collect();
            from.sort();
            from.dedup();
            let pack = pack(statement.span.file);
            for from in from.into_iter().filter(|from| *from != to && self.concerns(*from, to)) {
                let stated = edges.entry((from, to, EdgeKind::Maps)).or_default();
                stated.add(statement.relationship, statement.mark, &pack);
            }
        }
        for (i, catalog) in program.catalogs.iter().enumerate() {
            let older =
                catalog.supersedes.map(|o| (Shown::Catalog(i), Shown::Catalog(o), EdgeKind::Supersedes));
            let older = older.filter(|(a, b, _)| self.concerns(*a, *b));
            edges.extend(older.map(|key| (key, Stated::default())));
        }
        for (child, requirement) in self.items() {
            let parent = requirement.parent.map_or(Shown::Catalog(requirement.catalog), Shown::Item);
            edges.entry((parent, Shown::Item(child), EdgeKind::Contains)).or_default();
        }
        let mut nodes: Vec<Shown> = edges.keys().flat_map(|(from, to, _)| [*from, *to]).collect();
        match self.of {
            Some(catalog) => nodes.push(Shown::Catalog(catalog)),
            None => nodes.extend((0..program.catalogs.len()).map(Shown::Catalog)),
        }
        nodes.sort();
        nodes.dedup();
        let at = |shown: Shown| nodes.binary_search(&shown).ok();
        let edge = |((from, to, kind), stated)| Some(Edge { from: at(from)?, to: at(to)?, kind, stated });
        Graph {
            of: self.of.and_then(|c| program.catalogs.get(c)).map(qualified),
            edges: edges.into_iter().filter_map(edge).collect(),
            nodes: nodes.iter().filter_map(|n| self.node(*n)).collect(),
            ..Graph::default()
        }
    }

    /// The items that stand on their own.
    fn items(&self) -> impl Iterator<Item = (RequirementId, &Requirement)> {
        let program = self.mappings.program;
        let all = program.requirements.iter().zip(0u32..);
        let own = all.filter(|(r, _)| Some(r.catalog) == self.of && level(program, r) <= self.depth);
        own.map(|(r, i)| (RequirementId(i), r))
    }

    /// As what an item is shown: itself, the deepest section above it that is, or its catalogue.
    fn shown(&self, id: RequirementId) -> Option<Shown> {
        let program = self.mappings.program;
        let mut at = id;
        let mut requirement = program.requirement(at)?;
        if Some(requirement.catalog) != self.of {
            return Some(Shown::Catalog(requirement.catalog));
        }
        while level(program, requirement) > self.depth {
            match requirement.parent {
                Some(parent) => (at, requirement) = (parent, program.requirement(parent)?),
                None => return Some(Shown::Catalog(requirement.catalog)),
            }
        }
        Some(Shown::Item(at))
    }

    fn concerns(&self, from: Shown, to: Shown) -> bool {
        let own = |shown: Shown| match shown {
            Shown::Item(_) => true,
            Shown::Catalog(c) => Some(c) == self.of,
        };
        self.of.is_none() || own(from) || own(to)
    }

    fn node(&self, shown: Shown) -> Option<Node> {
        let program = self.mappings.program;
        Some(match shown {
            Shown::Catalog(i) => {
                let catalog = program.catalogs.get(i)?;
                let items = counted(program, |r| r.catalog == i);
                let is_focus = self.of == Some(i);
                Node {
                    items: Some(items),
                    is_focus,
                    distance: usize::from(!is_focus),
                    ..self.catalog(catalog)
                }
            }
            Shown::Item(id) => {
                let r = program.requirement(id)?;
                let below = |other: &Requirement| ancestors(program, other).any(|a| a == id);
                let is_last = r.is_section && level(program, r) == self.depth;
                Node {
                    sort: if r.is_section { Sort::Section } else { Sort::Requirement },
                    name: r.id.clone(),
                    title: r.title.clone(),
                    place: Some(self.place(r.span)),
                    is_focus: false,
                    items: is_last.then(|| counted(program, below)),
                    distance: level(program, r),
                }
            }
        })
    }

    fn catalog(&self, catalog: &Catalog) -> Node {
        Node {
            sort: Sort::Catalog,
            name: qualified(catalog),
            title: catalog.title.clone(),
            place: Some(self.place(catalog.span)),
            is_focus: false,
            items: None,
            distance: 0,
        }
    }

    fn place(&self, span: kijun_text::Span) -> Place {
        Place { file: self.sources.path(span.file).to_owned(), line: self.sources.line_column(span).0 }
    }
}

/// 1 for what stands at the top of its catalogue.
fn level(program: &Program, requirement: &Requirement) -> usize {
    1 + ancestors(program, requirement).count()
}

fn ancestors<'p>(
    program: &'p Program,
    requirement: &'p Requirement,
) -> impl Iterator<Item = RequirementId> + 'p {
    std::iter::successors(requirement.parent, |id| program.requirement(*id)?.parent)
}

fn counted(program: &Program, fits: impl Fn(&Requirement) -> bool) -> usize {
    program.requirements.iter().filter(|r| !r.is_section && r.withdrawn.is_none() && fits(r)).count()
}
