//! `facts …`: ledgers in and out of spreadsheets.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum FactsCommand {
    /// A workbook to fill in: a sheet a kind, with questions as notes and drop-downs
    Template(FactTemplate),
    /// How a ledger that exists may be read: a `[[source]]` to paste into kijun.toml
    Map(FactMap),
}

#[derive(Debug, Args)]
pub(crate) struct FactTemplate {
    /// Workspace or pack
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// As an Excel workbook, which is the only format
    #[arg(long, required = true)]
    pub(crate) xlsx: bool,
    /// With the facts that are there already
    #[arg(long)]
    pub(crate) filled: bool,
    /// Only these kinds, by name or label
    #[arg(long, value_name = "KIND", num_args = 1..)]
    pub(crate) kind: Vec<String>,
    /// Files of facts to fill in, instead of the workspace's folder `facts`
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) facts: Option<Vec<PathBuf>>,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct FactMap {
    /// The ledger: CSV, TSV or a workbook
    pub(crate) file: PathBuf,
    /// Workspace or pack, whose kinds its records are to be
    #[arg(long, value_name = "PATH", default_value = ".")]
    pub(crate) path: PathBuf,
    /// Only this sheet
    #[arg(long, value_name = "SHEET")]
    pub(crate) sheet: Option<String>,
    /// The kind of its records, by name or label [default: that which fits best]
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// The row of the headings, from 1 [default: that which fits best]
    #[arg(long, value_name = "ROW")]
    pub(crate) header_row: Option<u32>,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
