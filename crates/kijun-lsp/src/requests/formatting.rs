use kijun_ide::Edit;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentFormattingParams, DocumentOnTypeFormattingParams, DocumentRangeFormattingParams, TextEdit,
};

use super::Shelf;
use crate::ask::{Ask, answer};

pub(crate) async fn formatting(
    state: &Shelf,
    params: DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>> {
    answer(state, &params.text_document.uri, |ask| {
        let edit = kijun_ide::format(&ask.snapshot, ask.file);
        Some(text_edits(ask, edit))
    })
    .await
}

pub(crate) async fn range_formatting(
    state: &Shelf,
    params: DocumentRangeFormattingParams,
) -> Result<Option<Vec<TextEdit>>> {
    answer(state, &params.text_document.uri, move |ask| {
        Some(text_edits(ask, kijun_ide::format_range(&ask.snapshot, ask.file, &ask.bytes(params.range))))
    })
    .await
}

/// After `}` and after a new line.
pub(crate) async fn on_type_formatting(
    state: &Shelf,
    params: DocumentOnTypeFormattingParams,
) -> Result<Option<Vec<TextEdit>>> {
    let at = params.text_document_position;
    answer(state, &at.text_document.uri, move |ask| {
        Some(text_edits(ask, kijun_ide::format_typed(&ask.snapshot, ask.file, ask.offset(at.position))))
    })
    .await
}

fn text_edits(ask: &Ask, edits: impl IntoIterator<Item = Edit>) -> Vec<TextEdit> {
    let edit = |e: Edit| TextEdit { range: ask.range(&e.range), new_text: e.text };
    edits.into_iter().map(edit).collect()
}
