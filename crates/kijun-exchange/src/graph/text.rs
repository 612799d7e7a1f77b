//! A graph for programs that draw it.

use std::fmt::Write;

use kijun_text::Lang;

use super::{Graph, Sort, edge_label, lines};

/// As a flow chart of Mermaid.
pub fn graph_mermaid(graph: &Graph, lang: Lang) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (i, node) in graph.nodes.iter().enumerate() {
        let (open, close) = match node.sort {
            Sort::Catalog => ("[[", "]]"),
            Sort::Section | Sort::Requirement => ("([", "])"),
            Sort::Attribute | Sort::Table | Sort::Param => ("[/", "/]"),
            _ => ("[", "]"),
        };
        let text = lines(node, lang).iter().map(|line| entities(line)).collect::<Vec<_>>().join("<br/>");
        let _ = writeln!(out, "  n{i}{open}\"{text}\"{close}");
    }
    for edge in &graph.edges {
        let label = entities(&edge_label(edge, lang));
        let _ = writeln!(out, "  n{} -->|\"{label}\"| n{}", edge.from, edge.to);
    }
    if let Some(remark) = graph.remark() {
        let _ = writeln!(out, "  %% {}", remark.get(lang));
    }
    let focus = graph.nodes.iter().enumerate().filter(|(_, n)| n.is_focus);
    let focus: Vec<String> = focus.map(|(i, _)| format!("n{i}")).collect();
    if !focus.is_empty() {
        let _ = writeln!(out, "  classDef focus stroke-width:3px\n  class {} focus", focus.join(","));
    }
    out
}

/// In the language of Graphviz.
pub fn graph_dot(graph: &Graph, lang: Lang) -> String {
    let mut out = "digraph kijun {\n  rankdir=LR\n  node [shape=box]\n".to_owned();
    if let Some(remark) = graph.remark() {
        let _ = writeln!(out, "  label=\"{}\"", quoted(remark.get(lang)));
    }
    for (i, node) in graph.nodes.iter().enumerate() {
        let shape = match node.sort {
            Sort::Catalog => " shape=folder",
            Sort::Section | Sort::Requirement => " shape=oval",
            Sort::Attribute | Sort::Table | Sort::Param => " shape=parallelogram",
            _ => "",
        };
        let bold = if node.is_focus { " penwidth=3" } else { "" };
        let text = lines(node, lang).iter().map(|line| quoted(line)).collect::<Vec<_>>().join("\\n");
        let _ = writeln!(out, "  n{i} [label=\"{text}\"{shape}{bold}]");
    }
    for edge in &graph.edges {
        let _ =
            writeln!(out, "  n{} -> n{} [label=\"{}\"]", edge.from, edge.to, quoted(&edge_label(edge, lang)));
    }
    out.push_str("}\n");
    out
}

fn entities(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
