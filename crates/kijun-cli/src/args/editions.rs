//! Arguments of `editions`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{FactArgs, Senses};

#[derive(Debug, ClapArgs)]
pub(crate) struct Editions {
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// Which catalogues, in this order; several with commas [default: norms of which several editions are loaded, and what their publishers issue beside them]
    #[arg(long, value_name = "CATALOG", value_delimiter = ',')]
    pub(crate) of: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) senses: Senses,
    #[arg(long, value_enum, default_value_t = EditionsFormat::Text)]
    pub(crate) format: EditionsFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EditionsFormat {
    Text,
    Md,
    Json,
    /// One line for each row of items that correspond
    Csv,
    Xlsx,
}
