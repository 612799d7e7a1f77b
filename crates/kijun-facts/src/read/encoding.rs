//! From bytes to text. Hospital spreadsheets are saved as Shift_JIS, UTF-8 with a byte order mark, or
//! UTF-16, as often as in plain UTF-8.

use std::io::{ErrorKind, Read};
use std::str::Utf8Error;

use encoding_rs::{Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};
use simdutf8::compat::from_utf8;

use super::LARGEST;

/// The text of a file of facts.
#[derive(Debug)]
pub struct Decoded {
    pub(crate) text: String,
    /// Byte of `text` from which on it is not to be trusted.
    pub(crate) broken: Option<usize>,
    /// What was decoded, unless the text is the same.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Decoded {
    /// Byte of the text from which on it is not to be trusted.
    pub fn broken(&self) -> Option<usize> {
        self.broken
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn into_text(self) -> String {
        self.text
    }

    /// What was decoded.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.unwrap_or_else(|| self.text.into_bytes())
    }

    /// Decodes a file of about `size` bytes. Plain UTF-8 is checked block by block while it is read, so that it is
    /// held once.
    ///
    /// # Errors
    /// What `source` returns.
    pub fn read(mut source: impl Read, size: usize) -> std::io::Result<Decoded> {
        let mut text = String::with_capacity(size.min(LARGEST));
        let mut block = vec![0; BLOCK];
        let mut kept = 0;
        loop {
            let count = match source.read(block.get_mut(kept..).unwrap_or(&mut [])) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                count => count?,
            };
            let read = block.get(..kept + count).unwrap_or(&[]);
            let valid = match from_utf8(read) {
                Ok(found) => found,
                // The rest of a character may follow.
                Err(error) if error.error_len().is_none() && count > 0 => {
                    read.get(..error.valid_up_to()).and_then(|valid| from_utf8(valid).ok()).unwrap_or("")
                }
                Err(_) => return whole(text, read, source),
            };
            let marked = text.is_empty() && Encoding::for_bom(read).is_some();
            if marked || text.len() + read.len() > LARGEST {
                return whole(text, read, source);
            }
            text.push_str(valid);
            let done = valid.len();
            if count == 0 {
                return Ok(unmarked_utf8(text));
            }
            kept = read.len() - done;
            block.copy_within(done..done + kept, 0);
        }
    }
}

/// How many bytes are read at once.
const BLOCK: usize = 128 << 10;

/// All that was read, with what is still to come: of what is too large, enough to see that it is.
fn whole(text: String, read: &[u8], source: impl Read) -> std::io::Result<Decoded> {
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(read);
    source.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(decode(bytes))
}

/// The text without its byte order mark. UTF-8 without one is taken over as it is.
pub(crate) fn decode(bytes: Vec<u8>) -> Decoded {
    if bytes.len() > LARGEST {
        return Decoded { text: String::new(), broken: None, bytes: Some(bytes) };
    }
    let decoded = match Encoding::for_bom(&bytes) {
        None => match String::from_utf8(bytes) {
            Ok(text) => return unmarked_utf8(text),
            Err(error) => shift_jis(error.utf8_error(), error.into_bytes()),
        },
        Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => by_mark(encoding, bytes),
        Some((_, mark)) => marked_utf8(mark, bytes),
    };
    without_nul(decoded)
}

fn unmarked_utf8(text: String) -> Decoded {
    without_nul(Decoded { text, broken: None, bytes: None })
}

/// No text has a NUL; UTF-16 without its mark, and binary files, do.
fn without_nul(decoded: Decoded) -> Decoded {
    let nul = memchr::memchr(0, decoded.text.as_bytes());
    Decoded { broken: decoded.broken.or(nul), ..decoded }
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

    /// Gives a few bytes at a time.
    struct Slow<'b>(&'b [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(buffer.len());
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn a_file_is_decoded_the_same_block_by_block() {
        let (cp932, _, _) = SHIFT_JIS.encode("契約①という名の契約");
        let utf16: Vec<u8> = "\u{feff}契約".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let long = "契約😀é".repeat(30_000);
        let cut = &long.as_bytes()[..long.len() - 1];
        for bytes in [
            "契約①".as_bytes(),
            "\u{feff}契約".as_bytes(),
            &cp932,
            &utf16,
            b"",
            b"a",
            b"\xff\xfe",
            b"\xff",
            b"\xef\xbb",
            b"ab\xff\xfe\xfdc",
            b"a\0b",
            long.as_bytes(),
            cut,
        ] {
            let whole = decode(bytes.to_vec());
            for step in [1, 2, 3, 5, 1 << 20] {
                if step < 5 && bytes.len() > 1000 {
                    continue;
                }
                let read = Decoded::read(Slow(bytes, step), 0).unwrap();
                assert_eq!(
                    (&read.text, read.broken, &read.bytes),
                    (&whole.text, whole.broken, &whole.bytes),
                    "{step}"
                );
            }
        }
    }
}
