//! Collects facts from any number of sources, and lays out the store.
//!
//! Documents (TOML, JSON, YAML) and whoever calls [`StoreBuilder::record`] state records one by one; they are kept
//! as they are stated. Tables are kept as text until [`StoreBuilder::finish`]: only when the ids of all records are
//! known can their cells be read at once, references included. Then, in this order:
//!
//! 1. the rows of all tables are found, with the places of their cells (`crate::read::scan`; parallel, by ranges of rows);
//! 2. rows and records are put in the order of their ids (`rows`; parallel by kind);
//! 3. cells are read into columns in that order (`columns` and `crate::read::cells`; parallel, by attribute and ranges
//!    of rows), while ids are interned; references are found in an index of their own (`ids`). A row about which anything is
//!    to be said - its syntax, a value, a dangling reference - and every row whose id is stated more than once is read
//!    again as a record, with its diagnostics;
//! 4. records are checked and merged (`references`, `merge`) and take their places in the columns (`layout`; parallel
//!    by attribute). Places stay as they were found: few are asked for.
//!
//! Ranges of rows are cut by size alone, so that the number of threads changes nothing.

mod columns;
mod finish;
mod ids;
mod layout;
mod merge;
mod references;
mod rows;
#[cfg(test)]
mod tests;

pub(crate) use ids::IdIndex;
use kijun_text::{Diagnostic, Span};
use rustc_hash::FxHashMap;

use crate::literals::Literals;
use crate::read::{Names, Table};
use crate::requirements::RequirementIndex;
use crate::schema::{AttrId, KindId, Schema};
use crate::store::{Alternative, Evidence, EvidenceId, Store};
use crate::suggest::Suggestions;
use crate::symbols::Symbols;
use crate::value::{Symbol, Value};

/// About how many bytes of a table are read at once by one thread.
pub(crate) const CHUNK: usize = 256 << 10;

/// Handle of a record while a store is being built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordId(u32);

impl<'s> Names<'s> for StoreBuilder<'s> {
    fn schema(&self) -> &'s Schema {
        self.schema
    }

    fn literals(&self) -> &Literals {
        self.schema.literals()
    }

    fn intern(&mut self, text: &str) -> Symbol {
        self.symbols.intern(text)
    }

    fn find_requirement(&mut self, text: &str) -> Option<&'s str> {
        let schema = self.schema;
        self.requirements.get_or_insert_with(|| RequirementIndex::new(schema)).find(text)
    }

    fn nearest<'a>(&mut self, text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        self.suggestions.nearest(text, names)
    }
}

#[derive(Debug)]
struct PendingRecord {
    kind: KindId,
    id: Symbol,
    origin: Span,
    cells: Vec<(AttrId, Alternative)>,
}

/// Collects records from any number of sources, then checks references, finds conflicts and lays
/// out columns. The order of sources and records does not matter to what is built.
#[derive(Debug)]
pub struct StoreBuilder<'s> {
    schema: &'s Schema,
    symbols: Symbols,
    evidence: Vec<Evidence>,
    evidence_index: FxHashMap<Evidence, EvidenceId>,
    records: Vec<PendingRecord>,
    by_id: FxHashMap<(KindId, Symbol), RecordId>,
    registers: Vec<Vec<(bool, Span)>>,
    /// Lists of records without any record.
    empty: Vec<(KindId, Span)>,
    /// Places of the members of sets of references, by the place of the set.
    members: FxHashMap<(Span, Symbol), Span>,
    pub(crate) suggestions: Suggestions,
    /// Made when the first requirement is looked up.
    requirements: Option<RequirementIndex<'s>>,
    /// Tables whose header is read and whose rows are not.
    tables: Vec<Table>,
    diagnostics: Vec<Diagnostic>,
}

impl<'s> StoreBuilder<'s> {
    pub fn new(schema: &'s Schema) -> StoreBuilder<'s> {
        StoreBuilder {
            schema,
            symbols: Symbols::default(),
            evidence: Vec::new(),
            evidence_index: FxHashMap::default(),
            records: Vec::new(),
            by_id: FxHashMap::default(),
            registers: vec![Vec::new(); schema.kinds.len()],
            empty: Vec::new(),
            members: FxHashMap::default(),
            suggestions: Suggestions::default(),
            requirements: None,
            tables: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    pub fn schema(&self) -> &'s Schema {
        self.schema
    }

    pub fn intern(&mut self, text: &str) -> Symbol {
        self.symbols.intern(text)
    }

    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        self.symbols.text(symbol)
    }

    pub fn add_evidence(&mut self, evidence: Evidence) -> EvidenceId {
        if let Some(id) = self.evidence_index.get(&evidence) {
            return *id;
        }
        let id = EvidenceId(self.evidence.len() as u32);
        self.evidence.push(evidence.clone());
        self.evidence_index.insert(evidence, id);
        id
    }

    /// The record with this id, made when it is first mentioned. `origin` is the record's place (its
    /// id); the first one in the order of sources is kept.
    pub fn record(&mut self, kind: KindId, id: &str, origin: Span) -> RecordId {
        let id = self.symbols.intern(id);
        if let Some(record) = self.by_id.get(&(kind, id)) {
            if let Some(pending) = self.records.get_mut(record.0 as usize) {
                pending.origin = pending.origin.min(origin);
            }
            return *record;
        }
        let record = RecordId(self.records.len() as u32);
        self.records.push(PendingRecord { kind, id, origin, cells: Vec::new() });
        self.by_id.insert((kind, id), record);
        record
    }

    /// States a value of an attribute; the value must fit the attribute's type. Several statements of
    /// the same value agree, of different values conflict.
    pub fn set(&mut self, record: RecordId, attr: AttrId, value: Value, origin: Span, evidence: EvidenceId) {
        if let Some(pending) = self.records.get_mut(record.0 as usize) {
            pending.cells.push((attr, Alternative { value, origin, evidence }));
        }
    }

    /// The place of one member of a set of references, so that a dangling one is shown there; `set` is
    /// the origin that [`StoreBuilder::set`] is given.
    pub fn member(&mut self, set: Span, id: Symbol, origin: Span) {
        self.members.entry((set, id)).or_insert(origin);
    }

    /// States that a kind's register is complete, or that it is not.
    pub fn register(&mut self, kind: KindId, complete: bool, origin: Span) {
        if let Some(statements) = self.registers.get_mut(kind.0 as usize) {
            statements.push((complete, origin));
        }
    }

    /// Notes an empty list of records. It does not say that there are none: a warning asks for that
    /// statement, unless another source makes it or lists a record.
    pub fn empty_list(&mut self, kind: KindId, origin: Span) {
        self.empty.push((kind, origin));
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// A table whose rows are read when the store is finished.
    pub(crate) fn table(&mut self, table: Table) {
        self.tables.push(table);
    }

    /// Reads what is left, and lays out the store. Dangling references are reported and read as unknown.
    pub fn finish(self) -> (Store, Vec<Diagnostic>) {
        self.finish_by(CHUNK)
    }
}
