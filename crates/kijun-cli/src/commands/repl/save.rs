//! What differs from the files, and the same as a file of facts.

use std::collections::BTreeMap;
use std::path::Path;

use kijun_exchange::toml_text::{key_text, one_line, quoted};
use kijun_facts::{AttrId, Attribute, KindId, Register, Store, Value, show_cell};
use kijun_text::{Label, Lang};

use super::change::What;
use super::command::Command;
use super::facts::register_words;
use super::session::{Refusal, Session};
use super::words::{Words, unquoted};

/// A cell, or something else of a record or register, that is other than in the files.
struct Difference {
    kind: KindId,
    id: String,
    of: Of,
}

enum Of {
    /// With what was typed last.
    Cell(AttrId, String),
    Added,
    Removed,
    Register,
}

impl Session {
    /// What differs, record by record: what was changed and changed back does not.
    fn differences(&self) -> Vec<Difference> {
        let (base, now) = (&self.base, self.engine.store());
        let mut order: Vec<(KindId, String)> = Vec::new();
        let mut cells: BTreeMap<(KindId, String), BTreeMap<AttrId, String>> = BTreeMap::new();
        for change in &self.changes {
            let key = (change.kind, change.id.clone());
            if !order.contains(&key) {
                order.push(key.clone());
            }
            match &change.what {
                What::Set(attr, text) => {
                    cells.entry(key).or_default().insert(*attr, text.clone());
                }
                What::Remove => {
                    // Should the record come back, it comes without what files state of it.
                    let known = base.row(change.kind, &change.id).is_some();
                    let kind = self.schema().kind(change.kind).filter(|_| known);
                    let fields = kind.map(|k| k.attributes.as_slice()).unwrap_or_default();
                    let without = |a: &Attribute| if a.optional { "none" } else { "?" };
                    let lost = (0_u32..).zip(fields).map(|(at, a)| (AttrId(at), without(a).to_owned()));
                    cells.insert(key, lost.collect());
                }
                What::Add | What::Register(_) => {}
            }
        }
        let mut out = Vec::new();
        for (kind, id) in order {
            let mut push = |of| out.push(Difference { kind, id: id.clone(), of });
            if id.is_empty() {
                let register = |s: &Store| s.kind(kind).map(|t| t.register);
                if register(base) != register(now) {
                    push(Of::Register);
                }
                continue;
            }
            match (base.row(kind, &id), now.row(kind, &id)) {
                (None, None) => continue,
                (Some(_), None) => {
                    push(Of::Removed);
                    continue;
                }
                (None, Some(_)) => push(Of::Added),
                (Some(_), Some(_)) => {}
            }
            for (attr, text) in cells.remove(&(kind, id.clone())).unwrap_or_default() {
                let shown = |s: &Store| s.row(kind, &id).map(|row| self.shown(s, kind, attr, row));
                if shown(base) != shown(now) {
                    push(Of::Cell(attr, text));
                }
            }
        }
        out
    }

    fn shown(&self, store: &Store, kind: KindId, attr: AttrId, row: u32) -> String {
        show_cell(store, self.schema(), kind, attr, row as usize, self.terminal.lang)
    }

    pub(super) fn cell_name(&self, kind: KindId, id: &str, attr: AttrId) -> String {
        let field = self.schema().attribute(kind, attr).map_or("", |a| &a.name);
        format!("{}.{field}", self.record_name(kind, id))
    }

    pub(super) fn list_changes(&self) -> String {
        let (base, now, lang) = (&self.base, self.engine.store(), self.terminal.lang);
        let mut out = String::new();
        for Difference { kind, id, of } in self.differences() {
            let name = self.record_name(kind, &id);
            out.push_str(&match of {
                Of::Added => format!("{name}: {}\n", self.terminal.say("加えた記録", "added")),
                Of::Removed => format!("{name}: {}\n", self.terminal.say("除いた記録", "taken out")),
                Of::Register => {
                    let words = |s: &Store| {
                        s.kind(kind).map(|t| register_words(t.register, lang)).unwrap_or_default()
                    };
                    format!("{name}:{} →{}\n", words(base), words(now))
                }
                Of::Cell(attr, _) => {
                    let text = |s: &Store| {
                        s.row(kind, &id).map_or_else(|| "—".to_owned(), |row| self.shown(s, kind, attr, row))
                    };
                    let place = self.stated_at(kind, &id, attr).map(|p| format!("  {p}")).unwrap_or_default();
                    format!("{}: {} → {}{place}\n", self.cell_name(kind, &id, attr), text(base), text(now))
                }
            });
        }
        if out.is_empty() {
            out = format!(
                "{}\n",
                self.terminal.say("ファイルとの違いはありません", "nothing differs from the files")
            );
        }
        out
    }

    /// Where a file states a cell, if one does and it says more than that it is not known.
    fn stated_at(&self, kind: KindId, id: &str, attr: AttrId) -> Option<String> {
        let row = self.base.row(kind, id)?;
        let table = self.base.kind(kind)?;
        let conflict = table.conflict(attr, row).is_some();
        let stated = table.is_stated(attr, row as usize);
        let says = stated && (conflict || !self.is_unknown(&self.base, kind, id, attr));
        says.then(|| self.workspace.sources.place(table.cell(attr, row as usize)).short())
    }

    /// Whether nothing at all is known of a cell, whichever word said so.
    fn is_unknown(&self, store: &Store, kind: KindId, id: &str, attr: AttrId) -> bool {
        let Some(row) = store.row(kind, id) else { return true };
        match store.value(self.schema(), kind, attr, row as usize) {
            Value::Unknown => true,
            Value::Set { certain, possible, open } => open && certain.is_empty() && possible.is_empty(),
            Value::None | Value::Scalar(_) => false,
        }
    }

    /// Whether a set had, in the files, room for further members.
    fn was_open(&self, kind: KindId, id: &str, attr: AttrId) -> bool {
        let Some((row, table)) = self.base.row(kind, id).zip(self.base.kind(kind)) else { return false };
        table.conflict(attr, row).is_none() && !table.is_known(attr, row as usize)
    }

    /// Writes the changes as a file of facts. What a further file cannot say is said instead.
    pub(super) fn save(&mut self, words: Words<'_>) -> Result<String, Refusal> {
        let (text, _) = words.rest();
        let own_word = |before: &&str| before.is_empty() || before.ends_with(char::is_whitespace);
        let (typed, force) = match text.strip_suffix("--force").filter(own_word) {
            Some(before) => (before.trim_end(), true),
            None => (text, false),
        };
        let path = unquoted(typed);
        let more_than_a_path = typed.starts_with('"') && path == typed;
        if path.is_empty() || more_than_a_path {
            return Err(Session::wrong(Command::Save));
        }
        if self.differences().is_empty() {
            let message = Label::new("書くべき変更がありません", "there is no change to write");
            return Err((message, Label::default()));
        }
        if Path::new(path).exists() && !force {
            let message =
                Label::new(format!("`{path}` は既にあります"), format!("`{path}` is there already"));
            let help = Label::new(
                format!("別の名前にするか、上書きしてよければ `:save {path} --force`"),
                format!("name another file, or write over it with `:save {path} --force`"),
            );
            return Err((message, help));
        }
        let (toml, remarks) = self.as_facts();
        crate::output::write_file(Path::new(path), toml.as_bytes()).map_err(|error| {
            let message = kijun_text::cannot_write(path, &error);
            (message, Label::default())
        })?;
        self.saved = self.changes.len();
        let written = match self.terminal.lang {
            Lang::Ja => format!("`{path}` に書きました\n"),
            Lang::En => format!("written to `{path}`\n"),
        };
        let remarks: String = remarks.iter().map(|r| format!("  ・ {}\n", self.terminal.text(r))).collect();
        Ok(format!("{written}{remarks}"))
    }

    /// TOML, and what of the changes has to be made in the files themselves.
    fn as_facts(&self) -> (String, Vec<Label>) {
        let mut remarks: Vec<Label> = Vec::new();
        let mut records: Vec<(KindId, String, Vec<String>)> = Vec::new();
        let mut registers = Vec::new();
        for Difference { kind, id, of } in self.differences() {
            let name = self.record_name(kind, &id);
            let mut line = |line: Option<String>| {
                let known = records.iter_mut().find(|(k, i, _)| *k == kind && *i == id);
                match known {
                    Some((_, _, lines)) => lines.extend(line),
                    None => records.push((kind, id.clone(), line.into_iter().collect())),
                }
            };
            match of {
                Of::Added => line(None),
                Of::Removed => {
                    let row = self.base.row(kind, &id).unwrap_or_default();
                    let place = self
                        .base
                        .kind(kind)
                        .map(|t| self.workspace.sources.place(t.place(row as usize)).short());
                    remarks.push(in_its_file(&name, &place.unwrap_or_default()));
                }
                Of::Register => {
                    let now = self.engine.store().kind(kind).map(|t| t.register);
                    let complete = now == Some(Register::Complete);
                    registers.push(format!("{} = {complete}", key_text(&name)));
                    if let Some(stated) = self.base.kind(kind).and_then(|t| t.register_origin) {
                        remarks.push(contradicts(&name, &self.workspace.sources.place(stated).short()));
                    }
                }
                Of::Cell(attr, text) => {
                    let cell = self.cell_name(kind, &id, attr);
                    let field = self.schema().attribute(kind, attr).map_or("", |a| &a.name);
                    let stated = self.stated_at(kind, &id, attr);
                    match stated {
                        // "Not known" beside a value says nothing.
                        Some(place) if self.is_unknown(self.engine.store(), kind, &id, attr) => {
                            remarks.push(in_its_file(&cell, &place));
                        }
                        stated => {
                            // A set that was open has room for what is said now.
                            let closed = stated.filter(|_| !self.was_open(kind, &id, attr));
                            remarks.extend(closed.map(|place| contradicts(&cell, &place)));
                            line(Some(format!("{} = {}", key_text(field), quoted(&text))));
                        }
                    }
                }
            }
        }
        let mut toml = String::new();
        for remark in &remarks {
            toml.push_str(&format!("# {}\n", one_line(self.terminal.text(remark))));
        }
        for (kind, id, lines) in records {
            let kind = self.schema().kind(kind).map_or("", |k| &k.name);
            toml.push_str(&format!("\n[[{}]]\nid = {}\n", key_text(kind), quoted(&id)));
            lines.iter().for_each(|line| toml.push_str(&format!("{line}\n")));
        }
        if !registers.is_empty() {
            toml.push_str("\n[complete]\n");
            registers.iter().for_each(|line| toml.push_str(&format!("{line}\n")));
        }
        (toml.trim_start().to_owned(), remarks)
    }
}

fn in_its_file(name: &str, place: &str) -> Label {
    Label::new(
        format!("{name} を除く・未確認に戻す変更は別のファイルには書けません。{place} を直してください"),
        format!("that {name} is gone or not known cannot be said in another file: change {place}"),
    )
}

fn contradicts(name: &str, place: &str) -> Label {
    Label::new(
        format!("{name} は {place} が別の値を述べています。そちらを直さないと矛盾になります"),
        format!("{place} says something else of {name}: unless that is changed, the two conflict"),
    )
}
