use std::sync::Arc;

use kijun_ide::{Token, TokenType};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams,
    SemanticTokensFullDeltaResult, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult, Uri,
};

use super::Shelf;
use crate::ask::{Ask, answer, lock};
use crate::convert::position;
use crate::kept::edit;

pub(crate) async fn tokens_full(
    state: &Shelf,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokensResult>> {
    let uri = params.text_document.uri;
    let Some(data) = all(state, &uri).await? else { return Ok(None) };
    let result_id = lock(state).kept.put(&uri, &data);
    Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id, data: data.to_vec() })))
}

/// What differs from the answer that is named; all of it when that is not known any more.
pub(crate) async fn tokens_delta(
    state: &Shelf,
    params: SemanticTokensDeltaParams,
) -> Result<Option<SemanticTokensFullDeltaResult>> {
    let uri = params.text_document.uri;
    let Some(data) = all(state, &uri).await? else { return Ok(None) };
    let (before, result_id) = {
        let mut state = lock(state);
        (state.kept.get(&uri, &params.previous_result_id), state.kept.put(&uri, &data))
    };
    Ok(Some(match before {
        Some(before) => {
            let edits = edit(&before, &data).into_iter().collect();
            SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta { result_id, edits })
        }
        None => SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id, data: data.to_vec() }),
    }))
}

pub(crate) async fn tokens_range(
    state: &Shelf,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokensRangeResult>> {
    answer(state, &params.text_document.uri, move |ask| {
        let found = kijun_ide::tokens(&ask.snapshot, ask.file, Some(ask.bytes(params.range)));
        Some(SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data: encode(ask, &found) }))
    })
    .await
}

async fn all(state: &Shelf, uri: &Uri) -> Result<Option<Arc<Vec<SemanticToken>>>> {
    let tokens = |ask: &Ask| Arc::new(encode(ask, &kijun_ide::tokens(&ask.snapshot, ask.file, None)));
    answer(state, uri, move |ask| Some(tokens(ask))).await
}

/// Each token relative to the one before it, as the protocol wants it.
fn encode(ask: &Ask, tokens: &[Token]) -> Vec<SemanticToken> {
    let (mut line, mut column) = (0, 0);
    let mut out = Vec::with_capacity(tokens.len());
    for token in tokens {
        let start = position(&ask.doc, token.range.start, ask.units);
        let end = position(&ask.doc, token.range.end, ask.units);
        let kind = TokenType::ALL.iter().position(|t| *t == token.ty).unwrap_or(0);
        let delta_line = start.line - line;
        out.push(SemanticToken {
            delta_line,
            delta_start: if delta_line == 0 { start.character - column } else { start.character },
            length: end.character.saturating_sub(start.character),
            token_type: kind as u32,
            token_modifiers_bitset: u32::from(token.is_declaration),
        });
        (line, column) = (start.line, start.character);
    }
    out
}
