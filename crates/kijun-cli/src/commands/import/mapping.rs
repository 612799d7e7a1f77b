//! `kijun import oscal-mapping`: a mapping collection of OSCAL as a pack.

use kijun_exchange::oscal::{CatalogName, ImportOptions, catalogs_at_hand, import_mapping, mapping_pack};

use super::dependencies::Dependencies;
use super::pack;
use super::profile::norms;
use crate::args::{ImportMapping, MarkArg, PackArgs};
use crate::commands::Status;
use crate::terminal::Terminal;

pub(super) fn run(args: &ImportMapping, terminal: &Terminal) -> Result<(), Status> {
    let workspace = args.path.as_ref().map(|path| norms(path, terminal)).transpose()?;
    let options = ImportOptions {
        from: args.from.as_deref().map(CatalogName::parse),
        to: args.to.as_deref().map(CatalogName::parse),
        at_hand: workspace.as_ref().map(|w| catalogs_at_hand(&w.compiled.program)),
    };
    let dependencies = workspace.as_ref().map(|w| Dependencies::of(w, &args.output));
    let pack_args = PackArgs {
        output: args.output.clone(),
        name: args.name.clone(),
        alias: None,
        edition: None,
        mark: MarkArg::Unverified,
    };
    pack::import(&args.file, &pack_args, terminal, |sources, file, import| {
        let imported = import_mapping(sources, file, &options)?;
        mapping_pack(imported, file, import, &|name, id| dependencies.as_ref()?.line(name, id))
    })
}
