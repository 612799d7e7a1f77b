//! Why a relation follows: the walks along stated edges that give it, best first.
//!
//! A derivation is a set of walks; what each composes to, intersected, is the relation. Of all derivations the one with the best
//! mark is shown, among those the strongest (by its weakest statement), and of those a short one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use kijun_engine::program::Mark;

use crate::network::{Edge, Network, Node};
use crate::relation::Relations;

/// One walk and what it composes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    pub from: Node,
    pub steps: Vec<Edge>,
    pub gives: Relations,
}

/// The walks that together give a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    pub gives: Relations,
    pub walks: Vec<Walk>,
    /// The lowest mark along it; `None` when it rests on the structure of a norm alone.
    pub mark: Option<Mark>,
    /// The weakest strength along it; `None` when a statement has none.
    pub strength: Option<u8>,
}

impl Derivation {
    fn new(walks: Vec<Walk>) -> Derivation {
        let gives = walks.iter().fold(Relations::ANY, |all, w| all & w.gives);
        let stated = || walks.iter().flat_map(|w| &w.steps).filter(|e| e.step.statement().is_some());
        let mark = stated().map(|e| e.mark).max();
        let strength = stated().map(|e| e.strength).min().filter(|s| *s > 0);
        Derivation { gives, mark, strength, walks }
    }

    /// The statements that it rests on, by index.
    pub fn statements(&self) -> Vec<usize> {
        let steps = self.walks.iter().flat_map(|w| &w.steps);
        let mut found: Vec<usize> = steps.filter_map(|e| e.step.statement()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A node reached with what the walk to it composes to.
#[derive(Debug, Clone, Copy)]
struct State {
    node: Node,
    gives: Relations,
    /// The state before and the edge from it.
    before: Option<(usize, Edge)>,
}

/// All that walks from one node give, with statements of a mark at least as good as a limit.
#[derive(Debug)]
struct Reach {
    states: Vec<State>,
    at: BTreeMap<Node, Vec<usize>>,
}

impl Reach {
    /// Strongest first, then shortest: a walk that gives no more than one found before is dropped, for whatever follows it would
    /// give no more either.
    fn new(network: &Network, source: Node, limit: Mark) -> Reach {
        let mut reach = Reach { states: Vec::new(), at: BTreeMap::new() };
        let mut waiting: Vec<State> = vec![State { node: source, gives: Relations::EQUAL, before: None }];
        let mut queue = BinaryHeap::from([(10u8, Reverse(0usize), Reverse(0usize))]);
        while let Some((strength, Reverse(length), Reverse(index))) = queue.pop() {
            let Some(state) = waiting.get(index).copied() else { continue };
            let seen = reach.at.entry(state.node).or_default();
            let is_known = |i: &usize| reach.states.get(*i).is_some_and(|s| s.gives.is_within(state.gives));
            if seen.iter().any(is_known) {
                continue;
            }
            let own = reach.states.len();
            seen.push(own);
            reach.states.push(state);
            for edge in network.edges(state.node).iter().filter(|e| e.mark <= limit) {
                let gives = state.gives.then(edge.relations);
                if gives == Relations::ANY {
                    continue;
                }
                queue.push((strength.min(edge.strength), Reverse(length + 1), Reverse(waiting.len())));
                waiting.push(State { node: edge.to, gives, before: Some((own, *edge)) });
            }
        }
        reach
    }

    fn states_at(&self, target: Node) -> impl Iterator<Item = (usize, Relations)> {
        let list = self.at.get(&target).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(|i| Some((*i, self.states.get(*i)?.gives)))
    }

    fn gives(&self, target: Node) -> Relations {
        self.states_at(target).fold(Relations::ANY, |all, (_, r)| all & r)
    }

    fn walk(&self, index: usize) -> Walk {
        let mut steps = Vec::new();
        let gives = self.states.get(index).map_or(Relations::ANY, |s| s.gives);
        let mut at = self.states.get(index);
        let mut from = at.map_or(Node(0), |s| s.node);
        while let Some(state) = at {
            from = state.node;
            let Some((before, edge)) = state.before else { break };
            steps.push(edge);
            at = self.states.get(before);
        }
        steps.reverse();
        Walk { from, steps, gives }
    }

    /// The first walks, strongest first, that together give `wanted`; without those that the rest make needless.
    fn derive(&self, target: Node, wanted: Relations) -> Derivation {
        let mut chosen: Vec<(usize, Relations)> = Vec::new();
        let mut given = Relations::ANY;
        for (index, gives) in self.states_at(target) {
            if given & gives != given {
                given = given & gives;
                chosen.push((index, gives));
            }
            if given == wanted {
                break;
            }
        }
        let mut at = 0;
        while at < chosen.len() {
            let others = chosen.iter().enumerate().filter(|(i, _)| *i != at);
            if others.fold(Relations::ANY, |all, (_, (_, r))| all & *r) == given {
                chosen.remove(at);
            } else {
                at += 1;
            }
        }
        Derivation::new(chosen.into_iter().map(|(index, _)| self.walk(index)).collect())
    }
}

/// The derivations of one row: what stands between a node and all others.
#[derive(Debug)]
pub struct Walks {
    source: Node,
    /// Best marks first; the last holds every statement.
    by_mark: Vec<(Mark, Reach)>,
}

impl Walks {
    pub fn from(network: &Network, source: Node) -> Walks {
        let reach = |m: &Mark| (*m, Reach::new(network, source, *m));
        Walks { source, by_mark: network.marks().iter().map(reach).collect() }
    }

    pub fn source(&self) -> Node {
        self.source
    }

    /// What stands between the source and this node; empty where statements contradict each other.
    pub fn relations(&self, target: Node) -> Relations {
        self.by_mark.last().map_or(Relations::ANY, |(_, reach)| reach.gives(target))
    }

    /// The same, from statements whose mark is at least this good.
    pub fn relations_by(&self, target: Node, limit: Mark) -> Relations {
        let found = self.by_mark.iter().rfind(|(m, _)| *m <= limit);
        found.map_or(Relations::ANY, |(_, reach)| reach.gives(target))
    }

    /// Why; `None` where nothing is known.
    pub fn derivation(&self, target: Node) -> Option<Derivation> {
        let wanted = self.relations(target);
        if wanted == Relations::ANY || target == self.source {
            return None;
        }
        self.derive(target, wanted)
    }

    /// Why nothing is possible between the source and this node (which may be the source itself).
    pub(crate) fn derivation_of_nothing(&self, target: Node) -> Option<Derivation> {
        self.derive(target, Relations::NONE)
    }

    fn derive(&self, target: Node, wanted: Relations) -> Option<Derivation> {
        let (_, reach) = self.by_mark.iter().find(|(_, reach)| reach.gives(target) == wanted)?;
        Some(reach.derive(target, wanted))
    }

    /// Nodes of which something is known.
    pub fn targets(&self) -> impl Iterator<Item = Node> {
        let reach = self.by_mark.last().map(|(_, reach)| reach.at.keys().copied());
        reach.into_iter().flatten().filter(|n| *n != self.source)
    }
}
