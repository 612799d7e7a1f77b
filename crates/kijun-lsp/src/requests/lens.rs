use kijun_ide::{Lens, LensDoes};
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command};

use super::Shelf;
use super::run_tests::RUN_TESTS;
use crate::ask::answer;

/// To explain is the editor's: it gets the id. Tests are run here.
pub(crate) async fn lens(state: &Shelf, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let uri = params.text_document.uri.clone();
    answer(state, &params.text_document.uri, move |ask| {
        let found = kijun_ide::lenses(&ask.snapshot, ask.file, ask.lang);
        let lens = |l: Lens| {
            let (command, arguments) = match l.does {
                LensDoes::Explain(id) => ("kijun.explain", vec![json!(id)]),
                LensDoes::RunTests(None) => (RUN_TESTS, vec![json!(uri)]),
                LensDoes::RunTests(Some(name)) => (RUN_TESTS, vec![json!(uri), json!(name)]),
            };
            let command = Command { title: l.text, command: command.to_owned(), arguments: Some(arguments) };
            CodeLens { range: ask.range(&l.range), command: Some(command), data: None }
        };
        Some(found.into_iter().map(lens).collect())
    })
    .await
}
