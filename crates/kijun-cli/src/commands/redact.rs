//! What leaves the house: facts without what tells whose they are.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use kijun_facts::Pseudonym;
use kijun_text::{Label, Severity};
use kijun_workspace::Workspace;

use super::{Status, refuse};
use crate::args::Redact;
use crate::terminal::Terminal;

/// Redacts a workspace, if that is asked for, and writes the key.
pub(super) fn redact(
    workspace: &mut Workspace,
    today: i32,
    args: &Redact,
    terminal: &Terminal,
) -> Result<(), Status> {
    if !args.redact {
        return Ok(());
    }
    // Warnings show lines of the facts.
    let warnings = workspace.diagnostics.iter().filter(|d| d.severity == Severity::Warning).count();
    if warnings > 0 && !terminal.quiet {
        terminal.warn(&match terminal.lang {
            kijun_text::Lang::Ja => {
                format!("警告 {warnings} 件は、台帳の内容を含むため表示しません(`kijun check` で出ます)\n")
            }
            kijun_text::Lang::En => {
                format!(
                    "{warnings} warning(s) are not shown, for they show facts; `kijun check` tells them\n"
                )
            }
        });
    }
    let key = workspace.redact(today, terminal.lang);
    match &args.redact_key {
        Some(path) => write_key(path, &key).map_err(|error| {
            let shown = path.display();
            let message = Label::new(
                format!("鍵ファイル `{shown}` を書けません: {}", kijun_text::in_japanese(&error)),
                format!("cannot write the key `{shown}`: {error}"),
            );
            let help = Label::new(
                "まだない名前を指定してください。鍵は上書きしません",
                "name a file that is not there yet; a key is never replaced",
            );
            refuse(terminal, &message, &help)
        }),
        None => Ok(()),
    }
}

/// One line each: the pseudonym, a tab, and what it stands for. Nobody but the owner can read it from the beginning on.
fn write_key(path: &Path, key: &[Pseudonym]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let flat = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let lines: String = key.iter().map(|(name, own)| format!("{name}\t{}\n", flat(own))).collect();
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}
