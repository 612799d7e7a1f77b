//! Arguments of `repl`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::FactArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Repl {
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// Keep nothing of what is typed, and show nothing of earlier sessions
    #[arg(long)]
    pub(crate) no_history: bool,
}
