//! Diagnostics on standard error.

use kijun_text::{Diagnostic, Severity, Sources, Span};

use crate::snippet::Drawing;
use crate::terminal::Terminal;

/// Prints diagnostics and, at the end, how many there were; whether one of them is an error.
pub(crate) fn show(terminal: &Terminal, sources: &Sources, diagnostics: &[Diagnostic]) -> bool {
    // Errors are shown before anything that may be left out.
    let mut shown: Vec<&Diagnostic> = diagnostics.iter().collect();
    if shown.len() > MOST {
        shown.sort_by_key(|d| d.severity != Severity::Error);
    }
    for diagnostic in shown.into_iter().take(MOST) {
        terminal.warn(&draw(terminal, sources, diagnostic));
    }
    if let more @ 1.. = diagnostics.len().saturating_sub(MOST) {
        terminal.warn(&match terminal.lang {
            kijun_text::Lang::Ja => {
                format!("ほかに {more} 件あります(`kijun check --format csv` ですべて出ます)\n")
            }
            kijun_text::Lang::En => {
                format!("and {more} more, all of which `kijun check --format csv` lists\n")
            }
        });
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

/// How many diagnostics are drawn: a register of a wrong form has one for every cell.
const MOST: usize = 100;

pub(crate) fn draw(terminal: &Terminal, sources: &Sources, diagnostic: &Diagnostic) -> String {
    let mut labels: Vec<(Span, String)> = Vec::new();
    let mut head = terminal.text(&diagnostic.message).to_owned();
    match sources.get(diagnostic.span.file) {
        // Of what could not be read no line can be shown.
        Some(source) if source.text.is_empty() => {
            head = format!("{}: {head}", sources.place(diagnostic.span).file)
        }
        Some(_) => labels.push((diagnostic.span, terminal.text(&diagnostic.label).to_owned())),
        None => {}
    }
    labels.extend(diagnostic.notes.iter().map(|n| (n.span, terminal.text(&n.text).to_owned())));
    let help = terminal.text(&diagnostic.help);
    let footer =
        if help.is_empty() { String::new() } else { format!("{} {help}", terminal.say("対処:", "help:")) };
    let drawing = Drawing {
        head,
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
