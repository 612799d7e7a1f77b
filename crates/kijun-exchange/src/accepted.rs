//! What findings are called where `kijun.toml` accepts them.

use kijun_text::{FileId, Sources, Span};

/// A finding by name, without the lines of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    pub file: FileId,
    /// A rule, relation or function by name, a requirement by id, a mapping by its line, a property by its name.
    pub of: String,
    /// The other rule of a pair.
    pub with: Option<String>,
    /// The text of the place.
    pub text: Option<String>,
    /// What is changed there.
    pub change: Option<String>,
}

/// So much of a text is shown.
const LONGEST: usize = 70;

/// The text at a place, in one line.
pub(crate) fn place_text(sources: &Sources, span: Span) -> String {
    let words: Vec<&str> = sources.slice(span).split_whitespace().collect();
    crate::xlsx::clipped(&words.join(" "), LONGEST)
}
