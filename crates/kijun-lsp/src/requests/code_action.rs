use kijun_ide::{Action, ActionKind, Doing};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Diagnostic,
    NumberOrString, Uri,
};

use super::{Shelf, edit};
use crate::ask::{Ask, answer};
use crate::convert::text;

/// What an action that is worked out later has to know.
#[derive(Debug, Serialize, Deserialize)]
struct Later {
    uri: Uri,
    finding: String,
}

pub(crate) async fn code_action(
    state: &Shelf,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>> {
    let uri = params.text_document.uri;
    answer(state, &uri.clone(), move |ask| {
        let found = kijun_ide::actions(&ask.snapshot, ask.file, ask.bytes(params.range));
        let only = params.context.only.as_deref();
        let actions = found.into_iter().filter_map(|a| action(ask, &uri, a, &params.context.diagnostics));
        let wanted = actions.filter(|a| is_wanted(a.kind.as_ref(), only));
        Some(wanted.map(CodeActionOrCommand::CodeAction).collect())
    })
    .await
}

/// Works out what an action does, now that it is chosen.
pub(crate) async fn resolve_action(state: &Shelf, action: CodeAction) -> Result<CodeAction> {
    let later = action.data.clone().and_then(|data| serde_json::from_value::<Later>(data).ok());
    let Some(later) = later else { return Ok(action) };
    let found = answer(state, &later.uri, move |ask| {
        let made = kijun_ide::make_test(&ask.snapshot, &later.finding)?;
        edit::change(ask, &made)
    });
    Ok(CodeAction { edit: found.await?, ..action })
}

/// Kinds are paths: `refactor` asks for `refactor.extract` as well.
fn is_wanted(kind: Option<&CodeActionKind>, only: Option<&[CodeActionKind]>) -> bool {
    let own = kind.map_or("", CodeActionKind::as_str);
    let fits = |wanted: &CodeActionKind| {
        let rest = own.strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| wanted.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
    };
    only.is_none_or(|kinds| kinds.iter().any(fits))
}

fn action(ask: &Ask, uri: &Uri, found: Action, shown: &[Diagnostic]) -> Option<CodeAction> {
    let (edit, data) = match found.doing {
        Doing::Change(change) => (Some(edit::change(ask, &change)?), None),
        Doing::MakeTest(finding) if ask.resolves_actions => {
            (None, serde_json::to_value(Later { uri: uri.clone(), finding }).ok())
        }
        Doing::MakeTest(finding) => {
            (Some(edit::change(ask, &kijun_ide::make_test(&ask.snapshot, &finding)?)?), None)
        }
    };
    let answered = found.issue.map(|(code, place)| {
        let (place, code) = (ask.range(&place), NumberOrString::String(code));
        shown.iter().filter(|d| d.range == place && d.code.as_ref() == Some(&code)).cloned().collect()
    });
    let kind = match found.kind {
        ActionKind::QuickFix => CodeActionKind::QUICKFIX,
        ActionKind::Refactor => CodeActionKind::REFACTOR,
    };
    Some(CodeAction {
        title: text(&found.title, ask.lang),
        kind: Some(kind),
        diagnostics: answered,
        edit,
        is_preferred: Some(found.is_preferred),
        data,
        ..CodeAction::default()
    })
}
