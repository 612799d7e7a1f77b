//! Where changes may show.

use std::collections::{BTreeMap, BTreeSet};

use kijun_text::Span;

use crate::assess::Evaluation;
use crate::program::{Program, RelationId};

/// Which checks and relations hold what stands at a place.
#[derive(Debug, Default)]
pub struct Sites {
    checks: BTreeMap<Span, BTreeSet<usize>>,
    relations: BTreeMap<Span, BTreeSet<usize>>,
}

impl Sites {
    pub fn of(program: &Program) -> Sites {
        let mut sites = Sites::default();
        for (i, check) in program.checks.iter().enumerate() {
            let mut add = |span: Span| {
                sites.checks.entry(span).or_default().insert(i);
            };
            add(check.span);
            check.requires.iter().for_each(|r| add(r.span));
            let requires = check.requires.iter().map(|r| &r.condition);
            let all = check.condition.iter().chain(requires);
            all.for_each(|e| crate::walk::expressions(e, &mut |e| add(e.span)));
        }
        for (i, relation) in program.relations.iter().enumerate() {
            for rule in &relation.rules {
                sites.relations.entry(rule.span).or_default().insert(i);
            }
            for expr in relation.rules.iter().flat_map(|r| &r.body) {
                crate::walk::expressions(expr, &mut |e| {
                    sites.relations.entry(e.span).or_default().insert(i);
                });
            }
        }
        sites
    }

    /// Whether a change there may change what was reached.
    pub fn is_reached(&self, span: Span, reached: &Reached) -> bool {
        let within = |sites: &BTreeMap<Span, BTreeSet<usize>>, reached: &[bool]| {
            sites.get(&span).into_iter().flatten().any(|i| reached.get(*i).copied().unwrap_or(false))
        };
        within(&self.checks, &reached.checks) || within(&self.relations, &reached.relations)
    }
}

/// Which rules an evaluation had subjects for, and which relations it worked out.
#[derive(Debug, Clone)]
pub struct Reached {
    checks: Vec<bool>,
    relations: Vec<bool>,
}

impl Reached {
    pub fn by(evaluation: &Evaluation<'_>) -> Reached {
        let checks = evaluation.checks.iter();
        let relations = 0..evaluation.program.relations.len() as u32;
        Reached {
            checks: checks.map(|o| o.as_ref().is_some_and(|o| o.iter().next().is_some())).collect(),
            relations: relations.map(|id| evaluation.memo.extents.get(RelationId(id)).is_some()).collect(),
        }
    }
}
