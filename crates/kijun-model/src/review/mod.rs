//! What is missing or open in packs and facts as a whole, once they compile: gaps in the coverage of catalogues, attributes that
//! rules read and nobody fills, checks that no test exercises. The command line and the language server say the same, for both
//! ask here. Nothing of it is an error.

mod exercise;
mod gaps;
mod reads;
mod settings;
mod unfilled;

use std::collections::BTreeMap;

use kijun_syntax::{Kind, Node};
use kijun_text::{Diagnostic, FileId, Severity, Span};

pub use exercise::{Unexercised, unexercised};
pub use gaps::{COVERAGE, CoverageReview, figures};
pub use settings::{CoverageLevel, CoverageSettings, Group, Levels, Loudness, Track};
pub use unfilled::{Unfilled, UnfilledKind, unfilled};

use crate::Trees;

/// Something to tell at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// `None`: figures of a catalogue, which are told wherever coverage is.
    pub group: Option<Group>,
    pub diagnostic: Diagnostic,
}

impl Remark {
    pub fn loudness(&self, levels: &Levels) -> Loudness {
        self.group.map_or(Loudness::Information, |group| levels.of(group))
    }

    /// As a diagnostic, if it is to be told.
    pub fn told(&self, levels: &Levels) -> Option<Diagnostic> {
        let severity = match self.loudness(levels) {
            Loudness::Off => return None,
            Loudness::Hint | Loudness::Information => Severity::Information,
            Loudness::Warning => Severity::Warning,
        };
        Some(Diagnostic { severity, ..self.diagnostic.clone() })
    }
}

/// Remarks by the file that they stand in, in the order of their places.
#[derive(Debug, Clone, Default)]
pub struct Remarks(BTreeMap<FileId, Vec<Remark>>);

impl Remarks {
    fn new(remarks: impl IntoIterator<Item = Remark>) -> Remarks {
        let mut by_file: BTreeMap<FileId, Vec<Remark>> = BTreeMap::new();
        for remark in remarks {
            by_file.entry(remark.diagnostic.span.file).or_default().push(remark);
        }
        for list in by_file.values_mut() {
            list.sort_by_key(|r| (r.diagnostic.span, r.diagnostic.code));
        }
        Remarks(by_file)
    }

    pub fn in_file(&self, file: FileId) -> &[Remark] {
        self.0.get(&file).map_or(&[], Vec::as_slice)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Remark> {
        self.0.values().flatten()
    }
}

/// The name that a declaration gives, where it can be found; else the declaration.
fn name_place(trees: &Trees, declaration: Span) -> Span {
    let named = |tree: &Node| {
        let start = declaration.start as usize;
        let at = tree.children.binary_search_by_key(&start, |n| n.start).ok()?;
        let node = tree.children.get(at)?;
        node.child(Kind::Name).or_else(|| node.child(Kind::RequirementId)).map(|n| (n.start, n.end))
    };
    let found = trees.get(declaration.file).and_then(|parsed| named(&parsed.tree));
    found.map_or(declaration, |(start, end)| Span::new(declaration.file, start, end))
}

#[cfg(test)]
mod tests;
