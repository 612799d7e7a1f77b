//! Component definitions of OSCAL: what a vendor says of a product, as facts.
//!
//! A claim is not an answer of the hospital and decides nothing by itself: it becomes a record of the kind `component_claim`,
//! backed by the grade `declared`. What these kinds have no attribute for goes along in an attribute `oscal`, as JSON.

mod export;
mod import;

pub use export::{ComponentExport, ExportedComponents, export_components};
pub use import::{ComponentImport, ImportedComponents, import_components};

/// The declarations of the kinds, for a pack that has them not yet.
pub const SCHEMA: &str = include_str!("schema.kijun");

/// `implementation-status` of OSCAL and the literal of the language.
const STATUSES: [(&str, &str); 5] = [
    ("implemented", "implemented"),
    ("partial", "partial"),
    ("planned", "planned"),
    ("alternative", "alternative"),
    ("not-applicable", "not_applicable"),
];

#[cfg(test)]
mod tests;
