//! Catalogues and mappings between them, made up: every statement is true of one hidden model, so that they cannot contradict
//! each other. An item is an interval of topics; catalogues cut the same topics into intervals of their own.

use super::random::Random;

/// How large a network is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub catalogs: usize,
    /// In each catalogue.
    pub items: usize,
    pub pairs: usize,
}

/// How the item `source` stands to the item `target`, by number over all catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    pub source: u32,
    pub relationship: &'static str,
    pub target: u32,
    pub strength: u8,
}

/// Pairs of items of different catalogues that lie near each other, in the order of their sources, without repetition.
pub fn pairs(size: Size, seed: u64) -> Vec<Pair> {
    let mut random = Random::new(seed, 7);
    // An item of a catalogue begins where its number says, and takes a few topics, sometimes its neighbours' too.
    let mut interval = |item: usize| {
        let begin = (item % size.items) * 4 + random.below(3);
        (begin, begin + 1 + random.below(6))
    };
    let intervals: Vec<(usize, usize)> = (0..size.catalogs * size.items).map(&mut interval).collect();
    let mut found = std::collections::BTreeSet::new();
    // Pairs run out when all that are near each other are listed.
    for _ in 0..size.pairs * 20 {
        if found.len() == size.pairs {
            break;
        }
        let source = random.below(intervals.len());
        let catalog = random.below(size.catalogs);
        let near = (source % size.items + 3).saturating_sub(random.below(7)).min(size.items - 1);
        let target = catalog * size.items + near;
        if source / size.items == catalog {
            continue;
        }
        let (Some(a), Some(b)) = (intervals.get(source), intervals.get(target)) else { continue };
        let strength = 1 + random.below(10) as u8;
        found.insert(Pair {
            source: source as u32,
            relationship: relation(*a, *b),
            target: target as u32,
            strength,
        });
    }
    let mut out: Vec<Pair> = found.into_iter().collect();
    out.dedup_by_key(|p| (p.source, p.target));
    out
}

fn relation((a, b): (usize, usize), (c, d): (usize, usize)) -> &'static str {
    if (a, b) == (c, d) {
        "equal"
    } else if b <= c || d <= a {
        "unrelated"
    } else if c <= a && b <= d {
        "subset"
    } else if a <= c && d <= b {
        "superset"
    } else {
        "intersects"
    }
}
