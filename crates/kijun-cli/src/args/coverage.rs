//! Arguments of what compares norms: `matrix`, `gaps`, `relate`, `diff`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{FactArgs, Redact};

#[derive(Debug, ClapArgs)]
pub(crate) struct Matrix {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    #[command(flatten)]
    pub(crate) redact: Redact,
    /// What covers: a catalogue (mhlw, mhlw@4.2) or a pack (iso27001-2022)
    #[arg(long, value_name = "CATALOG")]
    pub(crate) from: String,
    /// What is to be covered; several with commas
    #[arg(long, value_name = "CATALOG", value_delimiter = ',', required = true)]
    pub(crate) to: Vec<String>,
    #[command(flatten)]
    pub(crate) senses: Senses,
    #[command(flatten)]
    pub(crate) listed: Listed,
    #[arg(long, value_enum, default_value_t = MatrixFormat::Text)]
    pub(crate) format: MatrixFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave the facts aside, and show only what packs say
    #[arg(long = "static")]
    pub(crate) unassessed: bool,
    /// List pairs too that may have nothing in common (csv)
    #[arg(long)]
    pub(crate) open: bool,
    /// List pairs too that only sum up what stands below a section (csv)
    #[arg(long)]
    pub(crate) rolled_up: bool,
}

/// What of a matrix is listed; figures stay those of the whole.
#[derive(Debug, ClapArgs)]
pub(crate) struct Listed {
    /// List only items covered so
    #[arg(long, value_enum, value_delimiter = ',', value_name = "COVERAGE")]
    pub(crate) coverage: Vec<CoverageArg>,
    /// List only pairs with these relations
    #[arg(long, value_delimiter = ',', value_parser = ["equal", "subset", "superset", "intersects", "unrelated", "overlaps", "open"])]
    pub(crate) relation: Vec<String>,
    /// List only pairs whose lowest mark is one of these
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) mark: Vec<MarkArg>,
    /// List only these items of the target and what is below them
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub(crate) under: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageArg {
    Covered,
    Unverified,
    Partly,
    Possibly,
    NotCovered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MarkArg {
    Printed,
    Published,
    Inferred,
    Ambiguous,
    Unverified,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Diff {
    /// A catalogue (csf@1.1, or its pack); or an assessment: its JSON, or of a kept one its day, `latest` or `previous`
    pub(crate) old: String,
    /// What it is compared with, of the same sort
    pub(crate) new: String,
    /// Workspace, pack, or folder of packs that has the catalogues; the workspace that keeps the assessments, or that one of
    /// them is of [default: .]
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    #[command(flatten)]
    pub(crate) senses: Senses,
    /// Leave the facts aside, and show only what packs say
    #[arg(long = "static")]
    pub(crate) unassessed: bool,
    /// Show why items of editions correspond
    #[arg(long)]
    pub(crate) explain: bool,
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Json,
    /// One line per correspondence, or per verdict and finding that differs
    Csv,
    Md,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Gaps {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// Of which catalogues; several with commas [default: those that the profile tracks, else those that are not evaluated]
    #[arg(long, value_name = "CATALOG", value_delimiter = ',')]
    pub(crate) of: Option<Vec<String>>,
    /// What covers; several with commas [default: the catalogues that are evaluated]
    #[arg(long, value_name = "CATALOG", value_delimiter = ',')]
    pub(crate) by: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) senses: Senses,
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave the facts aside, and show only what packs say
    #[arg(long = "static")]
    pub(crate) unassessed: bool,
    /// How many suggestions of each sort to print
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) top: usize,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Relate {
    /// An id, such as csf@1.1:PR.AC-1
    pub(crate) a: String,
    /// Another one
    pub(crate) b: String,
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Profile [default: the workspace's]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) senses: Senses,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    Text,
    Csv,
    Json,
}

/// Which statements of mappings are used.
#[derive(Debug, ClapArgs)]
pub(crate) struct Senses {
    /// Only statements of these rationale kinds [default: all, and results say which they mix]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    pub(crate) rationale: Option<Vec<RationaleArg>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RationaleArg {
    Syntactic,
    Semantic,
    Functional,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatrixFormat {
    Text,
    /// One line per pair of items
    Csv,
    Json,
    /// A workbook for auditors
    Xlsx,
    /// GitHub-flavoured Markdown
    Md,
    /// One page that needs nothing else, for people
    Html,
}
