use std::fmt;

use kijun_text::Label;

/// Why there is no answer, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub message: Label,
    pub help: Label,
}

impl Error {
    pub(crate) fn new(message: Label, help: Label) -> Error {
        Error { message, help }
    }
}

impl From<(Label, Label)> for Error {
    fn from((message, help): (Label, Label)) -> Error {
        Error { message, help }
    }
}

/// In English; the fields hold both languages.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.en)?;
        if self.help.en.is_empty() { Ok(()) } else { write!(f, " ({})", self.help.en) }
    }
}

impl std::error::Error for Error {}
