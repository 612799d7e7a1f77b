//! Columns of facts. A kind with `n` records has rows `0..n`, then one row that stands for a record
//! we do not know ([`KindTable::unknown_row`]: every attribute unknown) and one for "no record"
//! ([`KindTable::none_row`]: every attribute none), so that a path over an unknown or absent reference is one
//! array read.

use kijun_text::{Diagnostic, Label, Span};
use rustc_hash::FxHashMap;

use crate::literals::Literals;
use crate::read::short;
use crate::requirements::RequirementIndex;
use crate::schema::{AttrId, KindDef, KindId, Schema, Type};
use crate::suggest::Suggestions;
use crate::value::{Date, Scalar, Symbol, Symbols, Value};

/// Code of an unknown value in a column of codes.
pub const UNKNOWN: u32 = u32::MAX;
/// Code of "none" in a column of codes.
pub const NONE: u32 = u32::MAX - 1;
/// No evidence stated for a cell.
pub const NO_EVIDENCE: EvidenceId = EvidenceId(u32::MAX);
/// Bounds of an interval that is open on that side.
pub const MINUS_INFINITY: i64 = i64::MIN;
pub const PLUS_INFINITY: i64 = i64::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EvidenceId(pub u32);

/// What backs a fact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Evidence {
    pub source: Option<String>,
    pub as_of: Option<Date>,
    pub recorded_by: Option<String>,
    pub valid_until: Option<Date>,
    /// Code in the built-in ordered enum `grade` (0 oral … 4 audited).
    pub grade: Option<u32>,
}

/// What the facts say about a kind's register as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// No record and no statement: nothing is known.
    Unmentioned,
    /// Records, and no statement: read as the whole register, not attested.
    Recorded,
    /// Stated to be complete.
    Complete,
    /// Stated to be incomplete: there may be more.
    Incomplete,
}

impl Register {
    /// Whether there may be records that are not listed.
    pub fn is_open(self) -> bool {
        matches!(self, Register::Unmentioned | Register::Incomplete)
    }
}

/// Members of a set per row: `items[offsets[r]..splits[r]]` are certain, `items[splits[r]..offsets[r + 1]]` possible.
#[derive(Debug, Clone, Default)]
pub struct SetColumn {
    pub offsets: Vec<u32>,
    pub splits: Vec<u32>,
    pub items: Vec<u32>,
    pub open: Vec<bool>,
}

impl SetColumn {
    fn push(&mut self, certain: &[u32], possible: &[u32], open: bool) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.items.extend_from_slice(certain);
        self.splits.push(self.items.len() as u32);
        self.items.extend_from_slice(possible);
        self.offsets.push(self.items.len() as u32);
        self.open.push(open);
    }

    /// Makes the sets of these rows (ascending) unknown: empty and open.
    pub fn forget(&mut self, rows: &[usize]) {
        let old = std::mem::take(self);
        for row in 0..old.splits.len() {
            if rows.binary_search(&row).is_ok() {
                self.push(&[], &[], true);
            } else {
                self.push(old.certain(row), old.possible(row), old.is_open(row));
            }
        }
    }

    pub fn certain(&self, row: usize) -> &[u32] {
        let (Some(a), Some(b)) = (self.offsets.get(row), self.splits.get(row)) else { return &[] };
        self.items.get(*a as usize..*b as usize).unwrap_or(&[])
    }

    pub fn possible(&self, row: usize) -> &[u32] {
        let (Some(a), Some(b)) = (self.splits.get(row), self.offsets.get(row + 1)) else { return &[] };
        self.items.get(*a as usize..*b as usize).unwrap_or(&[])
    }

    pub fn is_open(&self, row: usize) -> bool {
        self.open.get(row).copied().unwrap_or(true)
    }
}

/// The values of one attribute, one per row (records, then the unknown row, then the none row).
#[derive(Debug, Clone)]
pub enum Column {
    /// Bool (0/1), text, country, requirement, duration, enum: codes; references: rows of the target kind.
    /// [`UNKNOWN`] and [`NONE`] mark what has no value.
    Codes(Vec<u32>),
    /// Int, decimal, date: intervals. `lo > hi` marks none; open bounds mark unknown.
    Numbers {
        lo: Vec<i64>,
        hi: Vec<i64>,
    },
    Sets(SetColumn),
}

/// One of the values that sources state for the same cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    pub value: Value,
    pub origin: Span,
    pub evidence: EvidenceId,
}

/// A cell about which sources disagree.
#[derive(Debug, Clone)]
pub struct Conflict {
    pub attr: AttrId,
    pub row: u32,
    pub alternatives: Vec<Alternative>,
}

#[derive(Debug, Clone)]
pub struct KindTable {
    pub kind: KindId,
    pub register: Register,
    pub register_origin: Option<Span>,
    /// Ids of the records, in the order in which they are reported (by id).
    pub ids: Vec<Symbol>,
    index: FxHashMap<Symbol, u32>,
    /// Where each record begins.
    origins: Vec<Span>,
    pub columns: Vec<Column>,
    /// Per attribute and record: whether a value is recorded (not missing, unknown or in conflict).
    known: Vec<Vec<bool>>,
    /// Per attribute and record: where the value stands; the record's own place when nothing is stated.
    cells: Vec<Vec<Span>>,
    /// Per attribute and record: what backs the value.
    evidence: Vec<Vec<EvidenceId>>,
    /// By attribute, then by row.
    pub conflicts: Vec<Conflict>,
}

impl KindTable {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The row that stands for a record we do not know.
    pub fn unknown_row(&self) -> usize {
        self.ids.len()
    }

    /// The row that stands for "no record".
    pub fn none_row(&self) -> usize {
        self.ids.len() + 1
    }

    pub fn column(&self, attr: AttrId) -> Option<&Column> {
        self.columns.get(attr.0 as usize)
    }

    /// The row of the record with this id.
    pub fn find(&self, id: Symbol) -> Option<u32> {
        self.index.get(&id).copied()
    }

    /// Where a record begins.
    pub fn place(&self, row: usize) -> Span {
        self.origins.get(row).copied().unwrap_or_default()
    }

    /// Whether a source states something about a cell, be it that it is not known.
    pub fn is_stated(&self, attr: AttrId, row: usize) -> bool {
        self.origins.get(row).is_some_and(|origin| *origin != self.cell(attr, row))
    }

    pub fn conflict(&self, attr: AttrId, row: u32) -> Option<&Conflict> {
        let found = self.conflicts.binary_search_by_key(&(attr, row), |c| (c.attr, c.row)).ok()?;
        self.conflicts.get(found)
    }

    pub fn evidence_of(&self, attr: AttrId, row: usize) -> EvidenceId {
        self.evidence.get(attr.0 as usize).and_then(|e| e.get(row)).copied().unwrap_or(NO_EVIDENCE)
    }

    pub fn cell(&self, attr: AttrId, row: usize) -> Span {
        self.cells.get(attr.0 as usize).and_then(|c| c.get(row)).copied().unwrap_or_default()
    }

    pub fn is_known(&self, attr: AttrId, row: usize) -> bool {
        self.known.get(attr.0 as usize).and_then(|k| k.get(row)).copied().unwrap_or(false)
    }
}

/// All facts of one facility, typed and indexed. Immutable once built.
#[derive(Debug, Clone)]
pub struct Store {
    pub kinds: Vec<KindTable>,
    pub symbols: Symbols,
    pub durations: Vec<crate::value::Duration>,
    pub evidence: Vec<Evidence>,
}

impl Store {
    pub fn kind(&self, kind: KindId) -> Option<&KindTable> {
        self.kinds.get(kind.0 as usize)
    }

    pub fn evidence(&self, id: EvidenceId) -> Option<&Evidence> {
        self.evidence.get(id.0 as usize)
    }

    /// Whether the evidence of any statement, values in conflict included, meets a condition.
    pub fn any_evidence(&self, test: impl FnMut(&Evidence) -> bool) -> bool {
        self.evidence.iter().any(test)
    }

    pub fn has_conflicts(&self) -> bool {
        self.kinds.iter().any(|k| !k.conflicts.is_empty())
    }

    pub fn id_text(&self, kind: KindId, row: usize) -> &str {
        self.kind(kind).and_then(|k| k.ids.get(row)).map_or("?", |s| self.symbols.text(*s))
    }

    pub fn row(&self, kind: KindId, id: &str) -> Option<u32> {
        self.kind(kind)?.find(self.symbols.find(id)?)
    }

    /// The code that a scalar has in columns of its type; `None` for numbers and for texts and
    /// durations that no fact mentions.
    pub fn code(&self, scalar: Scalar) -> Option<u32> {
        match scalar {
            Scalar::Bool(b) => Some(u32::from(b)),
            Scalar::Text(s) | Scalar::Requirement(s) | Scalar::Ref(s) => Some(s.0),
            Scalar::Duration(d) => self.durations.iter().position(|x| *x == d).map(|i| i as u32),
            Scalar::Country(c) => Some(country_code(c)),
            Scalar::Enum(code) => Some(code),
            Scalar::Int(_) | Scalar::Decimal(_) | Scalar::Date(_) => None,
        }
    }
}

/// The code of a country in columns: its two letters.
pub fn country_code(letters: [u8; 2]) -> u32 {
    u32::from(u16::from_be_bytes(letters))
}

/// The two letters of a country code.
pub fn country_letters(code: u32) -> String {
    (code as u16).to_be_bytes().iter().map(|b| char::from(*b)).collect()
}

/// Handle of a record while a store is being built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordId(u32);

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
    pub(crate) literals: Literals,
    /// Ids by kind, made when the first reference is found to be dangling.
    known_ids: Option<Vec<Vec<Symbol>>>,
    /// Made when the first requirement is looked up.
    requirements: Option<RequirementIndex<'s>>,
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
            literals: Literals::new(schema),
            known_ids: None,
            requirements: None,
            diagnostics: Vec::new(),
        }
    }

    pub fn schema(&self) -> &'s Schema {
        self.schema
    }

    pub fn intern(&mut self, text: &str) -> Symbol {
        self.symbols.intern(text)
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

    /// The qualified id of a requirement, given exactly or with (or without) its catalogue's edition.
    pub fn find_requirement(&mut self, text: &str) -> Option<&'s str> {
        let schema = self.schema;
        self.requirements.get_or_insert_with(|| RequirementIndex::new(schema)).find(text)
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

    /// Lays out the store. Dangling references are reported and read as unknown.
    pub fn finish(mut self) -> (Store, Vec<Diagnostic>) {
        let mut tables = self.tables();
        let mut durations = Vec::new();
        for record in 0..self.records.len() {
            self.check_references(record);
        }
        for table in &mut tables {
            self.fill(table, &mut durations);
        }
        self.fix_reference_codes(&mut tables);
        self.check_empty_lists(&tables);
        self.diagnostics.sort_by_key(|d| d.span);
        (Store { kinds: tables, symbols: self.symbols, durations, evidence: self.evidence }, self.diagnostics)
    }

    fn check_empty_lists(&mut self, tables: &[KindTable]) {
        for (kind, origin) in std::mem::take(&mut self.empty) {
            let unmentioned = tables.iter().any(|t| t.kind == kind && t.register == Register::Unmentioned);
            if let Some(def) = self.schema.kind(kind).filter(|_| unmentioned) {
                self.diagnostics.push(empty_list(def, origin));
            }
        }
    }

    fn tables(&mut self) -> Vec<KindTable> {
        let mut tables: Vec<KindTable> = Vec::with_capacity(self.schema.kinds.len());
        for (i, statements) in self.registers.iter().enumerate() {
            let kind = KindId(i as u32);
            let mut ids: Vec<Symbol> = self.records.iter().filter(|r| r.kind == kind).map(|r| r.id).collect();
            ids.sort_by(|a, b| self.symbols.text(*a).cmp(self.symbols.text(*b)));
            let index = ids.iter().enumerate().map(|(row, id)| (*id, row as u32)).collect();
            let register = if statements.iter().any(|(complete, _)| !complete) {
                Register::Incomplete
            } else if !statements.is_empty() {
                Register::Complete
            } else if ids.is_empty() {
                Register::Unmentioned
            } else {
                Register::Recorded
            };
            let register_origin = statements.iter().map(|(_, origin)| *origin).min();
            tables.push(KindTable {
                kind,
                register,
                register_origin,
                origins: vec![Span::default(); ids.len()],
                ids,
                index,
                columns: Vec::new(),
                known: Vec::new(),
                cells: Vec::new(),
                evidence: Vec::new(),
                conflicts: Vec::new(),
            });
        }
        tables
    }

    /// Replaces dangling references by unknown ones, with an error at their place.
    fn check_references(&mut self, record: usize) {
        let Some(kind) = self.records.get(record).map(|r| r.kind) else { return };
        let Some(def) = self.schema.kind(kind) else { return };
        let Some(cells) = self.records.get_mut(record).map(|r| std::mem::take(&mut r.cells)) else { return };
        let mut checked = Vec::with_capacity(cells.len());
        for (attr, mut alternative) in cells {
            let target = def.get(attr).and_then(|a| match &a.ty {
                Type::Ref(k) => Some(*k),
                Type::Set(inner) => match **inner {
                    Type::Ref(k) => Some(k),
                    _ => None,
                },
                _ => None,
            });
            if let Some(target) = target {
                alternative.value = self.resolve(alternative.value, target, alternative.origin);
            }
            checked.push((attr, alternative));
        }
        if let Some(pending) = self.records.get_mut(record) {
            pending.cells = checked;
        }
    }

    fn resolve(&mut self, value: Value, target: KindId, origin: Span) -> Value {
        match value {
            Value::Scalar(Scalar::Ref(id)) if !self.by_id.contains_key(&(target, id)) => {
                self.dangling(target, id, origin);
                Value::Unknown
            }
            Value::Set { certain, possible, mut open } => {
                let mut keep = |builder: &mut Self, members: Vec<Scalar>| -> Vec<Scalar> {
                    let mut kept = Vec::with_capacity(members.len());
                    for member in members {
                        match member {
                            Scalar::Ref(id) if !builder.by_id.contains_key(&(target, id)) => {
                                builder.dangling(target, id, origin);
                                open = true;
                            }
                            other => kept.push(other),
                        }
                    }
                    kept
                };
                let certain = keep(self, certain);
                let possible = keep(self, possible);
                Value::Set { certain, possible, open }
            }
            other => other,
        }
    }

    fn dangling(&mut self, target: KindId, id: Symbol, origin: Span) {
        let origin = self.members.get(&(origin, id)).copied().unwrap_or(origin);
        let kind = self.schema.kind(target).map_or("", |k| k.name.as_str());
        let label = self.schema.kind(target).map(|k| k.label.clone()).unwrap_or_default();
        let id = self.symbols.text(id);
        let known = self.known_ids.get_or_insert_with(|| ids_by_kind(self.schema, &self.records));
        let known = known.get(target.0 as usize).into_iter().flatten();
        let similar = self.suggestions.nearest(id, known.map(|id| self.symbols.text(*id)));
        let id = short(id);
        let ja = label.or(kijun_text::Lang::Ja, kind);
        // An English sentence takes the kind's name rather than a Japanese label.
        let en = if label.en.is_empty() { kind } else { label.en.as_str() };
        let mut diagnostic = Diagnostic::error(
            "K0504",
            origin,
            Label::new(format!("{ja} `{id}` は登録されていません"), format!("there is no {en} `{id}`")),
        )
        .label("参照先がありません", "nothing has this id");
        diagnostic = match similar {
            Some(_) => diagnostic.suggest(similar),
            None => diagnostic.help(
                format!("`{kind}` に id `{id}` の行を加えるか、分からないときは `?` と書いてください"),
                format!("add a `{kind}` with the id `{id}`, or write `?` when it is not known"),
            ),
        };
        self.diagnostics.push(diagnostic);
    }

    fn fill(&mut self, table: &mut KindTable, durations: &mut Vec<crate::value::Duration>) {
        let Some(def) = self.schema.kind(table.kind) else { return };
        let n = table.len();
        let statements = self.statements(table, def.attributes.len());
        for (a, (attribute, cells)) in def.attributes.iter().zip(statements).enumerate() {
            let attr = AttrId(a as u32);
            let mut known = Vec::with_capacity(n);
            let mut origins = Vec::with_capacity(n);
            let mut evidence = Vec::with_capacity(n);
            let mut values = Vec::with_capacity(n + 2);
            let mut cells = cells.into_iter().peekable();
            for row in 0..n {
                let record_origin = table.origins.get(row).copied().unwrap_or_default();
                let next = || cells.next_if(|(r, _)| *r as usize == row).map(|(_, alternative)| alternative);
                let merged = merge(std::iter::from_fn(next), &self.evidence);
                let value = match merged {
                    Merged::Nothing => {
                        origins.push(record_origin);
                        evidence.push(NO_EVIDENCE);
                        known.push(attribute.optional);
                        if attribute.optional { Value::None } else { Value::Unknown }
                    }
                    Merged::One(one) => {
                        origins.push(one.origin);
                        evidence.push(one.evidence);
                        known.push(is_whole(&one.value));
                        one.value
                    }
                    Merged::Several(alternatives) => {
                        origins.push(alternatives.first().map_or(record_origin, |a| a.origin));
                        evidence.push(alternatives.first().map_or(NO_EVIDENCE, |a| a.evidence));
                        known.push(false);
                        table.conflicts.push(Conflict { attr, row: row as u32, alternatives });
                        Value::Unknown
                    }
                };
                values.push(value);
            }
            values.push(Value::Unknown);
            values.push(Value::None);
            table.columns.push(column(&attribute.ty, &values, durations));
            table.known.push(known);
            table.cells.push(origins);
            table.evidence.push(evidence);
        }
    }

    /// What the records state, moved out of them: per attribute, by row and then by place.
    fn statements(&mut self, table: &mut KindTable, attributes: usize) -> Vec<Vec<(u32, Alternative)>> {
        let mut statements = vec![Vec::new(); attributes];
        for record in self.records.iter_mut().filter(|r| r.kind == table.kind) {
            let Some(row) = table.index.get(&record.id).copied() else { continue };
            if let Some(origin) = table.origins.get_mut(row as usize) {
                *origin = record.origin;
            }
            for (attr, alternative) in std::mem::take(&mut record.cells) {
                if let Some(cells) = statements.get_mut(attr.0 as usize) {
                    cells.push((row, alternative));
                }
            }
        }
        for cells in &mut statements {
            cells.sort_by_key(|(row, alternative)| (*row, alternative.origin));
        }
        statements
    }

    /// References were stored as symbols; turn them into rows, now that all tables exist.
    fn fix_reference_codes(&self, tables: &mut [KindTable]) {
        let indexes: Vec<FxHashMap<Symbol, u32>> = tables.iter().map(|t| t.index.clone()).collect();
        for table in tables.iter_mut() {
            let Some(def) = self.schema.kind(table.kind) else { continue };
            for (attribute, column) in def.attributes.iter().zip(&mut table.columns) {
                let target = match &attribute.ty {
                    Type::Ref(k) => *k,
                    Type::Set(inner) => match **inner {
                        Type::Ref(k) => k,
                        _ => continue,
                    },
                    _ => continue,
                };
                let Some(index) = indexes.get(target.0 as usize) else { continue };
                let fix = |code: &mut u32| {
                    if *code < NONE {
                        *code = index.get(&Symbol(*code)).copied().unwrap_or(UNKNOWN);
                    }
                };
                match column {
                    Column::Codes(codes) => codes.iter_mut().for_each(fix),
                    Column::Sets(sets) => sort_members(sets, fix),
                    Column::Numbers { .. } => {}
                }
            }
        }
    }
}

fn ids_by_kind(schema: &Schema, records: &[PendingRecord]) -> Vec<Vec<Symbol>> {
    let mut ids = vec![Vec::new(); schema.kinds.len()];
    for record in records {
        if let Some(ids) = ids.get_mut(record.kind.0 as usize) {
            ids.push(record.id);
        }
    }
    ids
}

fn empty_list(def: &KindDef, origin: Span) -> Diagnostic {
    let (name, ja) = (&def.name, def.label.or(kijun_text::Lang::Ja, &def.name));
    let message = Label::new(
        format!("空の一覧だけでは、「{ja}」が無いとは言えません"),
        format!("an empty list does not say that there is no `{name}`"),
    );
    Diagnostic::warning("K0512", origin, message).help(
        format!("1件も無いと確認したら `complete.{name} = true` と書いてください"),
        format!("write `complete.{name} = true` when it is certain that there is none"),
    )
}

fn sort_members(sets: &mut SetColumn, mut fix: impl FnMut(&mut u32)) {
    sets.items.iter_mut().for_each(&mut fix);
    for row in 0..sets.splits.len() {
        let (Some(a), Some(s), Some(b)) =
            (sets.offsets.get(row), sets.splits.get(row), sets.offsets.get(row + 1))
        else {
            continue;
        };
        let (a, s, b) = (*a as usize, *s as usize, *b as usize);
        if let Some(certain) = sets.items.get_mut(a..s) {
            certain.sort_unstable();
        }
        if let Some(possible) = sets.items.get_mut(s..b) {
            possible.sort_unstable();
        }
    }
}

/// Whether a value leaves nothing open.
fn is_whole(value: &Value) -> bool {
    match value {
        Value::Unknown => false,
        Value::Set { possible, open, .. } => possible.is_empty() && !open,
        Value::None | Value::Scalar(_) => true,
    }
}

enum Merged {
    Nothing,
    One(Alternative),
    Several(Vec<Alternative>),
}

/// Statements of one cell: equal ones agree and keep the best evidence, and "unknown" gives way to
/// any value.
fn merge(mut alternatives: impl Iterator<Item = Alternative>, evidence: &[Evidence]) -> Merged {
    let Some(mut first) = alternatives.next() else { return Merged::Nothing };
    normalise(&mut first.value);
    // Almost every cell is stated once: no list is needed.
    let Some(second) = alternatives.next() else { return Merged::One(first) };
    let rank = |a: &Alternative| evidence_rank(evidence.get(a.evidence.0 as usize));
    let mut distinct = vec![first];
    for mut alternative in std::iter::once(second).chain(alternatives) {
        normalise(&mut alternative.value);
        match distinct.iter_mut().find(|d| d.value == alternative.value) {
            None => distinct.push(alternative),
            Some(kept) if rank(&alternative) > rank(kept) => *kept = alternative,
            Some(_) => {}
        }
    }
    if distinct.iter().any(|a| a.value != Value::Unknown) {
        distinct.retain(|a| a.value != Value::Unknown);
    }
    match distinct.len() {
        0 => Merged::Nothing,
        1 => distinct.pop().map_or(Merged::Nothing, Merged::One),
        _ => Merged::Several(distinct),
    }
}

/// Order of evidence, best last: by grade, then by how long it is valid. Evidence without an end
/// never expires.
fn evidence_rank(evidence: Option<&Evidence>) -> (Option<u32>, i32) {
    evidence.map_or((None, i32::MAX), |e| (e.grade, e.valid_until.map_or(i32::MAX, |d| d.last)))
}

/// One form for what says the same: sets in one order, without repetition, certain before possible;
/// the empty set is none, and a set of which nothing is known is unknown.
fn normalise(value: &mut Value) {
    let Value::Set { certain, possible, open } = value else { return };
    certain.sort_unstable();
    certain.dedup();
    possible.sort_unstable();
    possible.dedup();
    possible.retain(|p| certain.binary_search(p).is_err());
    if certain.is_empty() && possible.is_empty() {
        *value = if *open { Value::Unknown } else { Value::None };
    }
}

/// The interval of a number in columns.
pub fn number_bounds(scalar: Scalar) -> (i64, i64) {
    match scalar {
        Scalar::Int(n) | Scalar::Decimal(n) => (n, n),
        Scalar::Date(d) => (i64::from(d.first), i64::from(d.last)),
        _ => (MINUS_INFINITY, PLUS_INFINITY),
    }
}

fn code_of(scalar: Scalar, durations: &mut Vec<crate::value::Duration>) -> u32 {
    match scalar {
        Scalar::Bool(b) => u32::from(b),
        Scalar::Text(s) | Scalar::Requirement(s) | Scalar::Ref(s) => s.0,
        Scalar::Country(c) => country_code(c),
        Scalar::Enum(code) => code,
        Scalar::Duration(d) => match durations.iter().position(|x| *x == d) {
            Some(i) => i as u32,
            None => {
                durations.push(d);
                (durations.len() - 1) as u32
            }
        },
        Scalar::Int(_) | Scalar::Decimal(_) | Scalar::Date(_) => UNKNOWN,
    }
}

fn column(ty: &Type, values: &[Value], durations: &mut Vec<crate::value::Duration>) -> Column {
    if ty.element().is_some() {
        let mut sets = SetColumn::default();
        for value in values {
            match value {
                Value::Set { certain, possible, open } => {
                    let certain: Vec<u32> = certain.iter().map(|s| code_of(*s, durations)).collect();
                    let possible: Vec<u32> = possible.iter().map(|s| code_of(*s, durations)).collect();
                    sets.push(&certain, &possible, *open);
                }
                Value::None => sets.push(&[], &[], false),
                Value::Unknown | Value::Scalar(_) => sets.push(&[], &[], true),
            }
        }
        sort_members(&mut sets, |_| {});
        return Column::Sets(sets);
    }
    if ty.is_numeric() {
        let bounds = values.iter().map(|v| match v {
            Value::Scalar(s) => number_bounds(*s),
            Value::None => (1, 0),
            _ => (MINUS_INFINITY, PLUS_INFINITY),
        });
        let (lo, hi) = bounds.unzip();
        return Column::Numbers { lo, hi };
    }
    Column::Codes(
        values
            .iter()
            .map(|v| match v {
                Value::Scalar(s) => code_of(*s, durations),
                Value::None => NONE,
                _ => UNKNOWN,
            })
            .collect(),
    )
}
