use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use super::Shelf;
use crate::ask::answer;

/// The command of a lens is the editor's: it gets the id to explain.
pub(crate) async fn lens(state: &Shelf, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    answer(state, &params.text_document.uri, |ask| {
        let found = kijun_ide::lenses(&ask.snapshot, ask.file, ask.lang);
        let lens = |l: kijun_ide::Lens| CodeLens {
            range: ask.range(&l.range),
            command: Some(Command {
                title: l.text,
                command: "kijun.explain".to_owned(),
                arguments: Some(vec![serde_json::Value::String(l.id)]),
            }),
            data: None,
        };
        Some(found.into_iter().map(lens).collect())
    })
    .await
}
