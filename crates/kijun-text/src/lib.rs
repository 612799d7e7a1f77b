//! Text and places in text: files, byte ranges, line indexes, normalisation, two-language labels,
//! and the one shape every diagnostic of the project has.
//!
//! Owns no meaning: it knows neither packs nor facts.

mod diagnostic;
mod label;
mod line_index;
mod similar;
mod source;

pub use diagnostic::{Diagnostic, Note, Severity};
pub use label::{Label, Lang};
pub use line_index::{LineColumn, LineIndex};
pub use similar::nearest;
pub use source::{FileId, Source, Sources, Span};

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The text in Unicode normal form C, borrowed when it already is.
pub fn nfc(text: &str) -> std::borrow::Cow<'_, str> {
    if is_nfc(text) { text.into() } else { text.nfc().collect::<String>().into() }
}

/// The text with full-width letters, digits and signs folded to half-width (and half-width kana to
/// full-width): what two spellings of the same id have in common. For lints, never for equality.
pub fn fold_width(text: &str) -> String {
    text.nfkc().collect()
}
