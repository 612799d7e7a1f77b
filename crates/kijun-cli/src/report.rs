//! The assessment as text for a terminal.

use kijun_engine::Evaluation;
use kijun_engine::assessment::{Assessment, Finding};
use kijun_workspace::Workspace;

use crate::args::Audience;
use crate::terminal::Terminal;

pub(crate) fn text(
    _workspace: &Workspace,
    _evaluation: &Evaluation<'_>,
    assessment: &Assessment,
    _audience: Option<Audience>,
    listed: impl Fn(&Finding) -> bool,
    terminal: &Terminal,
) -> String {
    let mut out = String::new();
    for f in assessment.findings.iter().filter(|f| listed(f)) {
        out.push_str(&format!("{} {}\n", f.verdict.name(), terminal.text(&f.message)));
    }
    out
}
