//! What a change of facts reaches: which nodes and relations have to be evaluated again.

use kijun_facts::{AttrId, Attribute, KindId, Schema, Store, Type};

use crate::assess::Evaluation;
use crate::columns::Memo;
use crate::plan::{Context, Node, Op, SetOp};
use crate::prepared::Prepared;
use crate::program::{Const, Expr, ExprKind, Program, RelationId, SetExpr};
use crate::walk;

/// A set of things that may change: attributes, registers, and the numbering of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Things {
    words: Vec<u64>,
}

impl Things {
    fn insert(&mut self, thing: usize) {
        if self.words.len() <= thing / 64 {
            self.words.resize(thing / 64 + 1, 0);
        }
        if let Some(word) = self.words.get_mut(thing / 64) {
            *word |= 1 << (thing % 64);
        }
    }

    fn extend(&mut self, other: &Things) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    fn meets(&self, other: &Things) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    fn is_empty(&self) -> bool {
        self.words.iter().all(|w| *w == 0)
    }
}

/// Everything that may change, numbered: texts, then per kind its register and its attributes.
#[derive(Debug)]
struct Numbering {
    registers: Vec<usize>,
}

impl Numbering {
    const TEXTS: usize = 0;

    fn new(schema: &Schema) -> Numbering {
        let mut next = Numbering::TEXTS + 1;
        let registers = schema.kinds.iter().map(|kind| {
            let register = next;
            next += 1 + kind.attributes.len();
            register
        });
        Numbering { registers: registers.collect() }
    }

    fn register(&self, kind: KindId) -> usize {
        self.registers.get(kind.0 as usize).copied().unwrap_or(Numbering::TEXTS)
    }

    fn attribute(&self, kind: KindId, attr: AttrId) -> usize {
        self.register(kind) + 1 + attr.0 as usize
    }
}

/// What every node and relation of a plan is evaluated from, directly and through others.
#[derive(Debug)]
pub(crate) struct Reads {
    numbering: Numbering,
    nodes: Vec<Things>,
    relations: Vec<Things>,
}

impl Reads {
    pub(crate) fn new(program: &Program, prepared: &Prepared) -> Reads {
        let numbering = Numbering::new(&program.schema);
        let mut reads = Reads { numbering, nodes: Vec::new(), relations: Vec::new() };
        reads.relations.resize(program.relations.len(), Things::default());
        for group in &program.strata {
            reads.group(program, group);
        }
        // Operands come before what uses them.
        for node in &prepared.plan.nodes {
            let mut things = reads.own(node);
            for operand in node.op.operands() {
                if let Some(of_operand) = reads.nodes.get(operand) {
                    things.extend(of_operand);
                }
            }
            reads.nodes.push(things);
        }
        reads
    }

    /// The relations of a group read the same things: they depend on each other.
    fn group(&mut self, program: &Program, group: &[RelationId]) {
        let mut things = Things::default();
        let rules = group.iter().filter_map(|id| program.relation(*id)).flat_map(|r| &r.rules);
        for rule in rules {
            for var in &rule.vars {
                if let Type::Ref(kind) = var.ty {
                    things.insert(self.numbering.register(kind));
                }
            }
            rule.body.iter().for_each(|c| walk::expressions(c, &mut |e| self.expression(e, &mut things)));
        }
        for id in group {
            if let Some(slot) = self.relations.get_mut(id.0 as usize) {
                *slot = things.clone();
            }
        }
    }

    fn expression(&self, expr: &Expr, things: &mut Things) {
        match &expr.kind {
            ExprKind::Attr { kind, attr, .. } => things.insert(self.numbering.attribute(*kind, *attr)),
            ExprKind::Const(c) => self.constant(c, things),
            // A table may give texts.
            ExprKind::Lookup { .. } => things.insert(Numbering::TEXTS),
            _ => {}
        }
        match walk::set_of(expr) {
            Some(SetExpr::Attr { kind, attr, .. }) => things.insert(self.numbering.attribute(*kind, *attr)),
            Some(SetExpr::Extent(kind)) => things.insert(self.numbering.register(*kind)),
            _ => {}
        }
        if let Some(of_relation) = walk::relation_of(expr).and_then(|id| self.relations.get(id.0 as usize)) {
            things.extend(of_relation);
        }
        if expr.ty == Type::Duration {
            things.insert(Numbering::TEXTS);
        }
    }

    fn constant(&self, c: &Const, things: &mut Things) {
        if matches!(c, Const::Text(_) | Const::Requirement(_)) {
            things.insert(Numbering::TEXTS);
        }
    }

    /// What a node reads itself.
    fn own(&self, node: &Node) -> Things {
        let mut things = Things::default();
        if let Context::Records(kind) = node.context {
            things.insert(self.numbering.register(kind));
        }
        match &node.op {
            Op::Const(c) => self.constant(c, &mut things),
            Op::Attr { kind, attr, .. } => things.insert(self.numbering.attribute(*kind, *attr)),
            // A table may give texts.
            Op::Lookup { .. } => things.insert(Numbering::TEXTS),
            _ => {}
        }
        match node.op.set() {
            Some(SetOp::Attr { kind, attr, .. }) => things.insert(self.numbering.attribute(*kind, *attr)),
            Some(SetOp::Records { kind, .. }) => things.insert(self.numbering.register(*kind)),
            _ => {}
        }
        if let Some(of_relation) = node.op.relation().and_then(|id| self.relations.get(id.0 as usize)) {
            things.extend(of_relation);
        }
        if node.ty == Type::Duration {
            things.insert(Numbering::TEXTS);
        }
        things
    }

    /// Forgets what is no longer so with `new` facts in the place of `old` ones. Whether anything changed.
    pub(crate) fn update(&self, prepared: &Prepared, memo: &mut Memo, old: &Store, new: &Store) -> bool {
        let changed = self.changes(old, new);
        if memo.extents.work.is_exceeded() {
            *memo = prepared.memo(new);
            return true;
        }
        if changed.is_empty() {
            return false;
        }
        for (id, _) in self.nodes.iter().enumerate().filter(|(_, reads)| reads.meets(&changed)) {
            memo.forget(id);
        }
        for (i, _) in self.relations.iter().enumerate().filter(|(_, reads)| reads.meets(&changed)) {
            memo.extents.forget(RelationId(i as u32));
        }
        memo.extents.renew(prepared.extents(new));
        true
    }

    /// What the relations relate under facts that are only tried: those that the change does not reach are shared.
    pub(crate) fn relations(&self, prepared: &Prepared, evaluation: &Evaluation<'_>, tried: &Store) -> Memo {
        let changed = self.changes(evaluation.store, tried);
        let mut memo = prepared.memo(tried);
        for (i, _) in self.relations.iter().enumerate().filter(|(_, reads)| !reads.meets(&changed)) {
            memo.extents.carry_over(&evaluation.memo.extents, RelationId(i as u32));
        }
        prepared.fill_relations(evaluation.program, tried, evaluation.today, &memo);
        memo
    }

    fn changes(&self, old: &Store, new: &Store) -> Things {
        let mut changed = Things::default();
        let texts = std::sync::Arc::ptr_eq(&old.symbols, &new.symbols) || old.symbols == new.symbols;
        if !texts || old.durations != new.durations {
            changed.insert(Numbering::TEXTS);
        }
        for (was, is) in old.kinds.iter().zip(&new.kinds) {
            if was.len() != is.len() || was.register.is_open() != is.register.is_open() {
                changed.insert(self.numbering.register(is.kind));
            }
            for a in (0..is.columns.len()).filter(|a| !is.columns.is_same(&was.columns, *a)) {
                changed.insert(self.numbering.attribute(is.kind, AttrId(a as u32)));
            }
        }
        changed
    }
}

/// Whether two programs speak of the same kinds and attributes, so that facts and results of one fit the other.
pub(crate) fn same_schema(a: &Schema, b: &Schema) -> bool {
    let attributes = a.kinds.iter().map(|k| &k.attributes).zip(b.kinds.iter().map(|k| &k.attributes));
    let alike = |a: &[Attribute], b: &[Attribute]| {
        let shape = |x: &Attribute| (x.name.clone(), x.ty.clone(), x.optional);
        a.iter().map(shape).eq(b.iter().map(shape))
    };
    let literals = |s: &Schema| -> Vec<String> {
        s.enums
            .iter()
            .flat_map(|e| [&e.name].into_iter().chain(e.literals.iter().map(|l| &l.name)))
            .cloned()
            .collect()
    };
    a.kinds.iter().map(|k| &k.name).eq(b.kinds.iter().map(|k| &k.name))
        && attributes.into_iter().all(|(a, b)| alike(a, b))
        && literals(a) == literals(b)
}

/// For each relation whether it is the same in both programs, with all that it depends on.
pub(crate) fn same_relations(old: &Program, new: &Program) -> Vec<bool> {
    let mut same = vec![false; new.relations.len()];
    for group in &new.strata {
        let alike = group.iter().all(|id| {
            let (Some(was), Some(is)) = (old.relation(*id), new.relation(*id)) else { return false };
            let rules = |r: &crate::program::Relation| -> Vec<_> {
                r.rules.iter().map(|rule| (rule.head.clone(), rule.body.clone())).collect()
            };
            let mut below = true;
            is.rules.iter().flat_map(|rule| &rule.body).for_each(|c| {
                walk::expressions(c, &mut |e| {
                    let used = walk::relation_of(e).filter(|used| !group.contains(used));
                    below &= used.is_none_or(|used| same.get(used.0 as usize) == Some(&true));
                });
            });
            below && was.columns == is.columns && rules(was) == rules(is)
        });
        for id in group {
            if let Some(slot) = same.get_mut(id.0 as usize) {
                *slot = alike;
            }
        }
    }
    same
}

/// Carries over what the same nodes and relations of another plan came to.
pub(crate) fn carry_over(
    (old, old_prepared, old_memo): (&Program, &Prepared, &mut Memo),
    (new, prepared, memo): (&Program, &Prepared, &mut Memo),
) {
    if old_memo.extents.work.is_exceeded() {
        return;
    }
    if !same_schema(&old.schema, &new.schema) || old.tables.len() != new.tables.len() {
        return;
    }
    let tables = |p: &Program| -> Vec<_> {
        p.tables.iter().map(|t| (t.cells.clone(), t.weak_rows.clone(), t.mark)).collect()
    };
    if tables(old) != tables(new) {
        return;
    }
    // Texts that no fact mentions are numbered by program: what was worked out with other numbers means other texts.
    if old_memo.extents.texts != memo.extents.texts {
        return;
    }
    let same = same_relations(old, new);
    let is_same = |id: RelationId| same.get(id.0 as usize) == Some(&true);
    let counterparts = old_prepared.plan.counterparts(&prepared.plan, is_same);
    for (id, counterpart) in counterparts.into_iter().enumerate() {
        if let Some(other) = counterpart {
            memo.take(id, old_memo, other);
        }
    }
    for id in (0..new.relations.len()).map(|i| RelationId(i as u32)).filter(|id| is_same(*id)) {
        memo.extents.carry_over(&old_memo.extents, id);
    }
}
