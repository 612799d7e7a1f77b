//! Columns in the order of ids, from what chunks and records state.

use kijun_text::{FileId, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::merge::{Merged, merge};
use super::references::target;
use super::rows::{Rows, Sheets, Source};
use crate::read::backing::UNBACKED;
use crate::read::cells::{Cells, Field, settle};
use crate::schema::{AttrId, Attribute, Type};
use crate::store::{
    Alternative, Backing, Column, Columns, Conflict, Evidence, EvidenceId, MINUS_INFINITY, NO_EVIDENCE, NONE,
    PLUS_INFINITY, Places, Range, RowIndex, SetColumn, UNKNOWN, country_code, number_bounds,
};
use crate::value::{Duration, Scalar, Value};

/// What codes stand for in a store.
pub(super) struct Codes<'c> {
    pub(super) indexes: &'c [RowIndex],
    pub(super) durations: &'c FxHashMap<Duration, u32>,
    pub(super) evidence: &'c [Evidence],
}

/// What the codes of one chunk stand for in the store.
#[derive(Default)]
pub(super) struct Translation {
    pub(super) texts: Vec<u32>,
    pub(super) durations: Vec<u32>,
    pub(super) evidence: Vec<EvidenceId>,
}

/// What records state about one attribute: by row, then by place.
pub(super) type Statements = Vec<(u32, Alternative)>;

/// What is known of one kind, before it is laid out.
pub(super) struct Stated<'k> {
    pub(super) attributes: &'k [Attribute],
    pub(super) sheets: &'k Sheets,
    pub(super) cells: Vec<Cells>,
    pub(super) translations: Vec<Translation>,
    /// By attribute.
    pub(super) statements: Vec<Statements>,
    /// By row: where records begin that records alone state.
    pub(super) origins: Vec<(u32, Span)>,
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

pub(super) fn lay_out(mut stated: Stated, rows: &Rows, codes: &Codes) -> Layout {
    let records = record_places(&stated, rows);
    let mut backing = record_backing(&stated, rows);
    let sheets = stated.sheets;
    let statements = std::mem::take(&mut stated.statements);
    let parts: Vec<Vec<Option<Field>>> = (0..stated.attributes.len())
        .map(|a| {
            sheets
                .chunks
                .iter()
                .zip(&mut stated.cells)
                .map(|(c, cells)| field(sheets, c.table, cells, a))
                .collect()
        })
        .collect();
    let translations = &stated.translations;
    let laid: Vec<Laid> = stated
        .attributes
        .par_iter()
        .zip(parts)
        .zip(statements)
        .zip(0_u32..stated.attributes.len() as u32)
        .map(|(((attribute, parts), statements), attr)| {
            let laying = Laying { attribute, attr: AttrId(attr), rows, parts, translations, codes };
            laying.run(statements)
        })
        .collect();
    let mut layout = Layout {
        columns: Columns::default(),
        conflicts: Vec::new(),
        places: Places { records, ..Places::default() },
        backing: Backing::default(),
    };
    let mut own = FxHashMap::default();
    for (laid, attr) in laid.into_iter().zip((0..).map(AttrId)) {
        layout.columns.push(laid.column);
        layout.conflicts.extend(laid.conflicts);
        layout.places.cells.push(laid.places);
        for (row, file, evidence) in laid.recorded {
            if layout.places.records.get(row as usize).is_some_and(|place| place.file != file) {
                layout.places.elsewhere.insert((attr, row), file);
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
    layout.backing = Backing::new(backing.into_iter().map(|e| e.unwrap_or(NO_EVIDENCE)).collect(), own);
    layout
}

/// The values of an attribute in one chunk, moved out of it.
fn field(sheets: &Sheets, table: usize, cells: &mut Cells, attribute: usize) -> Option<Field> {
    let heading = sheets.tables.get(table)?.heading(AttrId(attribute as u32))?;
    cells.fields.get_mut(heading)?.take()
}

/// Where each record begins.
fn record_places(stated: &Stated, rows: &Rows) -> Vec<Span> {
    let place = |source: &Source| match *source {
        Source::Records => None,
        Source::Chunk { chunk, row } => {
            let chunk = stated.sheets.chunks.get(chunk as usize)?;
            let (start, end) = chunk.place(row as usize)?;
            Some(Span { file: stated.sheets.tables.get(chunk.table)?.file, start, end })
        }
    };
    let mut places: Vec<Span> = rows.sources.iter().map(|source| place(source).unwrap_or_default()).collect();
    for (row, origin) in &stated.origins {
        places.get_mut(*row as usize).into_iter().for_each(|place| *place = *origin);
    }
    places
}

/// What backs each row of a table; `None` for rows whose values records state.
fn record_backing(stated: &Stated, rows: &Rows) -> Vec<Option<EvidenceId>> {
    let backing = |source: &Source| match *source {
        Source::Records => None,
        Source::Chunk { chunk, row } => {
            let found = stated.cells.get(chunk as usize).and_then(|cells| cells.backing.get(row as usize));
            let found = found.filter(|backing| **backing != UNBACKED);
            let translation = stated.translations.get(chunk as usize);
            let id = found.zip(translation).and_then(|(found, t)| t.evidence.get(*found as usize));
            Some(id.copied().unwrap_or(NO_EVIDENCE))
        }
    };
    rows.sources.iter().map(backing).collect()
}

/// One attribute while it is laid out.
struct Laying<'l> {
    attribute: &'l Attribute,
    attr: AttrId,
    rows: &'l Rows,
    /// By chunk.
    parts: Vec<Option<Field>>,
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
    fn run(self, statements: Statements) -> Laid {
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
        Laid { places: self.places(&values), column: self.column(&values), conflicts, recorded }
    }

    fn part(&self, source: &Source) -> Option<(usize, usize, &Field)> {
        let Source::Chunk { chunk, row } = *source else { return None };
        let chunk = chunk as usize;
        Some((chunk, row as usize, self.parts.get(chunk)?.as_ref()?))
    }

    fn places(&self, recorded: &[Recorded]) -> Vec<Range> {
        if recorded.is_empty() && self.parts.iter().all(Option::is_none) {
            return Vec::new();
        }
        let place = |source| self.part(source).and_then(|(_, row, field)| field.places.get(row)).copied();
        let mut places: Vec<Range> =
            self.rows.sources.iter().map(|source| place(source).unwrap_or(Range::NOWHERE)).collect();
        for one in recorded {
            places.get_mut(one.row as usize).into_iter().for_each(|place| *place = one.place);
        }
        places
    }

    fn column(&self, recorded: &[Recorded]) -> Column {
        if self.attribute.ty.element().is_some() {
            Column::Sets(self.sets(recorded))
        } else if self.attribute.ty.is_numeric() {
            self.numbers(recorded)
        } else {
            self.scalars(recorded)
        }
    }

    fn scalars(&self, recorded: &[Recorded]) -> Column {
        let nothing = if self.attribute.optional { NONE } else { UNKNOWN };
        let code = |source| {
            let (chunk, row, field) = self.part(source)?;
            let Column::Codes(codes) = &field.column else { return None };
            codes.get(row).map(|code| self.translate(chunk, *code))
        };
        let mut codes = Vec::with_capacity(self.rows.sources.len() + 2);
        codes.extend(self.rows.sources.iter().map(|source| code(source).unwrap_or(nothing)));
        for one in recorded {
            let code = match &one.value {
                Value::Scalar(scalar) => self.code(*scalar),
                Value::None => NONE,
                _ => UNKNOWN,
            };
            codes.get_mut(one.row as usize).into_iter().for_each(|slot| *slot = code);
        }
        codes.extend([UNKNOWN, NONE]);
        Column::Codes(codes)
    }

    fn numbers(&self, recorded: &[Recorded]) -> Column {
        const ANY: (i64, i64) = (MINUS_INFINITY, PLUS_INFINITY);
        let nothing = if self.attribute.optional { (1, 0) } else { ANY };
        let bounds = |source| {
            let (_, row, field) = self.part(source)?;
            let Column::Numbers { lo, hi } = &field.column else { return None };
            Some((*lo.get(row)?, *hi.get(row)?))
        };
        let records = self.rows.sources.len();
        let (mut lo, mut hi) = (Vec::with_capacity(records + 2), Vec::with_capacity(records + 2));
        for source in &self.rows.sources {
            let (first, last) = bounds(source).unwrap_or(nothing);
            lo.push(first);
            hi.push(last);
        }
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

    fn sets(&self, recorded: &[Recorded]) -> SetColumn {
        let mut sets = SetColumn::with_capacity(self.rows.sources.len() + 2);
        let mut recorded = recorded.iter().peekable();
        for (source, row) in self.rows.sources.iter().zip(0..) {
            match (recorded.next_if(|one| one.row == row), self.part(source)) {
                (Some(one), _) => self.push_value(&mut sets, &one.value),
                (None, Some((chunk, row, Field { column: Column::Sets(from), .. }))) => {
                    self.push_members(
                        &mut sets,
                        chunk,
                        (from.certain(row), from.possible(row)),
                        from.is_open(row),
                    );
                }
                (None, _) => sets.push(&[], &[], !self.attribute.optional),
            }
        }
        sets.push(&[], &[], true);
        sets.push(&[], &[], false);
        sets
    }

    fn push_members(&self, sets: &mut SetColumn, chunk: usize, members: (&[u32], &[u32]), open: bool) {
        if !self.is_translated() {
            return sets.push(members.0, members.1, open);
        }
        let translate =
            |codes: &[u32]| -> Vec<u32> { codes.iter().map(|c| self.translate(chunk, *c)).collect() };
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

    /// Whether the codes of chunks are their own.
    fn is_translated(&self) -> bool {
        let ty = &self.attribute.ty;
        matches!(ty.element().unwrap_or(ty), Type::Text | Type::Requirement | Type::Duration)
    }

    /// The code in the store of a code in a chunk.
    fn translate(&self, chunk: usize, code: u32) -> u32 {
        if code >= NONE || !self.is_translated() {
            return code;
        }
        let ty = &self.attribute.ty;
        let durations = matches!(ty.element().unwrap_or(ty), Type::Duration);
        let codes = self.translations.get(chunk).map(|t| if durations { &t.durations } else { &t.texts });
        codes.and_then(|codes| codes.get(code as usize)).copied().unwrap_or(UNKNOWN)
    }

    /// The code of a scalar that a record states.
    fn code(&self, scalar: Scalar) -> u32 {
        match scalar {
            Scalar::Bool(b) => u32::from(b),
            Scalar::Text(s) | Scalar::Requirement(s) => s.0,
            Scalar::Ref(id) => {
                let index =
                    target(&self.attribute.ty).and_then(|kind| self.codes.indexes.get(kind.0 as usize));
                index.and_then(|index| index.find(id)).unwrap_or(UNKNOWN)
            }
            Scalar::Country(letters) => country_code(letters),
            Scalar::Enum(code) => code,
            Scalar::Duration(duration) => self.codes.durations.get(&duration).copied().unwrap_or(UNKNOWN),
            Scalar::Int(_) | Scalar::Decimal(_) | Scalar::Date(_) => UNKNOWN,
        }
    }
}
