//! A root at one moment: its texts as they stand, and what is known of them, perhaps of a slightly older version.

use std::ops::Range;
use std::sync::Arc;

use kijun_text::{FileId, Span};

use crate::doc::{Doc, Files};
use crate::names::Names;
use crate::semantics::Semantics;
use crate::shift::Shift;

/// A copy is cheap and never changes.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub files: Files,
    pub semantics: Arc<Semantics>,
}

/// A place to go to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    pub file: FileId,
    pub start: usize,
    pub end: usize,
}

impl Target {
    pub fn new(file: FileId, range: Range<usize>) -> Target {
        Target { file, start: range.start, end: range.end }
    }
}

/// A replacement of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

impl Snapshot {
    pub fn doc(&self, file: FileId) -> Option<&Arc<Doc>> {
        self.files.get(file)
    }

    pub fn names(&self) -> Names<'_> {
        Names::new(&self.files)
    }

    /// A place that semantics speak of, in the text as it stands; `None` when what stood there was changed.
    pub fn now(&self, span: Span) -> Option<Range<usize>> {
        match (self.semantics.files.get(span.file), self.files.get(span.file)) {
            (Some(then), Some(now)) if Arc::ptr_eq(then, now) => Some(span.range()),
            (Some(then), Some(now)) => Shift::between(&then.text, &now.text).forward(span.range()),
            _ => None,
        }
    }

    /// A place of the text as it stands, in the text that semantics speak of.
    pub fn then(&self, file: FileId, offset: usize) -> Option<usize> {
        let (then, now) = (self.semantics.files.get(file)?, self.files.get(file)?);
        if Arc::ptr_eq(then, now) {
            return Some(offset);
        }
        Shift::between(&then.text, &now.text).back(offset)
    }

    /// Whether semantics are of the texts as they stand.
    pub fn is_current(&self) -> bool {
        let same =
            |(f, d): (FileId, &Arc<Doc>)| self.semantics.files.get(f).is_some_and(|o| Arc::ptr_eq(o, d));
        self.files.iter().all(same)
    }
}
