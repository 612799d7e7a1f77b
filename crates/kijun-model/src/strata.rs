//! The dependency graph of relations, its strata, and the cycle that has none.

use kijun_engine::program::{Aggregate, Expr, ExprKind, Quantifier, Relation, RelationId, SetExpr};
use kijun_text::{Diagnostic, Label};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::context::Reports;
use crate::graph::path;

/// Whether a dependency is used only positively.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Polarity {
    Positive,
    Negative,
}

impl Polarity {
    fn flip(self) -> Polarity {
        match self {
            Polarity::Positive => Polarity::Negative,
            Polarity::Negative => Polarity::Positive,
        }
    }
}

/// Groups of relations in the order of evaluation. A group with a negation inside it has no meaning:
/// reported with the cycle.
pub(crate) fn strata(relations: &[Relation], reports: &mut Reports) -> Vec<Vec<RelationId>> {
    let mut graph: DiGraph<RelationId, (Polarity, kijun_text::Span)> = DiGraph::new();
    let nodes: Vec<NodeIndex> = (0..relations.len()).map(|i| graph.add_node(RelationId(i as u32))).collect();
    for (relation, node) in relations.iter().zip(&nodes) {
        for rule in &relation.rules {
            for conjunct in &rule.body {
                uses(conjunct, Polarity::Positive, &mut |id, polarity, span| {
                    if let Some(target) = nodes.get(id.0 as usize) {
                        graph.add_edge(*node, *target, (polarity, span));
                    }
                });
            }
        }
    }
    // Components come after those they depend on; Kosaraju's algorithm needs no deep stack.
    let components = kosaraju_scc(&graph);
    for component in &components {
        for edge in graph.edge_references() {
            let inside = component.contains(&edge.source()) && component.contains(&edge.target());
            if inside && edge.weight().0 == Polarity::Negative {
                report(&graph, relations, edge.source(), edge.target(), edge.weight().1, reports);
                break;
            }
        }
    }
    components
        .into_iter()
        .map(|component| {
            let mut group: Vec<RelationId> =
                component.into_iter().filter_map(|n| graph.node_weight(n).copied()).collect();
            group.sort();
            group
        })
        .collect()
}

fn report(
    graph: &DiGraph<RelationId, (Polarity, kijun_text::Span)>,
    relations: &[Relation],
    from: NodeIndex,
    to: NodeIndex,
    span: kijun_text::Span,
    reports: &mut Reports,
) {
    let name = |n: NodeIndex| {
        graph.node_weight(n).and_then(|id| relations.get(id.0 as usize)).map_or("", |r| r.name.as_str())
    };
    let way: Vec<&str> = [from].into_iter().chain(path(graph, to, from)).map(name).collect();
    let cycle = way.join(" → ");
    reports.push(
        Diagnostic::error(
            "K0308",
            span,
            Label::new(
                format!("関係が否定を通って自分自身に依存しています: {cycle}"),
                format!("a relation depends on itself through a negation: {cycle}"),
            ),
        )
        .label(
            "この否定 (not・all・比較・集計) が輪の中にあります",
            "this negation (not, all, a comparison, an aggregate) is inside the cycle",
        )
        .help(
            "否定する相手を、輪の外の別の関係に分けてください",
            "move what is negated into a relation outside the cycle",
        ),
    );
}

/// Calls `found` for each relation that an expression uses, with its polarity there.
fn uses(expr: &Expr, polarity: Polarity, found: &mut impl FnMut(RelationId, Polarity, kijun_text::Span)) {
    let mut all = |exprs: &[&Expr], polarity: Polarity| {
        for e in exprs {
            uses(e, polarity, found);
        }
    };
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::None | ExprKind::Today | ExprKind::Var(_) => {}
        ExprKind::Attr { base, .. } => all(&[base], polarity),
        ExprKind::ToDecimal(inner) | ExprKind::Named { body: inner, .. } => all(&[inner], polarity),
        ExprKind::Not(inner) => all(&[inner], polarity.flip()),
        ExprKind::And(parts) | ExprKind::Or(parts) => all(&parts.iter().collect::<Vec<_>>(), polarity),
        ExprKind::Compare { left, right, .. } => all(&[left, right], Polarity::Negative),
        ExprKind::Arith { left, right, .. } => all(&[left, right], polarity),
        ExprKind::In { item, set } => {
            all(&[item], polarity);
            set_uses(set, polarity, expr, found);
        }
        ExprKind::Quantified { quantifier, set, filter, body, .. } => {
            let domain = if *quantifier == Quantifier::All { polarity.flip() } else { polarity };
            if let Some(filter) = filter {
                uses(filter, domain, found);
            }
            uses(body, polarity, found);
            set_uses(set, domain, expr, found);
        }
        ExprKind::Aggregated {
            aggregate: Aggregate::Count | Aggregate::Sum | Aggregate::Min | Aggregate::Max | Aggregate::Share,
            set,
            filter,
            body,
            ..
        } => {
            for e in filter.iter().chain(body) {
                uses(e, Polarity::Negative, found);
            }
            set_uses(set, Polarity::Negative, expr, found);
        }
        ExprKind::Related { relation, args } => {
            for a in args {
                uses(a, polarity, found);
            }
            found(*relation, polarity, expr.span);
        }
        ExprKind::Lookup { args, .. } => {
            for a in args {
                uses(a, polarity, found);
            }
        }
    }
}

fn set_uses(
    set: &SetExpr,
    polarity: Polarity,
    whole: &Expr,
    found: &mut impl FnMut(RelationId, Polarity, kijun_text::Span),
) {
    match set {
        SetExpr::Attr { base, .. } => uses(base, polarity, found),
        SetExpr::Extent(_) => {}
        SetExpr::Image { relation, args } => {
            for a in args {
                uses(a, polarity, found);
            }
            found(*relation, polarity, whole.span);
        }
        SetExpr::Literal(items) => {
            for i in items {
                uses(i, polarity, found);
            }
        }
    }
}
