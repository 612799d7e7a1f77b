use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{GotoDefinitionParams, GotoDefinitionResponse};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn definition(
    state: &Shelf,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::definition(&ask.snapshot, ask.file, ask.offset(at.position));
        Some(GotoDefinitionResponse::Array(ask.locations(&found)))
    })
    .await
}
