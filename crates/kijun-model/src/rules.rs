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
use crate::graph::cycle;
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
        if let Some((bad, place)) = first_of(*decl, &columns, |ty| !is_column(ty)) {
            let found = schema.type_name(bad);
            let message = Label::new(
                format!("関係の列に `{found}` は使えません"),
                format!("a relation has no column of `{found}`"),
            );
            reports.push(Diagnostic::error("K0208", place, message).help(
                "使えるのは entity、enum、text、country です",
                "columns are entities, enums, texts or countries",
            ));
            continue;
        }
        let id = RelationId(out.len() as u32);
        out.insert(name.clone(), RelationSig { id, columns, span: name_span(*decl) });
    }
    out
}

fn is_column(ty: &Type) -> bool {
    !ty.is_numeric() && !matches!(ty, Type::Bool | Type::Duration | Type::Requirement | Type::Set(_))
}

/// The first of a declaration's types that is like this, and where it stands.
fn first_of<'t>(decl: Decl<'_>, types: &'t [Type], is: impl Fn(&Type) -> bool) -> Option<(&'t Type, Span)> {
    types.iter().zip(decl.all(Kind::TypeRef)).find(|(ty, _)| is(ty)).map(|(ty, d)| (ty, d.span()))
}

fn name_span(decl: Decl<'_>) -> Span {
    decl.name().map(|(_, span)| span).unwrap_or_default()
}

pub(crate) fn table_signatures(
    decls: &BTreeMap<String, Decl<'_>>,
    schema: &Schema,
    types: &TypeNames,
    reports: &mut Reports,
) -> BTreeMap<String, TableSig> {
    let mut out = BTreeMap::new();
    for (name, decl) in decls {
        let all: Option<Vec<Type>> = types_of(*decl, types, reports).into_iter().collect();
        let Some(mut params) = all else { continue };
        let Some(result) = params.pop() else { continue };
        let is_key = |ty: &Type| matches!(ty, Type::Enum(_) | Type::Bool | Type::Country);
        if let Some((bad, place)) = first_of(*decl, &params, |ty| !is_key(ty)) {
            let found = schema.type_name(bad);
            let message = Label::new(
                format!("表の見出しに `{found}` は使えません"),
                format!("a table has no keys of `{found}`"),
            );
            reports.push(
                Diagnostic::error("K0208", place, message)
                    .help("見出しは enum、bool、country です", "keys are enums, bools or countries"),
            );
            continue;
        }
        let id = TableId(out.len() as u32);
        out.insert(name.clone(), TableSig { id, params, result, span: name_span(*decl) });
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
        let first = component.iter().copied().min_by_key(|n| graph.node_weight(*n).copied());
        let way = first.map(|n| cycle(&graph, n)).unwrap_or_default();
        let names: Vec<&str> = way.iter().filter_map(|n| graph.node_weight(*n).copied()).collect();
        let Some(definition) = names.first().and_then(|n| definitions.get(*n)) else { continue };
        let list = names.join(" → ");
        let message = Label::new(
            format!("`define` が自分自身を呼んでいます: {list}"),
            format!("a `define` calls itself: {list}"),
        );
        reports.push(
            Diagnostic::error("K0305", name_span(definition.decl), message)
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

type Cells = Vec<(Vec<u32>, Option<Const>)>;

fn table_cells(decl: Decl<'_>, signature: &TableSig, lowering: &mut Lowering<'_, '_, '_>) -> Cells {
    let mut out: Cells = Vec::new();
    let mut places: BTreeMap<Vec<u32>, Span> = BTreeMap::new();
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
        let (keys, values) = keys_and_values(row);
        let weak = mark_of(row, lowering.reports).is_some_and(kijun_engine::program::Mark::is_weak);
        if keys.len() != row_types.len() || values.len() != column_codes.len() {
            let head = decl.child(Kind::Columns).map_or(signature.span, Decl::span);
            lowering.reports.push(row_length(row.span(), row_types.len(), column_codes.len(), head));
            continue;
        }
        let codes: Vec<Option<u32>> =
            keys.iter().zip(row_types).map(|(k, ty)| key(*k, ty, lowering)).collect();
        let Some(codes) = codes.into_iter().collect::<Option<Vec<u32>>>() else { continue };
        for (cell, column) in values.into_iter().zip(&column_codes) {
            let mut whole = codes.clone();
            if columns.is_some() {
                let Some(column) = column else { continue };
                whole.push(*column);
            }
            let value = if weak { None } else { cell_value(cell, &signature.result, lowering) };
            if let Some(first) = places.get(&whole) {
                lowering.reports.push(same_keys(row.span(), *first));
                continue;
            }
            places.insert(whole.clone(), row.span());
            out.push((whole, value));
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn keys_and_values(row: Decl<'_>) -> (Vec<Decl<'_>>, Vec<Decl<'_>>) {
    let colon = row.node.children.iter().find(|n| n.kind == Kind::Punct && row.text_of(n) == ":");
    let colon = colon.map_or(0, |n| n.start);
    row.all(Kind::Cell).partition(|c| c.node.start < colon)
}

fn row_length(row: Span, keys: usize, values: usize, head: Span) -> Diagnostic {
    let message = Label::new(
        format!("見出し {keys} 個と値 {values} 個の行が要ります"),
        format!("a row has {keys} key(s) and {values} value(s)"),
    );
    Diagnostic::error("K0306", row, message)
        .note(head, "列はここで決まります", "the columns are given here")
        .help(
            "`row 見出し … : 値 …` と書きます。分からない値は `?` です",
            "write `row KEY … : VALUE …`; a value that is not known is `?`",
        )
}

fn same_keys(row: Span, first: Span) -> Diagnostic {
    Diagnostic::error("K0202", row, Label::new("同じ見出しの行が二つあります", "two rows have the same keys"))
        .label("二度目", "the second time")
        .note(first, "最初はここ", "first here")
        .help("どちらかの見出しを直すか、消してください", "correct or remove one of them")
}

fn key(cell: Decl<'_>, ty: &Type, lowering: &mut Lowering<'_, '_, '_>) -> Option<u32> {
    if cell.child(Kind::Unknown).is_some() {
        let message = Label::new("`?` は見出しになりません", "`?` cannot be a key");
        lowering.reports.push(Diagnostic::error("K0306", cell.span(), message).help(
            "見出しの値を書きます。表にない組合せは、何も書かなくても未確認になります",
            "write the value of the key; what the table does not list is unknown anyway",
        ));
        return None;
    }
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
        Kind::Name => named_value(inner, ty, lowering),
        Kind::None => {
            let message = Label::new("表に `none` は書けません", "`none` does not stand in a table");
            lowering.reports.push(
                Diagnostic::error("K0304", inner.span(), message)
                    .help("分からない値は `?` と書きます", "write `?` for a value that is not known"),
            );
            None
        }
        _ => {
            let (value, found) = lowering.constant(inner, Some(ty))?;
            if found == *ty {
                return Some(value);
            }
            let (expected, found) =
                (lowering.names.schema.type_name(ty), lowering.names.schema.type_name(&found));
            lowering.mismatch(inner.span(), &expected, &found);
            None
        }
    }
}

/// The literal or the country that a name in a cell means.
fn named_value(name: Decl<'_>, ty: &Type, lowering: &mut Lowering<'_, '_, '_>) -> Option<Const> {
    let text = name.own_text();
    match ty {
        Type::Country => lowering.country(&text, name.span()).map(Const::Country),
        Type::Enum(e) => {
            let code = lowering.names.schema.enumeration(*e)?.code(&text);
            if code.is_none() {
                lowering.unknown_literal(*e, &text, name.span());
            }
            code.map(Const::Enum)
        }
        _ => {
            let expected = lowering.names.schema.type_name(ty);
            lowering.mismatch(name.span(), &expected, &text);
            None
        }
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
    let (name, place) = decl.name()?;
    if heads.len() != signature.columns.len() {
        let whole = heads.last().map_or(place, |(_, last)| place.to(*last));
        lowering.reports.push(column_count(&name, signature, whole));
        return None;
    }
    let mut scope = Scope::default();
    let mut head = Vec::new();
    for ((var, span), ty) in heads.iter().zip(&signature.columns) {
        if let Some(first) = heads.iter().find(|(other, at)| other == var && at < span) {
            lowering.reports.push(twice_on_the_left(var, *span, first.1));
            return None;
        }
        head.push(scope.bind(var, ty.clone()));
    }
    let body = body(decl.child(Kind::Expression)?, &mut scope, lowering)?;
    let rule = Rule { relation: signature.id, vars: scope.vars, head, body, span: decl.span() };
    head_ranges(&rule, &heads, lowering);
    Some(rule)
}

fn column_count(name: &str, signature: &RelationSig, place: Span) -> Diagnostic {
    let columns = signature.columns.len();
    let message =
        Label::new(format!("`{name}` の列は {columns} 個です"), format!("`{name}` has {columns} column(s)"));
    Diagnostic::error("K0306", place, message)
        .note(signature.span, "宣言はここ", "declared here")
        .help("列と同じ数の変数を書きます", "write as many variables as there are columns")
}

fn twice_on_the_left(var: &str, second: Span, first: Span) -> Diagnostic {
    let message =
        Label::new(format!("`{var}` が左辺に二度あります"), format!("`{var}` stands twice on the left"));
    Diagnostic::error("K0307", second, message)
        .note(first, "最初はここ", "first here")
        .help("別の名前にして `==` で結びます", "use two names and join them with `==`")
}

fn body(decl: Decl<'_>, scope: &mut Scope, lowering: &mut Lowering<'_, '_, '_>) -> Option<Vec<Expr>> {
    let parts = conjuncts(decl);
    let mut out = Vec::new();
    let mut ok = true;
    for (i, conjunct) in parts.iter().enumerate() {
        let later = parts.get(i + 1..).unwrap_or_default();
        if let Some(early) = read_too_early(*conjunct, later, scope, lowering) {
            lowering.reports.push(early);
            // What it binds is still bound for the conjuncts that follow.
            lowering.reports.quiet += 1;
            bind_new(*conjunct, scope, lowering);
            lowering.reports.quiet -= 1;
            ok = false;
            continue;
        }
        ok &= bind_new(*conjunct, scope, lowering);
        match lowering.condition(*conjunct, scope) {
            Some(expr) => out.push(expr),
            None => ok = false,
        }
    }
    ok.then_some(out)
}

/// A variable that this conjunct computes with, although only this one or a later one gives it values.
fn read_too_early(
    conjunct: Decl<'_>,
    later: &[Decl<'_>],
    scope: &Scope,
    lowering: &Lowering<'_, '_, '_>,
) -> Option<Diagnostic> {
    let own = binders(conjunct, scope, lowering);
    let places: Vec<Span> = own.iter().map(|(_, span)| *span).collect();
    let all: Vec<(String, Span)> =
        own.into_iter().chain(later.iter().flat_map(|c| binders(*c, scope, lowering))).collect();
    let reads = reads(conjunct);
    let mut candidates = reads.iter().filter(|(_, span)| !places.contains(span));
    let (name, span, binder) = candidates
        .find_map(|(name, span)| all.iter().find(|(n, _)| n == name).map(|(_, at)| (name, *span, *at)))?;
    let message =
        Label::new(format!("`{name}` の値がまだ決まっていません"), format!("`{name}` has no value here yet"));
    let diagnostic = Diagnostic::error("K0307", span, message)
        .note(binder, "値はここで決まります", "it gets its values here")
        .help(
            "値を与える条件を先に書くか、別の変数で受けて `==` で結びます",
            "write what gives it values first, or use a second variable and join the two with `==`",
        );
    Some(diagnostic)
}

/// The names that a conjunct reads outside its own quantifiers, with their places.
fn reads(conjunct: Decl<'_>) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    let mut quantified = Vec::new();
    conjunct.node.walk(&mut |node| {
        let Some(name) = node.child(Kind::Name) else { return };
        match node.kind {
            Kind::Quantifier | Kind::Aggregate => quantified.push(conjunct.text_of(name)),
            Kind::CallOrName if node.child(Kind::Arguments).is_none() => {
                found.push((conjunct.text_of(name), conjunct.span_of(name)));
            }
            _ => {}
        }
    });
    found.retain(|(name, _)| !quantified.contains(name));
    found
}

/// A head variable that nothing binds must have a kind or an enum to range over.
fn head_ranges(rule: &Rule, heads: &[(String, Span)], lowering: &mut Lowering<'_, '_, '_>) {
    for (var, (name, span)) in rule.head.iter().zip(heads) {
        let Some(decl) = rule.vars.get(var.0 as usize) else { continue };
        let enumerable = matches!(decl.ty, Type::Ref(_) | Type::Enum(_));
        let generated = rule.body.iter().any(|c| match &c.kind {
            ExprKind::In { item, .. } => item.kind == ExprKind::Var(*var),
            ExprKind::Related { args, .. } => args.iter().any(|a| a.kind == ExprKind::Var(*var)),
            _ => false,
        });
        if !enumerable && !generated {
            let message =
                Label::new(format!("`{name}` の値の範囲が決まりません"), format!("nothing limits `{name}`"));
            lowering.reports.push(Diagnostic::error("K0307", *span, message).help(
                "`x in 集合` か関係で値を与えてください",
                "give it values with `x in SET` or a relation",
            ));
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

/// What a conjunct may bind: `x` of `x in SET`, or the bare arguments of a relation atom.
fn binders(conjunct: Decl<'_>, scope: &Scope, lowering: &Lowering<'_, '_, '_>) -> Vec<(String, Span)> {
    let Some(core) = single(conjunct) else { return Vec::new() };
    let parts: Vec<Decl<'_>> = core.parts().collect();
    let bindable: Vec<Decl<'_>> = match (core.node.kind, parts.as_slice()) {
        (Kind::Comparison, [left, op, _]) if op.own_text() == "in" => vec![*left],
        (Kind::CallOrName, _) => relation_atom(core, lowering).map(|(args, _)| args).unwrap_or_default(),
        _ => Vec::new(),
    };
    bindable.into_iter().filter_map(|d| new_name(d, scope, lowering)).collect()
}

/// The arguments of a relation atom and the types of the columns.
fn relation_atom<'d>(call: Decl<'d>, lowering: &Lowering<'_, '_, '_>) -> Option<(Vec<Decl<'d>>, Vec<Type>)> {
    let (name, _) = call.name()?;
    let signature = lowering.names.relations.get(&name)?;
    let arguments = call.child(Kind::Arguments)?.all(Kind::Expression).collect();
    Some((arguments, signature.columns.clone()))
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
        let Some((name, _)) = new_name(*left, scope, lowering) else { return true };
        let Some((_, element)) = lowering.set(*right, None, scope) else { return false };
        scope.bind(&name, element);
        return true;
    }
    let Some((arguments, columns)) = relation_atom(core, lowering) else { return true };
    for (argument, ty) in arguments.into_iter().zip(columns) {
        if let Some((name, _)) = new_name(argument, scope, lowering) {
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

/// The name of a variable that does not exist yet, and its place.
fn new_name(decl: Decl<'_>, scope: &Scope, lowering: &Lowering<'_, '_, '_>) -> Option<(String, Span)> {
    let core = single(decl)?;
    let (name, span) = core.name()?;
    let known = scope.var(&name).is_some()
        || core.child(Kind::Arguments).is_some()
        || lowering.names.params.contains_key(&name)
        || lowering.names.schema.enums.iter().any(|e| e.literals.iter().any(|l| l.name == name));
    (core.node.kind == Kind::CallOrName && !known).then_some((name, span))
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
                ("種類", "entity"),
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
        both_languages(clause, lowering.reports);
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

/// A message in one language only: readers of the other see it in a language that they may not read.
fn both_languages(clause: Decl<'_>, reports: &mut Reports) {
    let (written, ja, en, word) = match (clause.child(Kind::Ja), clause.child(Kind::En)) {
        (Some(written), None) => (written, "英語", "English", "en"),
        (None, Some(written)) => (written, "日本語", "Japanese", "ja"),
        _ => return,
    };
    let message = Label::new(
        format!("この `require` には{ja}の文がありません"),
        format!("this `require` has no {en} message"),
    );
    reports.push(
        Diagnostic::warning("K0402", written.span(), message)
            .label("一つの言語だけです", "in one language only")
            .help(format!("`{word} \"…\"` を加えてください"), format!("add `{word} \"…\"`")),
    );
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

/// What a combination may name.
pub(crate) struct Members<'m, 'a> {
    pub(crate) checks: &'m [Check],
    pub(crate) attests: &'m [Attest],
    /// Every check, also those with an error.
    pub(crate) declared: &'m BTreeMap<String, Decl<'a>>,
}

/// A named group of a combination; a member with an error of its own is `None`.
struct Group {
    name: String,
    span: Span,
    members: Vec<Option<Member>>,
}

pub(crate) fn satisfy(
    decl: Decl<'_>,
    all: &Members<'_, '_>,
    norms: &Norms,
    reports: &mut Reports,
) -> Option<Combination> {
    let id = decl.child(Kind::RequirementId)?;
    let requirement = norms.resolve(&id.own_text(), id.span(), reports)?;
    let groups = groups(decl, all, norms, reports);
    let combine = match decl.child(Kind::Combine).and_then(|c| c.child(Kind::Combination)) {
        Some(c) => combination(c, &groups, reports)?,
        None => Combine::And((0..groups.len()).map(|group| Combine::AllOf { group }).collect()),
    };
    let mark = mark_of(decl, reports).unwrap_or_default();
    let groups: Option<Vec<(String, Vec<Member>)>> =
        groups.into_iter().map(|g| Some((g.name, g.members.into_iter().collect::<Option<_>>()?))).collect();
    Some(Combination { requirement, groups: groups?, combine, mark, span: decl.span() })
}

fn groups(decl: Decl<'_>, all: &Members<'_, '_>, norms: &Norms, reports: &mut Reports) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    for group in decl.all(Kind::Group) {
        let Some((name, span)) = group.name() else { continue };
        if let Some(first) = out.iter().find(|g| g.name == name) {
            reports.duplicate(("組", "group"), &name, span, first.span);
        }
        let members = group.all(Kind::Member).map(|m| member(m, all, norms, reports)).collect();
        out.push(Group { name, span, members });
    }
    out
}

fn member(decl: Decl<'_>, all: &Members<'_, '_>, norms: &Norms, reports: &mut Reports) -> Option<Member> {
    let name = decl.own_text();
    let found = find_member(&name, all.checks, all.attests, norms);
    if found.is_none() && !all.declared.contains_key(&name) {
        let checks = all.declared.keys().map(String::as_str);
        let names = checks.chain(all.attests.iter().map(|a| a.name.as_str()));
        reports.unknown("K0201", decl.span(), ("check・attest", "check or attestation"), &name, names);
    }
    found
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

fn combination(decl: Decl<'_>, groups: &[Group], reports: &mut Reports) -> Option<Combine> {
    if decl.node.kind == Kind::CombineTerm {
        return match decl.child(Kind::Combination) {
            Some(inner) => combination(inner, groups, reports),
            None => combine_term(decl, groups, reports),
        };
    }
    let parts = decl.parts().filter(|p| !matches!(p.node.kind, Kind::KwOr | Kind::KwAnd));
    let terms: Vec<Option<Combine>> = parts.map(|p| combination(p, groups, reports)).collect();
    let mut terms: Vec<Combine> = terms.into_iter().collect::<Option<_>>()?;
    if terms.len() == 1 {
        return terms.pop();
    }
    Some(if decl.node.kind == Kind::Combination { Combine::Or(terms) } else { Combine::And(terms) })
}

/// `any N group` or `all group`.
fn combine_term(decl: Decl<'_>, groups: &[Group], reports: &mut Reports) -> Option<Combine> {
    let (name, span) = decl.name()?;
    let Some(group) = groups.iter().position(|g| g.name == name) else {
        reports.unknown("K0201", span, ("組", "group"), &name, groups.iter().map(|g| g.name.as_str()));
        return None;
    };
    let Some(number) = decl.child(Kind::Number) else { return Some(Combine::AllOf { group }) };
    let found = groups.get(group)?;
    let size = found.members.len();
    match number.own_text().parse::<u32>() {
        Ok(count) if count > 0 && count as usize <= size => Some(Combine::AtLeast { count, group }),
        _ => {
            let message = Label::new(
                format!("`{name}` には {size} 個しかなく、`any` の数は 1 から {size} です"),
                format!("`any` takes 1 to {size} of `{name}`, which has {size} member(s)"),
            );
            reports.push(
                Diagnostic::error("K0306", number.span(), message)
                    .note(found.span, "この組です", "this group")
                    .help(
                        format!("数を直すか、全部が要るなら `all {name}` と書きます"),
                        format!("correct the number, or write `all {name}` when each is needed"),
                    ),
            );
            None
        }
    }
}
