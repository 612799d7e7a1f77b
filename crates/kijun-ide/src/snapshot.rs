//! A root at one moment: its texts as they stand, and what is known of them, perhaps of a slightly older version.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use kijun_text::{FileId, Span};
use rustc_hash::FxHashMap;

use crate::doc::{Doc, Files};
use crate::names::Names;
use crate::semantics::{About, Semantics};
use crate::shift::Shift;

/// A copy is cheap and never changes.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(crate) files: Files,
    pub(crate) semantics: Arc<Semantics>,
    /// Between the texts that semantics are of and those that stand, for files where a place was asked for.
    shifts: Arc<Mutex<FxHashMap<FileId, Shift>>>,
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
    pub fn new(files: Files, semantics: Arc<Semantics>) -> Snapshot {
        Snapshot { files, semantics, shifts: Arc::default() }
    }

    fn shift(&self, file: FileId, then: &str, now: &str) -> Shift {
        let mut shifts = self.shifts.lock().unwrap_or_else(PoisonError::into_inner);
        *shifts.entry(file).or_insert_with(|| Shift::between(then, now))
    }

    pub fn doc(&self, file: FileId) -> Option<&Arc<Doc>> {
        self.files.get(file)
    }

    /// A file as it was when semantics were worked out.
    pub fn analysed(&self, file: FileId) -> Option<&Arc<Doc>> {
        self.semantics.files.get(file)
    }

    /// Whether both speak of the same analysis.
    pub fn is_of_same_analysis(&self, other: &Snapshot) -> bool {
        Arc::ptr_eq(&self.semantics, &other.semantics)
    }

    pub fn about(&self) -> &About {
        &self.semantics.choices.about
    }

    pub fn names(&self) -> Names<'_> {
        Names::new(&self.files)
    }

    /// A place that semantics speak of, in the text as it stands; `None` when what stood there was changed.
    pub fn now(&self, span: Span) -> Option<Range<usize>> {
        match (self.semantics.files.get(span.file), self.files.get(span.file)) {
            (Some(then), Some(now)) if Arc::ptr_eq(then, now) => Some(span.range()),
            (Some(then), Some(now)) => self.shift(span.file, &then.text, &now.text).forward(span.range()),
            _ => None,
        }
    }

    /// A place of the text as it stands, in the text that semantics speak of.
    pub fn then(&self, file: FileId, offset: usize) -> Option<usize> {
        let (then, now) = (self.semantics.files.get(file)?, self.files.get(file)?);
        if Arc::ptr_eq(then, now) {
            return Some(offset);
        }
        self.shift(file, &then.text, &now.text).back(offset)
    }
}
