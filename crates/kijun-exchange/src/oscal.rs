//! OSCAL: catalogues, profiles, component definitions, out and in; in the files of this folder itself, control mappings
//! (`mapping-collection`), out and in; assessments as assessment results and as a plan of action and milestones.
//! `docs/oscal.md` says what becomes of what.

mod assessment;
pub mod catalog;
mod claim;
pub mod component;
mod document;
mod entry;
mod export;
mod import;
mod json;
mod module;
mod names;
mod pack;
pub mod profile;
mod read;

pub use crate::loss::{Loss, Place};
pub use assessment::{AssessmentExport, OscalPoam, OscalResults, oscal_poam, oscal_results};
pub(crate) use claim::local;
pub use claim::{CatalogAtHand, CatalogName, Claim, catalogs_at_hand};
pub use document::OscalMapping;
pub use export::{ExportOptions, export_mapping};
pub(crate) use import::Line;
pub use import::{Block, ImportOptions, Imported, import_mapping};
pub(crate) use module::{blocks_text, is_catalog, is_id};
pub(crate) use names::mark_of;
pub(crate) use pack::dependencies;
pub use pack::{Dependency, mapping_pack};

#[cfg(test)]
mod tests;
