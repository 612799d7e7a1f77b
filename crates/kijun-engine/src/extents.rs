//! The tuples of relations, certain and possible: semi-naive evaluation, stratum by stratum.
//! A rule's body is read left to right (docs/evaluation.md, "Relations").

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{AttrId, Column, KindId, KindTable, Store, Type};
use std::sync::{Arc, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::program::{Const, Expr, ExprKind, Program, RelationId, Rule, SetExpr, VarId};
use crate::row::{Env, Members, Row, UNLISTED, same_code};
use crate::truth::Truth;

/// The tuples of one relation, in the order in which they were found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extent {
    tuples: Vec<(Box<[u32]>, Truth)>,
    index: FxHashMap<Box<[u32]>, usize>,
    /// Tuples by first component; those that begin with ⊥ are under [`UNKNOWN`].
    by_first: FxHashMap<u32, Vec<usize>>,
}

impl Extent {
    /// Adds a tuple or raises its truth; whether anything changed.
    fn raise(&mut self, tuple: Box<[u32]>, truth: Truth) -> bool {
        if let Some(i) = self.index.get(&tuple) {
            let Some((_, known)) = self.tuples.get_mut(*i) else { return false };
            let changed = truth > *known;
            *known = (*known).max(truth);
            return changed;
        }
        let i = self.tuples.len();
        self.by_first.entry(tuple.first().copied().unwrap_or(UNKNOWN)).or_default().push(i);
        self.index.insert(tuple.clone(), i);
        self.tuples.push((tuple, truth));
        true
    }

    /// Tuples whose first component may equal `first`; all of them when it is free.
    pub(crate) fn candidates(&self, first: Option<u32>) -> Vec<usize> {
        match first {
            Some(code) => {
                let own = self.by_first.get(&code).into_iter().flatten();
                let unknown = self.by_first.get(&UNKNOWN).into_iter().flatten();
                own.chain(unknown).copied().collect()
            }
            None => (0..self.tuples.len()).collect(),
        }
    }

    pub(crate) fn tuple(&self, i: usize) -> Option<(&[u32], Truth)> {
        self.tuples.get(i).map(|(t, truth)| (t.as_ref(), *truth))
    }
}

/// Codes of the texts in packs that no fact mentions.
pub(crate) type Texts = FxHashMap<String, u32>;

/// Records of a kind by the code of an attribute.
pub(crate) type Index = FxHashMap<u32, Vec<u32>>;

/// What one evaluation computes before the checks, and indexes made when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Extents {
    pub(crate) relations: Vec<Extent>,
    pub(crate) texts: Texts,
    indexes: RwLock<FxHashMap<(KindId, AttrId), Arc<Index>>>,
}

impl Extents {
    /// The records of a table by an attribute of single codes.
    pub(crate) fn index(&self, table: &KindTable, attr: AttrId) -> Arc<Index> {
        let key = (table.kind, attr);
        if let Some(index) = self.indexes.read().ok().and_then(|all| all.get(&key).cloned()) {
            return index;
        }
        let mut index = Index::default();
        if let Some(Column::Codes(codes)) = table.column(attr) {
            for (row, code) in codes.iter().take(table.len()).enumerate() {
                index.entry(*code).or_default().push(row as u32);
            }
        }
        let index = Arc::new(index);
        if let Ok(mut all) = self.indexes.write() {
            all.insert(key, Arc::clone(&index));
        }
        index
    }

    pub(crate) fn get(&self, id: RelationId) -> Option<&Extent> {
        self.relations.get(id.0 as usize)
    }

    /// `r(a, b)` as a condition.
    pub(crate) fn truth(&self, id: RelationId, codes: &[u32]) -> Truth {
        if codes.contains(&NONE) {
            return Truth::False;
        }
        if codes.contains(&UNKNOWN) {
            return Truth::Unknown;
        }
        let Some(extent) = self.get(id) else { return Truth::Unknown };
        let mut best = Truth::False;
        for i in extent.candidates(codes.first().copied()) {
            if let Some((tuple, truth)) = extent.tuple(i) {
                best = best.or(truth.and(matches(tuple, codes)));
            }
        }
        best
    }

    /// `r(a)` as a set: the last components of the tuples that begin so.
    pub(crate) fn image(&self, id: RelationId, codes: &[u32]) -> Members {
        let mut members = Members::default();
        if codes.contains(&NONE) {
            return members;
        }
        if codes.contains(&UNKNOWN) {
            members.open = true;
            return members;
        }
        let Some(extent) = self.get(id) else { return Members { open: true, ..members } };
        for i in extent.candidates(codes.first().copied()) {
            let Some((tuple, truth)) = extent.tuple(i) else { continue };
            let Some((last, before)) = tuple.split_last() else { continue };
            match truth.and(matches(before, codes)) {
                Truth::False => {}
                _ if *last == UNKNOWN || *last == UNLISTED => members.open = true,
                Truth::True => members.certain.push(*last),
                Truth::Unknown => members.possible.push(*last),
            }
        }
        members.certain.sort_unstable();
        members.certain.dedup();
        members.possible.sort_unstable();
        members.possible.dedup();
        members.possible.retain(|m| members.certain.binary_search(m).is_err());
        members
    }
}

/// Whether the components of a tuple are these codes.
fn matches(tuple: &[u32], codes: &[u32]) -> Truth {
    tuple.iter().zip(codes).fold(Truth::True, |t, (a, b)| t.and(same_code(*a, *b)))
}

/// Evaluates every relation of the program.
pub(crate) fn evaluate(program: &Program, store: &Store, today: i32) -> Extents {
    let relations = vec![Extent::default(); program.relations.len()];
    let mut extents = Extents { relations, texts: texts(program, store), ..Extents::default() };
    for group in &program.strata {
        stratum(program, store, today, group, &mut extents);
    }
    extents
}

/// A code of its own for each text of the packs that no fact mentions.
fn texts(program: &Program, store: &Store) -> Texts {
    let mut out = Texts::default();
    let mut add = |c: &Const| {
        if let Const::Text(text) | Const::Requirement(text) = c
            && store.symbols.find(text).is_none()
        {
            let next = (store.symbols.len() + out.len()) as u32;
            out.entry(text.clone()).or_insert(next);
        }
    };
    crate::walk::program(program, &mut |e| {
        if let ExprKind::Const(c) = &e.kind {
            add(c);
        }
    });
    program.tables.iter().flat_map(|t| &t.cells).filter_map(|(_, value)| value.as_ref()).for_each(add);
    out
}

/// The fixpoint of one group of relations. The first round takes whole bodies; later ones only
/// bindings that use a tuple which changed in the round before.
fn stratum(program: &Program, store: &Store, today: i32, group: &[RelationId], extents: &mut Extents) {
    let rules: Vec<&Rule> =
        group.iter().filter_map(|id| program.relation(*id)).flat_map(|r| &r.rules).collect();
    let mut delta: FxHashMap<RelationId, FxHashSet<usize>> = FxHashMap::default();
    let mut first = true;
    loop {
        let mut derived: Vec<(RelationId, Box<[u32]>, Truth)> = Vec::new();
        for rule in &rules {
            let reader = Body { row: Row::new(program, store, today, extents), rule };
            if first {
                reader.run(None, &mut |tuple, truth| derived.push((rule.relation, tuple, truth)));
                continue;
            }
            for (position, conjunct) in rule.body.iter().enumerate() {
                let Some(changed) = mentioned(conjunct).and_then(|id| delta.get(&id)) else { continue };
                let restrict = Restrict { position, changed };
                reader.run(Some(restrict), &mut |tuple, truth| derived.push((rule.relation, tuple, truth)));
            }
            // A recursive use that is not a plain atom (inside a quantifier) is read again as a whole.
            let hidden = rule.body.iter().any(|c| mentioned(c).is_none() && uses_any(c, group));
            if hidden {
                reader.run(None, &mut |tuple, truth| derived.push((rule.relation, tuple, truth)));
            }
        }
        let mut next: FxHashMap<RelationId, FxHashSet<usize>> = FxHashMap::default();
        for (id, tuple, truth) in derived {
            let Some(extent) = extents.relations.get_mut(id.0 as usize) else { continue };
            if extent.raise(tuple.clone(), truth)
                && let Some(i) = extent.index.get(&tuple)
            {
                next.entry(id).or_default().insert(*i);
            }
        }
        if next.is_empty() {
            return;
        }
        delta = next;
        first = false;
    }
}

/// The relation of a conjunct that is a relation atom.
fn mentioned(conjunct: &Expr) -> Option<RelationId> {
    match &conjunct.kind {
        ExprKind::Related { relation, .. } => Some(*relation),
        _ => None,
    }
}

/// Whether an expression uses one of these relations anywhere.
fn uses_any(expr: &Expr, group: &[RelationId]) -> bool {
    let mut found = false;
    crate::walk::expressions(expr, &mut |e| match &e.kind {
        ExprKind::Related { relation, .. } => found |= group.contains(relation),
        ExprKind::In { set: SetExpr::Image { relation, .. }, .. }
        | ExprKind::Quantified { set: SetExpr::Image { relation, .. }, .. }
        | ExprKind::Aggregated { set: SetExpr::Image { relation, .. }, .. } => {
            found |= group.contains(relation)
        }
        _ => {}
    });
    found
}

/// Only these tuples of the atom at this position.
#[derive(Clone, Copy)]
struct Restrict<'d> {
    position: usize,
    changed: &'d FxHashSet<usize>,
}

/// What to do with a variable bound, and how certain that binding is.
type Continue<'c, B> = dyn FnMut(&B, &mut Env, &mut Vec<bool>, Truth) + 'c;

/// A rule's body being read, left to right.
pub(crate) struct Body<'a> {
    pub(crate) row: Row<'a>,
    pub(crate) rule: &'a Rule,
}

impl Body<'_> {
    fn run(&self, restrict: Option<Restrict<'_>>, emit: &mut impl FnMut(Box<[u32]>, Truth)) {
        let mut bound = vec![false; self.rule.vars.len()];
        self.step(0, &mut Vec::new(), &mut bound, Truth::True, restrict, emit);
    }

    /// Bindings that give this head, at most 64; used to explain a tuple. With the head bound beforehand, `x in SET`
    /// tests it instead of binding it.
    pub(crate) fn derivations(&self, head: &[u32], found: &mut impl FnMut(&Env, Truth)) {
        let mut bound = vec![false; self.rule.vars.len()];
        let mut env = Env::new();
        for (var, code) in self.rule.head.iter().zip(head) {
            Row::bind(&mut env, *var, *code);
            set_bound(&mut bound, *var, true);
        }
        let mut left = 64;
        self.step_env(0, &mut env, &mut bound, Truth::True, None, &mut |env, truth| {
            if left > 0 {
                left -= 1;
                found(env, truth);
            }
        });
    }

    fn step(
        &self,
        position: usize,
        env: &mut Env,
        bound: &mut Vec<bool>,
        truth: Truth,
        restrict: Option<Restrict<'_>>,
        emit: &mut impl FnMut(Box<[u32]>, Truth),
    ) {
        let rule = self.rule;
        self.step_env(position, env, bound, truth, restrict, &mut |env, truth| {
            let tuple: Box<[u32]> =
                rule.head.iter().map(|v| env.get(v.0 as usize).copied().unwrap_or(UNKNOWN)).collect();
            if !tuple.contains(&NONE) {
                emit(tuple, truth);
            }
        });
    }

    fn step_env(
        &self,
        position: usize,
        env: &mut Env,
        bound: &mut Vec<bool>,
        truth: Truth,
        restrict: Option<Restrict<'_>>,
        emit: &mut dyn FnMut(&Env, Truth),
    ) {
        if truth == Truth::False {
            return;
        }
        let Some(conjunct) = self.rule.body.get(position) else {
            let missing = self.rule.head.iter().find(|v| !is_bound(bound, **v)).copied();
            match missing {
                Some(var) => self.range(var, env, bound, &mut |this, env, bound, listed| {
                    this.step_env(position, env, bound, truth.and(listed), restrict, emit);
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
                this.step_env(position, env, bound, truth.and(listed), restrict, emit);
            });
            return;
        }
        match &conjunct.kind {
            ExprKind::In { item, set } if binds_item(item, bound) => {
                let ExprKind::Var(var) = item.kind else { return };
                let members = self.row.members(set, env);
                for (member, certain) in members.each() {
                    let member_truth = if certain { Truth::True } else { Truth::Unknown };
                    self.with(var, member, env, bound, &mut |env, bound| {
                        self.step_env(position + 1, env, bound, truth.and(member_truth), restrict, emit);
                    });
                }
            }
            ExprKind::Related { relation, args } => {
                let only = restrict.filter(|r| r.position == position).map(|r| r.changed);
                self.atom(*relation, args, only, env, bound, &mut |env, bound, atom_truth| {
                    self.step_env(position + 1, env, bound, truth.and(atom_truth), restrict, emit);
                });
            }
            _ => {
                let condition = self.row.truth(conjunct, env);
                self.step_env(position + 1, env, bound, truth.and(condition), restrict, emit);
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
        for i in extent.candidates(tests.first().copied().flatten()) {
            if only.is_some_and(|set| !set.contains(&i)) {
                continue;
            }
            let Some((tuple, tuple_truth)) = extent.tuple(i) else { continue };
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
fn tested_vars(conjunct: &Expr, bound: &[bool], visit: &mut dyn FnMut(VarId)) {
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
