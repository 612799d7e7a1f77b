//! What differs between two editions of a norm, or between two assessments, as data, tables and text (`kijun.diff/1`).

mod assessments;
mod assessments_json;
mod attribution;
mod csv;
mod editions_json;
pub(crate) mod names;
pub(crate) mod outline;
mod outline_assessments;
mod outline_editions;
pub(crate) mod record;

pub use assessments::{
    AssessmentDiff, Counts, FactChange, Fate, FindingChange, InputChange, RequirementChange, Why,
    diff_assessments,
};
pub use assessments_json::{AssessmentDiffJson, assessment_diff_json};
pub use attribution::{Attribution, Cause, Reevaluated, Step, Undivided};
pub use csv::{assessment_diff_csv, edition_diff_csv};
pub use editions_json::{EditionDiffJson, edition_diff_json};
pub use outline::{Line, markdown};
pub use outline_assessments::assessment_diff_outline;
pub use outline_editions::{Derivations, edition_diff_outline};
pub use record::{AssessmentRecord, FindingRecord, RecordError, RequirementRecord, parse_assessment};

use kijun_coverage::{EditionDiff, Flip, Mappings};
use kijun_facts::Store;
use kijun_text::{Label, Sources};

/// What a diff of editions is about, beside its items.
pub struct EditionsContext<'a> {
    pub mappings: &'a Mappings<'a>,
    pub diff: &'a EditionDiff,
    /// `None`: no facts were looked at.
    pub flips: Option<Flips<'a>>,
    pub engine_version: &'a str,
}

/// Verdicts that differ on the facts of a facility.
#[derive(Clone, Copy)]
pub struct Flips<'a> {
    pub flips: &'a [Flip],
    pub facility: &'a str,
    pub title: &'a Label,
    /// Days since 1970-01-01.
    pub as_of: i32,
    pub store: &'a Store,
    /// The modules, in which rules have their place.
    pub sources: &'a Sources,
}
