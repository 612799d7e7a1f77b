use kijun_ide::Completion;
use kijun_text::FileId;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CompletionItem, CompletionItemLabelDetails, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, MarkupContent, MarkupKind, TextEdit, Uri,
};

use super::Shelf;
use crate::ask::{Ask, answer};
use crate::convert::{completion_kind, text};

/// What an item carries so that it can be described later.
#[derive(Debug, Serialize, Deserialize)]
struct Origin {
    /// The file in which it was offered.
    uri: Uri,
    file: u32,
    offset: usize,
}

pub(crate) async fn completion(
    state: &Shelf,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>> {
    let at = params.text_document_position;
    let uri = at.text_document.uri.clone();
    answer(state, &at.text_document.uri, move |ask| {
        let offset = ask.offset(at.position);
        let (found, all) = kijun_ide::completions(&ask.snapshot, ask.file, offset);
        let items = found.iter().map(|c| item(ask, &uri, offset, c)).collect();
        Some(CompletionResponse::List(CompletionList { is_incomplete: !all, items }))
    })
    .await
}

fn item(ask: &Ask, uri: &Uri, offset: usize, completion: &Completion) -> CompletionItem {
    let title = text(&completion.title, ask.lang);
    let origin = completion.from.map(|(file, at)| Origin { uri: uri.clone(), file: file.0, offset: at });
    let typed = ask.doc.text.get(completion.range.start..offset).unwrap_or("");
    CompletionItem {
        label: completion.label.clone(),
        label_details: Some(CompletionItemLabelDetails {
            detail: None,
            description: (!title.is_empty()).then(|| title.clone()),
        }),
        kind: Some(completion_kind(completion.kind)),
        detail: (!title.is_empty()).then_some(title),
        // What was typed has been compared here, kana, romaji and titles included; the editor need not do it again, and
        // could not.
        filter_text: Some(format!(
            "{typed}{}{}{}",
            completion.label, completion.title.ja, completion.title.en
        )),
        sort_text: Some(format!("{}{}", completion.rank, completion.label)),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: ask.range(&completion.range),
            new_text: completion.label.clone(),
        })),
        data: origin.and_then(|o| serde_json::to_value(o).ok()),
        ..CompletionItem::default()
    }
}

/// Adds the description of an item.
pub(crate) async fn resolve(state: &Shelf, item: CompletionItem) -> Result<CompletionItem> {
    let origin: Option<Origin> = item.data.clone().and_then(|d| serde_json::from_value(d).ok());
    let Some(origin) = origin else { return Ok(item) };
    let from = (FileId(origin.file), origin.offset);
    let described =
        answer(state, &origin.uri, move |ask| kijun_ide::resolve_completion(&ask.snapshot, from, ask.lang));
    let value = described.await?;
    let documentation =
        value.map(|value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }));
    Ok(CompletionItem { documentation, ..item })
}
