//! Arguments of `pack`, `unpack` and `update`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::FactArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct Pack {
    /// Folder of the pack
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Write here [default: NAME-VERSION.kpack]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Put a signature by this private key into the archive (Ed25519: PKCS#8 in PEM, or its 32 bytes)
    #[arg(long, value_name = "KEY")]
    pub(crate) sign: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Unpack {
    /// An archive that `kijun pack` wrote
    pub(crate) file: PathBuf,
    /// Folder to write into [default: NAME-VERSION]
    pub(crate) dir: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Update {
    /// Workspace or pack
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Only say what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// How what changes is said
    #[arg(long, value_enum, default_value_t = UpdateFormat::Text)]
    pub(crate) format: UpdateFormat,
    /// Say it here instead of on standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UpdateFormat {
    Text,
    Md,
    Json,
}
