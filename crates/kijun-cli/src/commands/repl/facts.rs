//! Facts as they stand, and names for records.

use kijun_facts::{AttrId, KindId, Register, show_cell};
use kijun_text::{Label, Lang};

use super::command::Command;
use super::session::{Refusal, Session};
use super::words::Words;

impl Session {
    /// The kinds, the records of one, or one record.
    pub(super) fn facts(&mut self, mut words: Words<'_>) -> Result<String, Refusal> {
        let line = words;
        let Some(first) = words.word() else { return Ok(self.list_kinds()) };
        if let (Ok(kind), "") = (self.kind(&first.text), words.rest().0) {
            return Ok(self.list_records(kind));
        }
        let (kind, id) = match (self.kind(&first.text), first.text.contains('.')) {
            (Err(refusal), false) => return Err(refusal),
            _ => self.record(line, Command::Facts)?,
        };
        let row = self.row(kind, &id.text)?;
        Ok(self.show_record(kind, row))
    }

    fn list_kinds(&self) -> String {
        let (store, lang) = (self.engine.store(), self.terminal.lang);
        let mut out = String::new();
        for (table, def) in store.kinds.iter().zip(&self.schema().kinds) {
            if table.is_empty() && table.register == Register::Unmentioned {
                continue;
            }
            let name = crate::terminal::pad(&def.name, 28);
            let label = def.label.or(lang, &def.name);
            out.push_str(&format!(
                "{name}{:>6}  {label}{}\n",
                table.len(),
                register_words(table.register, lang)
            ));
        }
        out
    }

    fn list_records(&self, kind: KindId) -> String {
        let store = self.engine.store();
        let Some(table) = store.kind(kind) else { return String::new() };
        let called = self.schema().kind(kind).and_then(|d| d.attribute("name"));
        let mut out = String::new();
        for row in 0..table.len() {
            let name = called.filter(|a| table.is_known(*a, row));
            let name = name.map(|a| show_cell(store, self.schema(), kind, a, row, self.terminal.lang));
            out.push_str(format!("{}  {}", store.id_text(kind, row), name.unwrap_or_default()).trim_end());
            out.push('\n');
        }
        let words = register_words(table.register, self.terminal.lang);
        match self.terminal.lang {
            Lang::Ja => out.push_str(&format!("{} 件{words}\n", table.len())),
            Lang::En => out.push_str(&format!("{} record(s){words}\n", table.len())),
        }
        out
    }

    /// A record with all its attributes, and where each stands.
    pub(super) fn show_record(&self, kind: KindId, row: u32) -> String {
        let (store, lang) = (self.engine.store(), self.terminal.lang);
        let (Some(table), Some(def)) = (store.kind(kind), self.schema().kind(kind)) else {
            return String::new();
        };
        let mut out = format!("{}\n", self.record_name(kind, store.id_text(kind, row as usize)));
        for (a, attribute) in def.attributes.iter().enumerate() {
            let attr = AttrId(a as u32);
            let value = show_cell(store, self.schema(), kind, attr, row as usize, lang);
            let place = match table.is_stated(attr, row as usize) {
                true => self.workspace.sources.place(table.cell(attr, row as usize)).short(),
                false => String::new(),
            };
            let name = crate::terminal::pad(&attribute.name, 24);
            let label = attribute.label.or(lang, "");
            out.push_str(format!("  {name}{value}  ({label})  {place}").trim_end());
            out.push('\n');
        }
        out
    }

    /// Names a record for expressions.
    pub(super) fn name(&mut self, mut words: Words<'_>) -> Result<String, Refusal> {
        let Some(name) = words.word() else { return Ok(self.listed_names()) };
        if !is_name(&name.text) {
            let message = Label::new(
                format!("`{}` は名前になりません", name.text),
                format!("`{}` is no name", name.text),
            );
            return Err((
                message,
                Label::new(
                    "文字で始まり、文字、数字、_ からなる語にしてください",
                    "use a word of letters, digits and _",
                ),
            ));
        }
        let (kind, id) = self.record_after(words, Command::Let)?;
        self.row(kind, &id.text)?;
        self.names.retain(|(known, _, _)| *known != name.text);
        self.names.push((name.text.clone(), kind, id.text.clone()));
        Ok(format!("{} = {}\n", name.text, self.record_name(kind, &id.text)))
    }

    fn listed_names(&self) -> String {
        let line = |(name, kind, id): &(String, KindId, String)| {
            format!("{name} = {}\n", self.record_name(*kind, id))
        };
        self.names.iter().map(line).collect()
    }
}

fn is_name(text: &str) -> bool {
    let node = kijun_syntax::parse_expression(text);
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    starts
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && node.is_ok_and(|_| !RESERVED.contains(&text))
}

const RESERVED: [&str; 4] = ["true", "false", "none", "today"];

pub(super) fn register_words(register: Register, lang: Lang) -> String {
    let label = match register {
        Register::Unmentioned => Label::new("台帳は未確認", "nothing is known of the register"),
        Register::Recorded => Label::new("台帳の網羅性は未確認", "not said to be complete"),
        Register::Complete => Label::new("漏れなし", "complete"),
        Register::Incomplete => Label::new("漏れがありうる", "may be incomplete"),
    };
    match lang {
        Lang::Ja => format!(" ({})", label.ja),
        Lang::En => format!(" ({})", label.en),
    }
}
