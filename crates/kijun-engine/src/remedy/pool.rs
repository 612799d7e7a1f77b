//! All candidates as a problem of covering: actions that are one where they say the same, bundles that are struck out when they
//! do not hold, and of each gap only those of the most plausible sort.

use std::collections::{BTreeMap, BTreeSet};

use kijun_facts::{KindId, Store};

use super::action::Reach;
use super::candidates::{Candidates, new_kind};
use super::cover::{Bundle, Problem, Solution};
use super::{Action, Gap, Key, Why};
use crate::assessment::SubjectRef;
use crate::repair::Cell;

/// What a change costs, before what tells changes of equal number apart.
const CHANGE: u64 = 1_000;
/// Variants of a bundle in which a stronger change of the same cell stands for a weaker one.
const MAX_VARIANTS: usize = 8;

struct Candidate {
    gap: usize,
    actions: Vec<usize>,
    reach: Reach,
    rejected: Option<Why>,
    /// How often it was extended.
    depth: usize,
}

/// Bundles that share actions, taken together.
pub(super) struct Chosen {
    /// Ascending.
    pub(super) actions: Vec<usize>,
    /// Each with its gap.
    pub(super) bundles: Vec<(usize, usize)>,
}

pub(super) struct Pool<'s> {
    store: &'s Store,
    gaps: Vec<Gap>,
    actions: Vec<Action>,
    costs: Vec<u64>,
    bundles: Vec<Candidate>,
    otherwise: Vec<Why>,
    excluded: BTreeSet<(usize, usize)>,
    places: BTreeMap<Option<Place>, Vec<usize>>,
}

/// What actions have to share to bear on each other.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Cell(Cell),
    New(KindId),
}

fn place(action: &Action) -> Option<Place> {
    match action {
        Action::Change(change) => change.cell().map(Place::Cell).or_else(|| new_kind(action).map(Place::New)),
        Action::Renew(_) | Action::Attest { .. } => None,
    }
}

impl<'s> Pool<'s> {
    pub(super) fn new(store: &'s Store, gaps: &[Gap], found: Vec<Candidates>) -> Pool<'s> {
        let mut pool = Pool {
            store,
            gaps: gaps.to_vec(),
            actions: Vec::new(),
            costs: Vec::new(),
            bundles: Vec::new(),
            otherwise: Vec::new(),
            excluded: BTreeSet::new(),
            places: BTreeMap::new(),
        };
        for (i, found) in found.into_iter().enumerate() {
            for (position, bundle) in found.bundles.into_iter().enumerate() {
                pool.add(i, bundle, position as u64, 0);
            }
            pool.otherwise.push(found.otherwise);
        }
        pool.add_variants();
        pool
    }

    /// A set of actions for a gap, unless it is known already.
    pub(super) fn add(&mut self, gap: usize, bundle: Vec<Action>, position: u64, depth: usize) -> bool {
        let subject = self.gaps.get(gap).map_or(SubjectRef::Facility, |g| g.subject);
        let reach = bundle.iter().map(|a| a.reach(subject, self.store)).max().unwrap_or(Reach::State);
        let mut actions: Vec<usize> = bundle.into_iter().map(|a| self.intern(a, position)).collect();
        actions.sort_unstable();
        actions.dedup();
        self.insert(Candidate { gap, actions, reach, rejected: None, depth })
    }

    fn insert(&mut self, candidate: Candidate) -> bool {
        let is_new = !self.bundles.iter().any(|b| b.gap == candidate.gap && b.actions == candidate.actions);
        if is_new {
            self.bundles.push(candidate);
        }
        is_new
    }

    /// What a trial showed: the actions of a step close a gap that it was not made for. Whether that is news.
    pub(super) fn learn(&mut self, key: Key, step: &Chosen) -> bool {
        let Some(gap) = self.gaps.iter().position(|g| g.key() == key) else { return false };
        if step.bundles.iter().any(|(g, _)| *g == gap) {
            return false;
        }
        // What is done anyway need not be plausible a second time.
        let is_known = |b: &&mut Candidate| b.gap == gap && b.actions == step.actions;
        if let Some(known) = self.bundles.iter_mut().find(is_known) {
            let is_news = known.reach > Reach::State && known.rejected.is_none();
            known.reach = Reach::State;
            return is_news;
        }
        self.insert(Candidate {
            gap,
            actions: step.actions.clone(),
            reach: Reach::State,
            rejected: None,
            depth: 0,
        })
    }

    pub(super) fn gap_of(&self, bundle: usize) -> Option<usize> {
        self.bundles.get(bundle).map(|b| b.gap)
    }

    pub(super) fn depth(&self, bundle: usize) -> usize {
        self.bundles.get(bundle).map_or(0, |b| b.depth)
    }

    /// Other bundles for a gap that take as many actions and are as plausible.
    pub(super) fn alternatives(&self, bundle: usize, most: usize) -> Vec<Vec<Action>> {
        let Some(own) = self.bundles.get(bundle) else { return Vec::new() };
        let is_like = |b: &&Candidate| {
            (b.gap, b.reach, b.actions.len()) == (own.gap, own.reach, own.actions.len())
                && b.actions != own.actions
                && b.rejected.is_none()
        };
        let others = self.bundles.iter().filter(is_like).take(most);
        others.map(|b| b.actions.iter().filter_map(|a| self.action(*a).cloned()).collect()).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.bundles.len()
    }

    pub(super) fn action(&self, id: usize) -> Option<&Action> {
        self.actions.get(id)
    }

    pub(super) fn actions_of(&self, bundle: usize) -> Vec<usize> {
        self.bundles.get(bundle).map(|b| b.actions.clone()).unwrap_or_default()
    }

    pub(super) fn describe(&self, bundle: usize) -> Vec<Action> {
        self.actions_of(bundle).into_iter().filter_map(|a| self.action(a).cloned()).collect()
    }

    pub(super) fn reject(&mut self, bundle: usize, why: Why) {
        if let Some(candidate) = self.bundles.get_mut(bundle) {
            candidate.rejected.get_or_insert(why);
        }
    }

    /// What was not tried is not promised.
    pub(super) fn leave_out(&mut self, step: &Chosen) {
        step.bundles.iter().for_each(|(_, bundle)| self.reject(*bundle, Why::LeftOut));
    }

    /// Why a gap that nothing closes stays open: what came of its best bundle.
    pub(super) fn why(&self, gap: usize) -> Why {
        let Some(otherwise) = self.otherwise.get(gap) else { return Why::LeftOut };
        let own = || self.bundles.iter().filter(|b| b.gap == gap);
        if own().any(|b| b.rejected.is_none() && b.reach < Reach::Identity) {
            return Why::Excluded;
        }
        let rejected = || own().filter_map(|b| b.rejected.as_ref());
        if rejected().next().is_none()
            && let Some(only) = own().find(|b| b.reach == Reach::Identity)
        {
            let actions = only.actions.iter().filter_map(|a| self.action(*a).cloned()).collect();
            return Why::Identity { actions };
        }
        let undecided = rejected().find(|w| matches!(w, Why::LeftOut));
        if let (Why::Question { .. }, None) = (otherwise, undecided) {
            return otherwise.clone();
        }
        undecided.or_else(|| rejected().next()).unwrap_or(otherwise).clone()
    }

    /// Which bundles to take, grouped into steps.
    pub(super) fn cover(&self, max_nodes: usize) -> (Vec<Chosen>, Solution) {
        let (ids, problem) = self.problem();
        let mut solution = problem.solve(max_nodes);
        for slot in &mut solution.closed_by {
            *slot = slot.and_then(|b| ids.get(b).copied());
        }
        (self.steps(&solution), solution)
    }

    /// The bundles that are in question, and the problem over them.
    fn problem(&self) -> (Vec<usize>, Problem) {
        let mut reach: BTreeMap<usize, Reach> = BTreeMap::new();
        let open = || {
            self.bundles.iter().enumerate().filter(|(_, b)| b.rejected.is_none() && b.reach < Reach::Identity)
        };
        for (_, bundle) in open() {
            let least = reach.entry(bundle.gap).or_insert(bundle.reach);
            *least = bundle.reach.min(*least);
        }
        let active = open().filter(|(_, b)| reach.get(&b.gap) == Some(&b.reach));
        let (ids, bundles) =
            active.map(|(i, b)| (i, Bundle { gap: b.gap, actions: b.actions.clone() })).unzip();
        let problem = Problem {
            weights: self.gaps.iter().map(|g| g.weight).collect(),
            bundles,
            costs: self.costs.clone(),
            excluded: self.excluded.clone(),
        };
        (ids, problem)
    }

    /// What shares an action is one step.
    pub(super) fn steps(&self, solution: &Solution) -> Vec<Chosen> {
        let mut steps: Vec<Chosen> = Vec::new();
        for (gap, bundle) in solution.closed_by.iter().enumerate() {
            let Some(bundle) = bundle else { continue };
            let mut step = Chosen { actions: self.actions_of(*bundle), bundles: vec![(gap, *bundle)] };
            let (shared, rest): (Vec<Chosen>, Vec<Chosen>) =
                steps.into_iter().partition(|s| s.actions.iter().any(|a| step.actions.contains(a)));
            for other in shared {
                step.actions.extend(other.actions);
                step.bundles.extend(other.bundles);
            }
            step.actions.sort_unstable();
            step.actions.dedup();
            step.bundles.sort_unstable();
            steps = rest;
            steps.push(step);
        }
        steps
    }

    pub(super) fn changes_at_least(&self, solution: &Solution) -> usize {
        solution.parts.iter().map(|p| (p.at_least / CHANGE) as usize).sum()
    }

    /// The number of an action; the same for actions that say the same.
    fn intern(&mut self, mut action: Action, position: u64) -> usize {
        // Where the conditions of a new record stand tells rules apart, not records.
        if let Action::Change(crate::repair::Change::Record { fields, conditions, .. }) = &mut action
            && !fields.is_empty()
        {
            conditions.clear();
        }
        let here = self.places.entry(place(&action)).or_default();
        let same = |id: &usize| {
            self.actions.get(*id).is_some_and(|known| known.implies(&action) && action.implies(known))
        };
        if let Some(id) = here.iter().copied().find(same) {
            if let Some(cost) = self.costs.get_mut(id) {
                *cost = (*cost).min(CHANGE + position);
            }
            return id;
        }
        let id = self.actions.len();
        if place(&action).is_some() {
            let clashing =
                here.iter().filter(|other| self.actions.get(**other).is_some_and(|o| o.excludes(&action)));
            self.excluded.extend(clashing.map(|other| (*other, id)));
        }
        here.push(id);
        self.actions.push(action);
        self.costs.push(CHANGE + position);
        id
    }

    fn bears(&self, a: usize, b: usize, how: fn(&Action, &Action) -> bool) -> bool {
        self.actions.get(a).zip(self.actions.get(b)).is_some_and(|(a, b)| how(a, b))
    }

    /// A stronger change closes what a weaker one of the same cell closes.
    fn add_variants(&mut self) {
        let mut stronger: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for list in self.places.iter().filter(|(place, _)| place.is_some()).map(|(_, list)| list) {
            for (a, b) in pairs(list).flat_map(|(a, b)| [(a, b), (b, a)]) {
                if self.bears(a, b, Action::implies) {
                    stronger.entry(b).or_default().push(a);
                }
            }
        }
        let mut variants: Vec<Candidate> = Vec::new();
        for bundle in &self.bundles {
            let mut made: Vec<Vec<usize>> = vec![Vec::new()];
            for action in &bundle.actions {
                let others = stronger.get(action).map_or(&[][..], Vec::as_slice);
                let choices: Vec<usize> = std::iter::once(*action).chain(others.iter().copied()).collect();
                made = made
                    .iter()
                    .flat_map(|m| choices.iter().map(move |c| [&m[..], &[*c]].concat()))
                    .take(MAX_VARIANTS)
                    .collect();
            }
            for mut actions in made.into_iter().skip(1) {
                actions.sort_unstable();
                actions.dedup();
                variants.push(Candidate {
                    gap: bundle.gap,
                    actions,
                    reach: bundle.reach,
                    rejected: None,
                    depth: 0,
                });
            }
        }
        for variant in variants {
            self.insert(variant);
        }
    }
}

fn pairs(list: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    list.iter().enumerate().flat_map(move |(i, a)| list.iter().skip(i + 1).map(move |b| (*a, *b)))
}
