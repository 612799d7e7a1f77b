//! Sets: attributes, extents, images and literals, and what ranges over them: quantifiers and aggregates.

use kijun_engine::program::{Aggregate, Const, Expr, ExprKind, Quantifier, SetExpr};
use kijun_facts::Type;
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use super::{Lowering, Scope, bool_expr};
use crate::context::Decl;

impl Lowering<'_, '_, '_> {
    /// An expression in a place for a set: the set and the type of its elements.
    pub(crate) fn set(
        &mut self,
        decl: Decl<'_>,
        element: Option<&Type>,
        scope: &mut Scope,
    ) -> Option<(SetExpr, Type)> {
        let parts: Vec<Decl<'_>> = decl.parts().collect();
        match decl.node.kind {
            Kind::Postfix => {
                let (base, fields) = parts.split_first()?;
                match fields.split_last() {
                    None => self.set(*base, element, scope),
                    Some((last, path)) => self.set_attribute(*base, path, *last, scope),
                }
            }
            Kind::SetLiteral => self.set_literal(decl, element, scope),
            Kind::CallOrName => self.set_name(decl, element, scope),
            _ => match parts.as_slice() {
                [one] => self.set(*one, element, scope),
                _ => {
                    self.not_a_set(decl.span());
                    None
                }
            },
        }
    }

    fn not_a_set(&mut self, span: Span) {
        self.reports.push(
            Diagnostic::error("K0304", span, Label::new("ここには集合が要ります", "a set is needed here"))
                .help(
                    "集合の属性 (`c.clauses`)、種類の名前 (`contract`)、関係 (`supplies(v)`)、`{ a, b }` のどれかを書きます",
                    "write a set attribute (`c.clauses`), an entity (`contract`), a relation (`supplies(v)`) or `{ a, b }`",
                ),
        );
    }

    fn set_attribute(
        &mut self,
        base: Decl<'_>,
        path: &[Decl<'_>],
        last: Decl<'_>,
        scope: &mut Scope,
    ) -> Option<(SetExpr, Type)> {
        let mut expr = self.expr(base, None, scope)?;
        for field in path {
            let (kind, attr) = self.field(&expr, *field)?;
            let attribute = self.names.schema.attribute(kind, attr)?;
            let optional = attribute.optional || expr.optional;
            let ty = attribute.ty.clone();
            expr = Expr {
                kind: ExprKind::Attr { base: Box::new(expr), kind, attr },
                ty,
                optional,
                span: field.span(),
            };
        }
        let (kind, attr) = self.field(&expr, last)?;
        let attribute = self.names.schema.attribute(kind, attr)?;
        match attribute.ty.element() {
            Some(element) => Some((SetExpr::Attr { base: Box::new(expr), kind, attr }, element.clone())),
            None => {
                let found = self.ty(&attribute.ty);
                self.mismatch(last.span(), "set of …", &found);
                None
            }
        }
    }

    fn set_literal(
        &mut self,
        decl: Decl<'_>,
        element: Option<&Type>,
        scope: &mut Scope,
    ) -> Option<(SetExpr, Type)> {
        let given: Vec<Decl<'_>> = decl.all(Kind::Expression).collect();
        let mut ty = element.cloned();
        let mut items = Vec::with_capacity(given.len());
        for item in given {
            let expr = self.expr(item, ty.as_ref(), scope)?;
            match &ty {
                None => ty = Some(expr.ty.clone()),
                Some(t) if *t != expr.ty => {
                    let (expected, found) = (self.ty(t), self.ty(&expr.ty));
                    self.mismatch(expr.span, &expected, &found);
                    return None;
                }
                Some(_) => {}
            }
            items.push(expr);
        }
        let ty = ty.unwrap_or(Type::Text);
        if ty.is_numeric() || matches!(ty, Type::Bool | Type::Duration | Type::Set(_)) {
            let found = self.ty(&ty);
            self.mismatch(decl.span(), "set of …", &format!("{{ {found} … }}"));
            return None;
        }
        Some((SetExpr::Literal(items), ty))
    }

    fn set_name(
        &mut self,
        decl: Decl<'_>,
        element: Option<&Type>,
        scope: &mut Scope,
    ) -> Option<(SetExpr, Type)> {
        let names = self.names;
        let (name, span) = decl.name()?;
        let Some(arguments) = decl.child(Kind::Arguments) else {
            if scope.lookup(&name).is_none()
                && let Some(kind) = names.types.kinds.get(&name)
            {
                return Some((SetExpr::Extent(*kind), Type::Ref(*kind)));
            }
            if scope.lookup(&name).is_some() {
                self.not_a_set(span);
            } else {
                self.reports.unknown(
                    "K0301",
                    span,
                    ("集合 (種類)", "set (entity)"),
                    &name,
                    names.types.kinds.keys().map(String::as_str),
                );
            }
            return None;
        };
        if let Some(relation) = names.relations.get(&name) {
            let (last, before) = relation.columns.split_last()?;
            let args = self.arguments(&name, arguments, before, scope)?;
            return Some((SetExpr::Image { relation: relation.id, args }, last.clone()));
        }
        if let Some(definition) = names.definitions.get(&name) {
            let types: Vec<Type> = definition.params.iter().map(|(_, t)| t.clone()).collect();
            let args = self.arguments(&name, arguments, &types, scope)?;
            return self.unfold(&name, span, args, scope, |this, body, scope| this.set(body, element, scope));
        }
        let all = names.relations.keys().chain(names.definitions.keys());
        self.reports.unknown("K0301", span, ("関係", "relation"), &name, all.map(String::as_str));
        None
    }

    pub(super) fn quantifier(&mut self, decl: Decl<'_>, scope: &mut Scope) -> Option<Expr> {
        let quantifier = if decl.child(Kind::KwAll).is_some() { Quantifier::All } else { Quantifier::Any };
        let (var_name, _) = decl.name()?;
        let (set, element) = self.set(decl.child(Kind::Postfix)?, None, scope)?;
        let var = scope.bind(&var_name, element);
        let filter = decl.child(Kind::Disjunction).map(|f| self.condition(f, scope));
        let body = decl.child(Kind::Expression).map(|b| self.condition(b, scope));
        scope.unbind();
        let filter = match filter {
            Some(f) => Some(Box::new(f?)),
            None => None,
        };
        let body = match body {
            Some(b) => b?,
            None => bool_expr(ExprKind::Const(Const::Bool(true)), decl.span()),
        };
        let kind = ExprKind::Quantified { quantifier, var, set, filter, body: Box::new(body) };
        Some(bool_expr(kind, decl.span()))
    }

    pub(super) fn aggregate(&mut self, decl: Decl<'_>, scope: &mut Scope) -> Option<Expr> {
        let word = decl.word(Kind::AggregateWord)?;
        let aggregate = match word.as_str() {
            "count" => Aggregate::Count,
            "sum" => Aggregate::Sum,
            "min" => Aggregate::Min,
            "max" => Aggregate::Max,
            _ => Aggregate::Share,
        };
        let (var_name, _) = decl.name()?;
        let (set, element) = self.set(decl.child(Kind::Postfix)?, None, scope)?;
        let var = scope.bind(&var_name, element);
        let filter = decl.child(Kind::Disjunction).map(|f| self.condition(f, scope));
        let body = decl.child(Kind::Expression).map(|b| match aggregate {
            Aggregate::Share | Aggregate::Count => self.condition(b, scope),
            _ => self.expr(b, None, scope),
        });
        scope.unbind();
        let filter = match filter {
            Some(f) => Some(Box::new(f?)),
            None => None,
        };
        let body = match body {
            Some(b) => Some(Box::new(b?)),
            None => None,
        };
        let span = decl.span();
        let needs = |this: &mut Self, ja: &str, en: &str| {
            this.reports.push(Diagnostic::error("K0306", span, Label::new(ja, en)).help(
                "例: `count(x in S with x.a)`、`sum(x in S: x.a)`、`share(x in S: x.a)`",
                "for example `count(x in S with x.a)`, `sum(x in S: x.a)`, `share(x in S: x.a)`",
            ));
            None
        };
        let ty = match (aggregate, &body) {
            (Aggregate::Count, None) => Type::Int,
            (Aggregate::Count, Some(_)) => {
                return needs(
                    self,
                    "`count` の条件は `with` で書きます: `count(x in S with …)`",
                    "write the condition of `count` after `with`: `count(x in S with …)`",
                );
            }
            (Aggregate::Share, Some(_)) => Type::Decimal,
            (Aggregate::Sum, Some(b)) if matches!(b.ty, Type::Int | Type::Decimal) => b.ty.clone(),
            (Aggregate::Min | Aggregate::Max, Some(b)) if b.ty.is_numeric() => b.ty.clone(),
            (_, None) => {
                return needs(self, "`:` の後に値が要ります", "a value is needed after `:`");
            }
            (_, Some(b)) => {
                let found = self.ty(&b.ty);
                self.mismatch(b.span, "int / decimal / date", &found);
                return None;
            }
        };
        let optional = matches!(aggregate, Aggregate::Min | Aggregate::Max | Aggregate::Share);
        Some(Expr { kind: ExprKind::Aggregated { aggregate, var, set, filter, body }, ty, optional, span })
    }
}
