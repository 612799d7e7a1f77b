//! `kijun import oscal-catalog`: a catalogue of OSCAL as a pack.

use kijun_exchange::oscal::catalog::import_catalog;

use super::pack;
use crate::args::ImportPack;
use crate::commands::Status;
use crate::terminal::Terminal;

pub(super) fn run(args: &ImportPack, terminal: &Terminal) -> Result<(), Status> {
    pack::import(&args.file, &args.pack, terminal, |sources, file, import| {
        import_catalog(sources, file, import)
    })
}
