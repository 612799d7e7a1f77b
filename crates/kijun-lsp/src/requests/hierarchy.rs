use kijun_ide::{Entry, Snapshot};
use kijun_text::FileId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    TypeHierarchyItem, TypeHierarchyPrepareParams, TypeHierarchySubtypesParams,
    TypeHierarchySupertypesParams, Uri,
};

use super::Shelf;
use crate::ask::{Ask, answer};
use crate::convert::{symbol_kind, text};

/// What an item of a tree carries: the file in which the tree was opened, because the root of that file knows the tree.
/// Another root may read the item's own file too, and know less.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Origin {
    uri: Uri,
}

impl Origin {
    pub(super) fn read(data: Option<&Value>) -> Option<Uri> {
        data.and_then(|d| Origin::deserialize(d).ok()).map(|o| o.uri)
    }
}

pub(super) fn origin(uri: &Uri) -> Option<Value> {
    serde_json::to_value(Origin { uri: uri.clone() }).ok()
}

pub(crate) async fn prepare_types(
    state: &Shelf,
    params: TypeHierarchyPrepareParams,
) -> Result<Option<Vec<TypeHierarchyItem>>> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.clone();
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::prepare_types(&ask.snapshot, ask.file, ask.offset(at.position))?;
        Some(vec![item(ask, &uri, &found)?])
    })
    .await
}

pub(crate) async fn supertypes(
    state: &Shelf,
    params: TypeHierarchySupertypesParams,
) -> Result<Option<Vec<TypeHierarchyItem>>> {
    related(state, params.item, kijun_ide::supertypes).await
}

pub(crate) async fn subtypes(
    state: &Shelf,
    params: TypeHierarchySubtypesParams,
) -> Result<Option<Vec<TypeHierarchyItem>>> {
    related(state, params.item, kijun_ide::subtypes).await
}

async fn related(
    state: &Shelf,
    of: TypeHierarchyItem,
    find: fn(&Snapshot, FileId, usize) -> Vec<Entry>,
) -> Result<Option<Vec<TypeHierarchyItem>>> {
    let asked = Origin::read(of.data.as_ref()).unwrap_or_else(|| of.uri.clone());
    answer(state, &asked.clone(), move |ask| {
        let ask = ask.at_uri(&of.uri)?;
        let found = find(&ask.snapshot, ask.file, ask.offset(of.selection_range.start));
        Some(found.iter().filter_map(|e| item(&ask, &asked, e)).collect())
    })
    .await
}

fn item(ask: &Ask, asked: &Uri, entry: &Entry) -> Option<TypeHierarchyItem> {
    let own = ask.at(entry.file)?;
    Some(TypeHierarchyItem {
        name: entry.name.clone(),
        kind: symbol_kind(entry.space),
        tags: None,
        detail: Some(text(&entry.title, ask.lang)),
        uri: ask.uri(entry.file)?,
        range: own.range(&entry.full),
        selection_range: own.range(&entry.range),
        data: origin(asked),
    })
}
