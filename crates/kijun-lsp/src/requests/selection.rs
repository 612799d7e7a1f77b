use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Position, SelectionRange, SelectionRangeParams};

use super::Shelf;
use crate::ask::{Ask, answer};

pub(crate) async fn selection(
    state: &Shelf,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>> {
    answer(state, &params.text_document.uri, move |ask| {
        Some(params.positions.iter().map(|place| around(ask, *place)).collect())
    })
    .await
}

/// Each range within the next; there is one for every place.
fn around(ask: &Ask, place: Position) -> SelectionRange {
    let found = kijun_ide::selection(&ask.snapshot, ask.file, ask.offset(place));
    let outer = |parent: Option<SelectionRange>, bytes| {
        Some(SelectionRange { range: ask.range(bytes), parent: parent.map(Box::new) })
    };
    found.iter().rev().fold(None, outer).unwrap_or_default()
}
