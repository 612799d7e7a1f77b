//! Operators between values: membership, comparison and arithmetic.

use kijun_engine::program::{ArithOp, CompareOp, Expr, ExprKind};
use kijun_facts::Type;
use kijun_syntax::{Kind, Node};
use kijun_text::{Diagnostic, Label, Span};

use super::{Lowering, Scope, bool_expr};
use crate::context::Decl;

impl Lowering<'_, '_, '_> {
    pub(super) fn comparison(
        &mut self,
        left: Decl<'_>,
        op: Decl<'_>,
        right: Decl<'_>,
        span: Span,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let op_text = op.own_text();
        if op.node.text(op.text).ends_with("in") {
            let (item, set) = if self.is_bare(left, scope) {
                let (set, element) = self.set(right, None, scope)?;
                (self.typed(left, &element, scope)?, set)
            } else {
                let item = self.expr(left, None, scope)?;
                let (set, element) = self.set(right, Some(&item.ty.clone()), scope)?;
                (self.coerce(item, &element)?, set)
            };
            let member = bool_expr(ExprKind::In { item: Box::new(item), set }, span);
            let negated = op_text.starts_with("not");
            return Some(if negated { bool_expr(ExprKind::Not(Box::new(member)), span) } else { member });
        }
        let op = match op_text.as_str() {
            "==" => CompareOp::Eq,
            "!=" => CompareOp::Ne,
            "<" => CompareOp::Lt,
            "<=" => CompareOp::Le,
            ">" => CompareOp::Gt,
            _ => CompareOp::Ge,
        };
        if is_none(left.node) || is_none(right.node) {
            let operand = if is_none(left.node) { right } else { left };
            let operand = self.expr(operand, None, scope)?;
            if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
                self.reports.push(
                    Diagnostic::error(
                        "K0302",
                        span,
                        Label::new("`none` は大小を比べられません", "`none` has no order"),
                    )
                    .help("`== none` か `!= none` を使います", "use `== none` or `!= none`"),
                );
                return None;
            }
            let none = Expr { kind: ExprKind::None, ty: operand.ty.clone(), optional: true, span };
            return Some(bool_expr(
                ExprKind::Compare { op, left: Box::new(operand), right: Box::new(none) },
                span,
            ));
        }
        let (mut l, mut r) = if self.is_bare(left, scope) && !self.is_bare(right, scope) {
            let r = self.expr(right, None, scope)?;
            (self.expr(left, Some(&r.ty), scope)?, r)
        } else {
            let l = self.expr(left, None, scope)?;
            let ty = l.ty.clone();
            (l, self.expr(right, Some(&ty), scope)?)
        };
        if l.ty == Type::Int && r.ty == Type::Decimal {
            l = self.coerce(l, &Type::Decimal)?;
        } else if l.ty == Type::Decimal && r.ty == Type::Int {
            r = self.coerce(r, &Type::Decimal)?;
        }
        if l.ty != r.ty {
            let (expected, found) = (self.ty(&l.ty), self.ty(&r.ty));
            self.mismatch(r.span, &expected, &found);
            return None;
        }
        let ordered = match &l.ty {
            Type::Enum(e) => self.names.schema.enumeration(*e).is_some_and(|e| e.ordered),
            Type::Duration => true,
            ty => ty.is_numeric(),
        };
        if !ordered && !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            let found = self.ty(&l.ty);
            self.reports.push(
                Diagnostic::error(
                    "K0302",
                    span,
                    Label::new(format!("`{found}` に大小はありません"), format!("`{found}` has no order")),
                )
                .help(
                    "順序のある列挙は `ordered enum` と宣言します",
                    "declare an enum with an order as `ordered enum`",
                ),
            );
            return None;
        }
        let plain = |e: &Expr| matches!(e.kind, ExprKind::Attr { .. } | ExprKind::Const(_));
        if l.ty == Type::Bool && !(plain(&l) && plain(&r)) {
            return Some(equivalence(l, r, op, span));
        }
        Some(bool_expr(ExprKind::Compare { op, left: Box::new(l), right: Box::new(r) }, span))
    }

    pub(super) fn arithmetic(
        &mut self,
        parts: &[Decl<'_>],
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let (first, rest) = parts.split_first()?;
        if rest.is_empty() {
            return self.expr(*first, expected, scope);
        }
        let mut left = self.expr(*first, None, scope)?;
        for pair in rest.chunks(2) {
            let [op, operand] = pair else { return None };
            let op = match op.own_text().as_str() {
                "+" => ArithOp::Add,
                "-" => ArithOp::Sub,
                _ => ArithOp::Mul,
            };
            let mut right = self.expr(*operand, None, scope)?;
            if left.ty == Type::Int && right.ty == Type::Decimal {
                left = self.coerce(left, &Type::Decimal)?;
            } else if left.ty == Type::Decimal && right.ty == Type::Int {
                right = self.coerce(right, &Type::Decimal)?;
            }
            let span = left.span.to(right.span);
            let ty = match (&left.ty, &right.ty, op) {
                (Type::Int, Type::Int, _) => Type::Int,
                (Type::Decimal, Type::Decimal, _) => Type::Decimal,
                (Type::Date, Type::Duration, ArithOp::Add | ArithOp::Sub) => Type::Date,
                _ => {
                    let (l, r) = (self.ty(&left.ty), self.ty(&right.ty));
                    self.reports.push(
                        Diagnostic::error(
                            "K0302",
                            span,
                            Label::new(
                                format!("`{l}` と `{r}` は計算できません"),
                                format!("`{l}` and `{r}` cannot be combined"),
                            ),
                        )
                        .help(
                            "数と数、または日付 ± 期間 (`c.signed + 1 year`) を書きます",
                            "combine numbers, or a date ± a duration (`c.signed + 1 year`)",
                        ),
                    );
                    return None;
                }
            };
            let optional = left.optional || right.optional;
            left = Expr {
                kind: ExprKind::Arith { op, left: Box::new(left), right: Box::new(right) },
                ty,
                optional,
                span,
            };
        }
        Some(left)
    }
}

/// `a == b` of conditions.
fn equivalence(l: Expr, r: Expr, op: CompareOp, span: Span) -> Expr {
    let not = |e: &Expr| bool_expr(ExprKind::Not(Box::new(e.clone())), span);
    let both = bool_expr(ExprKind::And(vec![l.clone(), r.clone()]), span);
    let neither = bool_expr(ExprKind::And(vec![not(&l), not(&r)]), span);
    let same = bool_expr(ExprKind::Or(vec![both, neither]), span);
    if op == CompareOp::Eq { same } else { bool_expr(ExprKind::Not(Box::new(same)), span) }
}

fn is_none(mut node: &Node) -> bool {
    loop {
        if node.kind == Kind::None {
            return true;
        }
        let mut parts = node.parts();
        match (parts.next(), parts.next()) {
            (Some(one), None) => node = one,
            _ => return false,
        }
    }
}
