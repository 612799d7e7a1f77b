//! The cells of one attribute as a column: the second of the two passes over the text of tables.
//!
//! A cell means what [`super::parse_value`] says; here it is asked once for each different text of a column, and not
//! at all for plain numbers, dates and references. Whatever is not sound is left to [`super::table::read_records`].

use hashbrown::HashTable;
use kijun_text::nfc;

use super::plain::{is_word, iso_day, plain_int};
use super::scalar::{Names, bare_id, trimmed, value};
use super::scan::ColumnText;
use crate::build::IdIndex;
use crate::literals::Literals;
use crate::requirements::RequirementIndex;
use crate::schema::{Attribute, KindId, Schema, Type};
use crate::store::{
    Column, MINUS_INFINITY, NONE, PLUS_INFINITY, SetColumn, Source, UNKNOWN, country_code, number_bounds,
};
use crate::symbols::{Beginning, Texts, beginning, hash, hash_of_short, spread};
use crate::value::{DECIMAL_ONE, Duration, Scalar, Symbol, Value};

/// What cells are read against.
#[derive(Clone, Copy)]
pub(crate) struct Known<'k, 's> {
    pub(crate) schema: &'s Schema,
    pub(crate) literals: &'k Literals,
    pub(crate) requirements: Option<&'k RequirementIndex<'s>>,
    /// By kind; nothing where no attribute refers to it.
    pub(crate) ids: &'k [Option<IdIndex<'k>>],
}

impl Known<'_, '_> {
    /// The row of the record with this id, in normal form.
    fn row(&self, kind: KindId, id: &str) -> Option<u32> {
        self.ids.get(kind.0 as usize)?.as_ref()?.find(id)
    }
}

/// The cells of one attribute, by the sources of rows.
pub(crate) struct Cells<'t> {
    /// Nothing for chunks whose table does not state the attribute.
    pub(crate) by_chunk: Vec<Option<ColumnText<'t>>>,
}

impl<'t> Cells<'t> {
    fn text(&self, source: Source) -> Option<&'t str> {
        let (chunk, row) = source.in_chunk()?;
        self.by_chunk.get(chunk)?.as_ref()?.get(row)
    }
}

/// The values of one attribute in some rows, one after the other. Codes of references are rows, in sets in ascending
/// order.
pub(crate) struct Piece {
    pub(crate) column: Column,
    /// The strings that codes of texts and requirements count.
    pub(crate) texts: Texts,
    /// Of each of these strings.
    pub(crate) hashes: Vec<u32>,
    /// The durations that codes of durations count; some may be the same.
    pub(crate) durations: Vec<Duration>,
    /// Where something is to be said about a cell, or more must be known to read it.
    pub(crate) unsound: Vec<Source>,
}

/// Reads the cells of some rows. `room`: for how many rows there is to be room in the column.
pub(crate) fn read(
    known: Known,
    attribute: &Attribute,
    cells: &Cells,
    sources: &[Source],
    room: usize,
) -> Piece {
    let mut reading = Reading {
        attribute,
        names: Quick { known, texts: Texts::default(), durations: Vec::new() },
        recent: [([0; 2], Meaning::Code(UNKNOWN)); RECENT],
        memo: HashTable::new(),
        asked: 0,
        sets: SetColumn::default(),
        members: Vec::new(),
        unsound: Vec::new(),
    };
    let column = if attribute.ty.element().is_some() {
        Column::Sets(reading.set_column(cells, sources, room))
    } else if attribute.ty.is_numeric() {
        reading.numbers(cells, sources, room)
    } else {
        Column::Codes(reading.codes(cells, sources, room))
    };
    let Quick { texts, durations, .. } = reading.names;
    let hashes = texts.iter().map(hash).collect();
    Piece { column, hashes, texts, durations, unsound: reading.unsound }
}

/// How many meanings are kept at hand.
const RECENT: usize = 32;

/// One attribute while its cells are read.
struct Reading<'r, 't, 's> {
    attribute: &'r Attribute,
    names: Quick<'r, 's>,
    /// What short texts mean, at the place that a text's hash gives; nothing begins with zeros.
    recent: [(Beginning, Meaning); RECENT],
    /// What texts were found to mean.
    memo: HashTable<Remembered<'t>>,
    /// How often the memo was searched.
    asked: usize,
    /// The different sets, to which the memo refers.
    sets: SetColumn,
    /// The members of a set while it is read.
    members: Vec<u32>,
    unsound: Vec<Source>,
}

/// What a text means.
struct Remembered<'t> {
    hash: u32,
    text: &'t str,
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

impl<'t> Reading<'_, 't, '_> {
    fn codes(&mut self, cells: &Cells<'t>, sources: &[Source], room: usize) -> Vec<u32> {
        let nothing = if self.attribute.optional { NONE } else { UNKNOWN };
        let target = match &self.attribute.ty {
            Type::Ref(kind) => Some(*kind),
            _ => None,
        };
        let mut codes = Vec::with_capacity(room);
        for source in sources {
            let Some(text) = cells.text(*source) else {
                codes.push(nothing);
                continue;
            };
            let found =
                target.filter(|_| !is_word(text)).and_then(|kind| self.names.known.row(kind, bare_id(text)));
            let code = found.or_else(|| match self.remembered(text, target.is_none())? {
                Meaning::Code(code) => Some(code),
                _ => None,
            });
            codes.push(self.or_note(code, *source).unwrap_or(nothing));
        }
        codes
    }

    fn numbers(&mut self, cells: &Cells<'t>, sources: &[Source], room: usize) -> Column {
        let nothing = if self.attribute.optional { (1, 0) } else { (MINUS_INFINITY, PLUS_INFINITY) };
        let (mut lo, mut hi) = (Vec::with_capacity(room), Vec::with_capacity(room));
        for source in sources {
            let bounds = cells.text(*source).and_then(|text| {
                let bounds = self.bounds(text);
                self.or_note(bounds, *source)
            });
            let (first, last) = bounds.unwrap_or(nothing);
            lo.push(first);
            hi.push(last);
        }
        Column::Numbers { lo, hi }
    }

    fn bounds(&mut self, text: &'t str) -> Option<(i64, i64)> {
        let plain = match &self.attribute.ty {
            Type::Date => iso_day(text),
            Type::Int => plain_int(text),
            Type::Decimal => plain_int(text).and_then(|n| n.checked_mul(DECIMAL_ONE)),
            _ => None,
        };
        if let Some(number) = plain {
            return Some((number, number));
        }
        match self.remembered(text, true)? {
            Meaning::Bounds(lo, hi) => Some((lo, hi)),
            _ => None,
        }
    }

    fn set_column(&mut self, cells: &Cells<'t>, sources: &[Source], room: usize) -> SetColumn {
        let mut column = SetColumn::with_capacity(room);
        let open = !self.attribute.optional;
        let target = match &self.attribute.ty {
            Type::Set(element) => match **element {
                Type::Ref(kind) => Some(kind),
                _ => None,
            },
            _ => None,
        };
        for source in sources {
            let Some(text) = cells.text(*source) else {
                column.push(&[], &[], open);
                continue;
            };
            if target.and_then(|kind| self.members_at_sight(kind, text)).is_some() {
                column.push(&self.members, &[], false);
                continue;
            }
            let meaning = self.remembered(text, true);
            match self.or_note(meaning, *source) {
                Some(Meaning::Set(row)) => {
                    let (row, sets) = (row as usize, &self.sets);
                    column.push(sets.certain(row), sets.possible(row), sets.is_open(row));
                }
                _ => column.push(&[], &[], open),
            }
        }
        column
    }

    /// Notes a row whose cell is not sound.
    fn or_note<T>(&mut self, found: Option<T>, source: Source) -> Option<T> {
        if found.is_none() {
            self.unsound.push(source);
        }
        found
    }

    /// The rows of the members of a set of plain references, in ascending order.
    fn members_at_sight(&mut self, kind: KindId, text: &str) -> Option<()> {
        if !text.bytes().all(|b| b.is_ascii_graphic() && b != b'?') || is_word(text) {
            return None;
        }
        self.members.clear();
        for piece in text.split([';', '|', ',']).filter(|piece| !piece.is_empty()) {
            if is_word(piece) {
                return None;
            }
            self.members.push(self.names.known.row(kind, piece)?);
        }
        self.members.sort_unstable();
        self.members.dedup();
        Some(())
    }

    /// What the same text meant before, or what it is found to mean; `None` when it is not sound. `kept`: whether
    /// such texts come again.
    fn remembered(&mut self, text: &'t str, kept: bool) -> Option<Meaning> {
        if !kept || !self.is_memo_worthwhile() {
            return self.meaning(text);
        }
        if text.len() >= 16 {
            return self.searched(hash(text), text);
        }
        let start = beginning(text);
        let hashed = hash_of_short(start);
        let slot = hashed as usize % RECENT;
        if let Some((known, meaning)) = self.recent.get(slot)
            && *known == start
        {
            return Some(*meaning);
        }
        let meaning = self.searched(hashed, text)?;
        self.recent.get_mut(slot).into_iter().for_each(|recent| *recent = (start, meaning));
        Some(meaning)
    }

    fn searched(&mut self, hashed: u32, text: &'t str) -> Option<Meaning> {
        self.asked += 1;
        let same = |r: &Remembered| r.hash == hashed && r.text == text;
        if let Some(known) = self.memo.find(spread(hashed), same) {
            return Some(known.meaning);
        }
        let meaning = self.meaning(text)?;
        let one = Remembered { hash: hashed, text, meaning };
        self.memo.insert_unique(spread(hashed), one, |r| spread(r.hash));
        Some(meaning)
    }

    /// Whether texts come again often enough, as far as is known.
    fn is_memo_worthwhile(&self) -> bool {
        self.asked < 512 || self.memo.len() < self.asked / 4 * 3
    }

    /// What a text that is not blank means; `None` when something is to be said about it.
    fn meaning(&mut self, text: &str) -> Option<Meaning> {
        let inner = text.get(trimmed(text)).unwrap_or("");
        if self.attribute.ty == Type::Text && !is_word(inner) {
            return Some(Meaning::Code(self.names.intern(&nfc(inner)).0));
        }
        let names = &mut self.names;
        let (ty, before) = (&self.attribute.ty, names.texts.len());
        let value = value(names, ty, self.attribute.optional, text).ok()?;
        let meaning = match value {
            value if ty.element().is_some() => self.set(value),
            Value::Unknown if ty.is_numeric() => Some(Meaning::Bounds(MINUS_INFINITY, PLUS_INFINITY)),
            Value::None if ty.is_numeric() => Some(Meaning::Bounds(1, 0)),
            Value::Scalar(scalar) if ty.is_numeric() => {
                let (lo, hi) = number_bounds(scalar);
                Some(Meaning::Bounds(lo, hi))
            }
            Value::Unknown => Some(Meaning::Code(UNKNOWN)),
            Value::None => Some(Meaning::Code(NONE)),
            Value::Scalar(scalar) => names.code(ty, scalar).map(Meaning::Code),
            Value::Set { .. } => None,
        };
        if matches!(ty.element().unwrap_or(ty), Type::Ref(_)) {
            self.names.texts.truncate(before);
        }
        meaning
    }

    fn set(&mut self, value: Value) -> Option<Meaning> {
        let element = self.attribute.ty.element()?;
        let (certain, possible, open) = match value {
            Value::Set { certain, possible, open } => (certain, possible, open),
            Value::None => (Vec::new(), Vec::new(), false),
            Value::Unknown | Value::Scalar(_) => (Vec::new(), Vec::new(), true),
        };
        let mut codes = |scalars: Vec<Scalar>| -> Option<Vec<u32>> {
            scalars.into_iter().map(|scalar| self.names.code(element, scalar)).collect()
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

/// Names for one piece. New strings count from 0 here; the store gives them their symbols afterwards.
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
