//! Which packs a new pack depends on.

use std::collections::HashMap;
use std::path::Path;

use kijun_exchange::oscal::CatalogName;
use kijun_text::FileId;
use kijun_workspace::{LoadedPack, Workspace};

use super::pack::relative;

/// The packs of a workspace, as lines of `[dependencies]` seen from a new folder.
pub(super) struct Dependencies<'w> {
    workspace: &'w Workspace,
    from: &'w Path,
    /// The module of each item, by catalogue and id of the norm.
    items: HashMap<(usize, &'w str), FileId>,
}

impl<'w> Dependencies<'w> {
    pub(super) fn of(workspace: &'w Workspace, from: &'w Path) -> Dependencies<'w> {
        let requirements = workspace.compiled.program.requirements.iter();
        let local = |id: &'w str| id.split_once(':').map_or(id, |(_, local)| local);
        let items = requirements.map(|r| ((r.catalog, local(&r.id)), r.span.file)).collect();
        Dependencies { workspace, from, items }
    }

    /// The line for the pack that declares a catalogue, or an item of it: a pack may add to the catalogue of another.
    pub(super) fn line(&self, name: &CatalogName, item: Option<&str>) -> Option<String> {
        let catalogs = &self.workspace.compiled.program.catalogs;
        let at = catalogs.iter().position(|c| c.alias == name.alias && c.edition == name.edition)?;
        let file = match item {
            Some(id) => *self.items.get(&(at, id))?,
            None => catalogs.get(at)?.span.file,
        };
        let pack = self.workspace.packs.iter().find(|p| p.modules.contains(&file))?;
        Some(line(pack, self.from))
    }
}

fn line(pack: &LoadedPack, from: &Path) -> String {
    let path = relative(from, &pack.root).display().to_string().replace('\\', "/");
    let minor: Vec<&str> = pack.version.splitn(3, '.').take(2).collect();
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!("{} = {{ path = {}, version = {} }}", quoted(&pack.name), quoted(&path), quoted(&minor.join(".")))
}
