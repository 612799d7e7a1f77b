//! What the words of a command mean: kinds, records, fields.

use std::ops::Range;

use kijun_facts::read::{silent_attribute, silent_kind};
use kijun_facts::{AttrId, Attribute, KindDef, KindId, Store};
use kijun_text::{Label, nearest};

use super::command::Command;
use super::session::{Refusal, Session};
use super::words::{Word, Words};

/// What the words of a command mean.
pub(super) struct Meant<'l> {
    pub(super) kind: KindId,
    pub(super) id: String,
    pub(super) attr: Option<AttrId>,
    /// Of the id.
    pub(super) range: Range<usize>,
    pub(super) left: Words<'l>,
}

impl Session {
    /// `KIND ID FIELD` or `KIND.ID.FIELD`, after the command.
    pub(super) fn meant<'l>(&self, words: Words<'l>, command: Command) -> Result<Meant<'l>, Refusal> {
        let mut left = words;
        let first = left.word().ok_or_else(|| Session::wrong(command))?;
        let joined = first.text.split_once('.').filter(|_| silent_kind(self.schema(), &first.text).is_none());
        let (kind, id, field, range) = match joined {
            Some((kind, rest)) => {
                let (id, field) = rest.rsplit_once('.').ok_or_else(|| Session::wrong(command))?;
                (self.kind(kind)?, id.to_owned(), field.to_owned(), first.range.clone())
            }
            None => {
                let kind = self.kind(&first.text)?;
                let id = left.word().ok_or_else(|| Session::wrong(command))?;
                let field = left.word().ok_or_else(|| Session::wrong(command))?;
                (kind, id.text, field.text, id.range)
            }
        };
        let id = stated_id(&id, command)?;
        self.row(kind, &id)?;
        let attr = self.field(kind, &field)?;
        Ok(Meant { kind, id, attr: Some(attr), range, left })
    }

    /// `KIND ID` or `KIND.ID` after the command, and nothing more.
    pub(super) fn record(&self, words: Words<'_>, command: Command) -> Result<(KindId, Word), Refusal> {
        let mut left = words;
        let first = left.word().ok_or_else(|| Session::wrong(command))?;
        let (kind, id) = match left.word() {
            Some(id) => (self.kind(&first.text)?, id),
            None => {
                let (kind, id) = first.text.split_once('.').ok_or_else(|| Session::wrong(command))?;
                (self.kind(kind)?, Word { text: id.to_owned(), range: first.range.clone() })
            }
        };
        if !left.rest().0.is_empty() {
            return Err(Session::wrong(command));
        }
        Ok((kind, Word { text: stated_id(&id.text, command)?, ..id }))
    }

    /// The same after a name, which may be followed by `=`.
    pub(super) fn record_after(&self, words: Words<'_>, command: Command) -> Result<(KindId, Word), Refusal> {
        let mut after = words;
        let is_sign = after.word().is_some_and(|w| w.text == "=");
        self.record(if is_sign { after } else { words }, command)
    }

    pub(super) fn schema(&self) -> &kijun_facts::Schema {
        &self.workspace.compiled.program.schema
    }

    pub(super) fn attribute(&self, kind: KindId, attr: AttrId) -> Option<&Attribute> {
        self.schema().attribute(kind, attr)
    }

    pub(super) fn kind(&self, name: &str) -> Result<KindId, Refusal> {
        silent_kind(self.schema(), name).ok_or_else(|| {
            let message =
                Label::new(format!("種類 `{name}` はありません"), format!("there is no kind `{name}`"));
            (message, like(name, self.schema().kinds.iter().flat_map(|k| [k.name.as_str(), &k.label.ja])))
        })
    }

    pub(super) fn field(&self, kind: KindId, name: &str) -> Result<AttrId, Refusal> {
        let def: Option<&KindDef> = self.schema().kind(kind);
        def.and_then(|def| silent_attribute(def, name)).ok_or_else(|| {
            let of = def.map_or("", |d| &d.name);
            let message = Label::new(
                format!("`{of}` に項目 `{name}` はありません"),
                format!("`{of}` has no field `{name}`"),
            );
            let all = def.into_iter().flat_map(|d| &d.attributes);
            (message, like(name, all.flat_map(|a| [a.name.as_str(), &a.label.ja])))
        })
    }

    /// The row of a record as things stand.
    pub(super) fn row(&self, kind: KindId, id: &str) -> Result<u32, Refusal> {
        self.row_in(self.engine.store(), kind, id)
    }

    pub(super) fn row_in(&self, store: &Store, kind: KindId, id: &str) -> Result<u32, Refusal> {
        store.row(kind, id).ok_or_else(|| {
            let name = self.record_name(kind, id);
            let rows = store.kind(kind).map_or(0, |t| t.len());
            let of = self.schema().kind(kind).map_or("", |d| &d.name);
            let message =
                Label::new(format!("記録 `{name}` はありません"), format!("there is no record `{name}`"));
            let help = match nearest(id, (0..rows).map(|row| store.id_text(kind, row))) {
                Some(similar) => {
                    Label::new(format!("もしかして: `{similar}`"), format!("did you mean `{similar}`?"))
                }
                None => {
                    Label::new(format!("加えるには `:add {of} {id}`"), format!("`:add {of} {id}` adds it"))
                }
            };
            (message, help)
        })
    }

    /// `contract.ehr-2025`; of a register `contract`.
    pub(super) fn record_name(&self, kind: KindId, id: &str) -> String {
        let name = self.schema().kind(kind).map_or("?", |d| &d.name);
        if id.is_empty() { name.to_owned() } else { format!("{name}.{id}") }
    }
}

/// An id as a file of facts states it: what its reader would take for none, or for another one, is no id.
fn stated_id(text: &str, command: Command) -> Result<String, Refusal> {
    if text.is_empty() {
        return Err(Session::wrong(command));
    }
    if text.trim() != text || matches!(text, "?" | "？") {
        let message = Label::new(format!("`{text}` は id に使えません"), format!("`{text}` cannot be an id"));
        let help = Label::new(
            "`?` だけの id と、前後に空白のある id は、事実のファイルでは読めません。別の id にしてください",
            "files of facts have no id that is `?` alone or has blanks around it: use another one",
        );
        return Err((message, help));
    }
    Ok(kijun_text::nfc(text).into_owned())
}

fn like<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Label {
    match nearest(name, names) {
        Some(similar) => Label::new(format!("もしかして: `{similar}`"), format!("did you mean `{similar}`?")),
        None => Label::new("`:facts` で種類の一覧が出ます", "`:facts` lists the kinds"),
    }
}
