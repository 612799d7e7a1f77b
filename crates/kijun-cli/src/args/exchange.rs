//! `import FORMAT` and `export FORMAT`: one variant a format.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::MarkArg;

#[derive(Debug, Subcommand)]
pub(crate) enum ImportFormat {
    /// A mapping collection of OSCAL 1.2 (JSON)
    OscalMapping(ImportMapping),
    /// A catalogue of OSCAL (JSON), as a pack
    OscalCatalog(ImportPack),
    /// A profile of OSCAL (JSON), as a pack
    OscalProfile(ImportProfile),
    /// A component definition of OSCAL (JSON): what a vendor declares, as facts
    OscalComponent(ImportComponents),
    /// A catalogue in a table (CSV, TSV, XLSX), as a pack
    Catalog(ImportTable),
    /// A cross-walk in a table (CSV, TSV, XLSX), as a pack; its direction is asked for
    Crosswalk(ImportCrosswalk),
    /// A control catalogue, a mapping document or a policy of Gemara (YAML), as a pack
    Gemara(ImportLibrary),
    /// A library of CISO Assistant (YAML): frameworks and mappings, as a pack
    CisoAssistant(ImportLibrary),
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
#[allow(clippy::enum_variant_names, reason = "formats are called as their standard is")]
pub(crate) enum ExportFormat {
    /// Mappings between catalogues as a mapping collection of OSCAL 1.2.1 (JSON)
    OscalMapping(ExportMapping),
    /// A catalogue as a catalogue of OSCAL (JSON)
    OscalCatalog(ExportCatalog),
    /// A profile as a profile of OSCAL (JSON)
    OscalProfile(ExportProfile),
    /// Facts about components as a component definition of OSCAL (JSON)
    OscalComponent(ExportComponents),
}

/// How a document becomes a pack.
#[derive(Debug, Args)]
pub(crate) struct ImportPack {
    /// The document; `-` is standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) pack: PackArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    /// Folder of the new pack; it must not exist or be empty
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Name of the pack [default: that of the catalogue]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Alias of the catalogue: what stands before its ids [default: the name of the file]
    #[arg(long, value_name = "ALIAS")]
    pub(crate) alias: Option<String>,
    /// Edition of the catalogue [default: the version of the document]
    #[arg(long, value_name = "EDITION")]
    pub(crate) edition: Option<String>,
    /// How far the document was compared with the norm
    #[arg(long, value_enum, default_value_t = MarkArg::Unverified)]
    pub(crate) mark: MarkArg,
}

#[derive(Debug, Args)]
pub(crate) struct ExportCatalog {
    /// Workspace or pack
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Which catalogue, as `mhlw` or `mhlw@4.2` [default: the only one that a pack declares itself]
    #[arg(long, value_name = "CATALOG")]
    pub(crate) catalog: Option<String>,
    /// Date of the document where something of it changed, as 2026-11-22 [default: the workspace's]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
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
    /// Folder of the new pack; it must not exist or be empty
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Name of the pack [default: map-, and the two catalogues]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
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

#[derive(Debug, Args)]
pub(crate) struct ImportProfile {
    /// The document; profiles that it imports are read beside it
    pub(crate) file: PathBuf,
    /// Workspace, pack or folder of packs with the catalogues that it selects from
    #[arg(long, value_name = "PATH")]
    pub(crate) path: PathBuf,
    /// Which catalogue an import is: its address as the document writes it, and a catalogue; or a catalogue for all of them
    #[arg(long, value_name = "[HREF=]CATALOG")]
    pub(crate) catalog: Vec<String>,
    /// Folder of the new pack; it must not exist or be empty
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,
    /// Name of the profile [default: from its title]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Name of the pack [default: that of the profile]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportProfile {
    /// Workspace or pack
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Which profile [default: the workspace's, or the only one of the pack]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Date of the document where something of it changed, as 2026-11-22 [default: the workspace's]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportComponents {
    /// The document; `-` is standard input
    pub(crate) file: PathBuf,
    /// Compare ids with the catalogues of this workspace, pack or folder of packs
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// Which catalogue a `source` is: its address as the document writes it, and a catalogue; or a catalogue for all of them
    #[arg(long, value_name = "[HREF=]CATALOG")]
    pub(crate) catalog: Vec<String>,
    /// Folder of a new pack with kinds and facts, or a file `….toml` for the facts alone
    #[arg(long, short, value_name = "DIR|FILE.toml")]
    pub(crate) output: PathBuf,
    /// Name of the pack
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportComponents {
    /// Workspace or pack with the facts
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Id of the component definition [default: the only one]
    #[arg(long, value_name = "ID")]
    pub(crate) definition: Option<String>,
    /// Date of the document where something of it changed, as 2026-11-22 [default: the workspace's]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportTable {
    /// The table: CSV, TSV, or a workbook
    pub(crate) file: PathBuf,
    /// Sheet of the workbook [default: the first]
    #[arg(long, value_name = "SHEET")]
    pub(crate) sheet: Option<String>,
    /// Row of the headings, from 1 [default: the first with two cells]
    #[arg(long, value_name = "N")]
    pub(crate) header_row: Option<u32>,
    /// What the catalogue is called
    #[arg(long, value_name = "TEXT")]
    pub(crate) catalog_title: Option<String>,
    /// Heading of the column of ids
    #[arg(long, value_name = "HEADING")]
    pub(crate) id: Option<String>,
    /// Heading of the column of titles
    #[arg(long, value_name = "HEADING")]
    pub(crate) title: Option<String>,
    /// Heading of the column of English titles
    #[arg(long, value_name = "HEADING")]
    pub(crate) title_en: Option<String>,
    /// Heading of the column of texts
    #[arg(long, value_name = "HEADING")]
    pub(crate) text: Option<String>,
    /// Heading of the column of ids of parents [default: by the beginning of ids]
    #[arg(long, value_name = "HEADING")]
    pub(crate) parent: Option<String>,
    /// Heading of the column of levels
    #[arg(long, value_name = "HEADING")]
    pub(crate) level: Option<String>,
    /// Weight of a level: `必須=must`
    #[arg(long, value_name = "LEVEL=WEIGHT")]
    pub(crate) weight: Vec<String>,
    /// Heading of the column that tells sections from requirements
    #[arg(long, value_name = "HEADING")]
    pub(crate) kind: Option<String>,
    #[command(flatten)]
    pub(crate) pack: PackArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ImportCrosswalk {
    /// The table: CSV, TSV, or a workbook
    pub(crate) file: PathBuf,
    /// Sheet of the workbook [default: the first]
    #[arg(long, value_name = "SHEET")]
    pub(crate) sheet: Option<String>,
    /// Row of the headings, from 1 [default: the first with two cells]
    #[arg(long, value_name = "N")]
    pub(crate) header_row: Option<u32>,
    /// Catalogue of the sources, as `mhlw@4.2`
    #[arg(long, value_name = "CATALOG")]
    pub(crate) from: String,
    /// Catalogue of the targets
    #[arg(long, value_name = "CATALOG")]
    pub(crate) to: String,
    /// What a relationship states: how the source stands to the target, or the target to the source (as OLIR does)
    #[arg(long, value_enum)]
    pub(crate) direction: DirectionArg,
    /// Heading of the column of sources
    #[arg(long, value_name = "HEADING")]
    pub(crate) source_column: Option<String>,
    /// Heading of the column of targets
    #[arg(long, value_name = "HEADING")]
    pub(crate) target_column: Option<String>,
    /// Heading of the column of relationships
    #[arg(long, value_name = "HEADING", conflicts_with = "relationship")]
    pub(crate) relationship_column: Option<String>,
    /// The relationship of every row, where no column states it
    #[arg(long, value_name = "WORD")]
    pub(crate) relationship: Option<String>,
    /// Heading of the column of strengths
    #[arg(long, value_name = "HEADING")]
    pub(crate) strength_column: Option<String>,
    /// Heading of the column of rationales
    #[arg(long, value_name = "HEADING")]
    pub(crate) rationale_column: Option<String>,
    /// Heading of the column of arguments
    #[arg(long, value_name = "HEADING")]
    pub(crate) argument_column: Option<String>,
    /// What a word of the table means: `partial=intersects`
    #[arg(long, value_name = "WORD=RELATIONSHIP")]
    pub(crate) word: Vec<String>,
    /// What several ids in one cell mean: the row holds for each, or for all of them together
    #[arg(long, value_enum)]
    pub(crate) several: Option<SeveralArg>,
    /// How the statements came about
    #[arg(long, value_enum, default_value_t = MethodArg::Human)]
    pub(crate) method: MethodArg,
    /// Compare ids with the catalogues of this workspace, pack or folder of packs
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,
    /// How far the statements were confirmed
    #[arg(long, value_enum, default_value_t = MarkArg::Unverified)]
    pub(crate) mark: MarkArg,
    /// Name of the pack
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Folder of the new pack; it must not exist or be empty
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectionArg {
    SourceToTarget,
    TargetToSource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeveralArg {
    Each,
    Jointly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MethodArg {
    Human,
    Published,
    Derived,
}

#[derive(Debug, Args)]
pub(crate) struct ImportLibrary {
    /// The document; `-` is standard input
    pub(crate) file: PathBuf,
    /// What a word for a relationship means: `relates-to=intersects`
    #[arg(long, value_name = "WORD=RELATIONSHIP")]
    pub(crate) word: Vec<String>,
    #[command(flatten)]
    pub(crate) pack: PackArgs,
}
