//! A graph for programs that draw it.

use kijun_exchange::graph::{
    Edge as DrawnEdge, EdgeKind as DrawnKind, Graph as Drawn, Node as DrawnNode, Place, Sort, Stated,
    graph_dot, graph_mermaid,
};
use kijun_text::{Lang, Span};

use super::{EdgeKind, Graph};
use crate::index::Space;
use crate::snapshot::{Snapshot, Target};

/// As a flow chart of Mermaid.
pub fn mermaid(graph: &Graph, lang: Lang) -> String {
    graph_mermaid(&drawn(graph), lang)
}

/// In the language of Graphviz.
pub fn dot(graph: &Graph, lang: Lang) -> String {
    graph_dot(&drawn(graph), lang)
}

/// The same as data that every format is written from, without places.
pub(super) fn drawn(graph: &Graph) -> Drawn {
    let node = |n: &super::Node| DrawnNode {
        sort: sort(n.space),
        name: n.name.clone(),
        title: n.title.clone(),
        place: None,
        is_focus: n.is_focus,
        items: None,
        distance: 0,
    };
    let edge = |e: &super::Edge| DrawnEdge {
        from: e.from,
        to: e.to,
        kind: edge_kind(e.kind),
        stated: Stated::default(),
    };
    Drawn {
        nodes: graph.nodes.iter().map(node).collect(),
        edges: graph.edges.iter().map(edge).collect(),
        ..Drawn::default()
    }
}

pub(super) fn edge_kind(kind: EdgeKind) -> DrawnKind {
    match kind {
        EdgeKind::Contains => DrawnKind::Contains,
        EdgeKind::CheckedBy => DrawnKind::CheckedBy,
        EdgeKind::Combines => DrawnKind::Combines,
        EdgeKind::Uses => DrawnKind::Uses,
        EdgeKind::Reads => DrawnKind::Reads,
    }
}

pub(super) fn sort(space: Space) -> Sort {
    match space {
        Space::Catalog => Sort::Catalog,
        Space::Section => Sort::Section,
        Space::Satisfy => Sort::Satisfy,
        Space::Check => Sort::Check,
        Space::Attest => Sort::Attest,
        Space::Test => Sort::Test,
        Space::Definition => Sort::Define,
        Space::Relation => Sort::Relation,
        Space::Table => Sort::Table,
        Space::Param => Sort::Param,
        Space::Attribute => Sort::Attribute,
        _ => Sort::Requirement,
    }
}

pub(super) fn place(snapshot: &Snapshot, target: &Target) -> Option<Place> {
    let doc = snapshot.doc(target.file)?;
    let line = doc.lines().line_column(&doc.text, target.start).line;
    Some(Place { file: doc.path.clone(), line })
}

/// A place that semantics speak of.
pub(super) fn span_place(snapshot: &Snapshot, span: Span) -> Option<Place> {
    place(snapshot, &Target::new(span.file, snapshot.now(span)?))
}
