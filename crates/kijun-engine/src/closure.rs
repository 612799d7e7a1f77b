//! Transitive relations between records of one kind. The pairs are never listed: steps from record to record are
//! kept, and "does any record that it leads to …" is one walk along them, in time linear in the steps
//! (docs/evaluation.md says what the pairs are).
//!
//! A step is certain or possible. What is certainly reached is reached by certain steps alone; so three-valued
//! reachability is two walks, one for each of the bitmaps.

use std::collections::VecDeque;
use std::sync::OnceLock;

use kijun_facts::store::UNKNOWN;
use rustc_hash::FxHashMap;

use crate::truth::{Truth, TruthColumn};
use crate::val::UNLISTED;
use crate::values::View;

/// How the relation is defined on its `base` rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `r(a, b) if r(a, m) and step(m, b)`
    Left,
    /// `r(a, b) if step(a, m) and r(m, b)`
    Right,
    /// `r(a, b) if r(a, m) and r(m, b)`
    Double,
}

/// By which rules a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Those that do not use the relation itself.
    Base,
    /// What the others ask beside the relation itself.
    Step,
}

/// From, to, and whether it is certain.
pub(crate) type Edge = (u32, u32, Truth);

#[derive(Debug)]
pub(crate) struct Closure {
    shape: Shape,
    /// How many records the kind has. As vertices, the unknown record follows them, then the unlisted one.
    records: usize,
    base: Vec<Edge>,
    /// Empty for [`Shape::Double`], where the steps are the base.
    step: Vec<Edge>,
    /// Steps by their end, for walks from what is sought.
    backward: Adjacency,
    /// Base and steps by their start, made when a single record is asked about.
    forward: OnceLock<(Adjacency, Adjacency)>,
}

impl Closure {
    /// `None` where a tuple may begin with a record that is not known: it then stands for every record, and what
    /// it leads to is no longer a matter of steps.
    pub(crate) fn new(shape: Shape, records: usize, base: Vec<Edge>, step: Vec<Edge>) -> Option<Closure> {
        let begins_unknown = |edges: &[Edge]| edges.iter().any(|(from, ..)| *from == UNKNOWN);
        if begins_unknown(&base) || (shape == Shape::Right && begins_unknown(&step)) {
            return None;
        }
        let steps = if shape == Shape::Double { &base } else { &step };
        // In `r(m, b)` with m unlisted, m may be another unlisted record.
        let certain = |e: &Edge| e.2 == Truth::True && !(shape == Shape::Right && e.1 == UNLISTED);
        let ends = steps.iter().map(|e| (vertex(e.1, records), vertex(e.0, records), certain(e)));
        let backward = Adjacency::new(records + 2, ends);
        Some(Closure { shape, records, base, step, backward, forward: OnceLock::new() })
    }

    /// The records that tuples may begin with.
    pub(crate) fn sources(&self) -> impl Iterator<Item = u32> {
        (0..self.records as u32).chain([UNLISTED])
    }

    /// For each record (then the unknown one, then none): whether any of those that it leads to meets the condition
    /// `of`, given over the same rows.
    pub(crate) fn reach(&self, of: View<'_>) -> TruthColumn {
        // Whoever is not known is a possible member only.
        let unknown = of.truth(self.records).and(Truth::Unknown);
        let at = |v: usize| if v < self.records { of.truth(v) } else { unknown };
        let walk = |least: Truth| {
            let sought = |v: u32| at(v as usize) >= least;
            let taken = |e: &Edge| e.2 >= least;
            if self.shape == Shape::Right {
                let mut seeds = Bits::new(self.records + 2);
                for edge in self.base.iter().filter(|e| taken(e)) {
                    if sought(vertex(edge.1, self.records)) {
                        seeds.insert(vertex(edge.0, self.records));
                    }
                }
                if unknown >= least {
                    seeds.insert(self.records as u32);
                }
                self.backward.spread(&mut seeds, least);
                seeds
            } else {
                let mut seeds = Bits::new(self.records + 2);
                (0..self.records as u32 + 2).filter(|v| sought(*v)).for_each(|v| {
                    seeds.insert(v);
                });
                self.backward.spread(&mut seeds, least);
                let mut found = Bits::new(self.records + 2);
                for edge in self.base.iter().filter(|e| taken(e)) {
                    if seeds.has(vertex(edge.1, self.records)) {
                        found.insert(vertex(edge.0, self.records));
                    }
                }
                found
            }
        };
        let (yes, may) = rayon::join(|| walk(Truth::True), || walk(Truth::Unknown));
        TruthColumn::from_rows(self.records + 2, |row| match row {
            row if row == self.records => unknown,
            row if row > self.records => Truth::False,
            row if yes.has(row as u32) => Truth::True,
            row if may.has(row as u32) => Truth::Unknown,
            _ => Truth::False,
        })
    }

    /// The records that one leads to, each with its truth; the nearest first.
    pub(crate) fn image(&self, from: u32) -> Vec<(u32, Truth)> {
        let Some(from) = self.start(from) else { return Vec::new() };
        let Forward { base, step } = self.forward();
        let mut found = Found::default();
        if self.shape == Shape::Right {
            for (v, truth) in self.passed(from).all() {
                if v == self.records as u32 {
                    found.raise(v, Truth::Unknown);
                }
                base.of(v).for_each(|(to, edge)| found.raise(to, truth.and(edge)));
            }
        } else {
            base.of(from).for_each(|(to, truth)| found.raise(to, truth));
            step.walk(&mut found);
        }
        found.all().map(|(v, truth)| (self.code(v), truth)).collect()
    }

    /// The steps by which one record leads on, to `to` if that is given; the nearest first.
    pub(crate) fn links(&self, from: u32, to: Option<u32>) -> Vec<(u32, u32, Link)> {
        let Some(start) = self.start(from) else { return Vec::new() };
        let Forward { base, step } = self.forward();
        let steps = if self.shape == Shape::Double { Link::Base } else { Link::Step };
        let of = |v: u32, edges: &Adjacency, link: Link| -> Vec<(u32, u32, Link)> {
            edges.of(v).map(|(to, _)| (v, to, link)).collect()
        };
        let mut links: Vec<(u32, u32, Link)> = Vec::new();
        if self.shape == Shape::Right {
            for (v, _) in self.passed(start).all() {
                links.extend(of(v, step, steps));
                links.extend(of(v, base, Link::Base));
            }
        } else {
            links.extend(of(start, base, Link::Base));
            let reached = self.image(from).into_iter().map(|(code, _)| vertex(code, self.records));
            for v in reached.filter(|v| steps == Link::Step || *v != start) {
                links.extend(of(v, step, steps));
            }
        }
        if let Some(to) = to {
            let mut on_the_way = vec![vertex(to, self.records), self.records as u32];
            let mut done = 0;
            while let Some(end) = on_the_way.get(done).copied() {
                let before = links.iter().filter(|(_, v, _)| *v == end).map(|(u, ..)| *u);
                let new: Vec<u32> = before.filter(|u| !on_the_way.contains(u)).collect();
                on_the_way.extend(new);
                done += 1;
            }
            links.retain(|(_, v, _)| on_the_way.contains(v));
        }
        links.into_iter().map(|(u, v, link)| (self.code(u), self.code(v), link)).collect()
    }

    fn start(&self, from: u32) -> Option<u32> {
        let known = from == UNLISTED || (from as usize) < self.records;
        known.then(|| vertex(from, self.records))
    }

    /// Where steps of [`Shape::Right`] lead before the last, which is one of the base.
    fn passed(&self, from: u32) -> Found {
        let mut passed = Found::default();
        passed.raise(from, Truth::True);
        self.forward().step.walk(&mut passed);
        passed
    }

    fn forward(&self) -> Forward<'_> {
        let (base, step) = self.forward.get_or_init(|| {
            let starts = |edges: &[Edge], capped: bool| {
                let certain = |e: &Edge| e.2 == Truth::True && !(capped && e.1 == UNLISTED);
                let starts =
                    edges.iter().map(|e| (vertex(e.0, self.records), vertex(e.1, self.records), certain(e)));
                Adjacency::new(self.records + 2, starts)
            };
            (starts(&self.base, false), starts(&self.step, self.shape == Shape::Right))
        });
        Forward { base, step: if self.shape == Shape::Double { base } else { step } }
    }

    fn code(&self, vertex: u32) -> u32 {
        match (vertex as usize).checked_sub(self.records) {
            None => vertex,
            Some(0) => UNKNOWN,
            Some(_) => UNLISTED,
        }
    }
}

/// Edges by their start.
struct Forward<'c> {
    base: &'c Adjacency,
    step: &'c Adjacency,
}

fn vertex(code: u32, records: usize) -> u32 {
    match code {
        UNLISTED => records as u32 + 1,
        code => code.min(records as u32),
    }
}

/// Vertices with the best truth found for each, the nearest first.
#[derive(Default)]
struct Found {
    truths: FxHashMap<u32, Truth>,
    order: Vec<u32>,
    /// Those whose truth grew, and from which to walk on.
    queue: VecDeque<u32>,
}

impl Found {
    fn raise(&mut self, vertex: u32, truth: Truth) {
        match self.truths.get_mut(&vertex) {
            Some(known) if *known >= truth => return,
            Some(known) => *known = truth,
            None => {
                self.truths.insert(vertex, truth);
                self.order.push(vertex);
            }
        }
        self.queue.push_back(vertex);
    }

    fn of(&self, vertex: u32) -> Truth {
        self.truths.get(&vertex).copied().unwrap_or(Truth::False)
    }

    fn all(&self) -> impl Iterator<Item = (u32, Truth)> {
        self.order.iter().map(|v| (*v, self.of(*v)))
    }
}

/// Edges by one of their ends, in compressed rows. The highest bit of an entry says that the edge is possible only.
#[derive(Debug)]
struct Adjacency {
    offsets: Vec<u32>,
    others: Vec<u32>,
}

const POSSIBLE: u32 = 1 << 31;

impl Adjacency {
    fn new(vertices: usize, edges: impl Iterator<Item = (u32, u32, bool)> + Clone) -> Adjacency {
        let mut offsets = vec![0_u32; vertices + 1];
        for (key, ..) in edges.clone() {
            if let Some(count) = offsets.get_mut(key as usize + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for offset in &mut offsets {
            total += *offset;
            *offset = total;
        }
        let mut others = vec![0_u32; total as usize];
        let mut next = offsets.clone();
        for (key, other, certain) in edges {
            let Some(at) = next.get_mut(key as usize) else { continue };
            if let Some(slot) = others.get_mut(*at as usize) {
                *slot = if certain { other } else { other | POSSIBLE };
            }
            *at += 1;
        }
        Adjacency { offsets, others }
    }

    fn of(&self, vertex: u32) -> impl Iterator<Item = (u32, Truth)> {
        let bounds = (self.offsets.get(vertex as usize), self.offsets.get(vertex as usize + 1));
        let range = match bounds {
            (Some(a), Some(b)) => *a as usize..*b as usize,
            _ => 0..0,
        };
        let truth = |e: &u32| if e & POSSIBLE == 0 { Truth::True } else { Truth::Unknown };
        self.others.get(range).unwrap_or(&[]).iter().map(move |e| (e & !POSSIBLE, truth(e)))
    }

    /// Adds every vertex that edges of at least this truth lead to.
    fn spread(&self, found: &mut Bits, least: Truth) {
        let mut queue: Vec<u32> = found.iter().collect();
        while let Some(v) = queue.pop() {
            queue.extend(
                self.of(v).filter(|(_, t)| *t >= least).map(|(to, _)| to).filter(|to| found.insert(*to)),
            );
        }
    }

    /// The same from a few vertices, with the best truth of each.
    fn walk(&self, found: &mut Found) {
        while let Some(v) = found.queue.pop_front() {
            let truth = found.of(v);
            for (to, edge) in self.of(v) {
                found.raise(to, truth.and(edge));
            }
        }
    }
}

/// A set of vertices.
struct Bits {
    words: Vec<u64>,
}

impl Bits {
    fn new(len: usize) -> Bits {
        Bits { words: vec![0; len.div_ceil(64)] }
    }

    fn has(&self, v: u32) -> bool {
        self.words.get(v as usize / 64).is_some_and(|w| w >> (v % 64) & 1 == 1)
    }

    /// Whether it is new.
    fn insert(&mut self, v: u32) -> bool {
        let Some(word) = self.words.get_mut(v as usize / 64) else { return false };
        let bit = 1 << (v % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.words.iter().enumerate().flat_map(|(i, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = rest.trailing_zeros();
                (rest != 0).then(|| {
                    rest &= rest - 1;
                    (i * 64) as u32 + bit
                })
            })
        })
    }
}
