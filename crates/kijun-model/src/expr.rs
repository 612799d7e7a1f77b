//! Expressions: what names mean, which variables there are, and the way from a syntax tree to a typed
//! expression. Each group of expressions has its own module.

mod constants;
mod messages;
mod operators;
mod paths;
mod sets;

use std::collections::BTreeMap;

use kijun_engine::program::{Const, Expr, ExprKind, RelationId, TableId, Var, VarId};
use kijun_facts::{Schema, Type};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, Reports};
use crate::norms::Norms;
use crate::schema::TypeNames;

pub(crate) use constants::parse_date;

pub(crate) struct Definition<'a> {
    pub(crate) decl: Decl<'a>,
    pub(crate) params: Vec<(String, Type)>,
    pub(crate) result: Type,
}

pub(crate) struct RelationSig {
    pub(crate) id: RelationId,
    pub(crate) columns: Vec<Type>,
    /// Its name, where it is declared.
    pub(crate) span: Span,
}

pub(crate) struct TableSig {
    pub(crate) id: TableId,
    pub(crate) params: Vec<Type>,
    pub(crate) result: Type,
    /// Its name, where it is declared.
    pub(crate) span: Span,
}

/// What names mean in expressions of all packs.
pub(crate) struct Names<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) types: &'a TypeNames,
    pub(crate) norms: &'a Norms,
    pub(crate) definitions: BTreeMap<String, Definition<'a>>,
    pub(crate) relations: BTreeMap<String, RelationSig>,
    pub(crate) tables: BTreeMap<String, TableSig>,
    pub(crate) params: BTreeMap<String, (Type, Const)>,
}

impl Names<'_> {
    /// Where a relation, table or function is declared.
    fn declared(&self, name: &str) -> Option<Span> {
        let relation = self.relations.get(name).map(|r| r.span);
        let table = || self.tables.get(name).map(|t| t.span);
        let definition = || self.definitions.get(name).and_then(|d| d.decl.name()).map(|(_, span)| span);
        relation.or_else(table).or_else(definition)
    }
}

/// What a name stands for in the text at hand.
#[derive(Clone)]
enum Binding {
    Var(VarId),
    /// The argument of a function that is being unfolded.
    Value(Expr),
}

/// Variables of one check, attestation or rule while its expressions are lowered.
#[derive(Default)]
pub(crate) struct Scope {
    pub(crate) vars: Vec<Var>,
    names: Vec<(String, Binding)>,
    /// Functions being unfolded, to find recursion.
    calls: Vec<String>,
    unfoldings: usize,
}

impl Scope {
    pub(crate) fn bind(&mut self, name: &str, ty: Type) -> VarId {
        let id = VarId(self.vars.len() as u32);
        self.vars.push(Var { name: name.to_owned(), ty });
        self.names.push((name.to_owned(), Binding::Var(id)));
        id
    }

    pub(crate) fn unbind(&mut self) {
        self.names.pop();
    }

    pub(crate) fn var(&self, name: &str) -> Option<VarId> {
        self.names.iter().rev().find(|(n, _)| n == name).and_then(|(_, b)| match b {
            Binding::Var(id) => Some(*id),
            Binding::Value(_) => None,
        })
    }

    fn lookup(&self, name: &str) -> Option<&Binding> {
        self.names.iter().rev().find(|(n, _)| n == name).map(|(_, b)| b)
    }
}

pub(crate) struct Lowering<'n, 'a, 'r> {
    pub(crate) names: &'n Names<'a>,
    pub(crate) reports: &'r mut Reports,
}

fn bool_expr(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, ty: Type::Bool, optional: false, span }
}

impl Lowering<'_, '_, '_> {
    fn ty(&self, ty: &Type) -> String {
        self.names.schema.type_name(ty)
    }

    pub(crate) fn mismatch(&mut self, span: Span, expected: &str, found: &str) {
        let message = Label::new(
            format!("型が合いません: `{expected}` が要りますが `{found}` です"),
            format!("expected `{expected}`, found `{found}`"),
        );
        let help = mismatch_help(expected);
        self.reports.push(
            Diagnostic::error("K0302", span, message)
                .label(format!("これは `{found}`"), format!("this is `{found}`"))
                .help(help.ja, help.en),
        );
    }

    /// A condition.
    pub(crate) fn condition(&mut self, decl: Decl<'_>, scope: &mut Scope) -> Option<Expr> {
        self.typed(decl, &Type::Bool, scope)
    }

    /// An expression that must have this type; an int is read as a decimal where one is wanted.
    pub(crate) fn typed(&mut self, decl: Decl<'_>, ty: &Type, scope: &mut Scope) -> Option<Expr> {
        let expr = self.expr(decl, Some(ty), scope)?;
        self.coerce(expr, ty)
    }

    fn coerce(&mut self, expr: Expr, ty: &Type) -> Option<Expr> {
        if expr.ty == *ty {
            return Some(expr);
        }
        if expr.ty == Type::Int && *ty == Type::Decimal {
            let (span, optional) = (expr.span, expr.optional);
            return Some(Expr {
                kind: ExprKind::ToDecimal(Box::new(expr)),
                ty: Type::Decimal,
                optional,
                span,
            });
        }
        let (expected, found) = (self.ty(ty), self.ty(&expr.ty));
        self.mismatch(expr.span, &expected, &found);
        None
    }

    pub(crate) fn expr(
        &mut self,
        decl: Decl<'_>,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let parts: Vec<Decl<'_>> = decl.parts().collect();
        let span = decl.span();
        match decl.node.kind {
            Kind::Expression => match parts.as_slice() {
                [one] => self.expr(*one, expected, scope),
                [left, _, right] => {
                    let left = self.condition(*left, scope);
                    let right = self.condition(*right, scope)?;
                    let left = left?;
                    let not = bool_expr(ExprKind::Not(Box::new(left)), span);
                    Some(bool_expr(ExprKind::Or(vec![not, right]), span))
                }
                _ => None,
            },
            Kind::Disjunction | Kind::Conjunction => {
                let operands: Vec<Decl<'_>> =
                    parts.into_iter().filter(|p| !matches!(p.node.kind, Kind::KwOr | Kind::KwAnd)).collect();
                if let [one] = operands.as_slice() {
                    return self.expr(*one, expected, scope);
                }
                let lowered: Vec<Option<Expr>> =
                    operands.into_iter().map(|o| self.condition(o, scope)).collect();
                let lowered: Option<Vec<Expr>> = lowered.into_iter().collect();
                let kind = match decl.node.kind {
                    Kind::Disjunction => ExprKind::Or(lowered?),
                    _ => ExprKind::And(lowered?),
                };
                Some(bool_expr(kind, span))
            }
            Kind::Negation => match parts.as_slice() {
                [one] => self.expr(*one, expected, scope),
                [_, operand] => {
                    let operand = self.condition(*operand, scope)?;
                    Some(bool_expr(ExprKind::Not(Box::new(operand)), span))
                }
                _ => None,
            },
            Kind::Quantifier => self.quantifier(decl, scope),
            Kind::Comparison => match parts.as_slice() {
                [one] => self.expr(*one, expected, scope),
                [left, op, right] => self.comparison(*left, *op, *right, span, scope),
                _ => None,
            },
            Kind::Sum | Kind::Product => self.arithmetic(&parts, expected, scope),
            Kind::Postfix => self.postfix(&parts, expected, span, scope),
            Kind::GroupExpr => parts.first().and_then(|p| self.expr(*p, expected, scope)),
            Kind::Quantity | Kind::Negative | Kind::Date | Kind::String | Kind::Truth => self
                .constant(decl, expected)
                .map(|(c, ty)| Expr { kind: ExprKind::Const(c), ty, optional: false, span }),
            Kind::Today => Some(Expr { kind: ExprKind::Today, ty: Type::Date, optional: false, span }),
            Kind::None => {
                self.reports.push(
                    Diagnostic::error(
                        "K0304",
                        span,
                        Label::new(
                            "`none` は `==` と `!=` の相手にだけ使えます",
                            "`none` only stands beside `==` or `!=`",
                        ),
                    )
                    .help("例: `c.expires == none`", "for example `c.expires == none`"),
                );
                None
            }
            Kind::CallOrName => self.call_or_name(decl, expected, scope),
            Kind::Aggregate => self.aggregate(decl, scope),
            Kind::SetLiteral => {
                self.reports.push(
                    Diagnostic::error(
                        "K0304",
                        span,
                        Label::new("ここに集合は書けません", "a set does not fit here"),
                    )
                    .help(
                        "集合は `x in { … }` や `any x in { … }` で使います",
                        "use a set in `x in { … }` or `any x in { … }`",
                    ),
                );
                None
            }
            _ => None,
        }
    }
}

fn mismatch_help(expected: &str) -> Label {
    match expected {
        "bool" => Label::new("条件にします (例: `… == 値`)", "make it a condition, such as `… == VALUE`"),
        _ if expected.starts_with("set of") => Label::new(
            "集合の属性、関係、`{ a, b }` のどれかを書きます",
            "write a set attribute, a relation or `{ a, b }`",
        ),
        _ => Label::new(
            format!("`{expected}` の値、属性、関数のどれかを書きます"),
            format!("write a value, an attribute or a function of type `{expected}`"),
        ),
    }
}
