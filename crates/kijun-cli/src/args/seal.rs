//! Arguments of `seal` and `reproduce`.

use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs};

use super::FactArgs;

#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("does").required(true).args(["key", "new_key", "digest", "timestamp"])))]
pub(crate) struct Seal {
    /// Workspace; with --pack the pack; with --digest and --timestamp the seal
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// Assess, and sign what comes of it with this private key (Ed25519: PKCS#8 in PEM, or its 32 bytes)
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Write the seal here, and the assessment beside it [default: FACILITY-DATE.seal.json]
    #[arg(long, short, value_name = "FILE", requires = "key")]
    pub(crate) output: Option<PathBuf>,
    /// Sign a pack instead of an assessment: writes pack.dsse.json into its folder
    #[arg(long, requires = "key", conflicts_with_all = ["output", "as_of", "facts", "profile", "locked"])]
    pub(crate) pack: bool,
    /// Make a key: the private one here, the public one beside it as FILE.pub
    #[arg(long, value_name = "FILE")]
    pub(crate) new_key: Option<PathBuf>,
    /// Print the SHA-256 of a seal that a time stamp is to be of
    #[arg(long)]
    pub(crate) digest: bool,
    /// Attach a time stamp (RFC 3161: a response or a token) to a seal
    #[arg(long, value_name = "FILE.tsr")]
    pub(crate) timestamp: Option<PathBuf>,
    /// Write over seals and signatures that are there
    #[arg(long, requires = "key")]
    pub(crate) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Reproduce {
    /// A seal that `kijun seal` wrote
    pub(crate) seal: PathBuf,
    /// The workspace that was sealed
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Public key of whoever sealed it (PEM, or its 32 bytes), from them and not from beside the seal; may be repeated
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) key: Vec<PathBuf>,
}
