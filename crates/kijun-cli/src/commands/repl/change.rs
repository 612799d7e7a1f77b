//! Changes of facts, and what becomes of the store.

use std::ops::Range;

use kijun_engine::record;
use kijun_facts::{AttrId, Attribute, Evidence, KindId, Register, Scalar, Store, Type, Value, show_cell};
use kijun_text::{Label, Sources, Span};

use super::command::Command;
use super::facts::register_words;
use super::session::{Refusal, Session};
use super::words::{Words, unquoted};

/// A change, and the line that asked for it.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) kind: KindId,
    /// Empty of a register.
    pub(super) id: String,
    pub(super) what: What,
    line: String,
    pub(super) place: Span,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    /// A value, as a cell of a table states it.
    Set(AttrId, String),
    Add,
    Remove,
    Register(Register),
}

impl Change {
    /// The same under other sources.
    pub(super) fn moved(self, sources: &mut Sources) -> Change {
        let path = "<again>";
        let file = sources.add(path, self.line.as_str());
        Change { place: Span { file, ..self.place }, ..self }
    }
}

impl Session {
    pub(super) fn set(&mut self, words: Words<'_>) -> Result<String, Refusal> {
        let meant = self.meant(words, Command::Set)?;
        let (text, range) = meant.left.rest();
        let (text, skipped) = match text.strip_prefix('=') {
            Some(rest) => (rest.trim_start(), text.len() - rest.trim_start().len()),
            None => (text, 0),
        };
        let (Some(attr), false) = (meant.attr, text.is_empty()) else {
            return Err(Session::wrong(Command::Set));
        };
        let what = What::Set(attr, unquoted(text).to_owned());
        self.change(words.line(), meant.kind, &meant.id, what, range.start + skipped..range.end)
    }

    pub(super) fn unset(&mut self, words: Words<'_>) -> Result<String, Refusal> {
        let meant = self.meant(words, Command::Unset)?;
        let (Some(attr), "") = (meant.attr, meant.left.rest().0) else {
            return Err(Session::wrong(Command::Unset));
        };
        self.change(words.line(), meant.kind, &meant.id, What::Set(attr, "?".to_owned()), meant.range)
    }

    pub(super) fn add(&mut self, words: Words<'_>) -> Result<String, Refusal> {
        let (kind, id) = self.record(words, Command::Add)?;
        self.change(words.line(), kind, &id.text, What::Add, id.range)
    }

    pub(super) fn remove(&mut self, words: Words<'_>) -> Result<String, Refusal> {
        let (kind, id) = self.record(words, Command::Remove)?;
        self.change(words.line(), kind, &id.text, What::Remove, id.range)
    }

    pub(super) fn register(&mut self, mut words: Words<'_>, complete: bool) -> Result<String, Refusal> {
        let (line, register, command) = match complete {
            true => (words.line(), Register::Complete, Command::Complete),
            false => (words.line(), Register::Incomplete, Command::Incomplete),
        };
        let (Some(kind), "") = (words.word(), words.rest().0) else { return Err(Session::wrong(command)) };
        self.change(line, self.kind(&kind.text)?, "", What::Register(register), kind.range)
    }

    /// Makes a change, and says what becomes of verdicts.
    fn change(
        &mut self,
        line: &str,
        kind: KindId,
        id: &str,
        what: What,
        range: Range<usize>,
    ) -> Result<String, Refusal> {
        let file = self.source(line);
        let place = Span::new(file, range.start, range.end);
        let change = Change { kind, id: id.to_owned(), what, line: line.to_owned(), place };
        let before = self.engine.store().clone();
        self.make(change.clone())?;
        let told = self.told(&change, &before);
        Ok(format!("{told}{}", self.flips()))
    }

    pub(super) fn make(&mut self, change: Change) -> Result<(), Refusal> {
        let mut store = self.engine.store().clone();
        self.apply(&mut store, &change)?;
        self.engine.set_facts(store);
        self.changes.push(change);
        Ok(())
    }

    /// Takes the last change back.
    pub(super) fn undo(&mut self) -> Result<String, Refusal> {
        let Some(last) = self.changes.pop() else {
            return Err((
                Label::new("取り消す変更はありません", "there is no change to take back"),
                Label::default(),
            ));
        };
        let before = self.engine.store().clone();
        let mut store = self.base.clone();
        for change in &self.changes {
            self.apply(&mut store, change)?;
        }
        self.engine.set_facts(store);
        self.saved = self.saved.min(self.changes.len());
        Ok(format!("{}{}", self.told(&last, &before), self.flips()))
    }

    /// What a change made of the facts, in one line.
    fn told(&self, change: &Change, before: &Store) -> String {
        let name = self.record_name(change.kind, &change.id);
        let lang = self.terminal.lang;
        let now = self.engine.store();
        let exists = |store: &Store| store.row(change.kind, &change.id).is_some();
        let register = |store: &Store| {
            store.kind(change.kind).map(|t| register_words(t.register, lang)).unwrap_or_default()
        };
        match &change.what {
            What::Set(attr, _) => {
                let field = self.attribute(change.kind, *attr).map_or("", |a| &a.name);
                let (was, is) = (self.cell_text(before, change, *attr), self.cell_text(now, change, *attr));
                format!("{name}.{field}: {was} → {is}\n")
            }
            What::Add | What::Remove if exists(now) => {
                format!("{name}: {}\n", self.terminal.say("加えました", "added"))
            }
            What::Add | What::Remove => format!("{name}: {}\n", self.terminal.say("除きました", "taken out")),
            What::Register(_) => format!("{name}:{} →{}\n", register(before), register(now)),
        }
    }

    fn cell_text(&self, store: &Store, change: &Change, attr: AttrId) -> String {
        match store.row(change.kind, &change.id) {
            Some(row) => show_cell(store, self.schema(), change.kind, attr, row as usize, self.terminal.lang),
            None => "—".to_owned(),
        }
    }

    fn apply(&self, store: &mut Store, change: &Change) -> Result<(), Refusal> {
        let schema = self.schema();
        let (kind, id) = (change.kind, change.id.as_str());
        match &change.what {
            What::Add => match store.add_record(schema, kind, id) {
                Some(row) => store.put_at(kind, row, None, change.place),
                None => return Err(self.there_already(kind, id)),
            },
            What::Remove => {
                let row = self.row_in(store, kind, id)?;
                let named = store.references_to(schema, kind, row);
                let others = named.into_iter().filter(|(k, r, _)| (*k, *r) != (kind, row));
                let cells: Vec<String> = others
                    .map(|(k, r, attr)| self.cell_name(k, store.id_text(k, r as usize), attr))
                    .collect();
                if !cells.is_empty() {
                    return Err(self.still_named(kind, id, &cells));
                }
                store.remove_record(schema, kind, row);
            }
            What::Register(register) => {
                if let Some(table) = store.kinds.get_mut(kind.0 as usize) {
                    (table.register, table.register_origin) = (*register, Some(change.place));
                }
            }
            What::Set(attr, text) => {
                let row = self.row_in(store, kind, id)?;
                let Some(attribute) = schema.attribute(kind, *attr) else { return Ok(()) };
                let value =
                    store.parse_value(schema, attribute, text).map_err(|e| first_problem(&e.problems))?;
                self.all_there(store, attribute, &value)?;
                record(&self.workspace.compiled.program, store, (kind, row, *attr), &value);
                store.back(kind, *attr, row, Evidence::default());
                store.put_at(kind, row, Some(*attr), change.place);
            }
        }
        Ok(())
    }

    /// References are to records that are there.
    fn all_there(&self, store: &Store, attribute: &Attribute, value: &Value) -> Result<(), Refusal> {
        let Type::Ref(target) = attribute.ty.element().unwrap_or(&attribute.ty) else { return Ok(()) };
        let scalars: Vec<&Scalar> = match value {
            Value::Scalar(one) => vec![one],
            Value::Set { certain, possible, .. } => certain.iter().chain(possible).collect(),
            Value::Unknown | Value::None => Vec::new(),
        };
        for scalar in scalars {
            if let Scalar::Ref(symbol) = scalar {
                self.row_in(store, *target, store.symbols.text(*symbol))?;
            }
        }
        Ok(())
    }

    fn there_already(&self, kind: KindId, id: &str) -> Refusal {
        let name = self.record_name(kind, id);
        let message = Label::new(format!("`{name}` は既にあります"), format!("`{name}` is there already"));
        (message, Label::new("値は `:set` で書き換えられます", "change its values with `:set`"))
    }

    fn still_named(&self, kind: KindId, id: &str, cells: &[String]) -> Refusal {
        let name = self.record_name(kind, id);
        let (more, list) =
            (cells.len().saturating_sub(5), cells.get(..cells.len().min(5)).unwrap_or_default().join(", "));
        let rest = |ja: bool| match (more, ja) {
            (0, _) => String::new(),
            (n, true) => format!(" ほか {n} 件"),
            (n, false) => format!(" and {n} more"),
        };
        let message = Label::new(
            format!("`{name}` はほかの記録から参照されています"),
            format!("other records refer to `{name}`"),
        );
        let help = Label::new(
            format!("先に次を書き換えるか、その記録を除いてください: {list}{}", rest(true)),
            format!("change these first, or take their records out: {list}{}", rest(false)),
        );
        (message, help)
    }
}

fn first_problem(problems: &[kijun_facts::Problem]) -> Refusal {
    problems.first().map(|p| (p.message.clone(), p.help.clone())).unwrap_or_default()
}
