//! Values that changes of a cell leave the choice between.

use kijun_facts::{Scalar, Type, Value};

use super::change::{size, size_of};
use super::values::{FAR, Known, SOME_TEXT, first_allowed, further, samples_of, values_of};
use super::world::{members_of, set_after};
use super::{Cell, Change, Datum};
use crate::program::Const;
use crate::row::Row;

/// What may be chosen, in one state of the facts; `mentioned` are the constants of the rules that ask.
pub(crate) struct Choice<'c> {
    pub(crate) row: &'c Row<'c>,
    pub(crate) mentioned: &'c [Const],
}

impl Choice<'_> {
    fn known(&self) -> Known<'_> {
        Known { store: self.row.store, texts: &self.row.extents.texts }
    }

    fn attribute_type(&self, cell: Cell) -> Option<&Type> {
        self.row.program.schema.attribute(cell.kind, cell.attr).map(|a| &a.ty)
    }

    /// Values of the cell that all the changes allow, the nearest one first.
    pub(crate) fn values(&self, cell: Cell, changes: &[Change]) -> Vec<Value> {
        let Some(ty) = self.attribute_type(cell) else { return Vec::new() };
        let here: Vec<&Change> = changes.iter().filter(|c| c.cell() == Some(cell)).collect();
        if let Some(element) = ty.element() {
            return vec![set_after(self.known(), element, members_of(self.row, cell), &here)];
        }
        let known = self.data(cell, changes).into_iter().filter_map(|d| self.known().stated(&d));
        // Texts cannot be listed: one that nobody mentions stands for the others.
        let other = match ty {
            Type::Text => Some(Value::Scalar(Scalar::Text(SOME_TEXT))),
            Type::Requirement => Some(Value::Scalar(Scalar::Requirement(SOME_TEXT))),
            _ => None,
        };
        let is_free = here.iter().all(|c| matches!(c, Change::OtherThan { .. }));
        known.chain(other.filter(|_| is_free)).collect()
    }

    pub(super) fn data(&self, cell: Cell, changes: &[Change]) -> Vec<Datum> {
        let here = || changes.iter().filter(|c| c.cell() == Some(cell));
        let avoided: Vec<&Datum> = here()
            .flat_map(|c| if let Change::OtherThan { values, .. } = c { values.as_slice() } else { &[] })
            .collect();
        let set = here().find_map(|c| if let Change::Set { value, .. } = c { Some(value) } else { None });
        if let Some(value) = set {
            return vec![value.clone()];
        }
        let low = here().find_map(|c| if let Change::AtLeast { bound, .. } = c { Some(bound) } else { None });
        let high = here().find_map(|c| if let Change::AtMost { bound, .. } = c { Some(bound) } else { None });
        if low.is_some() || high.is_some() {
            return self.between(cell, low, high, &avoided);
        }
        let Some(ty) = self.attribute_type(cell) else { return Vec::new() };
        let Row { program, today, .. } = self.row;
        let all = samples_of(program, self.known(), ty, self.mentioned, *today);
        all.into_iter().filter(|d| !avoided.contains(&d)).collect()
    }

    /// The ends of a range, the open one far away; of an ordered enum every literal in it.
    fn between(
        &self,
        cell: Cell,
        low: Option<&Const>,
        high: Option<&Const>,
        avoided: &[&Datum],
    ) -> Vec<Datum> {
        let is_inside =
            |at: Option<i64>| low.is_none_or(|l| at >= size(l)) && high.is_none_or(|h| at <= size(h));
        if let Some(ty @ Type::Enum(_)) = self.attribute_type(cell) {
            let all = values_of(self.row.program, self.known(), ty).into_iter();
            return all.filter(|d| is_inside(size_of(d)) && !avoided.contains(&d)).collect();
        }
        let near = match (low, high) {
            (Some(low), _) => first_allowed(low, 1, avoided),
            (None, high) => high.and_then(|h| first_allowed(h, -1, avoided)),
        };
        let far = match (low, high) {
            (Some(_), Some(high)) => first_allowed(high, -1, avoided),
            (Some(low), None) => further(low, FAR),
            (None, high) => high.and_then(|h| further(h, -FAR)),
        };
        near.into_iter().chain(far).filter(|c| is_inside(size(c))).map(Datum::Const).collect()
    }
}
