//! Changes of several files, as the protocol wants them.

use std::collections::HashMap;
use std::path::PathBuf;

use kijun_ide::{Change, Edit};
use kijun_text::FileId;
use tower_lsp::ls_types::{
    CreateFile, DocumentChangeOperation, DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, RenameFile, ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

use crate::ask::Ask;
use crate::convert;

/// What an editor can do with files in one step.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileOperations {
    pub(crate) create: bool,
    pub(crate) rename: bool,
}

/// Whether every file that is to change is one that an editor can write.
pub(crate) fn is_possible(ask: &Ask, edits: &[(FileId, Vec<Edit>)]) -> bool {
    edits.iter().all(|(file, _)| ask.uri(*file).is_some())
}

/// `None` when the editor cannot make the file that this needs, or write one.
pub(crate) fn change(ask: &Ask, change: &Change) -> Option<WorkspaceEdit> {
    if !is_possible(ask, &change.edits) {
        return None;
    }
    let Some((beside, name, text)) = &change.created else { return Some(of_edits(ask, &change.edits, &[])) };
    if !ask.operations.create {
        return None;
    }
    let uri = convert::uri(&ask.path(*beside)?.with_file_name(name))?;
    let created = ResourceOp::Create(CreateFile { uri: uri.clone(), options: None, annotation_id: None });
    let start = Position::new(0, 0);
    let edit = TextEdit { range: Range::new(start, start), new_text: text.clone() };
    let mut operations = text_edits(ask, &change.edits);
    operations.push(DocumentChangeOperation::Op(created));
    operations.push(of_document(uri, vec![edit]));
    Some(operations_edit(operations))
}

/// Edits of texts, and then other paths for files.
pub(crate) fn of_edits(
    ask: &Ask,
    edits: &[(FileId, Vec<Edit>)],
    renamed: &[(FileId, String)],
) -> WorkspaceEdit {
    if renamed.is_empty() {
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for (uri, edits) in by_uri(ask, edits) {
            changes.entry(uri).or_default().extend(edits);
        }
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let mut operations = text_edits(ask, edits);
    operations.extend(renamed.iter().filter_map(|(file, name)| {
        let old: &PathBuf = ask.path(*file)?;
        let (old_uri, new_uri) = (convert::uri(old)?, convert::uri(&old.with_file_name(name))?);
        let rename = RenameFile { old_uri, new_uri, options: None, annotation_id: None };
        Some(DocumentChangeOperation::Op(ResourceOp::Rename(rename)))
    }));
    operations_edit(operations)
}

fn operations_edit(operations: Vec<DocumentChangeOperation>) -> WorkspaceEdit {
    let changes = DocumentChanges::Operations(operations);
    WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
}

fn by_uri(ask: &Ask, edits: &[(FileId, Vec<Edit>)]) -> Vec<(Uri, Vec<TextEdit>)> {
    let of = |(file, edits): &(FileId, Vec<Edit>)| {
        let own = ask.at(*file)?;
        let edit = |e: &Edit| TextEdit { range: own.range(&e.range), new_text: e.text.clone() };
        Some((ask.uri(*file)?, edits.iter().map(edit).collect()))
    };
    edits.iter().filter_map(of).collect()
}

fn text_edits(ask: &Ask, edits: &[(FileId, Vec<Edit>)]) -> Vec<DocumentChangeOperation> {
    by_uri(ask, edits).into_iter().map(|(uri, edits)| of_document(uri, edits)).collect()
}

fn of_document(uri: Uri, edits: Vec<TextEdit>) -> DocumentChangeOperation {
    let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: None };
    let edits = edits.into_iter().map(OneOf::Left).collect();
    DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits })
}
