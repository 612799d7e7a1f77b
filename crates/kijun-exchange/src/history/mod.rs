//! The assessments that a workspace keeps, as data, lines and a table (`kijun.history/1`): figures of each, and what changed from
//! one to the next.

mod csv;
mod outline;
mod reading;

use kijun_text::Label;

pub use self::csv::history_csv;
pub use outline::history_outline;
pub use reading::{HistoryJson, history_json};

use crate::diff::AssessmentRecord;

/// An assessment with the file in which it is kept.
#[derive(Debug, Clone)]
pub struct KeptAssessment {
    pub file: String,
    pub record: AssessmentRecord,
}

/// A file among them that is none of them, with what is wrong and what to do.
#[derive(Debug, Clone)]
pub struct UnreadFile {
    pub file: String,
    pub message: Label,
    pub help: Label,
}

/// What a history is about.
pub struct HistoryContext<'a> {
    pub facility: &'a str,
    pub title: &'a Label,
    pub engine_version: &'a str,
    /// By day, all of this facility.
    pub kept: &'a [KeptAssessment],
    pub unread: &'a [UnreadFile],
}
