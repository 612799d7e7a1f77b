//! Relations, functions, parameters, tables, checks, attestations and combinations of measures.

use std::collections::BTreeMap;

use kijun_engine::program::{
    Attest, Check, Combination, Combine, Const, Expr, ExprKind, Member, Relation, RelationId, Require,
    RequirementId, Rule, Subject, Table, TableId,
};
use kijun_facts::{Duration, Schema, Type};
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label, Span};

use crate::context::{Decl, Reports};
use crate::expr::{Definition, Lowering, RelationSig, Scope, TableSig};
use crate::norms::{Norms, mark_of, weight_of};
use crate::schema::TypeNames;

/// Declarations of one kind by name, in the order of names; a second one of the same name is reported.
pub(crate) fn by_name<'a>(
    decls: &[Decl<'a>],
    kind: Kind,
    what: (&str, &str),
    reports: &mut Reports,
) -> BTreeMap<String, Decl<'a>> {
    let mut found: BTreeMap<String, Decl<'a>> = BTreeMap::new();
    for decl in decls.iter().filter(|d| d.node.kind == kind) {
        let Some((name, span)) = decl.name() else { continue };
        match found.get(&name).and_then(|d| d.name()) {
            Some((_, first)) => reports.duplicate(what, &name, span, first),
            None => {
                found.insert(name, *decl);
            }
        }
    }
    found
}

fn types_of(decl: Decl<'_>, types: &TypeNames, reports: &mut Reports) -> Vec<Option<Type>> {
    decl.all(Kind::TypeRef).map(|t| types.resolve(t, reports)).collect()
}

// ---------------------------------------------------------------- signatures

pub(crate) fn relation_signatures(
    decls: &BTreeMap<String, Decl<'_>>,
    schema: &Schema,
    types: &TypeNames,
    reports: &mut Reports,
) -> BTreeMap<String, RelationSig> {
    let mut out = BTreeMap::new();
    for (name, decl) in decls {
        let columns: Option<Vec<Type>> = types_of(*decl, types, reports).into_iter().collect();
        let Some(columns) = columns else { continue };
        let bad = columns.iter().find(|t| {
            t.is_numeric() || matches!(t, Type::Bool | Type::Duration | Type::Requirement | Type::Set(_))
        });
        if let Some(bad) = bad {
            let found = schema.type_name(bad);
            reports.push(
                Diagnostic::error(
                    "K0208",
                    decl.span(),
                    Label::new(
                        format!("関係の列に `{found}` は使えません"),
                        format!("a relation has no column of `{found}`"),
                    ),
                )
                .help(
                    "使えるのは entity、enum、text、country です",
                    "columns are entities, enums, texts or countries",
                ),
            );
            continue;
        }
        let id = RelationId(out.len() as u32);
        out.insert(name.clone(), RelationSig { id, columns });
    }
    out
}

pub(crate) fn table_signatures(
    decls: &BTreeMap<String, Decl<'_>>,
    types: &TypeNames,
    reports: &mut Reports,
) -> BTreeMap<String, TableSig> {
    let mut out = BTreeMap::new();
    for (name, decl) in decls {
        let all: Option<Vec<Type>> = types_of(*decl, types, reports).into_iter().collect();
        let Some(mut all) = all else { continue };
        let Some(result) = all.pop() else { continue };
        if let Some(bad) = all.iter().find(|t| !matches!(t, Type::Enum(_) | Type::Bool | Type::Country)) {
            let _ = bad;
            reports.push(
                Diagnostic::error(
                    "K0208",
                    decl.span(),
                    Label::new("表の見出しに使えない型です", "a table has no keys of this type"),
                )
                .help("見出しは enum、bool、country です", "keys are enums, bools or countries"),
            );
            continue;
        }
        let id = TableId(out.len() as u32);
        out.insert(name.clone(), TableSig { id, params: all, result });
    }
    out
}

pub(crate) fn definitions<'a>(
    decls: &BTreeMap<String, Decl<'a>>,
    types: &TypeNames,
    reports: &mut Reports,
) -> BTreeMap<String, Definition<'a>> {
    let mut out = BTreeMap::new();
    for (name, decl) in decls {
        let params: Option<Vec<(String, Type)>> = decl
            .all(Kind::Parameter)
            .map(|p| Some((p.name()?.0, types.resolve(p.child(Kind::TypeRef)?, reports)?)))
            .collect();
        let result = decl.child(Kind::TypeRef).and_then(|t| types.resolve(t, reports));
        if let (Some(params), Some(result)) = (params, result) {
            out.insert(name.clone(), Definition { decl: *decl, params, result });
        }
    }
    out
}

/// Reports every `define` that calls itself, directly or through others.
pub(crate) fn recursive_definitions(definitions: &BTreeMap<String, Definition<'_>>, reports: &mut Reports) {
    let mut graph = petgraph::graph::DiGraph::<&str, ()>::new();
    let nodes: BTreeMap<&str, _> =
        definitions.keys().map(|n| (n.as_str(), graph.add_node(n.as_str()))).collect();
    for (name, definition) in definitions {
        definition.decl.node.walk(&mut |node| {
            if node.kind == Kind::CallOrName && node.child(Kind::Arguments).is_some() {
                let callee = node.child(Kind::Name).map(|n| definition.decl.text_of(n)).unwrap_or_default();
                if let (Some(from), Some(to)) = (nodes.get(name.as_str()), nodes.get(callee.as_str())) {
                    graph.update_edge(*from, *to, ());
                }
            }
        });
    }
    for component in petgraph::algo::tarjan_scc(&graph) {
        let cyclic = component.len() > 1 || component.first().is_some_and(|n| graph.contains_edge(*n, *n));
        if !cyclic {
            continue;
        }
        let mut names: Vec<&str> = component.iter().filter_map(|n| graph.node_weight(*n).copied()).collect();
        names.sort_unstable();
        let span =
            names.first().and_then(|n| definitions.get(*n)).and_then(|d| d.decl.name()).map(|(_, s)| s);
        let list = names.join(" → ");
        reports.push(
            Diagnostic::error(
                "K0305",
                span.unwrap_or_default(),
                Label::new(
                    format!("`define` が自分自身を呼んでいます: {list}"),
                    format!("a `define` calls itself: {list}"),
                ),
            )
            .help("再帰は `relation` で書きます", "write recursion as a `relation`"),
        );
    }
}

pub(crate) fn params(
    decls: &BTreeMap<String, Decl<'_>>,
    lowering: &mut Lowering<'_, '_, '_>,
) -> BTreeMap<String, (Type, Const)> {
    let mut out = BTreeMap::new();
    for (name, decl) in decls {
        let Some(ty) =
            decl.child(Kind::TypeRef).and_then(|t| lowering.names.types.resolve(t, lowering.reports))
        else {
            continue;
        };
        let Some(expression) = decl.child(Kind::Expression) else { continue };
        if let Some(value) = constant_of(expression, &ty, lowering) {
            out.insert(name.clone(), (ty, value));
        }
    }
    out
}

/// An expression that must be a constant of this type.
pub(crate) fn constant_of(decl: Decl<'_>, ty: &Type, lowering: &mut Lowering<'_, '_, '_>) -> Option<Const> {
    let expr = lowering.typed(decl, ty, &mut Scope::default())?;
    fold(&expr).or_else(|| {
        lowering.reports.push(
            Diagnostic::error(
                "K0306",
                decl.span(),
                Label::new("ここには定数が要ります", "a constant is needed here"),
            )
            .help(
                "数、日付、期間、文字列、enum の値のどれかを書きます",
                "write a number, date, duration, text or literal",
            ),
        );
        None
    })
}

fn fold(expr: &Expr) -> Option<Const> {
    match &expr.kind {
        ExprKind::Const(c) => Some(c.clone()),
        ExprKind::Named { body, .. } => fold(body),
        ExprKind::ToDecimal(inner) => match fold(inner)? {
            Const::Int(n) => n.checked_mul(kijun_facts::value::DECIMAL_ONE).map(Const::Decimal),
            _ => None,
        },
        _ => None,
    }
}

// ---------------------------------------------------------------- bodies

pub(crate) fn tables(decls: &BTreeMap<String, Decl<'_>>, lowering: &mut Lowering<'_, '_, '_>) -> Vec<Table> {
    let names = lowering.names;
    let mut out = Vec::new();
    for (name, signature) in &names.tables {
        let Some(decl) = decls.get(name) else { continue };
        let mark = mark_of(*decl, lowering.reports).unwrap_or_default();
        let cells = table_cells(*decl, signature, lowering);
        out.push(Table {
            name: name.clone(),
            params: signature.params.clone(),
            result: signature.result.clone(),
            cells,
            mark,
            span: decl.name().map(|(_, s)| s).unwrap_or_default(),
        });
    }
    out
}

fn table_cells(
    decl: Decl<'_>,
    signature: &TableSig,
    lowering: &mut Lowering<'_, '_, '_>,
) -> Vec<(Vec<u32>, Option<Const>)> {
    let mut out: Vec<(Vec<u32>, Option<Const>)> = Vec::new();
    let columns: Option<Vec<Decl<'_>>> = decl.child(Kind::Columns).map(|c| c.all(Kind::Cell).collect());
    let (row_types, column_type) = match (&columns, signature.params.split_last()) {
        (Some(_), Some((last, rest))) => (rest, Some(last)),
        _ => (signature.params.as_slice(), None),
    };
    let column_codes: Vec<Option<u32>> = match (&columns, column_type) {
        (Some(cells), Some(ty)) => cells.iter().map(|c| key(*c, ty, lowering)).collect(),
        _ => vec![None],
    };
    for row in decl.all(Kind::TableRow) {
        let colon = row
            .node
            .children
            .iter()
            .find(|n| n.kind == Kind::Punct && row.text_of(n) == ":")
            .map_or(0, |n| n.start);
        let (keys, values): (Vec<Decl<'_>>, Vec<Decl<'_>>) =
            row.all(Kind::Cell).partition(|c| c.node.start < colon);
        let weak = mark_of(row, lowering.reports).is_some_and(kijun_engine::program::Mark::is_weak);
        if keys.len() != row_types.len() || values.len() != column_codes.len() {
            lowering.reports.push(Diagnostic::error(
                "K0306",
                row.span(),
                Label::new(
                    format!("見出し {} 個と値 {} 個の行が要ります", row_types.len(), column_codes.len()),
                    format!("a row has {} key(s) and {} value(s)", row_types.len(), column_codes.len()),
                ),
            ));
            continue;
        }
        let codes: Option<Vec<u32>> =
            keys.iter().zip(row_types).map(|(k, ty)| key(*k, ty, lowering)).collect();
        let Some(codes) = codes else { continue };
        for (value, column) in values.into_iter().zip(&column_codes) {
            let mut whole = codes.clone();
            if columns.is_some() {
                let Some(column) = column else { continue };
                whole.push(*column);
            }
            if out.iter().any(|(k, _)| *k == whole) {
                lowering.reports.push(Diagnostic::error(
                    "K0202",
                    row.span(),
                    Label::new("同じ見出しの行が二つあります", "two rows have the same keys"),
                ));
                continue;
            }
            let value = if weak { None } else { cell_value(value, &signature.result, lowering) };
            out.push((whole, value));
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn key(cell: Decl<'_>, ty: &Type, lowering: &mut Lowering<'_, '_, '_>) -> Option<u32> {
    match cell_value(cell, ty, lowering)? {
        Const::Enum(code) => Some(code),
        Const::Bool(b) => Some(u32::from(b)),
        Const::Country(c) => Some(kijun_facts::store::country_code(c)),
        _ => None,
    }
}

/// The value of a cell; `None` for `?`, and for what is wrong (reported).
fn cell_value(cell: Decl<'_>, ty: &Type, lowering: &mut Lowering<'_, '_, '_>) -> Option<Const> {
    let inner = cell.parts().next()?;
    match inner.node.kind {
        Kind::Unknown => None,
        Kind::Name => {
            let mut quoted = None;
            if let Type::Enum(e) = ty {
                let def = lowering.names.schema.enumeration(*e)?;
                quoted = def.code(&inner.own_text());
                if quoted.is_none() {
                    let (ja, en) = (
                        format!("enum `{}` の値", def.name),
                        format!("literal of the enum `{}` called", def.name),
                    );
                    lowering.reports.unknown(
                        "K0301",
                        inner.span(),
                        (&ja, &en),
                        &inner.own_text(),
                        def.literals.iter().map(|l| l.name.as_str()),
                    );
                }
            }
            match ty {
                Type::Country => {
                    let bytes: [u8; 2] = inner.own_text().as_bytes().try_into().ok()?;
                    Some(Const::Country(bytes))
                }
                _ => quoted.map(Const::Enum),
            }
        }
        _ => lowering.constant(inner, Some(ty)).map(|(c, _)| c),
    }
}

pub(crate) fn relations(
    decls: &BTreeMap<String, Decl<'_>>,
    rules: &[Decl<'_>],
    lowering: &mut Lowering<'_, '_, '_>,
) -> Vec<Relation> {
    let names = lowering.names;
    let mut out: Vec<Relation> = Vec::new();
    for (name, signature) in &names.relations {
        let Some(decl) = decls.get(name) else { continue };
        out.push(Relation {
            name: name.clone(),
            label: decl.label(),
            columns: signature.columns.clone(),
            rules: Vec::new(),
            span: decl.name().map(|(_, s)| s).unwrap_or_default(),
        });
    }
    let mut lowered: Vec<(Rule, String)> = Vec::new();
    for decl in rules {
        let Some((name, span)) = decl.name() else { continue };
        let Some(signature) = names.relations.get(&name) else {
            lowering.reports.unknown(
                "K0201",
                span,
                ("関係", "relation"),
                &name,
                names.relations.keys().map(String::as_str),
            );
            continue;
        };
        if let Some(rule) = rule(*decl, signature, lowering) {
            lowered.push((rule, decl.own_text()));
        }
    }
    // The text decides the order, so that the order of files does not matter.
    lowered.sort_by(|a, b| a.1.cmp(&b.1));
    for (rule, _) in lowered {
        if let Some(relation) = out.get_mut(rule.relation.0 as usize) {
            relation.rules.push(rule);
        }
    }
    out
}

fn rule(decl: Decl<'_>, signature: &RelationSig, lowering: &mut Lowering<'_, '_, '_>) -> Option<Rule> {
    let heads: Vec<(String, Span)> = decl.all(Kind::Name).skip(1).map(|d| (d.own_text(), d.span())).collect();
    let (name, _) = decl.name()?;
    if heads.len() != signature.columns.len() {
        lowering.reports.push(Diagnostic::error(
            "K0306",
            decl.span(),
            Label::new(
                format!("`{name}` の列は {} 個です", signature.columns.len()),
                format!("`{name}` has {} column(s)", signature.columns.len()),
            ),
        ));
        return None;
    }
    let mut scope = Scope::default();
    let mut head = Vec::new();
    for ((var, span), ty) in heads.iter().zip(&signature.columns) {
        if scope.var(var).is_some() {
            lowering.reports.push(
                Diagnostic::error(
                    "K0307",
                    *span,
                    Label::new(
                        format!("`{var}` が左辺に二度あります"),
                        format!("`{var}` stands twice on the left"),
                    ),
                )
                .help("別の名前にして `==` で結びます", "use two names and join them with `==`"),
            );
            return None;
        }
        head.push(scope.bind(var, ty.clone()));
    }
    let mut body = Vec::new();
    let mut ok = true;
    for conjunct in conjuncts(decl.child(Kind::Expression)?) {
        ok &= bind_new(conjunct, &mut scope, lowering);
        match lowering.condition(conjunct, &mut scope) {
            Some(expr) => body.push(expr),
            None => ok = false,
        }
    }
    if !ok {
        return None;
    }
    let rule = Rule { relation: signature.id, vars: scope.vars, head, body, span: decl.span() };
    head_ranges(&rule, lowering);
    Some(rule)
}

/// A head variable that nothing binds must have a kind or an enum to range over.
fn head_ranges(rule: &Rule, lowering: &mut Lowering<'_, '_, '_>) {
    for var in &rule.head {
        let Some(decl) = rule.vars.get(var.0 as usize) else { continue };
        let enumerable = matches!(decl.ty, Type::Ref(_) | Type::Enum(_));
        let generated = rule.body.iter().any(|c| match &c.kind {
            ExprKind::In { item, .. } => item.kind == ExprKind::Var(*var),
            ExprKind::Related { args, .. } => args.iter().any(|a| a.kind == ExprKind::Var(*var)),
            _ => false,
        });
        if !enumerable && !generated {
            lowering.reports.push(
                Diagnostic::error(
                    "K0307",
                    rule.span,
                    Label::new(
                        format!("`{}` の値の範囲が決まりません", decl.name),
                        format!("nothing limits `{}`", decl.name),
                    ),
                )
                .help(
                    "`x in 集合` か関係で値を与えてください",
                    "give it values with `x in SET` or a relation",
                ),
            );
        }
    }
}

/// The conjuncts of a rule's body, in written order.
fn conjuncts(decl: Decl<'_>) -> Vec<Decl<'_>> {
    let parts: Vec<Decl<'_>> = decl.parts().collect();
    match decl.node.kind {
        Kind::Expression | Kind::Disjunction => match parts.as_slice() {
            [one] => conjuncts(*one),
            _ => vec![decl],
        },
        Kind::Conjunction => parts.into_iter().filter(|p| p.node.kind != Kind::KwAnd).collect(),
        _ => vec![decl],
    }
}

/// Declares the variables that a conjunct binds: `x in SET`, or the arguments of a relation atom.
fn bind_new(conjunct: Decl<'_>, scope: &mut Scope, lowering: &mut Lowering<'_, '_, '_>) -> bool {
    let Some(core) = single(conjunct) else { return true };
    if core.node.kind == Kind::Comparison {
        let parts: Vec<Decl<'_>> = core.parts().collect();
        let [left, op, right] = parts.as_slice() else { return true };
        if op.own_text() != "in" {
            return true;
        }
        let Some(name) = new_name(*left, scope, lowering) else { return true };
        let Some((_, element)) = lowering.set(*right, None, scope) else { return false };
        scope.bind(&name, element);
        return true;
    }
    if core.node.kind != Kind::CallOrName {
        return true;
    }
    let (Some((name, _)), Some(arguments)) = (core.name(), core.child(Kind::Arguments)) else { return true };
    let Some(signature) = lowering.names.relations.get(&name) else { return true };
    let columns = signature.columns.clone();
    for (argument, ty) in arguments.all(Kind::Expression).zip(columns) {
        if let Some(name) = new_name(argument, scope, lowering) {
            scope.bind(&name, ty);
        }
    }
    true
}

/// Follows single children down to a comparison or a call.
fn single(decl: Decl<'_>) -> Option<Decl<'_>> {
    let parts: Vec<Decl<'_>> = decl.parts().collect();
    match (decl.node.kind, parts.as_slice()) {
        (Kind::CallOrName, _) => Some(decl),
        (Kind::Comparison, [_, _, _]) => Some(decl),
        (_, [one]) => single(*one),
        _ => None,
    }
}

/// The name of a variable that does not exist yet.
fn new_name(decl: Decl<'_>, scope: &Scope, lowering: &Lowering<'_, '_, '_>) -> Option<String> {
    let core = single(decl)?;
    let (name, _) = core.name()?;
    let known = scope.var(&name).is_some()
        || core.child(Kind::Arguments).is_some()
        || lowering.names.params.contains_key(&name)
        || lowering.names.schema.enums.iter().any(|e| e.literals.iter().any(|l| l.name == name));
    (core.node.kind == Kind::CallOrName && !known).then_some(name)
}

/// The parts that checks and attestations share.
struct Common {
    scope: Scope,
    subject: Option<Subject>,
    condition: Option<Expr>,
}

fn common(decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>) -> Option<Common> {
    let mut scope = Scope::default();
    let mut subject = None;
    let mut seen: Option<Span> = None;
    for each in decl.all(Kind::Each) {
        if let Some(first) = seen {
            lowering.reports.push(
                Diagnostic::error(
                    "K0209",
                    each.span(),
                    Label::new("`each` は一つだけです", "there is only one `each`"),
                )
                .note(first, "最初はここ", "first here")
                .help("ほかの記録は `any` か `all` で調べます", "look at other records with `any` or `all`"),
            );
            return None;
        }
        seen = Some(each.span());
        let names: Vec<(String, Span)> = each.all(Kind::Name).map(|d| (d.own_text(), d.span())).collect();
        let [(var, _), (kind_name, span)] = names.as_slice() else { return None };
        let Some(kind) = lowering.names.types.kinds.get(kind_name).copied() else {
            lowering.reports.unknown(
                "K0201",
                *span,
                ("エンティティ", "entity"),
                kind_name,
                lowering.names.types.kinds.keys().map(String::as_str),
            );
            return None;
        };
        subject = Some(Subject { var: scope.bind(var, Type::Ref(kind)), kind });
    }
    let mut conditions = Vec::new();
    let mut ok = true;
    for clause in decl.all(Kind::WhereClause) {
        match clause.child(Kind::Expression).and_then(|e| lowering.condition(e, &mut scope)) {
            Some(expr) => conditions.push(expr),
            None => ok = false,
        }
    }
    if !ok {
        return None;
    }
    let condition = match conditions.len() {
        0 | 1 => conditions.pop(),
        _ => {
            let span = conditions.first().map(|c| c.span).unwrap_or_default();
            Some(Expr { kind: ExprKind::And(conditions), ty: Type::Bool, optional: false, span })
        }
    };
    Some(Common { scope, subject, condition })
}

fn weight_clause(decl: Decl<'_>, reports: &mut Reports) -> Option<kijun_engine::program::Weight> {
    let (name, span) = decl.child(Kind::Severity)?.name()?;
    weight_of(&name, span, reports)
}

/// The code of a literal of the built-in enum at `index` that a clause names.
fn builtin(clause: Option<Decl<'_>>, index: usize, lowering: &mut Lowering<'_, '_, '_>) -> Option<u32> {
    let (name, span) = clause?.name()?;
    builtin_code(&name, span, index, lowering)
}

fn builtin_code(name: &str, span: Span, index: usize, lowering: &mut Lowering<'_, '_, '_>) -> Option<u32> {
    let def = lowering.names.schema.enums.get(index)?;
    let found = def.literals.iter().position(|l| l.name == name);
    if found.is_none() {
        let what = (def.label.ja.as_str(), def.label.en.as_str());
        lowering.reports.unknown("K0206", span, what, name, def.literals.iter().map(|l| l.name.as_str()));
    }
    found.map(|i| i as u32)
}

pub(crate) fn check(name: &str, decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>) -> Option<Check> {
    let mut requirements = Vec::new();
    for id in decl.all(Kind::RequirementId) {
        if let Some(r) = lowering.names.norms.resolve(&id.own_text(), id.span(), lowering.reports) {
            requirements.push(r);
        }
    }
    let mut common = common(decl, lowering)?;
    let mut requires = Vec::new();
    let mut ok = true;
    for clause in decl.all(Kind::RequireClause) {
        let condition = clause.child(Kind::Expression).and_then(|e| lowering.condition(e, &mut common.scope));
        let message = lowering.message(clause, &mut common.scope);
        match condition {
            Some(condition) => requires.push(Require { span: clause.span(), condition, message }),
            None => ok = false,
        }
    }
    if requires.is_empty() && ok {
        lowering.reports.push(
            Diagnostic::error(
                "K0209",
                decl.name().map(|(_, s)| s).unwrap_or_default(),
                Label::new("`require` がありません", "there is no `require`"),
            )
            .help("何を求めるかを `require 式` で書きます", "say what is demanded with `require EXPRESSION`"),
        );
        return None;
    }
    let fix = decl.child(Kind::Fix).map(|f| lowering.message(f, &mut common.scope)).unwrap_or_default();
    let title = decl.child(Kind::CheckTitle).map(|t| {
        Label::new(
            t.child(Kind::Ja).and_then(Decl::string).unwrap_or_default(),
            t.child(Kind::En).and_then(Decl::string).unwrap_or_default(),
        )
    });
    let weight = weight_clause(decl, lowering.reports);
    let grade = builtin(decl.child(Kind::Grade), 1, lowering);
    let mark = mark_of(decl, lowering.reports);
    (ok && !requirements.is_empty()).then(|| Check {
        name: name.to_owned(),
        title: title.unwrap_or_default(),
        requirements,
        subject: common.subject,
        vars: common.scope.vars,
        condition: common.condition,
        requires,
        fix,
        weight,
        grade,
        mark: mark.unwrap_or_default(),
        source: decl.child(Kind::Source).and_then(Decl::string).unwrap_or_default(),
        span: decl.span(),
    })
}

pub(crate) fn attest(decl: Decl<'_>, lowering: &mut Lowering<'_, '_, '_>) -> Option<Attest> {
    let id = decl.child(Kind::RequirementId)?;
    let requirement = lowering.names.norms.resolve(&id.own_text(), id.span(), lowering.reports)?;
    let name = match decl.name() {
        Some((name, _)) => name,
        None => lowering.names.norms.requirements.get(requirement.0 as usize)?.id.clone(),
    };
    let mut common = common(decl, lowering)?;
    let mut by = Vec::new();
    for (role, span) in decl.names_of(Kind::By) {
        by.extend(builtin_code(&role, span, 0, lowering));
    }
    let every = match decl.child(Kind::Every).and_then(|e| e.child(Kind::Quantity)) {
        Some(quantity) => match lowering.constant(quantity, Some(&Type::Duration))? {
            (Const::Duration(d), _) => Some(d),
            _ => {
                lowering.reports.push(
                    Diagnostic::error(
                        "K0302",
                        quantity.span(),
                        Label::new("期間が要ります", "a duration is needed"),
                    )
                    .help("例: `every 1 year`", "for example `every 1 year`"),
                );
                None
            }
        },
        None => None,
    };
    let evidence = decl.child(Kind::Evidence).and_then(|clause| {
        let (name, span) = clause.name()?;
        // `evidence document` reads well and means the grade `documented`.
        let name = if name == "document" { "documented".to_owned() } else { name };
        builtin_code(&name, span, 1, lowering)
    });
    let fix = decl.child(Kind::Fix).map(|f| lowering.message(f, &mut common.scope)).unwrap_or_default();
    let weight = weight_clause(decl, lowering.reports);
    let mark = mark_of(decl, lowering.reports).unwrap_or_default();
    Some(Attest {
        name,
        requirement,
        question: decl.label(),
        subject: common.subject,
        vars: common.scope.vars,
        condition: common.condition,
        by,
        every: every.filter(|d: &Duration| d.months != 0 || d.days != 0),
        evidence,
        fix,
        weight,
        mark,
        source: decl.child(Kind::Source).and_then(Decl::string).unwrap_or_default(),
        span: decl.span(),
    })
}

pub(crate) fn satisfy(
    decl: Decl<'_>,
    checks: &[Check],
    attests: &[Attest],
    norms: &Norms,
    reports: &mut Reports,
) -> Option<Combination> {
    let id = decl.child(Kind::RequirementId)?;
    let requirement = norms.resolve(&id.own_text(), id.span(), reports)?;
    let mut groups: Vec<(String, Vec<Member>)> = Vec::new();
    let mut ok = true;
    for group in decl.all(Kind::Group) {
        let Some((name, span)) = group.name() else { continue };
        if groups.iter().any(|(n, _)| *n == name) {
            reports.duplicate(("組", "group"), &name, span, decl.span());
        }
        let mut members = Vec::new();
        for member in group.all(Kind::Member) {
            match find_member(&member.own_text(), checks, attests, norms) {
                Some(m) => members.push(m),
                None => {
                    let names =
                        checks.iter().map(|c| c.name.as_str()).chain(attests.iter().map(|a| a.name.as_str()));
                    reports.unknown(
                        "K0201",
                        member.span(),
                        ("check・attest", "check or attestation"),
                        &member.own_text(),
                        names,
                    );
                    ok = false;
                }
            }
        }
        groups.push((name, members));
    }
    let combine = decl.child(Kind::Combine).and_then(|c| c.child(Kind::Combination));
    let combine = match combine {
        Some(c) => combination(c, &groups, reports)?,
        None => Combine::And((0..groups.len()).map(|group| Combine::AllOf { group }).collect()),
    };
    let mark = mark_of(decl, reports).unwrap_or_default();
    ok.then(|| Combination { requirement, groups, combine, mark, span: decl.span() })
}

fn find_member(name: &str, checks: &[Check], attests: &[Attest], norms: &Norms) -> Option<Member> {
    if let Some(i) = checks.iter().position(|c| c.name == name) {
        return Some(Member::Check(i));
    }
    let id: Option<RequirementId> = norms.find(name);
    attests
        .iter()
        .position(|a| a.name == name || (Some(a.requirement) == id && id.is_some()))
        .map(Member::Attest)
}

fn combination(decl: Decl<'_>, groups: &[(String, Vec<Member>)], reports: &mut Reports) -> Option<Combine> {
    let parts: Vec<Decl<'_>> =
        decl.parts().filter(|p| !matches!(p.node.kind, Kind::KwOr | Kind::KwAnd)).collect();
    match decl.node.kind {
        Kind::CombineTerm => {
            if let Some(inner) = decl.child(Kind::Combination) {
                return combination(inner, groups, reports);
            }
            let (name, span) = decl.name()?;
            let Some(group) = groups.iter().position(|(n, _)| *n == name) else {
                reports.unknown(
                    "K0201",
                    span,
                    ("組", "group"),
                    &name,
                    groups.iter().map(|(n, _)| n.as_str()),
                );
                return None;
            };
            match decl.word(Kind::Number) {
                Some(n) => Some(Combine::AtLeast { count: n.parse().ok()?, group }),
                None => Some(Combine::AllOf { group }),
            }
        }
        kind => {
            let mut terms: Vec<Combine> =
                parts.into_iter().map(|p| combination(p, groups, reports)).collect::<Option<_>>()?;
            if terms.len() == 1 {
                return terms.pop();
            }
            Some(if kind == Kind::Combination { Combine::Or(terms) } else { Combine::And(terms) })
        }
    }
}
