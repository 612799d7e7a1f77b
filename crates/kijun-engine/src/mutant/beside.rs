//! Changed rules beside those that they were, in one program: whether any facts tell the two apart can then be asked of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::program::{Check, Expr, ExprKind, Program, RelationId, SetExpr};
use crate::walk;

use super::Mutant;
use super::apply::parts_mut;

/// A program in which changed rules have numbers of their own.
#[derive(Debug, Clone)]
pub struct Beside {
    pub program: Program,
    /// Each check that may say something else, as it was and as it is changed.
    pub pairs: Vec<(usize, usize)>,
    /// An attestation reads a relation that is changed.
    pub is_asked: bool,
}

impl Mutant {
    /// The changed rules beside those of the program, one [`with_blanks`](super::with_blanks).
    pub fn beside(&self, program: &Program) -> Beside {
        let changed = self.apply(program);
        let altered = altered(program, &changed);
        let mut out = Beside { program: program.clone(), pairs: Vec::new(), is_asked: false };
        let shift = if altered.is_empty() { 0 } else { program.relations.len() as u32 };
        if shift > 0 {
            out.add_relations(&changed, shift);
        }
        let reads = |expr: &Expr| {
            let mut found = false;
            walk::expressions(expr, &mut |e| {
                found |= walk::relation_of(e).is_some_and(|r| altered.contains(&r))
            });
            found
        };
        for (i, (before, after)) in program.checks.iter().zip(&changed.checks).enumerate() {
            let mut own = before.condition.iter().chain(before.requires.iter().map(|r| &r.condition));
            if !Arc::ptr_eq(before, after) || own.any(reads) {
                let mut check = Check::clone(after);
                check.condition.iter_mut().for_each(|e| shifted(e, shift));
                check.requires.iter_mut().for_each(|r| shifted(&mut r.condition, shift));
                out.pairs.push((i, out.program.checks.len()));
                out.program.checks.push(Arc::new(check));
            }
        }
        out.is_asked = program.attests.iter().filter_map(|a| a.condition.as_ref()).any(reads);
        out
    }
}

impl Beside {
    fn add_relations(&mut self, changed: &Program, shift: u32) {
        for relation in &changed.relations {
            let mut relation = relation.clone();
            for rule in &mut relation.rules {
                rule.relation = RelationId(rule.relation.0 + shift);
                rule.body.iter_mut().for_each(|e| shifted(e, shift));
            }
            self.program.relations.push(relation);
        }
        let strata = changed.strata.iter();
        let strata = strata.map(|s| s.iter().map(|r| RelationId(r.0 + shift)).collect());
        self.program.strata.extend(strata);
    }
}

/// The relations whose rules differ, and those that read one of them.
fn altered(program: &Program, changed: &Program) -> BTreeSet<RelationId> {
    let pairs = program.relations.iter().zip(&changed.relations).zip(0..);
    let mut altered: BTreeSet<RelationId> =
        pairs.filter(|((a, b), _)| a.rules != b.rules).map(|(_, i)| RelationId(i)).collect();
    // Relations of one stratum may read each other, so that one pass is not enough.
    loop {
        let before = altered.len();
        for (relation, i) in program.relations.iter().zip(0..) {
            for expr in relation.rules.iter().flat_map(|r| &r.body) {
                walk::expressions(expr, &mut |e| {
                    if walk::relation_of(e).is_some_and(|r| altered.contains(&r)) {
                        altered.insert(RelationId(i));
                    }
                });
            }
        }
        if altered.len() == before {
            return altered;
        }
    }
}

/// Makes an expression read the relations that were added.
fn shifted(expr: &mut Expr, shift: u32) {
    match &mut expr.kind {
        ExprKind::Related { relation, .. }
        | ExprKind::In { set: SetExpr::Image { relation, .. }, .. }
        | ExprKind::Quantified { set: SetExpr::Image { relation, .. }, .. }
        | ExprKind::Aggregated { set: SetExpr::Image { relation, .. }, .. } => relation.0 += shift,
        _ => {}
    }
    parts_mut(expr).into_iter().for_each(|part| shifted(part, shift));
}
