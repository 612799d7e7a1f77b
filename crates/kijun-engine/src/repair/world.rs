//! The facts as they would be after changes: what a cell then holds, and a store with it written in, from which
//! relations can be derived.

use kijun_facts::{Scalar, Store, Type, Value};
use kijun_text::Span;

use super::values::Known;
use super::{Cell, Change};
use crate::edit;
use crate::program::{Expr, ExprKind, SetExpr, VarId};
use crate::row::Row;
use crate::val::{Members, Val};

/// An attribute of a record, as an expression over the variable 0.
fn subject_of(cell: Cell) -> Box<Expr> {
    let (kind, ty) = (ExprKind::Var(VarId(0)), Type::Ref(cell.kind));
    Box::new(Expr { kind, ty, optional: false, span: Span::default() })
}

pub(super) fn members_of(row: &Row<'_>, cell: Cell) -> Members {
    row.members(
        &SetExpr::Attr { base: subject_of(cell), kind: cell.kind, attr: cell.attr },
        &mut vec![cell.row],
    )
}

fn value_of(row: &Row<'_>, cell: Cell, ty: &Type) -> Val {
    let kind = ExprKind::Attr { base: subject_of(cell), kind: cell.kind, attr: cell.attr };
    row.value(&Expr { kind, ty: ty.clone(), optional: true, span: Span::default() }, &mut vec![cell.row])
}

/// A set after members have come and gone.
pub(super) fn set_after(
    known: Known<'_>,
    element: &Type,
    mut members: Members,
    changes: &[&Change],
) -> Value {
    for change in changes {
        match change {
            Change::Add { member, .. } => {
                if let Some(code) = known.code(member) {
                    members.possible.retain(|m| *m != code);
                    members.certain.push(code);
                }
            }
            Change::Remove { member, .. } => {
                let code = known.code(member);
                members.certain.retain(|m| Some(*m) != code);
                members.possible.retain(|m| Some(*m) != code);
            }
            Change::Close { .. } => members.open = false,
            _ => {}
        }
    }
    let scalars = |codes: &[u32]| -> Vec<Scalar> {
        codes.iter().filter_map(|c| known.scalar(&known.datum(element, *c)?)).collect()
    };
    Value::Set {
        certain: scalars(&members.certain),
        possible: scalars(&members.possible),
        open: members.open,
    }
}

/// The facts with the overrides of a row written into their columns, so that relations can be derived from them.
pub(super) fn rewritten(row: &Row<'_>, changes: &[Change]) -> Store {
    let mut store = row.store.clone();
    for change in changes {
        if let Change::Register { kind } = change
            && let Some(table) = store.kinds.get_mut(kind.0 as usize)
        {
            table.register = kijun_facts::Register::Complete;
        }
    }
    for (kind, at, attr) in row.overrides.keys().copied() {
        let cell = Cell { kind, row: at, attr };
        let Some(ty) = row.program.schema.attribute(kind, attr).map(|a| &a.ty) else { continue };
        let (value, members) = (value_of(row, cell, ty), members_of(row, cell));
        edit::write(&mut store, cell.key(), value, &members);
    }
    store
}
