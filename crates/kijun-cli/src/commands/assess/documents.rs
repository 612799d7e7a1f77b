//! The reports for people beside the text: a page, a workbook, Markdown, and what is for one role alone.

use kijun_engine::Evaluation;
use kijun_engine::assessment::Assessment;
use kijun_exchange::diff::{
    AssessmentRecord, Line, Reevaluated, assessment_diff_outline, diff_assessments, parse_assessment,
};
use kijun_exchange::report::{
    Checklist, ChecklistColumn, ChecklistGroup, Content, PackRisk, ReportContext, clause_list,
    management_summary, report_html, report_markdown, report_xlsx,
};
use kijun_exchange::{Context, assessment_json};
use kijun_model::checklist;
use kijun_workspace::Workspace;

use super::super::lines;
use super::super::{Status, iso_day, refuse, refuse_workbook};
use crate::args::{Assess, Audience, Format};
use crate::terminal::Terminal;

/// An assessment with everything that a document shows of it.
pub(super) struct Documents<'d> {
    pub(super) workspace: &'d Workspace,
    pub(super) evaluation: &'d Evaluation<'d>,
    pub(super) assessment: &'d Assessment,
    pub(super) terminal: &'d Terminal,
}

impl Documents<'_> {
    /// The document in its format; `context` names the digests of facts.
    pub(super) fn write(
        &self,
        args: &Assess,
        context: &Context<'_>,
        baseline: Option<&AssessmentRecord>,
    ) -> Result<Vec<u8>, Status> {
        let now = baseline.map(|_| self.record(context)).transpose()?;
        let mut changes = baseline.zip(now.as_ref()).and_then(|(old, new)| diff_assessments(old, new));
        // This workspace is that of the new assessment, and tells what the day alone did.
        let again = changes.as_ref().filter(|d| d.needs_reevaluation());
        let again = again.and_then(|d| super::on_day(self.workspace, iso_day(&d.old.as_of)?, self.terminal));
        if let (Some(diff), Some(on_old_day), Some(on_new_day)) = (&mut changes, &again, &now) {
            diff.attribute(Ok(Reevaluated { on_old_day, on_new_day }));
        }
        let (risks, checklists) = (pack_risks(self.workspace), checklists(self.workspace));
        let title = self.workspace.title();
        let report = ReportContext {
            of: context,
            evaluation: self.evaluation,
            assessment: self.assessment,
            title: &title,
            lang: self.terminal.lang,
            audience: args.audience.map(Audience::name),
            changes: changes.as_ref(),
            risks: &risks,
            checklists: &checklists,
        };
        Ok(match args.format {
            Format::Html => report_html(&report).into_bytes(),
            Format::Md => report_markdown(&report).into_bytes(),
            Format::Xlsx => report_xlsx(&report).map_err(|e| refuse_workbook(&e, self.terminal))?,
            _ => self.lines(&report, args),
        })
    }

    /// What the text says beside the report itself: the summary for the management, the clauses for the contract officer, and what
    /// changed.
    fn lines(&self, report: &ReportContext<'_>, args: &Assess) -> Vec<u8> {
        let mut lines: Vec<Line> = match args.audience {
            Some(Audience::Management) if !args.details => {
                return self.printed(&management_summary(report), args);
            }
            Some(Audience::Purchaser) => clause_list(report),
            _ => Vec::new(),
        };
        if let Some(diff) = report.changes {
            lines.extend(assessment_diff_outline(diff, report.lang));
        }
        self.printed(&lines, args)
    }

    fn printed(&self, lines: &[Line], args: &Assess) -> Vec<u8> {
        lines::text(lines, self.terminal, args.output.is_some())
    }

    /// This assessment as another run reads it.
    fn record(&self, context: &Context<'_>) -> Result<AssessmentRecord, Status> {
        let json = assessment_json(context, self.assessment, |_| true);
        let text = serde_json::to_string(&json).unwrap_or_default();
        parse_assessment(&text).map_err(|error| {
            let (message, help) = error.describe("assessment");
            refuse(self.terminal, &message, &help)
        })
    }
}

/// The risks that packs declare, as reports take them.
pub(in crate::commands) fn pack_risks(workspace: &Workspace) -> Vec<PackRisk> {
    let risk = |r: &kijun_model::Risk| PackRisk {
        name: r.name.clone(),
        title: r.title.clone(),
        likelihood: r.likelihood.clone(),
        impact: r.impact.clone(),
        treatment: r.treatment.clone(),
        owner: r.owner.clone(),
        mark: r.mark,
    };
    workspace.compiled.risks.iter().map(risk).collect()
}

/// The checklists that packs define, as reports take them.
fn checklists(workspace: &Workspace) -> Vec<Checklist> {
    let of = workspace.packs.iter().filter_map(|p| p.checklist.as_ref()?.1.as_ref().ok());
    of.map(|list| Checklist {
        name: list.name.clone().into(),
        title: list.title.clone().into(),
        note: list.note.clone().into(),
        columns: list.columns.iter().map(column).collect(),
        groups: list
            .groups
            .iter()
            .map(|g| ChecklistGroup {
                title: g.title.clone().into(),
                items: g.items.iter().map(|i| i.get_ref().clone()).collect(),
            })
            .collect(),
    })
    .collect()
}

fn column(column: &checklist::Column) -> ChecklistColumn {
    let content = match column.content {
        checklist::Content::Number => Content::Number,
        checklist::Content::Item => Content::Item,
        checklist::Content::Answer => Content::Answer,
        checklist::Content::ConfirmedOn => Content::ConfirmedOn,
        checklist::Content::TargetDate => Content::TargetDate,
        checklist::Content::Verdict => Content::Verdict,
        checklist::Content::Remark => Content::Remark,
    };
    ChecklistColumn { content, title: column.title.clone().into(), width: *column.width.get_ref() }
}
