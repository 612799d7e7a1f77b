//! `kijun repl`: expressions, changes of facts in memory, verdicts and proofs, line by line.
//!
//! `session` answers lines and knows no terminal; `editor` is the only file that names rustyline.

mod ask;
mod change;
mod command;
mod complete;
mod editor;
mod facts;
mod history;
mod meaning;
mod save;
mod session;
#[cfg(test)]
mod tests;
mod verdicts;
mod words;

use std::io::{BufRead, IsTerminal};

use kijun_exchange::visible;
use kijun_text::Label;
use session::{Reply, Session};

use super::{Status, load_sound, refuse};
use crate::args::Repl;
use crate::diagnostics;
use crate::terminal::Terminal;

/// Status 2 when standard input is no terminal and one of its lines was wrong.
pub(super) fn run(args: &Repl, terminal: &Terminal) -> Status {
    let (workspace, today) = match load_sound(&args.path, &args.facts, terminal) {
        Ok(loaded) => loaded,
        Err(status) => return status,
    };
    diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
    let session = Session::new(workspace, today, &args.path, &args.facts, terminal);
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        editor::run(session, args.no_history, terminal)
    } else {
        piped(session, terminal)
    }
}

/// Lines of standard input; one with an open bracket goes on in the next.
fn piped(mut session: Session, terminal: &Terminal) -> Status {
    let mut status = Status::Ok;
    let mut pending = String::new();
    let mut input = std::io::stdin().lock();
    loop {
        let mut line = Vec::new();
        let read = match input.read_until(b'\n', &mut line) {
            Ok(read) => read,
            Err(error) => {
                let message = Label::new(
                    format!("標準入力を読めません: {}", kijun_text::in_japanese(&error)),
                    format!("cannot read standard input: {error}"),
                );
                return refuse(terminal, &message, &Label::default());
            }
        };
        let text = String::from_utf8_lossy(&line);
        pending.push_str(text.trim_end_matches(['\n', '\r']));
        if read > 0 && words::is_open(&pending) {
            pending.push('\n');
            continue;
        }
        let reply = session.line(&std::mem::take(&mut pending));
        let quit = show(&reply, terminal);
        if !reply.error.is_empty() {
            status = Status::Invalid;
        }
        if quit || read == 0 {
            return status;
        }
    }
}

/// Answers on standard output, errors on standard error; whether it is over.
fn show(reply: &Reply, terminal: &Terminal) -> bool {
    terminal.print(&legible(&reply.out));
    terminal.warn(&legible(&reply.error));
    reply.quit
}

/// A text in which nothing that facts or lines hold moves the cursor: only colours are left as they are.
fn legible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, piece) in text.split('\u{1b}').enumerate() {
        let color = piece.strip_prefix('[').and_then(|p| p.find('m').map(|at| at + 2)).filter(|end| {
            let inner = piece.get(1..end - 1).unwrap_or("x");
            i > 0 && inner.chars().all(|c| c.is_ascii_digit() || c == ';')
        });
        let (kept, rest) = piece.split_at(color.unwrap_or(0));
        match (i, color) {
            (0, _) => {}
            (_, Some(_)) => out.push_str(&format!("\u{1b}{kept}")),
            (_, None) => out.push_str(&visible("\u{1b}")),
        }
        out.push_str(&visible(rest));
    }
    out
}
