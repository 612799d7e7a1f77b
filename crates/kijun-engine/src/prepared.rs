//! What of a program does not depend on facts: the plan of its expressions and relations. Made once, used for any
//! number of facilities.

use kijun_facts::{AttrId, KindId, Store};

use rayon::prelude::*;

use crate::ask::Question;
use crate::columns::{Columns, Memo};
use crate::extents::Extents;
use crate::plan::{NodeId, Plan};
use crate::program::{
    Attest, Check, Const, Expr, ExprKind, Member, Program, RelationId, RequirementId, Scope, SetExpr,
};
use crate::relations::Stratum;
use crate::walk;

/// The nodes of a rule in the plan: `where`, and the `require`s.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roots {
    pub(crate) condition: Option<NodeId>,
    pub(crate) requires: Vec<NodeId>,
}

/// A program, planned.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) plan: Plan,
    /// Per check; `None`: not evaluated.
    pub(crate) checks: Vec<Option<Roots>>,
    /// Per attestation: whether it is evaluated.
    pub(crate) attests: Vec<bool>,
    /// The relations that rules in scope use: each rank needs only those before it.
    ranks: Vec<Vec<Stratum>>,
    /// What the checks need, level by level.
    pub(crate) levels: Vec<Vec<NodeId>>,
    /// The attributes that rules in scope read, relations included.
    pub(crate) read: Vec<(KindId, AttrId)>,
    /// Texts of the packs: those that no fact mentions need a code of their own.
    texts: Vec<String>,
    relations: usize,
}

impl Prepared {
    pub fn new(program: &Program) -> Prepared {
        let mut plan = Plan::new(program);
        let active = |member| is_active(program, member);
        let attests: Vec<bool> = (0..program.attests.len()).map(|i| active(Member::Attest(i))).collect();
        let in_scope: Vec<bool> = (0..program.checks.len()).map(|i| active(Member::Check(i))).collect();
        let evaluated =
            || program.checks.iter().zip(&in_scope).filter(|(_, active)| **active).map(|(c, _)| c.as_ref());
        let asked = program.attests.iter().zip(&attests).filter(|(_, active)| **active).map(|(a, _)| a);
        let used = used_relations(program, evaluated(), asked);
        let read = attributes_read(program, evaluated());
        let groups = program.strata.iter().filter(|group| group.iter().any(|id| used.contains(id)));
        let ranks = ranks(program, groups.map(|group| Stratum::plan(&mut plan, program, group)));
        let checks: Vec<Option<Roots>> = program
            .checks
            .iter()
            .zip(&in_scope)
            .map(|(c, active)| active.then(|| roots(&mut plan, c)))
            .collect();
        let all = checks.iter().flatten().flat_map(|r| r.condition.iter().chain(&r.requires).copied());
        let levels = plan.levels(&all.collect::<Vec<_>>());
        let (texts, relations) = (texts(program), program.relations.len());
        Prepared { plan, checks, attests, ranks, levels, read, texts, relations }
    }

    /// No rule, only the relations that one question uses.
    pub(crate) fn for_question(program: &Program, question: &Question) -> Prepared {
        let mut plan = Plan::new(program);
        let mut used = Vec::new();
        let mut texts = texts(program);
        used.extend(question.of.sets().into_iter().filter_map(|set| match set {
            SetExpr::Image { relation, .. } => Some(*relation),
            _ => None,
        }));
        question.of.expressions(&mut |e| {
            walk::expressions(e, &mut |e| {
                used.extend(walk::relation_of(e));
                if let ExprKind::Const(Const::Text(text) | Const::Requirement(text)) = &e.kind {
                    texts.push(text.clone());
                }
            });
        });
        texts.sort_unstable();
        texts.dedup();
        let used = with_dependencies(program, used);
        let groups = program.strata.iter().filter(|group| group.iter().any(|id| used.contains(id)));
        let ranks = ranks(program, groups.map(|group| Stratum::plan(&mut plan, program, group)));
        Prepared {
            plan,
            checks: vec![None; program.checks.len()],
            attests: vec![false; program.attests.len()],
            ranks,
            levels: Vec::new(),
            read: Vec::new(),
            texts,
            relations: program.relations.len(),
        }
    }

    /// Nothing evaluated yet, for these facts.
    pub(crate) fn memo(&self, store: &Store) -> Memo {
        Memo::new(&self.plan, self.extents(store))
    }

    /// No relation evaluated yet, for these facts.
    pub(crate) fn extents(&self, store: &Store) -> Extents {
        Extents::new(self.relations, &self.texts, store)
    }

    /// Evaluates whatever relation and node is not evaluated yet.
    pub(crate) fn fill(&self, program: &Program, store: &Store, today: i32, memo: &Memo) {
        self.fill_relations(program, store, today, memo);
        Columns::new(program, store, today, &self.plan, memo).ensure(&self.levels);
    }

    pub(crate) fn fill_relations(&self, program: &Program, store: &Store, today: i32, memo: &Memo) {
        let columns = Columns::new(program, store, today, &self.plan, memo);
        for rank in &self.ranks {
            // What uses a relation that is not known is not known either.
            if memo.extents.work.is_exceeded() {
                return;
            }
            let missing = |s: &&Stratum| s.group.iter().any(|id| memo.extents.get(*id).is_none());
            rank.par_iter().filter(missing).for_each(|stratum| stratum.evaluate(&columns, today));
        }
    }
}

/// Groups of relations, in the order of evaluation, by how deep they depend on each other.
fn ranks(program: &Program, strata: impl Iterator<Item = Stratum>) -> Vec<Vec<Stratum>> {
    let mut rank_of = vec![0_usize; program.relations.len()];
    let mut ranks: Vec<Vec<Stratum>> = Vec::new();
    for stratum in strata {
        let mut rank = 0;
        let rules = stratum.group.iter().filter_map(|id| program.relation(*id)).flat_map(|r| &r.rules);
        for conjunct in rules.flat_map(|r| &r.body) {
            walk::expressions(conjunct, &mut |e| {
                let below = walk::relation_of(e).filter(|id| !stratum.group.contains(id));
                let below = below.and_then(|id| rank_of.get(id.0 as usize));
                rank = rank.max(below.map_or(0, |r| r + 1));
            });
        }
        for id in &stratum.group {
            if let Some(slot) = rank_of.get_mut(id.0 as usize) {
                *slot = rank;
            }
        }
        ranks.resize_with(ranks.len().max(rank + 1), Vec::new);
        if let Some(list) = ranks.get_mut(rank) {
            list.push(stratum);
        }
    }
    ranks
}

/// Whether a rule is evaluated: for a requirement of its own, or in a combination.
fn is_active(program: &Program, rule: Member) -> bool {
    let own = match rule {
        Member::Check(i) => {
            program.checks.get(i).is_some_and(|c| c.requirements.iter().any(|r| is_evaluated(program, *r)))
        }
        Member::Attest(i) => program.attests.get(i).is_some_and(|a| is_evaluated(program, a.requirement)),
    };
    own || program.combinations.iter().any(|c| {
        is_evaluated(program, c.requirement) && c.groups.iter().any(|(_, members)| members.contains(&rule))
    })
}

/// Whether a requirement's rules are evaluated.
pub fn is_evaluated(program: &Program, id: RequirementId) -> bool {
    program
        .requirement(id)
        .is_some_and(|r| matches!(r.scope, Scope::In) && r.text_included && r.withdrawn.is_none())
}

fn roots(plan: &mut Plan, check: &Check) -> Roots {
    let subject = check.subject.map(|s| (s.var, s.kind));
    Roots {
        condition: check.condition.as_ref().map(|c| plan.add(c, subject)),
        requires: check.requires.iter().map(|r| plan.add(&r.condition, subject)).collect(),
    }
}

/// The relations that rules and messages use, directly or through another.
fn used_relations<'p>(
    program: &'p Program,
    checks: impl Iterator<Item = &'p Check>,
    attests: impl Iterator<Item = &'p Attest>,
) -> Vec<RelationId> {
    let mut used: Vec<RelationId> = Vec::new();
    let mut add = |e: &Expr| walk::relation_of(e).into_iter().for_each(|id| used.push(id));
    checks.for_each(|c| walk::check(c, &mut add));
    attests.for_each(|a| walk::attest(a, &mut add));
    with_dependencies(program, used)
}

/// Relations with those that they are derived from.
fn with_dependencies(program: &Program, mut used: Vec<RelationId>) -> Vec<RelationId> {
    let mut done = 0;
    while let Some(id) = used.get(done).copied() {
        done += 1;
        if used.iter().take(done - 1).any(|earlier| *earlier == id) {
            continue;
        }
        for conjunct in program.relation(id).into_iter().flat_map(|r| &r.rules).flat_map(|r| &r.body) {
            walk::expressions(conjunct, &mut |e| used.extend(walk::relation_of(e)));
        }
    }
    used.sort_unstable();
    used.dedup();
    used
}

fn attributes_read<'p>(
    program: &'p Program,
    checks: impl Iterator<Item = &'p Check>,
) -> Vec<(KindId, AttrId)> {
    let mut read: Vec<(KindId, AttrId)> = Vec::new();
    let mut add = |e: &Expr| match &e.kind {
        ExprKind::Attr { kind, attr, .. } => read.push((*kind, *attr)),
        ExprKind::In { set: SetExpr::Attr { kind, attr, .. }, .. }
        | ExprKind::Quantified { set: SetExpr::Attr { kind, attr, .. }, .. }
        | ExprKind::Aggregated { set: SetExpr::Attr { kind, attr, .. }, .. } => read.push((*kind, *attr)),
        _ => {}
    };
    let mut any = false;
    for check in checks {
        let conditions = check.condition.iter().chain(check.requires.iter().map(|r| &r.condition));
        conditions.for_each(|c| walk::expressions(c, &mut add));
        any = true;
    }
    if any {
        let bodies = program.relations.iter().flat_map(|r| &r.rules).flat_map(|r| &r.body);
        bodies.for_each(|c| walk::expressions(c, &mut add));
    }
    read.sort_unstable();
    read.dedup();
    read
}

fn texts(program: &Program) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |c: &Const| {
        if let Const::Text(text) | Const::Requirement(text) = c {
            out.push(text.clone());
        }
    };
    walk::program(program, &mut |e| {
        if let ExprKind::Const(c) = &e.kind {
            add(c);
        }
    });
    program.tables.iter().flat_map(|t| &t.cells).filter_map(|(_, value)| value.as_ref()).for_each(add);
    out.sort_unstable();
    out.dedup();
    out
}
