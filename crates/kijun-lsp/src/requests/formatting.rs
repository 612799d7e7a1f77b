use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentFormattingParams, TextEdit};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn formatting(
    state: &Shelf,
    params: DocumentFormattingParams,
) -> Result<Option<Vec<TextEdit>>> {
    answer(state, &params.text_document.uri, |ask| {
        let edit = kijun_ide::format(&ask.snapshot, ask.file);
        Some(edit.map(|e| TextEdit { range: ask.range(&e.range), new_text: e.text }).into_iter().collect())
    })
    .await
}
