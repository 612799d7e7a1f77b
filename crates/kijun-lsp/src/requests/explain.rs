//! `kijun/explain`: why a verdict is as it is.

mod answer;

use kijun_exchange::explain::explanation_markdown;
use kijun_ide::Asked;
use kijun_text::Label;
use serde::Deserialize;
use tower_lsp::jsonrpc::Result;

pub(crate) use self::answer::ExplainAnswer;
use self::answer::Writer;
use super::own::{AskedLang, Where, from_roots, place};
use crate::analyst::Shared;

#[derive(Debug, Deserialize)]
pub(crate) struct ExplainParams {
    /// `REQUIREMENT` or `REQUIREMENT@SUBJECT`.
    id: Option<String>,
    subject: Option<String>,
    lang: Option<AskedLang>,
    #[serde(flatten)]
    at: Where,
}

pub(crate) async fn explain(shared: &Shared, params: ExplainParams) -> Result<ExplainAnswer> {
    let ExplainParams { id, subject, lang, at } = params;
    let whose = at.clone();
    from_roots(shared, &whose, move |view| {
        let lang = AskedLang::or(lang, view);
        let asked = match (&id, place(view, &at)) {
            (Some(id), _) => Asked::Id(id.clone(), subject.clone()),
            (None, Some((file, offset))) => Asked::Place(file, offset),
            (None, None) => return Err(nothing_asked()),
        };
        let found = kijun_ide::explain(&view.snapshot, &asked, lang)?;
        let writer = Writer { view, lang };
        let markdown = explanation_markdown(&found.explanation, &|span| writer.link(span));
        Ok(writer.answer(found, markdown))
    })
    .await
}

fn nothing_asked() -> kijun_exchange::lookup::Refusal {
    (
        Label::new("何を説明するかが書かれていません", "nothing is named that could be explained"),
        Label::new(
            "`id`、または `textDocument` と `position` を渡してください",
            "pass `id`, or `textDocument` and `position`",
        ),
    )
}
