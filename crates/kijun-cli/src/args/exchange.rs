//! `import FORMAT` and `export FORMAT`: one variant a format.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum ImportFormat {
    /// A mapping collection of OSCAL 1.2 (JSON)
    OscalMapping(ImportMapping),
    /// A disclosure form of a vendor (MDS/SDS) in a workbook, as facts
    Mds(ImportDisclosure),
}

#[derive(Debug, Args)]
pub(crate) struct ImportDisclosure {
    /// The form: a workbook
    pub(crate) file: PathBuf,
    /// What stands in which cell and column of the form
    #[arg(long, value_name = "LAYOUT")]
    pub(crate) layout: PathBuf,
    /// Id of the disclosure, with which the ids of its answers begin [default: the name of the file]
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Id of the system that it is about
    #[arg(long, value_name = "ID")]
    pub(crate) system: Option<String>,
    /// What the facts name as their source [default: the name of the file]
    #[arg(long, value_name = "TEXT")]
    pub(crate) source: Option<String>,
    /// Write the facts here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExportFormat {
    /// Mappings between catalogues as a mapping collection of OSCAL 1.2.1 (JSON)
    OscalMapping(ExportMapping),
}

#[derive(Debug, Args)]
pub(crate) struct ImportMapping {
    /// The document; `-` is standard input
    pub(crate) file: PathBuf,
    /// Compare ids with the catalogues of this workspace or pack
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// The catalogue that the source resource is, as `mhlw@4.2`
    #[arg(long, value_name = "CATALOG")]
    pub(crate) from: Option<String>,
    /// The catalogue that the target resource is
    #[arg(long, value_name = "CATALOG")]
    pub(crate) to: Option<String>,
    /// Write the module here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportMapping {
    /// Workspace (all its mappings) or pack (its own)
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Only mappings from this catalogue, as `mhlw` or `mhlw@4.2`
    #[arg(long, value_name = "CATALOG")]
    pub(crate) from: Option<String>,
    /// Only mappings to this catalogue
    #[arg(long, value_name = "CATALOG")]
    pub(crate) to: Option<String>,
    /// Date of the document, as 2026-11-22 [default: the workspace's]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// List the items that no mapping names as gap summaries
    #[arg(long)]
    pub(crate) gaps: bool,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
