//! The cells of a table as columns: the second of the two passes over its text.
//!
//! A cell means what [`super::parse_value`] says; here it is asked once for each different text of a column, and not
//! at all for plain numbers, dates and references. Whatever is not sound is left to [`super::table::read_records`].

use std::borrow::Cow;

use hashbrown::HashTable;
use kijun_text::nfc;

use super::backing::{Backings, Outcome};
use super::csv::{Cell, Row, Rows};
use super::plain::{is_word, iso_day, plain_int};
use super::scalar::{Names, trimmed, value};
use super::scan::{Chunk, is_sound};
use super::table::{Heading, Table};
use crate::literals::Literals;
use crate::requirements::RequirementIndex;
use crate::schema::{Attribute, KindId, Schema, Type};
use crate::store::{
    Column, Evidence, MINUS_INFINITY, NONE, PLUS_INFINITY, Range, RowIndex, SetColumn, UNKNOWN, country_code,
    number_bounds,
};
use crate::symbols::{Symbols, Texts, hash, spread};
use crate::value::{DECIMAL_ONE, Duration, Scalar, Symbol, Value};

/// What cells are read against.
#[derive(Clone, Copy)]
pub(crate) struct Known<'k, 's> {
    pub(crate) schema: &'s Schema,
    pub(crate) literals: &'k Literals,
    pub(crate) requirements: Option<&'k RequirementIndex<'s>>,
    pub(crate) symbols: &'k Symbols,
    /// By kind.
    pub(crate) records: &'k [RowIndex],
}

impl Known<'_, '_> {
    /// The row of the record with this id, in normal form.
    fn row(&self, kind: KindId, id: &str) -> Option<u32> {
        self.row_hashed(kind, hash(id), id)
    }

    fn row_hashed(&self, kind: KindId, hashed: u32, id: &str) -> Option<u32> {
        self.records.get(kind.0 as usize)?.find(self.symbols.find_hashed(hashed, id)?)
    }
}

/// What a range of rows states.
pub(crate) struct Cells {
    /// By heading; `None` where no attribute is stated.
    pub(crate) fields: Vec<Option<Field>>,
    /// Per row, which of `evidence` backs it; empty if the table has no such columns.
    pub(crate) backing: Vec<u32>,
    pub(crate) evidence: Vec<Evidence>,
    /// The strings that codes of texts and requirements count.
    pub(crate) texts: Texts,
    /// Of each of these strings.
    pub(crate) hashes: Vec<u32>,
    /// The durations that codes of durations count; some may be the same.
    pub(crate) durations: Vec<Duration>,
    /// The bytes at which the rows begin that are to be read as records.
    pub(crate) careful: Vec<usize>,
}

/// The values of one attribute, row by row. Codes of references are rows, in sets in ascending order.
pub(crate) struct Field {
    pub(crate) column: Column,
    pub(crate) places: Vec<Range>,
}

/// Reads the cells of a range of rows; `careful`, in ascending order, are left out.
pub(crate) fn read(known: Known, table: &Table, chunk: &Chunk, careful: &[u32]) -> Cells {
    let def = known.schema.kind(table.kind);
    let attribute = |heading: &Heading| match heading {
        Heading::Attribute(attr) => def.and_then(|def| def.get(*attr)),
        _ => None,
    };
    let text = table.text.as_str();
    let reading = |a| Reading::new(a, text, chunk.len());
    let mut readings: Vec<_> = table.headings.iter().map(|h| attribute(h).map(reading)).collect();
    let mut names = Quick { known, texts: Texts::default(), durations: Vec::new() };
    let mut backing = Backings::new(table);
    let mut starts = Vec::with_capacity(chunk.len());
    let mut left_out: Vec<u32> = Vec::new();
    let mut careful = careful.iter().peekable();
    let mut rows = Rows::within(text, chunk.range.clone(), table.delimiter);
    let mut row = Row::default();
    for number in 0..chunk.len() as u32 {
        rows.read(&mut row);
        starts.push(row.range.start);
        let odd = careful.next_if(|r| **r == number).is_some();
        let sound = !odd && is_sound(table.headings.len(), &row);
        let mut outcome = Outcome { sound, stated: false };
        for (reading, cell) in readings.iter_mut().zip(&row.cells) {
            if let Some(reading) = reading {
                outcome = reading.next(cell, &mut names, outcome);
            }
        }
        // It may have too few cells.
        if !sound {
            readings.iter_mut().flatten().for_each(|reading| reading.fill(number as usize + 1));
        }
        let backed = backing.next(&row, outcome);
        if !(outcome.sound && backed) {
            left_out.push(number);
        }
    }
    left_out.extend(readings.iter_mut().flatten().flat_map(|reading| reading.look_up(&mut names)));
    left_out.sort_unstable();
    left_out.dedup();
    Cells {
        fields: readings
            .into_iter()
            .map(|r| r.map(|r| Field { column: r.column, places: r.places }))
            .collect(),
        backing: backing.rows,
        evidence: backing.evidence,
        hashes: names.texts.iter().map(hash).collect(),
        texts: names.texts,
        durations: names.durations,
        careful: left_out.iter().filter_map(|row| starts.get(*row as usize)).copied().collect(),
    }
}

/// One attribute while its cells are read.
struct Reading<'t> {
    attribute: &'t Attribute,
    /// The text of the file.
    text: &'t str,
    column: Column,
    places: Vec<Range>,
    /// What texts were found to mean.
    memo: HashTable<Remembered>,
    /// How often the memo was asked.
    asked: usize,
    /// The different sets, to which the memo refers.
    sets: SetColumn,
    /// The members of a set while it is read.
    members: Vec<u32>,
    /// References that are still to be looked up: all at once, since each search waits for memory.
    wanted: Vec<Wanted>,
}

/// A reference in a row, with the hash of its text.
struct Wanted {
    row: u32,
    hash: u32,
}

/// What the text at a place means.
struct Remembered {
    hash: u32,
    place: Range,
    meaning: Meaning,
}

/// A value as a column holds it.
#[derive(Clone, Copy)]
enum Meaning {
    Code(u32),
    Bounds(i64, i64),
    /// A row of the different sets.
    Set(u32),
}

impl<'t> Reading<'t> {
    fn new(attribute: &'t Attribute, text: &'t str, rows: usize) -> Reading<'t> {
        let column = if attribute.ty.element().is_some() {
            Column::Sets(SetColumn::default())
        } else if attribute.ty.is_numeric() {
            Column::Numbers { lo: Vec::with_capacity(rows), hi: Vec::with_capacity(rows) }
        } else {
            Column::Codes(Vec::with_capacity(rows))
        };
        Reading {
            attribute,
            text,
            column,
            places: Vec::with_capacity(rows),
            memo: HashTable::new(),
            asked: 0,
            sets: SetColumn::default(),
            members: Vec::new(),
            wanted: Vec::new(),
        }
    }

    /// Takes up the next cell.
    fn next(&mut self, cell: &Cell, names: &mut Quick, outcome: Outcome) -> Outcome {
        if !outcome.sound || cell.is_blank() {
            self.push_nothing();
            return outcome;
        }
        // What stands in the file with escapes is not what it says.
        let sound = (borrowed(cell).is_some() && self.at_sight(&cell.text, names.known))
            || self.remembered(cell, names);
        if sound {
            self.places.push(Range { start: cell.range.start as u32, end: cell.range.end as u32 });
        } else {
            self.push_nothing();
        }
        Outcome { sound, stated: true }
    }

    /// Nothing stated for the rows before `row` that no cell was taken up for.
    fn fill(&mut self, row: usize) {
        while self.places.len() < row {
            self.push_nothing();
        }
    }

    fn push_nothing(&mut self) {
        let optional = self.attribute.optional;
        self.places.push(Range::NOWHERE);
        match &mut self.column {
            Column::Codes(codes) => codes.push(if optional { NONE } else { UNKNOWN }),
            Column::Numbers { lo, hi } => {
                let (first, last) = if optional { (1, 0) } else { (MINUS_INFINITY, PLUS_INFINITY) };
                lo.push(first);
                hi.push(last);
            }
            Column::Sets(sets) => sets.push(&[], &[], !optional),
        }
    }

    fn push(&mut self, meaning: Meaning) {
        match (&mut self.column, meaning) {
            (Column::Codes(codes), Meaning::Code(code)) => codes.push(code),
            (Column::Numbers { lo, hi }, Meaning::Bounds(first, last)) => {
                lo.push(first);
                hi.push(last);
            }
            (Column::Sets(sets), Meaning::Set(row)) => {
                let row = row as usize;
                sets.push(self.sets.certain(row), self.sets.possible(row), self.sets.is_open(row));
            }
            _ => {}
        }
    }

    /// Takes up what needs no search among words and forms; whether it did.
    fn at_sight(&mut self, text: &str, known: Known) -> bool {
        let number = match &self.attribute.ty {
            Type::Ref(_) => return self.note(text),
            Type::Set(element) => {
                return matches!(**element, Type::Ref(kind) if self.set_at_sight(kind, text, known));
            }
            Type::Date => iso_day(text),
            Type::Int => plain_int(text),
            Type::Decimal => plain_int(text).and_then(|n| n.checked_mul(DECIMAL_ONE)),
            _ => None,
        };
        number.inspect(|n| self.push(Meaning::Bounds(*n, *n))).is_some()
    }

    /// Notes a reference, unless it may be a word.
    fn note(&mut self, text: &str) -> bool {
        let plain = !is_word(text);
        if plain {
            self.wanted.push(Wanted { row: self.places.len() as u32, hash: hash(text) });
            self.push(Meaning::Code(UNKNOWN));
        }
        plain
    }

    /// Looks up the references that were noted; returns the rows of those that are not found as they stand.
    fn look_up(&mut self, names: &mut Quick) -> Vec<u32> {
        let (Type::Ref(kind), Column::Codes(codes)) = (&self.attribute.ty, &mut self.column) else {
            return Vec::new();
        };
        let mut missing = Vec::new();
        let known = names.known;
        for Wanted { row, hash } in std::mem::take(&mut self.wanted) {
            let place = self.places.get(row as usize).copied().unwrap_or(Range::NOWHERE);
            let found = known.row_hashed(*kind, hash, slice(self.text, place));
            match (found, codes.get_mut(row as usize)) {
                (Some(found), Some(code)) => *code = found,
                _ => missing.push(row),
            }
        }
        missing
    }

    fn set_at_sight(&mut self, kind: KindId, text: &str, known: Known) -> bool {
        let found = self.members_at_sight(kind, text, known).is_some();
        if let (true, Column::Sets(sets)) = (found, &mut self.column) {
            sets.push(&self.members, &[], false);
        }
        found
    }

    /// The rows of the members of a set of plain references, in ascending order.
    fn members_at_sight(&mut self, kind: KindId, text: &str, known: Known) -> Option<()> {
        if !text.bytes().all(|b| b.is_ascii_graphic() && b != b'?') || is_word(text) {
            return None;
        }
        self.members.clear();
        for piece in text.split([';', '|', ',']).filter(|piece| !piece.is_empty()) {
            if is_word(piece) {
                return None;
            }
            self.members.push(known.row(kind, piece)?);
        }
        self.members.sort_unstable();
        self.members.dedup();
        Some(())
    }

    /// Takes up what the same text meant before, or what it is found to mean; whether it is sound.
    fn remembered(&mut self, cell: &Cell, names: &mut Quick) -> bool {
        // With its escapes undone a text does not stand in the file as it is.
        let Some(text) = borrowed(cell).filter(|_| self.is_memo_worthwhile()) else {
            let found = self.meaning(&cell.text, names);
            found.inspect(|meaning| self.push(*meaning));
            return found.is_some();
        };
        self.asked += 1;
        let hashed = hash(text);
        let same = |r: &Remembered| r.hash == hashed && slice(self.text, r.place) == text;
        if let Some(meaning) = self.memo.find(spread(hashed), same).map(|r| r.meaning) {
            self.push(meaning);
            return true;
        }
        let Some(meaning) = self.meaning(text, names) else { return false };
        let place = Range { start: cell.range.start as u32, end: cell.range.end as u32 };
        self.memo
            .insert_unique(spread(hashed), Remembered { hash: hashed, place, meaning }, |r| spread(r.hash));
        self.push(meaning);
        true
    }

    /// Whether texts come again often enough, as far as is known.
    fn is_memo_worthwhile(&self) -> bool {
        self.asked < 512 || self.memo.len() < self.asked / 4 * 3
    }

    /// What a text that is not blank means; `None` when something is to be said about it.
    fn meaning(&mut self, text: &str, names: &mut Quick) -> Option<Meaning> {
        let inner = text.get(trimmed(text)).unwrap_or("");
        if self.attribute.ty == Type::Text && !is_word(inner) {
            return Some(Meaning::Code(names.intern(&nfc(inner)).0));
        }
        let (ty, before) = (&self.attribute.ty, names.texts.len());
        let value = value(names, ty, self.attribute.optional, text).ok()?;
        let meaning = match (&self.column, value) {
            (Column::Codes(_), Value::Unknown) => Some(Meaning::Code(UNKNOWN)),
            (Column::Codes(_), Value::None) => Some(Meaning::Code(NONE)),
            (Column::Codes(_), Value::Scalar(scalar)) => names.code(ty, scalar).map(Meaning::Code),
            (Column::Numbers { .. }, Value::Unknown) => Some(Meaning::Bounds(MINUS_INFINITY, PLUS_INFINITY)),
            (Column::Numbers { .. }, Value::None) => Some(Meaning::Bounds(1, 0)),
            (Column::Numbers { .. }, Value::Scalar(scalar)) => {
                let (lo, hi) = number_bounds(scalar);
                Some(Meaning::Bounds(lo, hi))
            }
            (Column::Sets(_), value) => self.set(value, names),
            (_, Value::Set { .. }) => None,
        };
        if matches!(ty.element().unwrap_or(ty), Type::Ref(_)) {
            names.texts.truncate(before);
        }
        meaning
    }

    fn set(&mut self, value: Value, names: &mut Quick) -> Option<Meaning> {
        let element = self.attribute.ty.element()?;
        let (certain, possible, open) = match value {
            Value::Set { certain, possible, open } => (certain, possible, open),
            Value::None => (Vec::new(), Vec::new(), false),
            Value::Unknown | Value::Scalar(_) => (Vec::new(), Vec::new(), true),
        };
        let mut codes = |scalars: Vec<Scalar>| -> Option<Vec<u32>> {
            scalars.into_iter().map(|scalar| names.code(element, scalar)).collect()
        };
        let (mut certain, mut possible) = (codes(certain)?, codes(possible)?);
        settle(&mut certain, &mut possible);
        self.sets.push(&certain, &possible, open);
        Some(Meaning::Set((self.sets.splits.len() - 1) as u32))
    }
}

/// One form for what says the same: members in ascending order, once each, certain before possible.
pub(crate) fn settle(certain: &mut Vec<u32>, possible: &mut Vec<u32>) {
    certain.sort_unstable();
    certain.dedup();
    possible.sort_unstable();
    possible.dedup();
    possible.retain(|member| certain.binary_search(member).is_err());
}

/// The text of a cell, if it stands in the file as it is.
fn borrowed<'t>(cell: &Cell<'t>) -> Option<&'t str> {
    match cell.text {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

fn slice(text: &str, range: Range) -> &str {
    text.get(range.start as usize..range.end as usize).unwrap_or("")
}

/// Names for one range of rows. New strings count from 0 here; the store gives them their symbols afterwards.
struct Quick<'k, 's> {
    known: Known<'k, 's>,
    texts: Texts,
    durations: Vec<Duration>,
}

impl Quick<'_, '_> {
    /// The code of a scalar in a column of its type; `None` for a reference to nothing.
    fn code(&mut self, ty: &Type, scalar: Scalar) -> Option<u32> {
        match (scalar, ty) {
            (Scalar::Bool(value), _) => Some(u32::from(value)),
            (Scalar::Enum(code), _) => Some(code),
            (Scalar::Country(letters), _) => Some(country_code(letters)),
            (Scalar::Ref(id), Type::Ref(kind)) => self.known.row(*kind, self.texts.get(id.0)?),
            (Scalar::Text(text) | Scalar::Requirement(text), _) => Some(text.0),
            (Scalar::Duration(duration), _) => {
                self.durations.push(duration);
                Some((self.durations.len() - 1) as u32)
            }
            _ => Some(UNKNOWN),
        }
    }
}

impl<'s> Names<'s> for Quick<'_, 's> {
    fn schema(&self) -> &'s Schema {
        self.known.schema
    }

    fn literals(&self) -> &Literals {
        self.known.literals
    }

    fn intern(&mut self, text: &str) -> Symbol {
        Symbol(self.texts.push(text))
    }

    fn find_requirement(&mut self, text: &str) -> Option<&'s str> {
        self.known.requirements?.find(text)
    }

    /// Nothing: the row is read again, and then it is searched for.
    fn nearest<'a>(&mut self, _: &str, _: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        None
    }
}
