use kijun_ide::{Token, TokenType};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    SemanticToken, SemanticTokens, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult,
};

use super::Shelf;
use crate::ask::{Ask, answer};
use crate::convert::position;

pub(crate) async fn tokens_full(
    state: &Shelf,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokensResult>> {
    answer(state, &params.text_document.uri, |ask| {
        let found = kijun_ide::tokens(&ask.snapshot, ask.file, None);
        Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data: encode(ask, &found) }))
    })
    .await
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
