//! Coverage matrices as tables and data.

mod csv;
mod html;
mod json;
mod markdown;
mod reading;
mod words;
mod xlsx;

pub use csv::{Listed, matrix_csv};
pub use html::matrix_html;
pub use json::{MatrixJson, matrix_json};
pub(crate) use json::{TallyJson, WalkJson, possible, tally, walks};
pub use markdown::matrix_markdown;
pub use xlsx::{WorkbookError, matrix_xlsx};

use kijun_coverage::{Mappings, Matrix};

/// What a matrix is about, beside its cells.
pub struct MatrixContext<'a> {
    pub mappings: &'a Mappings<'a>,
    pub matrix: &'a Matrix,
    /// Title and id of the facility whose verdicts were used, and the day; `None` for a static matrix.
    pub assessed: Option<Assessed<'a>>,
    pub engine_version: &'a str,
    /// The packs whose catalogues and mappings were read.
    pub packs: &'a [crate::PackRef],
}

#[derive(Debug, Clone, Copy)]
pub struct Assessed<'a> {
    pub facility: &'a str,
    pub title: &'a kijun_text::Label,
    /// Days since 1970-01-01.
    pub as_of: i32,
    pub verdicts: &'a kijun_coverage::Verdicts,
}
