//! A question about one file: a snapshot taken when it arrived, and how to answer.

use std::ops::{Deref, Range as Bytes};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kijun_ide::{Doc, Snapshot, Target};
use kijun_text::{FileId, Lang, Span, Units};
use kijun_workspace::is_mounted;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{Location, Position, Range, Uri};

use crate::convert;
use crate::requests::FileOperations;
use crate::root::{Root, clean};
use crate::state::State;

/// A root as it was when a question arrived; it never changes while the answer is worked out.
#[derive(Clone)]
pub(crate) struct View {
    pub(crate) snapshot: Snapshot,
    paths: Arc<Vec<PathBuf>>,
    pub(crate) units: Units,
    pub(crate) lang: Lang,
}

impl View {
    pub(crate) fn of(state: &State, root: &Root) -> View {
        View {
            snapshot: root.snapshot(),
            paths: Arc::clone(&root.paths),
            units: state.units,
            lang: state.config.lang(),
        }
    }

    pub(crate) fn file(&self, path: &Path) -> Option<FileId> {
        let file = self.paths.iter().position(|p| p == path).map(|i| FileId(i as u32))?;
        self.snapshot.doc(file).map(|_| file)
    }

    pub(crate) fn path(&self, file: FileId) -> Option<&PathBuf> {
        self.paths.get(file.0 as usize)
    }

    /// Where an editor finds a file; what was read from an archive or a revision, it cannot open.
    pub(crate) fn uri(&self, file: FileId) -> Option<Uri> {
        self.path(file).filter(|path| !is_mounted(path)).and_then(|path| convert::uri(path))
    }

    pub(crate) fn location(&self, file: FileId, bytes: &Bytes<usize>) -> Option<Location> {
        let path = self.path(file).filter(|path| !is_mounted(path))?;
        convert::location(path, self.snapshot.doc(file)?, bytes, self.units)
    }

    pub(crate) fn locations(&self, targets: &[Target]) -> Vec<Location> {
        targets.iter().filter_map(|t| self.location(t.file, &(t.start..t.end))).collect()
    }

    /// A place that semantics speak of, where that text stands now.
    pub(crate) fn place(&self, span: Span) -> Option<Location> {
        self.location(span.file, &self.snapshot.now(span)?)
    }
}

/// A question about a file of a root.
#[derive(Clone)]
pub(crate) struct Ask {
    view: View,
    pub(crate) file: FileId,
    pub(crate) doc: Arc<Doc>,
    pub(crate) docs: Option<String>,
    /// Whether the editor asks for what an action does once it is chosen.
    pub(crate) resolves_actions: bool,
    pub(crate) operations: FileOperations,
    /// What tests found in this version of the file.
    pub(crate) failed: Vec<kijun_ide::Issue>,
}

impl Deref for Ask {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

impl Ask {
    /// `None` for a file that no root knows.
    pub(crate) fn new(state: &State, uri: &Uri) -> Option<Ask> {
        let path = convert::path(uri)?;
        let root = state.root_of(&path)?;
        Ask::of(state, root, root.file(&path)?)
    }

    pub(crate) fn of(state: &State, root: &Root, file: FileId) -> Option<Ask> {
        let doc = Arc::clone(root.files.get(file)?);
        let path = root.paths.get(file.0 as usize);
        Some(Ask {
            view: View::of(state, root),
            file,
            failed: path.map(|path| state.failed_in(path, &doc)).unwrap_or_default(),
            doc,
            resolves_actions: state.resolves_actions,
            operations: state.operations,
            docs: state.config.docs.clone(),
        })
    }

    /// The same about another file of the root.
    pub(crate) fn at(&self, file: FileId) -> Option<Ask> {
        Some(Ask { file, doc: Arc::clone(self.snapshot.doc(file)?), ..self.clone() })
    }

    /// The same about the file of an address, if the root knows it.
    pub(crate) fn at_uri(&self, uri: &Uri) -> Option<Ask> {
        self.at(self.find(&convert::path(uri)?)?)
    }

    /// The file at a path that is written as seen from the folder of this one.
    pub(crate) fn beside(&self, path: &str) -> Option<FileId> {
        let own = self.paths.get(self.file.0 as usize)?;
        self.find(&clean(&own.parent()?.join(path)))
    }

    fn find(&self, path: &Path) -> Option<FileId> {
        self.paths.iter().position(|p| p == path).map(|i| FileId(i as u32))
    }

    pub(crate) fn offset(&self, place: Position) -> usize {
        convert::offset(&self.doc, place, self.units)
    }

    pub(crate) fn bytes(&self, range: Range) -> Bytes<usize> {
        convert::bytes(&self.doc, range, self.units)
    }

    pub(crate) fn range(&self, bytes: &Bytes<usize>) -> Range {
        convert::range(&self.doc, bytes, self.units)
    }
}

/// The state, also after a panic elsewhere: every change to it is whole before the lock is given back.
pub(crate) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Works something out on a thread of its own. A panic there is an error for the one who asked, and nobody else's.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let guarded = move || catch_unwind(AssertUnwindSafe(work));
    match tokio::task::spawn_blocking(guarded).await {
        Ok(Ok(answer)) => Ok(answer),
        _ => Err(Error::internal_error()),
    }
}

/// Answers a question about a file; `ContentModified` when the file was changed meanwhile.
pub(crate) async fn answer<T: Send + 'static>(
    state: &Mutex<State>,
    uri: &Uri,
    work: impl FnOnce(&Ask) -> Option<T> + Send + 'static,
) -> Result<Option<T>> {
    // Taken before the first `await`: behind every edit that came before the question.
    let ask = Ask::new(&lock(state), uri);
    let Some(ask) = ask else { return Ok(None) };
    let doc = Arc::clone(&ask.doc);
    let answer = apart(move || work(&ask)).await?;
    let now = Ask::new(&lock(state), uri).map(|a| a.doc);
    match now {
        Some(now) if Arc::ptr_eq(&now, &doc) || now.text == doc.text => Ok(answer),
        _ => Err(Error::new(ErrorCode::ContentModified)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_of_one_answer() {
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        let failed: Result<()> = runtime.block_on(apart(|| panic!("deliberate")));
        assert_eq!(failed.unwrap_err().code, ErrorCode::InternalError);
        assert_eq!(runtime.block_on(apart(|| 1)).unwrap(), 1);
    }
}
