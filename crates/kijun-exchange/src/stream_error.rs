//! `kijun.stream-error/1`: what stands in a stream of assessments in place of a line that could not be assessed.

use kijun_text::{Diagnostic, Label, Severity, Sources, Span};
use serde::Serialize;

/// A line that could not be assessed, to be written by any serializer.
#[derive(Serialize)]
pub struct StreamErrorJson<'a> {
    schema: &'static str,
    line: u64,
    facility: Option<&'a str>,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a Label,
    #[serde(skip_serializing_if = "Label::is_empty")]
    label: &'a Label,
    help: &'a Label,
    at: At,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note<'a>>,
}

#[derive(Serialize)]
struct Note<'a> {
    message: &'a Label,
    at: At,
}

/// A character of the line, counted from 1.
#[derive(Serialize)]
struct At {
    column: u32,
}

/// The line (counted from 1) as `kijun.stream-error/1`. The problems have their places in `sources`, in which the line
/// is one line of a file.
pub fn stream_error_json<'a>(
    line: u64,
    facility: Option<&'a str>,
    problems: &'a [Diagnostic],
    sources: &Sources,
) -> StreamErrorJson<'a> {
    let problems = problems.iter().map(|d| problem(d, sources)).collect();
    StreamErrorJson { schema: "kijun.stream-error/1", line, facility, problems }
}

fn problem<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Problem<'a> {
    let at = |span: Span| At { column: sources.line_column(span).1.max(1) };
    Problem {
        code: diagnostic.code,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
        },
        message: &diagnostic.message,
        label: &diagnostic.label,
        help: &diagnostic.help,
        at: at(diagnostic.span),
        notes: diagnostic.notes.iter().map(|n| Note { message: &n.text, at: at(n.span) }).collect(),
    }
}
