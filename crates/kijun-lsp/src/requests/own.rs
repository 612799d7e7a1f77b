//! What the requests of its own have in common: which root they are about, and how they are refused.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use kijun_exchange::lookup::Refusal;
use kijun_ide::Doc;
use kijun_text::{Label, Lang};
use serde::Deserialize;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{Position, TextDocumentIdentifier};

use crate::analyst::Shared;
use crate::ask::{Ask, View, apart, lock};
use crate::convert::path;
use crate::root::Root;
use crate::state::State;

/// A language that an answer is asked in, whatever the settings say.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AskedLang {
    Ja,
    En,
}

impl AskedLang {
    pub(super) fn or(asked: Option<AskedLang>, view: &View) -> Lang {
        match asked {
            Some(AskedLang::Ja) => Lang::Ja,
            Some(AskedLang::En) => Lang::En,
            None => view.lang,
        }
    }
}

/// A place in a file, or the root of a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Where {
    pub(super) text_document: Option<TextDocumentIdentifier>,
    pub(super) position: Option<Position>,
}

/// Works out an answer from the root of a file, or, without one, from the first root that has it. Waits for the analysis of all
/// that came before the question; `ContentModified` when something newer was worked out meanwhile.
pub(super) async fn from_roots<T: Send + 'static>(
    shared: &Shared,
    of: &Where,
    work: impl Fn(&View) -> std::result::Result<T, Refusal> + Send + 'static,
) -> Result<T> {
    let mut news = shared.news();
    let mut versions = Versions::default();
    let asked = pointed_at(&lock(&shared.state), of);
    let views = loop {
        if let Some(views) = views(shared, of, &mut versions)? {
            break views;
        }
        if news.changed().await.is_err() {
            return Err(Error::internal_error());
        }
    };
    let lang = views.first().map_or(Lang::Ja, |v| v.lang);
    let kept = views.clone();
    let found = apart(move || {
        let mut refused: Option<Refusal> = None;
        for view in &views {
            match work(view) {
                Ok(found) => return Ok(found),
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        Err(refused.unwrap_or_else(no_root))
    });
    let found = found.await?;
    let (now, pointed): (Vec<View>, _) = {
        let state = lock(&shared.state);
        let views = roots(&state, of).into_iter().map(|r| View::of(&state, r));
        (views.collect(), pointed_at(&state, of))
    };
    let same = |(a, b): (&View, &View)| a.snapshot.is_of_same_analysis(&b.snapshot);
    let moved = asked.map(|doc| Arc::clone(&doc.text)) != pointed.map(|doc| Arc::clone(&doc.text));
    if moved || now.len() != kept.len() || !now.iter().zip(&kept).all(same) {
        return Err(Error::new(ErrorCode::ContentModified));
    }
    found.map_err(|refusal| refused(&refusal, lang))
}

/// The text in which a position was counted.
fn pointed_at(state: &State, of: &Where) -> Option<Arc<Doc>> {
    let document = of.text_document.as_ref().filter(|_| of.position.is_some())?;
    Some(Ask::new(state, &document.uri)?.doc)
}

/// By folder, the version of which an answer has to be at least.
type Versions = BTreeMap<PathBuf, u64>;

/// The roots that a question is about; nothing while what came before the question is not analysed.
fn views(shared: &Shared, of: &Where, versions: &mut Versions) -> Result<Option<Vec<View>>> {
    let state = lock(&shared.state);
    let roots = roots(&state, of);
    if roots.is_empty() {
        return Err(refused(&no_root(), state.config.lang()));
    }
    let mut ready = true;
    for root in &roots {
        let changes = root.is_stale || root.is_reading;
        // Reading a folder gives the next version, unless it fails.
        let asked = versions.entry(root.folder.clone()).or_insert(root.version + u64::from(changes));
        ready &= !changes && root.analysed >= root.version.min(*asked);
    }
    Ok(ready.then(|| roots.into_iter().map(|r| View::of(&state, r)).collect()))
}

fn roots<'s>(state: &'s State, of: &Where) -> Vec<&'s Root> {
    match &of.text_document {
        Some(document) => {
            let root = path(&document.uri).and_then(|path| state.root_of(&path));
            root.into_iter().filter(|r| !r.is_loose).collect()
        }
        None => state.roots.iter().filter(|r| !r.is_loose).collect(),
    }
}

fn no_root() -> Refusal {
    (
        Label::new("パックも作業場所も開かれていません", "no pack or workspace is open"),
        Label::new("kijun.toml のあるフォルダーを開いてください", "open a folder that has a kijun.toml"),
    )
}

/// That the question cannot be answered as it was put: in the language of the editor, with both as data.
pub(super) fn refused((message, help): &Refusal, lang: Lang) -> Error {
    let both = |lang: Lang| {
        let (message, help) = (message.get(lang), help.get(lang));
        if help.is_empty() { message.to_owned() } else { format!("{message}\n{help}") }
    };
    let data = serde_json::json!({"ja": both(Lang::Ja), "en": both(Lang::En)});
    Error { data: Some(data), ..Error::invalid_params(both(lang)) }
}

/// The file and byte that a position means; nothing for a file that the root does not know.
pub(super) fn place(view: &View, of: &Where) -> Option<(kijun_text::FileId, usize)> {
    let (document, position) = (of.text_document.as_ref()?, of.position?);
    let file = view.file(&path(&document.uri)?)?;
    let doc = Arc::clone(view.snapshot.doc(file)?);
    Some((file, crate::convert::offset(&doc, position, view.units)))
}
