//! Functions and parameters: what `define` and `param` declare, recursion, and expressions that must be
//! constants.

use std::collections::BTreeMap;

use kijun_engine::program::{Const, Expr, ExprKind};
use kijun_facts::Type;
use kijun_syntax::Kind;
use kijun_text::{Diagnostic, Label};

use crate::context::{Decl, Reports, name_span};
use crate::expr::{Definition, Lowering, Scope};
use crate::graph::cycle;
use crate::schema::TypeNames;

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
    for component in petgraph::algo::kosaraju_scc(&graph) {
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
