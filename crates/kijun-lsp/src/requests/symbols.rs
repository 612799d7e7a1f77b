use kijun_ide::Symbol;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, OneOf, WorkspaceSymbol,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::Shelf;
use crate::ask::{Ask, answer, apart, lock};
use crate::convert::{symbol_kind, text};

pub(crate) async fn document_symbols(
    state: &Shelf,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    answer(state, &params.text_document.uri, |ask| {
        let found = kijun_ide::outline(&ask.snapshot, ask.file);
        Some(DocumentSymbolResponse::Nested(found.iter().map(|s| symbol(ask, s)).collect()))
    })
    .await
}

fn symbol(ask: &Ask, symbol_of: &Symbol) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = symbol_of.children.iter().map(|c| symbol(ask, c)).collect();
    #[allow(deprecated, reason = "the field is there; tags took its place")]
    DocumentSymbol {
        // Editors refuse a symbol without a name.
        name: if symbol_of.name.is_empty() { "?".to_owned() } else { symbol_of.name.clone() },
        detail: Some(text(&symbol_of.title, ask.lang)),
        kind: symbol_kind(symbol_of.space),
        tags: None,
        deprecated: None,
        range: ask.range(&symbol_of.full),
        selection_range: ask.range(&symbol_of.range),
        children: (!children.is_empty()).then_some(children),
    }
}

/// Over all roots.
pub(crate) async fn workspace_symbols(
    state: &Shelf,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>> {
    let asks: Vec<Ask> = {
        let state = lock(state);
        let first = |r: &crate::root::Root| Ask::of(&state, r, r.files.iter().next()?.0);
        state.roots.iter().filter_map(first).collect()
    };
    let found = apart(move || {
        let mut out: Vec<WorkspaceSymbol> = Vec::new();
        for ask in &asks {
            for result in kijun_ide::search(&ask.snapshot, &params.query) {
                let target = &result.target;
                let Some(location) = ask.location(target.file, &(target.start..target.end)) else { continue };
                let symbol = WorkspaceSymbol {
                    name: result.name,
                    kind: symbol_kind(result.space),
                    tags: None,
                    container_name: Some(text(&result.title, ask.lang)),
                    location: OneOf::Left(location),
                    data: None,
                };
                // Packs that several roots read are named once.
                if !out.contains(&symbol) {
                    out.push(symbol);
                }
            }
        }
        out
    });
    Ok(Some(WorkspaceSymbolResponse::Nested(found.await?)))
}
