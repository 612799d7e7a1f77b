//! Diagnostics on standard error.

use kijun_text::{Diagnostic, Severity, Sources, Span};

use crate::snippet::Drawing;
use crate::terminal::Terminal;

/// Prints diagnostics and, at the end, how many there were; whether one of them is an error.
pub(crate) fn show(terminal: &Terminal, sources: &Sources, diagnostics: &[Diagnostic]) -> bool {
    for diagnostic in diagnostics {
        terminal.warn(&draw(terminal, sources, diagnostic));
    }
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let warnings = diagnostics.iter().filter(|d| d.severity == Severity::Warning).count();
    if errors + warnings > 0 && !terminal.quiet {
        let line = match terminal.lang {
            kijun_text::Lang::Ja => {
                format!("エラー {errors} 件、警告 {warnings} 件(`kijun explain コード` で説明)\n")
            }
            kijun_text::Lang::En => {
                format!("{errors} error(s), {warnings} warning(s); `kijun explain CODE` tells more\n")
            }
        };
        terminal.warn(&line);
    }
    errors > 0
}

pub(crate) fn draw(terminal: &Terminal, sources: &Sources, diagnostic: &Diagnostic) -> String {
    let mut labels: Vec<(Span, String)> = Vec::new();
    if sources.get(diagnostic.span.file).is_some_and(|s| !s.text.is_empty()) {
        labels.push((diagnostic.span, terminal.text(&diagnostic.label).to_owned()));
    }
    labels.extend(diagnostic.notes.iter().map(|n| (n.span, terminal.text(&n.text).to_owned())));
    let help = terminal.text(&diagnostic.help);
    let footer =
        if help.is_empty() { String::new() } else { format!("{} {help}", terminal.say("対処:", "help:")) };
    let drawing = Drawing {
        head: terminal.text(&diagnostic.message).to_owned(),
        code: Some(diagnostic.code.to_owned()),
        severity: match diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Information => miette::Severity::Advice,
        },
        labels,
        footer,
        sources,
    };
    drawing.draw(terminal.error_color, terminal.width)
}
