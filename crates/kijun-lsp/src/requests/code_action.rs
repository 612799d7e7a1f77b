use std::collections::HashMap;

use kijun_ide::Action;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Diagnostic,
    NumberOrString, TextEdit, WorkspaceEdit,
};

use super::Shelf;
use crate::ask::{Ask, answer};
use crate::convert::text;

pub(crate) async fn code_action(
    state: &Shelf,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>> {
    answer(state, &params.text_document.uri, move |ask| {
        let found = kijun_ide::actions(&ask.snapshot, ask.file, ask.bytes(params.range));
        let actions = found.into_iter().filter_map(|a| action(ask, a, &params.context.diagnostics));
        Some(actions.map(CodeActionOrCommand::CodeAction).collect())
    })
    .await
}

fn action(ask: &Ask, found: Action, shown: &[Diagnostic]) -> Option<CodeAction> {
    let edit = TextEdit { range: ask.range(&found.edit.range), new_text: found.edit.text };
    let changes = HashMap::from([(ask.uri(ask.file)?, vec![edit])]);
    let (place, code) = (ask.range(&found.issue), NumberOrString::String(found.code));
    let answered = shown.iter().filter(|d| d.range == place && d.code.as_ref() == Some(&code));
    Some(CodeAction {
        title: text(&found.title, ask.lang),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(answered.cloned().collect()),
        edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
        is_preferred: Some(true),
        ..CodeAction::default()
    })
}
