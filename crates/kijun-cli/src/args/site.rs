//! Arguments of `graph` and `doc`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(crate) struct Graph {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// An item (mhlw:8.1.2.C.オ), a declaration, an attribute (contract.clauses), or a catalogue (mhlw, csf@1.1) [default: all
    /// catalogues]
    #[arg(long, value_name = "ITEM|CATALOG")]
    pub(crate) of: Option<String>,
    /// How many steps away from an item [default: 3], or how many levels of a catalogue [default: 1]
    #[arg(long, value_name = "N")]
    pub(crate) depth: Option<usize>,
    /// With more nodes, items stand as their section or catalogue, and what is farthest is left out
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=5000))]
    pub(crate) max_nodes: u32,
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub(crate) format: GraphFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Profile [default: the workspace's]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// The language of Graphviz
    Dot,
    /// A flow chart of Mermaid, for Markdown
    Mermaid,
    Json,
    /// A picture that needs nothing else
    Svg,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Doc {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The folder of the site
    #[arg(long, short, value_name = "FOLDER")]
    pub(crate) output: PathBuf,
    /// Write into a folder that holds something else; what is there stays, unless a page has its name
    #[arg(long)]
    pub(crate) force: bool,
    /// Profile [default: the workspace's]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}
