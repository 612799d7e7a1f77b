//! Rules with one thing in them changed, as a slip of the pen would change it. A test that still passes says nothing of that thing.

use std::collections::{BTreeMap, BTreeSet};

use kijun_facts::Type;
use kijun_text::Span;

use crate::assess::Evaluation;
use crate::program::{
    ArithOp, Check, CompareOp, Const, Expr, ExprKind, Program, Quantifier, RelationId, SetExpr,
};

/// One change at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    pub span: Span,
    pub change: Change,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An operand of `and` or `or` is left out: its place.
    Drop(Span),
    /// The condition says the opposite.
    Negate,
    Compare(CompareOp),
    /// `any` for `all`, `all` for `any`.
    Quantifier,
    /// The `with` of a quantifier or an aggregate is left out.
    Filter,
    Constant(Const, Type),
    Arith(ArithOp),
    /// The `where` of the check at this place is left out.
    Where,
    /// The `require` at this place is left out, where there are several.
    Require,
}

/// Every change to the checks and relations whose places are wanted, in the order of the text.
pub fn mutants(program: &Program, is_own: impl Fn(Span) -> bool) -> Vec<Mutant> {
    let mut out: Vec<Mutant> = Vec::new();
    let mut add = |span: Span, change: Change| {
        if is_own(span) {
            out.push(Mutant { span, change });
        }
    };
    for check in &program.checks {
        if check.condition.is_some() {
            add(check.span, Change::Where);
        }
        if check.requires.len() > 1 {
            check.requires.iter().for_each(|r| add(r.span, Change::Require));
        }
        let requires = check.requires.iter().map(|r| &r.condition);
        check.condition.iter().chain(requires).for_each(|e| changes(program, e, &mut add));
    }
    for rule in program.relations.iter().flat_map(|r| &r.rules) {
        rule.body.iter().for_each(|e| changes(program, e, &mut add));
    }
    out.sort_by_key(|m| m.span);
    // A function that several rules call stands in each of them.
    out.dedup();
    out
}

/// The changes to an expression and what is in it.
fn changes(program: &Program, expr: &Expr, add: &mut impl FnMut(Span, Change)) {
    let span = expr.span;
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.iter().for_each(|part| add(span, Change::Drop(part.span)));
        }
        ExprKind::Not(_) | ExprKind::In { .. } | ExprKind::Related { .. } => add(span, Change::Negate),
        ExprKind::Compare { op, .. } => {
            turned(*op).iter().for_each(|op| add(span, Change::Compare(*op)));
        }
        ExprKind::Quantified { filter, .. } => {
            add(span, Change::Quantifier);
            filter.iter().for_each(|_| add(span, Change::Filter));
        }
        ExprKind::Aggregated { filter: Some(_), .. } => add(span, Change::Filter),
        ExprKind::Arith { op, .. } => add(
            span,
            Change::Arith(match op {
                ArithOp::Add => ArithOp::Sub,
                ArithOp::Sub | ArithOp::Mul => ArithOp::Add,
            }),
        ),
        ExprKind::Const(constant) => {
            let other = other(program, constant, expr);
            other.into_iter().for_each(|c| add(span, Change::Constant(c, expr.ty.clone())));
        }
        ExprKind::Attr { .. } if expr.ty == Type::Bool => add(span, Change::Negate),
        _ => {}
    }
    crate::walk::children(expr, &mut |child| changes(program, child, add));
}

/// What a comparison might have been: the opposite, and the neighbour at the bound.
fn turned(op: CompareOp) -> &'static [CompareOp] {
    match op {
        CompareOp::Eq => &[CompareOp::Ne],
        CompareOp::Ne => &[CompareOp::Eq],
        CompareOp::Lt => &[CompareOp::Ge, CompareOp::Le],
        CompareOp::Le => &[CompareOp::Gt, CompareOp::Lt],
        CompareOp::Gt => &[CompareOp::Le, CompareOp::Ge],
        CompareOp::Ge => &[CompareOp::Lt, CompareOp::Gt],
    }
}

/// The neighbour of a constant.
fn other(program: &Program, constant: &Const, expr: &Expr) -> Option<Const> {
    Some(match constant {
        Const::Bool(bool) => Const::Bool(!bool),
        Const::Int(number) => Const::Int(number.checked_add(1)?),
        Const::Decimal(number) => Const::Decimal(number.checked_add(1_000_000)?),
        Const::Enum(code) => {
            let Type::Enum(id) = &expr.ty else { return None };
            let count = program.schema.enumeration(*id)?.literals.len() as u32;
            if count < 2 {
                return None;
            }
            Const::Enum((code + 1) % count)
        }
        Const::Country(letters) => Const::Country(if letters == b"JP" { *b"US" } else { *b"JP" }),
        Const::Text(text) => Const::Text(format!("{text}～")),
        Const::Date(date) => Const::Date(kijun_facts::Date::day(date.last.checked_add(1)?)),
        Const::Duration(_) | Const::Requirement(_) => return None,
    })
}

impl Mutant {
    /// The program with the change made, wherever what stands at its place was taken up.
    pub fn apply(&self, program: &Program) -> Program {
        let mut changed = program.clone();
        for check in &mut changed.checks {
            let mut own = Check::clone(check);
            if self.check(&mut own) {
                *check = std::sync::Arc::new(own);
            }
        }
        for rule in changed.relations.iter_mut().flat_map(|r| &mut r.rules) {
            rule.body.iter_mut().for_each(|e| {
                self.expression(e);
            });
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
            _ => false,
        }
    }
}

/// The direct parts of an expression, to be changed.
fn parts_mut(expr: &mut Expr) -> Vec<&mut Expr> {
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

/// Which checks and relations hold what stands at a place.
#[derive(Debug, Default)]
pub struct Sites {
    checks: BTreeMap<Span, BTreeSet<usize>>,
    relations: BTreeMap<Span, BTreeSet<usize>>,
}

impl Sites {
    pub fn of(program: &Program) -> Sites {
        let mut sites = Sites::default();
        for (i, check) in program.checks.iter().enumerate() {
            let mut add = |span: Span| {
                sites.checks.entry(span).or_default().insert(i);
            };
            add(check.span);
            check.requires.iter().for_each(|r| add(r.span));
            let requires = check.requires.iter().map(|r| &r.condition);
            let all = check.condition.iter().chain(requires);
            all.for_each(|e| crate::walk::expressions(e, &mut |e| add(e.span)));
        }
        for (i, relation) in program.relations.iter().enumerate() {
            for expr in relation.rules.iter().flat_map(|r| &r.body) {
                crate::walk::expressions(expr, &mut |e| {
                    sites.relations.entry(e.span).or_default().insert(i);
                });
            }
        }
        sites
    }

    /// Whether a change there may change what was reached.
    pub fn is_reached(&self, span: Span, reached: &Reached) -> bool {
        let within = |sites: &BTreeMap<Span, BTreeSet<usize>>, reached: &[bool]| {
            sites.get(&span).into_iter().flatten().any(|i| reached.get(*i).copied().unwrap_or(false))
        };
        within(&self.checks, &reached.checks) || within(&self.relations, &reached.relations)
    }
}

/// Which rules an evaluation had subjects for, and which relations it worked out.
#[derive(Debug, Clone)]
pub struct Reached {
    checks: Vec<bool>,
    relations: Vec<bool>,
}

impl Reached {
    pub fn by(evaluation: &Evaluation<'_>) -> Reached {
        let checks = evaluation.checks.iter();
        let relations = 0..evaluation.program.relations.len() as u32;
        Reached {
            checks: checks.map(|o| o.as_ref().is_some_and(|o| o.iter().next().is_some())).collect(),
            relations: relations.map(|id| evaluation.memo.extents.get(RelationId(id)).is_some()).collect(),
        }
    }
}
