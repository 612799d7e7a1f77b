//! What stands in relation to what, as data that can be drawn: catalogues and what is mapped between them, or what surrounds one
//! item. Written as `kijun.graph/1`, for Graphviz and Mermaid, and as a picture.

mod catalogs;
mod json;
mod layout;
mod svg;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kijun_coverage::Relationship;
use kijun_engine::program::Mark;
use kijun_text::{Label, Lang};

pub use catalogs::{catalog_graph, network_graph};
pub use json::{GraphJson, graph_json};
pub use svg::graph_svg;
pub use text::{graph_dot, graph_mermaid};

/// What a node is, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    Catalog,
    Section,
    Requirement,
    Satisfy,
    Check,
    Attest,
    Test,
    Define,
    Relation,
    Table,
    Param,
    Attribute,
}

impl Sort {
    pub fn name(self) -> &'static str {
        match self {
            Sort::Catalog => "catalog",
            Sort::Section => "section",
            Sort::Requirement => "requirement",
            Sort::Satisfy => "satisfy",
            Sort::Check => "check",
            Sort::Attest => "attest",
            Sort::Test => "test",
            Sort::Define => "define",
            Sort::Relation => "relation",
            Sort::Table => "table",
            Sort::Param => "param",
            Sort::Attribute => "attribute",
        }
    }

    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Sort::Catalog => ("カタログ", "catalogue"),
            Sort::Section => ("節", "section"),
            Sort::Requirement => ("要求事項", "requirement"),
            Sort::Satisfy => ("対策の組合せ", "combination of measures"),
            Sort::Check => ("検査", "check"),
            Sort::Attest => ("確認", "attestation"),
            Sort::Test => ("テスト", "test"),
            Sort::Define => ("関数", "function"),
            Sort::Relation => ("関係", "relation"),
            Sort::Table => ("表", "table"),
            Sort::Param => ("パラメータ", "parameter"),
            Sort::Attribute => ("属性", "attribute"),
        };
        Label::new(ja, en)
    }
}

/// What one node is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A section and an item in it.
    Contains,
    /// An edition and the one that it replaces.
    Supersedes,
    /// Items or catalogues, by what packs state.
    Maps,
    /// A requirement and a rule for it.
    CheckedBy,
    /// A requirement or rule, and a test that expects something of it.
    TestedBy,
    /// A combination and a measure of it.
    Combines,
    /// A rule and a relation, function, table or parameter.
    Uses,
    /// A rule and an attribute.
    Reads,
}

impl EdgeKind {
    pub fn name(self) -> &'static str {
        match self {
            EdgeKind::Contains => "contains",
            EdgeKind::Supersedes => "supersedes",
            EdgeKind::Maps => "maps",
            EdgeKind::CheckedBy => "checked_by",
            EdgeKind::TestedBy => "tested_by",
            EdgeKind::Combines => "combines",
            EdgeKind::Uses => "uses",
            EdgeKind::Reads => "reads",
        }
    }

    fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (EdgeKind::Contains, Lang::Ja) => "含む",
            (EdgeKind::Supersedes, Lang::Ja) => "改める",
            (EdgeKind::Maps, Lang::Ja) => "対応",
            (EdgeKind::CheckedBy, Lang::Ja) => "検査",
            (EdgeKind::TestedBy, Lang::Ja) => "テスト",
            (EdgeKind::Combines, Lang::Ja) => "組み合わせる",
            (EdgeKind::Uses, Lang::Ja) => "使う",
            (EdgeKind::Reads, Lang::Ja) => "読む",
            (EdgeKind::CheckedBy, Lang::En) => "checked by",
            (EdgeKind::TestedBy, Lang::En) => "tested by",
            (kind, Lang::En) => kind.name(),
        }
    }
}

/// A file and a line of it, from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: String,
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub sort: Sort,
    /// `mhlw:8.1`, `mhlw@4.2`, `contract.clauses`, or the name alone.
    pub name: String,
    pub title: Label,
    pub place: Option<Place>,
    /// Whether it was asked for, not found from there.
    pub is_focus: bool,
    /// How many requirements a catalogue, or a section that stands for what is below it, has.
    pub items: Option<usize>,
    /// Steps from what was asked for.
    pub distance: usize,
}

/// What is mapped, counted by relation, by the lowest mark, and by the pack that says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stated {
    pub relations: BTreeMap<Relationship, usize>,
    pub marks: BTreeMap<Mark, usize>,
    pub packs: BTreeMap<String, usize>,
}

impl Stated {
    pub fn add(&mut self, relation: Relationship, mark: Mark, pack: &str) {
        *self.relations.entry(relation).or_default() += 1;
        *self.marks.entry(mark).or_default() += 1;
        if !pack.is_empty() {
            *self.packs.entry(pack.to_owned()).or_default() += 1;
        }
    }

    fn merge(&mut self, other: Stated) {
        other.relations.into_iter().for_each(|(r, n)| *self.relations.entry(r).or_default() += n);
        other.marks.into_iter().for_each(|(m, n)| *self.marks.entry(m).or_default() += n);
        other.packs.into_iter().for_each(|(p, n)| *self.packs.entry(p).or_default() += n);
    }

    fn total(&self) -> usize {
        self.relations.values().sum()
    }
}

/// Nodes by index; from what rests to what it rests on, from the source of a mapping to its target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub kind: EdgeKind,
    /// Of [`EdgeKind::Maps`].
    pub stated: Stated,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// What was asked for; nothing for all catalogues.
    pub of: Option<String>,
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// How many nodes a limit left out.
    pub left_out: BTreeMap<Sort, usize>,
    /// How many items stand as their catalogue or section, because a limit left no room for them.
    pub folded: usize,
}

impl Graph {
    /// At most `max` nodes: items of mappings stand as their catalogues first, then what is farthest is left out. `catalog` gives the
    /// name and title of the catalogue of an item.
    pub fn limited(mut self, max: usize, catalog: impl Fn(&Node) -> Option<(String, Label)>) -> Graph {
        if self.nodes.len() > max {
            self = self.folded_items(catalog);
        }
        if self.nodes.len() > max {
            self.leave_out(max);
        }
        self
    }

    /// Items that are there only because something maps to them stand as their catalogue.
    fn folded_items(self, catalog: impl Fn(&Node) -> Option<(String, Label)>) -> Graph {
        let mapped = |i: usize| {
            let mut own = self.edges.iter().filter(|e| e.from == i || e.to == i).peekable();
            own.peek().is_some() && own.all(|e| e.kind == EdgeKind::Maps)
        };
        let mut out = Graph { of: self.of.clone(), left_out: self.left_out.clone(), ..Graph::default() };
        let mut at = Vec::with_capacity(self.nodes.len());
        for (i, node) in self.nodes.iter().enumerate() {
            let foldable =
                !node.is_focus && matches!(node.sort, Sort::Section | Sort::Requirement) && mapped(i);
            let Some((name, title)) = foldable.then(|| catalog(node)).flatten() else {
                at.push(out.nodes.len());
                out.nodes.push(node.clone());
                continue;
            };
            out.folded += 1;
            let known = out.nodes.iter().position(|n| n.sort == Sort::Catalog && n.name == name);
            at.push(known.unwrap_or(out.nodes.len()));
            if known.is_none() {
                let distance = node.distance;
                out.nodes.push(Node {
                    sort: Sort::Catalog,
                    name,
                    title,
                    place: None,
                    is_focus: false,
                    items: None,
                    distance,
                });
            }
        }
        out.take_edges(self.edges, |old| at.get(old).copied());
        out
    }

    fn leave_out(&mut self, max: usize) {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|i| self.nodes.get(*i).map(|n| (!n.is_focus, n.distance)));
        let mut keep = vec![false; self.nodes.len()];
        order.iter().take(max).for_each(|i| keep.iter_mut().skip(*i).take(1).for_each(|k| *k = true));
        let (mut at, mut nodes) = (Vec::new(), Vec::new());
        for (node, keep) in std::mem::take(&mut self.nodes).into_iter().zip(&keep) {
            at.push(keep.then_some(nodes.len()));
            if *keep {
                nodes.push(node);
            } else {
                *self.left_out.entry(node.sort).or_default() += 1;
            }
        }
        self.nodes = nodes;
        let edges = std::mem::take(&mut self.edges);
        self.take_edges(edges, |old| at.get(old).copied().flatten());
    }

    /// Edges between nodes that are still there, those between the same two as one.
    fn take_edges(&mut self, edges: Vec<Edge>, at: impl Fn(usize) -> Option<usize>) {
        let mut merged: BTreeMap<(usize, usize, EdgeKind), Stated> = BTreeMap::new();
        for edge in edges {
            let (Some(from), Some(to)) = (at(edge.from), at(edge.to)) else { continue };
            if from != to {
                merged.entry((from, to, edge.kind)).or_default().merge(edge.stated);
            }
        }
        self.edges =
            merged.into_iter().map(|((from, to, kind), stated)| Edge { from, to, kind, stated }).collect();
    }

    /// What the limit did, in a sentence; nothing when all is there.
    pub fn remark(&self) -> Option<Label> {
        let total: usize = self.left_out.values().sum();
        let list = |lang: Lang| {
            let parts = self.left_out.iter().map(|(sort, n)| format!("{} {n}", sort.label().get(lang)));
            parts.collect::<Vec<_>>().join(if lang == Lang::Ja { "、" } else { ", " })
        };
        let mut ja = Vec::new();
        let mut en = Vec::new();
        if self.folded > 0 {
            ja.push(format!("{} 項目は節またはカタログにまとめました", self.folded));
            en.push(format!("{} item(s) stand as their section or catalogue", self.folded));
        }
        if total > 0 {
            ja.push(format!("{total} 個を省きました({})", list(Lang::Ja)));
            en.push(format!("{total} node(s) are left out ({})", list(Lang::En)));
        }
        (!ja.is_empty()).then(|| Label::new(ja.join("。"), en.join("; ")))
    }
}

/// What stands in a node: what it is and its name, then its title.
fn lines(node: &Node, lang: Lang) -> Vec<String> {
    let head = format!("{} {}", node.sort.label().get(lang), node.name);
    let count = node.items.map(|n| if lang == Lang::Ja { format!("{n} 項目") } else { format!("{n} items") });
    let title = (!node.title.is_empty()).then(|| node.title.get(lang).to_owned());
    std::iter::once(head)
        .chain(title)
        .chain(count)
        .map(|line| crate::visible(&line).replace('\n', " "))
        .collect()
}

/// What stands at an edge.
fn edge_label(edge: &Edge, lang: Lang) -> String {
    if edge.kind != EdgeKind::Maps || edge.stated.relations.is_empty() {
        return edge.kind.label(lang).to_owned();
    }
    let several = edge.stated.total() > 1;
    let one = |(relation, n): (&Relationship, &usize)| {
        let label = relation.label();
        if several { format!("{} {n}", label.get(lang)) } else { label.get(lang).to_owned() }
    };
    edge.stated.relations.iter().map(one).collect::<Vec<_>>().join(if lang == Lang::Ja {
        "、"
    } else {
        ", "
    })
}
