//! OSCAL 1.2.1: mappings between catalogues as control mappings (`mapping-collection`), out and in; assessments as assessment
//! results and as a plan of action and milestones. `docs/oscal.md` says what becomes of what.

mod assessment;
mod claim;
mod document;
mod entry;
mod export;
mod import;
mod json;
mod loss;
mod module;
mod names;
mod read;

pub use assessment::{AssessmentExport, OscalPoam, OscalResults, oscal_poam, oscal_results};
pub use claim::{CatalogAtHand, CatalogName, Claim, catalogs_at_hand};
pub use document::OscalMapping;
pub use export::{ExportOptions, export_mapping};
pub use import::{Block, ImportOptions, Imported, import_mapping};
pub use loss::{Loss, Place};
pub use module::module_text;

#[cfg(test)]
mod tests;
