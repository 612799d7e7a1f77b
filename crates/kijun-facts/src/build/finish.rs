//! The steps from what was collected to a store.

use std::sync::Arc;

use kijun_text::{Diagnostic, Label, Lang, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::StoreBuilder;
use super::layout::{Codes, Layout, Stated, Statements, Translation, lay_out};
use super::references::Targets;
use super::rows::{Rows, Sheets, Source};
use crate::read::cells::{self, Cells, Known};
use crate::read::{csv, scan, table};
use crate::requirements::RequirementIndex;
use crate::schema::{KindDef, KindId, Type};
use crate::store::{KindTable, Register, RowIndex, Store, UNKNOWN};
use crate::value::{Duration, Scalar, Symbol, Value};

impl StoreBuilder<'_> {
    /// As [`StoreBuilder::finish`]; tables are read in ranges of about `size` bytes.
    pub(crate) fn finish_by(mut self, size: usize) -> (Store, Vec<Diagnostic>) {
        let mut sheets = self.sheets(size);
        let (mut rows, indexes) = self.number(&sheets);
        let mut durations = Durations::default();
        let mut layouts = Vec::with_capacity(sheets.len());
        for (kind, sheets) in (0..).map(KindId).zip(&mut sheets) {
            let cells = self.cells(kind, sheets, &rows, &indexes);
            self.read_carefully(sheets, &cells);
            let records = self.records_of(kind);
            let targets = Targets { rows: &rows, indexes: &indexes };
            records.iter().for_each(|record| self.check_references(*record, targets));
            if let (Some(rows), Some(index)) = (rows.get_mut(kind.0 as usize), indexes.get(kind.0 as usize)) {
                let stated = self.stated(kind, sheets, cells, &records, index, &mut durations);
                take_records(rows, &stated);
                let codes =
                    Codes { indexes: &indexes, durations: &durations.codes, evidence: &self.evidence };
                layouts.push(lay_out(stated, rows, &codes));
            }
        }
        let tables = (0..).map(KindId).zip(layouts).zip(rows).zip(indexes);
        let kinds: Vec<KindTable> = tables
            .map(|(((kind, layout), rows), index)| self.kind_table(kind, layout, rows.ids, index))
            .collect();
        self.check_empty_lists(&kinds);
        self.diagnostics.sort_by_key(|d| d.span);
        let (symbols, evidence) = (Arc::new(self.symbols), Arc::new(self.evidence));
        (Store { kinds, symbols, durations: durations.all, evidence }, self.diagnostics)
    }

    /// All tables by kind, with their rows.
    fn sheets(&mut self, size: usize) -> Vec<Sheets> {
        let mut sheets: Vec<Sheets> = self.schema.kinds.iter().map(|_| Sheets::default()).collect();
        for table in std::mem::take(&mut self.tables) {
            if let Some(sheets) = sheets.get_mut(table.kind.0 as usize) {
                sheets.tables.push(table);
            }
        }
        let numbered = |sheets: &Sheets| (0..sheets.tables.len()).collect::<Vec<_>>();
        let tables: Vec<(usize, usize)> = sheets
            .iter()
            .enumerate()
            .flat_map(|(k, s)| numbered(s).into_iter().map(move |t| (k, t)))
            .collect();
        let table = |k: usize, t: usize| sheets.get(k).and_then(|s| s.tables.get(t));
        let ranges = |&(k, t): &(usize, usize)| {
            let cut = table(k, t).map(|table| csv::chunks(&table.text, table.body, table.delimiter, size));
            cut.unwrap_or_default().into_iter().map(move |range| (k, t, range))
        };
        let ranges: Vec<_> = tables.par_iter().flat_map_iter(ranges).collect();
        let chunks: Vec<_> = ranges
            .into_par_iter()
            .filter_map(|(k, t, range)| Some((k, scan::scan(table(k, t)?, t, range))))
            .collect();
        for (kind, chunk) in chunks {
            if let Some(sheets) = sheets.get_mut(kind) {
                sheets.chunks.push(chunk);
            }
        }
        sheets
    }
}

impl StoreBuilder<'_> {
    /// The cells of all chunks of a kind.
    fn cells(&mut self, kind: KindId, sheets: &Sheets, rows: &[Rows], indexes: &[RowIndex]) -> Vec<Cells> {
        let schema = self.schema;
        let (Some(def), Some(rows)) = (schema.kind(kind), rows.get(kind.0 as usize)) else {
            return Vec::new();
        };
        if def.attributes.iter().any(|a| *a.ty.element().unwrap_or(&a.ty) == Type::Requirement) {
            self.requirements.get_or_insert_with(|| RequirementIndex::new(schema));
        }
        let (literals, symbols) = (schema.literals(), &self.symbols);
        let known =
            Known { schema, literals, requirements: self.requirements.as_ref(), symbols, records: indexes };
        let read = |(chunk, careful): (&scan::Chunk, &Vec<u32>)| {
            Some(cells::read(known, sheets.tables.get(chunk.table)?, chunk, careful))
        };
        sheets.chunks.par_iter().zip(&rows.careful).filter_map(read).collect()
    }

    /// Reads the rows that chunks leave out as records.
    fn read_carefully(&mut self, sheets: &mut Sheets, cells: &[Cells]) {
        let Sheets { tables, chunks } = sheets;
        let left_out = || chunks.iter().zip(cells).filter(|(_, cells)| !cells.careful.is_empty());
        for (number, table) in tables.iter_mut().enumerate() {
            let own = left_out().filter(|(chunk, _)| chunk.table == number);
            table::read_records(self, table, own.flat_map(|(_, cells)| cells.careful.iter().copied()));
        }
    }

    fn records_of(&self, kind: KindId) -> Vec<usize> {
        let own = self.records.iter().enumerate().filter(|(_, record)| record.kind == kind);
        own.map(|(number, _)| number).collect()
    }

    /// What is stated about a kind; what records state is moved out of them.
    fn stated<'k>(
        &mut self,
        kind: KindId,
        sheets: &'k Sheets,
        cells: Vec<Cells>,
        records: &[usize],
        index: &RowIndex,
        durations: &mut Durations,
    ) -> Stated<'k>
    where
        Self: 'k,
    {
        let attributes = self.schema.kind(kind).map_or(&[][..], |def| &def.attributes);
        let (statements, origins) = self.statements(attributes.len(), records, index);
        durations.add(cells.iter().flat_map(|c| &c.durations).copied().chain(stated_durations(&statements)));
        let translations = cells.iter().map(|cells| self.translation(cells, durations)).collect();
        Stated { attributes, sheets, cells, translations, statements, origins }
    }

    /// What records state, per attribute, by row and then by place; and where the records begin.
    fn statements(
        &mut self,
        attributes: usize,
        records: &[usize],
        index: &RowIndex,
    ) -> (Vec<Statements>, Vec<(u32, Span)>) {
        let mut statements: Vec<Statements> = vec![Vec::new(); attributes];
        let mut origins = Vec::with_capacity(records.len());
        for number in records {
            let Some(record) = self.records.get_mut(*number) else { continue };
            let Some(row) = index.find(record.id) else { continue };
            origins.push((row, record.origin));
            for (attr, alternative) in std::mem::take(&mut record.cells) {
                if let Some(statements) = statements.get_mut(attr.0 as usize) {
                    statements.push((row, alternative));
                }
            }
        }
        for statements in &mut statements {
            statements.sort_by_key(|(row, alternative)| (*row, alternative.origin));
        }
        (statements, origins)
    }

    fn translation(&mut self, cells: &Cells, durations: &Durations) -> Translation {
        let code = |duration| durations.codes.get(duration).copied().unwrap_or(UNKNOWN);
        Translation {
            texts: cells
                .texts
                .iter()
                .zip(&cells.hashes)
                .map(|(t, h)| self.symbols.intern_hashed(*h, t).0)
                .collect(),
            durations: cells.durations.iter().map(code).collect(),
            evidence: cells.evidence.iter().map(|evidence| self.add_evidence(evidence.clone())).collect(),
        }
    }

    fn kind_table(&self, kind: KindId, layout: Layout, ids: Vec<Symbol>, index: RowIndex) -> KindTable {
        let statements = self.registers.get(kind.0 as usize).map_or(&[][..], Vec::as_slice);
        let register = if statements.iter().any(|(complete, _)| !complete) {
            Register::Incomplete
        } else if !statements.is_empty() {
            Register::Complete
        } else if ids.is_empty() {
            Register::Unmentioned
        } else {
            Register::Recorded
        };
        KindTable {
            kind,
            register,
            register_origin: statements.iter().map(|(_, origin)| *origin).min(),
            ids: Arc::new(ids),
            index: Arc::new(index),
            columns: layout.columns,
            conflicts: layout.conflicts,
            places: Arc::new(layout.places),
            backing: Arc::new(layout.backing),
        }
    }

    fn check_empty_lists(&mut self, tables: &[KindTable]) {
        for (kind, origin) in std::mem::take(&mut self.empty) {
            let unmentioned = tables.iter().any(|t| t.kind == kind && t.register == Register::Unmentioned);
            if let Some(def) = self.schema.kind(kind).filter(|_| unmentioned) {
                self.diagnostics.push(empty_list(def, origin));
            }
        }
    }
}

/// The durations of a store. Codes follow from what is stated, not from the order in which it is read.
#[derive(Default)]
struct Durations {
    all: Vec<Duration>,
    codes: FxHashMap<Duration, u32>,
}

impl Durations {
    fn add(&mut self, durations: impl Iterator<Item = Duration>) {
        let mut new: Vec<Duration> = durations.filter(|d| !self.codes.contains_key(d)).collect();
        new.sort_unstable();
        new.dedup();
        self.codes.extend(new.iter().copied().zip(self.all.len() as u32..));
        self.all.extend(new);
    }
}

fn stated_durations(statements: &[Statements]) -> impl Iterator<Item = Duration> {
    let scalars = |value: &Value| -> Vec<Scalar> {
        match value {
            Value::Scalar(scalar) => vec![*scalar],
            Value::Set { certain, possible, .. } => certain.iter().chain(possible).copied().collect(),
            Value::Unknown | Value::None => Vec::new(),
        }
    };
    let duration = |scalar| match scalar {
        Scalar::Duration(duration) => Some(duration),
        _ => None,
    };
    statements.iter().flatten().flat_map(move |(_, a)| scalars(&a.value)).filter_map(duration)
}

/// Rows that were read as records take their values from these.
fn take_records(rows: &mut Rows, stated: &Stated) {
    for (row, _) in &stated.origins {
        rows.sources.get_mut(*row as usize).into_iter().for_each(|source| *source = Source::Records);
    }
}

fn empty_list(def: &KindDef, origin: Span) -> Diagnostic {
    let (name, ja) = (&def.name, def.label.or(Lang::Ja, &def.name));
    let message = Label::new(
        format!("空の一覧だけでは、「{ja}」が無いとは言えません"),
        format!("an empty list does not say that there is no `{name}`"),
    );
    Diagnostic::warning("K0512", origin, message).help(
        format!("1件も無いと確認したら `complete.{name} = true` と書いてください"),
        format!("write `complete.{name} = true` when it is certain that there is none"),
    )
}
