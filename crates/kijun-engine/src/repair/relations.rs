//! What would make a relation hold or not: the facts that it derives from, followed through its rules.

use kijun_facts::KindId;
use kijun_facts::store::{NONE, UNKNOWN};
use kijun_text::Span;

use super::change::{
    Alternatives, MAX_ALTERNATIVES, as_record, bounded, nothing_to_do, product, without_words,
};
use super::sets::Drawn;
use super::solve::Solver;
use super::values::MAX_MEMBERS;
use super::{Change, NEW_RECORD};
use crate::body::Body;
use crate::program::{Expr, ExprKind, RelationId, Rule, SetExpr, VarId};
use crate::row::{Env, Row};
use crate::walk;

/// Relations that derive from each other are followed so deep.
const MAX_DEPTH: usize = 3;

impl Solver<'_> {
    /// A relation holds or not: through the facts it derives from, else in words.
    pub(super) fn related(
        &self,
        relation: RelationId,
        args: &[Expr],
        codes: &[u32],
        holds: bool,
    ) -> Alternatives {
        let known = !codes.iter().any(|c| *c == UNKNOWN || *c == NONE);
        if known && self.depth.get() < MAX_DEPTH {
            self.depth.set(self.depth.get() + 1);
            let found = if holds { self.derive(relation, codes) } else { self.underive(relation, codes) };
            self.depth.set(self.depth.get() - 1);
            if !found.is_empty() {
                return found;
            }
        }
        // Inside a derivation a tuple in words only repeats what the relation in question says.
        let columns = self.row.program.relation(relation).map(|r| r.columns.as_slice()).unwrap_or_default();
        if self.depth.get() > 0 || (!known && !args.is_empty() && holds) {
            return Vec::new();
        }
        let args = columns.iter().zip(codes).map(|(ty, code)| self.known().datum(ty, *code)).collect();
        vec![vec![Change::Tuple { relation, args, holds }]]
    }

    /// No derivation of a tuple that may be this one is left.
    fn underive(&self, relation: RelationId, codes: &[u32]) -> Alternatives {
        let Some(extent) = self.row.extents.get(relation) else { return Vec::new() };
        let Some(rules) = self.row.program.relation(relation).map(|r| &r.rules) else { return Vec::new() };
        let mut all = nothing_to_do();
        let tuples = extent.candidates(codes.first().copied().filter(|c| *c != UNKNOWN), None);
        for (tuple, _) in tuples.filter(|(t, _)| t.iter().zip(codes).all(|(a, b)| a == b || *a == UNKNOWN)) {
            for rule in rules {
                let body = Body { row: self.fresh(), rule, meter: None };
                let known: Vec<(VarId, u32)> = rule.head.iter().copied().zip(tuple.iter().copied()).collect();
                for mut env in body.derivations(&known, None).into_iter().take(MAX_ALTERNATIVES) {
                    let broken = rule.body.iter().flat_map(|c| self.solve(c, false, &mut env)).collect();
                    all = product(&all, &bounded(without_words(broken)));
                }
            }
        }
        // Changes of nothing do not undo anything.
        all.retain(|changes| !changes.is_empty());
        all
    }

    /// Some rule gives this tuple.
    fn derive(&self, relation: RelationId, codes: &[u32]) -> Alternatives {
        let rules = self.row.program.relation(relation).map(|r| r.rules.as_slice()).unwrap_or_default();
        let mut found = Vec::new();
        for rule in rules {
            let mut env = Env::new();
            let mut bound = rule.head.clone();
            rule.head.iter().zip(codes).for_each(|(var, code)| Row::bind(&mut env, *var, *code));
            found.extend(self.body(rule, 0, &mut bound, &mut env));
        }
        bounded(without_words(found))
    }

    /// The conjuncts of a rule from `position` on hold, for some members that its variables may name.
    fn body(&self, rule: &Rule, position: usize, bound: &mut Vec<VarId>, env: &mut Env) -> Alternatives {
        let Some(conjunct) = rule.body.get(position) else { return nothing_to_do() };
        let mut free: Vec<VarId> = Vec::new();
        walk::free_vars(conjunct, &mut |v| {
            if !bound.contains(&v) {
                free.push(v);
            }
        });
        match (&conjunct.kind, free.as_slice()) {
            (_, []) => product(&self.solve(conjunct, true, env), &self.body(rule, position + 1, bound, env)),
            (ExprKind::In { item, set }, [var]) if matches!(item.kind, ExprKind::Var(v) if v == *var) => {
                let drawn = Drawn { var: *var, set, filter: None };
                bound.push(*var);
                let mut found = Vec::new();
                for (member, certain) in self.members(drawn, env).into_iter().take(MAX_MEMBERS) {
                    Row::bind(env, *var, member);
                    if certain {
                        found.extend(self.body(rule, position + 1, bound, env));
                    }
                }
                if let SetExpr::Extent(kind) = set {
                    found.extend(self.record_for(rule, position + 1, *kind, *var, bound, env));
                }
                bound.pop();
                bounded(found)
            }
            _ => Vec::new(),
        }
    }

    /// A new record through which the rest of a rule's body holds.
    fn record_for(
        &self,
        rule: &Rule,
        position: usize,
        kind: KindId,
        var: VarId,
        bound: &mut Vec<VarId>,
        env: &mut Env,
    ) -> Alternatives {
        Row::bind(env, var, NEW_RECORD);
        let rest = self.body(rule, position, bound, env);
        let conditions: Vec<Span> = rule.body.iter().skip(position).map(|c| c.span).collect();
        let record = |changes: Vec<Change>| as_record(kind, changes, &conditions);
        without_words(rest).into_iter().take(2).map(record).collect()
    }
}
