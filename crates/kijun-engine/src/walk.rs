//! Walks over expressions.

use crate::program::{Attest, Check, Expr, ExprKind, Message, Piece, Program, RelationId, SetExpr, VarId};

/// Calls `visit` for an expression and everything in it, outermost first.
pub fn expressions<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    visit(expr);
    children(expr, &mut |child| expressions(child, visit));
}

/// Calls `visit` for every expression of a program.
pub(crate) fn program<'p>(program: &'p Program, visit: &mut dyn FnMut(&'p Expr)) {
    program.checks.iter().for_each(|c| check(c, visit));
    program.attests.iter().for_each(|a| attest(a, visit));
    program.relations.iter().flat_map(|r| &r.rules).flat_map(|r| &r.body).for_each(|c| expressions(c, visit));
}

/// Calls `visit` for every expression of a check, messages included.
pub(crate) fn check<'p>(check: &'p Check, visit: &mut dyn FnMut(&'p Expr)) {
    check.condition.iter().for_each(|c| expressions(c, visit));
    for require in &check.requires {
        expressions(&require.condition, visit);
        message(&require.message, visit);
    }
    message(&check.fix, visit);
}

/// Calls `visit` for every expression of an attestation.
pub(crate) fn attest<'p>(attest: &'p Attest, visit: &mut dyn FnMut(&'p Expr)) {
    attest.condition.iter().for_each(|c| expressions(c, visit));
    message(&attest.fix, visit);
}

/// The relation that an expression itself uses, as a condition or as a set.
pub fn relation_of(expr: &Expr) -> Option<RelationId> {
    match (&expr.kind, set_of(expr)) {
        (ExprKind::Related { relation, .. }, _) | (_, Some(SetExpr::Image { relation, .. })) => {
            Some(*relation)
        }
        _ => None,
    }
}

/// The set that an expression itself draws from.
pub fn set_of(expr: &Expr) -> Option<&SetExpr> {
    match &expr.kind {
        ExprKind::In { set, .. } | ExprKind::Quantified { set, .. } | ExprKind::Aggregated { set, .. } => {
            Some(set)
        }
        _ => None,
    }
}

fn message<'p>(message: &'p Message, visit: &mut dyn FnMut(&'p Expr)) {
    for piece in message.ja.iter().chain(&message.en) {
        if let Piece::Value(expr) = piece {
            expressions(expr, visit);
        }
    }
}

/// Calls `visit` for the direct parts of an expression.
pub fn children<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::None | ExprKind::Today | ExprKind::Var(_) => {}
        ExprKind::Attr { base, .. } => visit(base),
        ExprKind::Not(inner) | ExprKind::ToDecimal(inner) | ExprKind::Named { body: inner, .. } => {
            visit(inner)
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().for_each(visit),
        ExprKind::Compare { left, right, .. } | ExprKind::Arith { left, right, .. } => {
            visit(left);
            visit(right);
        }
        ExprKind::In { item, set } => {
            visit(item);
            set_parts(set, visit);
        }
        ExprKind::Quantified { set, filter, body, .. } => {
            set_parts(set, visit);
            filter.iter().for_each(|f| visit(f));
            visit(body);
        }
        ExprKind::Aggregated { set, filter, body, .. } => {
            set_parts(set, visit);
            filter.iter().chain(body).for_each(|e| visit(e));
        }
        ExprKind::Related { args, .. } | ExprKind::Lookup { args, .. } => args.iter().for_each(visit),
    }
}

/// Calls `visit` for the expressions that a set is made of.
pub fn set_parts<'e>(set: &'e SetExpr, visit: &mut dyn FnMut(&'e Expr)) {
    match set {
        SetExpr::Attr { base, .. } => visit(base),
        SetExpr::Extent(_) => {}
        SetExpr::Image { args, .. } => args.iter().for_each(visit),
        SetExpr::Literal(items) => items.iter().for_each(visit),
    }
}

/// Calls `visit` for each variable that an expression uses and does not bind itself; ids are unique
/// within a rule, so a bound one never hides a free one.
pub fn free_vars(expr: &Expr, visit: &mut dyn FnMut(VarId)) {
    let mut own: Vec<VarId> = Vec::new();
    expressions(expr, &mut |e| match e.kind {
        ExprKind::Quantified { var, .. } | ExprKind::Aggregated { var, .. } => own.push(var),
        _ => {}
    });
    expressions(expr, &mut |e| {
        if let ExprKind::Var(v) = e.kind
            && !own.contains(&v)
        {
            visit(v);
        }
    });
}
