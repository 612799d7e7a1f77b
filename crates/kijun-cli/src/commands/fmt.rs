use std::path::{Path, PathBuf};

use kijun_text::{Diagnostic, Label, Lang, Sources, Span};

use super::{Status, refuse};
use crate::diagnostics;
use crate::output::write_file;
use crate::terminal::Terminal;

/// Formats modules in place; with `check`, only says which ones differ.
pub(crate) fn run(paths: &[PathBuf], check: bool, terminal: &Terminal) -> Status {
    let mut files = Vec::new();
    for path in paths {
        if let Err(error) = collect(path, &mut files) {
            let shown = path.display();
            let message = kijun_text::cannot_read(&shown, &error);
            return refuse(terminal, &message, &Label::default());
        }
    }
    let mut status = Status::Ok;
    let mut changed = 0;
    for file in &files {
        match format_file(file, check, terminal) {
            Ok(true) => {
                changed += 1;
                terminal.print(&format!("{}\n", file.display()));
                if check && status == Status::Ok {
                    status = Status::Findings;
                }
            }
            Ok(false) => {}
            Err(refused) => status = refused,
        }
    }
    if !terminal.quiet {
        let total = files.len();
        terminal.warn(&match (terminal.lang, check) {
            (Lang::Ja, true) => format!("{total} ファイルのうち、整形されていないもの {changed}\n"),
            (Lang::Ja, false) => format!("{total} ファイルのうち {changed} を整形しました\n"),
            (Lang::En, true) => format!("{changed} of {total} file(s) are not formatted\n"),
            (Lang::En, false) => format!("{changed} of {total} file(s) formatted\n"),
        });
    }
    status
}

/// Modules at or below a path, in order; hidden folders and `target` are passed over.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        std::fs::metadata(path)?;
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        let name = entry.file_name().and_then(|n| n.to_str()).unwrap_or("");
        if name.starts_with('.') || name == "target" {
            continue;
        }
        if entry.is_dir() || entry.extension().is_some_and(|e| e == "kijun") {
            collect(&entry, files)?;
        }
    }
    Ok(())
}

/// Whether the file's text is not in the form that formatting gives it.
fn format_file(file: &Path, check: bool, terminal: &Terminal) -> Result<bool, Status> {
    let refuse_io = |error: std::io::Error| {
        let shown = file.display();
        let message = Label::new(format!("`{shown}`: {error}"), format!("`{shown}`: {error}"));
        refuse(terminal, &message, &Label::default())
    };
    let bytes = std::fs::read(file).map_err(refuse_io)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let shown = file.display();
        let message =
            Label::new(format!("`{shown}` は UTF-8 ではありません"), format!("`{shown}` is not UTF-8"));
        refuse(terminal, &message, &Label::default())
    })?;
    let formatted = kijun_syntax::format(&text).map_err(|errors| {
        let mut sources = Sources::default();
        let id = sources.add(file.display().to_string(), text.clone());
        let found: Vec<Diagnostic> = errors
            .into_iter()
            .map(|e| {
                let mut d = Diagnostic::error(e.code, Span::new(id, e.start, e.end), e.message);
                d.label = e.label;
                d.help = e.help;
                d
            })
            .collect();
        diagnostics::show(terminal, &sources, &found);
        Status::Invalid
    })?;
    if formatted == text {
        return Ok(false);
    }
    if !check {
        write_file(file, formatted.as_bytes()).map_err(refuse_io)?;
    }
    Ok(true)
}
