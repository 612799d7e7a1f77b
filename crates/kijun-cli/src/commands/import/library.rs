//! `kijun import gemara` and `kijun import ciso-assistant`: libraries in YAML as packs.

use kijun_exchange::libraries::{import_ciso_assistant, import_gemara};

use super::{pack, table};
use crate::args::ImportLibrary;
use crate::commands::Status;
use crate::terminal::Terminal;

pub(super) fn gemara(args: &ImportLibrary, terminal: &Terminal) -> Result<(), Status> {
    let words = table::pairs(&args.word, "--word", terminal)?;
    pack::import(&args.file, &args.pack, terminal, |sources, file, import| {
        import_gemara(sources, file, import, &words)
    })
}

pub(super) fn ciso_assistant(args: &ImportLibrary, terminal: &Terminal) -> Result<(), Status> {
    let words = table::pairs(&args.word, "--word", terminal)?;
    pack::import(&args.file, &args.pack, terminal, |sources, file, import| {
        import_ciso_assistant(sources, file, import, &words)
    })
}
