use std::collections::HashMap;

use kijun_ide::RenameError;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    PrepareRenameResponse, RenameParams, TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};

use super::Shelf;
use crate::ask::{Ask, answer};

/// Why not, in the language of the person.
fn refused(ask: &Ask, error: RenameError) -> Error {
    Error { message: error.0.get(ask.lang).to_owned().into(), ..Error::invalid_params("") }
}

pub(crate) async fn prepare_rename(
    state: &Shelf,
    at: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let found = answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::prepare_rename(&ask.snapshot, ask.file, ask.offset(at.position));
        let place = found.map(|(bytes, placeholder)| PrepareRenameResponse::RangeWithPlaceholder {
            range: ask.range(&bytes),
            placeholder,
        });
        Some(place.map_err(|e| refused(ask, e)))
    });
    found.await?.transpose()
}

pub(crate) async fn rename(state: &Shelf, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let at = params.text_document_position;
    let found = answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::rename(&ask.snapshot, ask.file, ask.offset(at.position), &params.new_name);
        Some(found.map(|edits| workspace_edit(ask, edits)).map_err(|e| refused(ask, e)))
    });
    found.await?.transpose()
}

fn workspace_edit(ask: &Ask, renamed: kijun_ide::Rename) -> WorkspaceEdit {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for (file, edits) in renamed {
        let (Some(own), Some(uri)) = (ask.at(file), ask.uri(file)) else { continue };
        let edits = edits.into_iter().map(|e| TextEdit { range: own.range(&e.range), new_text: e.text });
        changes.entry(uri).or_default().extend(edits);
    }
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}
