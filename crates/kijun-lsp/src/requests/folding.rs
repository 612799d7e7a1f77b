use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use super::Shelf;
use crate::ask::answer;

pub(crate) async fn folding(state: &Shelf, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
    answer(state, &params.text_document.uri, |ask| {
        let folds = kijun_ide::folds(&ask.snapshot, ask.file);
        let range = |f: &kijun_ide::Fold| FoldingRange {
            start_line: f.start,
            end_line: f.end,
            kind: f.is_comment.then_some(FoldingRangeKind::Comment),
            ..FoldingRange::default()
        };
        Some(folds.iter().map(range).collect())
    })
    .await
}
