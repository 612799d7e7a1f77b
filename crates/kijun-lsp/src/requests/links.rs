use kijun_ide::LinkTarget;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{DocumentLink, DocumentLinkParams, Uri};

use super::Shelf;
use crate::ask::{Ask, answer};
use crate::convert::page;

pub(crate) async fn links(state: &Shelf, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
    answer(state, &params.text_document.uri, |ask| {
        let found = kijun_ide::links(&ask.snapshot, ask.file);
        let link = |l: &kijun_ide::Link| {
            let target = Some(target(ask, &l.to)?);
            Some(DocumentLink { range: ask.range(&l.range), target, tooltip: None, data: None })
        };
        Some(found.iter().filter_map(link).collect())
    })
    .await
}

/// Nothing for a page when it is not set where the pages are, and for a pack that was not found.
fn target(ask: &Ask, to: &LinkTarget) -> Option<Uri> {
    match to {
        LinkTarget::Web(address) => address.parse().ok().or_else(|| in_ascii(address).parse().ok()),
        LinkTarget::Page(code) => page(ask, code),
        LinkTarget::Pack(folder) => ask.uri(ask.beside(&format!("{folder}/kijun.toml"))?),
    }
}

/// An address as browsers send it.
fn in_ascii(address: &str) -> String {
    let encode = |b: u8| if b.is_ascii() { char::from(b).to_string() } else { format!("%{b:02X}") };
    address.bytes().map(encode).collect()
}
