//! Characters that would act instead of being read, made visible: what controls a terminal, a page or the direction of writing.

use std::borrow::Cow;

/// The text with every control character but line feed and tabulator, and everything that turns the direction of writing, told by
/// its number: `[U+202E]`. The same text where there is none.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let told = |c: char| if acts(c) { format!("[U+{:04X}]", u32::from(c)) } else { c.to_string() };
    Cow::Owned(text.chars().map(told).collect())
}

fn acts(c: char) -> bool {
    let turns =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let separates = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    turns || separates || (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_seen() {
        assert_eq!(visible("医療 abc\n\t"), "医療 abc\n\t");
        assert_eq!(visible("a\u{202e}b\u{1b}[2J\u{0}\r"), "a[U+202E]b[U+001B][2J[U+0000][U+000D]");
        assert_eq!(visible("שלום"), "שלום", "letters that run to the left stay");
    }
}
