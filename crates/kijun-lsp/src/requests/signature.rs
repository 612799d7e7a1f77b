use kijun_ide::{Parameter, Signature};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    Documentation, ParameterInformation, ParameterLabel, SignatureHelp, SignatureHelpParams,
    SignatureInformation,
};

use super::Shelf;
use crate::ask::{answer, lock};

pub(crate) async fn signature(state: &Shelf, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
    let at = params.text_document_position_params;
    let offsets = lock(state).label_offsets;
    answer(state, &at.text_document.uri, move |ask| {
        let found = kijun_ide::signature(&ask.snapshot, ask.file, ask.offset(at.position), ask.lang)?;
        Some(help(&found, offsets))
    })
    .await
}

fn help(signature: &Signature, offsets: bool) -> SignatureHelp {
    let active = Some(signature.active as u32);
    let parameters = signature.parameters.iter().map(|p| parameter(&signature.label, p, offsets)).collect();
    let information = SignatureInformation {
        label: signature.label.clone(),
        documentation: text(&signature.text),
        parameters: Some(parameters),
        active_parameter: active,
    };
    SignatureHelp { signatures: vec![information], active_signature: Some(0), active_parameter: active }
}

fn parameter(label: &str, parameter: &Parameter, offsets: bool) -> ParameterInformation {
    let part = |end: usize| label.get(..end).unwrap_or("").encode_utf16().count() as u32;
    let range = &parameter.range;
    let own = if offsets {
        // In UTF-16, whatever was agreed for texts.
        ParameterLabel::LabelOffsets([part(range.start), part(range.end)])
    } else {
        ParameterLabel::Simple(label.get(range.clone()).unwrap_or("").to_owned())
    };
    ParameterInformation { label: own, documentation: text(&parameter.text) }
}

fn text(text: &str) -> Option<Documentation> {
    (!text.is_empty()).then(|| Documentation::String(text.to_owned()))
}
