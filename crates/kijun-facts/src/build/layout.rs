//! Columns in the order of ids, from what chunks and records state.

use kijun_text::{FileId, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::columns::Read;
use super::merge::{Merged, merge};
use super::references::target;
use super::rows::Sheets;
use crate::read::backing::{Backings, UNBACKED};
use crate::read::cells::{Piece, settle};
use crate::schema::{AttrId, Attribute, Type};
use crate::store::{
    Alternative, Backing, Column, Columns, Conflict, Evidence, EvidenceId, MINUS_INFINITY, NO_EVIDENCE, NONE,
    PLUS_INFINITY, Places, Range, SetColumn, Source, UNKNOWN, country_code, number_bounds,
};
use crate::value::{Duration, Scalar, Value};

/// What codes stand for in a store.
pub(super) struct Codes<'c> {
    pub(super) kinds: &'c [Read],
    pub(super) durations: &'c FxHashMap<Duration, u32>,
    pub(super) evidence: &'c [Evidence],
}

/// What the codes of one piece stand for in the store.
#[derive(Default)]
pub(super) struct Translation {
    pub(super) texts: Vec<u32>,
    pub(super) durations: Vec<u32>,
}

/// What records state about one attribute: by row, then by place.
pub(super) type Statements = Vec<(u32, Alternative)>;

/// What is known of one kind, before it is laid out.
pub(super) struct Stated<'s> {
    pub(super) attributed: Vec<Attributed<'s>>,
    pub(super) sheets: Sheets,
    /// By chunk.
    pub(super) backings: Vec<Backings>,
    /// By chunk: the evidence in the store.
    pub(super) evidence: Vec<Vec<EvidenceId>>,
    /// By row.
    pub(super) sources: Vec<Source>,
    /// By row: where records begin that records alone state.
    pub(super) origins: Vec<(u32, Span)>,
}

/// What is known of one attribute.
pub(super) struct Attributed<'s> {
    pub(super) attribute: &'s Attribute,
    /// Of all rows, one after the other; none where no table states the attribute.
    pub(super) pieces: Vec<Piece>,
    /// By piece.
    pub(super) translations: Vec<Translation>,
    pub(super) statements: Statements,
}

/// The parts of a table that follow from what is stated.
pub(super) struct Layout {
    pub(super) columns: Columns,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) places: Places,
    pub(super) backing: Backing,
}

/// One attribute, laid out.
struct Laid {
    column: Column,
    places: Vec<Range>,
    conflicts: Vec<Conflict>,
    /// Rows whose value records state: the value's file, and what backs it.
    recorded: Vec<(u32, FileId, EvidenceId)>,
}

pub(super) fn lay_out(stated: Stated, codes: &Codes) -> Layout {
    let mut backing = backing_in_tables(&stated);
    let Stated { attributed, sheets, sources, origins, .. } = stated;
    let mut places = places_in_tables(sheets, sources, attributed.len());
    place_records(&mut places, &origins);
    let laying = |(attr, attributed): (usize, Attributed)| {
        let Attributed { attribute, pieces, translations, statements } = attributed;
        let laying = Laying {
            attribute,
            attr: AttrId(attr as u32),
            places: &places,
            translations: &translations,
            codes,
        };
        laying.run(pieces, statements)
    };
    let laid: Vec<Laid> = attributed.into_par_iter().enumerate().map(laying).collect();
    let (mut columns, mut conflicts) = (Columns::default(), Vec::new());
    let mut own = FxHashMap::default();
    for (laid, attr) in laid.into_iter().zip((0..).map(AttrId)) {
        columns.push(laid.column);
        conflicts.extend(laid.conflicts);
        places.cells.push(laid.places);
        for (row, file, evidence) in laid.recorded {
            if places.records.get(row as usize).is_some_and(|place| place.file != file) {
                places.elsewhere.insert((attr, row), file);
            }
            match backing.get_mut(row as usize) {
                Some(first @ None) => *first = Some(evidence),
                Some(Some(first)) if *first == evidence => {}
                _ => {
                    own.insert((attr, row), evidence);
                }
            }
        }
    }
    if places.chunks.is_empty() {
        places.sources = Vec::new();
    }
    let backing = Backing::new(backing.into_iter().map(|e| e.unwrap_or(NO_EVIDENCE)).collect(), own);
    Layout { columns, conflicts, places, backing }
}

fn places_in_tables(sheets: Sheets, sources: Vec<Source>, attributes: usize) -> Places {
    Places { chunks: sheets.into_places(attributes), sources, ..Places::default() }
}

/// Where each record begins, if records state any.
fn place_records(places: &mut Places, origins: &[(u32, Span)]) {
    if origins.is_empty() {
        return;
    }
    let in_tables = (0..places.sources.len()).map(|row| places.in_table(row).unwrap_or_default());
    let mut records: Vec<Span> = in_tables.collect();
    for (row, origin) in origins {
        records.get_mut(*row as usize).into_iter().for_each(|place| *place = *origin);
    }
    places.records = records;
}

/// What backs each row of a table; `None` for rows whose values records state. Empty if nothing is to be said.
fn backing_in_tables(stated: &Stated) -> Vec<Option<EvidenceId>> {
    if stated.origins.is_empty() && stated.evidence.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    let backing = |source: &Source| {
        let (chunk, row) = source.in_chunk()?;
        let found = stated.backings.get(chunk).and_then(|backings| backings.rows.get(row));
        let found = found.filter(|backing| **backing != UNBACKED).zip(stated.evidence.get(chunk));
        let id = found.and_then(|(found, evidence)| evidence.get(*found as usize));
        Some(id.copied().unwrap_or(NO_EVIDENCE))
    };
    stated.sources.iter().map(backing).collect()
}

/// One attribute while it is laid out.
struct Laying<'l> {
    attribute: &'l Attribute,
    attr: AttrId,
    places: &'l Places,
    /// By piece.
    translations: &'l [Translation],
    codes: &'l Codes<'l>,
}

/// What records say about one row.
struct Recorded {
    row: u32,
    value: Value,
    place: Range,
}

impl Laying<'_> {
    fn run(self, pieces: Vec<Piece>, statements: Statements) -> Laid {
        let (mut conflicts, mut recorded) = (Vec::new(), Vec::new());
        let mut values = Vec::new();
        let mut statements = statements.into_iter().peekable();
        while let Some(row) = statements.peek().map(|(row, _)| *row) {
            let next = || statements.next_if(|(r, _)| *r == row).map(|(_, alternative)| alternative);
            let (value, origin, evidence) = match merge(std::iter::from_fn(next), self.codes.evidence) {
                Merged::Nothing => continue,
                Merged::One(one) => (one.value, one.origin, one.evidence),
                Merged::Several(alternatives) => {
                    let first = alternatives.first().map(|a| (a.origin, a.evidence));
                    let (origin, evidence) = first.unwrap_or((Span::default(), NO_EVIDENCE));
                    conflicts.push(Conflict { attr: self.attr, row, alternatives });
                    (Value::Unknown, origin, evidence)
                }
            };
            recorded.push((row, origin.file, evidence));
            values.push(Recorded { row, value, place: origin.into() });
        }
        Laid { places: self.places(&values), column: self.column(pieces, &values), conflicts, recorded }
    }

    /// Where the values stand, if records state any.
    fn places(&self, recorded: &[Recorded]) -> Vec<Range> {
        if recorded.is_empty() {
            return Vec::new();
        }
        let in_table = |row| self.places.cell_in_table(self.attr, row).unwrap_or(Range::NOWHERE);
        let mut places: Vec<Range> = (0..self.places.sources.len()).map(in_table).collect();
        for one in recorded {
            places.get_mut(one.row as usize).into_iter().for_each(|place| *place = one.place);
        }
        places
    }

    fn column(&self, pieces: Vec<Piece>, recorded: &[Recorded]) -> Column {
        let columns = pieces.into_iter().map(|piece| piece.column);
        if self.attribute.ty.element().is_some() {
            let sets = columns.filter_map(|column| match column {
                Column::Sets(sets) => Some(sets),
                _ => None,
            });
            Column::Sets(self.sets(sets.collect(), recorded))
        } else if self.attribute.ty.is_numeric() {
            let bounds = columns.filter_map(|column| match column {
                Column::Numbers { lo, hi } => Some((lo, hi)),
                _ => None,
            });
            self.numbers(bounds, recorded)
        } else {
            let codes = columns.filter_map(|column| match column {
                Column::Codes(codes) => Some(codes),
                _ => None,
            });
            Column::Codes(self.scalars(codes, recorded))
        }
    }

    fn scalars(&self, pieces: impl Iterator<Item = Vec<u32>>, recorded: &[Recorded]) -> Vec<u32> {
        let mut codes = Vec::new();
        for (number, mut piece) in pieces.enumerate() {
            if self.is_translated() {
                piece.iter_mut().for_each(|code| *code = self.translate(number, *code));
            }
            append(&mut codes, piece);
        }
        self.fill(&mut codes, if self.attribute.optional { NONE } else { UNKNOWN });
        for one in recorded {
            let code = match &one.value {
                Value::Scalar(scalar) => self.code(*scalar),
                Value::None => NONE,
                _ => UNKNOWN,
            };
            codes.get_mut(one.row as usize).into_iter().for_each(|slot| *slot = code);
        }
        codes.extend([UNKNOWN, NONE]);
        codes
    }

    /// Nothing for all rows where there are no pieces. Two more rows are to come.
    fn fill<T: Clone>(&self, values: &mut Vec<T>, nothing: T) {
        let rows = self.places.sources.len();
        values.reserve((rows + 2).saturating_sub(values.len()));
        values.resize(rows, nothing);
    }

    fn numbers(&self, pieces: impl Iterator<Item = (Vec<i64>, Vec<i64>)>, recorded: &[Recorded]) -> Column {
        const ANY: (i64, i64) = (MINUS_INFINITY, PLUS_INFINITY);
        let (mut lo, mut hi) = (Vec::new(), Vec::new());
        for (first, last) in pieces {
            append(&mut lo, first);
            append(&mut hi, last);
        }
        let nothing = if self.attribute.optional { (1, 0) } else { ANY };
        self.fill(&mut lo, nothing.0);
        self.fill(&mut hi, nothing.1);
        for one in recorded {
            let bounds = match &one.value {
                Value::Scalar(scalar) => number_bounds(*scalar),
                Value::None => (1, 0),
                _ => ANY,
            };
            let row = one.row as usize;
            if let (Some(lo), Some(hi)) = (lo.get_mut(row), hi.get_mut(row)) {
                (*lo, *hi) = bounds;
            }
        }
        lo.extend([ANY.0, 1]);
        hi.extend([ANY.1, 0]);
        Column::Numbers { lo, hi }
    }

    fn sets(&self, pieces: Vec<SetColumn>, recorded: &[Recorded]) -> SetColumn {
        let mut sets = SetColumn::default();
        if recorded.is_empty() && !self.is_translated() {
            pieces.into_iter().for_each(|piece| sets.append(piece));
            (sets.splits.len()..self.places.sources.len()).for_each(|_| self.push_nothing(&mut sets));
        } else {
            self.push_sets(&mut sets, &pieces, recorded);
        }
        sets.push(&[], &[], true);
        sets.push(&[], &[], false);
        sets
    }

    fn push_sets(&self, sets: &mut SetColumn, pieces: &[SetColumn], recorded: &[Recorded]) {
        let mut recorded = recorded.iter().peekable();
        let in_pieces = pieces.iter().enumerate();
        let mut in_pieces =
            in_pieces.flat_map(|(n, piece)| (0..piece.splits.len()).map(move |row| (n, piece, row)));
        for row in 0..self.places.sources.len() as u32 {
            match (recorded.next_if(|one| one.row == row), in_pieces.next()) {
                (Some(one), _) => self.push_value(sets, &one.value),
                (None, Some((number, piece, from))) => {
                    let members = (piece.certain(from), piece.possible(from));
                    self.push_members(sets, number, members, piece.is_open(from));
                }
                (None, None) => self.push_nothing(sets),
            }
        }
    }

    fn push_nothing(&self, sets: &mut SetColumn) {
        sets.push(&[], &[], !self.attribute.optional);
    }

    fn push_members(&self, sets: &mut SetColumn, piece: usize, members: (&[u32], &[u32]), open: bool) {
        if !self.is_translated() {
            return sets.push(members.0, members.1, open);
        }
        let translate =
            |codes: &[u32]| -> Vec<u32> { codes.iter().map(|c| self.translate(piece, *c)).collect() };
        let (mut certain, mut possible) = (translate(members.0), translate(members.1));
        settle(&mut certain, &mut possible);
        sets.push(&certain, &possible, open);
    }

    fn push_value(&self, sets: &mut SetColumn, value: &Value) {
        match value {
            Value::Set { certain, possible, open } => {
                let codes =
                    |scalars: &[Scalar]| -> Vec<u32> { scalars.iter().map(|s| self.code(*s)).collect() };
                let (mut certain, mut possible) = (codes(certain), codes(possible));
                settle(&mut certain, &mut possible);
                sets.push(&certain, &possible, *open);
            }
            Value::None => sets.push(&[], &[], false),
            Value::Unknown | Value::Scalar(_) => sets.push(&[], &[], true),
        }
    }

    /// Whether the codes of pieces are their own.
    fn is_translated(&self) -> bool {
        let ty = &self.attribute.ty;
        matches!(ty.element().unwrap_or(ty), Type::Text | Type::Requirement | Type::Duration)
    }

    /// The code in the store of a code in a piece.
    fn translate(&self, piece: usize, code: u32) -> u32 {
        if code >= NONE || !self.is_translated() {
            return code;
        }
        let ty = &self.attribute.ty;
        let durations = matches!(ty.element().unwrap_or(ty), Type::Duration);
        let codes = self.translations.get(piece).map(|t| if durations { &t.durations } else { &t.texts });
        codes.and_then(|codes| codes.get(code as usize)).copied().unwrap_or(UNKNOWN)
    }

    /// The code of a scalar that a record states.
    fn code(&self, scalar: Scalar) -> u32 {
        match scalar {
            Scalar::Bool(b) => u32::from(b),
            Scalar::Text(s) | Scalar::Requirement(s) => s.0,
            Scalar::Ref(id) => {
                let kind = target(&self.attribute.ty).and_then(|kind| self.codes.kinds.get(kind.0 as usize));
                kind.and_then(|kind| kind.index.find(id)).unwrap_or(UNKNOWN)
            }
            Scalar::Country(letters) => country_code(letters),
            Scalar::Enum(code) => code,
            Scalar::Duration(duration) => self.codes.durations.get(&duration).copied().unwrap_or(UNKNOWN),
            Scalar::Int(_) | Scalar::Decimal(_) | Scalar::Date(_) => UNKNOWN,
        }
    }
}

/// Puts a piece behind others; the first one is taken as it is.
fn append<T>(all: &mut Vec<T>, mut piece: Vec<T>) {
    if all.is_empty() {
        *all = piece;
    } else {
        all.append(&mut piece);
    }
}
