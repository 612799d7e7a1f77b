//! Catalogues that a profile tracks: how far what is evaluated covers them, and what the verdicts say of them.

use kijun_engine::program::{Program, RequirementId, Scope};

use crate::coverage::{Covering, Verdicts, cover, met_by};
use crate::mappings::Mappings;
use crate::matrix::Tally;

/// The figures of a tracked catalogue on the facts of one facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// Index of the catalogue.
    pub of: usize,
    pub total: Tally,
}

/// What of a tracked catalogue does not depend on facts: worked out once, asked for every facility.
#[derive(Debug, Clone)]
pub struct Tracking {
    of: usize,
    covering: Covering,
}

impl Tracking {
    /// How far the catalogues that are evaluated cover the catalogue `of`.
    pub fn new(mappings: &Mappings<'_>, of: usize) -> Tracking {
        let by = others(mappings.program, of, &evaluated(mappings.program));
        let sources: Vec<RequirementId> = by.into_iter().flat_map(|c| mappings.items_of(c)).collect();
        let covering = cover(mappings, &sources, &mappings.items_of(of), None);
        Tracking { of, covering }
    }

    pub fn figures(&self, mappings: &Mappings<'_>, verdicts: &Verdicts) -> Tracked {
        let mut total = Tally::default();
        for item in self.covering.items.iter().filter(|i| mappings.is_counted(i.id)) {
            total.add(item, Some(met_by(item, &self.covering.cells, mappings, verdicts)));
        }
        Tracked { of: self.of, total }
    }
}

/// The catalogues of which something is evaluated: in scope, with text to go by.
pub fn evaluated(program: &Program) -> Vec<usize> {
    let is_evaluated = |catalog: &usize| {
        let own = program.requirements.iter().filter(|r| r.catalog == *catalog);
        let mut items = own.filter(|r| !r.is_section && matches!(r.scope, Scope::In));
        items.any(|r| r.text_included)
    };
    (0..program.catalogs.len()).filter(is_evaluated).collect()
}

/// What of `by` may cover a catalogue: any but its own editions.
pub fn others(program: &Program, catalog: usize, by: &[usize]) -> Vec<usize> {
    let alias = |c: usize| program.catalogs.get(c).map(|c| c.alias.as_str());
    by.iter().copied().filter(|c| alias(*c) != alias(catalog)).collect()
}
