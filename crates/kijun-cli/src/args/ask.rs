//! Arguments of `ask` and `answer`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::FactArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Ask {
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// Ask only these: a role, `vendor:ID`, or a name, as the list shows them
    #[arg(long, value_name = "WHOM")]
    pub(crate) to: Vec<String>,
    /// By when an answer is wanted, as 2026-12-15; it stands in the letter
    #[arg(long, value_name = "DATE")]
    pub(crate) reply_by: Option<String>,
    /// [default: text; with --output FOLDER, xlsx]
    #[arg(long, value_enum)]
    pub(crate) format: Option<AskFormat>,
    /// A folder for one file per respondent (xlsx, md), or a file
    #[arg(long, short, value_name = "FOLDER OR FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over files that are there; answers that were filled in there are lost
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AskFormat {
    /// Whom there is to ask, and the most decisive questions
    Text,
    /// A workbook for each respondent, with a letter
    Xlsx,
    /// The same as Markdown
    Md,
    /// All questions, with room for the answers
    Json,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Answer {
    /// A workbook or JSON that `kijun ask` made, filled in
    pub(crate) file: PathBuf,
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// Write the facts (TOML) here instead of to standard output, best into the folder of facts
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}
