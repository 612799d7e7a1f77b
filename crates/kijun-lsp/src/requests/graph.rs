//! `kijun/graph`: what rests on what.

use kijun_ide::{Around, Graph};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::Location;

use super::own::{AskedLang, Where, from_roots, place};
use crate::analyst::Shared;
use crate::ask::View;
use crate::convert::path;

#[derive(Debug, Deserialize)]
pub(crate) struct GraphParams {
    /// An id, a name, or the name of a pack.
    of: Option<String>,
    #[serde(default)]
    format: Format,
    lang: Option<AskedLang>,
    #[serde(flatten)]
    at: Where,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Mermaid,
    Dot,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum GraphAnswer {
    Json { nodes: Vec<Node>, edges: Vec<Edge> },
    Mermaid { mermaid: String },
    Dot { dot: String },
}

#[derive(Debug, Serialize)]
pub(crate) struct Node {
    kind: &'static str,
    label: String,
    name: String,
    title: String,
    focus: bool,
    verdict: Option<Verdict>,
    location: Option<Location>,
}

#[derive(Debug, Serialize)]
struct Verdict {
    name: &'static str,
    label: String,
}

/// From what rests to what it rests on, by the index of the node.
#[derive(Debug, Serialize)]
pub(crate) struct Edge {
    from: usize,
    to: usize,
    kind: &'static str,
}

pub(crate) async fn graph(shared: &Shared, params: GraphParams) -> Result<GraphAnswer> {
    let GraphParams { of, format, lang, at } = params;
    let whose = at.clone();
    from_roots(shared, &whose, move |view| {
        let lang = AskedLang::or(lang, view);
        let found = kijun_ide::graph(&view.snapshot, &around(view, of.as_deref(), &at))?;
        Ok(match format {
            Format::Json => json(view, &found, lang),
            Format::Mermaid => GraphAnswer::Mermaid { mermaid: kijun_ide::mermaid(&found, lang) },
            Format::Dot => GraphAnswer::Dot { dot: kijun_ide::dot(&found, lang) },
        })
    })
    .await
}

fn around(view: &View, of: Option<&str>, at: &Where) -> Around {
    if let Some(name) = of {
        return Around::Named(name.to_owned());
    }
    if let Some((file, offset)) = place(view, at) {
        return Around::Place(file, offset);
    }
    let file = at.text_document.as_ref().and_then(|document| view.file(&path(&document.uri)?));
    file.map_or(Around::Everything, Around::File)
}

fn json(view: &View, graph: &Graph, lang: kijun_text::Lang) -> GraphAnswer {
    let node = |n: &kijun_ide::Node| Node {
        kind: n.space.name(),
        label: n.space.label().get(lang).to_owned(),
        name: n.name.clone(),
        title: n.title.get(lang).to_owned(),
        focus: n.is_focus,
        verdict: n.verdict.map(|v| Verdict { name: v.name(), label: v.label().get(lang).to_owned() }),
        location: n.target.as_ref().and_then(|t| view.location(t.file, &(t.start..t.end))),
    };
    let edge = |e: &kijun_ide::Edge| Edge { from: e.from, to: e.to, kind: e.kind.name() };
    GraphAnswer::Json {
        nodes: graph.nodes.iter().map(node).collect(),
        edges: graph.edges.iter().map(edge).collect(),
    }
}
