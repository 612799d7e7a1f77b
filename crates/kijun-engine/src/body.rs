//! The rules of a relation, one binding at a time: for recursion of any shape, and to explain a tuple.
//! A rule's body is read left to right (docs/evaluation.md, "Relations").

use std::sync::Arc;

use kijun_facts::Type;
use kijun_facts::store::{NONE, UNKNOWN};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::extents::{Extent, Extents, Tuples};
use crate::program::{Expr, ExprKind, RelationId, Rule, VarId};
use crate::row::{Env, Row};
use crate::truth::Truth;
use crate::val::{UNLISTED, same_code};
use crate::work::{Meter, Source};

/// The fixpoint of one group of relations. The first round takes whole bodies; later ones only
/// bindings that use a tuple which changed in the round before. `None` when it would be too much.
pub(crate) fn fixpoint(row: &Row<'_>, group: &[RelationId]) -> Option<Vec<(RelationId, Extent)>> {
    let meter = Meter::new(&row.extents.work, Source::Relation(*group.first()?));
    let rules: Vec<&Rule> =
        group.iter().filter_map(|id| row.program.relation(*id)).flat_map(|r| &r.rules).collect();
    let mut extents = row.extents.clone();
    let mut found: FxHashMap<RelationId, Tuples> = group.iter().map(|id| (*id, Tuples::default())).collect();
    let mut delta: FxHashMap<RelationId, FxHashSet<usize>> = FxHashMap::default();
    let mut first = true;
    loop {
        for id in group {
            let tuples = found.remove(id).unwrap_or_default();
            extents.set(*id, Arc::new(Extent::Tuples(tuples)));
        }
        let derived = round(row, &extents, &rules, group, (!first).then_some(&delta), &meter);
        if meter.is_over() {
            return None;
        }
        // The tuples come back out of the extents, so that they are not copied in every round.
        found = group.iter().map(|id| (*id, extents.take_tuples(*id))).collect();
        delta = FxHashMap::default();
        for (id, tuple, truth) in derived {
            if let Some(i) = found.get_mut(&id).and_then(|tuples| tuples.raise(tuple, truth)) {
                delta.entry(id).or_default().insert(i);
            }
        }
        if !meter.found(delta.values().map(FxHashSet::len).sum()) {
            return None;
        }
        if delta.is_empty() {
            return Some(found.into_iter().map(|(id, tuples)| (id, Extent::Tuples(tuples))).collect());
        }
        first = false;
    }
}

type Derived = Vec<(RelationId, Box<[u32]>, Truth)>;

fn round(
    row: &Row<'_>,
    extents: &Extents,
    rules: &[&Rule],
    group: &[RelationId],
    delta: Option<&FxHashMap<RelationId, FxHashSet<usize>>>,
    meter: &Meter<'_>,
) -> Derived {
    let mut derived = Derived::new();
    for rule in rules {
        let row = Row::new(row.program, row.store, row.today, extents);
        let reader = Body { row, rule, meter: Some(meter) };
        let mut emit = |tuple, truth| {
            if meter.holds(derived.len()) {
                derived.push((rule.relation, tuple, truth));
            }
        };
        let Some(delta) = delta else {
            reader.run(None, &mut emit);
            continue;
        };
        for (position, conjunct) in rule.body.iter().enumerate() {
            let Some(changed) = mentioned(conjunct).and_then(|id| delta.get(&id)) else { continue };
            let left = rule.body.len() - position - 1;
            reader.run(Some(Restrict { left, changed }), &mut emit);
        }
        // A recursive use that is not a plain atom (inside a quantifier) is read again as a whole.
        if rule.body.iter().any(|c| mentioned(c).is_none() && uses_any(c, group)) {
            reader.run(None, &mut emit);
        }
    }
    derived
}

/// The relation of a conjunct that is a relation atom.
pub(crate) fn mentioned(conjunct: &Expr) -> Option<RelationId> {
    match &conjunct.kind {
        ExprKind::Related { relation, .. } => Some(*relation),
        _ => None,
    }
}

/// Whether an expression uses one of these relations anywhere.
pub(crate) fn uses_any(expr: &Expr, group: &[RelationId]) -> bool {
    let mut found = false;
    crate::walk::expressions(expr, &mut |e| {
        found |= crate::walk::relation_of(e).is_some_and(|relation| group.contains(&relation));
    });
    found
}

/// Only these tuples of the atom after which so many conjuncts are left.
#[derive(Clone, Copy)]
struct Restrict<'d> {
    left: usize,
    changed: &'d FxHashSet<usize>,
}

/// What to do with a variable bound, and how certain that binding is.
type Continue<'c, B> = dyn FnMut(&B, &mut Env, &mut Vec<bool>, Truth) + 'c;

/// A rule's body being read, left to right.
pub(crate) struct Body<'a> {
    pub(crate) row: Row<'a>,
    pub(crate) rule: &'a Rule,
    /// What counts the bindings, where there may be too many.
    pub(crate) meter: Option<&'a Meter<'a>>,
}

impl Body<'_> {
    fn run(&self, restrict: Option<Restrict<'_>>, emit: &mut impl FnMut(Box<[u32]>, Truth)) {
        let mut bound = vec![false; self.rule.vars.len()];
        let rule = self.rule;
        self.step_env(&rule.body, &mut Env::new(), &mut bound, Truth::True, restrict, &mut |env, truth| {
            let tuple: Box<[u32]> =
                rule.head.iter().map(|v| env.get(v.0 as usize).copied().unwrap_or(UNKNOWN)).collect();
            if !tuple.contains(&NONE) {
                emit(tuple, truth);
            }
        });
    }

    /// Bindings under which the body may hold, at most 64, with some variables bound beforehand and one conjunct left
    /// out; used to explain a tuple. `x in SET` tests what is bound already.
    pub(crate) fn derivations(&self, known: &[(VarId, u32)], without: Option<usize>) -> Vec<Env> {
        let mut bound = vec![false; self.rule.vars.len()];
        let mut env = Env::new();
        for (var, code) in known {
            Row::bind(&mut env, *var, *code);
            set_bound(&mut bound, *var, true);
        }
        let rest: Vec<Expr>;
        let body = match without {
            None => self.rule.body.as_slice(),
            Some(position) => {
                let kept = self.rule.body.iter().enumerate().filter(|(i, _)| *i != position);
                rest = kept.map(|(_, c)| c.clone()).collect();
                &rest
            }
        };
        let mut found = Vec::new();
        self.step_env(body, &mut env, &mut bound, Truth::True, None, &mut |env, _| {
            if found.len() < 64 {
                found.push(env.clone());
            }
        });
        found
    }

    /// Reads what is left of a body.
    fn step_env(
        &self,
        body: &[Expr],
        env: &mut Env,
        bound: &mut Vec<bool>,
        truth: Truth,
        restrict: Option<Restrict<'_>>,
        emit: &mut dyn FnMut(&Env, Truth),
    ) {
        if truth == Truth::False || self.meter.is_some_and(|meter| meter.is_over() || !meter.tries(1)) {
            return;
        }
        let Some((conjunct, rest)) = body.split_first() else {
            let missing = self.rule.head.iter().find(|v| !is_bound(bound, **v)).copied();
            match missing {
                Some(var) => self.range(var, env, bound, &mut |this, env, bound, listed| {
                    this.step_env(body, env, bound, truth.and(listed), restrict, emit);
                }),
                None => emit(env, truth),
            }
            return;
        };
        let mut needed: Option<VarId> = None;
        tested_vars(conjunct, bound, &mut |v| {
            if needed.is_none() && !is_bound(bound, v) && self.rule.head.contains(&v) {
                needed = Some(v);
            }
        });
        if let Some(var) = needed {
            self.range(var, env, bound, &mut |this, env, bound, listed| {
                this.step_env(body, env, bound, truth.and(listed), restrict, emit);
            });
            return;
        }
        match &conjunct.kind {
            ExprKind::In { item, set } if binds_item(item, bound) => {
                let ExprKind::Var(var) = item.kind else { return };
                // Bindings that a later condition rejects need not be tried.
                let later: Vec<Option<&Expr>> = rest.iter().map(Some).collect();
                let members = self.row.members_for(set, var, &later, env);
                for (member, certain) in members.each() {
                    let member_truth = if certain { Truth::True } else { Truth::Unknown };
                    self.with(var, member, env, bound, &mut |env, bound| {
                        self.step_env(rest, env, bound, truth.and(member_truth), restrict, emit);
                    });
                }
            }
            ExprKind::Related { relation, args } => {
                let only = restrict.filter(|r| r.left == rest.len()).map(|r| r.changed);
                self.atom(*relation, args, only, env, bound, &mut |env, bound, atom_truth| {
                    self.step_env(rest, env, bound, truth.and(atom_truth), restrict, emit);
                });
            }
            _ => {
                let condition = self.row.truth(conjunct, env);
                self.step_env(rest, env, bound, truth.and(condition), restrict, emit);
            }
        }
    }

    fn with(
        &self,
        var: VarId,
        value: u32,
        env: &mut Env,
        bound: &mut Vec<bool>,
        then: &mut dyn FnMut(&mut Env, &mut Vec<bool>),
    ) {
        Row::bind(env, var, value);
        set_bound(bound, var, true);
        then(env, bound);
        self.release(&[var], env, bound);
    }

    /// A head variable ranges over the records of its kind (and, unknown, over one that an open register does not list),
    /// or the literals of its enum.
    fn range(&self, var: VarId, env: &mut Env, bound: &mut Vec<bool>, then: &mut Continue<'_, Self>) {
        let (size, open) = match self.rule.vars.get(var.0 as usize).map(|v| &v.ty) {
            Some(Type::Ref(kind)) => match self.row.store.kind(*kind) {
                Some(table) => (table.len(), table.register.is_open()),
                None => (0, true),
            },
            Some(Type::Enum(e)) => {
                (self.row.program.schema.enumeration(*e).map_or(0, |e| e.literals.len()), false)
            }
            _ => (0, false),
        };
        let listed = (0..size as u32).map(|code| (code, Truth::True));
        for (code, truth) in listed.chain(open.then_some((UNLISTED, Truth::Unknown))) {
            Row::bind(env, var, code);
            set_bound(bound, var, true);
            then(self, env, bound, truth);
        }
        self.release(&[var], env, bound);
    }

    /// Unbinds variables; whatever reads one of them now reads ⊥.
    fn release(&self, vars: &[VarId], env: &mut Env, bound: &mut [bool]) {
        for var in vars {
            set_bound(bound, *var, false);
            Row::bind(env, *var, UNKNOWN);
        }
    }

    fn atom(
        &self,
        relation: RelationId,
        args: &[Expr],
        only: Option<&FxHashSet<usize>>,
        env: &mut Env,
        bound: &mut Vec<bool>,
        then: &mut dyn FnMut(&mut Env, &mut Vec<bool>, Truth),
    ) {
        // Per argument: a code to test, or a variable to bind.
        let mut fresh: Vec<VarId> = Vec::new();
        let mut tests: Vec<Option<u32>> = Vec::with_capacity(args.len());
        let mut targets: Vec<Option<VarId>> = Vec::with_capacity(args.len());
        for arg in args {
            match arg.kind {
                ExprKind::Var(v) if !is_bound(bound, v) => {
                    if !fresh.contains(&v) {
                        fresh.push(v);
                    }
                    tests.push(None);
                    targets.push(Some(v));
                }
                _ => {
                    tests.push(Some(self.row.code(arg, env)));
                    targets.push(None);
                }
            }
        }
        if tests.contains(&Some(NONE)) {
            return;
        }
        let set_all = |bound: &mut Vec<bool>, on: bool| fresh.iter().for_each(|v| set_bound(bound, *v, on));
        if tests.contains(&Some(UNKNOWN)) {
            // The restricted pass adds nothing here: this binding does not depend on the tuples.
            if only.is_none() {
                fresh.iter().for_each(|v| Row::bind(env, *v, UNKNOWN));
                set_all(bound, true);
                then(env, bound, Truth::Unknown);
                self.release(&fresh, env, bound);
            }
            return;
        }
        let Some(extent) = self.row.extents.get(relation) else { return };
        for (tuple, tuple_truth) in extent.candidates(tests.first().copied().flatten(), only) {
            let mut truth = tuple_truth;
            let mut assigned: Vec<(VarId, u32)> = Vec::new();
            for ((component, test), target) in tuple.iter().zip(&tests).zip(&targets) {
                let wanted = match (test, target) {
                    (Some(code), _) => *code,
                    (None, Some(var)) => match assigned.iter().find(|(v, _)| v == var) {
                        Some((_, code)) => *code,
                        None => {
                            assigned.push((*var, *component));
                            continue;
                        }
                    },
                    (None, None) => continue,
                };
                truth = truth.and(same_code(*component, wanted));
            }
            if truth == Truth::False {
                continue;
            }
            for (var, code) in &assigned {
                Row::bind(env, *var, *code);
            }
            set_all(bound, true);
            then(env, bound, truth);
            self.release(&fresh, env, bound);
        }
    }
}

fn is_bound(bound: &[bool], var: VarId) -> bool {
    bound.get(var.0 as usize).copied().unwrap_or(true)
}

fn set_bound(bound: &mut [bool], var: VarId, on: bool) {
    if let Some(slot) = bound.get_mut(var.0 as usize) {
        *slot = on;
    }
}

/// Whether `x in SET` binds its left side.
fn binds_item(item: &Expr, bound: &[bool]) -> bool {
    matches!(item.kind, ExprKind::Var(v) if !is_bound(bound, v))
}

/// The variables that a conjunct reads, apart from those that it binds itself.
pub(crate) fn tested_vars(conjunct: &Expr, bound: &[bool], visit: &mut dyn FnMut(VarId)) {
    let mut whole = |e: &Expr| {
        if !binds_item(e, bound) {
            crate::walk::free_vars(e, visit);
        }
    };
    match &conjunct.kind {
        ExprKind::Related { args, .. } => args.iter().for_each(whole),
        ExprKind::In { item, set } => {
            whole(item);
            crate::walk::set_parts(set, &mut |part| crate::walk::free_vars(part, visit));
        }
        _ => crate::walk::free_vars(conjunct, visit),
    }
}
