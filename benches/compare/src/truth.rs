//! False < unknown < true: `and` is `min`, `or` is `max`.

use ascent::Lattice;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    pub fn of(holds: bool) -> Truth {
        if holds { Truth::True } else { Truth::False }
    }

    /// From what holds for certain and what may hold.
    pub fn between(certain: bool, possible: bool) -> Truth {
        match (certain, possible) {
            (true, _) => Truth::True,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::False,
        }
    }

    pub fn is_certain(self) -> bool {
        self == Truth::True
    }

    pub fn is_possible(self) -> bool {
        self != Truth::False
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

/// The join is `or`: what a lattice of ascent climbs.
impl Lattice for Truth {
    fn meet_mut(&mut self, other: Truth) -> bool {
        let changed = other < *self;
        *self = other.min(*self);
        changed
    }

    fn join_mut(&mut self, other: Truth) -> bool {
        let changed = other > *self;
        *self = other.max(*self);
        changed
    }
}
