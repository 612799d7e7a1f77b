use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::request::{GotoDeclarationParams, GotoDeclarationResponse};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn declaration(
    state: &Shelf,
    params: GotoDeclarationParams,
) -> Result<Option<GotoDeclarationResponse>> {
    let at = params.text_document_position_params;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::declaration(&ask.snapshot, ask.file, ask.offset(at.position));
        Some(GotoDeclarationResponse::Array(ask.locations(&found)))
    })
    .await
}
