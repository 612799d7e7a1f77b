//! The cells of all tables as columns in the order of ids: attribute by attribute, in pieces of some rows each.

use std::ops::Range;

use rayon::prelude::*;

use super::StoreBuilder;
use super::ids::IdIndex;
use super::references::target;
use super::rows::{self, Rows, Sheets};
use crate::read::backing::{self, Backings};
use crate::read::cells::{self, Cells, Known, Piece};
use crate::requirements::RequirementIndex;
use crate::schema::{AttrId, Attribute, KindId, Schema, Type};
use crate::store::{ChunkPlaces, RowIndex};
use crate::value::Symbol;

/// What is read of the tables of one kind.
#[derive(Default)]
pub(super) struct Read {
    pub(super) ids: Vec<Symbol>,
    pub(super) index: RowIndex,
    /// By attribute; one after the other. None where no table states the attribute.
    pub(super) pieces: Vec<Vec<Piece>>,
    /// By chunk.
    pub(super) backings: Vec<Backings>,
}

/// One attribute of a kind in some of its rows.
struct Task<'t> {
    kind: usize,
    attr: usize,
    attribute: &'t Attribute,
    cells: &'t Cells<'t>,
    rows: Range<usize>,
}

impl StoreBuilder<'_> {
    /// Reads what tables say, `size` rows of an attribute at once, while ids are interned; and finds references.
    pub(super) fn columns(&mut self, sheets: &[Sheets], rows: &[Rows], size: usize) -> Vec<Read> {
        let StoreBuilder { schema, symbols, records, requirements, .. } = self;
        let schema = *schema;
        let cells: Vec<Vec<Cells>> =
            sheets.iter().zip(&schema.kinds).map(|(s, def)| s.cells(def.attributes.len())).collect();
        let tasks = tasks(schema, &cells, rows, size);
        if tasks.iter().any(|task| is_of_requirements(task.attribute)) {
            requirements.get_or_insert_with(|| RequirementIndex::new(schema));
        }
        let (literals, requirements) = (schema.literals(), requirements.as_ref());
        let read_tables = || {
            let ids = indexes(&tasks, sheets, rows);
            let known = Known { schema, literals, requirements, ids: &ids };
            (read(known, &tasks, rows), backings(sheets, rows))
        };
        let mut intern = || rows::intern(sheets, rows, records, symbols);
        let (ids, (pieces, backings)) = match sheets.iter().all(|sheets| sheets.chunks.is_empty()) {
            true => (intern(), Default::default()),
            false => rayon::join(intern, read_tables),
        };
        let backings = backings.into_iter().chain(std::iter::repeat_with(Vec::new));
        let mut found: Vec<Read> = ids
            .into_iter()
            .zip(backings)
            .zip(&cells)
            .map(|((ids, backings), cells)| Read {
                index: RowIndex::new(&ids),
                ids,
                pieces: cells.iter().map(|_| Vec::new()).collect(),
                backings,
            })
            .collect();
        for (task, piece) in tasks.iter().zip(pieces) {
            if let Some(pieces) = found.get_mut(task.kind).and_then(|kind| kind.pieces.get_mut(task.attr)) {
                pieces.push(piece);
            }
        }
        found
    }
}

fn is_of_requirements(attribute: &Attribute) -> bool {
    *attribute.ty.element().unwrap_or(&attribute.ty) == Type::Requirement
}

/// Of the kinds that attributes refer to.
fn indexes<'i>(tasks: &[Task], sheets: &'i [Sheets], rows: &'i [Rows]) -> Vec<Option<IdIndex<'i>>> {
    let targets: Vec<KindId> = tasks.iter().filter_map(|task| target(&task.attribute.ty)).collect();
    let index = |(number, (sheets, rows)): (usize, (&'i Sheets, &'i Rows))| {
        let asked = targets.iter().any(|target| target.0 as usize == number);
        asked.then(|| IdIndex::new(sheets, rows))
    };
    sheets.par_iter().zip(rows).enumerate().map(index).collect()
}

fn tasks<'t>(schema: &'t Schema, cells: &'t [Vec<Cells<'t>>], rows: &[Rows], size: usize) -> Vec<Task<'t>> {
    let mut tasks = Vec::new();
    for (kind, ((def, cells), rows)) in schema.kinds.iter().zip(cells).zip(rows).enumerate() {
        let count = rows.sources.len();
        for (attr, (attribute, cells)) in def.attributes.iter().zip(cells).enumerate() {
            let stated = cells.by_chunk.iter().any(Option::is_some);
            let starts = (0..count).step_by(size.max(1)).filter(|_| stated);
            let part = |start: usize| start..count.min(start + size.max(1));
            tasks.extend(starts.map(|start| Task { kind, attr, attribute, cells, rows: part(start) }));
        }
    }
    tasks
}

fn read(known: Known, tasks: &[Task], rows: &[Rows]) -> Vec<Piece> {
    let read = |task: &Task| {
        let sources = rows.get(task.kind).map_or(&[][..], |rows| &rows.sources);
        let own = sources.get(task.rows.clone()).unwrap_or(&[]);
        // The first piece is where all others are put, with the rows that stand for no record.
        let room = if task.rows.start == 0 { sources.len() + 2 } else { own.len() };
        cells::read(known, task.attribute, task.cells, own, room)
    };
    tasks.par_iter().map(read).collect()
}

fn backings(sheets: &[Sheets], rows: &[Rows]) -> Vec<Vec<Backings>> {
    let of_kind = |(sheets, rows): (&Sheets, &Rows)| {
        let chunks = sheets.chunks.par_iter().zip(&rows.careful);
        let read = |(chunk, careful): (_, &Vec<u32>)| {
            sheets.table(chunk).map(|table| backing::read(table, chunk, careful)).unwrap_or_default()
        };
        chunks.map(read).collect()
    };
    sheets.par_iter().zip(rows).map(of_kind).collect()
}

impl Sheets {
    /// By attribute.
    fn cells(&self, attributes: usize) -> Vec<Cells<'_>> {
        let of_attribute = |attr| {
            let column = |chunk| {
                let table = self.table(chunk)?;
                chunk.column(table, table.heading(attr)?)
            };
            Cells { by_chunk: self.chunks.iter().map(column).collect() }
        };
        (0..attributes as u32).map(|attr| of_attribute(AttrId(attr))).collect()
    }

    /// What is kept of the chunks: where everything stands.
    pub(super) fn into_places(self, attributes: usize) -> Vec<ChunkPlaces> {
        let Sheets { tables, chunks } = self;
        let places = |chunk: crate::read::scan::Chunk| {
            let Some(table) = tables.get(chunk.table) else { return ChunkPlaces::default() };
            let mut places = chunk.places;
            let mut take = |heading: usize| places.get_mut(heading).map(std::mem::take).unwrap_or_default();
            let ids = take(table.id);
            let cell = |attr| table.heading(AttrId(attr)).map(&mut take).unwrap_or_default();
            ChunkPlaces { file: table.file, ids, cells: (0..attributes as u32).map(cell).collect() }
        };
        chunks.into_iter().map(places).collect()
    }
}
