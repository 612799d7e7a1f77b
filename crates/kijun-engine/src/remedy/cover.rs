//! A weighted cover: gaps, each closed when all actions of one of its bundles are taken, and the actions that close as many as
//! can be closed at the least cost. Gaps of more weight come first, whatever it costs. Exact where branch and bound ends in
//! time; else the greedy choice, or a better one that was found, with what no choice can be cheaper than.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::program::Weight;

/// Choices looked at for one part of a problem before branch and bound gives up.
pub const MAX_NODES: usize = 200_000;

/// Actions that together close a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    pub gap: usize,
    /// Ascending, once each.
    pub actions: Vec<usize>,
}

/// Everything by index.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// By gap.
    pub weights: Vec<Weight>,
    pub bundles: Vec<Bundle>,
    /// By action.
    pub costs: Vec<u64>,
    /// Pairs of actions that cannot both be taken.
    pub excluded: BTreeSet<(usize, usize)>,
}

/// What is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Solution {
    /// By gap: the bundle that closes it, if one does.
    pub closed_by: Vec<Option<usize>>,
    /// The parts of the problem that share no action, by their first gap.
    pub parts: Vec<Part>,
}

/// Gaps that hang together by the actions that could close them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub gaps: usize,
    /// Whether nothing closes more, or as much at a lower cost.
    pub exact: bool,
    pub cost: u64,
    /// What closing the same gaps costs at least.
    pub at_least: u64,
}

/// Open gaps by weight, heaviest first, then the cost: less is better.
type Score = [u64; 5];

fn class(weight: Weight) -> usize {
    match weight {
        Weight::Must => 0,
        Weight::Should => 1,
        Weight::Notice => 2,
        Weight::Information => 3,
    }
}

impl Problem {
    pub fn solve(&self, max_nodes: usize) -> Solution {
        let mut solution = Solution { closed_by: vec![None; self.weights.len()], parts: Vec::new() };
        for gaps in self.parts() {
            let part = Component::new(self, &gaps);
            let greedy = part.greedy();
            let mut search = Search { part: &part, best: greedy, nodes: max_nodes };
            let ended = search.branch(0, State::new(&part));
            let best = search.best;
            let (cost, root) = (best.score(&part)[4], part.price_of_all(&best.closed_by));
            let at_least = if ended { cost } else { root };
            solution.parts.push(Part { gaps: gaps.len(), exact: ended, cost, at_least });
            for (gap, bundle) in gaps.iter().zip(best.closed_by) {
                if let Some(slot) = solution.closed_by.get_mut(*gap) {
                    *slot = bundle;
                }
            }
        }
        solution
    }

    /// Gaps that share an action, or whose actions exclude each other, belong together; gaps without a bundle are in none.
    fn parts(&self) -> Vec<Vec<usize>> {
        let mut group: Vec<usize> = (0..self.costs.len()).collect();
        fn root(group: &[usize], mut of: usize) -> usize {
            while let Some(next) = group.get(of).copied().filter(|next| *next != of) {
                of = next;
            }
            of
        }
        let join = |group: &mut Vec<usize>, a: usize, b: usize| {
            let (a, b) = (root(group, a), root(group, b));
            if let Some(slot) = group.get_mut(a.max(b)) {
                *slot = a.min(b);
            }
        };
        let mut first: BTreeMap<usize, usize> = BTreeMap::new();
        for bundle in &self.bundles {
            for action in &bundle.actions {
                let of_gap = *first.entry(bundle.gap).or_insert(*action);
                join(&mut group, of_gap, *action);
            }
        }
        self.excluded.iter().for_each(|(a, b)| join(&mut group, *a, *b));
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (gap, action) in first {
            parts.entry(root(&group, action)).or_default().push(gap);
        }
        let mut parts: Vec<Vec<usize>> = parts.into_values().collect();
        parts.sort();
        parts
    }
}

/// One part of a problem.
struct Component<'p> {
    problem: &'p Problem,
    /// By gap of the part: its class, its bundles.
    classes: Vec<usize>,
    bundles: Vec<Vec<usize>>,
    /// Gaps in the order in which they are decided: few bundles first.
    order: Vec<usize>,
    /// By action: its cost shared among the gaps that it may help to close.
    prices: BTreeMap<usize, u64>,
}

impl<'p> Component<'p> {
    fn new(problem: &'p Problem, gaps: &[usize]) -> Component<'p> {
        let weight = |g: &usize| class(problem.weights.get(*g).copied().unwrap_or_default());
        let of = |gap: usize| -> Vec<usize> {
            (0..problem.bundles.len())
                .filter(|b| problem.bundles.get(*b).is_some_and(|b| b.gap == gap))
                .collect()
        };
        let bundles: Vec<Vec<usize>> = gaps.iter().map(|g| of(*g)).collect();
        let mut order: Vec<usize> = (0..gaps.len()).collect();
        order.sort_by_key(|g| bundles.get(*g).map(Vec::len));
        let mut helped: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let all = bundles.iter().flatten().filter_map(|b| problem.bundles.get(*b));
        for bundle in all {
            for action in &bundle.actions {
                helped.entry(*action).or_default().insert(bundle.gap);
            }
        }
        let price = |(a, gaps): (usize, BTreeSet<usize>)| (a, cost(problem, a) / gaps.len() as u64);
        let prices = helped.into_iter().map(price).collect();
        Component { problem, classes: gaps.iter().map(weight).collect(), bundles, order, prices }
    }

    fn actions(&self, bundle: usize) -> &'p [usize] {
        self.problem.bundles.get(bundle).map_or(&[], |b| &b.actions)
    }

    fn bundles(&self, gap: usize) -> &[usize] {
        self.bundles.get(gap).map_or(&[], Vec::as_slice)
    }

    /// What closing this gap adds at least, when the actions in `taken` are paid for already. Every action costs as much as all
    /// gaps that it helps are charged for it, so the prices of gaps may be added up.
    fn price(&self, gap: usize, taken: &BTreeSet<usize>) -> u64 {
        let of = |bundle: &usize| -> u64 {
            let open = self.actions(*bundle).iter().filter(|a| !taken.contains(*a));
            open.filter_map(|a| self.prices.get(a)).sum()
        };
        self.bundles(gap).iter().map(of).min().unwrap_or(0)
    }

    fn price_of_all(&self, closed_by: &[Option<usize>]) -> u64 {
        let closed = (0..closed_by.len()).filter(|g| closed_by.get(*g).is_some_and(Option::is_some));
        closed.map(|g| self.price(g, &BTreeSet::new())).sum()
    }

    /// Takes the bundle that closes most for its cost, again and again.
    fn greedy(&self) -> State {
        let mut state = State::new(self);
        loop {
            let open = (0..self.classes.len()).filter(|g| state.bundle(*g).is_none());
            let candidates = open.flat_map(|g| self.bundles(g)).copied().filter(|b| state.allows(self, *b));
            let gain = |b: usize| {
                let after = state.with(self, b);
                let closed = |class: usize| {
                    let is_closed = |g: &usize| {
                        self.classes.get(*g) == Some(&class)
                            && state.bundle(*g).is_none()
                            && after.bundle(*g).is_some()
                    };
                    (0..self.classes.len()).filter(is_closed).count() as u64
                };
                // Per thousand of cost, so that few heavy gaps at a low cost come before many at a high one.
                let added = (after.cost - state.cost).max(1);
                [0, 1, 2, 3].map(|c| closed(c) * 1_000_000 / added)
            };
            let best = candidates.map(|b| (Reverse(gain(b)), b)).min();
            let Some((_, bundle)) = best else { return state };
            state = state.with(self, bundle);
        }
    }
}

fn cost(problem: &Problem, action: usize) -> u64 {
    problem.costs.get(action).copied().unwrap_or(0)
}

/// Actions taken so far, and what they close.
#[derive(Debug, Clone)]
struct State {
    taken: BTreeSet<usize>,
    closed_by: Vec<Option<usize>>,
    cost: u64,
}

impl State {
    fn new(part: &Component<'_>) -> State {
        State { taken: BTreeSet::new(), closed_by: vec![None; part.classes.len()], cost: 0 }
    }

    fn bundle(&self, gap: usize) -> Option<usize> {
        self.closed_by.get(gap).copied().flatten()
    }

    fn allows(&self, part: &Component<'_>, bundle: usize) -> bool {
        let clash = |a: usize, b: usize| part.problem.excluded.contains(&(a.min(b), a.max(b)));
        part.actions(bundle).iter().all(|a| !self.taken.iter().any(|b| clash(*a, *b)))
    }

    /// With the actions of a bundle taken, and everything closed that they close.
    fn with(&self, part: &Component<'_>, bundle: usize) -> State {
        let mut after = self.clone();
        for action in part.actions(bundle) {
            if after.taken.insert(*action) {
                after.cost += cost(part.problem, *action);
            }
        }
        for gap in 0..part.classes.len() {
            if after.bundle(gap).is_none() {
                let is_taken = |b: &&usize| part.actions(**b).iter().all(|a| after.taken.contains(a));
                let closing = part.bundles(gap).iter().find(is_taken).copied();
                if let Some(slot) = after.closed_by.get_mut(gap) {
                    *slot = closing;
                }
            }
        }
        after
    }

    fn score(&self, part: &Component<'_>) -> Score {
        let mut score: Score = [0, 0, 0, 0, self.cost];
        for gap in 0..part.classes.len() {
            if self.bundle(gap).is_none()
                && let Some(slot) = part.classes.get(gap).and_then(|c| score.get_mut(*c))
            {
                *slot += 1;
            }
        }
        score
    }
}

struct Search<'s> {
    part: &'s Component<'s>,
    best: State,
    nodes: usize,
}

impl Search<'_> {
    /// Decides the gaps from `at` on; `false` when it gave up. A gap that is passed over stays open.
    fn branch(&mut self, at: usize, state: State) -> bool {
        self.branch_with(at, state, [0; 4])
    }

    fn branch_with(&mut self, at: usize, state: State, passed: [u64; 4]) -> bool {
        if self.nodes == 0 {
            return false;
        }
        self.nodes -= 1;
        let rest = self.part.order.get(at..).unwrap_or(&[]);
        let rest: Vec<usize> = rest.iter().copied().filter(|g| state.bundle(*g).is_none()).collect();
        let Some(gap) = rest.first().copied() else {
            if state.score(self.part) < self.best.score(self.part) {
                self.best = state;
            }
            return true;
        };
        let to_come: u64 = rest.iter().map(|g| self.part.price(*g, &state.taken)).sum();
        let [a, b, c, d] = passed;
        if [a, b, c, d, state.cost + to_come] >= self.best.score(self.part) {
            return true;
        }
        let next = self.part.order.iter().position(|g| *g == gap).map_or(at, |p| p + 1);
        let added = |b: &usize| state.with(self.part, *b).cost;
        let allowed = self.part.bundles(gap).iter().copied().filter(|b| state.allows(self.part, *b));
        let mut choices: Vec<usize> = allowed.collect();
        choices.sort_by_key(|b| (added(b), *b));
        for bundle in choices {
            if !self.branch_with(next, state.with(self.part, bundle), passed) {
                return false;
            }
        }
        let mut passed = passed;
        if let Some(slot) = self.part.classes.get(gap).and_then(|c| passed.get_mut(*c)) {
            *slot += 1;
        }
        // A gap that is passed over may still be closed by what closes others, which only makes it better than bounded.
        self.branch_with(next, state, passed)
    }
}

#[cfg(test)]
mod tests;
