use std::sync::Arc;

use kijun_coverage::Mappings;
use kijun_exchange::graph::{
    Graph, Node, catalog_graph, graph_dot, graph_json, graph_mermaid, graph_svg, network_graph,
};
use kijun_exchange::lookup::{Refusal, named_item};
use kijun_ide::{About, Choices, Chosen, Doc, DocKind, Files, Pack, Semantics, Snapshot, surroundings};
use kijun_text::{FileId, Label};
use kijun_workspace::{Options, Workspace};

use super::catalogs::{named, qualified};
use super::{Status, refuse, refuse_load, write_result};
use crate::args::{self, GraphFormat};
use crate::diagnostics;
use crate::terminal::Terminal;

/// How many steps away from an item, and how many levels of a catalogue, unless it is said.
const STEPS: usize = 3;
const LEVELS: usize = 1;

/// Catalogues and what is mapped between them, or what surrounds one item.
pub(super) fn run(args: &args::Graph, terminal: &Terminal) -> Status {
    match write(args, terminal) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

fn write(args: &args::Graph, terminal: &Terminal) -> Result<(), Status> {
    let options = Options { profile: args.profile.clone(), facts: Some(Vec::new()), tests: true };
    let workspace =
        kijun_workspace::load_norms(&args.path, &options).map_err(|e| refuse_load(terminal, &e))?;
    if diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics) {
        return Err(Status::Invalid);
    }
    let graph = graph(args, &workspace).map_err(|(message, help)| refuse(terminal, &message, &help))?;
    if let (Some(remark), false) = (graph.remark(), terminal.quiet) {
        terminal.warn(&format!("{}\n", terminal.text(&remark)));
    }
    let text = match args.format {
        GraphFormat::Dot => graph_dot(&graph, terminal.lang),
        GraphFormat::Mermaid => graph_mermaid(&graph, terminal.lang),
        GraphFormat::Svg => graph_svg(&graph, terminal.lang),
        GraphFormat::Json => {
            let json = graph_json(&graph, env!("CARGO_PKG_VERSION"));
            format!("{}\n", serde_json::to_string_pretty(&json).unwrap_or_default())
        }
    };
    write_result(args.output.as_deref(), text.as_bytes(), terminal)
}

fn graph(args: &args::Graph, workspace: &Workspace) -> Result<Graph, Refusal> {
    let program = &workspace.compiled.program;
    let mappings = workspace.compiled.consistent();
    let pack = |file: FileId| pack_of(workspace, file);
    let max = args.max_nodes as usize;
    let Some(of) = &args.of else {
        return Ok(network_graph(&mappings, &workspace.sources, pack).limited(max, |_| None));
    };
    // A colon is of an item; a catalogue that has the name of a declaration goes first.
    let catalogs = if of.contains(':') { Vec::new() } else { named(workspace, of).unwrap_or_default() };
    match catalogs.as_slice() {
        [catalog] => Ok(of_catalog(args, &mappings, workspace, *catalog)),
        [] => {
            let found = surroundings(&snapshot(workspace), of, args.depth.unwrap_or(STEPS), pack)?;
            let catalog = |node: &Node| {
                let requirement = program.requirement(named_item(program, &node.name).ok()?)?;
                let catalog = program.catalogs.get(requirement.catalog)?;
                Some((qualified(catalog), catalog.title.clone()))
            };
            Ok(found.limited(max, catalog))
        }
        several => {
            let names = several.iter().filter_map(|i| program.catalogs.get(*i)).map(qualified);
            let list = names.collect::<Vec<_>>().join(", ");
            Err((
                Label::new(
                    format!("`{of}` は複数のカタログを指します"),
                    format!("`{of}` means several catalogues"),
                ),
                Label::new(format!("次のどれかを指定してください: {list}"), format!("name one of: {list}")),
            ))
        }
    }
}

fn of_catalog(args: &args::Graph, mappings: &Mappings<'_>, workspace: &Workspace, catalog: usize) -> Graph {
    let (depth, max) = (args.depth.unwrap_or(LEVELS), args.max_nodes as usize);
    let pack = |file: FileId| pack_of(workspace, file);
    catalog_graph(mappings, &workspace.sources, catalog, (depth, max), pack).limited(max, |_| None)
}

/// The pack of a module; nothing for what is the workspace's own.
pub(super) fn pack_of(workspace: &Workspace, file: FileId) -> String {
    let pack = workspace.packs.iter().find(|p| p.modules.contains(&file));
    pack.map_or_else(String::new, |p| p.name.clone())
}

/// The workspace as an editor sees it.
fn snapshot(workspace: &Workspace) -> Snapshot {
    let mut files = Files::default();
    for (file, source) in workspace.sources.iter() {
        let is_module = workspace.modules.contains(&file);
        let kind = if is_module { DocKind::Module } else { DocKind::Manifest };
        files.set(None, Arc::new(Doc::new(source.path.clone(), kind, source.text.as_str())));
    }
    let pack = |p: &kijun_workspace::LoadedPack| Pack {
        name: p.name.clone(),
        version: p.version.clone(),
        manifest: None,
        modules: p.modules.clone(),
        own: Vec::new(),
    };
    let packs = workspace.packs.iter().map(pack).collect();
    let chosen = |name: &String| Chosen { name: name.clone(), place: None };
    let choices = Choices {
        profile: workspace.profile.as_ref().map(chosen),
        about: About { packs, ..About::default() },
        ..Choices::default()
    };
    let semantics = Semantics::new(&files, &choices, None, &|| false).unwrap_or_else(Semantics::empty);
    Snapshot::new(files, Arc::new(semantics))
}
