//! An imported mapping collection as a pack.

use std::collections::BTreeSet;

use kijun_text::FileId;

use super::claim::CatalogName;
use super::import::{Block, Imported};
use super::module::module_text;
use crate::pack::{
    Counts, Import, ImportedPack, PackFile, Problems, Provenance, in_its_language, manifest, not_laid_out,
    report,
};

/// The line of `[dependencies]` for the pack at hand that declares a catalogue, or an item of it.
pub type Dependency<'a> = &'a dyn Fn(&CatalogName, Option<&str>) -> Option<String>;

/// The lines for all that the statements of blocks name: a pack may add items to the catalogue of another.
pub(crate) fn dependencies(blocks: &[Block], dependency: Dependency<'_>) -> Vec<String> {
    let mut lines = BTreeSet::new();
    for block in blocks {
        lines.extend([&block.from, &block.to].into_iter().filter_map(|name| dependency(name, None)));
        for claim in block.lines.iter().filter_map(|line| line.claim.as_ref()) {
            lines.extend(claim.sources.iter().filter_map(|id| dependency(&claim.from, Some(id))));
            lines.extend(dependency(&claim.to, Some(&claim.target)));
        }
    }
    lines.into_iter().collect()
}

/// The pack of the statements that were read from a document.
///
/// # Errors
/// When the module cannot be laid out, which is a bug.
pub fn mapping_pack(
    imported: Imported,
    file: FileId,
    import: &Import<'_>,
    dependency: Dependency<'_>,
) -> Result<ImportedPack, Problems> {
    let module = module_text(&imported, import.lang).map_err(|errors| not_laid_out(file, &errors))?;
    let statements = imported.blocks.iter().flat_map(|b| &b.lines).filter(|l| l.claim.is_some()).count();
    let counts = Counts { statements, ..Counts::default() };
    let dependencies = dependencies(&imported.blocks, dependency);
    let name = match (import.pack, imported.blocks.first()) {
        (Some(name), _) => name.to_owned(),
        (None, Some(block)) => format!("map-{}-{}", block.from.alias, block.to.alias),
        (None, None) => "map".to_owned(),
    };
    let of = Provenance {
        format: "OSCAL mapping-collection".to_owned(),
        title: imported.title,
        version: imported.version,
        last_modified: imported.last_modified,
    };
    let files = vec![
        manifest(&name, &in_its_language(&of.title), &of, import, &dependencies),
        PackFile { path: "mapping.kijun".to_owned(), text: module },
        report(import, &of, counts, &imported.losses),
    ];
    Ok(ImportedPack { files, losses: imported.losses, counts })
}
