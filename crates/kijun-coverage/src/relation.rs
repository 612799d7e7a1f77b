//! The five relationships of NIST IR 8477 as base relations of RCC-5, and sets of them: composition,
//! converse, intersection.

use std::ops::{BitAnd, BitOr};

/// How the source stands to the target, as sets of what they ask for. None of the sets is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relationship {
    Equal,
    /// The source is a proper part of the target.
    Subset,
    /// The source holds the whole target, and more.
    Superset,
    /// They have something in common, and each has something of its own.
    Intersects,
    /// They have nothing in common.
    Unrelated,
}

impl Relationship {
    pub const ALL: [Relationship; 5] = [
        Relationship::Equal,
        Relationship::Subset,
        Relationship::Superset,
        Relationship::Intersects,
        Relationship::Unrelated,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Relationship::Equal => "equal",
            Relationship::Subset => "subset",
            Relationship::Superset => "superset",
            Relationship::Intersects => "intersects",
            Relationship::Unrelated => "unrelated",
        }
    }

    pub fn from_name(name: &str) -> Option<Relationship> {
        Relationship::ALL.into_iter().find(|r| r.name() == name)
    }

    /// The same, read from right to left.
    pub fn converse(self) -> Relationship {
        match self {
            Relationship::Subset => Relationship::Superset,
            Relationship::Superset => Relationship::Subset,
            same => same,
        }
    }
}

/// The base relations that are still possible between two items: a set of the five.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relations(u8);

const E: u8 = 1;
const S: u8 = 2;
const P: u8 = 4;
const O: u8 = 8;
const D: u8 = 16;
const ANY: u8 = 31;

/// Composition of base relations, row then column, in the order of [`Relationship::ALL`].
const COMPOSE: [[u8; 5]; 5] = [
    [E, S, P, O, D],
    [S, S, ANY, S | O | D, D],
    [P, E | S | P | O, P, P | O, P | O | D],
    [O, S | O, P | O | D, ANY, P | O | D],
    [D, S | O | D, D, S | O | D, ANY],
];

impl Relations {
    /// Nothing is possible: a contradiction.
    pub const NONE: Relations = Relations(0);
    /// Nothing is known.
    pub const ANY: Relations = Relations(ANY);
    pub const EQUAL: Relations = Relations(E);
    /// A part, or all of it: what an item is of its section.
    pub const WITHIN: Relations = Relations(E | S);
    /// All of it, or more.
    pub const COVERS: Relations = Relations(E | P);
    /// Something in common, which of the four ways is open.
    pub const OVERLAPS: Relations = Relations(E | S | P | O);

    pub fn of(list: &[Relationship]) -> Relations {
        list.iter().fold(Relations::NONE, |all, r| all | Relations::from(*r))
    }

    pub const fn bits(self) -> u8 {
        self.0
    }

    pub const fn from_bits(bits: u8) -> Relations {
        Relations(bits & ANY)
    }

    pub fn iter(self) -> impl Iterator<Item = Relationship> {
        Relationship::ALL.into_iter().filter(move |r| self.contains(*r))
    }

    pub fn contains(self, r: Relationship) -> bool {
        self.0 & Relations::from(r).0 != 0
    }

    pub fn is_within(self, other: Relations) -> bool {
        self.0 & !other.0 == 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The one relationship that is left, if only one is.
    pub fn single(self) -> Option<Relationship> {
        let mut left = self.iter();
        left.next().filter(|_| left.next().is_none())
    }

    pub fn converse(self) -> Relations {
        self.iter().fold(Relations::NONE, |all, r| all | Relations::from(r.converse()))
    }

    /// What A and C can be when A stands to B as `self` says and B to C as `next` says.
    #[expect(clippy::indexing_slicing, reason = "both indexes are below five")]
    pub const fn then(self, next: Relations) -> Relations {
        let mut out = 0;
        let mut i = 0;
        while i < 5 {
            let mut j = 0;
            while j < 5 {
                if self.0 >> i & 1 == 1 && next.0 >> j & 1 == 1 {
                    out |= COMPOSE[i][j];
                }
                j += 1;
            }
            i += 1;
        }
        Relations(out)
    }
}

impl From<Relationship> for Relations {
    fn from(r: Relationship) -> Relations {
        Relations(1 << r as u8)
    }
}

impl BitAnd for Relations {
    type Output = Relations;
    fn bitand(self, other: Relations) -> Relations {
        Relations(self.0 & other.0)
    }
}

impl BitOr for Relations {
    type Output = Relations;
    fn bitor(self, other: Relations) -> Relations {
        Relations(self.0 | other.0)
    }
}

impl std::fmt::Debug for Relations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        let names: Vec<&str> = self.iter().map(Relationship::name).collect();
        f.write_str(&names.join("|"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Everything that composition, converse and intersection make of the base relations and of "part of".
    fn reachable() -> BTreeSet<Relations> {
        let mut found: BTreeSet<Relations> =
            Relationship::ALL.into_iter().map(Relations::from).chain([Relations::WITHIN]).collect();
        loop {
            let mut new = found.clone();
            for a in &found {
                new.insert(a.converse());
                for b in &found {
                    new.insert(a.then(*b));
                    new.insert(*a & *b);
                }
            }
            new.remove(&Relations::NONE);
            if new == found {
                return found;
            }
            found = new;
        }
    }

    #[test]
    fn composition_is_what_three_small_sets_can_do() {
        let sets: Vec<u32> = (1..1 << 6).collect();
        let relation = |a: u32, b: u32| {
            if a == b {
                Relationship::Equal
            } else if a & b == a {
                Relationship::Subset
            } else if a & b == b {
                Relationship::Superset
            } else if a & b != 0 {
                Relationship::Intersects
            } else {
                Relationship::Unrelated
            }
        };
        let mut seen = [[Relations::NONE; 5]; 5];
        for a in &sets {
            for b in &sets {
                for c in &sets {
                    let (x, y) = (relation(*a, *b), relation(*b, *c));
                    let slot = &mut seen[x as usize][y as usize];
                    *slot = *slot | relation(*a, *c).into();
                }
            }
        }
        for x in Relationship::ALL {
            for y in Relationship::ALL {
                assert_eq!(
                    Relations::from(x).then(y.into()),
                    seen[x as usize][y as usize],
                    "{} then {}",
                    x.name(),
                    y.name()
                );
            }
        }
    }

    /// Why walking along the stated pairs finds all that path consistency finds: see `closure.rs`.
    #[test]
    fn composition_distributes_over_intersection_in_what_mappings_can_say() {
        let all = reachable();
        assert_eq!(all.len(), 14, "{all:?}");
        for r in &all {
            for s in &all {
                for t in &all {
                    if (*s & *t).is_empty() {
                        continue;
                    }
                    assert_eq!(r.then(*s & *t), r.then(*s) & r.then(*t), "{r:?} then {s:?} and {t:?}");
                    assert_eq!((*s & *t).then(*r), s.then(*r) & t.then(*r), "{s:?} and {t:?} then {r:?}");
                }
            }
        }
    }

    #[test]
    fn converse_turns_composition_around() {
        for a in (1..=31).map(Relations::from_bits) {
            assert_eq!(a.converse().converse(), a);
            for b in (1..=31).map(Relations::from_bits) {
                assert_eq!(a.then(b).converse(), b.converse().then(a.converse()));
            }
        }
    }
}
