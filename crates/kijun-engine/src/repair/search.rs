//! The search for repairs: alternatives are tried by evaluating the check again in the facts as they would be,
//! completed where they do not suffice, and made as small as they can be.

use kijun_facts::{AttrId, KindId, Type, Value};
use rustc_hash::FxHashSet;

use super::change::{Alternatives, bounded, contains, merge, product};
use super::choice::Choice;
use super::solve::{References, Solver};
use super::world::rewritten;
use super::{Cell, Change, Datum, Repair};
use crate::assess::Evaluation;
use crate::assessment::{SubjectRef, Verdict};
use crate::change::Reads;
use crate::program::{Check, Const, ExprKind, Program, SetExpr};
use crate::row::Row;
use crate::walk;

/// How often an alternative that does not suffice yet is completed.
const MAX_ROUNDS: usize = 6;
/// Values tried for changes that leave a choice, all combinations counted: both ends of as many ranges as an
/// alternative has changes.
const MAX_SAMPLES: usize = 64;
/// How often all relations are derived anew for one outcome; what is left then stays unverified.
const MAX_DERIVATIONS: usize = 200;

/// What trying a set of changes showed.
enum Tried {
    Satisfies,
    /// It cannot be written into the facts.
    Untried,
    /// It does not suffice, or not with every value that it allows; this would have to come on top.
    Lacks(Alternatives),
    /// Some of the values that it allows suffice: these.
    OnlyWith(Vec<Change>),
}

/// The search for the repairs of one outcome.
pub(super) struct Search<'s, 'a> {
    evaluation: &'s Evaluation<'a>,
    check: &'s Check,
    subject: SubjectRef,
    /// Attributes from which relations derive: a change of them is tried with all relations derived again.
    derived: FxHashSet<(KindId, AttrId)>,
    /// The constants of the check.
    mentioned: Vec<Const>,
    reads: std::cell::OnceCell<Reads>,
    derivations: std::cell::Cell<usize>,
    steps: std::cell::Cell<usize>,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(super) fn new(
        evaluation: &'s Evaluation<'a>,
        check: &'s Check,
        subject: SubjectRef,
    ) -> Search<'s, 'a> {
        let derived = attributes_of_relations(evaluation.program, check);
        let mentioned = constants(check);
        let (reads, derivations, steps) = Default::default();
        Search { evaluation, check, subject, derived, mentioned, reads, derivations, steps }
    }
}

impl Search<'_, '_> {
    pub(super) fn run(&self, references: References) -> Vec<Repair> {
        let mut open =
            Solver::new(self.evaluation.row(), references, &self.steps).check(self.check, self.subject);
        let (mut verified, mut unverified): (Alternatives, Alternatives) = (Vec::new(), Vec::new());
        for _ in 0..MAX_ROUNDS {
            let mut next = Vec::new();
            for changes in open {
                match self.tried(&changes, references) {
                    Tried::Satisfies => verified.push(self.least(changes)),
                    Tried::Untried => unverified.push(changes),
                    Tried::Lacks(more) => next.extend(product(&vec![changes], &more)),
                    Tried::OnlyWith(values) => verified.push(self.least(values)),
                }
            }
            open = bounded(next);
        }
        best(verified.into_iter().map(|changes| self.plain(changes)).collect(), unverified)
    }

    /// Makes the changes with every value tried for those that leave a choice: all have to satisfy.
    fn tried(&self, changes: &[Change], references: References) -> Tried {
        if !changes.iter().all(Change::is_expressible) {
            return Tried::Untried;
        }
        let Some(failing) = self.failing(changes) else { return Tried::Untried };
        let Some(sample) = failing else { return Tried::Satisfies };
        let solve = |row: Row<'_>| Solver::new(row, references, &self.steps).check(self.check, self.subject);
        let more = self.in_world(changes, sample, solve).unwrap_or_default();
        if sample > 0 && product(&vec![changes.to_vec()], &more).is_empty() {
            return self.only_with_first(changes).map_or(Tried::Untried, Tried::OnlyWith);
        }
        Tried::Lacks(more)
    }

    /// The first choice of values that does not satisfy, if any; `None` if some value cannot be written.
    fn failing(&self, changes: &[Change]) -> Option<Option<usize>> {
        let choices: usize = self.choices(changes).iter().map(|(_, values)| values.len().max(1)).product();
        for sample in 0..choices.min(MAX_SAMPLES) {
            let status = |row: Row<'_>| Evaluation::status(&row, self.check, self.subject);
            if self.in_world(changes, sample, status)? != Verdict::Satisfied {
                return Some(Some(sample));
            }
        }
        Some(None)
    }

    fn satisfies(&self, changes: &[Change]) -> bool {
        self.failing(changes) == Some(None)
    }

    /// The changes with the first of the values that they leave the choice between.
    fn only_with_first(&self, changes: &[Change]) -> Option<Vec<Change>> {
        let mut out: Vec<Change> = Vec::new();
        for change in changes {
            let fixed = match change {
                Change::OtherThan { cell, .. }
                | Change::AtLeast { cell, .. }
                | Change::AtMost { cell, .. } => {
                    Change::Set { cell: *cell, value: self.data(*cell, changes).into_iter().next()? }
                }
                other => other.clone(),
            };
            if !out.contains(&fixed) {
                out.push(fixed);
            }
        }
        self.satisfies(&out).then_some(out)
    }

    /// Without the changes that are not needed.
    fn least(&self, mut changes: Vec<Change>) -> Vec<Change> {
        let mut i = 0;
        while i < changes.len() && changes.len() > 1 {
            let mut fewer = changes.clone();
            fewer.remove(i);
            if self.satisfies(&fewer) { changes = fewer } else { i += 1 }
        }
        changes
    }

    /// "Other than" all literals but one is that one.
    fn plain(&self, changes: Vec<Change>) -> Vec<Change> {
        let only = |change: &Change| {
            let Change::OtherThan { cell, .. } = change else { return None };
            let is_enum = matches!(self.attribute_type(*cell), Some(Type::Enum(_)));
            match self.data(*cell, &changes).as_slice() {
                [value] if is_enum => Some(Change::Set { cell: *cell, value: value.clone() }),
                _ => None,
            }
        };
        let sets: Vec<Change> = changes.iter().filter_map(only).collect();
        merge(&changes, &sets).unwrap_or(changes)
    }

    fn attribute_type(&self, cell: Cell) -> Option<&Type> {
        self.evaluation.program.schema.attribute(cell.kind, cell.attr).map(|a| &a.ty)
    }

    /// Reads the facts as they would be after the changes; `sample` chooses among values where several would do.
    fn in_world<R>(&self, changes: &[Change], sample: usize, read: impl FnOnce(Row<'_>) -> R) -> Option<R> {
        let mut row = self.evaluation.row();
        let mut rest = sample;
        for (cell, values) in self.choices(changes) {
            let value = values.get(rest % values.len().max(1))?;
            rest /= values.len().max(1);
            row.overrides.insert(cell.key(), value.clone());
        }
        let derives = |c: &Change| match c {
            Change::Register { .. } => true,
            other => other.cell().is_some_and(|c| self.derived.contains(&(c.kind, c.attr))),
        };
        if !changes.iter().any(derives) {
            return Some(read(row));
        }
        if self.derivations.get() >= MAX_DERIVATIONS {
            return None;
        }
        self.derivations.set(self.derivations.get() + 1);
        let store = rewritten(&row, changes);
        let Row { program, today, .. } = row;
        let prepared = &self.evaluation.prepared;
        let reads = self.reads.get_or_init(|| Reads::new(program, prepared));
        let memo = reads.relations(prepared, self.evaluation, &store);
        Some(read(Row::new(program, &store, today, &memo.extents)))
    }

    /// Each cell that changes, with the values to try for it: only the ends when all combinations would be too many.
    fn choices(&self, changes: &[Change]) -> Vec<(Cell, Vec<Value>)> {
        let mut cells: Vec<Cell> = changes.iter().filter_map(Change::cell).collect();
        cells.sort_unstable();
        cells.dedup();
        let mut choices: Vec<(Cell, Vec<Value>)> =
            cells.into_iter().map(|c| (c, self.values(c, changes))).collect();
        let all = choices.iter().fold(1_usize, |n, (_, values)| n.saturating_mul(values.len().max(1)));
        if all > MAX_SAMPLES && choices.len() > 1 {
            for (_, values) in &mut choices {
                if let ([first, .., last], true) = (values.as_slice(), values.len() > 2) {
                    *values = vec![first.clone(), last.clone()];
                }
            }
        }
        choices
    }

    fn values(&self, cell: Cell, changes: &[Change]) -> Vec<Value> {
        self.choice(&self.evaluation.row(), |choice| choice.values(cell, changes))
    }

    fn data(&self, cell: Cell, changes: &[Change]) -> Vec<Datum> {
        self.choice(&self.evaluation.row(), |choice| choice.data(cell, changes))
    }

    fn choice<R>(&self, row: &Row<'_>, ask: impl FnOnce(&Choice<'_>) -> R) -> R {
        ask(&Choice { row, mentioned: &self.mentioned })
    }
}

/// The repairs found, best first. What is only said in words is worth nothing beside something that works.
fn best(verified: Alternatives, unverified: Alternatives) -> Vec<Repair> {
    let verified = bounded(verified);
    let unverified = bounded(unverified);
    let in_words = |changes: &Vec<Change>| changes.iter().any(|c| matches!(c, Change::Condition { .. }));
    let better = verified.len() + unverified.iter().filter(|u| !in_words(u)).count();
    let rest: Vec<Vec<Change>> = unverified
        .into_iter()
        .filter(|u| better == 0 || !in_words(u))
        .filter(|u| !verified.iter().any(|v| contains(u, v)))
        .collect();
    let repair = |unverified: bool| move |changes: Vec<Change>| Repair { changes, unverified };
    let all = verified.into_iter().map(repair(false)).chain(rest.into_iter().map(repair(true)));
    all.collect()
}

/// The attributes that relations read, if the check looks at a relation.
fn attributes_of_relations(program: &Program, check: &Check) -> FxHashSet<(KindId, AttrId)> {
    let mut uses = false;
    for expr in check.condition.iter().chain(check.requires.iter().map(|r| &r.condition)) {
        walk::expressions(expr, &mut |e| {
            uses |= matches!(e.kind, ExprKind::Related { .. })
                || matches!(walk::set_of(e), Some(SetExpr::Image { .. }));
        });
    }
    let mut found = FxHashSet::default();
    if uses {
        for conjunct in program.relations.iter().flat_map(|r| &r.rules).flat_map(|r| &r.body) {
            walk::expressions(conjunct, &mut |e| {
                if let ExprKind::Attr { kind, attr, .. } = e.kind {
                    found.insert((kind, attr));
                }
                if let Some(SetExpr::Attr { kind, attr, .. }) = walk::set_of(e) {
                    found.insert((*kind, *attr));
                }
            });
        }
    }
    found
}

pub(crate) fn constants(check: &Check) -> Vec<Const> {
    let mut found: Vec<Const> = Vec::new();
    for expr in check.condition.iter().chain(check.requires.iter().map(|r| &r.condition)) {
        walk::expressions(expr, &mut |e| match &e.kind {
            ExprKind::Const(c) if !found.contains(c) => found.push(c.clone()),
            _ => {}
        });
    }
    found
}
