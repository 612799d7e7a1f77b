//! Arguments of `compare` and `risks`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::FactArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum Compare {
    /// Two vendors that bid, requirement by requirement
    Vendor(CompareVendor),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompareVendor {
    /// Id or name of a vendor
    pub(crate) a: String,
    /// Of another one
    pub(crate) b: String,
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    #[arg(long, value_enum, default_value_t = CompareFormat::Text)]
    pub(crate) format: CompareFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompareFormat {
    Text,
    Md,
    /// A workbook: side by side, and a sheet of questions for each
    Xlsx,
    Json,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Risks {
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    #[arg(long, value_enum, default_value_t = RiskFormat::Text)]
    pub(crate) format: RiskFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RiskFormat {
    Text,
    Md,
    Xlsx,
}
