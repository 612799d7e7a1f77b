//! Rules with one thing in them changed, as a slip of the pen would change it. A test that still passes says nothing of that thing.

mod apply;
mod beside;
mod sites;

use kijun_facts::{AttrId, Attribute, Duration, KindId, Type};
use kijun_text::Span;

use crate::program::{ArithOp, CompareOp, Const, Expr, ExprKind, Program, SetExpr};

pub use beside::Beside;
pub use sites::{Reached, Sites};

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
    /// The fact that is read here, an attribute of a record, is missing: a blank is read instead.
    Missing {
        kind: KindId,
        attr: AttrId,
        blank: AttrId,
    },
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
        if rule.body.len() > 1 {
            let tests = rule.body.iter().filter(|e| !may_bind(e));
            tests.for_each(|part| add(rule.span, Change::Drop(part.span)));
        }
        rule.body.iter().for_each(|e| changes(program, e, &mut add));
    }
    out.sort_by_key(|m| m.span);
    // A function that several rules call stands in each of them.
    out.dedup();
    out
}

/// Whether what a conjunct of a rule's body binds may be needed elsewhere.
fn may_bind(conjunct: &Expr) -> bool {
    matches!(conjunct.kind, ExprKind::In { .. } | ExprKind::Related { .. })
}

/// The changes to an expression and what is in it.
fn changes(program: &Program, expr: &Expr, add: &mut impl FnMut(Span, Change)) {
    let span = expr.span;
    if let Some(SetExpr::Attr { kind, attr, .. }) = crate::walk::set_of(expr) {
        add(span, missing(program, *kind, *attr));
    }
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
        ExprKind::Attr { kind, attr, .. } => {
            if expr.ty == Type::Bool {
                add(span, Change::Negate);
            }
            add(span, missing(program, *kind, *attr));
        }
        _ => {}
    }
    crate::walk::children(expr, &mut |child| {
        if !is_step(expr, child) && !is_told(program, expr, child) {
            changes(program, child, add);
        }
    });
}

/// Whether a part is on the way to the fact that is read: without it, that fact is missing as well.
fn is_step(whole: &Expr, part: &Expr) -> bool {
    let set = match crate::walk::set_of(whole) {
        Some(SetExpr::Attr { base, .. }) => Some(base),
        _ => None,
    };
    let base = match &whole.kind {
        ExprKind::Attr { base, .. } => Some(base),
        _ => set,
    };
    base.is_some_and(|base| std::ptr::eq(base.as_ref(), part)) && matches!(part.kind, ExprKind::Attr { .. })
}

/// Whether the neighbour of a constant gives what a change of its comparison gives, and so is left out: `n >= 3` and `n < 3` move to
/// 4 as they do to `>` and `<=`; of two values that are never none, `==` the one says `!=` the other.
fn is_told(program: &Program, whole: &Expr, part: &Expr) -> bool {
    let ExprKind::Compare { op, left, right } = &whole.kind else { return false };
    let ExprKind::Const(constant) = &part.kind else { return false };
    let is_two = match (constant, &part.ty) {
        (Const::Bool(_), _) => true,
        (_, Type::Enum(id)) => program.schema.enumeration(*id).is_some_and(|e| e.literals.len() == 2),
        _ => false,
    };
    match (constant, op) {
        (Const::Int(_), CompareOp::Ge | CompareOp::Lt) => std::ptr::eq(right.as_ref(), part),
        (Const::Int(_), CompareOp::Le | CompareOp::Gt) => std::ptr::eq(left.as_ref(), part),
        (_, CompareOp::Eq | CompareOp::Ne) => is_two && !left.optional && !right.optional,
        _ => false,
    }
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
        Const::Duration(length) => Const::Duration(longer(*length)?),
        Const::Requirement(_) => return None,
    })
}

/// One more of the unit in which it is given.
fn longer(length: Duration) -> Option<Duration> {
    Some(match length.days {
        0 if length.months != 0 => Duration { months: length.months.checked_add(1)?, ..length },
        _ => Duration { days: length.days.checked_add(1)?, ..length },
    })
}

/// The program with an attribute more beside every one, of the same type and without a name, so that no facts state it. What reads
/// it reads what is not known.
pub fn with_blanks(program: &Program) -> Program {
    let mut extended = program.clone();
    for kind in &mut extended.schema.kinds {
        let blanks =
            kind.attributes.iter().map(|a| Attribute { name: String::new(), optional: false, ..a.clone() });
        let blanks: Vec<Attribute> = blanks.collect();
        kind.attributes.extend(blanks);
    }
    extended
}

/// Whether no facts ever state it.
pub fn is_blank(attribute: &Attribute) -> bool {
    attribute.name.is_empty()
}

/// The blank beside an attribute stands as far behind it as there are attributes.
fn missing(program: &Program, kind: KindId, attr: AttrId) -> Change {
    let count = program.schema.kind(kind).map_or(0, |k| k.attributes.len()) as u32;
    Change::Missing { kind, attr, blank: AttrId(attr.0.saturating_add(count)) }
}
