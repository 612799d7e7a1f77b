//! Catalogues of OSCAL: as a pack, and back.
//!
//! What the language says of a catalogue stands in its modules. The rest (parameters, links, properties, the parts of a text)
//! is kept beside them in `oscal.json`, by id; a module that says otherwise wins over it. So a catalogue comes back as it was,
//! but for what was changed.

mod edit;
mod export;
mod facts;
mod import;
mod ours;
mod read;
mod shape;
mod sidecar;
mod text;

pub(super) use edit::{digest, renew};
pub(super) use export::oscal_ids;
pub use export::{CatalogExport, ExportedCatalog, NoCatalog, export_catalog};
pub use import::import_catalog;
pub(super) use read::metadata;

/// The file of a pack that holds what the language cannot say of an imported catalogue.
pub const SIDECAR: &str = "oscal.json";

#[cfg(test)]
mod tests;
