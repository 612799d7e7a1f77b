//! From bytes to text. Hospital spreadsheets are saved as Shift_JIS, UTF-8 with a byte order mark, or
//! UTF-16, as often as in plain UTF-8.

use std::str::Utf8Error;

use encoding_rs::{Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};

pub(crate) struct Decoded {
    pub(crate) text: String,
    /// Byte of `text` from which on it is not to be trusted.
    pub(crate) broken: Option<usize>,
    /// What was decoded, unless the text is the same.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// The text without its byte order mark. UTF-8 without one is taken over as it is.
pub(crate) fn decode(bytes: Vec<u8>) -> Decoded {
    let decoded = match Encoding::for_bom(&bytes) {
        // A check that takes the bytes over looks at them one by one: with a copy, this one is still faster.
        None => match simdutf8::basic::from_utf8(&bytes) {
            Ok(text) => Decoded { text: text.to_owned(), broken: None, bytes: None },
            Err(_) => unmarked(bytes),
        },
        Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => by_mark(encoding, bytes),
        Some((_, mark)) => marked_utf8(mark, bytes),
    };
    // No text has a NUL; UTF-16 without its mark, and binary files, do.
    let nul = memchr::memchr(0, decoded.text.as_bytes());
    Decoded { broken: decoded.broken.or(nul), ..decoded }
}

fn unmarked(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, broken: None, bytes: None },
        Err(error) => shift_jis(error.utf8_error(), error.into_bytes()),
    }
}

fn by_mark(encoding: &'static Encoding, bytes: Vec<u8>) -> Decoded {
    let (text, broken) = encoding.decode_with_bom_removal(&bytes);
    let place = text.find(char::REPLACEMENT_CHARACTER).unwrap_or(0);
    Decoded { text: text.into_owned(), broken: broken.then_some(place), bytes: Some(bytes) }
}

fn marked_utf8(mark: usize, bytes: Vec<u8>) -> Decoded {
    match std::str::from_utf8(bytes.get(mark..).unwrap_or(&[])) {
        Ok(text) => Decoded { text: text.to_owned(), broken: None, bytes: Some(bytes) },
        Err(error) => {
            let decoded = shift_jis(error, bytes.get(mark..).unwrap_or(&[]).to_vec());
            Decoded { bytes: Some(bytes), ..decoded }
        }
    }
}

fn shift_jis(error: Utf8Error, bytes: Vec<u8>) -> Decoded {
    let (text, broken) = SHIFT_JIS.decode_without_bom_handling(&bytes);
    let (text, broken) = if broken {
        // Neither: shown as the UTF-8 that most files are.
        (String::from_utf8_lossy(&bytes).into_owned(), Some(error.valid_up_to()))
    } else {
        (text.into_owned(), None)
    };
    Decoded { text, broken, bytes: Some(bytes) }
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
            assert_eq!(decoded.bytes.as_deref().unwrap_or(decoded.text.as_bytes()), bytes);
            assert_eq!((decoded.text.as_str(), decoded.broken), ("契約①", None));
        }
        assert_eq!(decode(b"ab\xff\xfe\xfdc".to_vec()).broken, Some(2));
        assert_eq!(decode(Vec::new()).text, "");
    }
}
