use kijun_ide::{FileRenames, RenameError};
use kijun_text::Label;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit};

use super::{Shelf, edit};
use crate::ask::{Ask, answer};

/// Why not, in the language of the person.
fn refused(ask: &Ask, error: RenameError) -> Error {
    Error { message: error.0.get(ask.lang).to_owned().into(), ..Error::invalid_params("") }
}

fn not_on_disk() -> RenameError {
    RenameError(Label::new(
        "書庫か git の版から読んだパックにも書かれている名前なので、ここからは変えられません",
        "the name stands in a pack that was read from an archive or a git revision, so it cannot be changed from here",
    ))
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
        let renames = if ask.operations.rename { FileRenames::Possible } else { FileRenames::Impossible };
        let offset = ask.offset(at.position);
        let found = kijun_ide::rename(&ask.snapshot, ask.file, offset, &params.new_name, renames);
        let found =
            found.and_then(|r| if edit::is_possible(ask, &r.edits) { Ok(r) } else { Err(not_on_disk()) });
        Some(found.map(|r| edit::of_edits(ask, &r.edits, &r.files)).map_err(|e| refused(ask, e)))
    });
    found.await?.transpose()
}
