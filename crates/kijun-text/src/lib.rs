//! Text and places in text: files, byte ranges, line indexes, normalisation, two-language labels,
//! what the system says of files, and the one shape every diagnostic of the project has.
//!
//! Owns no meaning: it knows neither packs nor facts.

mod diagnostic;
mod label;
mod line_index;
mod sheet;
mod similar;
mod source;
mod system;

pub use diagnostic::{Diagnostic, Fix, Note, Severity};
pub use label::{Label, Lang};
pub use line_index::{LineColumn, LineIndex, Units};
pub use sheet::{At, CellName, Place, Sheet, column_letters, column_of};
pub use similar::nearest;
pub use source::{FileId, Source, Sources, Span};
pub use system::{cannot_read, cannot_write, in_japanese};

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The text in Unicode normal form C, borrowed when it already is.
pub fn nfc(text: &str) -> std::borrow::Cow<'_, str> {
    let normal = text.is_ascii() || text.chars().all(stands_alone) || is_nfc(text);
    if normal { text.into() } else { text.nfc().collect::<String>().into() }
}

/// Whether a character is one of those, common in these files, that normalisation neither changes nor joins to a
/// neighbour: Latin, kana without the combining voicing marks, ideographs, and signs and letters of full width.
fn stands_alone(c: char) -> bool {
    matches!(c, '\0'..'\u{300}' | '\u{3000}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{309b}'..='\u{30ff}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff9f}')
}

/// The text with full-width letters, digits and signs folded to half-width (and half-width kana to
/// full-width): what two spellings of the same id have in common. For lints, never for equality.
pub fn fold_width(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfkc().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_alone_is_in_normal_form_beside_anything() {
        for c in (char::MIN..=char::MAX).filter(|c| stands_alone(*c)) {
            assert!(is_nfc(c.encode_utf8(&mut [0; 4])), "{c:?}");
            assert_eq!(unicode_normalization::char::canonical_combining_class(c), 0, "{c:?}");
            for before in ['a', 'か', '契', 'é', 'ｶ'] {
                let pair: String = [before, c].iter().collect();
                assert!(is_nfc(&pair), "{pair:?}");
            }
        }
        for text in ["か\u{3099}", "e\u{301}", "契約\u{f967}"] {
            assert_ne!(nfc(text), text);
        }
        assert_eq!(nfc("か\u{3099}"), "が");
    }
}
