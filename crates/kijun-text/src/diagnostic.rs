use crate::{Label, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Information,
    Warning,
    Error,
}

/// A second place that belongs to a diagnostic, with what it shows there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub span: Span,
    pub text: Label,
}

/// A change of texts that puts something right without changing what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an editor offers it.
    pub title: Label,
    /// Places and what is to stand there instead.
    pub edits: Vec<(Span, String)>,
}

/// A message about an input: what (message), where (span, with a few words under it), what next
/// (help). The code is stable and has a page (`kijun explain CODE`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: &'static str,
    pub severity: Severity,
    pub message: Label,
    pub span: Span,
    pub label: Label,
    pub notes: Vec<Note>,
    pub help: Label,
    /// The name that was probably meant.
    pub suggestion: Option<String>,
    /// What puts it right, where that changes no meaning.
    pub fix: Option<Box<Fix>>,
}

impl Diagnostic {
    pub fn error(code: &'static str, span: Span, message: Label) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message,
            span,
            label: Label::default(),
            notes: Vec::new(),
            help: Label::default(),
            suggestion: None,
            fix: None,
        }
    }

    pub fn warning(code: &'static str, span: Span, message: Label) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, span, message) }
    }

    pub fn information(code: &'static str, span: Span, message: Label) -> Diagnostic {
        Diagnostic { severity: Severity::Information, ..Diagnostic::error(code, span, message) }
    }

    #[must_use]
    pub fn label(mut self, ja: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.label = Label::new(ja, en);
        self
    }

    #[must_use]
    pub fn help(mut self, ja: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.help = Label::new(ja, en);
        self
    }

    #[must_use]
    pub fn note(mut self, span: Span, ja: impl Into<String>, en: impl Into<String>) -> Diagnostic {
        self.notes.push(Note { span, text: Label::new(ja, en) });
        self
    }

    /// Adds a change of texts that puts it right; what is read afterwards must mean the same.
    #[must_use]
    pub fn fixed_by(
        self,
        ja: impl Into<String>,
        en: impl Into<String>,
        edits: Vec<(Span, String)>,
    ) -> Diagnostic {
        Diagnostic { fix: Some(Box::new(Fix { title: Label::new(ja, en), edits })), ..self }
    }

    /// Adds "did you mean" when a similar name exists.
    #[must_use]
    pub fn suggest(mut self, similar: Option<&str>) -> Diagnostic {
        self.suggestion = similar.map(str::to_owned);
        match similar {
            Some(name) => self.help(format!("もしかして: `{name}`"), format!("did you mean `{name}`?")),
            None => self,
        }
    }
}
