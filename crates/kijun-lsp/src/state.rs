//! All that the server holds, behind one lock that nobody keeps while waiting.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kijun_ide::{Doc, Issue};
use kijun_text::{LineIndex, Units};
use tower_lsp::ls_types::TextDocumentContentChangeEvent;

use crate::config::Config;
use crate::kept::Kept;
use crate::requests::FileOperations;
use crate::root::{Open, Root};

/// A file that is open in the editor.
#[derive(Debug, Clone)]
pub(crate) struct OpenFile {
    pub(crate) version: i32,
    pub(crate) text: Arc<String>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) units: Units,
    pub(crate) config: Config,
    /// Whether the editor asks for diagnostics itself.
    pub(crate) pulls: bool,
    pub(crate) can_refresh: Refresh,
    pub(crate) can_watch: bool,
    /// Whether the editor understands parts of a signature as offsets.
    pub(crate) label_offsets: bool,
    /// Whether the editor asks for what an action does once it is chosen.
    pub(crate) resolves_actions: bool,
    pub(crate) operations: FileOperations,
    failures: BTreeMap<PathBuf, Failures>,
    pub(crate) open: BTreeMap<PathBuf, OpenFile>,
    pub(crate) roots: Vec<Root>,
    pub(crate) kept: Kept,
}

/// What tests of a file found, by their names, and the text for which that holds.
type Failures = (Arc<String>, BTreeMap<String, Vec<Issue>>);

/// What the editor can be told to ask for again.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Refresh {
    pub(crate) diagnostics: bool,
    pub(crate) hints: bool,
    pub(crate) lenses: bool,
    /// It has panels that ask again when something was worked out.
    pub(crate) panels: bool,
}

impl State {
    /// Keeps what tests found: of the one that was run, or of all.
    pub(crate) fn test_failures(
        &mut self,
        path: PathBuf,
        text: Arc<String>,
        ran: Option<String>,
        failed: BTreeMap<String, Vec<Issue>>,
    ) {
        let before = self.failures.remove(&path).filter(|(of, _)| *of == text);
        let mut kept = before.filter(|_| ran.is_some()).map(|(_, kept)| kept).unwrap_or_default();
        if let Some(name) = ran {
            kept.remove(&name);
        }
        kept.extend(failed);
        self.failures.insert(path, (text, kept));
    }

    /// What tests found in a file, as long as its text is the same.
    pub(crate) fn failed_in(&self, path: &Path, doc: &Doc) -> Vec<Issue> {
        let found = self.failures.get(path).filter(|(text, _)| *text == doc.text);
        found.into_iter().flat_map(|(_, kept)| kept.values().flatten().cloned()).collect()
    }

    pub(crate) fn texts(&self) -> Open {
        self.open.iter().map(|(path, file)| (path.clone(), Arc::clone(&file.text))).collect()
    }

    pub(crate) fn open(&mut self, path: PathBuf, version: i32, text: String) {
        let text = Arc::new(text);
        self.open.insert(path.clone(), OpenFile { version, text: Arc::clone(&text) });
        self.place(&path);
        self.put(&path, &text);
    }

    /// Applies edits, one after the other, each to what the one before made.
    pub(crate) fn change(&mut self, path: &Path, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let units = self.units;
        let Some(file) = self.open.get_mut(path) else { return };
        let mut text = file.text.to_string();
        for change in changes {
            match change.range {
                Some(range) => {
                    let lines = LineIndex::new(&text);
                    let at =
                        |p: tower_lsp::ls_types::Position| lines.offset(&text, p.line, p.character, units);
                    let (start, end) = (at(range.start), at(range.end));
                    text.replace_range(start.min(end)..end.max(start), &change.text);
                }
                None => text = change.text,
            }
        }
        file.version = version;
        file.text = Arc::new(text);
        let text = Arc::clone(&file.text);
        self.put(path, &text);
    }

    /// What is on disk counts again.
    pub(crate) fn close(&mut self, path: &Path) {
        self.open.remove(path);
        for root in &mut self.roots {
            if root.file(path).is_some() {
                root.is_stale = !root.is_loose;
                if root.is_loose {
                    root.remove(path);
                }
            }
        }
        self.roots.retain(|r| !r.is_loose || r.files.iter().next().is_some());
    }

    /// After a folder was read: what turned out not to belong to it looks for another place, and what belongs to it is no longer
    /// alone.
    pub(crate) fn settle(&mut self) {
        let open: Vec<PathBuf> = self.open.keys().cloned().collect();
        for path in &open {
            let held = self.roots.iter().any(|r| !r.is_loose && r.file(path).is_some());
            self.roots.iter_mut().filter(|r| held && r.is_loose).for_each(|r| r.remove(path));
            self.place(path);
        }
        self.roots.retain(|r| !r.is_loose || r.files.iter().next().is_some());
    }

    fn put(&mut self, path: &Path, text: &Arc<String>) {
        for root in self.roots.iter_mut().filter(|r| r.file(path).is_some()) {
            root.put_text(path, text.to_string());
        }
    }

    /// Sees to it that an open file belongs to a root.
    pub(crate) fn place(&mut self, path: &Path) {
        if self.roots.iter().any(|r| r.file(path).is_some()) {
            return;
        }
        let text = self.open.get(path).map(|f| f.text.to_string()).unwrap_or_default();
        // Until its folder is read, it is not known what belongs to it.
        if let Some(root) =
            self.roots.iter_mut().find(|r| (r.is_stale || r.is_reading) && path.starts_with(&r.folder))
        {
            root.put_text(path, text);
            return;
        }
        let manifest = path.ancestors().skip(1).find(|folder| folder.join("kijun.toml").is_file());
        let folder = manifest.or(path.parent()).unwrap_or(path);
        let known = self.roots.iter_mut().find(|r| r.folder == folder && !r.is_loose);
        let mut root = match (known, manifest) {
            // A file that was just made belongs there; one that the folder does not count, does not.
            (Some(root), _) if !path.is_file() => {
                root.put_text(path, text);
                return;
            }
            (None, Some(_)) => Root::new(folder.to_owned(), false),
            _ => Root::new(folder.to_owned(), true),
        };
        root.put_text(path, text);
        self.roots.push(root);
    }

    /// The root that answers for a file: the innermost folder that holds it, else any that reads it.
    pub(crate) fn root_of(&self, path: &Path) -> Option<&Root> {
        let holds = |r: &&Root| r.file(path).is_some();
        let inside = |r: &&Root| path.starts_with(&r.folder);
        let deep = |r: &&Root| r.folder.components().count();
        let mut within = self.roots.iter().filter(holds);
        let innermost = within.clone().filter(inside).max_by_key(deep);
        innermost.or_else(|| within.next())
    }
}
