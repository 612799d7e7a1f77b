use kijun_ide::Hint;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{InlayHint, InlayHintKind, InlayHintLabel, InlayHintParams};

use super::Shelf;
use crate::ask::answer;
use crate::convert::position;

pub(crate) async fn inlay(state: &Shelf, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    answer(state, &params.text_document.uri, move |ask| {
        let found = kijun_ide::hints(&ask.snapshot, ask.file, ask.bytes(params.range), ask.lang);
        let hint = |h: Hint| InlayHint {
            position: position(&ask.doc, h.offset, ask.units),
            label: InlayHintLabel::String(h.text),
            kind: h.is_value.then_some(InlayHintKind::PARAMETER),
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: None,
            data: None,
        };
        Some(found.into_iter().map(hint).collect())
    })
    .await
}
