//! Cycles, as a person follows them.

use petgraph::graph::{DiGraph, NodeIndex};

/// The nodes from `from` to `to` along the edges, both included; empty when there is no way.
pub(crate) fn path<N, E>(graph: &DiGraph<N, E>, from: NodeIndex, to: NodeIndex) -> Vec<NodeIndex> {
    let found = petgraph::algo::astar(graph, from, |n| n == to, |_| 1_usize, |_| 0);
    found.map(|(_, nodes)| nodes).unwrap_or_default()
}

/// The shortest cycle through a node, which stands at both ends; empty when there is none.
pub(crate) fn cycle<N, E>(graph: &DiGraph<N, E>, node: NodeIndex) -> Vec<NodeIndex> {
    let ways = graph.neighbors(node).map(|next| path(graph, next, node)).filter(|way| !way.is_empty());
    let shortest = ways.min_by_key(|way| (way.len(), way.first().copied()));
    shortest.map(|way| std::iter::once(node).chain(way).collect()).unwrap_or_default()
}
