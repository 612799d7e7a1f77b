//! From bytes to text. Hospital spreadsheets are saved as Shift_JIS, UTF-8 with a byte order mark, or
//! UTF-16, as often as in plain UTF-8.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};

pub(crate) struct Decoded {
    pub(crate) text: String,
    /// Byte of `text` from which on it is not to be trusted.
    pub(crate) broken: Option<usize>,
}

/// The text without its byte order mark.
pub(crate) fn decode(mut bytes: Vec<u8>) -> Decoded {
    let decoded = match Encoding::for_bom(&bytes) {
        Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => by_mark(encoding, &bytes),
        Some((_, mark)) => {
            bytes.drain(..mark);
            utf8_or_shift_jis(bytes)
        }
        None => utf8_or_shift_jis(bytes),
    };
    // No text has a NUL; UTF-16 without its mark, and binary files, do.
    let nul = decoded.text.find('\0');
    Decoded { broken: decoded.broken.or(nul), ..decoded }
}

fn by_mark(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, broken) = encoding.decode_with_bom_removal(bytes);
    with_place(text.into_owned(), broken)
}

/// UTF-8 is taken over as it is, without a copy.
fn utf8_or_shift_jis(bytes: Vec<u8>) -> Decoded {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Decoded { text, broken: None },
        Err(error) => error,
    };
    let (text, broken) = SHIFT_JIS.decode_without_bom_handling(error.as_bytes());
    if !broken {
        return Decoded { text: text.into_owned(), broken: None };
    }
    // Neither: shown as the UTF-8 that most files are.
    let broken = Some(error.utf8_error().valid_up_to());
    Decoded { text: String::from_utf8_lossy(error.as_bytes()).into_owned(), broken }
}

fn with_place(text: String, broken: bool) -> Decoded {
    let place = text.find(char::REPLACEMENT_CHARACTER).unwrap_or(0);
    Decoded { text, broken: broken.then_some(place) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_spreadsheets_are_told_apart() {
        let utf16 = |to: fn(u16) -> [u8; 2]| "\u{feff}契約①".encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let (cp932, _, _) = SHIFT_JIS.encode("契約①");
        for bytes in [
            "契約①".as_bytes(),
            "\u{feff}契約①".as_bytes(),
            &cp932,
            &utf16(u16::to_le_bytes),
            &utf16(u16::to_be_bytes),
        ] {
            let decoded = decode(bytes.to_vec());
            assert_eq!((decoded.text.as_str(), decoded.broken), ("契約①", None));
        }
        assert_eq!(decode(b"ab\xff\xfe\xfdc".to_vec()).broken, Some(2));
        assert_eq!(decode(Vec::new()).text, "");
    }
}
