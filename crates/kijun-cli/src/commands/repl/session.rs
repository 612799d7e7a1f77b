//! A session: a workspace with changes on top, and an answer for each line. Knows no terminal.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kijun_facts::{KindId, Store};
use kijun_model::Kept;
use kijun_text::{FileId, Label, Severity};
use kijun_workspace::{Options, Workspace};

use super::change::Change;
use super::command::{self, Command};
use super::complete::Modules;
use super::verdicts::Standing;
use super::words::{Words, is_command};
use crate::args::FactArgs;
use crate::commands::{excess, typed_day};
use crate::diagnostics;
use crate::terminal::Terminal;

/// What is wrong, and what to do.
pub(super) type Refusal = (Label, Label);

/// What comes of a line.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) out: String,
    /// What is wrong with it; empty where nothing is.
    pub(super) error: String,
    pub(super) quit: bool,
}

pub(super) struct Session {
    pub(super) terminal: Terminal,
    path: PathBuf,
    args: FactArgs,
    pub(super) workspace: Workspace,
    pub(super) engine: kijun_engine::Session,
    pub(super) today: i32,
    /// The facts as they were read.
    pub(super) base: Store,
    pub(super) changes: Vec<Change>,
    /// How many changes were made when they were last saved.
    pub(super) saved: usize,
    pub(super) standing: Standing,
    /// Names for records: kind and id.
    pub(super) names: Vec<(String, KindId, String)>,
    /// What the last expression left of the compilation of the packs.
    pub(super) kept: Kept,
    pub(super) modules: Modules,
    lines: usize,
}

impl Session {
    /// `workspace` has no errors; it was read from `path` with `args`.
    pub(super) fn new(
        workspace: Workspace,
        today: i32,
        path: &Path,
        args: &FactArgs,
        terminal: &Terminal,
    ) -> Session {
        let base = workspace.store.clone();
        let program = Arc::clone(&workspace.compiled.program);
        let mut engine = kijun_engine::Session::new(program, base.clone(), today);
        let standing = Standing::new(&workspace.compiled.program, &engine.evaluate(), workspace.facility());
        Session {
            terminal: *terminal,
            path: path.to_owned(),
            args: args.clone(),
            workspace,
            engine,
            today,
            base,
            changes: Vec::new(),
            saved: 0,
            standing,
            names: Vec::new(),
            kept: Kept::default(),
            modules: Modules::default(),
            lines: 0,
        }
    }

    /// Answers a line: an expression, or a command after a colon.
    pub(super) fn line(&mut self, line: &str) -> Reply {
        if line.trim().is_empty() || line.trim_start().starts_with("//") {
            return Reply::default();
        }
        self.lines += 1;
        let answered = if is_command(line) { self.command(line) } else { self.ask(line).map(Reply::said) };
        let reply = answered.unwrap_or_else(|error| Reply { error, ..Reply::default() });
        // Nothing is concluded from a part; what was typed stays, so that it can be undone.
        match excess(&self.engine.evaluate(), &self.workspace) {
            Some(refusal) if !reply.quit => Reply { error: self.refused(&refusal), ..Reply::default() },
            _ => reply,
        }
    }

    /// Puts a line among the sources, so that what is said of it has a place.
    pub(super) fn source(&mut self, line: &str) -> FileId {
        self.workspace.sources.add(format!("<{}>", self.lines), line)
    }

    fn command(&mut self, line: &str) -> Result<Reply, String> {
        let mut words = Words::new(line);
        let name = words.word().map(|w| w.text).unwrap_or_default();
        let name = name.trim_start_matches([':', '：']);
        let command = command::find(name).map_err(|e| self.refused(&e))?;
        let said = match command {
            Command::Help => Ok(command::help(self.terminal.lang)),
            Command::Verdicts => self.verdicts(words.rest().0),
            Command::Why => self.why(words),
            Command::Set => self.set(words),
            Command::Unset => self.unset(words),
            Command::Add => self.add(words),
            Command::Remove => self.remove(words),
            Command::Complete => self.register(words, true),
            Command::Incomplete => self.register(words, false),
            Command::Facts => self.facts(words),
            Command::Let => self.name(words),
            Command::Type => return self.type_of(words.rest().0).map(Reply::said),
            Command::Changes => Ok(self.list_changes()),
            Command::Undo => self.undo(),
            Command::Save => self.save(words),
            Command::AsOf => self.as_of(words.rest().0),
            Command::Load => return self.load(words.rest().0).map(Reply::said),
            Command::Reload => return self.reload().map(Reply::said),
            Command::Lang => self.lang(words.rest().0),
            Command::Quit => return Ok(Reply { quit: true, ..Reply::default() }),
        };
        said.map(Reply::said).map_err(|e| self.refused(&e))
    }

    /// An error as the command line shows it.
    pub(super) fn refused(&self, (message, help): &Refusal) -> String {
        let terminal = &self.terminal;
        let mut out = format!("{} {}\n", terminal.say("エラー:", "error:"), terminal.text(message));
        if !help.is_empty() {
            out.push_str(&format!("  {} {}\n", terminal.say("対処:", "help:"), terminal.text(help)));
        }
        out
    }

    pub(super) fn wrong(command: Command) -> Refusal {
        let message = Label::new("引数が足りないか、余っています", "arguments are missing, or too many");
        (message, command::usage(command))
    }

    fn as_of(&mut self, text: &str) -> Result<String, Refusal> {
        if !text.is_empty() {
            self.today = typed_day(text)?;
            self.engine.set_today(self.today);
        }
        let flips = if text.is_empty() { String::new() } else { self.flips() };
        Ok(format!(
            "{} {}\n{flips}",
            self.terminal.say("評価日", "as of"),
            kijun_facts::Date::day(self.today)
        ))
    }

    fn lang(&mut self, text: &str) -> Result<String, Refusal> {
        self.terminal.lang = match text {
            "ja" => kijun_text::Lang::Ja,
            "en" => kijun_text::Lang::En,
            _ => return Err(Session::wrong(Command::Lang)),
        };
        Ok(String::new())
    }

    fn load(&mut self, path: &str) -> Result<String, String> {
        let path = super::words::unquoted(path);
        if path.is_empty() {
            return Err(self.refused(&Session::wrong(Command::Load)));
        }
        let (path, args) = (PathBuf::from(path), FactArgs::default());
        let workspace = self.read(&path, &args)?;
        let today = workspace.as_of().unwrap_or(self.today);
        let dropped = self.dropped();
        *self = Session { lines: self.lines, ..Session::new(workspace, today, &path, &args, &self.terminal) };
        Ok(format!("{dropped}{}", self.greeting()))
    }

    fn reload(&mut self) -> Result<String, String> {
        let (path, args) = (self.path.clone(), self.args.clone());
        let workspace = self.read(&path, &args)?;
        let before = std::mem::take(&mut self.standing);
        let old = Session::new(workspace, self.today, &path, &args, &self.terminal);
        let Session { changes, names, lines, saved, .. } = std::mem::replace(self, old);
        (self.names, self.lines) = (names, lines);
        let mut out = self.greeting();
        let mut errors = String::new();
        for (at, change) in changes.into_iter().enumerate() {
            let change = change.moved(&mut self.workspace.sources);
            match self.make(change) {
                Ok(()) => self.saved += usize::from(at < saved),
                Err(refusal) => errors.push_str(&self.refused(&refusal)),
            }
        }
        self.standing = before;
        out.push_str(&self.flips());
        if errors.is_empty() { Ok(out) } else { Err(format!("{out}{errors}")) }
    }

    /// A workspace without errors, or what is wrong with it.
    fn read(&self, path: &Path, args: &FactArgs) -> Result<Workspace, String> {
        let options =
            Options { profile: args.profile.clone(), facts: args.facts.clone(), ..Options::default() };
        let workspace = kijun_workspace::load(path, &options)
            .map_err(|e| self.refused(&(e.message.clone(), e.help.clone())))?;
        let errors = workspace.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        let errors: String =
            errors.map(|d| diagnostics::draw(&self.terminal, &workspace.sources, d)).collect();
        if errors.is_empty() { Ok(workspace) } else { Err(errors) }
    }

    /// What there is to begin with.
    pub(super) fn greeting(&self) -> String {
        let (title, day) = (self.workspace.title(), kijun_facts::Date::day(self.today));
        let records: usize = self.engine.store().kinds.iter().map(|k| k.len()).sum();
        let name = self.terminal.text(&title);
        let name = if name.is_empty() { self.workspace.facility() } else { name };
        match self.terminal.lang {
            kijun_text::Lang::Ja => format!("{name}  評価日 {day}、記録 {records} 件\n"),
            kijun_text::Lang::En => format!("{name}  as of {day}, {records} record(s)\n"),
        }
    }

    /// That changes are lost which nobody saved.
    pub(super) fn dropped(&self) -> String {
        match (self.changes.len().saturating_sub(self.saved), self.terminal.lang) {
            (0, _) => String::new(),
            (n, kijun_text::Lang::Ja) => format!("保存していない変更 {n} 件を捨てました\n"),
            (n, kijun_text::Lang::En) => format!("{n} change(s) that were not saved are dropped\n"),
        }
    }
}

impl Reply {
    fn said(out: String) -> Reply {
        Reply { out, ..Reply::default() }
    }
}
