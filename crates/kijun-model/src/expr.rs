//! Expressions: names resolved, types checked, functions unfolded.

use std::collections::BTreeMap;

use kijun_engine::program::{
    Aggregate, ArithOp, CompareOp, Const, Expr, ExprKind, Message, Piece, Quantifier, RelationId, SetExpr,
    TableId, Var, VarId,
};
use kijun_facts::{AttrId, Date, Duration, KindId, Schema, Type};
use kijun_syntax::{Kind, Node, parse_expression};
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, Reports, unescape};
use crate::norms::Norms;
use crate::schema::TypeNames;

/// How large the unfolding of one expression may grow, in calls.
const MAX_UNFOLDINGS: usize = 20_000;

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

    // ------------------------------------------------------------ constants

    /// A literal value, with the type that it has or is expected to have.
    pub(crate) fn constant(&mut self, decl: Decl<'_>, expected: Option<&Type>) -> Option<(Const, Type)> {
        let text = decl.own_text();
        let span = decl.span();
        match decl.node.kind {
            Kind::Truth => Some((Const::Bool(text == "true"), Type::Bool)),
            Kind::Date => match parse_date(&text) {
                Some(date) => Some((Const::Date(date), Type::Date)),
                None => {
                    self.reports.push(
                        Diagnostic::error(
                            "K0303",
                            span,
                            Label::new(
                                format!("`{text}` という日はありません"),
                                format!("there is no day `{text}`"),
                            ),
                        )
                        .help("日付は 2026-04-01 のように書きます", "write a date as 2026-04-01"),
                    );
                    None
                }
            },
            Kind::String => {
                let value = unescape(&text);
                match expected {
                    Some(Type::Requirement) => {
                        let id = self.names.norms.resolve(&value, span, self.reports)?;
                        let id = self.names.norms.requirements.get(id.0 as usize)?.id.clone();
                        Some((Const::Requirement(id), Type::Requirement))
                    }
                    Some(Type::Enum(e)) => {
                        let code = self.names.schema.enumeration(*e).and_then(|d| d.code(&value));
                        match code {
                            Some(code) => Some((Const::Enum(code), Type::Enum(*e))),
                            None => {
                                self.unknown_literal(*e, &value, span);
                                None
                            }
                        }
                    }
                    _ => Some((Const::Text(value), Type::Text)),
                }
            }
            Kind::Negative => {
                let inner = decl.child(Kind::Quantity)?;
                match self.constant(inner, expected)? {
                    (Const::Int(n), ty) => Some((Const::Int(-n), ty)),
                    (Const::Decimal(n), ty) => Some((Const::Decimal(-n), ty)),
                    (Const::Duration(d), ty) => {
                        Some((Const::Duration(Duration { months: -d.months, days: -d.days }), ty))
                    }
                    other => Some(other),
                }
            }
            Kind::Quantity => self.quantity(decl, expected),
            _ => None,
        }
    }

    fn quantity(&mut self, decl: Decl<'_>, expected: Option<&Type>) -> Option<(Const, Type)> {
        let number = decl.word(Kind::Number)?;
        let unit = decl.word(Kind::Unit);
        let too_large = |this: &mut Self| {
            this.reports.push(
                Diagnostic::error(
                    "K0303",
                    decl.span(),
                    Label::new("数が大きすぎるか細かすぎます", "the number is too large or too fine"),
                )
                .help(
                    "整数は 9,223,372,036,854,775,807 まで、小数は 6 桁までです",
                    "integers reach 9,223,372,036,854,775,807, decimals have six places",
                ),
            );
        };
        if let Some(unit) = unit {
            let Ok(n) = number.parse::<i32>() else {
                too_large(self);
                return None;
            };
            let duration = match unit.as_str() {
                "year" | "years" => n.checked_mul(12).map(|months| Duration { months, days: 0 }),
                "month" | "months" => Some(Duration { months: n, days: 0 }),
                "week" | "weeks" => n.checked_mul(7).map(|days| Duration { months: 0, days }),
                _ => Some(Duration { months: 0, days: n }),
            };
            return match duration {
                Some(d) => Some((Const::Duration(d), Type::Duration)),
                None => {
                    too_large(self);
                    None
                }
            };
        }
        let parsed = match (number.contains('.'), expected) {
            (false, Some(Type::Decimal)) | (true, _) => {
                parse_decimal(&number).map(|n| (Const::Decimal(n), Type::Decimal))
            }
            (false, _) => number.parse().ok().map(|n| (Const::Int(n), Type::Int)),
        };
        if parsed.is_none() {
            too_large(self);
        }
        parsed
    }

    /// A country by its code as ISO 3166-1 writes it.
    pub(crate) fn country(&mut self, name: &str, span: Span) -> Option<[u8; 2]> {
        let found = kijun_facts::country::find(name);
        if found.is_some_and(|code| code.as_slice() == name.as_bytes()) {
            return found;
        }
        let message = Label::new(
            format!("`{name}` は国の符号ではありません"),
            format!("`{name}` is not a country code"),
        );
        let meant = found.map(|code| code.iter().map(|b| char::from(*b)).collect::<String>());
        let diagnostic = Diagnostic::error("K0303", span, message);
        self.reports.push(match meant {
            Some(code) => diagnostic.suggest(Some(&code)),
            None => diagnostic.help(
                "ISO 3166-1 にある 2 文字 (JP, US …) で書きます",
                "write two letters that ISO 3166-1 has (JP, US …)",
            ),
        });
        None
    }

    pub(crate) fn unknown_literal(&mut self, e: kijun_facts::EnumId, name: &str, span: Span) {
        if let Some(def) = self.names.schema.enumeration(e) {
            let what_ja = format!("enum `{}` の値", def.name);
            let what_en = format!("literal of the enum `{}` called", def.name);
            self.reports.unknown(
                "K0301",
                span,
                (&what_ja, &what_en),
                name,
                def.literals.iter().map(|l| l.name.as_str()),
            );
        }
    }

    // ------------------------------------------------------------ names and paths

    /// A name that only its context can give a type: neither variable, parameter nor function.
    fn is_bare(&self, decl: Decl<'_>, scope: &Scope) -> bool {
        let mut node = decl.node;
        loop {
            match node.kind {
                Kind::CallOrName => break,
                Kind::String => return true,
                _ => {
                    let mut parts = node.parts();
                    match (parts.next(), parts.next()) {
                        (Some(one), None) => node = one,
                        _ => return false,
                    }
                }
            }
        }
        let d = decl.at(node);
        let Some((name, _)) = d.name() else { return false };
        d.child(Kind::Arguments).is_none()
            && scope.lookup(&name).is_none()
            && !self.names.params.contains_key(&name)
    }

    fn call_or_name(&mut self, decl: Decl<'_>, expected: Option<&Type>, scope: &mut Scope) -> Option<Expr> {
        let (name, span) = decl.name()?;
        if let Some(arguments) = decl.child(Kind::Arguments) {
            return self.call(&name, span, arguments, decl.span(), scope);
        }
        match scope.lookup(&name).cloned() {
            Some(Binding::Var(id)) => {
                let ty = scope.vars.get(id.0 as usize).map(|v| v.ty.clone())?;
                return Some(Expr { kind: ExprKind::Var(id), ty, optional: false, span });
            }
            Some(Binding::Value(expr)) => return Some(Expr { span, ..expr }),
            None => {}
        }
        if let Some((ty, value)) = self.names.params.get(&name) {
            let body = Expr { kind: ExprKind::Const(value.clone()), ty: ty.clone(), optional: false, span };
            let kind = ExprKind::Named { name, body: Box::new(body) };
            return Some(Expr { kind, ty: ty.clone(), optional: false, span });
        }
        self.literal(&name, span, expected, scope)
    }

    fn literal(&mut self, name: &str, span: Span, expected: Option<&Type>, scope: &Scope) -> Option<Expr> {
        let constant =
            |c: Const, ty: Type| Some(Expr { kind: ExprKind::Const(c), ty, optional: false, span });
        match expected {
            Some(Type::Enum(e)) => {
                let position =
                    self.names.schema.enumeration(*e)?.literals.iter().position(|l| l.name == name);
                match position {
                    Some(code) => return constant(Const::Enum(code as u32), Type::Enum(*e)),
                    None => {
                        self.unknown_literal(*e, name, span);
                        return None;
                    }
                }
            }
            Some(Type::Country) => {
                let code = self.country(name, span)?;
                return constant(Const::Country(code), Type::Country);
            }
            _ => {}
        }
        let owners: Vec<(usize, usize)> = self
            .names
            .schema
            .enums
            .iter()
            .enumerate()
            .filter_map(|(e, def)| def.literals.iter().position(|l| l.name == name).map(|code| (e, code)))
            .collect();
        match owners.as_slice() {
            [(e, code)] => constant(Const::Enum(*code as u32), Type::Enum(kijun_facts::EnumId(*e as u32))),
            [] => {
                let schema = self.names.schema;
                let vars = scope.names.iter().map(|(n, _)| n.as_str());
                let params = self.names.params.keys().map(String::as_str);
                let literals = schema.enums.iter().flat_map(|e| e.literals.iter().map(|l| l.name.as_str()));
                let functions = self.names.definitions.keys().map(String::as_str);
                let all: Vec<&str> = vars.chain(params).chain(literals).chain(functions).collect();
                let similar = kijun_text::nearest(name, all.iter().copied());
                let mut diagnostic = Diagnostic::error(
                    "K0301",
                    span,
                    Label::new(
                        format!("`{name}` という名前はありません"),
                        format!("there is nothing called `{name}`"),
                    ),
                )
                .suggest(similar);
                if similar.is_none() {
                    diagnostic = diagnostic.help(
                        "変数、`param`、`define`、enum の値のどれかの名前を書きます",
                        "a variable, a `param`, a `define` or a literal of an enum goes here",
                    );
                }
                self.reports.push(diagnostic);
                None
            }
            several => {
                let list: Vec<String> = several
                    .iter()
                    .filter_map(|(e, _)| schema_enum_name(self.names.schema, *e))
                    .map(|e| format!("{e}.{name}"))
                    .collect();
                let list = list.join(", ");
                self.reports.push(
                    Diagnostic::error(
                        "K0301",
                        span,
                        Label::new(
                            format!("`{name}` はいくつもの enum にあります"),
                            format!("several enums have `{name}`"),
                        ),
                    )
                    .help(format!("次のどれかを書いてください: {list}"), format!("write one of: {list}")),
                );
                None
            }
        }
    }

    fn postfix(
        &mut self,
        parts: &[Decl<'_>],
        expected: Option<&Type>,
        span: Span,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let (base, fields) = parts.split_first()?;
        if fields.is_empty() {
            return self.expr(*base, expected, scope);
        }
        let (last, path) = fields.split_last()?;
        if path.is_empty()
            && let Some(expr) = self.qualified_literal(*base, *last, span, scope)
        {
            return expr;
        }
        let mut expr = self.expr(*base, None, scope)?;
        for field in fields {
            let (kind, attr) = self.field(&expr, *field)?;
            let attribute = self.names.schema.attribute(kind, attr)?;
            if attribute.ty.element().is_some() {
                self.reports.push(
                    Diagnostic::error(
                        "K0304",
                        field.span(),
                        Label::new(
                            format!("`{}` は集合です", attribute.name),
                            format!("`{}` is a set", attribute.name),
                        ),
                    )
                    .help(
                        "`x in …`、`any x in …: …`、`count(x in …)` のように使います",
                        "use it as `x in …`, `any x in …: …` or `count(x in …)`",
                    ),
                );
                return None;
            }
            let optional = attribute.optional || expr.optional;
            let span = Span { start: span.start, ..field.span() };
            expr = Expr {
                kind: ExprKind::Attr { base: Box::new(expr), kind, attr },
                ty: attribute.ty.clone(),
                optional,
                span,
            };
        }
        Some(expr)
    }

    /// `clause.no_analysis`: a literal with the name of its enum. `None`: it is not one.
    #[allow(clippy::option_option)] // outer: whether it is one; inner: whether it exists
    fn qualified_literal(
        &mut self,
        base: Decl<'_>,
        field: Decl<'_>,
        span: Span,
        scope: &Scope,
    ) -> Option<Option<Expr>> {
        if base.node.kind != Kind::CallOrName || base.child(Kind::Arguments).is_some() {
            return None;
        }
        let (name, _) = base.name()?;
        if scope.lookup(&name).is_some() {
            return None;
        }
        let e = *self.names.types.enums.get(&name)?;
        let literal = field.own_text();
        let position = self.names.schema.enumeration(e)?.literals.iter().position(|l| l.name == literal);
        Some(match position {
            Some(code) => Some(Expr {
                kind: ExprKind::Const(Const::Enum(code as u32)),
                ty: Type::Enum(e),
                optional: false,
                span,
            }),
            None => {
                self.unknown_literal(e, &literal, field.span());
                None
            }
        })
    }

    fn field(&mut self, base: &Expr, field: Decl<'_>) -> Option<(KindId, AttrId)> {
        let Type::Ref(kind) = base.ty else {
            let found = self.ty(&base.ty);
            self.reports.push(
                Diagnostic::error(
                    "K0303",
                    field.span(),
                    Label::new(
                        format!("`{found}` に属性はありません"),
                        format!("`{found}` has no attributes"),
                    ),
                )
                .label("属性は entity だけにあります", "only entities have attributes")
                .help("`.` の前に記録を指す式を書きます", "put a record before the `.`"),
            );
            return None;
        };
        let def = self.names.schema.kind(kind)?;
        let name = field.own_text();
        let found = def.attributes.iter().position(|a| a.name == name);
        if found.is_none() {
            let what_ja = format!("`{}` の属性", def.name);
            let what_en = format!("attribute of `{}` called", def.name);
            self.reports.unknown(
                "K0303",
                field.span(),
                (&what_ja, &what_en),
                &name,
                def.attributes.iter().map(|a| a.name.as_str()),
            );
        }
        found.map(|i| (kind, AttrId(i as u32)))
    }

    // ------------------------------------------------------------ calls

    fn wrong_count(&mut self, span: Span, name: &str, wanted: usize, given: usize) {
        let message = Label::new(
            format!("`{name}` の引数は {wanted} 個ですが {given} 個あります"),
            format!("`{name}` takes {wanted} argument(s), {given} given"),
        );
        let mut diagnostic = Diagnostic::error("K0306", span, message)
            .help("宣言と同じ数の引数を書きます", "give as many arguments as the declaration has");
        if let Some(declared) = self.names.declared(name) {
            diagnostic = diagnostic.note(declared, "宣言はここ", "declared here");
        }
        self.reports.push(diagnostic);
    }

    fn arguments(
        &mut self,
        name: &str,
        arguments: Decl<'_>,
        types: &[Type],
        scope: &mut Scope,
    ) -> Option<Vec<Expr>> {
        let given: Vec<Decl<'_>> = arguments.all(Kind::Expression).collect();
        if given.len() != types.len() {
            self.wrong_count(arguments.span(), name, types.len(), given.len());
            return None;
        }
        let lowered: Vec<Option<Expr>> =
            given.into_iter().zip(types).map(|(a, ty)| self.typed(a, ty, scope)).collect();
        lowered.into_iter().collect()
    }

    fn call(
        &mut self,
        name: &str,
        span: Span,
        arguments: Decl<'_>,
        whole: Span,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let names = self.names;
        if let Some(relation) = names.relations.get(name) {
            let given = arguments.all(Kind::Expression).count();
            if given + 1 == relation.columns.len() {
                self.reports.push(
                    Diagnostic::error("K0304", whole, Label::new("これは集合です", "this is a set")).help(
                        format!(
                            "条件なら引数を {} 個、集合なら `any x in {name}(…)` のように使います",
                            relation.columns.len()
                        ),
                        format!(
                            "give {} arguments for a condition, or use it as `any x in {name}(…)`",
                            relation.columns.len()
                        ),
                    ),
                );
                return None;
            }
            let args = self.arguments(name, arguments, &relation.columns, scope)?;
            return Some(bool_expr(ExprKind::Related { relation: relation.id, args }, whole));
        }
        if let Some(table) = names.tables.get(name) {
            let args = self.arguments(name, arguments, &table.params, scope)?;
            let kind = ExprKind::Lookup { table: table.id, args };
            return Some(Expr { kind, ty: table.result.clone(), optional: false, span: whole });
        }
        if let Some(definition) = names.definitions.get(name) {
            if definition.result.element().is_some() {
                let message = Label::new("これは集合です", "this is a set");
                self.reports.push(Diagnostic::error("K0304", whole, message).help(
                    format!("`x in {name}(…)` か `any x in {name}(…): …` のように使います"),
                    format!("use it as `x in {name}(…)` or `any x in {name}(…): …`"),
                ));
                return None;
            }
            let types: Vec<Type> = definition.params.iter().map(|(_, t)| t.clone()).collect();
            let args = self.arguments(name, arguments, &types, scope)?;
            let expr = self.unfold(name, span, args, scope, |this, body, scope| {
                this.typed(body, &definition.result, scope)
            })?;
            let (ty, optional) = (expr.ty.clone(), expr.optional);
            let kind = ExprKind::Named { name: name.to_owned(), body: Box::new(expr) };
            return Some(Expr { kind, ty, optional, span: whole });
        }
        let all = names.relations.keys().chain(names.tables.keys()).chain(names.definitions.keys());
        self.reports.unknown(
            "K0301",
            span,
            ("関数・関係・表", "function, relation or table"),
            name,
            all.map(String::as_str),
        );
        None
    }

    /// Lowers the body of a function with its parameters standing for `args`. What is wrong in the
    /// body is reported once, where the function is declared.
    fn unfold<T>(
        &mut self,
        name: &str,
        span: Span,
        args: Vec<Expr>,
        scope: &mut Scope,
        lower: impl FnOnce(&mut Self, Decl<'_>, &mut Scope) -> Option<T>,
    ) -> Option<T> {
        let definition = self.names.definitions.get(name)?;
        // A function that calls itself was reported where it is declared.
        if scope.calls.iter().any(|c| c == name) {
            return None;
        }
        scope.unfoldings += 1;
        if scope.unfoldings > MAX_UNFOLDINGS {
            self.reports.push(
                Diagnostic::error(
                    "K0305",
                    span,
                    Label::new(
                        "`define` の展開が大きくなりすぎました",
                        "unfolding the `define`s grows too large",
                    ),
                )
                .help("関数を呼び合う回数を減らしてください", "let the functions call each other less often"),
            );
            return None;
        }
        let body = definition.decl.child(Kind::Expression)?;
        let saved = std::mem::take(&mut scope.names);
        for ((param, _), arg) in definition.params.iter().zip(args) {
            scope.names.push((param.clone(), Binding::Value(arg)));
        }
        scope.calls.push(name.to_owned());
        self.reports.quiet += 1;
        let result = lower(self, body, scope);
        self.reports.quiet -= 1;
        scope.calls.pop();
        scope.names = saved;
        result
    }

    /// Lowers the body of a function once with its parameters as variables, to report its errors.
    pub(crate) fn check_definition(&mut self, name: &str) {
        let names = self.names;
        let Some(definition) = names.definitions.get(name) else { return };
        let mut scope = Scope::default();
        for (param, ty) in &definition.params {
            scope.bind(param, ty.clone());
        }
        scope.calls.push(name.to_owned());
        let Some(body) = definition.decl.child(Kind::Expression) else { return };
        match definition.result.element() {
            Some(element) => {
                if let Some((_, found)) = self.set(body, Some(element), &mut scope)
                    && found != *element
                {
                    let (expected, found) = (self.ty(element), self.ty(&found));
                    self.mismatch(body.span(), &format!("set of {expected}"), &format!("set of {found}"));
                }
            }
            None => {
                self.typed(body, &definition.result, &mut scope);
            }
        }
    }

    // ------------------------------------------------------------ sets

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

    fn quantifier(&mut self, decl: Decl<'_>, scope: &mut Scope) -> Option<Expr> {
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

    fn aggregate(&mut self, decl: Decl<'_>, scope: &mut Scope) -> Option<Expr> {
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

    // ------------------------------------------------------------ operators

    fn comparison(
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

    fn arithmetic(&mut self, parts: &[Decl<'_>], expected: Option<&Type>, scope: &mut Scope) -> Option<Expr> {
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

    // ------------------------------------------------------------ messages

    /// The `ja` and `en` texts of a clause.
    pub(crate) fn message(&mut self, clause: Decl<'_>, scope: &mut Scope) -> Message {
        let mut message = Message::default();
        for part in clause.parts() {
            let Some(string) = part.child(Kind::String) else { continue };
            let pieces = self.pieces(string, scope);
            match part.node.kind {
                Kind::Ja => message.ja = pieces,
                Kind::En => message.en = pieces,
                _ => {}
            }
        }
        message
    }

    fn pieces(&mut self, string: Decl<'_>, scope: &mut Scope) -> Vec<Piece> {
        let raw = string.node.text(string.text);
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut at = 1;
        while let Some(c) = raw.get(at..raw.len().saturating_sub(1)).and_then(|r| r.chars().next()) {
            match c {
                '\\' => {
                    let escaped = raw.get(at + 1..).and_then(|r| r.chars().next()).unwrap_or('\\');
                    text.push(if escaped == 'n' { '\n' } else { escaped });
                    at += 1 + escaped.len_utf8();
                }
                '{' => {
                    let rest = raw.get(at + 1..).unwrap_or("");
                    let Some(len) = rest.find('}') else {
                        self.bad_interpolation(string, at, raw.len() - at - 1);
                        break;
                    };
                    let source = rest.get(..len).unwrap_or("");
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    let start = string.node.start + at + 1;
                    if let Some(expr) = self.interpolation(string, source, start, scope) {
                        pieces.push(Piece::Value(expr));
                    }
                    at += len + 2;
                }
                other => {
                    text.push(other);
                    at += other.len_utf8();
                }
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        pieces
    }

    fn bad_interpolation(&mut self, string: Decl<'_>, at: usize, len: usize) {
        let start = string.node.start + at;
        self.reports.push(
            Diagnostic::error(
                "K0309",
                Span::new(string.file, start, start + len),
                Label::new("`{` に対する `}` がありません", "a `{` has no `}`"),
            )
            .help("文字としての `{` は `\\{` と書きます", "write `\\{` for the character itself"),
        );
    }

    fn interpolation(
        &mut self,
        string: Decl<'_>,
        source: &str,
        start: usize,
        scope: &mut Scope,
    ) -> Option<Expr> {
        match parse_expression(source) {
            Err(error) => {
                let mut diagnostic = Diagnostic::error(
                    "K0309",
                    Span::new(string.file, start + error.start, start + error.end),
                    error.message,
                );
                diagnostic.label = error.label;
                diagnostic.help = error.help;
                self.reports.push(diagnostic);
                None
            }
            Ok(mut node) => {
                shift(&mut node, start);
                self.expr(Decl { node: &node, ..string }, None, scope)
            }
        }
    }
}

fn shift(node: &mut Node, by: usize) {
    node.start += by;
    node.end += by;
    node.children.iter_mut().for_each(|c| shift(c, by));
}

fn schema_enum_name(schema: &Schema, e: usize) -> Option<&str> {
    schema.enums.get(e).map(|e| e.name.as_str())
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

/// `2026-04-01` or `2026-04`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    match parts.next() {
        Some(day) => Date::ymd(year, month, day.parse().ok()?),
        None => Date::month(year, month),
    }
}

/// Millionths of a decimal numeral with at most six places.
pub(crate) fn parse_decimal(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 6 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
    whole.checked_mul(kijun_facts::value::DECIMAL_ONE)?.checked_add(fraction)
}
