use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn hover(state: &Shelf, params: HoverParams) -> Result<Option<Hover>> {
    let at = params.text_document_position_params;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::hover(&ask.snapshot, ask.file, ask.offset(at.position), ask.lang)?;
        let markup = MarkupContent { kind: MarkupKind::Markdown, value: found.markdown };
        Some(Hover { contents: HoverContents::Markup(markup), range: Some(ask.range(&found.range)) })
    })
    .await
}
