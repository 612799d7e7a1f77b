//! What leaves and enters in other formats. Today: the JSON of an assessment (`kijun.assessment/1`).

mod assessment_json;
mod names;

pub use assessment_json::{Context, PackRef, assessment_json};
pub use names::{fact_name, fingerprint, rule_name, subject_id, subject_name};

/// The JSON Schema of `kijun.assessment/1`.
pub const ASSESSMENT_SCHEMA: &str = include_str!("../schemas/kijun.assessment-1.schema.json");
