use std::path::PathBuf;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport,
};

use super::Shelf;
use crate::analyst::issues_of;
use crate::ask::{Ask, answer, apart, lock};
use crate::convert::{path, uri};

/// What is known of a file now; when semantics catch up, the editor is told to ask again.
pub(crate) async fn diagnostic(
    state: &Shelf,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult> {
    let uri = params.text_document.uri;
    let (wishes, is_loose) = {
        let state = lock(state);
        let root = path(&uri).and_then(|path| state.root_of(&path).map(|r| r.is_loose));
        (state.config.wishes(), root.unwrap_or(true))
    };
    let items = answer(state, &uri, move |ask| Some(issues_of(ask, wishes, is_loose))).await?;
    let report = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            result_id: None,
            items: items.unwrap_or_default(),
        },
    };
    Ok(DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(report)))
}

/// The same of every file of every root.
pub(crate) async fn workspace_diagnostic(
    state: &Shelf,
    _: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    let (asks, wishes) = {
        let state = lock(state);
        let mut asks: Vec<(Ask, Option<i64>)> = Vec::new();
        for root in state.roots.iter().filter(|r| !r.is_loose) {
            // A pack that several roots read is answered for by one of them.
            let own = |path: &&PathBuf| state.root_of(path).is_some_and(|r| r.folder == root.folder);
            for path in root.paths.iter().filter(own) {
                let version = state.open.get(path).map(|f| i64::from(f.version));
                let ask = root.file(path).and_then(|file| Ask::of(&state, root, file));
                asks.extend(ask.map(|ask| (ask, version)));
            }
        }
        (asks, state.config.wishes())
    };
    let reports = apart(move || {
        let report = |(ask, version): (Ask, Option<i64>)| {
            let report = WorkspaceFullDocumentDiagnosticReport {
                // Of a file in an archive as well: what is wrong there has to be seen.
                uri: uri(ask.path(ask.file)?)?,
                version,
                full_document_diagnostic_report: FullDocumentDiagnosticReport {
                    result_id: None,
                    items: issues_of(&ask, wishes, false),
                },
            };
            Some(WorkspaceDocumentDiagnosticReport::Full(report))
        };
        asks.into_iter().filter_map(report).collect()
    });
    Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items: reports.await? }))
}
