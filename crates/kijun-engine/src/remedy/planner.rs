//! From gaps to steps: candidates, a cover, and trials that strike out what does not hold, until everything that is left holds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kijun_facts::Store;
use rayon::prelude::*;

use super::candidates::{candidates, new_kind};
use super::cover::{MAX_NODES, Solution};
use super::extend::Seen;
use super::pool::{Chosen, Pool};
use super::standing::Standing;
use super::trial::{Flip, Trial};
use super::world::World;
use super::{Action, Gap, Open, Options, Plan, Quality, Step, Why};
use crate::assess::Evaluation;
use crate::assessment::{RuleRef, Verdict};
use crate::program::{Const, Program};
use crate::repair::search::constants;
use crate::session::Session;

/// How often what a set of actions lacks is added to it.
const MAX_DEPTH: usize = 2;
/// Alternatives named beside a step.
const MAX_ALTERNATIVES: usize = 4;

/// Plans for one facility. The facts as they are stay as they are.
pub struct Planner<'p> {
    evaluation: Evaluation<'p>,
    before: Standing,
    /// The facts with the changes that were tried last.
    session: Session,
    tried: BTreeMap<Vec<usize>, Option<Trial>>,
}

impl<'p> Planner<'p> {
    /// `today`: days since 1970-01-01.
    pub fn new(program: &'p Program, store: &'p Store, today: i32) -> Planner<'p> {
        let session = Session::new(Arc::new(program.clone()), store.clone(), today);
        let evaluation = Evaluation::new(program, store, today);
        let before = Standing::of(&evaluation);
        Planner { evaluation, before, session, tried: BTreeMap::new() }
    }

    /// The facts as they are.
    pub fn evaluation(&self) -> &Evaluation<'p> {
        &self.evaluation
    }

    pub fn plan(&mut self, options: &Options) -> Plan {
        let of_weight = |g: &&Gap| g.weight >= options.least;
        let all = || self.before.open.values().filter(of_weight).copied();
        let mut gaps: Vec<Gap> =
            all().filter(|g| matches!(g.verdict, Verdict::Violated | Verdict::Stale)).collect();
        let questions =
            all().filter(|g| matches!(g.verdict, Verdict::Unknown | Verdict::Conflicting)).collect();
        gaps.sort_by_key(|g| (std::cmp::Reverse(g.weight), *g));
        let looked_at = gaps.len().min(options.max_gaps);
        let found = gaps.get(..looked_at).unwrap_or(&[]).par_iter();
        let found: Vec<_> = found.map(|g| candidates(&self.evaluation, g, &options.fixed)).collect();
        let mut pool = Pool::new(self.evaluation.store, &gaps, found);
        self.tried.clear();
        let mut trials = 0;
        let solution = loop {
            let (chosen, solution) = pool.cover(MAX_NODES);
            let mut rejected = false;
            for step in &chosen {
                if trials < options.max_trials {
                    rejected |= self.check(&mut pool, &gaps, step, options, &mut trials);
                } else if !self.tried.contains_key(&step.actions) {
                    pool.leave_out(step);
                    rejected = true;
                }
            }
            if !rejected {
                break solution;
            }
        };
        self.finish(gaps, questions, &pool, &solution, trials)
    }

    /// The facts with some actions made; `None` where one of them cannot be written down.
    pub fn attempt(&mut self, actions: &[&Action], gaps: &[Gap]) -> Option<Trial> {
        self.seen(actions, gaps, |trial, _| trial)
    }

    /// Looks at the facts with some actions made.
    fn seen<R>(
        &mut self,
        actions: &[&Action],
        gaps: &[Gap],
        look: impl FnOnce(Trial, &Seen<'_, '_>) -> R,
    ) -> Option<R> {
        let mentioned = mentioned(self.evaluation.program, gaps);
        let Evaluation { program, prepared, store, today, .. } = &self.evaluation;
        let world = World { program, prepared, today: *today, mentioned: &mentioned };
        let changed = world.after(store, actions)?;
        self.session.set_facts(changed);
        let after = self.session.evaluate();
        let standing = Standing::of(&after);
        let trial = Trial::new(&self.before, &self.evaluation, &after, &standing);
        let actions: Vec<Action> = actions.iter().map(|a| (*a).clone()).collect();
        let seen = Seen { before: store, after: &after, standing: &standing, actions: &actions };
        Some(look(trial, &seen))
    }

    /// Tries a step, and strikes out the bundles that do not hold or do harm. Whether any was.
    fn check(
        &mut self,
        pool: &mut Pool<'_>,
        gaps: &[Gap],
        step: &Chosen,
        options: &Options,
        trials: &mut usize,
    ) -> bool {
        let mut faults = self.faults(pool, gaps, step, options, trials);
        if faults.is_empty() {
            let closed = self.tried.get(&step.actions).and_then(Option::as_ref).map(Trial::closed);
            let closed: Vec<_> = closed.into_iter().flatten().map(|f| f.key).collect();
            return closed.into_iter().fold(false, |news, key| pool.learn(key, step) | news);
        }
        // What is at fault in a step of several bundles shows when each is tried alone.
        if step.bundles.len() > 1 {
            let mut alone = Vec::new();
            for (gap, bundle) in &step.bundles {
                let own = Chosen { actions: pool.actions_of(*bundle), bundles: vec![(*gap, *bundle)] };
                alone.extend(self.faults(pool, gaps, &own, options, trials));
            }
            if !alone.is_empty() {
                faults = alone;
            }
        }
        for (bundle, why) in faults {
            if pool.depth(bundle) < MAX_DEPTH {
                self.extend(pool, gaps, bundle, &why, trials);
            }
            pool.reject(bundle, why);
        }
        true
    }

    /// Adds what a bundle lacks, as bundles of their own.
    fn extend(&mut self, pool: &mut Pool<'_>, gaps: &[Gap], bundle: usize, why: &Why, trials: &mut usize) {
        let Some((index, gap)) = pool.gap_of(bundle).and_then(|g| Some((g, *gaps.get(g)?))) else { return };
        let actions = pool.describe(bundle);
        let is_new = |a: &Action| new_kind(a).is_some();
        if !matches!(why, Why::NotHeld { verdict: Verdict::Unknown, .. } | Why::Opens { .. })
            || !actions.iter().any(is_new)
        {
            return;
        }
        *trials += 1;
        let made: Vec<&Action> = actions.iter().collect();
        let found = self.seen(&made, &[gap], |_, seen| match why {
            Why::Opens { opened, .. } => seen.with_repairs(opened),
            _ => seen.with_fields(gap.key()),
        });
        let depth = pool.depth(bundle) + 1;
        for (position, extended) in found.into_iter().flatten().enumerate() {
            pool.add(index, extended, position as u64, depth);
        }
    }

    /// The bundles of a step that are at fault, all together: one that does not close its gap, and any where something else is
    /// violated by the step.
    fn faults(
        &mut self,
        pool: &Pool<'_>,
        gaps: &[Gap],
        step: &Chosen,
        options: &Options,
        trials: &mut usize,
    ) -> Vec<(usize, Why)> {
        let own: Vec<Gap> = step.bundles.iter().filter_map(|(g, _)| gaps.get(*g)).copied().collect();
        let Some(trial) = self.trial(pool, &step.actions, &own, trials) else {
            let cannot = || Why::NoRepair { in_words: Vec::new() };
            return step.bundles.iter().map(|(_, b)| (*b, cannot())).collect();
        };
        let opened: Vec<Flip> = trial.opened(options.least).copied().collect();
        let mut out = Vec::new();
        for ((_, bundle), gap) in step.bundles.iter().zip(&own) {
            let actions = || pool.describe(*bundle);
            if !trial.closes(gap.key()) {
                let verdict = trial.after(gap.key()).unwrap_or(gap.verdict);
                out.push((*bundle, Why::NotHeld { actions: actions(), verdict }));
            } else if !opened.is_empty() {
                out.push((*bundle, Why::Opens { actions: actions(), opened: opened.clone() }));
            }
        }
        out
    }

    fn trial(
        &mut self,
        pool: &Pool<'_>,
        actions: &[usize],
        gaps: &[Gap],
        trials: &mut usize,
    ) -> Option<Trial> {
        if let Some(known) = self.tried.get(actions) {
            return known.clone();
        }
        *trials += 1;
        let made: Vec<&Action> = actions.iter().filter_map(|a| pool.action(*a)).collect();
        let trial = self.attempt(&made, gaps);
        self.tried.insert(actions.to_vec(), trial.clone());
        trial
    }

    fn finish(
        &mut self,
        gaps: Vec<Gap>,
        questions: Vec<Gap>,
        pool: &Pool<'_>,
        solution: &Solution,
        mut trials: usize,
    ) -> Plan {
        let chosen = pool.steps(solution);
        let mut steps: Vec<Step> = Vec::new();
        for step in &chosen {
            let promised: Vec<Gap> = step.bundles.iter().filter_map(|(g, _)| gaps.get(*g)).copied().collect();
            let alone = self.trial(pool, &step.actions, &promised, &mut trials).unwrap_or_default();
            let actions = step.actions.iter().filter_map(|a| pool.action(*a)).cloned().collect();
            let alternatives = match step.bundles.as_slice() {
                [(_, bundle)] => pool.alternatives(*bundle, MAX_ALTERNATIVES),
                _ => Vec::new(),
            };
            steps.push(Step { actions, promised, alternatives, alone });
        }
        // Most gaps per change first, compared without fractions.
        steps.sort_by(|a, b| {
            let worth = |s: &Step, other: &Step| s.promised.len() * other.actions.len();
            worth(b, a)
                .cmp(&worth(a, b))
                .then_with(|| b.promised.len().cmp(&a.promised.len()))
                .then_with(|| a.promised.first().cmp(&b.promised.first()))
        });
        let all: Vec<&Action> = steps.iter().flat_map(|s| &s.actions).collect();
        let together = self.attempt(&all, &gaps).unwrap_or_default();
        let closed: BTreeSet<_> = steps.iter().flat_map(|s| &s.promised).map(Gap::key).collect();
        let left = gaps.iter().enumerate().filter(|(_, g)| !closed.contains(&g.key()));
        let open = left.map(|(i, gap)| Open { gap: *gap, why: pool.why(i) }).collect();
        let quality = Quality {
            exact: solution.parts.iter().filter(|p| p.exact).count(),
            greedy: solution.parts.iter().filter(|p| !p.exact).count(),
            changes: steps.iter().map(|s| s.actions.len()).sum(),
            at_least: pool.changes_at_least(solution),
            candidates: pool.len(),
            trials,
        };
        Plan { gaps, questions, steps, open, quality, together }
    }
}

/// The constants of the rules of gaps.
fn mentioned(program: &Program, gaps: &[Gap]) -> Vec<Const> {
    let checks = gaps.iter().filter_map(|g| match g.rule {
        RuleRef::Check(i) => program.checks.get(i),
        _ => None,
    });
    let mut all: Vec<Const> = Vec::new();
    for constant in checks.flat_map(|c| constants(c)) {
        if !all.contains(&constant) {
            all.push(constant);
        }
    }
    all
}
