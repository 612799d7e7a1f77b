//! The steps from what was collected to a store.

use std::sync::Arc;

use kijun_text::{Diagnostic, Label, Lang, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::StoreBuilder;
use super::columns::Read;
use super::layout::{Attributed, Codes, Layout, Stated, Statements, Translation, lay_out};
use super::references::Targets;
use super::rows::{self, Rows, Sheets};
use crate::read::backing::Backings;
use crate::read::cells::Piece;
use crate::read::{csv, scan, table};
use crate::schema::{KindDef, KindId};
use crate::store::{EvidenceId, KindTable, Register, RowIndex, Source, Store, UNKNOWN};
use crate::value::{Duration, Scalar, Symbol, Value};

/// About how many bytes a row of a table has: ranges of rows and of bytes are to take about the same time.
const BYTES_PER_ROW: usize = 8;

impl StoreBuilder<'_> {
    /// As [`StoreBuilder::finish`]; tables are read in ranges of about `size` bytes.
    pub(crate) fn finish_by(mut self, size: usize) -> (Store, Vec<Diagnostic>) {
        let mut sheets = self.sheets(size);
        let rows = rows::order(&mut sheets, &self.records, &self.symbols);
        let mut read = self.columns(&sheets, &rows, size / BYTES_PER_ROW);
        let mut durations = Durations::default();
        let mut stated = Vec::with_capacity(sheets.len());
        for (kind, (sheets, rows)) in (0..).map(KindId).zip(sheets.into_iter().zip(rows)) {
            stated.push(self.stated(kind, sheets, rows, &mut read, &mut durations));
        }
        let codes = Codes { kinds: &read, durations: &durations.codes, evidence: &self.evidence };
        let layouts: Vec<Layout> = stated.into_par_iter().map(|stated| lay_out(stated, &codes)).collect();
        let tables = (0..).map(KindId).zip(layouts).zip(read);
        let kinds: Vec<KindTable> = tables
            .map(|((kind, layout), read)| self.kind_table(kind, layout, read.ids, read.index))
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

impl<'s> StoreBuilder<'s> {
    /// What is stated about a kind; what records state is moved out of them.
    fn stated(
        &mut self,
        kind: KindId,
        mut sheets: Sheets,
        mut rows: Rows,
        read: &mut [Read],
        durations: &mut Durations,
    ) -> Stated<'s> {
        let attributes = self.schema.kind(kind).map_or(&[][..], |def| &def.attributes);
        let taken = read
            .get_mut(kind.0 as usize)
            .map(|own| (std::mem::take(&mut own.pieces), std::mem::take(&mut own.backings)));
        let (pieces, backings) = taken.unwrap_or_default();
        add_unsound(&mut rows.careful, &pieces, &backings);
        self.read_carefully(&mut sheets, &rows.careful);
        let records = self.records_of(kind);
        records.iter().for_each(|record| self.check_references(*record, Targets { kinds: read }));
        let index = read.get(kind.0 as usize).map(|own| &own.index);
        let (statements, origins) = self.statements(attributes.len(), &records, index);
        let durations_of_tables = pieces.iter().flatten().flat_map(|piece| &piece.durations).copied();
        durations.add(durations_of_tables.chain(stated_durations(&statements)));
        take_records(&mut rows.sources, &origins);
        let attributed = attributes.iter().zip(pieces).zip(statements);
        let attributed = attributed.map(|((attribute, pieces), statements)| {
            let translations = pieces.iter().map(|piece| self.translation(piece, durations)).collect();
            Attributed { attribute, pieces, translations, statements }
        });
        Stated {
            attributed: attributed.collect(),
            evidence: backings.iter().map(|b| self.evidence_of(b)).collect(),
            backings,
            sheets,
            sources: rows.sources,
            origins,
        }
    }

    /// Reads rows, given by chunk, as records.
    fn read_carefully(&mut self, sheets: &mut Sheets, careful: &[Vec<u32>]) {
        let Sheets { tables, chunks } = sheets;
        for (number, table) in tables.iter_mut().enumerate() {
            let own = chunks.iter().zip(careful).filter(|(chunk, _)| chunk.table == number);
            let starts = own.flat_map(|(chunk, rows)| rows.iter().filter_map(|row| chunk.start(*row)));
            table::read_records(self, table, starts);
        }
    }

    fn records_of(&self, kind: KindId) -> Vec<usize> {
        let own = self.records.iter().enumerate().filter(|(_, record)| record.kind == kind);
        own.map(|(number, _)| number).collect()
    }

    /// What records state, per attribute, by row and then by place; and where the records begin.
    fn statements(
        &mut self,
        attributes: usize,
        records: &[usize],
        index: Option<&RowIndex>,
    ) -> (Vec<Statements>, Vec<(u32, Span)>) {
        let mut statements: Vec<Statements> = vec![Vec::new(); attributes];
        let mut origins = Vec::with_capacity(records.len());
        for number in records {
            let Some(record) = self.records.get_mut(*number) else { continue };
            let Some(row) = index.and_then(|index| index.find(record.id)) else { continue };
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

    fn translation(&mut self, piece: &Piece, durations: &Durations) -> Translation {
        let code = |duration| durations.codes.get(duration).copied().unwrap_or(UNKNOWN);
        let texts = piece.texts.iter().zip(&piece.hashes);
        Translation {
            texts: texts.map(|(text, hash)| self.symbols.intern_hashed(*hash, text).0).collect(),
            durations: piece.durations.iter().map(code).collect(),
        }
    }

    fn evidence_of(&mut self, backings: &Backings) -> Vec<EvidenceId> {
        backings.evidence.iter().map(|evidence| self.add_evidence(evidence.clone())).collect()
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
            amended: Arc::default(),
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

/// Adds, by chunk, the rows that only records can be made of.
fn add_unsound(careful: &mut [Vec<u32>], pieces: &[Vec<Piece>], backings: &[Backings]) {
    let sources = pieces.iter().flatten().flat_map(|piece| &piece.unsound);
    for (chunk, row) in sources.filter_map(|source| source.in_chunk()) {
        careful.get_mut(chunk).into_iter().for_each(|rows| rows.push(row as u32));
    }
    for (rows, backings) in careful.iter_mut().zip(backings) {
        rows.extend(&backings.unsound);
        rows.sort_unstable();
        rows.dedup();
    }
}

/// Rows that were read as records take their values from these.
fn take_records(sources: &mut [Source], origins: &[(u32, Span)]) {
    for (row, _) in origins {
        sources.get_mut(*row as usize).into_iter().for_each(|source| *source = Source::RECORDS);
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
