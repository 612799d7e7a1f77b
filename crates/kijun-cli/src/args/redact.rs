//! Arguments for what leaves the house.

use std::path::PathBuf;

use clap::Args as ClapArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Redact {
    /// Show nothing that tells whose facts they are: ids and names as pseudonyms, no texts, numbers, dates, sources and files
    #[arg(long)]
    pub(crate) redact: bool,
    /// Write here which pseudonym stands for what; the file must not exist, and is for its owner only
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(crate) redact_key: Option<PathBuf>,
}
