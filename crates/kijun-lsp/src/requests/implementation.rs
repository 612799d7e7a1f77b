use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::request::{GotoImplementationParams, GotoImplementationResponse};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn implementation(
    state: &Shelf,
    params: GotoImplementationParams,
) -> Result<Option<GotoImplementationResponse>> {
    let at = params.text_document_position_params;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::implementation(&ask.snapshot, ask.file, ask.offset(at.position));
        Some(GotoImplementationResponse::Array(ask.locations(&found)))
    })
    .await
}
