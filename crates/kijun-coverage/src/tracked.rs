//! Catalogues that a profile tracks: how far what is evaluated covers them, and what the verdicts say of them.

use std::collections::BTreeMap;

use kijun_engine::program::{Program, RequirementId, Scope};

use crate::coverage::{Covering, Met, Verdicts, cover, met_by};
use crate::mappings::Mappings;
use crate::matrix::Tally;

/// The figures of a tracked catalogue on the facts of one facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    /// Index of the catalogue.
    pub of: usize,
    pub total: Tally,
}

/// What of tracked catalogues does not depend on facts: worked out once, asked for every facility.
#[derive(Debug, Clone)]
pub struct Tracking {
    /// The catalogues that may cover them.
    pub(crate) by: Vec<usize>,
    pub(crate) catalogs: Vec<usize>,
    pub(crate) covering: Covering,
}

impl Tracking {
    /// How far the catalogues that are evaluated cover these; those that the same ones may cover are walked to at once.
    pub fn of(mappings: &Mappings<'_>, catalogs: &[usize]) -> Vec<Tracking> {
        let evaluated = evaluated(mappings.program);
        let mut by_sources: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for catalog in catalogs {
            by_sources.entry(others(mappings.program, *catalog, &evaluated)).or_default().push(*catalog);
        }
        let items = |catalogs: &[usize]| -> Vec<RequirementId> {
            catalogs.iter().flat_map(|c| mappings.items_of(*c)).collect()
        };
        let tracking = by_sources.into_iter().map(|(by, catalogs)| {
            let covering = cover(mappings, &items(&by), &items(&catalogs), None);
            Tracking { by, catalogs, covering }
        });
        tracking.collect()
    }

    pub fn figures(&self, mappings: &Mappings<'_>, verdicts: &Verdicts) -> Vec<Tracked> {
        let mut totals: BTreeMap<usize, Tally> =
            self.catalogs.iter().map(|c| (*c, Tally::default())).collect();
        for item in self.covering.items.iter().filter(|i| mappings.is_counted(i.id)) {
            let catalog = mappings.program.requirement(item.id).map(|r| r.catalog);
            if let Some(total) = catalog.and_then(|c| totals.get_mut(&c)) {
                total.add(item, Some(met_by(item, &self.covering.cells, mappings, verdicts)));
            }
        }
        totals.into_iter().map(|(of, total)| Tracked { of, total }).collect()
    }
}

impl Tracking {
    /// What the verdicts say of each item that figures count, in the order of the catalogues.
    pub fn met(&self, mappings: &Mappings<'_>, verdicts: &Verdicts) -> Vec<(RequirementId, Met)> {
        let counted = self.covering.items.iter().filter(|i| mappings.is_counted(i.id));
        counted.map(|i| (i.id, met_by(i, &self.covering.cells, mappings, verdicts))).collect()
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
