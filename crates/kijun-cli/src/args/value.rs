//! What is wrong with the value of an option that reads more than a word.

use std::fmt;

use kijun_text::Label;

/// In both languages; clap itself shows the English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadValue(pub(crate) Label);

impl BadValue {
    pub(super) fn new(ja: impl Into<String>, en: impl Into<String>) -> BadValue {
        BadValue(Label::new(ja, en))
    }
}

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl std::error::Error for BadValue {}
