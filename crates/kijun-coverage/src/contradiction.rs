//! Statements that cannot all hold, and what to do until a person has settled it.

use std::collections::BTreeSet;

use kijun_engine::program::{Mark, Program};

use crate::closure::Closure;
use crate::network::{Network, Node, parents};
use crate::statement::{Rationale, Statement};
use crate::walks::{Derivation, Walks};

/// A smallest set of statements that cannot all hold: without any one of them the rest can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    pub source: Node,
    pub target: Node,
    /// Walks whose results have nothing in common.
    pub derivation: Derivation,
    /// By index, ascending.
    pub statements: Vec<usize>,
    /// Those that are set aside: the ones with the lowest mark.
    pub set_aside: Vec<usize>,
    /// They speak in different senses (syntactic, semantic, functional), so that all may be true after all.
    pub mixed: bool,
}

/// The contradictions of all statements: until none is left, a smallest set is found, and of it the statements with the
/// lowest mark are set aside. What is left is consistent. The same statements give the same contradictions, in whatever order
/// packs were read. Those in `skip` (by index) are left out.
pub fn contradictions(
    program: &Program,
    statements: &[Statement],
    skip: &BTreeSet<usize>,
) -> Vec<Contradiction> {
    contradictions_among(&parents(program), statements, skip)
}

pub(crate) fn contradictions_among(
    parents: &[Option<Node>],
    statements: &[Statement],
    skip: &BTreeSet<usize>,
) -> Vec<Contradiction> {
    let mut aside = skip.clone();
    let mut found = Vec::new();
    let mut network = Network::from_parts(parents, statements, |i| !aside.contains(&i));
    let flagged = Closure::contradictory_nodes(&network);
    // Without a statement a row can only become wider, so a block that is in order stays so.
    for block in flagged.chunks(256) {
        while let Some(node) = Closure::of(&network, block).contradictory().first().copied() {
            let Some(contradiction) = smallest(&network, node, parents, statements) else { break };
            aside.extend(contradiction.set_aside.iter().copied());
            found.push(contradiction);
            network = Network::from_parts(parents, statements, |i| !aside.contains(&i));
        }
    }
    found
}

/// A contradiction that shows in the row of a node.
fn smallest(
    network: &Network,
    node: Node,
    parents: &[Option<Node>],
    statements: &[Statement],
) -> Option<Contradiction> {
    let (_, derivation) = conflict_in_row(network, node)?;
    // The walks may share a way to where the conflict is; that way is no part of it.
    let walked = derivation.walks.iter().flat_map(|w| w.steps.iter().map(|e| e.to).chain([w.from]));
    let nodes: Vec<Node> = walked.collect();
    let mut needed = derivation.statements();
    let mut at = 0;
    while at < needed.len() {
        let without: Vec<usize> = needed.iter().copied().filter(|s| needed.get(at) != Some(s)).collect();
        let smaller = Network::from_parts(parents, statements, |i| without.contains(&i));
        if Closure::of(&smaller, &nodes).contradictory().is_empty() {
            at += 1;
        } else {
            needed = without;
        }
    }
    let least = Network::from_parts(parents, statements, |i| needed.contains(&i));
    let closure = Closure::of(&least, &nodes);
    let derived = closure.contradictory().iter().filter_map(|n| Some((*n, conflict_in_row(&least, *n)?)));
    let (source, (target, derivation)) = derived.min_by_key(|(n, (_, d))| (length(d), *n))?;
    let own = |i: &usize| statements.get(*i);
    let worst: Mark = needed.iter().filter_map(own).map(|s| s.mark).max()?;
    let set_aside = needed.iter().copied().filter(|i| own(i).is_some_and(|s| s.mark == worst)).collect();
    let kinds: BTreeSet<Rationale> = needed.iter().filter_map(own).filter_map(|s| s.rationale).collect();
    let mixed = kinds.len() > 1;
    Some(Contradiction { source, target, derivation, statements: needed, set_aside, mixed })
}

fn length(derivation: &Derivation) -> usize {
    derivation.walks.iter().map(|w| w.steps.len()).sum()
}

/// The node with the shortest walks that leave nothing possible.
fn conflict_in_row(network: &Network, node: Node) -> Option<(Node, Derivation)> {
    let walks = Walks::from(network, node);
    let empty = network.nodes().filter(|n| walks.relations(*n).is_empty());
    let derived = empty.filter_map(|n| Some((n, walks.derivation_of_nothing(n)?)));
    derived.min_by_key(|(n, d)| (length(d), *n))
}
