//! A line taken apart: words, quoted or not, and the rest of it as it stands.

use std::ops::Range;

/// What is left of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words<'l> {
    line: &'l str,
    at: usize,
}

/// A word without its quotes, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

impl<'l> Words<'l> {
    pub(super) fn new(line: &'l str) -> Words<'l> {
        Words { line, at: 0 }
    }

    pub(super) fn line(self) -> &'l str {
        self.line
    }

    /// The next word: up to white space, or a text in quotes.
    pub(super) fn word(&mut self) -> Option<Word> {
        let start = self.skip();
        let rest = self.line.get(start..)?;
        let quoted = rest.starts_with('"').then(|| rest.get(1..)?.find('"')).flatten();
        let end = match quoted {
            Some(close) => start + close + 2,
            None => start + rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        if end == start {
            return None;
        }
        self.at = end;
        let text = self.line.get(start..end)?;
        Some(Word { text: unquoted(text).to_owned(), range: start..end })
    }

    /// Everything that is left, without white space around it.
    pub(super) fn rest(mut self) -> (&'l str, Range<usize>) {
        let start = self.skip();
        let text = self.line.get(start..).unwrap_or("").trim_end();
        (text, start..start + text.len())
    }

    fn skip(&mut self) -> usize {
        let rest = self.line.get(self.at..).unwrap_or("");
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }
}

/// A text without the quotes around all of it.
pub(super) fn unquoted(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    inner.filter(|t| !t.contains('"')).unwrap_or(text)
}

/// Whether an expression goes on in the next line: a bracket is open.
pub(super) fn is_open(text: &str) -> bool {
    if is_command(text) {
        return false;
    }
    let mut depth = 0_i64;
    for token in kijun_syntax::lex(text) {
        match token.text(text) {
            "(" | "{" => depth += 1,
            ")" | "}" => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

/// Whether a line is a command; an input method may write its colon in full width.
pub(super) fn is_command(line: &str) -> bool {
    line.trim_start().starts_with([':', '：'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_words_and_a_rest() {
        let mut words = Words::new(" :set　vendor \"A 社\"  name  株式会社 A ");
        let mut texts = Vec::new();
        for _ in 0..4 {
            texts.push(words.word().unwrap().text);
        }
        assert_eq!(texts, [":set", "vendor", "A 社", "name"]);
        assert_eq!(words.rest().0, "株式会社 A");
        assert_eq!(Words::new("  ").word(), None);
        assert_eq!(Words::new("\"a").word().unwrap().text, "\"a", "a quote that is not closed");
        assert_eq!(unquoted("\"a\" と \"b\""), "\"a\" と \"b\"");
    }

    #[test]
    fn brackets_decide_whether_a_line_goes_on() {
        let check = |text: &str, expected| assert_eq!(is_open(text), expected, "{text}");
        check("count(c in contract", true);
        check("count(c in contract)", false);
        check("x in { a,", true);
        check("\"(\" == \"(\"", false);
        check("(( // )", true);
        check(":set a (", false);
        check("：set a (", false);
        check(")", false);
        check("", false);
    }
}
