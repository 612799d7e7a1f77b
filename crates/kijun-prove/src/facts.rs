//! Facts that a search found, as plain data: to be evaluated, and to be read by people.

use kijun_facts::store::NO_EVIDENCE;
use kijun_facts::{AttrId, Date, Duration, Evidence, KindId, Scalar, Schema, Store, StoreBuilder, Value};
use kijun_text::{Diagnostic, FileId, Span};

/// The facts of one facility on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Days since 1970-01-01.
    pub today: i32,
    pub records: Vec<Record>,
    /// What is stated of registers: complete or not.
    pub registers: Vec<(KindId, bool)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub kind: KindId,
    pub id: String,
    pub cells: Vec<(AttrId, Stated)>,
    /// The grade of the evidence behind it, where a rule asks for one.
    pub grade: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stated {
    Unknown,
    None,
    Known(Datum),
    Set { certain: Vec<Datum>, possible: Vec<Datum>, open: bool },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    Bool(bool),
    Int(i64),
    /// In millionths.
    Decimal(i64),
    Text(String),
    /// Days since 1970-01-01.
    Date(i32),
    Duration(Duration),
    Country([u8; 2]),
    Requirement(String),
    Enum(u32),
    Ref(String),
}

impl Facts {
    /// The store that these facts make, and what is wrong with them.
    pub fn store(&self, schema: &Schema) -> (Store, Vec<Diagnostic>) {
        let mut builder = StoreBuilder::new(schema);
        let mut places = 0u32..;
        let mut place = || {
            let at = places.next().unwrap_or(0);
            Span::new(FileId(0), at as usize, at as usize + 1)
        };
        for (kind, complete) in &self.registers {
            builder.register(*kind, *complete, place());
        }
        for record in &self.records {
            let evidence = match record.grade {
                Some(grade) => builder.add_evidence(Evidence { grade: Some(grade), ..Evidence::default() }),
                None => NO_EVIDENCE,
            };
            let id = builder.record(record.kind, &record.id, place());
            for (attr, stated) in &record.cells {
                let value = value(&mut builder, stated);
                builder.set(id, *attr, value, place(), evidence);
            }
        }
        builder.finish()
    }
}

fn value(builder: &mut StoreBuilder<'_>, stated: &Stated) -> Value {
    let mut scalars = |data: &[Datum]| data.iter().map(|d| scalar(builder, d)).collect();
    match stated {
        Stated::Unknown => Value::Unknown,
        Stated::None => Value::None,
        Stated::Known(datum) => Value::Scalar(scalar(builder, datum)),
        Stated::Set { certain, possible, open } => {
            let (certain, possible) = (scalars(certain), scalars(possible));
            Value::Set { certain, possible, open: *open }
        }
    }
}

fn scalar(builder: &mut StoreBuilder<'_>, datum: &Datum) -> Scalar {
    match datum {
        Datum::Bool(b) => Scalar::Bool(*b),
        Datum::Int(n) => Scalar::Int(*n),
        Datum::Decimal(n) => Scalar::Decimal(*n),
        Datum::Text(text) => Scalar::Text(builder.intern(text)),
        Datum::Date(day) => Scalar::Date(Date::day(*day)),
        Datum::Duration(duration) => Scalar::Duration(*duration),
        Datum::Country(letters) => Scalar::Country(*letters),
        Datum::Requirement(id) => Scalar::Requirement(builder.intern(id)),
        Datum::Enum(code) => Scalar::Enum(*code),
        Datum::Ref(id) => Scalar::Ref(builder.intern(id)),
    }
}
