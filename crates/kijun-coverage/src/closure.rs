//! What follows from a network: for each pair of nodes the base relations that are still possible.
//!
//! Path consistency asks that R(a, c) lie within R(a, b) then R(b, c), for every b. Composition distributes over
//! intersection among the relations that mappings can give (a test in `relation.rs` shows it), so the closure is the intersection, over
//! all walks along stated edges, of what each walk composes to; and it loses nothing: every relation that is left holds in
//! some model (Li, Long, Liu, Duckham and Both, "On redundant topological constraints", AIJ 2015). So no pair but those
//! asked for is ever stored. Rows are worked out for 256 sources at once, as five bit planes a node.

use rayon::prelude::*;

use crate::network::{Network, Node};
use crate::relation::{Relations, Relationship};

const WORDS: usize = 4;
const LANES: usize = 64 * WORDS;
type Lane = [u64; WORDS];
/// For one node: per base relation, the sources for which it is still possible.
type Planes = [Lane; 5];

const ALL: Planes = [[u64::MAX; WORDS]; 5];

/// The rows of some sources.
#[derive(Debug, Clone)]
pub struct Closure {
    nodes: usize,
    sources: Vec<Node>,
    /// Row by row, a byte a node.
    rows: Vec<u8>,
    /// Sources with an empty set in their row.
    contradictory: Vec<Node>,
}

impl Closure {
    /// The rows of `sources` (sorted and without repetition afterwards).
    pub fn of(network: &Network, sources: &[Node]) -> Closure {
        let mut sources: Vec<Node> =
            sources.iter().copied().filter(|s| (s.0 as usize) < network.len()).collect();
        sources.sort();
        sources.dedup();
        let nodes = network.len();
        let mut rows = vec![Relations::ANY.bits(); sources.len() * nodes];
        let flagged: Vec<Vec<Node>> = rows
            .par_chunks_mut((LANES * nodes).max(1))
            .zip(sources.par_chunks(LANES))
            .map(|(rows, sources)| {
                let planes = propagate(network, sources);
                for (lane, row) in rows.chunks_mut(nodes.max(1)).enumerate() {
                    for (slot, planes) in row.iter_mut().zip(&planes) {
                        *slot = bits_of(planes, lane);
                    }
                }
                flagged(&planes, sources)
            })
            .collect();
        let contradictory = flagged.concat();
        Closure { nodes, sources, rows, contradictory }
    }

    /// The sources that contradict themselves: path consistency leaves nothing possible for some pair of theirs.
    pub fn contradictory_nodes(network: &Network) -> Vec<Node> {
        let sources: Vec<Node> = network.nodes().collect();
        let found: Vec<Vec<Node>> =
            sources.par_chunks(LANES).map(|block| flagged(&propagate(network, block), block)).collect();
        found.concat()
    }

    pub fn contradictory(&self) -> &[Node] {
        &self.contradictory
    }

    /// What is still possible; everything, for a source that was not asked for.
    pub fn get(&self, source: Node, target: Node) -> Relations {
        let found = self.sources.binary_search(&source).ok();
        let at = found.map(|row| row * self.nodes + target.0 as usize);
        at.and_then(|at| self.rows.get(at)).map_or(Relations::ANY, |b| Relations::from_bits(*b))
    }

    pub fn sources(&self) -> &[Node] {
        &self.sources
    }
}

fn bits_of(planes: &Planes, lane: usize) -> u8 {
    let (word, bit) = (lane / 64, lane % 64);
    planes.iter().enumerate().fold(0, |bits, (k, plane)| {
        let set = plane.get(word).is_some_and(|w| w >> bit & 1 == 1);
        bits | u8::from(set) << k
    })
}

/// The sources of a block that have nothing left for some node.
fn flagged(planes: &[Planes], sources: &[Node]) -> Vec<Node> {
    let mut empty = [0; WORDS];
    for planes in planes {
        let mut possible = [0; WORDS];
        for plane in planes {
            possible.iter_mut().zip(plane).for_each(|(p, w)| *p |= w);
        }
        empty.iter_mut().zip(possible).for_each(|(e, p)| *e |= !p);
    }
    let is_flagged = |lane: usize| empty.get(lane / 64).is_some_and(|w| w >> (lane % 64) & 1 == 1);
    sources.iter().enumerate().filter(|(lane, _)| is_flagged(*lane)).map(|(_, s)| *s).collect()
}

/// The rows of up to 256 sources: a queue of nodes whose planes have changed.
fn propagate(network: &Network, sources: &[Node]) -> Vec<Planes> {
    let mut planes = vec![ALL; network.len()];
    let mut queue = std::collections::VecDeque::new();
    let mut waiting = vec![false; network.len()];
    for (lane, source) in sources.iter().enumerate() {
        let Some(own) = planes.get_mut(source.0 as usize) else { continue };
        let bit = 1u64 << (lane % 64);
        for plane in own.iter_mut().skip(1) {
            if let Some(word) = plane.get_mut(lane / 64) {
                *word &= !bit;
            }
        }
        queue.push_back(*source);
        set(&mut waiting, *source, true);
    }
    while let Some(node) = queue.pop_front() {
        set(&mut waiting, node, false);
        let Some(from) = planes.get(node.0 as usize).copied() else { continue };
        for edge in network.edges(node) {
            let Some(to) = planes.get_mut(edge.to.0 as usize) else { continue };
            if tighten(to, &from, edge.relations) && !set(&mut waiting, edge.to, true) {
                queue.push_back(edge.to);
            }
        }
    }
    planes
}

/// Sets a flag; what it was before.
fn set(flags: &mut [bool], node: Node, value: bool) -> bool {
    flags.get_mut(node.0 as usize).is_none_or(|flag| std::mem::replace(flag, value))
}

/// Intersects what is known of a node with what comes along an edge; whether that changed anything.
fn tighten(to: &mut Planes, from: &Planes, edge: Relations) -> bool {
    const ABOVE: Relations = Relations::COVERS;
    match (edge, edge.single()) {
        (_, Some(Relationship::Equal)) => along::<0>(to, from),
        (_, Some(Relationship::Subset)) => along::<1>(to, from),
        (_, Some(Relationship::Superset)) => along::<2>(to, from),
        (_, Some(Relationship::Intersects)) => along::<3>(to, from),
        (_, Some(Relationship::Unrelated)) => along::<4>(to, from),
        (Relations::WITHIN, _) => along::<5>(to, from),
        (ABOVE, _) => along::<6>(to, from),
        // No edge is of another kind; should one be, it says nothing.
        _ => false,
    }
}

/// What each kind of edge of [`tighten`] is.
const KINDS: [Relations; 7] = [
    Relations::from_bits(1),
    Relations::from_bits(2),
    Relations::from_bits(4),
    Relations::from_bits(8),
    Relations::from_bits(16),
    Relations::WITHIN,
    Relations::COVERS,
];

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
/// Per kind of edge and resulting relation: the relations before it that allow the result.
const BEFORE: [[u8; 5]; 7] = {
    let mut out = [[0; 5]; 7];
    let mut kind = 0;
    while kind < 7 {
        let mut i = 0;
        while i < 5 {
            let result = Relations::from_bits(1 << i).then(KINDS[kind]).bits();
            let mut k = 0;
            while k < 5 {
                if result >> k & 1 == 1 {
                    out[kind][k] |= 1 << i;
                }
                k += 1;
            }
            i += 1;
        }
        kind += 1;
    }
    out
};

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
#[inline(always)]
fn along<const KIND: usize>(to: &mut Planes, from: &Planes) -> bool {
    let mut changed = 0;
    for (to, before) in to.iter_mut().zip(const { BEFORE[KIND] }) {
        let mut allowed = [0; WORDS];
        for (i, plane) in from.iter().enumerate() {
            if before >> i & 1 == 1 {
                allowed.iter_mut().zip(plane).for_each(|(a, w)| *a |= w);
            }
        }
        for (word, allowed) in to.iter_mut().zip(allowed) {
            changed |= *word & !allowed;
            *word &= allowed;
        }
    }
    changed != 0
}
