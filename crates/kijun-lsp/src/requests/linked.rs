use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{LinkedEditingRangeParams, LinkedEditingRanges};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn linked(
    state: &Shelf,
    params: LinkedEditingRangeParams,
) -> Result<Option<LinkedEditingRanges>> {
    let at = params.text_document_position_params;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::linked(&ask.snapshot, ask.file, ask.offset(at.position));
        let ranges = found.iter().map(|r| ask.range(r)).collect();
        (!found.is_empty()).then_some(LinkedEditingRanges { ranges, word_pattern: None })
    })
    .await
}
