//! What may be typed at a place in a line.

use std::sync::{Arc, OnceLock};

use kijun_facts::{AttrId, KindId, Type};
use kijun_ide::{Doc, DocKind, Files, Semantics, Snapshot, closeness, completions};
use kijun_text::{FileId, Label};

use super::command::{COMMANDS, Command, find};
use super::session::Session;
use super::words::{Words, is_command};

/// Something that may be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) text: String,
    /// What it is, for the eye; may be empty.
    pub(super) title: String,
}

/// What may stand at the end of what is typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Completions {
    /// From this byte on.
    Of(usize, Vec<Candidate>),
    /// The name of a file, from this byte on.
    Path(usize),
}

/// The modules as an editor would see them, made when they are first asked for.
#[derive(Debug, Default)]
pub(super) struct Modules(OnceLock<Files>);

const MOST: usize = 200;

impl Session {
    /// What may follow `line`, which ends where the cursor is.
    pub(super) fn complete(&self, line: &str) -> Completions {
        if !is_command(line) {
            return self.in_expression(line, 0);
        }
        let mut words = Words::new(line);
        let Some(first) = words.word() else { return Completions::Of(line.len(), Vec::new()) };
        if first.range.end == line.len() {
            let names = COMMANDS.iter().map(|c| (format!(":{}", c.name), c.takes.to_owned()));
            let typed = first.text.replace('：', ":");
            let fits = names.filter(|(name, _)| name.starts_with(&typed));
            let start = first.range.start;
            return Completions::Of(start, fits.map(|(text, title)| Candidate { text, title }).collect());
        }
        let Ok(command) = find(first.text.trim_start_matches([':', '：'])) else {
            return Completions::Of(line.len(), Vec::new());
        };
        let (rest, range) = words.rest();
        match command {
            Command::Load | Command::Save => Completions::Path(range.start),
            Command::Type => self.in_expression(line, range.start),
            Command::Verdicts => self.among(line, rest, self.items(true)),
            Command::Why => match rest.split_whitespace().count() {
                0 => self.among(line, "", self.items(false)),
                1 if !line.ends_with(char::is_whitespace) => self.among(line, rest, self.items(false)),
                1 => self.among(line, "", vec![("for".to_owned(), Label::default())]),
                _ => self.among(line, last_word(line), Vec::new()),
            },
            Command::Lang => {
                self.among(line, rest, ["ja", "en"].map(|l| (l.to_owned(), Label::default())).to_vec())
            }
            Command::Set
            | Command::Unset
            | Command::Add
            | Command::Remove
            | Command::Complete
            | Command::Incomplete
            | Command::Facts
            | Command::Let => self.in_facts(command, line, words),
            _ => Completions::Of(line.len(), Vec::new()),
        }
    }

    /// `KIND ID FIELD VALUE`, as far as it goes.
    fn in_facts(&self, command: Command, line: &str, mut words: Words<'_>) -> Completions {
        let mut before: Vec<String> = Vec::new();
        while let Some(word) = words.word() {
            before.push(word.text);
        }
        let typed = if line.ends_with(char::is_whitespace) {
            String::new()
        } else {
            before.pop().unwrap_or_default()
        };
        if command == Command::Let {
            if before.is_empty() {
                return Completions::Of(line.len(), Vec::new());
            }
            before.remove(0);
        }
        let kind = before.first().and_then(|k| self.kind(k).ok());
        let found = match (before.len(), kind) {
            (0, _) => self.kinds(),
            (1, Some(kind)) if !matches!(command, Command::Complete | Command::Incomplete) => self.ids(kind),
            (2, Some(kind)) if matches!(command, Command::Set | Command::Unset) => self.fields(kind),
            (3.., Some(kind)) if command == Command::Set => {
                let attr = before
                    .get(2)
                    .and_then(|a| kijun_facts::read::silent_attribute(self.schema().kind(kind)?, a));
                attr.map(|attr| self.values(kind, attr)).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        // The members of a set are separated, not apart.
        let typed = typed.rsplit([';', '、']).next().unwrap_or("").to_owned();
        self.among(line, &typed, found)
    }

    /// Those that what is typed may mean, the best first.
    fn among(&self, line: &str, typed: &str, all: Vec<(String, Label)>) -> Completions {
        let mut found: Vec<(u8, Candidate)> = all
            .into_iter()
            .filter_map(|(text, title)| {
                let best =
                    [&text, &title.ja, &title.en].into_iter().filter_map(|w| closeness(typed, w)).min()?;
                let title = title.or(self.terminal.lang, "").to_owned();
                Some((best, Candidate { text, title }))
            })
            .collect();
        found.sort_by(|(a, x), (b, y)| (a, &x.text).cmp(&(b, &y.text)));
        let candidates = found.into_iter().take(MOST).map(|(_, c)| c).collect();
        Completions::Of(line.len().saturating_sub(typed.len()), candidates)
    }

    fn kinds(&self) -> Vec<(String, Label)> {
        self.schema().kinds.iter().map(|k| (k.name.clone(), k.label.clone())).collect()
    }

    fn ids(&self, kind: KindId) -> Vec<(String, Label)> {
        let store = self.engine.store();
        let rows = store.kind(kind).map_or(0, |t| t.len());
        let called = self.schema().kind(kind).and_then(|d| d.attribute("name"));
        let name = |row| {
            let attr = called.filter(|a| store.kind(kind).is_some_and(|t| t.is_known(*a, row)));
            let show = |a| kijun_facts::show_cell(store, self.schema(), kind, a, row, self.terminal.lang);
            attr.map(show).map_or_else(Label::default, |name| Label::new(name.clone(), name))
        };
        let quoted =
            |id: &str| if id.contains(char::is_whitespace) { format!("\"{id}\"") } else { id.to_owned() };
        (0..rows).map(|row| (quoted(store.id_text(kind, row)), name(row))).collect()
    }

    fn fields(&self, kind: KindId) -> Vec<(String, Label)> {
        let attributes = self.schema().kind(kind).into_iter().flat_map(|k| &k.attributes);
        attributes.map(|a| (a.name.clone(), a.label.clone())).collect()
    }

    fn values(&self, kind: KindId, attr: AttrId) -> Vec<(String, Label)> {
        let Some(attribute) = self.schema().attribute(kind, attr) else { return Vec::new() };
        let fixed = |words: &[&str]| words.iter().map(|w| ((*w).to_owned(), Label::default())).collect();
        match attribute.ty.element().unwrap_or(&attribute.ty) {
            Type::Enum(id) => {
                let literals = self.schema().enumeration(*id).into_iter().flat_map(|e| &e.literals);
                literals.map(|l| (l.name.clone(), l.label.clone())).collect()
            }
            Type::Ref(target) => self.ids(*target),
            Type::Bool => fixed(&["true", "false"]),
            Type::Requirement => self.items(false),
            _ => Vec::new(),
        }
    }

    /// Ids of what has a verdict; with catalogues, where asked for.
    fn items(&self, catalogs: bool) -> Vec<(String, Label)> {
        let program = &self.workspace.compiled.program;
        let in_scope =
            |r: &&kijun_engine::program::Requirement| matches!(r.scope, kijun_engine::program::Scope::In);
        let own = program.requirements.iter().filter(in_scope).map(|r| (r.id.clone(), r.title.clone()));
        let all = program.catalogs.iter().filter(|_| catalogs).map(|c| (c.alias.clone(), c.title.clone()));
        let mut found: Vec<_> = all.chain(own).collect();
        found.dedup();
        found
    }

    /// As an editor completes the condition of a check; `from` is where the expression begins.
    fn in_expression(&self, line: &str, from: usize) -> Completions {
        let mut files = self.modules.0.get_or_init(|| self.module_files()).clone();
        let mut head = String::from("check repl for repl:1 {");
        for (name, kind, _) in &self.names {
            let kind = self.schema().kind(*kind).map_or("", |k| &k.name);
            head.push_str(&format!(" each {name}: {kind}"));
        }
        head.push_str(" require ");
        let typed = line.get(from..).unwrap_or("").replace('\n', " ");
        let file: FileId =
            files.set(None, Arc::new(Doc::new("<repl>", DocKind::Module, format!("{head}{typed}"))));
        let snapshot = Snapshot::new(files, Arc::new(Semantics::empty()));
        let (found, _) = completions(&snapshot, file, head.len() + typed.len());
        const CLAUSES: [&str; 8] = ["require", "where", "fix", "mark", "source", "title", "note", "check"];
        let fits = |c: &kijun_ide::Completion| !CLAUSES.contains(&c.label.as_str());
        let start = found.first().map_or(head.len() + typed.len(), |c| c.range.start);
        let mut all: Vec<Candidate> = found
            .into_iter()
            .filter(fits)
            .map(|c| Candidate { text: c.label, title: c.title.or(self.terminal.lang, "").to_owned() })
            .collect();
        // What follows `in` is mostly a kind, which a condition cannot be.
        let word = last_word(line);
        let before = line.get(..line.len() - word.len()).unwrap_or("").trim_end();
        if before.ends_with(" in") {
            let kinds = self.among(line, word, self.kinds());
            if let Completions::Of(at, kinds) = kinds {
                return Completions::Of(at, kinds);
            }
        }
        let start = (start + from).checked_sub(head.len()).unwrap_or(line.len()).min(line.len());
        all.truncate(MOST);
        Completions::Of(start, all)
    }

    fn module_files(&self) -> Files {
        let mut files = Files::default();
        for file in &self.workspace.modules {
            if let Some(source) = self.workspace.sources.get(*file) {
                let text = source.text.as_str();
                files
                    .set(None, Arc::new(Doc::new(self.workspace.sources.path(*file), DocKind::Module, text)));
            }
        }
        files
    }
}

/// The letters, digits and signs of ids at the end of a line.
fn last_word(line: &str) -> &str {
    let start = line
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + line.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8));
    line.get(start..).unwrap_or("")
}
