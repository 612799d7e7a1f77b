//! What a machine check of rules found, as data, lines, facts files and tests (`kijun.verification/1`).

mod answers;
mod facts;
mod outline;
mod reading;
mod words;

use kijun_coverage::Statement;
use kijun_engine::program::{Program, Property};
use kijun_prove::Report;
use kijun_text::{Label, Sources};

pub use answers::{Answers, finding_named};
pub use facts::{facts_file, test_case};
pub use outline::verification_outline;
pub use reading::{VerificationJson, verification_json};

/// What is written about.
pub struct VerificationContext<'a> {
    pub program: &'a Program,
    pub statements: &'a [Statement],
    pub properties: &'a [Property],
    pub sources: &'a Sources,
    pub title: &'a Label,
    pub engine_version: &'a str,
    pub report: &'a Report,
    pub answers: Answers,
}
