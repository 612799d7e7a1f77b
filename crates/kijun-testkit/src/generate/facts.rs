//! Facts as plain data, before they become a store: what a source says of each cell.

use std::collections::BTreeMap;

use kijun_facts::store::NO_EVIDENCE;
use kijun_facts::{
    AttrId, Date, Duration, Evidence, KindId, Scalar, Schema, Store, StoreBuilder, Type, Value,
};
use kijun_text::{FileId, Span};

use super::source::Source;
use super::values;

/// The facts of one facility.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    pub records: Vec<Record>,
    /// What is stated about registers: complete (true) or incomplete (false).
    pub registers: BTreeMap<KindId, bool>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub kind: KindId,
    pub id: String,
    /// What the sources say of each attribute; an attribute that nobody mentions is absent, one with several
    /// statements is in conflict.
    pub cells: BTreeMap<AttrId, Vec<Statement>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub stated: Stated,
    pub evidence: Option<Evidence>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Stated {
    Unknown,
    None,
    Known(Datum),
    Set { certain: Vec<Datum>, possible: Vec<Datum>, open: bool },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    Bool(bool),
    Int(i64),
    Decimal(i64),
    Text(String),
    Date(Date),
    Duration(Duration),
    Country([u8; 2]),
    Requirement(String),
    Enum(u32),
    Ref(String),
}

impl Facts {
    pub fn ids(&self, kind: KindId) -> Vec<String> {
        self.records.iter().filter(|r| r.kind == kind).map(|r| r.id.clone()).collect()
    }

    /// The store that these facts make.
    pub fn store(&self, schema: &Schema) -> Store {
        let mut builder = StoreBuilder::new(schema);
        let mut places = 0..;
        let mut place = || {
            let at = places.next().unwrap_or(0);
            Span::new(FileId(0), at, at + 1)
        };
        for (kind, complete) in &self.registers {
            builder.register(*kind, *complete, place());
        }
        for record in &self.records {
            let id = builder.record(record.kind, &record.id, place());
            for (attr, statements) in &record.cells {
                for statement in statements {
                    let value = value(&mut builder, &statement.stated);
                    let evidence = statement
                        .evidence
                        .clone()
                        .map_or(NO_EVIDENCE, |evidence| builder.add_evidence(evidence));
                    builder.set(id, *attr, value, place(), evidence);
                }
            }
        }
        let (store, problems) = builder.finish();
        assert!(problems.is_empty(), "generated facts have problems: {problems:?}");
        store
    }
}

fn value(builder: &mut StoreBuilder, stated: &Stated) -> Value {
    match stated {
        Stated::Unknown => Value::Unknown,
        Stated::None => Value::None,
        Stated::Known(datum) => Value::Scalar(scalar(builder, datum)),
        Stated::Set { certain, possible, open } => Value::Set {
            certain: certain.iter().map(|d| scalar(builder, d)).collect(),
            possible: possible.iter().map(|d| scalar(builder, d)).collect(),
            open: *open,
        },
    }
}

fn scalar(builder: &mut StoreBuilder, datum: &Datum) -> Scalar {
    match datum {
        Datum::Bool(b) => Scalar::Bool(*b),
        Datum::Int(n) => Scalar::Int(*n),
        Datum::Decimal(n) => Scalar::Decimal(*n),
        Datum::Text(text) => Scalar::Text(builder.intern(text)),
        Datum::Date(date) => Scalar::Date(*date),
        Datum::Duration(duration) => Scalar::Duration(*duration),
        Datum::Country(letters) => Scalar::Country(*letters),
        Datum::Requirement(id) => Scalar::Requirement(builder.intern(id)),
        Datum::Enum(code) => Scalar::Enum(*code),
        Datum::Ref(id) => Scalar::Ref(builder.intern(id)),
    }
}

/// What values a cell may have: the ids of the records that exist, per kind.
pub(crate) struct Pool<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) ids: BTreeMap<KindId, Vec<String>>,
}

impl<'a> Pool<'a> {
    pub(crate) fn of(schema: &'a Schema, facts: &Facts) -> Pool<'a> {
        let kinds = (0..schema.kinds.len() as u32).map(KindId);
        Pool { schema, ids: kinds.map(|k| (k, facts.ids(k))).collect() }
    }

    /// Every member that a set of this type may have.
    pub(crate) fn members(&self, element: &Type) -> Vec<Datum> {
        match element {
            Type::Text => values::TEXTS.iter().map(|t| Datum::Text((*t).to_owned())).collect(),
            Type::Country => values::COUNTRIES.iter().map(|c| Datum::Country(*c)).collect(),
            Type::Enum(id) => {
                let literals = self.schema.enumeration(*id).map_or(0, |e| e.literals.len() as u32);
                (0..literals).map(Datum::Enum).collect()
            }
            Type::Ref(kind) => self.ids[kind].iter().cloned().map(Datum::Ref).collect(),
            other => panic!("no sets of {other:?} are generated"),
        }
    }

    /// A value of a single-valued attribute; `None` when there is no record to refer to.
    pub(crate) fn datum(&self, source: &mut Source, ty: &Type) -> Option<Datum> {
        Some(match ty {
            Type::Bool => Datum::Bool(source.chance(50)),
            Type::Int => Datum::Int(values::int(source)),
            Type::Decimal => Datum::Decimal(values::decimal(source)),
            Type::Date => Datum::Date(values::date(source)),
            Type::Duration => Datum::Duration(values::duration(source)),
            Type::Requirement => Datum::Requirement(source.maybe_one(&self.schema.requirements)?),
            _ => return source.maybe_one(&self.members(ty)),
        })
    }

    /// A known value, or a whole set.
    pub(crate) fn known(&self, source: &mut Source, ty: &Type) -> Stated {
        if let Some(element) = ty.element() {
            let certain = source.some(&self.members(element), 45);
            return Stated::Set { certain, possible: Vec::new(), open: false };
        }
        self.datum(source, ty).map_or(Stated::Unknown, Stated::Known)
    }
}

/// Streams of choices for facts, one per record so that records shrink away one by one.
#[derive(Debug, Clone, Default)]
pub(crate) struct FactChoices {
    pub(crate) records: Vec<Vec<u8>>,
    pub(crate) attestations: Vec<Vec<u8>>,
    pub(crate) waivers: Vec<Vec<u8>>,
    pub(crate) registers: Vec<u8>,
    /// At most so many cells in conflict: the page bounds how many are tried.
    pub(crate) conflicts: usize,
}

/// So few cells in conflict that all of them are tried.
pub(crate) const CONFLICTS: usize = 3;

pub(crate) fn facts(schema: &Schema, kinds: &[KindId], choices: &FactChoices) -> Facts {
    let mut facts = Facts::default();
    let mut sources: Vec<Source> = choices.records.iter().map(|c| Source::new(c)).collect();
    for (i, source) in sources.iter_mut().enumerate() {
        let kind = source.one(kinds);
        facts.records.push(Record { kind, id: new_id(source, i), cells: BTreeMap::new() });
    }
    let pool = Pool::of(schema, &facts);
    let mut conflicts = choices.conflicts;
    for (record, source) in facts.records.iter_mut().zip(&mut sources) {
        fill(&pool, record, source, &mut conflicts);
    }
    registers(&mut facts, kinds, &mut Source::new(&choices.registers));
    let subjects: Vec<String> = facts.records.iter().map(|r| r.id.clone()).collect();
    for (i, choices) in choices.attestations.iter().enumerate() {
        facts.records.push(attestation(schema, &subjects, i, &mut Source::new(choices)));
    }
    for (i, choices) in choices.waivers.iter().enumerate() {
        facts.records.push(waiver(schema, &subjects, i, &mut Source::new(choices)));
    }
    facts
}

/// Ids in no particular order, so that a new record moves the rows of others.
pub(crate) fn new_id(source: &mut Source, number: usize) -> String {
    format!("{}{number}", source.one(&["m", "a", "z"]))
}

/// States something, or nothing, of every attribute.
pub(crate) fn fill(pool: &Pool, record: &mut Record, source: &mut Source, conflicts: &mut usize) {
    let attributes = &pool.schema.kinds[record.kind.0 as usize].attributes;
    for (a, attribute) in attributes.iter().enumerate() {
        let mut statements = Vec::new();
        match source.weighted(&[8, 64, 8, 10, 10]) {
            0 => {}
            1 => statements.push(pool.known(source, &attribute.ty)),
            2 => statements.push(Stated::Unknown),
            3 if attribute.optional => statements.push(Stated::None),
            3 => statements.push(partial(pool, source, &attribute.ty)),
            _ if *conflicts > 0 => {
                let count = 2 + source.below(2);
                statements.extend((0..count).map(|_| pool.known(source, &attribute.ty)));
                *conflicts -= 1;
            }
            _ => statements.push(partial(pool, source, &attribute.ty)),
        }
        let statements: Vec<Statement> = statements
            .into_iter()
            .map(|stated| Statement { stated, evidence: values::evidence(source) })
            .collect();
        if !statements.is_empty() {
            record.cells.insert(AttrId(a as u32), statements);
        }
    }
}

/// A set of which something is not known; of other types a known value.
fn partial(pool: &Pool, source: &mut Source, ty: &Type) -> Stated {
    let Some(element) = ty.element() else { return pool.known(source, ty) };
    let members = pool.members(element);
    let certain = source.some(&members, 30);
    let possible: Vec<Datum> =
        source.some(&members, 50).into_iter().filter(|m| !certain.contains(m)).collect();
    Stated::Set { certain, possible, open: source.chance(50) }
}

fn registers(facts: &mut Facts, kinds: &[KindId], source: &mut Source) {
    for kind in kinds {
        match source.weighted(&[40, 35, 25]) {
            0 => {}
            1 => {
                facts.registers.insert(*kind, true);
            }
            _ => {
                facts.registers.insert(*kind, false);
            }
        }
    }
}

/// Cells of a record of the prelude, by number of attribute.
struct Cells<'s, 'c>(BTreeMap<AttrId, Vec<Statement>>, &'s mut Source<'c>);

impl Cells<'_, '_> {
    /// States the datum; now and then something unknown instead, or something else as well.
    fn state(&mut self, attr: u32, datum: Datum, other: Datum) {
        let statements = match self.1.weighted(&[88, 4, 4, 4]) {
            0 => vec![Stated::Known(datum)],
            1 => vec![Stated::Unknown],
            2 => vec![Stated::Known(datum), Stated::Known(other)],
            _ => return,
        };
        let source = &mut *self.1;
        let statements =
            statements.into_iter().map(|stated| Statement { stated, evidence: values::evidence(source) });
        self.0.insert(AttrId(attr), statements.collect());
    }

    fn state_sometimes(&mut self, attr: u32, datum: Datum, percent: usize) {
        if self.1.chance(percent) {
            self.state(attr, datum.clone(), datum);
        }
    }
}

fn requirement_of(schema: &Schema, source: &mut Source) -> Datum {
    Datum::Requirement(source.one(&schema.requirements))
}

/// `requirement subject answer by date evidence reason`
fn attestation(schema: &Schema, subjects: &[String], number: usize, source: &mut Source) -> Record {
    let requirement = requirement_of(schema, source);
    let other_requirement = requirement_of(schema, source);
    let about = if source.chance(60) { source.maybe_one(subjects) } else { None };
    let (answer, other_answer) = (source.weighted(&[70, 15, 15]) as u32, source.below(3) as u32);
    let (by, other_by) = (source.below(3) as u32, source.below(3) as u32);
    let (date, other_date) = (values::date(source), values::date(source));
    let mut cells = Cells(BTreeMap::new(), source);
    cells.state(0, requirement, other_requirement);
    if let Some(id) = about {
        cells.state(1, Datum::Text(id), Datum::Text("t0".into()));
    }
    cells.state(2, Datum::Enum(answer), Datum::Enum(other_answer));
    cells.state(3, Datum::Enum(by), Datum::Enum(other_by));
    cells.state(4, Datum::Date(date), Datum::Date(other_date));
    cells.state_sometimes(6, Datum::Text("t1".into()), 60);
    let cells = cells.0;
    Record { kind: KindId(0), id: format!("att{number}"), cells }
}

/// `requirement subject approver reason compensating expires`
fn waiver(schema: &Schema, subjects: &[String], number: usize, source: &mut Source) -> Record {
    let requirement = requirement_of(schema, source);
    let other_requirement = requirement_of(schema, source);
    let about = if source.chance(60) { source.maybe_one(subjects) } else { None };
    let (expires, other_expires) = (values::date(source), values::date(source));
    let mut cells = Cells(BTreeMap::new(), source);
    cells.state(0, requirement, other_requirement);
    if let Some(id) = about {
        cells.state(1, Datum::Text(id), Datum::Text("t0".into()));
    }
    cells.state(2, Datum::Text("t0".into()), Datum::Text("t1".into()));
    cells.state(3, Datum::Text("t1".into()), Datum::Text("t2".into()));
    cells.state(5, Datum::Date(expires), Datum::Date(other_expires));
    let cells = cells.0;
    Record { kind: KindId(1), id: format!("w{number}"), cells }
}
