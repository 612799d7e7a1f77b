//! Arguments of `verify`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

#[derive(Debug, ClapArgs)]
pub(crate) struct Verify {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// How many records of each kind at most
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=8))]
    pub(crate) scope: u32,
    /// Ask only this; several with commas [possible values: never-applies, never-satisfied, never-violated, idle-require,
    /// redundant, contradictory, never-met, never-reached, refuted, property]
    #[arg(long, value_name = "WHAT", value_delimiter = ',', hide_possible_values = true, value_parser = [
        "never-applies", "never-satisfied", "never-violated", "idle-require", "redundant", "contradictory",
        "never-met", "never-reached", "refuted", "property",
    ])]
    pub(crate) only: Vec<String>,
    /// The only date of evaluation to try, as 2026-11-22 [default: the dates around those of the rules]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// Profile [default: the workspace's]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Refuse to go on without a kijun.lock
    #[arg(long)]
    pub(crate) locked: bool,
    /// Conflicts of the solver after which a question is given up
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    pub(crate) budget: u64,
    #[arg(long, value_enum, default_value_t = VerifyFormat::Text)]
    pub(crate) format: VerifyFormat,
    /// Show the facts and the test of every counterexample, and every claim that rules cannot decide
    #[arg(long)]
    pub(crate) details: bool,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyFormat {
    Text,
    Md,
    Json,
}
