//! `--format oscal` and `oscal-poam`.

use kijun_engine::assessment::Assessment;
use kijun_engine::program::RequirementId;
use kijun_exchange::oscal::{AssessmentExport, oscal_poam, oscal_results};
use kijun_text::Label;
use kijun_workspace::Workspace;

use super::super::lines;
use super::super::places::Places;
use super::with_context;
use crate::args::Format;
use crate::terminal::Terminal;

/// Nothing where OSCAL has no document for it, which is said.
pub(super) fn document(
    format: Format,
    (workspace, assessment): (&Workspace, &Assessment),
    concerns: &dyn Fn(RequirementId) -> bool,
    places: &Places,
    terminal: &Terminal,
) -> Option<Vec<u8>> {
    let (title, lang) = (workspace.title(), terminal.lang);
    let text = places.with(workspace, |paths| {
        with_context(workspace, &workspace.fact_digests(), &[], |context| {
            let export = AssessmentExport { context, assessment, paths, title: &title, lang, concerns };
            if format == Format::OscalPoam {
                oscal_poam(&export).map(|document| lines::json(&document))
            } else {
                oscal_results(&export).map(|document| lines::json(&document))
            }
        })
    });
    if text.is_none() {
        let message = if format == Format::OscalPoam {
            Label::new(
                "することがないので、POA&Mは書き出しません(OSCALのPOA&Mは空にできません)",
                "there is nothing to do, so no POA&M is written (one of OSCAL is never empty)",
            )
        } else {
            Label::new("書き出す要求事項がありません", "there is no requirement to write")
        };
        terminal.warn(&format!("{}\n", terminal.text(&message)));
    }
    text
}
