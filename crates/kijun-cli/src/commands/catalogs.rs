//! Catalogues and items as a person names them on the command line.

use kijun_exchange::lookup::{NamedPack, Refusal, named_catalogs};
pub(super) use kijun_exchange::lookup::{named_item as item, qualified};
use kijun_workspace::Workspace;

/// The catalogues of a workspace that a name means.
pub(super) fn named(workspace: &Workspace, name: &str) -> Result<Vec<usize>, Refusal> {
    let packs: Vec<NamedPack<'_>> =
        workspace.packs.iter().map(|p| (p.name.as_str(), p.modules.as_slice())).collect();
    named_catalogs(&workspace.compiled.program, &packs, name)
}
