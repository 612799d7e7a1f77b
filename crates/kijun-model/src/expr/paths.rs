//! Names and what follows them: variables, parameters, literals, attributes, calls, and the unfolding of
//! functions.

use kijun_engine::program::{Const, Expr, ExprKind};
use kijun_facts::{AttrId, KindId, Schema, Type};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use super::{Binding, Lowering, Scope, bool_expr};
use crate::context::Decl;

/// How large the unfolding of one expression may grow, in calls.
const MAX_UNFOLDINGS: usize = 2_000;
/// How deep functions may call each other.
const MAX_DEPTH: usize = 12;

impl Lowering<'_, '_, '_> {
    /// A name that only its context can give a type: neither variable, parameter nor function.
    pub(super) fn is_bare(&self, decl: Decl<'_>, scope: &Scope) -> bool {
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

    pub(super) fn call_or_name(
        &mut self,
        decl: Decl<'_>,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Option<Expr> {
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

    pub(super) fn postfix(
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

    /// `clause.no_analysis`: a literal with the name of its enum. Outer: whether it is one; inner: whether it exists.
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

    pub(super) fn field(&mut self, base: &Expr, field: Decl<'_>) -> Option<(KindId, AttrId)> {
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

    pub(super) fn arguments(
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
    pub(super) fn unfold<T>(
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
        if scope.unfoldings > MAX_UNFOLDINGS || scope.calls.len() >= MAX_DEPTH {
            // Said even while the errors of a body are not said again: this one belongs to the call.
            self.reports.diagnostics.push(
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
}

fn schema_enum_name(schema: &Schema, e: usize) -> Option<&str> {
    schema.enums.get(e).map(|e| e.name.as_str())
}
