//! Source lines with marks under the place, drawn by miette. Long lines (a row of a ledger) are cropped around
//! the place.

use kijun_text::{At, CellName, Sources, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

/// At most so many bytes of a line are shown on each side of a place.
const AROUND: usize = 60;

/// A file, of which only the lines at a place are shown.
#[derive(Debug)]
struct Cropped<'s> {
    sources: &'s Sources,
    file: kijun_text::FileId,
}

impl SourceCode for Cropped<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let source = self.sources.get(self.file).ok_or(MietteError::OutOfBounds)?;
        let (start, end) = (span.offset(), span.offset() + span.len());
        let (first, last) = (source.lines().line(start), source.lines().line(end.max(start)));
        let top = first.saturating_sub(before);
        let mut from = source.lines().start(top);
        let mut to = line_end(&source.text, source.lines().start(last + after).max(end));
        if to - from > 4 * AROUND && first == last {
            let line_start = source.lines().start(first);
            from = floor(&source.text, start.saturating_sub(AROUND).max(line_start));
            to = ceil(&source.text, (end + AROUND).min(line_end(&source.text, end)));
        }
        let data = source.text.get(from..to).ok_or(MietteError::OutOfBounds)?;
        // The column of the place itself, for the head line `file:line:column`.
        let at = source.lines().line_column(&source.text, start);
        let (mut line, column) = (source.lines().line(from), at.column.saturating_sub(1) as usize);
        let mut name = source.path.clone();
        let place = self.sources.place(Span::new(self.file, start, end));
        if let At::Cell { cell, .. } = place.at {
            line = cell.row as usize;
            name = format!("{place}{NO_LINE}");
        }
        let contents = MietteSpanContents::new_named(
            name,
            data.as_bytes(),
            SourceSpan::from((from, to - from)),
            line,
            column,
            data.lines().count(),
        );
        Ok(Box::new(contents))
    }
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |i| at + i)
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Follows a name that says all of the place; miette puts line and column behind it.
const NO_LINE: char = '\u{1}';

/// The drawing without the lines and columns that follow cells.
fn without_lines(drawn: String) -> String {
    let mut parts = drawn.split(NO_LINE);
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        out.push_str(part.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    out
}

/// A place, and the words under it.
type Label<'l> = &'l (Span, String);

/// What miette draws: a head line, one file with labels, a foot line.
pub(crate) struct Drawing<'s> {
    pub(crate) head: String,
    pub(crate) code: Option<String>,
    pub(crate) severity: miette::Severity,
    pub(crate) labels: Vec<(Span, String)>,
    pub(crate) footer: String,
    pub(crate) sources: &'s Sources,
}

#[derive(Debug)]
struct Drawn<'s> {
    head: String,
    code: Option<String>,
    severity: miette::Severity,
    labels: Vec<LabeledSpan>,
    source: Cropped<'s>,
}

impl std::fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.head)
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.code.as_ref().map(|c| Box::new(c) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.labels.is_empty()).then_some(&self.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl Drawing<'_> {
    /// Of a workbook; the drawing of a row does not show which cell is which.
    fn cell(&self, span: Span) -> Option<CellName> {
        match self.sources.place(span).at {
            At::Cell { cell, .. } => Some(cell),
            At::Line { .. } => None,
        }
    }

    /// Draws; labels that lie in other files than the first, or in other cells, are drawn after it, one file or cell by the other.
    pub(crate) fn draw(&self, color: bool, width: usize) -> String {
        let mut out = String::new();
        let mut rest: Vec<&(Span, String)> = self.labels.iter().collect();
        let mut first = true;
        loop {
            let leading = rest.first().map(|(span, _)| *span).unwrap_or_default();
            let file = leading.file;
            let cell = self.cell(leading);
            let (here, elsewhere): (Vec<Label<'_>>, Vec<Label<'_>>) =
                rest.into_iter().partition(|(span, _)| span.file == file && self.cell(*span) == cell);
            let labels = here
                .iter()
                .map(|(span, text)| {
                    let label = (!text.is_empty()).then(|| text.clone());
                    LabeledSpan::new(label, span.start as usize, (span.end - span.start) as usize)
                })
                .collect();
            let drawn = Drawn {
                head: if first { self.head.clone() } else { String::new() },
                code: self.code.clone().filter(|_| first),
                severity: self.severity,
                labels,
                source: Cropped { sources: self.sources, file },
            };
            let last = elsewhere.is_empty();
            let footer = if last { self.footer.clone() } else { String::new() };
            out.push_str(&render(&drawn, color, width, footer));
            if last {
                return out;
            }
            rest = elsewhere;
            first = false;
        }
    }
}

fn render(drawn: &Drawn<'_>, color: bool, width: usize, footer: String) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut handler =
        GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false).with_context_lines(0);
    if !footer.is_empty() {
        handler = handler.with_footer(footer);
    }
    let mut out = String::new();
    match handler.render_report(&mut out, drawn) {
        Ok(()) => without_lines(out),
        Err(_) => format!("{}\n", drawn.head),
    }
}
