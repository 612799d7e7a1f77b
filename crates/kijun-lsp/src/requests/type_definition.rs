use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::request::{GotoTypeDefinitionParams, GotoTypeDefinitionResponse};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn type_definition(
    state: &Shelf,
    params: GotoTypeDefinitionParams,
) -> Result<Option<GotoTypeDefinitionResponse>> {
    let at = params.text_document_position_params;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::type_definition(&ask.snapshot, ask.file, ask.offset(at.position));
        Some(GotoTypeDefinitionResponse::Array(ask.locations(&found)))
    })
    .await
}
