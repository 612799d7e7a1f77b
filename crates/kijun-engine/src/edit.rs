//! Cells of facts that are changed where they stand.

use kijun_facts::{AttrId, Column, KindId, SetColumn, Store, Type, Value};

use crate::program::Program;
use crate::row::CellKey;
use crate::val::{Members, Val, scalar_value, set_value, unknown_of};

/// Records a value in a cell, in place of whatever stood there; references, texts and requirements must be known to the facts
/// already, others leave the cell unknown.
pub fn record(program: &Program, store: &mut Store, cell: CellKey, value: &Value) {
    let (kind, row, attr) = cell;
    let Some(ty) = program.schema.attribute(kind, attr).map(|a| &a.ty) else { return };
    let of_set = |element: &Type| match element {
        Type::Ref(kind) => Some(*kind),
        _ => None,
    };
    match ty.element() {
        Some(element) => {
            let members = set_value(value, of_set(element), store);
            write(store, cell, unknown_of(ty), &members);
        }
        None => {
            let value = scalar_value(value, ty, store);
            write(store, cell, value, &Members::default());
        }
    }
    settle(store, kind, row, attr);
}

/// What is recorded is no longer in conflict.
fn settle(store: &mut Store, kind: KindId, row: u32, attr: AttrId) {
    if let Some(table) = store.kinds.get_mut(kind.0 as usize) {
        table.conflicts.retain(|c| (c.attr, c.row) != (attr, row));
    }
}

/// Writes a value into a cell: of a set its members, of any other the value.
pub(crate) fn write(store: &mut Store, (kind, row, attr): CellKey, value: Val, members: &Members) {
    let table = store.kinds.get_mut(kind.0 as usize);
    let Some(column) = table.and_then(|t| t.columns.get_mut(attr.0 as usize)) else { return };
    let row = row as usize;
    match (column, value) {
        (Column::Sets(sets), _) => replace(sets, row, members),
        (Column::Numbers { lo, hi }, Val::Number(n)) => {
            if let (Some(lo), Some(hi)) = (lo.get_mut(row), hi.get_mut(row)) {
                (*lo, *hi) = (n.lo, n.hi);
            }
        }
        (Column::Codes(codes), Val::Code(code) | Val::Duration(code, None)) => {
            codes.get_mut(row).into_iter().for_each(|slot| *slot = code);
        }
        (Column::Codes(codes), Val::Duration(_, Some(duration))) => {
            let code = store.durations.len() as u32;
            store.durations.push(duration);
            codes.get_mut(row).into_iter().for_each(|slot| *slot = code);
        }
        _ => {}
    }
}

/// The set of one row, with all that follow moved along.
fn replace(sets: &mut SetColumn, row: usize, members: &Members) {
    let mut new = SetColumn { offsets: vec![0], ..SetColumn::default() };
    for r in 0..sets.splits.len() {
        let here = r == row;
        new.items.extend_from_slice(if here { &members.certain } else { sets.certain(r) });
        new.splits.push(new.items.len() as u32);
        new.items.extend_from_slice(if here { &members.possible } else { sets.possible(r) });
        new.offsets.push(new.items.len() as u32);
        new.open.push(if here { members.open } else { sets.is_open(r) });
    }
    *sets = new;
}
