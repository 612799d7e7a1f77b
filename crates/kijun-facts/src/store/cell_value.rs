//! The value of one cell, taken out of its column again.

use super::{Column, MINUS_INFINITY, NONE, PLUS_INFINITY, Store, UNKNOWN};
use crate::schema::{AttrId, KindId, Schema, Type};
use crate::value::{Date, Scalar, Symbol, Value};

impl Store {
    /// The value of a cell; unknown where sources disagree.
    pub fn value(&self, schema: &Schema, kind: KindId, attr: AttrId, row: usize) -> Value {
        let ty = schema.attribute(kind, attr).map(|attribute| &attribute.ty);
        let column = self.kind(kind).and_then(|table| table.column(attr));
        let (Some(ty), Some(column)) = (ty, column) else { return Value::Unknown };
        match column {
            Column::Codes(codes) => match codes.get(row).copied().unwrap_or(UNKNOWN) {
                UNKNOWN => Value::Unknown,
                NONE => Value::None,
                code => self.scalar(ty, code).map_or(Value::Unknown, Value::Scalar),
            },
            Column::Numbers { lo, hi } => {
                let bounds = lo.get(row).zip(hi.get(row));
                bounds.map_or(Value::Unknown, |(lo, hi)| number(ty, *lo, *hi))
            }
            Column::Sets(sets) => {
                let element = ty.element().unwrap_or(ty);
                let scalars = |codes: &[u32]| codes.iter().filter_map(|c| self.scalar(element, *c)).collect();
                let (certain, possible) = (scalars(sets.certain(row)), scalars(sets.possible(row)));
                Value::Set { certain, possible, open: sets.is_open(row) }
            }
        }
    }

    fn scalar(&self, ty: &Type, code: u32) -> Option<Scalar> {
        match ty {
            Type::Bool => Some(Scalar::Bool(code != 0)),
            Type::Text => Some(Scalar::Text(Symbol(code))),
            Type::Requirement => Some(Scalar::Requirement(Symbol(code))),
            Type::Ref(kind) => self.kind(*kind)?.ids.get(code as usize).map(|id| Scalar::Ref(*id)),
            Type::Country => Some(Scalar::Country((code as u16).to_be_bytes())),
            Type::Duration => self.durations.get(code as usize).map(|duration| Scalar::Duration(*duration)),
            Type::Enum(_) => Some(Scalar::Enum(code)),
            Type::Int | Type::Decimal | Type::Date | Type::Set(_) => None,
        }
    }
}

fn number(ty: &Type, lo: i64, hi: i64) -> Value {
    if lo > hi {
        return Value::None;
    }
    if lo == MINUS_INFINITY || hi == PLUS_INFINITY {
        return Value::Unknown;
    }
    Value::Scalar(match ty {
        Type::Decimal => Scalar::Decimal(lo),
        Type::Date => match (i32::try_from(lo), i32::try_from(hi)) {
            (Ok(first), Ok(last)) => Scalar::Date(Date { first, last }),
            _ => return Value::Unknown,
        },
        _ => Scalar::Int(lo),
    })
}
