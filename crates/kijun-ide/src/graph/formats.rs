//! A graph for programs that draw it.

use std::fmt::Write;

use kijun_text::Lang;

use super::{Graph, Node};
use crate::index::Space;

/// As a flow chart of Mermaid.
pub fn mermaid(graph: &Graph, lang: Lang) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (i, node) in graph.nodes.iter().enumerate() {
        let (open, close) = match node.space {
            Space::Section | Space::Requirement => ("([", "])"),
            Space::Attribute | Space::Table | Space::Param => ("[/", "/]"),
            _ => ("[", "]"),
        };
        let text = lines(node, lang).map(|line| entities(&line)).collect::<Vec<_>>().join("<br/>");
        writeln!(out, "  n{i}{open}\"{text}\"{close}").ok();
    }
    for edge in &graph.edges {
        writeln!(out, "  n{} -->|{}| n{}", edge.from, edge.kind.name(), edge.to).ok();
    }
    let focus = graph.nodes.iter().enumerate().filter(|(_, n)| n.is_focus);
    let focus: Vec<String> = focus.map(|(i, _)| format!("n{i}")).collect();
    if !focus.is_empty() {
        writeln!(out, "  classDef focus stroke-width:3px\n  class {} focus", focus.join(",")).ok();
    }
    out
}

/// In the language of Graphviz.
pub fn dot(graph: &Graph, lang: Lang) -> String {
    let mut out = "digraph kijun {\n  rankdir=LR\n  node [shape=box]\n".to_owned();
    for (i, node) in graph.nodes.iter().enumerate() {
        let shape = match node.space {
            Space::Section | Space::Requirement => " shape=oval",
            Space::Attribute | Space::Table | Space::Param => " shape=parallelogram",
            _ => "",
        };
        let bold = if node.is_focus { " penwidth=3" } else { "" };
        let text = lines(node, lang).map(|line| quoted(&line)).collect::<Vec<_>>().join("\\n");
        writeln!(out, "  n{i} [label=\"{text}\"{shape}{bold}]").ok();
    }
    for edge in &graph.edges {
        writeln!(out, "  n{} -> n{} [label=\"{}\"]", edge.from, edge.to, edge.kind.name()).ok();
    }
    out.push_str("}\n");
    out
}

/// What stands in a node: what it is and its name, then its title.
fn lines(node: &Node, lang: Lang) -> impl Iterator<Item = String> {
    let head = format!("{} {}", node.space.label().get(lang), node.name);
    let title = node.title.get(lang).to_owned();
    [head, title].into_iter().filter(|line| !line.is_empty())
}

fn entities(text: &str) -> String {
    text.replace('#', "#35;")
        .replace('"', "#quot;")
        .replace('<', "#lt;")
        .replace('>', "#gt;")
        .replace('\n', " ")
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")
}
