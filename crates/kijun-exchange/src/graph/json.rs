//! `kijun.graph/1`.

use kijun_text::Label;
use serde::Serialize;

use super::Graph;

#[derive(Serialize)]
pub struct GraphJson<'g> {
    schema: &'static str,
    engine: &'g str,
    /// What was asked for; absent for all catalogues.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'g str>,
    nodes: Vec<NodeJson<'g>>,
    edges: Vec<EdgeJson<'g>>,
    left_out: Vec<Counted<'g>>,
    folded: usize,
}

#[derive(Serialize)]
struct NodeJson<'g> {
    kind: &'static str,
    name: &'g str,
    title: &'g Label,
    focus: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<At<'g>>,
}

#[derive(Serialize)]
struct At<'g> {
    file: &'g str,
    line: u32,
}

#[derive(Serialize)]
struct EdgeJson<'g> {
    from: usize,
    to: usize,
    kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relations: Vec<Counted<'g>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<Counted<'g>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    packs: Vec<Counted<'g>>,
}

#[derive(Serialize)]
struct Counted<'g> {
    name: &'g str,
    count: usize,
}

/// The graph as data, ready to be serialised.
pub fn graph_json<'g>(graph: &'g Graph, engine: &'g str) -> GraphJson<'g> {
    let counted = |(name, count): (&'g str, &usize)| Counted { name, count: *count };
    GraphJson {
        schema: "kijun.graph/1",
        engine,
        of: graph.of.as_deref(),
        nodes: graph
            .nodes
            .iter()
            .map(|n| NodeJson {
                kind: n.sort.name(),
                name: &n.name,
                title: &n.title,
                focus: n.is_focus,
                items: n.items,
                at: n.place.as_ref().map(|p| At { file: &p.file, line: p.line }),
            })
            .collect(),
        edges: graph
            .edges
            .iter()
            .map(|e| EdgeJson {
                from: e.from,
                to: e.to,
                kind: e.kind.name(),
                relations: e.stated.relations.iter().map(|(r, n)| counted((r.name(), n))).collect(),
                marks: e.stated.marks.iter().map(|(m, n)| counted((m.name(), n))).collect(),
                packs: e.stated.packs.iter().map(|(p, n)| counted((p, n))).collect(),
            })
            .collect(),
        left_out: graph.left_out.iter().map(|(s, n)| counted((s.name(), n))).collect(),
        folded: graph.folded,
    }
}
