//! A diff as lines to read, written once for terminals and Markdown.

/// One line, in the language asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Title(String),
    Heading(String),
    Text(String),
    /// With how deep it stands, from 0.
    Item(usize, String),
    /// Text that is copied as it stands: several lines, each ended.
    Code(String),
}

/// What writes lines.
#[derive(Debug, Default)]
pub(crate) struct Outline(pub(crate) Vec<Line>);

impl Outline {
    pub(crate) fn title(&mut self, text: impl Into<String>) {
        self.0.push(Line::Title(text.into()));
    }

    pub(crate) fn heading(&mut self, text: impl Into<String>) {
        self.0.push(Line::Heading(text.into()));
    }

    pub(crate) fn text(&mut self, text: impl Into<String>) {
        self.0.push(Line::Text(text.into()));
    }

    pub(crate) fn code(&mut self, text: impl Into<String>) {
        self.0.push(Line::Code(text.into()));
    }

    pub(crate) fn item(&mut self, depth: usize, text: impl Into<String>) {
        self.0.push(Line::Item(depth, text.into()));
    }
}

/// The lines as Markdown.
pub fn markdown(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut in_list = false;
    for line in lines {
        let is_item = matches!(line, Line::Item(..));
        let continues = out.is_empty() || in_list && is_item;
        if !continues {
            out.push('\n');
        }
        in_list = is_item;
        match line {
            Line::Title(text) => out.push_str(&format!("# {}\n", escaped(text))),
            Line::Heading(text) => out.push_str(&format!("## {}\n", escaped(text))),
            Line::Text(text) => out.push_str(&format!("{}\n", escaped(text))),
            Line::Code(text) => out.push_str(&format!("```\n{text}```\n")),
            Line::Item(depth, text) => {
                out.push_str(&format!("{}- {}\n", "  ".repeat(*depth), escaped(text)));
            }
        }
    }
    out
}

/// What Markdown would read as markup stands for itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(if matches!(c, '\n' | '\r') { ' ' } else { c });
    }
    out
}
