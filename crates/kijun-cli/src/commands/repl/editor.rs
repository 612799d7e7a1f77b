//! Lines typed at a terminal: editing, history, completion. The only file that names rustyline.

use std::cell::RefCell;
use std::rc::Rc;

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::complete::Completions;
use super::session::Session;
use super::{history, show, words};
use crate::commands::Status;
use crate::terminal::{Terminal, pad, width};

const PROMPT: &str = "kijun> ";
/// Lines that are kept.
const KEPT: usize = 1000;

pub(super) fn run(session: Session, no_history: bool, terminal: &Terminal) -> Status {
    let session = Rc::new(RefCell::new(session));
    if !terminal.quiet {
        let hint =
            terminal.say(":help で一覧、Ctrl-D で終わります\n", ":help lists the commands, Ctrl-D ends\n");
        terminal.print(&format!("{}{hint}", session.borrow().greeting()));
    }
    let kept = if no_history { None } else { history::file() };
    let mut editor = match editor(Rc::clone(&session)) {
        Ok(editor) => editor,
        Err(error) => {
            terminal.warn(&format!("{} {error}\n", terminal.say("エラー:", "error:")));
            return Status::Invalid;
        }
    };
    if let Some(file) = kept.as_ref().filter(|file| file.exists()) {
        // What earlier sessions left is a help, nothing that this one rests on.
        let _ = editor.load_history(file);
    }
    loop {
        match editor.readline(PROMPT) {
            Ok(line) => {
                let _ = editor.add_history_entry(line.as_str());
                if let Some(file) = &kept {
                    let _ = editor.append_history(file);
                }
                let reply = session.borrow_mut().line(&line);
                if show(&reply, terminal) {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(_) => break,
        }
    }
    terminal.warn(&session.borrow().dropped());
    Status::Ok
}

fn editor(session: Rc<RefCell<Session>>) -> rustyline::Result<Editor<Assistant, DefaultHistory>> {
    let config = Config::builder()
        .max_history_size(KEPT)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .build();
    let mut editor = Editor::with_config(config)?;
    let assistant = Assistant { session, paths: FilenameCompleter::new(), hints: HistoryHinter::new() };
    editor.set_helper(Some(assistant));
    Ok(editor)
}

struct Assistant {
    session: Rc<RefCell<Session>>,
    paths: FilenameCompleter,
    hints: HistoryHinter,
}

impl Helper for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = line.get(..at).unwrap_or(line);
        let found = self.session.borrow().complete(before);
        match found {
            Completions::Path(_) => self.paths.complete_path(line, at),
            Completions::Of(start, candidates) => {
                let widest = candidates.iter().map(|c| width(&c.text)).max().unwrap_or(0).min(40);
                let several = candidates.len() > 1;
                let pair = |c: super::complete::Candidate| {
                    let shown = if several {
                        format!("{}  {}", pad(&c.text, widest), c.title)
                    } else {
                        String::new()
                    };
                    Pair { display: shown.trim_end().to_owned(), replacement: c.text }
                };
                Ok((start, candidates.into_iter().map(pair).collect()))
            }
        }
    }
}

impl Hinter for Assistant {
    type Hint = String;

    fn hint(&self, line: &str, at: usize, context: &Context<'_>) -> Option<String> {
        self.hints.hint(line, at, context)
    }
}

impl Highlighter for Assistant {
    fn highlight_hint<'h>(&self, hint: &'h str) -> std::borrow::Cow<'h, str> {
        if self.session.borrow().terminal.color {
            return format!("\u{1b}[2m{hint}\u{1b}[0m").into();
        }
        hint.into()
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if words::is_open(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}
