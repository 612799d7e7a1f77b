//! How each group of relations that depend on each other is evaluated, and its evaluation.

use kijun_facts::store::UNKNOWN;
use kijun_facts::{KindId, Type};

use crate::body::{fixpoint, mentioned, uses_any};
use crate::closure::{Closure, Edge, Shape};
use crate::columns::Columns;
use crate::extents::{Extent, Tuples};
use crate::plan::{NodeId, Plan};
use crate::program::{Expr, ExprKind, Program, Relation, RelationId, Rule, VarId};
use crate::row::Row;
use crate::steps::{Reading, Steps};
use crate::truth::Truth;
use crate::walk;
use crate::work::{Meter, Source};

/// One group, in the order of evaluation.
#[derive(Debug)]
pub(crate) struct Stratum {
    pub(crate) group: Vec<RelationId>,
    means: Means,
    /// What has to be evaluated before, level by level.
    pub(crate) levels: Vec<Vec<NodeId>>,
}

#[derive(Debug)]
enum Means {
    /// Tuple by tuple, to the least fixpoint.
    Rows,
    /// Not recursive: every rule by columns.
    Columns(Vec<Steps>),
    /// Transitive.
    Closure { kind: KindId, shape: Shape, base: Vec<Steps>, step: Vec<Steps> },
}

impl Stratum {
    pub(crate) fn plan(plan: &mut Plan, program: &Program, group: &[RelationId]) -> Stratum {
        let means = match group {
            [id] => program.relation(*id).and_then(|r| alone(plan, program, *id, r)),
            _ => None,
        };
        let means = means.unwrap_or(Means::Rows);
        let steps: Vec<&Steps> = match &means {
            Means::Rows => Vec::new(),
            Means::Columns(rules) => rules.iter().collect(),
            Means::Closure { base, step, .. } => base.iter().chain(step).collect(),
        };
        let roots: Vec<NodeId> = steps.into_iter().flat_map(Steps::nodes).collect();
        let levels = plan.levels(&roots);
        Stratum { group: group.to_vec(), means, levels }
    }

    /// Finds what the relations of the group relate; what would be too much is left as not known.
    pub(crate) fn evaluate(&self, columns: &Columns<'_>, today: i32) {
        columns.ensure(&self.levels);
        let extents = &columns.memo.extents;
        let [id] = self.group.as_slice() else { return self.by_rows(columns, today) };
        let meter = Meter::new(&extents.work, Source::Relation(*id));
        match &self.means {
            Means::Rows => self.by_rows(columns, today),
            Means::Columns(rules) => {
                let mut tuples = Tuples::default();
                for rule in rules {
                    let found = rule.run(columns, &meter, |codes, truth| (Box::from(codes), truth));
                    if meter.is_over() {
                        return;
                    }
                    for (tuple, truth) in found {
                        tuples.raise(tuple, truth);
                    }
                }
                extents.fill(*id, Extent::Tuples(tuples));
            }
            Means::Closure { kind, shape, base, step } => {
                let edges = |rules: &[Steps]| -> Vec<Edge> {
                    let pair = |codes: &[u32], truth: Truth| match codes {
                        [a, b] => (*a, *b, truth),
                        _ => (UNKNOWN, UNKNOWN, Truth::False),
                    };
                    rules.iter().flat_map(|rule| rule.run(columns, &meter, pair)).collect()
                };
                let (base, step) = (edges(base), edges(step));
                if meter.is_over() {
                    return;
                }
                match Closure::new(*shape, columns.records(*kind), base, step) {
                    Some(closure) => extents.fill(*id, Extent::Closure(closure)),
                    None => self.by_rows(columns, today),
                }
            }
        }
    }

    fn by_rows(&self, columns: &Columns<'_>, today: i32) {
        let extents = &columns.memo.extents;
        let row = Row::new(columns.program, columns.store, today, extents);
        for (id, extent) in fixpoint(&row, &self.group).unwrap_or_default() {
            extents.fill(id, extent);
        }
    }
}

/// The means for a relation that depends on no other of its group.
fn alone(plan: &mut Plan, program: &Program, id: RelationId, relation: &Relation) -> Option<Means> {
    let recursive = |rule: &&Rule| rule.body.iter().any(|c| uses_any(c, &[id]));
    let (again, base): (Vec<&Rule>, Vec<&Rule>) = relation.rules.iter().partition(recursive);
    let base: Vec<Steps> =
        base.into_iter().map(|r| Steps::plan(plan, program, &Reading::of(r))).collect::<Option<_>>()?;
    if again.is_empty() {
        return Some(Means::Columns(base));
    }
    let kind = match relation.columns.as_slice() {
        [Type::Ref(a), Type::Ref(b)] if a == b => *a,
        _ => return None,
    };
    let parts: Vec<Recursion<'_>> = again.into_iter().map(|r| recursion(id, r)).collect::<Option<_>>()?;
    let shape = parts.first()?.shape;
    if parts.iter().any(|p| p.shape != shape) {
        return None;
    }
    let step = match shape {
        Shape::Double => Vec::new(),
        _ => parts.iter().map(|p| Steps::plan(plan, program, &p.reading())).collect::<Option<_>>()?,
    };
    Some(Means::Closure { kind, shape, base, step })
}

/// A rule that uses its own relation once, or twice in a row.
pub(crate) struct Recursion<'r> {
    rule: &'r Rule,
    shape: Shape,
    /// What is left beside the relation's own atoms, from one variable to another.
    pub(crate) step: &'r [Expr],
    pub(crate) ends: [VarId; 2],
    /// Where the relation's own atom stands in the body.
    pub(crate) own: usize,
}

impl<'r> Recursion<'r> {
    fn reading(&self) -> Reading<'_> {
        let [from, to] = self.ends;
        Reading {
            vars: &self.rule.vars,
            head: &self.ends,
            body: self.step,
            given: (self.shape == Shape::Left).then_some(from),
            bound: (self.shape == Shape::Right).then_some(to),
        }
    }
}

/// A rule as a step of a transitive relation.
pub(crate) fn recursion(id: RelationId, rule: &Rule) -> Option<Recursion<'_>> {
    let [a, b] = rule.head.as_slice() else { return None };
    let found = |shape, step, ends, own| Some(Recursion { rule, shape, step, ends, own });
    if a == b {
        return None;
    }
    let (first, rest) = rule.body.split_first()?;
    let (last, before) = rule.body.split_last()?;
    match (atom(id, first), atom(id, last)) {
        (Some((x, m)), Some((n, y))) if rest.len() == 1 => {
            (x == *a && y == *b && m == n && m != *a && m != *b).then_some(())?;
            found(Shape::Double, &[], [*a, *b], 0)
        }
        (Some((x, m)), _) if x == *a && m != *a && m != *b && is_apart(rest, id, *a) => {
            found(Shape::Left, rest, [m, *b], 0)
        }
        (_, Some((m, y))) if y == *b && m != *a && m != *b && is_apart(before, id, *b) => {
            found(Shape::Right, before, [*a, m], before.len())
        }
        _ => None,
    }
}

/// The variables of `r(x, y)`.
fn atom(id: RelationId, conjunct: &Expr) -> Option<(VarId, VarId)> {
    match (&conjunct.kind, mentioned(conjunct)) {
        (ExprKind::Related { args, .. }, Some(relation)) if relation == id => match args.as_slice() {
            [x, y] => match (&x.kind, &y.kind) {
                (ExprKind::Var(x), ExprKind::Var(y)) => Some((*x, *y)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether conditions use neither a relation nor a variable.
fn is_apart(conditions: &[Expr], id: RelationId, var: VarId) -> bool {
    conditions.iter().all(|condition| {
        let mut apart = !uses_any(condition, &[id]);
        walk::expressions(condition, &mut |e| apart &= e.kind != ExprKind::Var(var));
        apart
    })
}
