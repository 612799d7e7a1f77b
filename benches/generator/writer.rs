//! Rows of cells in one of two notations.

use std::fmt::{Display, Write};

use super::words::{ID, NO, NONE, Word, YES};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// Labels, commas.
    Csv,
    /// Codes, tabs.
    Tsv,
}

/// A register in the making. Cells are written in the order of the header; `None` is a cell that nobody filled in.
pub(super) struct Register {
    kind: Word,
    notation: Notation,
    text: String,
}

impl Register {
    pub(super) fn new(kind: Word, notation: Notation, header: &[Word]) -> Register {
        let mut register = Register { kind, notation, text: String::new() };
        register.text.push_str(register.said(ID));
        for &column in header {
            let said = register.said(column);
            register.cell(Some(said));
        }
        register
    }

    pub(super) fn row(&mut self, id: impl Display) {
        let _ = write!(self.text, "\n{id}");
    }

    pub(super) fn cell(&mut self, value: Option<impl Display>) {
        self.text.push(if self.notation == Notation::Csv { ',' } else { '\t' });
        if let Some(value) = value {
            let _ = write!(self.text, "{value}");
        }
    }

    pub(super) fn word(&mut self, value: Option<Word>) {
        let said = value.map(|word| self.said(word));
        self.cell(said);
    }

    pub(super) fn flag(&mut self, value: Option<bool>) {
        self.word(value.map(|yes| if yes { YES } else { NO }));
    }

    pub(super) fn words(&mut self, value: Option<&[Word]>) {
        let said = value.map(|words| words.iter().map(|&word| self.said(word)).collect::<Vec<_>>());
        self.set(said.as_deref());
    }

    pub(super) fn set(&mut self, value: Option<&[impl Display]>) {
        match value {
            None => self.cell(None::<&str>),
            Some([]) => self.word(Some(NONE)),
            Some([first, rest @ ..]) => {
                self.cell(Some(first));
                for element in rest {
                    let _ = write!(self.text, ";{element}");
                }
            }
        }
    }

    /// The file's name and text.
    pub(super) fn into_file(mut self) -> (String, String) {
        self.text.push('\n');
        let extension = if self.notation == Notation::Csv { "csv" } else { "tsv" };
        (format!("{}.{extension}", self.kind.code), self.text)
    }

    fn said(&self, word: Word) -> &'static str {
        if self.notation == Notation::Csv { word.label } else { word.code }
    }
}
