use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, ReferenceParams,
};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn references(state: &Shelf, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let at = params.text_document_position;
    let declaration = params.context.include_declaration;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::references(&ask.snapshot, ask.file, ask.offset(at.position), declaration);
        Some(ask.locations(&found))
    })
    .await
}

/// The places of the same file.
pub(crate) async fn highlight(
    state: &Shelf,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>> {
    let at = params.text_document_position_params;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::highlights(&ask.snapshot, ask.file, ask.offset(at.position));
        let highlight = |h: &kijun_ide::Highlight| {
            let kind = if h.writes { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
            DocumentHighlight { range: ask.range(&h.range), kind: Some(kind) }
        };
        Some(found.iter().map(highlight).collect())
    })
    .await
}
