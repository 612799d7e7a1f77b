//! What leaves and enters in other formats: results, documents for people, documents and packs of other tools, questions and
//! answers, workbooks. ARCHITECTURE.md lists them; schemas lie in `schemas`. Nothing here decides a verdict.

pub mod accepted;
pub mod answers;
mod assessment_json;
pub mod compare;
mod csv_table;
pub mod diff;
pub mod disclosure;
pub mod due;
pub mod editions;
pub mod explain;
mod fact_json;
mod fact_workbook;
mod findings_csv;
mod gaps;
mod gfm;
pub mod graph;
pub mod history;
mod html;
pub mod inquiry;
pub mod libraries;
pub mod lookup;
mod loss;
mod matrix;
mod names;
pub mod oscal;
mod outcome_json;
pub mod pack;
pub mod plan;
pub mod report;
pub mod results;
pub mod site;
mod stream_error;
pub mod strength;
pub mod tables;
pub mod toml_text;
mod tracked_json;
pub mod verification;
mod visible;
pub mod wording;
mod xlsx;

pub use assessment_json::{AssessmentJson, Context, PackRef, WorkspaceRef, assessment_json};
pub use fact_json::role_of;
pub use fact_workbook::{FactWorkbook, Unwritable, fact_workbook};
pub use findings_csv::findings_csv;
pub use gaps::{GapsJson, gaps_csv, gaps_json};
pub use matrix::{
    Assessed, Listed, MatrixContext, MatrixJson, WorkbookError, matrix_csv, matrix_html, matrix_json,
    matrix_markdown, matrix_xlsx,
};
pub use names::{fact_name, fingerprint, rule_name, subject_id, subject_name};
pub use stream_error::{StreamErrorJson, stream_error_json};
pub use visible::visible;

/// The JSON Schema of `kijun.assessment/1`.
pub const ASSESSMENT_SCHEMA: &str = include_str!("../schemas/kijun.assessment-1.schema.json");
/// The JSON Schema of `kijun.diff/1`.
pub const DIFF_SCHEMA: &str = include_str!("../schemas/kijun.diff-1.schema.json");
/// The JSON Schema of `kijun.results/1`, and of the lines of it.
pub const RESULTS_SCHEMA: &str = include_str!("../schemas/kijun.results-1.schema.json");
/// The JSON Schema of `kijun.stream-error/1`.
pub const STREAM_ERROR_SCHEMA: &str = include_str!("../schemas/kijun.stream-error-1.schema.json");
/// The JSON Schema of `kijun.lints/1`.
pub const LINTS_SCHEMA: &str = include_str!("../schemas/kijun.lints-1.schema.json");
/// The JSON Schema of `kijun.matrix/1`.
pub const MATRIX_SCHEMA: &str = include_str!("../schemas/kijun.matrix-1.schema.json");
/// The JSON Schema of `kijun.due/1`.
pub const DUE_SCHEMA: &str = include_str!("../schemas/kijun.due-1.schema.json");
/// The JSON Schema of `kijun.editions/1`.
pub const EDITIONS_SCHEMA: &str = include_str!("../schemas/kijun.editions-1.schema.json");
/// The JSON Schema of `kijun.plan/1`.
pub const PLAN_SCHEMA: &str = include_str!("../schemas/kijun.plan-1.schema.json");
/// The JSON Schema of `kijun.gaps/1`.
pub const GAPS_SCHEMA: &str = include_str!("../schemas/kijun.gaps-1.schema.json");
/// The JSON Schema of the statements that `kijun seal` signs.
pub const SEAL_SCHEMA: &str = include_str!("../schemas/kijun.seal-1.schema.json");
/// The JSON Schema of `kijun.graph/1`.
pub const GRAPH_SCHEMA: &str = include_str!("../schemas/kijun.graph-1.schema.json");
/// The JSON Schema of `kijun.questions/1`.
pub const QUESTIONS_SCHEMA: &str = include_str!("../schemas/kijun.questions-1.schema.json");
/// The JSON Schema of `kijun.strength/1`.
pub const STRENGTH_SCHEMA: &str = include_str!("../schemas/kijun.strength-1.schema.json");
/// The JSON Schema of `kijun.comparison/1`.
pub const COMPARISON_SCHEMA: &str = include_str!("../schemas/kijun.comparison-1.schema.json");
/// The JSON Schema of `kijun.history/1`.
pub const HISTORY_SCHEMA: &str = include_str!("../schemas/kijun.history-1.schema.json");
/// The JSON Schema of `kijun.update/1`.
pub const UPDATE_SCHEMA: &str = include_str!("../schemas/kijun.update-1.schema.json");
/// The JSON Schema of `kijun.verification/1`.
pub const VERIFICATION_SCHEMA: &str = include_str!("../schemas/kijun.verification-1.schema.json");
