//! An assessment as documents for people: a page, a workbook, Markdown, and the lines that a terminal shows of them. All
//! are written from one [`View`], so that they say the same; no figure stands without what is not decided beside it, and
//! nothing here decides a verdict.

mod changes;
mod checklist;
mod clauses;
mod deadlines;
mod evidence;
mod facts;
mod figures;
mod findings;
mod html;
mod management;
mod markdown;
mod questions;
mod requirements;
mod risks;
mod subjects;
mod view;
mod xlsx;

use kijun_engine::Evaluation;
use kijun_engine::assessment::Assessment;
use kijun_engine::program::Mark;
use kijun_text::{Label, Lang};

use crate::assessment_json::Context;
use crate::diff::{AssessmentDiff, Line};

pub use checklist::{Checklist, ChecklistColumn, ChecklistGroup, Content};

pub use html::report_html;
pub use markdown::{lines_markdown, report_markdown};
pub use xlsx::{report_xlsx, risks_xlsx};

pub(crate) use questions::Question;
pub(crate) use view::View;
pub(crate) use xlsx::{Book, Cell, Grid};

/// What a report is about.
pub struct ReportContext<'a> {
    pub of: &'a Context<'a>,
    pub evaluation: &'a Evaluation<'a>,
    pub assessment: &'a Assessment,
    /// The name of the facility.
    pub title: &'a Label,
    pub lang: Lang,
    /// List only what concerns this role; figures stay those of all.
    pub audience: Option<&'a str>,
    /// What changed since an earlier assessment.
    pub changes: Option<&'a AssessmentDiff<'a>>,
    pub risks: &'a [PackRisk],
    pub checklists: &'a [Checklist],
}

/// A risk that packs declare and requirements name.
#[derive(Debug, Clone)]
pub struct PackRisk {
    pub name: String,
    pub title: Label,
    /// Literals of the enums `likelihood` and `impact`.
    pub likelihood: Option<String>,
    pub impact: Option<String>,
    /// Literals of the enum `treatment`.
    pub treatment: Vec<String>,
    /// A role.
    pub owner: Option<String>,
    pub mark: Mark,
}

/// One page for the management, as lines.
pub fn management_summary(context: &ReportContext<'_>) -> Vec<Line> {
    View::new(context).management_lines()
}

/// Which clauses contracts lack, for the contract officer, as lines.
pub fn clause_list(context: &ReportContext<'_>) -> Vec<Line> {
    View::new(context).clause_lines()
}

/// The risk register, as lines.
pub fn risk_register(context: &ReportContext<'_>) -> Vec<Line> {
    View::new(context).risk_lines()
}
