//! The messages for broken files. Beside each `name.kijun` stands `name.expected`, one error a line:
//! `LINE:COLUMN-LINE:COLUMN CODE message | label | help`. `KIJUN_BLESS=1` writes them anew.

use std::fs;

use kijun_syntax::{format, parse};

use crate::corpus::files;

/// Line and column (in characters) of a byte, both from 1.
fn place(text: &str, at: usize) -> String {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    format!("{line}:{column}")
}

fn shown(text: &str) -> String {
    let mut out = String::new();
    for e in parse(text).errors {
        let (start, end) = (place(text, e.start), place(text, e.end));
        out += &format!("{start}-{end} {} {} | {} | {}\n", e.code, e.message.en, e.label.en, e.help.en);
    }
    out.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[test]
fn broken_files_have_the_expected_errors() {
    let bless = std::env::var_os("KIJUN_BLESS").is_some();
    let paths = files("grammar/corpus/err");
    assert!(paths.len() >= 25);
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let (actual, expected) = (shown(&text), path.with_extension("expected"));
        assert!(!actual.is_empty(), "{} is not broken", path.display());
        assert!(format(&text).is_err());
        if bless {
            fs::write(expected, actual).unwrap();
        } else {
            assert_eq!(actual, fs::read_to_string(expected).unwrap(), "{}", path.display());
        }
    }
}

/// A message is in both languages or in neither.
#[test]
fn messages_are_in_both_languages() {
    for path in files("grammar/corpus/err") {
        for e in parse(&fs::read_to_string(&path).unwrap()).errors {
            assert!(!e.message.ja.is_empty() && !e.message.en.is_empty(), "{}", path.display());
            assert_eq!(e.label.ja.is_empty(), e.label.en.is_empty(), "{}", path.display());
            assert_eq!(e.help.ja.is_empty(), e.help.en.is_empty(), "{}", path.display());
        }
    }
}
