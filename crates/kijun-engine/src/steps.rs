//! Rules of relations read column by column: a body as steps that each widen or thin a frame of bindings.
//! Only for bodies that mention no relation; [`crate::body`] reads the others.

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{KindId, Type};
use rayon::prelude::*;

use crate::columns::{Columns, Frame};
use crate::plan::{Level, NodeId, Plan, Scope, SetOp};
use crate::program::{CompareOp, Expr, ExprKind, Program, Rule, SetExpr, Var, VarId};
use crate::truth::Truth;
use crate::val::UNLISTED;
use crate::walk;
use crate::work::Meter;

/// How many bindings are widened at once.
const CHUNK: usize = 1 << 15;

/// About how many bindings a step may make at once.
const ROWS: usize = 1 << 20;

#[derive(Debug)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    head: Vec<Level>,
}

#[derive(Debug)]
enum Step {
    /// A variable takes every value of its range.
    Range(Range),
    /// A variable takes the values of its range that equal a key: `v == key`, without trying the others.
    Seek {
        range: Range,
        key: NodeId,
    },
    /// `v in SET`
    Bind(SetOp),
    Test(NodeId),
}

/// What a variable of a head ranges over.
#[derive(Debug, Clone, Copy)]
enum Range {
    /// The records of a kind, and possibly an unlisted one where the register is open.
    Records(KindId),
    /// The records of a kind, an unlisted and an unknown one: whatever another rule may hand over.
    Given(KindId),
    Literals(usize),
}

/// A body to be read, and what becomes of it: `head` from `body`.
pub(crate) struct Reading<'r> {
    pub(crate) vars: &'r [Var],
    pub(crate) head: &'r [VarId],
    pub(crate) body: &'r [Expr],
    /// A variable that stands for whatever another rule hands over.
    pub(crate) given: Option<VarId>,
    /// A variable of the head that the body must bind itself.
    pub(crate) bound: Option<VarId>,
}

impl<'r> Reading<'r> {
    pub(crate) fn of(rule: &'r Rule) -> Reading<'r> {
        Reading { vars: &rule.vars, head: &rule.head, body: &rule.body, given: None, bound: None }
    }

    fn range(&self, var: VarId, program: &Program) -> Option<Range> {
        if !self.head.contains(&var) || self.bound == Some(var) {
            return None;
        }
        match &self.vars.get(var.0 as usize)?.ty {
            Type::Ref(kind) if self.given == Some(var) => Some(Range::Given(*kind)),
            Type::Ref(kind) => Some(Range::Records(*kind)),
            Type::Enum(e) => {
                Some(Range::Literals(program.schema.enumeration(*e).map_or(0, |e| e.literals.len())))
            }
            _ => Some(Range::Literals(0)),
        }
    }
}

impl Steps {
    /// The steps of a body, `None` when it cannot be read by columns. Conditions are tested as soon as their variables
    /// are bound: they bind nothing, so when they are tested makes no difference to what is found.
    pub(crate) fn plan(plan: &mut Plan, program: &Program, reading: &Reading<'_>) -> Option<Steps> {
        if reading.body.iter().any(mentions_relations) {
            return None;
        }
        let mut rest: Vec<&Expr> = reading.body.iter().collect();
        let mut scope = Scope::derived();
        let mut steps: Vec<Step> = Vec::new();
        loop {
            rest.retain(|conjunct| {
                let ready = is_bound(conjunct, &scope);
                if ready {
                    steps.push(Step::Test(plan.lower(conjunct, &scope)));
                }
                !ready
            });
            let missing = match rest.first() {
                Some(conjunct) => match binding(conjunct, &scope) {
                    Some((var, set)) => match first_free_in(set, &scope) {
                        Some(needed) => needed,
                        None => {
                            steps.push(Step::Bind(plan.lower_set(set, None, &scope)));
                            scope = bind(&scope, var, reading)?;
                            rest.remove(0);
                            continue;
                        }
                    },
                    None => first_free(conjunct, &scope)?,
                },
                None => match reading.head.iter().find(|v| !scope.has(**v)) {
                    Some(var) => *var,
                    None => break,
                },
            };
            let range = reading.range(missing, program)?;
            let key = rest.iter().position(|c| key_of(c, missing, &scope).is_some());
            steps.push(match key {
                Some(i) => {
                    let key = plan.lower(key_of(rest.remove(i), missing, &scope)?, &scope);
                    Step::Seek { range, key }
                }
                None => Step::Range(range),
            });
            scope = bind(&scope, missing, reading)?;
        }
        Some(Steps { steps, head: reading.head.iter().map(|v| scope.level(*v)).collect() })
    }

    /// The nodes that the steps evaluate.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.steps.iter().flat_map(|step| match step {
            Step::Range(_) => Vec::new(),
            Step::Seek { key: node, .. } | Step::Test(node) => vec![*node],
            Step::Bind(set) => set.nodes(),
        })
    }

    /// Every binding of the head, with its truth.
    pub(crate) fn run<T: Send>(
        &self,
        columns: &Columns<'_>,
        meter: &Meter<'_>,
        tuple: impl Fn(&[u32], Truth) -> T + Sync,
    ) -> Vec<T> {
        let mut bindings = Bindings { frame: Frame::derived(1, Vec::new()), truth: vec![Truth::True] };
        let mut steps = self.steps.iter();
        // The first step makes the rows that are then shared out.
        while bindings.frame.len() == 1
            && let Some(step) = steps.next()
        {
            bindings = bindings.take(step, columns);
        }
        let rest = steps.as_slice();
        let chunks: Vec<Bindings> = bindings.chunks(CHUNK);
        let found = chunks.into_par_iter().map(|chunk| {
            let mut found = Vec::new();
            chunk.finish(rest, columns, meter, &mut |last| {
                let more = last.tuples(&self.head, &tuple);
                if meter.found(more.len()) {
                    found.extend(more);
                }
            });
            found
        });
        found.flatten().collect()
    }
}

/// Rows of bindings and how certain each is.
struct Bindings {
    frame: Frame,
    truth: Vec<Truth>,
}

impl Bindings {
    /// Takes all steps, a part of the rows at a time, so that never many more than [`ROWS`] are held for a step. Stops when
    /// it is too much.
    fn finish(
        self,
        steps: &[Step],
        columns: &Columns<'_>,
        meter: &Meter<'_>,
        last: &mut dyn FnMut(Bindings),
    ) {
        let Some((step, rest)) = steps.split_first() else { return last(self) };
        let rows = self.truth.len().max(1);
        let width = self.width(step, columns).div_ceil(rows).max(1);
        for chunk in self.chunks((ROWS / width).max(1)) {
            if meter.is_over() {
                return;
            }
            let next = chunk.take(step, columns);
            if meter.tries(next.truth.len()) {
                next.finish(rest, columns, meter, last);
            }
        }
    }

    /// About how many rows a step makes of these.
    fn width(&self, step: &Step, columns: &Columns<'_>) -> usize {
        let rows = self.truth.len();
        match step {
            Step::Test(_) => rows,
            Step::Range(range) => rows.saturating_mul(range.size(columns)),
            Step::Seek { range, key } => {
                let keys = columns.operand(*key, &self.frame);
                let keys = keys.view();
                let wide = (0..rows).filter(|row| matches!(keys.code(*row), UNKNOWN | UNLISTED)).count();
                rows.saturating_add(wide.saturating_mul(range.size(columns)))
            }
            Step::Bind(SetOp::Records { kind, join: None }) => rows.saturating_mul(columns.records(*kind)),
            Step::Bind(set) => {
                let sets = columns.sets(set, &self.frame);
                let mut found = 0;
                (0..rows).for_each(|row| sets.each(row, &mut |_, _| found += 1));
                found
            }
        }
    }

    fn take(self, step: &Step, columns: &Columns<'_>) -> Bindings {
        match step {
            Step::Test(node) => {
                let column = columns.truths(*node, &self.frame);
                let truths = self.truth.iter().enumerate().map(|(i, t)| t.and(column.get(i))).collect();
                Bindings { truth: truths, ..self }.thinned()
            }
            Step::Range(range) => {
                let values = range.values(columns);
                self.widened(|_, found| values.iter().for_each(|(code, truth)| found(*code, *truth)))
            }
            Step::Seek { range, key } => {
                let values = std::cell::OnceCell::new();
                let records = range.size(columns);
                let given = matches!(range, Range::Given(_));
                let keys = columns.operand(*key, &self.frame);
                let keys = keys.view();
                self.widened(|row, found| match keys.code(row) {
                    NONE => {}
                    code @ (UNKNOWN | UNLISTED) => {
                        for (value, truth) in values.get_or_init(|| range.values(columns)) {
                            // No listed record equals one that is not listed.
                            if code == UNKNOWN || *value >= UNLISTED {
                                found(*value, truth.and(Truth::Unknown));
                            }
                        }
                    }
                    code => {
                        if (code as usize) < records {
                            found(code, Truth::True);
                        }
                        if given {
                            found(UNKNOWN, Truth::Unknown);
                        }
                    }
                })
            }
            Step::Bind(set) => {
                let sets = columns.sets(set, &self.frame);
                self.widened(|row, found| {
                    sets.each(row, &mut |member, certain| {
                        found(member, if certain { Truth::True } else { Truth::Unknown });
                    });
                })
            }
        }
    }

    /// Every row as often as `values` finds a value for one more variable.
    fn widened(&self, values: impl Fn(usize, &mut dyn FnMut(u32, Truth))) -> Bindings {
        let (mut parents, mut codes, mut truths) = (Vec::new(), Vec::new(), Vec::new());
        for (row, truth) in self.truth.iter().enumerate() {
            values(row, &mut |code, of_value| {
                parents.push(row as u32);
                codes.push(code);
                truths.push(truth.and(of_value));
            });
        }
        let mut vars = self.frame.gathered(&parents);
        vars.push(codes);
        Bindings { frame: Frame::derived(truths.len(), vars), truth: truths }
    }

    /// Without the rows that do not hold.
    fn thinned(self) -> Bindings {
        if !self.truth.contains(&Truth::False) {
            return self;
        }
        let rows = (0..self.truth.len() as u32).zip(&self.truth);
        let kept: Vec<u32> = rows.filter(|(_, t)| **t != Truth::False).map(|(row, _)| row).collect();
        let vars = self.frame.gathered(&kept);
        let truth: Vec<Truth> = self.truth.into_iter().filter(|t| *t != Truth::False).collect();
        Bindings { frame: Frame::derived(truth.len(), vars), truth }
    }

    fn chunks(self, size: usize) -> Vec<Bindings> {
        if self.truth.len() <= size {
            return vec![self];
        }
        let chunk = |start: usize| {
            let end = (start + size).min(self.truth.len());
            let truth = self.truth.get(start..end).unwrap_or(&[]).to_vec();
            Bindings { frame: self.frame.slice(start..end), truth }
        };
        (0..self.truth.len()).step_by(size).map(chunk).collect()
    }

    fn tuples<T>(self, head: &[Level], tuple: impl Fn(&[u32], Truth) -> T) -> Vec<T> {
        let columns: Vec<_> = head.iter().map(|level| self.frame.var(*level)).collect();
        let mut codes = vec![0; head.len()];
        let mut out = Vec::with_capacity(self.truth.len());
        for (row, truth) in self.truth.iter().enumerate().filter(|(_, t)| **t != Truth::False) {
            for (code, column) in codes.iter_mut().zip(&columns) {
                *code = column.code(row);
            }
            if !codes.contains(&NONE) {
                out.push(tuple(&codes, *truth));
            }
        }
        out
    }
}

impl Range {
    fn size(self, columns: &Columns<'_>) -> usize {
        match self {
            Range::Records(kind) | Range::Given(kind) => columns.records(kind),
            Range::Literals(n) => n,
        }
    }

    fn values(self, columns: &Columns<'_>) -> Vec<(u32, Truth)> {
        let listed = (0..self.size(columns) as u32).map(|code| (code, Truth::True));
        let more: &[(u32, Truth)] = match self {
            Range::Given(_) => &[(UNKNOWN, Truth::True), (UNLISTED, Truth::True)],
            Range::Records(kind) if columns.is_open(kind) => &[(UNLISTED, Truth::Unknown)],
            Range::Records(_) | Range::Literals(_) => &[],
        };
        listed.chain(more.iter().copied()).collect()
    }
}

fn bind(scope: &Scope, var: VarId, reading: &Reading<'_>) -> Option<Scope> {
    Some(scope.with(var, reading.vars.get(var.0 as usize)?.ty.clone()))
}

fn mentions_relations(expr: &Expr) -> bool {
    let mut found = false;
    walk::expressions(expr, &mut |e| found |= walk::relation_of(e).is_some());
    found
}

/// `v in SET` with a variable that is not bound yet.
fn binding<'e>(conjunct: &'e Expr, scope: &Scope) -> Option<(VarId, &'e SetExpr)> {
    match &conjunct.kind {
        ExprKind::In { item, set } => match item.kind {
            ExprKind::Var(var) if !scope.has(var) => Some((var, set)),
            _ => None,
        },
        _ => None,
    }
}

fn is_bound(expr: &Expr, scope: &Scope) -> bool {
    first_free(expr, scope).is_none()
}

fn first_free(expr: &Expr, scope: &Scope) -> Option<VarId> {
    let mut free = None;
    walk::free_vars(expr, &mut |v| {
        if free.is_none() && !scope.has(v) {
            free = Some(v);
        }
    });
    free
}

fn first_free_in(set: &SetExpr, scope: &Scope) -> Option<VarId> {
    let mut free = None;
    walk::set_parts(set, &mut |part| free = free.or_else(|| first_free(part, scope)));
    free
}

/// The other side of `var == key`, when all of it is bound.
fn key_of<'e>(conjunct: &'e Expr, var: VarId, scope: &Scope) -> Option<&'e Expr> {
    let ExprKind::Compare { op: CompareOp::Eq, left, right } = &conjunct.kind else { return None };
    let keys = [(left, right), (right, left)];
    keys.into_iter()
        .find(|(own, key)| own.kind == ExprKind::Var(var) && is_bound(key, scope))
        .map(|(_, key)| &**key)
}
