//! A change made.

use crate::program::{Check, Expr, ExprKind, Program, Quantifier, SetExpr};

use super::{Change, Mutant};
use kijun_facts::Type;

impl Mutant {
    /// The program, one [`with_blanks`], with the change made, wherever what stands at its place was taken up.
    pub fn apply(&self, program: &Program) -> Program {
        let mut changed = program.clone();
        for check in &mut changed.checks {
            let mut own = Check::clone(check);
            if self.check(&mut own) {
                *check = std::sync::Arc::new(own);
            }
        }
        for rule in changed.relations.iter_mut().flat_map(|r| &mut r.rules) {
            match self.change {
                Change::Drop(place) if rule.span == self.span => rule.body.retain(|e| e.span != place),
                _ => rule.body.iter_mut().for_each(|e| {
                    self.expression(e);
                }),
            }
        }
        changed
    }

    /// Whether anything of the check was changed.
    fn check(&self, check: &mut Check) -> bool {
        match self.change {
            Change::Where if check.span == self.span => check.condition.take().is_some(),
            Change::Require => {
                let before = check.requires.len();
                check.requires.retain(|r| r.span != self.span);
                check.requires.len() < before
            }
            Change::Where => false,
            _ => {
                let requires = check.requires.iter_mut().map(|r| &mut r.condition);
                let all = check.condition.iter_mut().chain(requires);
                all.fold(false, |changed, e| self.expression(e) | changed)
            }
        }
    }

    fn expression(&self, expr: &mut Expr) -> bool {
        if expr.span == self.span && self.here(expr) {
            return true;
        }
        parts_mut(expr).into_iter().fold(false, |changed, part| self.expression(part) | changed)
    }

    /// Changes what stands here, if it is what is meant.
    fn here(&self, expr: &mut Expr) -> bool {
        match (&self.change, &mut expr.kind) {
            (Change::Drop(place), ExprKind::And(parts) | ExprKind::Or(parts)) => {
                let before = parts.len();
                parts.retain(|p| p.span != *place);
                parts.len() < before
            }
            (Change::Negate, ExprKind::Not(inner)) => {
                let inner = (**inner).clone();
                *expr = inner;
                true
            }
            (Change::Negate, ExprKind::In { .. } | ExprKind::Related { .. } | ExprKind::Attr { .. })
                if expr.ty == Type::Bool =>
            {
                let inner = expr.clone();
                expr.kind = ExprKind::Not(Box::new(inner));
                true
            }
            (Change::Compare(to), ExprKind::Compare { op, .. }) => {
                *op = *to;
                true
            }
            (Change::Quantifier, ExprKind::Quantified { quantifier, .. }) => {
                *quantifier = match quantifier {
                    Quantifier::Any => Quantifier::All,
                    Quantifier::All => Quantifier::Any,
                };
                true
            }
            (Change::Filter, ExprKind::Quantified { filter, .. } | ExprKind::Aggregated { filter, .. }) => {
                filter.take().is_some()
            }
            (Change::Constant(to, _), ExprKind::Const(constant)) => {
                *constant = to.clone();
                true
            }
            (Change::Arith(to), ExprKind::Arith { op, .. }) => {
                *op = *to;
                true
            }
            (Change::Missing { attr, blank, .. }, ExprKind::Attr { attr: read, .. }) if read == attr => {
                *read = *blank;
                true
            }
            (
                Change::Missing { attr, blank, .. },
                ExprKind::In { set: SetExpr::Attr { attr: read, .. }, .. }
                | ExprKind::Quantified { set: SetExpr::Attr { attr: read, .. }, .. }
                | ExprKind::Aggregated { set: SetExpr::Attr { attr: read, .. }, .. },
            ) if read == attr => {
                *read = *blank;
                true
            }
            _ => false,
        }
    }
}

/// The direct parts of an expression, to be changed.
pub(super) fn parts_mut(expr: &mut Expr) -> Vec<&mut Expr> {
    fn of_set(set: &mut SetExpr) -> Vec<&mut Expr> {
        match set {
            SetExpr::Attr { base, .. } => vec![base],
            SetExpr::Extent(_) => Vec::new(),
            SetExpr::Image { args, .. } | SetExpr::Literal(args) => args.iter_mut().collect(),
        }
    }
    match &mut expr.kind {
        ExprKind::Const(_) | ExprKind::None | ExprKind::Today | ExprKind::Var(_) => Vec::new(),
        ExprKind::Attr { base, .. } => vec![base],
        ExprKind::Not(inner) | ExprKind::ToDecimal(inner) | ExprKind::Named { body: inner, .. } => {
            vec![inner]
        }
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter_mut().collect(),
        ExprKind::Compare { left, right, .. } | ExprKind::Arith { left, right, .. } => vec![left, right],
        ExprKind::In { item, set } => {
            let mut parts = of_set(set);
            parts.push(item);
            parts
        }
        ExprKind::Quantified { set, filter, body, .. } => {
            let mut parts = of_set(set);
            parts.extend(filter.as_deref_mut());
            parts.push(body);
            parts
        }
        ExprKind::Aggregated { set, filter, body, .. } => {
            let mut parts = of_set(set);
            parts.extend(filter.as_deref_mut());
            parts.extend(body.as_deref_mut());
            parts
        }
        ExprKind::Related { args, .. } | ExprKind::Lookup { args, .. } => args.iter_mut().collect(),
    }
}
