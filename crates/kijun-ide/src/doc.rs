//! A file as it stands, and what follows from its text alone: tree, index, lines. Each is worked out once, by whoever asks
//! first, and kept until the text changes.

use std::sync::{Arc, OnceLock};

use kijun_facts::Workbook;
use kijun_model::lint::ModuleLints;
use kijun_syntax::{Parse, parse};
use kijun_text::{FileId, LineIndex};

use crate::fact_text::FactText;
use crate::index::FileIndex;

/// What a file is to a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocKind {
    Manifest,
    Module,
    /// With the byte from which on its text is not to be trusted.
    Facts {
        broken: Option<usize>,
    },
}

/// One version of one file.
#[derive(Debug)]
pub struct Doc {
    /// As it is shown: relative to the root.
    pub path: String,
    pub kind: DocKind,
    pub text: Arc<String>,
    parse: OnceLock<Arc<Parse>>,
    index: OnceLock<FileIndex>,
    lines: OnceLock<LineIndex>,
    lints: OnceLock<Arc<ModuleLints>>,
    facts: OnceLock<Option<FactText>>,
    /// What it holds, if it is a workbook; then there is no text.
    workbook: Option<Arc<Workbook>>,
}

impl Doc {
    pub fn new(path: impl Into<String>, kind: DocKind, text: impl Into<String>) -> Doc {
        Doc {
            path: path.into(),
            kind,
            text: Arc::new(text.into()),
            parse: OnceLock::new(),
            index: OnceLock::new(),
            lines: OnceLock::new(),
            lints: OnceLock::new(),
            facts: OnceLock::new(),
            workbook: None,
        }
    }

    /// A workbook of facts: editors do not show it, but its facts count.
    pub fn of_workbook(path: impl Into<String>, workbook: Workbook) -> Doc {
        let doc = Doc::new(path, DocKind::Facts { broken: None }, "");
        Doc { workbook: Some(Arc::new(workbook)), ..doc }
    }

    pub fn workbook(&self) -> Option<&Arc<Workbook>> {
        self.workbook.as_ref()
    }

    pub fn is_module(&self) -> bool {
        self.kind == DocKind::Module
    }

    pub fn is_facts(&self) -> bool {
        matches!(self.kind, DocKind::Facts { .. })
    }

    pub fn parse(&self) -> &Arc<Parse> {
        self.parse.get_or_init(|| Arc::new(parse(&self.text)))
    }

    /// What it declares and mentions; nothing unless it is a module.
    pub fn index(&self) -> &FileIndex {
        self.index.get_or_init(|| match self.kind {
            DocKind::Module => FileIndex::new(&self.text, &self.parse().tree),
            _ => FileIndex::default(),
        })
    }

    /// Where the names of a file of facts stand; nothing for one that cannot be read.
    pub(crate) fn facts(&self) -> Option<&FactText> {
        let read = || self.is_facts().then(|| FactText::new(&self.path, &self.text)).flatten();
        self.facts.get_or_init(read).as_ref()
    }

    /// What lints see in it alone; `file` is its own id.
    pub(crate) fn lints(&self, file: FileId) -> &Arc<ModuleLints> {
        self.lints.get_or_init(|| Arc::new(ModuleLints::new(file, &self.text, &self.parse().tree)))
    }

    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// The files of one root at one moment. A copy is cheap and never changes. Ids stay the same as long as the root is open.
#[derive(Debug, Clone, Default)]
pub struct Files {
    docs: Vec<Option<Arc<Doc>>>,
}

impl Files {
    pub fn get(&self, file: FileId) -> Option<&Arc<Doc>> {
        self.docs.get(file.0 as usize)?.as_ref()
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<Doc>)> {
        let docs = self.docs.iter().enumerate();
        docs.filter_map(|(i, d)| Some((FileId(i as u32), d.as_ref()?)))
    }

    pub fn modules(&self) -> impl Iterator<Item = (FileId, &Arc<Doc>)> {
        self.iter().filter(|(_, d)| d.is_module())
    }

    /// Adds a file under the next id, or puts it in the place of another version or of nothing.
    pub fn set(&mut self, file: Option<FileId>, doc: Arc<Doc>) -> FileId {
        match file.and_then(|f| Some((f, self.docs.get_mut(f.0 as usize)?))) {
            Some((file, slot)) => {
                *slot = Some(doc);
                file
            }
            None => {
                self.docs.push(Some(doc));
                FileId((self.docs.len() - 1) as u32)
            }
        }
    }

    pub fn remove(&mut self, file: FileId) {
        if let Some(slot) = self.docs.get_mut(file.0 as usize) {
            *slot = None;
        }
    }

    pub fn find(&self, path: &str) -> Option<FileId> {
        self.iter().find(|(_, d)| d.path == path).map(|(f, _)| f)
    }

    /// Ids from 0 up to the largest that was ever given.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Option<&Arc<Doc>>> {
        self.docs.iter().map(Option::as_ref)
    }
}
