//! What can be wrong with any text.

/// A text spoilt in every way that has nothing to do with what it means, with whether it can still be read.
pub(super) fn spoilt(good: &str) -> Vec<(&'static str, Vec<u8>, bool)> {
    let bytes = good.as_bytes();
    let half = (0..=good.len() / 2).rev().find(|at| good.is_char_boundary(*at)).unwrap();
    let with = |insert: &[u8]| [&bytes[..half], insert, &bytes[half..]].concat();
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("NUL within", with(b"\0\0"), false),
        ("overlong UTF-8", with(b"\xC0\xAF\xE0\x80\xAF"), false),
        ("surrogates as UTF-8", with(b"\xED\xA0\x80\xED\xB0\x80"), false),
        (
            "two encodings",
            with("暗号\u{3000}".as_bytes()).into_iter().chain(*b"\x88\xC3\x8D\x86\xFF").collect(),
            false,
        ),
        ("UTF-16 without a mark", utf16, false),
        ("noise", (0..4096_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), false),
        ("a workbook by its bytes", b"PK\x03\x04".iter().copied().chain([0; 64]).collect(), false),
        (
            "a file cut in a character",
            [&bytes[..half], "暗".as_bytes().split_last().unwrap().1].concat(),
            false,
        ),
        ("two marks of the byte order", [b"\xEF\xBB\xBF\xEF\xBB\xBF", bytes].concat(), true),
        ("only a mark of the byte order", b"\xEF\xBB\xBF".to_vec(), true),
        ("nothing", Vec::new(), true),
        ("only blank lines", vec![b'\n'; 100_000], true),
        ("CRLF", good.replace('\n', "\r\n").into_bytes(), true),
        ("CR alone", good.replace('\n', "\r").into_bytes(), true),
        ("turned and hidden characters", with("\u{202E}\u{200B}\u{FEFF}\u{2066}".as_bytes()), true),
        ("other ends of lines", with("\u{2028}\u{2029}\u{85}\u{0B}\u{0C}".as_bytes()), true),
        ("a line of 2 MB", with("あ".repeat(700_000).as_bytes()), true),
    ]
}

/// Bytes that begin or end `count` times.
pub(super) fn nested(open: &str, inner: &str, close: &str, count: usize) -> String {
    format!("{}{inner}{}", open.repeat(count), close.repeat(count))
}
