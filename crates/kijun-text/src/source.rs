use std::sync::{Arc, OnceLock};

use crate::{LineIndex, Sheet};

/// Index of a file in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A range of bytes in one file; `start <= end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        let (start, end) = (start.min(u32::MAX as usize), end.min(u32::MAX as usize));
        Span { file, start: start as u32, end: end.max(start) as u32 }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both; both must lie in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One file that was read: the path as it is shown (relative to the workspace, `/` on every
/// system) and its decoded text.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: String,
    /// Shared with whoever reads it after it was added.
    pub text: Arc<String>,
    lines: OnceLock<LineIndex>,
    /// What the file holds, where that is not the text.
    bytes: Option<Vec<u8>>,
    sheet: Option<Arc<Sheet>>,
}

impl Source {
    /// The sheet of a workbook that the text renders.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.sheet.as_deref()
    }

    /// What the file holds, before it was decoded.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// Where its lines start: found when a place is first shown, since most files of a run have nothing to show.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

/// Every file of a run. Diagnostics and origins point into it.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        self.add_decoded(path, text, None)
    }

    /// A file whose text is not what it holds: in another encoding, or with a mark of its encoding.
    pub fn add_decoded(
        &mut self,
        path: impl Into<String>,
        text: impl Into<String>,
        bytes: Option<Vec<u8>>,
    ) -> FileId {
        self.push(path.into(), Arc::new(text.into()), bytes)
    }

    /// A file whose text others hold as well.
    pub fn add_shared(&mut self, path: impl Into<String>, text: Arc<String>) -> FileId {
        self.push(path.into(), text, None)
    }

    /// A sheet of a workbook, written out as text. `path` is the workbook's.
    pub fn add_sheet(&mut self, path: impl Into<String>, text: Arc<String>, sheet: Arc<Sheet>) -> FileId {
        let file = self.push(path.into(), text, None);
        self.files.last_mut().into_iter().for_each(|source| source.sheet = Some(Arc::clone(&sheet)));
        file
    }

    fn push(&mut self, path: String, text: Arc<String>, bytes: Option<Vec<u8>>) -> FileId {
        self.files.push(Source { path, text, lines: OnceLock::new(), bytes, sheet: None });
        FileId((self.files.len() - 1) as u32)
    }

    /// Keeps of a file neither its text nor its name.
    pub fn withhold(&mut self, id: FileId, path: String) {
        if let Some(source) = self.files.get_mut(id.0 as usize) {
            *source = Source { path, text: Arc::default(), lines: OnceLock::new(), bytes: None, sheet: None };
        }
    }

    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(i, s)| (FileId(i as u32), s))
    }

    pub fn path(&self, id: FileId) -> &str {
        self.get(id).map_or("", |s| &s.path)
    }

    /// The text under a span; empty when the span lies outside its file.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).and_then(|s| s.text.get(span.range())).unwrap_or("")
    }

    /// Line and column (both from 1; the column counts characters) of a span's start.
    pub fn line_column(&self, span: Span) -> (u32, u32) {
        self.get(span.file).map_or((0, 0), |s| {
            let at = s.lines().line_column(&s.text, span.start as usize);
            (at.line, at.column)
        })
    }
}
