//! A simple layered layout (Sugiyama): what points stands left of what it points to; within a layer nodes stand near what they are
//! joined to. Edges over several layers pass through the layers between. Integers only, so that pictures are the same everywhere.

use std::collections::BTreeMap;

/// Of one node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
}

impl Rect {
    fn middle(self) -> i64 {
        self.y + self.height / 2
    }
}

pub(super) struct Layout {
    /// By node.
    pub(super) boxes: Vec<Rect>,
    /// By edge: the points that it passes, from the right side of a node to the left side of another; one that runs backwards is
    /// turned in it.
    pub(super) lines: Vec<(Vec<(i64, i64)>, bool)>,
    pub(super) width: i64,
    pub(super) height: i64,
}

/// Between the nodes of a layer, and between layers at least.
const GAP: (i64, i64) = (18, 70);
/// Where an edge passes a layer.
const LANE: i64 = 10;

/// `sizes` of the nodes, edges by node, and by edge how wide the text at it is.
pub(super) fn layout(sizes: &[(i64, i64)], edges: &[(usize, usize)], labels: &[i64]) -> Layout {
    let turned = backwards(sizes.len(), edges);
    let forward: Vec<(usize, usize)> =
        edges.iter().zip(&turned).map(|((a, b), turned)| if *turned { (*b, *a) } else { (*a, *b) }).collect();
    let mut layer = layers(sizes.len(), &forward);
    let mut size: Vec<(i64, i64)> = sizes.to_vec();
    // A lane in every layer that an edge passes.
    let mut chains: Vec<Vec<usize>> = Vec::with_capacity(edges.len());
    for (a, b) in &forward {
        let (first, last) = (at(&layer, *a), at(&layer, *b));
        let mut chain = vec![*a];
        for between in first + 1..last {
            chain.push(layer.len());
            layer.push(between);
            size.push((0, LANE));
        }
        chain.push(*b);
        chains.push(chain);
    }
    let order = ordered(&layer, &chains);
    let widest = |pick: &dyn Fn(usize) -> bool| {
        let wide = chains.iter().zip(labels).filter(|(c, _)| c.first().is_some_and(|a| pick(at(&layer, *a))));
        wide.map(|(_, w)| *w).max().unwrap_or(0)
    };
    let mut boxes = vec![Rect::default(); size.len()];
    let mut x = 0;
    let tallest = order.iter().map(|column| tall(column, &size)).max().unwrap_or(0);
    for (number, column) in order.iter().enumerate() {
        let width = column.iter().map(|n| size.get(*n).map_or(0, |s| s.0)).max().unwrap_or(0);
        let mut y = (tallest - tall(column, &size)) / 2;
        for node in column {
            let (own, height) = size.get(*node).copied().unwrap_or_default();
            if let Some(slot) = boxes.get_mut(*node) {
                // A lane is as wide as its layer.
                *slot = Rect { x, y, width: if own == 0 { width } else { own }, height };
            }
            y += height + GAP.0;
        }
        x += width + GAP.1 + widest(&|layer| layer == number);
    }
    let (out, into) = (ports(&chains, &boxes, true), ports(&chains, &boxes, false));
    let line = |(i, (chain, turned)): (usize, (&Vec<usize>, &bool))| {
        let mut points = points(chain, &boxes);
        points.first_mut().zip(out.get(i)).into_iter().for_each(|(p, y)| p.1 = *y);
        points.last_mut().zip(into.get(i)).into_iter().for_each(|(p, y)| p.1 = *y);
        (points, *turned)
    };
    let lines = chains.iter().zip(&turned).enumerate().map(line).collect();
    boxes.truncate(sizes.len());
    let width = boxes.iter().map(|b| b.x + b.width).max().unwrap_or(0);
    Layout { boxes, lines, width, height: tallest }
}

fn at(list: &[usize], index: usize) -> usize {
    list.get(index).copied().unwrap_or(0)
}

fn tall(column: &[usize], size: &[(i64, i64)]) -> i64 {
    let heights: i64 = column.iter().map(|n| size.get(*n).map_or(0, |s| s.1) + GAP.0).sum();
    (heights - GAP.0).max(0)
}

/// Which edges close a circle, going from the first node on.
fn backwards(nodes: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut out: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    edges.iter().enumerate().for_each(|(i, (from, _))| out.entry(*from).or_default().push(i));
    let mut turned = vec![false; edges.len()];
    // 0: not seen, 1: on the way, 2: done.
    let mut state = vec![0u8; nodes];
    let mut targets = vec![false; nodes];
    edges.iter().for_each(|(_, to)| targets.iter_mut().skip(*to).take(1).for_each(|t| *t = true));
    let is_target = |n: &usize| targets.get(*n) == Some(&true);
    let starts = (0..nodes).filter(|n| !is_target(n)).chain((0..nodes).filter(is_target));
    for start in starts {
        let mut stack = vec![(start, 0usize)];
        if state.get(start) != Some(&0) {
            continue;
        }
        state.iter_mut().skip(start).take(1).for_each(|s| *s = 1);
        while let Some((node, next)) = stack.pop() {
            let edge = out.get(&node).and_then(|list| list.get(next)).copied();
            let Some(edge) = edge else {
                state.iter_mut().skip(node).take(1).for_each(|s| *s = 2);
                continue;
            };
            stack.push((node, next + 1));
            let Some((_, to)) = edges.get(edge) else { continue };
            match state.get(*to) {
                Some(0) => {
                    state.iter_mut().skip(*to).take(1).for_each(|s| *s = 1);
                    stack.push((*to, 0));
                }
                Some(1) => turned.iter_mut().skip(edge).take(1).for_each(|t| *t = true),
                _ => {}
            }
        }
    }
    turned
}

/// Each node one layer after the last of those that point to it.
fn layers(nodes: usize, forward: &[(usize, usize)]) -> Vec<usize> {
    let mut layer = vec![0; nodes];
    // Without circles the longest way has fewer steps than there are nodes.
    for _ in 0..nodes {
        let mut moved = false;
        for (a, b) in forward.iter().filter(|(a, b)| a != b) {
            let least = at(&layer, *a) + 1;
            if let Some(slot) = layer.get_mut(*b).filter(|slot| **slot < least) {
                *slot = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    layer
}

/// The nodes of each layer from top to bottom: sorted by the mean place of their neighbours, there and back a few times.
fn ordered(layer: &[usize], chains: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let last = layer.iter().copied().max().unwrap_or(0);
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); if layer.is_empty() { 0 } else { last + 1 }];
    layer.iter().enumerate().for_each(|(n, l)| order.iter_mut().skip(*l).take(1).for_each(|c| c.push(n)));
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); layer.len()];
    let mut after = before.clone();
    for (a, b) in chains.iter().flat_map(|c| c.iter().zip(c.iter().skip(1))) {
        before.iter_mut().skip(*b).take(1).for_each(|l| l.push(*a));
        after.iter_mut().skip(*a).take(1).for_each(|l| l.push(*b));
    }
    let mut place = vec![0i64; layer.len()];
    let note = |column: &[usize], place: &mut Vec<i64>| {
        for (i, node) in column.iter().enumerate() {
            place.iter_mut().skip(*node).take(1).for_each(|p| *p = i as i64 * 1000);
        }
    };
    order.iter().for_each(|column| note(column, &mut place));
    for round in 0..8 {
        let down = round % 2 == 0;
        let near = if down { &before } else { &after };
        let count = order.len();
        for step in 0..count {
            let index = if down { step } else { count - 1 - step };
            let Some(column) = order.get_mut(index) else { continue };
            let mean = |node: &usize| {
                let own = near.get(*node).map(Vec::as_slice).unwrap_or_default();
                let places = own.iter().filter_map(|n| place.get(*n));
                if own.is_empty() {
                    place.get(*node).copied().unwrap_or(0)
                } else {
                    places.sum::<i64>() / own.len() as i64
                }
            };
            column.sort_by_key(mean);
            note(column, &mut place);
        }
    }
    order
}

/// By edge: how high it leaves its first node, or reaches its last. Edges at one side stand apart, in the order of where they go.
fn ports(chains: &[Vec<usize>], boxes: &[Rect], leaving: bool) -> Vec<i64> {
    let middle = |node: Option<&usize>| node.and_then(|n| boxes.get(*n)).map_or(0, |b| b.middle());
    let mut sides: BTreeMap<usize, Vec<(i64, usize)>> = BTreeMap::new();
    for (i, chain) in chains.iter().enumerate() {
        let (own, next) = match leaving {
            true => (chain.first(), chain.get(1)),
            false => (chain.last(), chain.iter().rev().nth(1)),
        };
        own.into_iter().for_each(|node| sides.entry(*node).or_default().push((middle(next), i)));
    }
    let mut out = vec![0; chains.len()];
    for (node, mut edges) in sides {
        edges.sort_unstable();
        let own = boxes.get(node).copied().unwrap_or_default();
        let (count, room) = (edges.len() as i64, own.height - 12);
        let apart = (room / count.max(1)).clamp(0, 14);
        for (place, (_, edge)) in edges.into_iter().enumerate() {
            let y = own.middle() + apart * (2 * place as i64 - (count - 1)) / 2;
            out.iter_mut().skip(edge).take(1).for_each(|slot| *slot = y);
        }
    }
    out
}

/// Both ends of every lane, so that an edge runs level through the layers that it passes.
fn points(chain: &[usize], boxes: &[Rect]) -> Vec<(i64, i64)> {
    let mut out = Vec::new();
    let last = chain.len().saturating_sub(1);
    for (i, node) in chain.iter().enumerate() {
        let own = boxes.get(*node).copied().unwrap_or_default();
        if i > 0 {
            out.push((own.x, own.middle()));
        }
        if i < last {
            out.push((own.x + own.width, own.middle()));
        }
    }
    out
}
