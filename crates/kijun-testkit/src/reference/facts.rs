//! The facts as one plain map from cell to content, copied from the store once.

use std::collections::BTreeMap;

use kijun_engine::program::Program;
use kijun_facts::store::{MINUS_INFINITY, NO_EVIDENCE, NONE, PLUS_INFINITY, UNKNOWN};
use kijun_facts::{AttrId, Column, Date, Evidence, KindId, Register, Scalar, Store, Symbol, Type, Value};

use super::truth::{Code, Interval, Members, Val};

/// One attribute of one record.
pub(crate) type CellKey = (KindId, u32, AttrId);

/// "A cell is known, **none** …, **unknown** … or **in conflict**".
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) content: Content,
    pub(crate) evidence: Option<Evidence>,
    /// A source says something, be it `none` or `?`.
    pub(crate) recorded: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Single(Val),
    Set(Members),
    Conflict(Vec<Cell>),
}

impl Content {
    /// What an unknown cell of this type reads as.
    pub(crate) fn unknown(ty: &Type) -> Content {
        match ty {
            Type::Set(_) => Content::Set(Members::unknown()),
            Type::Int | Type::Decimal | Type::Date => Content::Single(Val::Num(Interval::UNKNOWN)),
            _ => Content::Single(Val::Unknown),
        }
    }

    pub(crate) fn none(ty: &Type) -> Content {
        match ty {
            Type::Set(_) => Content::Set(Members::empty()),
            _ => Content::Single(Val::None),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct KindFacts {
    pub(crate) register: Register,
    /// Ids of the records, by row.
    pub(crate) ids: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) kinds: BTreeMap<KindId, KindFacts>,
    pub(crate) cells: BTreeMap<CellKey, Cell>,
}

impl Facts {
    pub(crate) fn copy(program: &Program, store: &Store) -> Facts {
        let mut facts = Facts { kinds: BTreeMap::new(), cells: BTreeMap::new() };
        for table in &store.kinds {
            let ids = table.ids.iter().map(|s| store.symbols.text(*s).to_owned()).collect();
            facts.kinds.insert(table.kind, KindFacts { register: table.register, ids });
            let Some(def) = program.schema.kind(table.kind) else { continue };
            for (a, attribute) in def.attributes.iter().enumerate() {
                let attr = AttrId(a as u32);
                for row in 0..table.len() as u32 {
                    let cell = copy_cell(store, table.kind, attr, row, &attribute.ty);
                    facts.cells.insert((table.kind, row, attr), cell);
                }
            }
        }
        facts
    }

    pub(crate) fn register(&self, kind: KindId) -> Register {
        self.kinds.get(&kind).map_or(Register::Unmentioned, |k| k.register)
    }

    pub(crate) fn rows(&self, kind: KindId) -> std::ops::Range<u32> {
        0..self.kinds.get(&kind).map_or(0, |k| k.ids.len() as u32)
    }

    pub(crate) fn id(&self, kind: KindId, row: u32) -> &str {
        self.kinds.get(&kind).and_then(|k| k.ids.get(row as usize)).map_or("", String::as_str)
    }

    /// The value of a single-valued cell; a conflict is unknown.
    pub(crate) fn single(&self, kind: KindId, row: u32, attr: AttrId) -> Val {
        match self.cells.get(&(kind, row, attr)).map(|c| &c.content) {
            Some(Content::Single(value)) => value.clone(),
            _ => Val::Unknown,
        }
    }
}

fn copy_cell(store: &Store, kind: KindId, attr: AttrId, row: u32, ty: &Type) -> Cell {
    let table = &store.kinds[kind.0 as usize];
    if let Some(conflict) = table.conflict(attr, row) {
        let alternatives = conflict.alternatives.iter().map(|a| Cell {
            content: content_of(store, &a.value, ty),
            evidence: store.evidence(a.evidence).cloned(),
            recorded: true,
        });
        return Cell { content: Content::Conflict(alternatives.collect()), evidence: None, recorded: true };
    }
    let row = row as usize;
    let content = match table.column(attr).unwrap() {
        Column::Codes(codes) => Content::Single(match codes[row] {
            UNKNOWN => Val::Unknown,
            NONE => Val::None,
            code => Val::Code(code_of(store, ty, code)),
        }),
        Column::Numbers { lo, hi } => Content::Single(if lo[row] > hi[row] {
            Val::None
        } else {
            let lo = Some(lo[row]).filter(|v| *v != MINUS_INFINITY);
            let hi = Some(hi[row]).filter(|v| *v != PLUS_INFINITY);
            Val::Num(Interval { lo, hi })
        }),
        Column::Sets(sets) => {
            let element = ty.element().expect("a column of sets has the type of a set");
            let read = |codes: &[u32]| codes.iter().map(|c| code_of(store, element, *c)).collect();
            Content::Set(Members {
                certain: read(sets.certain(row)),
                possible: read(sets.possible(row)),
                open: sets.is_open(row),
            })
        }
    };
    let evidence = table.evidence_of(attr, row);
    Cell {
        content,
        evidence: store.evidence(evidence).cloned(),
        // The store keeps the record's own place for a cell that no source mentions.
        recorded: evidence != NO_EVIDENCE || table.is_stated(attr, row),
    }
}

/// What a code of a column stands for.
fn code_of(store: &Store, ty: &Type, code: u32) -> Code {
    match ty {
        Type::Bool => Code::Bool(code == 1),
        Type::Text => Code::Text(store.symbols.text(Symbol(code)).to_owned()),
        Type::Requirement => Code::Requirement(store.symbols.text(Symbol(code)).to_owned()),
        Type::Country => Code::Country((code as u16).to_be_bytes()),
        Type::Duration => Code::Duration(store.durations[code as usize]),
        Type::Enum(_) => Code::Enum(code),
        Type::Ref(kind) => Code::Record(*kind, code),
        Type::Int | Type::Decimal | Type::Date | Type::Set(_) => panic!("a column of {ty:?} has no codes"),
    }
}

/// An alternative of a conflict, as a source states it.
fn content_of(store: &Store, value: &Value, ty: &Type) -> Content {
    match value {
        Value::Unknown => Content::unknown(ty),
        Value::None => Content::none(ty),
        Value::Scalar(scalar) => Content::Single(value_of(store, *scalar, ty)),
        Value::Set { certain, possible, open } => {
            let element = ty.element().expect("a set is the value of a set");
            let read = |scalars: &[Scalar]| {
                scalars
                    .iter()
                    .map(|s| match value_of(store, *s, element) {
                        Val::Code(code) => code,
                        other => panic!("{other:?} as a member of a set"),
                    })
                    .collect()
            };
            Content::Set(Members { certain: read(certain), possible: read(possible), open: *open })
        }
    }
}

fn value_of(store: &Store, scalar: Scalar, ty: &Type) -> Val {
    match scalar {
        Scalar::Bool(b) => Val::Code(Code::Bool(b)),
        Scalar::Int(n) | Scalar::Decimal(n) => Val::point(n),
        Scalar::Text(s) => Val::Code(Code::Text(store.symbols.text(s).to_owned())),
        Scalar::Requirement(s) => Val::Code(Code::Requirement(store.symbols.text(s).to_owned())),
        Scalar::Date(date) => Val::Num(date_interval(date)),
        Scalar::Duration(d) => Val::Code(Code::Duration(d)),
        Scalar::Country(letters) => Val::Code(Code::Country(letters)),
        Scalar::Enum(code) => Val::Code(Code::Enum(code)),
        Scalar::Ref(symbol) => {
            let Type::Ref(kind) = ty else { panic!("a reference as {ty:?}") };
            match store.row(*kind, store.symbols.text(symbol)) {
                Some(row) => Val::Code(Code::Record(*kind, row)),
                None => Val::Unknown,
            }
        }
    }
}

pub(crate) fn date_interval(date: Date) -> Interval {
    Interval { lo: Some(date.first.into()), hi: Some(date.last.into()) }
}
