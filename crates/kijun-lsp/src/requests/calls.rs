use kijun_ide::{Calls, Entry};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range, Uri,
};

use super::Shelf;
use super::hierarchy::{Origin, origin};
use crate::ask::{Ask, answer};
use crate::convert::{symbol_kind, text};

pub(crate) async fn prepare_calls(
    state: &Shelf,
    params: CallHierarchyPrepareParams,
) -> Result<Option<Vec<CallHierarchyItem>>> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.clone();
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::prepare_calls(&ask.snapshot, ask.file, ask.offset(at.position))?;
        Some(vec![item(ask, &uri, &found)?])
    })
    .await
}

pub(crate) async fn incoming_calls(
    state: &Shelf,
    params: CallHierarchyIncomingCallsParams,
) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
    let (asked, item_of) = asked(params.item);
    answer(state, &asked.clone(), move |ask| {
        let ask = ask.at_uri(&item_of.uri)?;
        let offset = ask.offset(item_of.selection_range.start);
        let found = kijun_ide::incoming_calls(&ask.snapshot, ask.file, offset);
        let call = |c: &Calls| {
            let from_ranges = ranges(&ask.at(c.entry.file)?, c);
            Some(CallHierarchyIncomingCall { from: item(&ask, &asked, &c.entry)?, from_ranges })
        };
        Some(found.iter().filter_map(call).collect())
    })
    .await
}

pub(crate) async fn outgoing_calls(
    state: &Shelf,
    params: CallHierarchyOutgoingCallsParams,
) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
    let (asked, item_of) = asked(params.item);
    answer(state, &asked.clone(), move |ask| {
        let ask = ask.at_uri(&item_of.uri)?;
        let offset = ask.offset(item_of.selection_range.start);
        let found = kijun_ide::outgoing_calls(&ask.snapshot, ask.file, offset);
        let call = |c: &Calls| {
            Some(CallHierarchyOutgoingCall {
                to: item(&ask, &asked, &c.entry)?,
                from_ranges: ranges(&ask, c),
            })
        };
        Some(found.iter().filter_map(call).collect())
    })
    .await
}

/// The file in which the tree was opened, and the item.
fn asked(item: CallHierarchyItem) -> (Uri, CallHierarchyItem) {
    let uri = Origin::read(item.data.as_ref()).unwrap_or_else(|| item.uri.clone());
    (uri, item)
}

fn item(ask: &Ask, asked: &Uri, entry: &Entry) -> Option<CallHierarchyItem> {
    let own = ask.at(entry.file)?;
    Some(CallHierarchyItem {
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

fn ranges(caller: &Ask, calls: &Calls) -> Vec<Range> {
    calls.places.iter().map(|place| caller.range(place)).collect()
}
