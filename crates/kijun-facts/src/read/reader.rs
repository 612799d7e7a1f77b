//! What all readers share while they read one file: places, records, and values from texts.

use std::borrow::Cow;
use std::ops::Range;

use kijun_text::{Diagnostic, FileId, Label, Lang, Sheet, Span, nfc};
use rustc_hash::FxHashMap;

use super::expect::short;
use super::scalar::{Problem, bare_id, is_question_mark, parse_value, trimmed};
use super::set::set_pieces;
use super::workbook::Epoch;
use crate::build::{RecordId, StoreBuilder};
use crate::schema::{Attribute, KindId, Schema, Type};
use crate::value::{Symbol, Value};

pub(crate) struct Reader<'r, 's> {
    pub(crate) builder: &'r mut StoreBuilder<'s>,
    pub(crate) file: FileId,
    /// The decoded file: every range is one of its bytes.
    pub(crate) text: &'r str,
    /// The file's name without what follows the first `.` or `@`.
    pub(crate) stem: &'r str,
    /// Of the workbook, where the text is a sheet of one.
    pub(crate) epoch: Option<Epoch>,
    /// The row of the sheet at a byte, where the text is one.
    pub(crate) sheet: Option<&'r Sheet>,
    /// Whether one source may state a record several times.
    pub(crate) repeats: bool,
    /// Where each record of this file begins, by the source that its evidence names.
    seen: FxHashMap<(KindId, Symbol, Option<Symbol>), Span>,
}

impl<'r, 's> Reader<'r, 's> {
    pub(crate) fn new(
        builder: &'r mut StoreBuilder<'s>,
        file: FileId,
        text: &'r str,
        stem: &'r str,
    ) -> Reader<'r, 's> {
        Reader {
            builder,
            file,
            text,
            stem,
            epoch: None,
            sheet: None,
            repeats: false,
            seen: FxHashMap::default(),
        }
    }

    pub(crate) fn schema(&self) -> &'s Schema {
        self.builder.schema()
    }

    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    pub(crate) fn report(&mut self, problem: impl Into<Problem>, range: Range<usize>) {
        let diagnostic = problem.into().diagnostic(self.span(range));
        self.builder.report(diagnostic);
    }

    /// The row, from 1, that begins at a byte: of the sheet, or the line of the file.
    pub(crate) fn row_number(&self, at: usize) -> u32 {
        match self.sheet {
            Some(sheet) => {
                let row = sheet.rows.partition_point(|(start, _)| *start as usize <= at).checked_sub(1);
                row.and_then(|row| sheet.rows.get(row)).map_or(0, |(_, row)| row + 1)
            }
            None => self.text.get(..at).map_or(0, |before| before.matches('\n').count() as u32 + 1),
        }
    }

    /// The text at a range, short enough to be quoted in a message.
    pub(crate) fn excerpt(&self, range: Range<usize>) -> String {
        short(self.text.get(range).unwrap_or("")).into_owned()
    }

    /// The record with this id. A second one of the same source within a file is an error: sources may
    /// disagree, one source may not. `source` is what the record's evidence names.
    pub(crate) fn record(
        &mut self,
        kind: KindId,
        id: &str,
        range: Range<usize>,
        source: Option<&str>,
    ) -> Option<RecordId> {
        let Some(id) = id_of(id) else {
            self.without_id(kind, range);
            return None;
        };
        let origin = self.span(range);
        let key = (kind, self.builder.intern(&id), source.map(|s| self.builder.intern(s)));
        match self.seen.get(&key) {
            Some(_) if self.repeats => {}
            Some(first) => self.builder.report(twice(&id, origin, *first)),
            None => {
                self.seen.insert(key, origin);
            }
        }
        Some(self.builder.record(kind, &id, origin))
    }

    /// Reports a record that has no id.
    pub(crate) fn without_id(&mut self, kind: KindId, range: Range<usize>) {
        let def = self.schema().kind(kind);
        let ja = def.map_or("", |d| d.label.or(Lang::Ja, &d.name));
        let en = def.map_or("", |d| d.name.as_str());
        let message = Label::new(format!("「{ja}」の行に id がありません"), format!("this `{en}` has no id"));
        let diagnostic = Diagnostic::error("K0506", self.span(range), message).help(
            "他の行と異なる、変わらない id を付けてください",
            "give it an `id` that no other has and that does not change",
        );
        self.builder.report(diagnostic);
    }

    /// The value that a text states, `None` when it is blank. Problems are reported at their place
    /// within `range`, and leave the value unknown.
    pub(crate) fn text_value(
        &mut self,
        attribute: &Attribute,
        text: &str,
        range: Range<usize>,
    ) -> Option<Value> {
        if text.trim().is_empty() {
            return None;
        }
        let day = self.epoch.filter(|_| attribute.ty == Type::Date).and_then(|epoch| epoch.day(text));
        let text = day.as_deref().unwrap_or(text);
        match parse_value(self.builder, &attribute.ty, attribute.optional, text) {
            Ok(value) => {
                self.place_members(&attribute.ty, text, range);
                Some(value)
            }
            Err(error) => {
                let written = self.written(text, range.clone());
                for problem in error.problems {
                    let place = narrow(text, problem.range.clone(), &written, &range);
                    self.report(with_type(self.schema(), attribute, Box::new(problem)), place);
                }
                self.place_members(&attribute.ty, text, range);
                Some(error.rest)
            }
        }
    }

    /// A dangling member of a set is shown at its own place.
    fn place_members(&mut self, ty: &Type, text: &str, range: Range<usize>) {
        let Some(element @ Type::Ref(_)) = ty.element() else { return };
        let set = self.span(range.clone());
        let written = self.written(text, range.clone());
        for piece in set_pieces(self.builder, element, text) {
            let id = text.get(piece.clone()).unwrap_or("");
            let id = self.builder.intern(&nfc(bare_id(id.trim_end_matches(['?', '？']).trim_end())));
            let place = self.span(narrow(text, piece, &written, &range));
            self.builder.member(set, id, place);
        }
    }

    /// Where a text stands within its place, if it stands there as it is, without escapes.
    fn written(&self, text: &str, place: Range<usize>) -> Option<usize> {
        let at = self.text.get(place.clone())?.find(text)?;
        Some(place.start + at)
    }
}

/// The id that a text states, if it states one.
pub(crate) fn id_of(text: &str) -> Option<Cow<'_, str>> {
    let id = text.get(trimmed(text)).unwrap_or("");
    let stated = !id.is_empty() && !is_question_mark(id);
    stated.then(|| if id.is_ascii() { id.into() } else { nfc(id) })
}

/// The place of a part of a text that is written at byte `written`; the whole place for all of the text,
/// or where escapes stand between.
fn narrow(text: &str, part: Range<usize>, written: &Option<usize>, whole: &Range<usize>) -> Range<usize> {
    match written {
        Some(start) if part != trimmed(text) => start + part.start..start + part.end,
        _ => whole.clone(),
    }
}

/// Adds what the attribute is, where the problem itself does not say more.
pub(crate) fn with_type(schema: &Schema, attribute: &Attribute, problem: Box<Problem>) -> Box<Problem> {
    if !problem.label.is_empty() {
        return problem;
    }
    let noun = super::expect::noun(schema, &attribute.ty);
    let ja = attribute.label.or(Lang::Ja, &attribute.name);
    let (ja, en) = (format!("「{ja}」は{}です", noun.ja), format!("`{}` is {}", attribute.name, noun.en));
    problem.label(ja, en)
}

fn twice(id: &str, again: Span, first: Span) -> Diagnostic {
    let id = short(id);
    let message = Label::new(
        format!("id `{id}` が同じ出典の中に2回あります"),
        format!("the id `{id}` stands twice in one source"),
    );
    Diagnostic::error("K0507", again, message)
        .label("2回目", "again")
        .note(first, "1回目はここです", "it stands here first")
        .help(
            "別のものなら id を変え、別の出典なら `_evidence` の `source`(表では `_source` 列)に出典を書いてください",
            "rename it if it is another one; if it comes from another source, name that in `_evidence.source` (in a table in \
             the column `_source`)",
        )
}
