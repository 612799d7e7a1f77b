//! Profiles of OSCAL: which controls of which catalogues a baseline asks for. A profile of the language says the same with
//! `include` and `exclude`; parameters and alterations are kept beside it in `oscal-profile.json`.

mod export;
mod import;
mod resolve;
mod select;
mod tree;

pub use export::{ExportedProfile, ProfileExport, export_profile};
pub use import::{ImportedCatalog, Nearby, import_profile};
pub use tree::{ProfileCatalog, ProfileItem, profile_catalogs};

/// The file of a pack that holds what the language cannot say of an imported profile.
pub const PROFILE_SIDECAR: &str = "oscal-profile.json";

#[cfg(test)]
mod tests;
