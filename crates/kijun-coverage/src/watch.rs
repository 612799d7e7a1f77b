//! Catalogues that are watched for gaps: which of their items are covered how far, and what of the norms that are evaluated has
//! nothing to do with them.

use std::collections::BTreeMap;

use kijun_engine::is_evaluated;
use kijun_engine::program::RequirementId;

use crate::coverage::{Cell, Item};
use crate::mappings::Mappings;
use crate::matrix::Tally;
use crate::tracked::Tracking;

/// How catalogues stand, by what is evaluated; the figures are those of [`Tracking`].
#[derive(Debug, Clone, Default)]
pub struct Watch {
    tracking: Vec<Tracking>,
    /// In the order of the catalogues.
    pub catalogs: Vec<Watched>,
}

/// How one catalogue stands.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Index of the catalogue.
    pub of: usize,
    /// Over the items that figures count.
    pub total: Tally,
    /// Items of what is evaluated that nothing ties to this catalogue, in their order.
    pub apart: Vec<RequirementId>,
    tracking: usize,
    /// The items that figures count, by index.
    items: Vec<usize>,
}

impl Watch {
    pub fn new(mappings: &Mappings<'_>, catalogs: &[usize]) -> Watch {
        let tracking = Tracking::of(mappings, catalogs);
        let mut found: Vec<Watched> = Vec::new();
        for (i, one) in tracking.iter().enumerate() {
            found.extend(watched(mappings, i, one));
        }
        found.sort_by_key(|w| w.of);
        Watch { tracking, catalogs: found }
    }

    /// The items of a catalogue that figures count.
    pub fn items<'w>(&'w self, watched: &'w Watched) -> impl Iterator<Item = &'w Item> {
        watched.items.iter().filter_map(|i| self.item(watched, *i))
    }

    /// Where the items of a catalogue that figures count stand in the list of all.
    pub fn indexes<'w>(&'w self, watched: &'w Watched) -> impl Iterator<Item = (usize, &'w Item)> {
        watched.items.iter().filter_map(|i| Some((*i, self.item(watched, *i)?)))
    }

    pub fn item(&self, watched: &Watched, index: usize) -> Option<&Item> {
        self.tracking.get(watched.tracking)?.covering.items.get(index)
    }

    /// What speaks of an item, those first that cover most.
    pub fn cells<'w>(&'w self, watched: &Watched, item: &'w Item) -> impl Iterator<Item = &'w Cell> {
        let cells = self.tracking.get(watched.tracking).map_or(&[][..], |t| &t.covering.cells);
        item.cells.iter().filter_map(|i| cells.get(*i))
    }
}

fn watched(mappings: &Mappings<'_>, index: usize, tracking: &Tracking) -> Vec<Watched> {
    let program = mappings.program;
    let catalog_of = |id: RequirementId| program.requirement(id).map(|r| r.catalog);
    let mut tied: Vec<(usize, RequirementId)> = Vec::new();
    for cell in &tracking.covering.cells {
        let sources = cell.sources();
        tied.extend(sources.into_iter().filter_map(|s| Some((catalog_of(cell.target)?, s))));
    }
    tied.sort_unstable();
    tied.dedup();
    let all = (0..program.requirements.len() as u32).map(RequirementId);
    let evaluated: Vec<RequirementId> = all
        .filter(|id| mappings.is_counted(*id) && is_evaluated(program, *id))
        .filter(|id| catalog_of(*id).is_some_and(|c| tracking.by.contains(&c)))
        .collect();
    let mut items: BTreeMap<usize, Vec<usize>> = tracking.catalogs.iter().map(|c| (*c, Vec::new())).collect();
    for (i, item) in tracking.covering.items.iter().enumerate().filter(|(_, i)| mappings.is_counted(i.id)) {
        if let Some(list) = catalog_of(item.id).and_then(|c| items.get_mut(&c)) {
            list.push(i);
        }
    }
    let of = |(of, items): (usize, Vec<usize>)| {
        let mut total = Tally::default();
        let own = items.iter().filter_map(|i| tracking.covering.items.get(*i));
        own.for_each(|item| total.add(item, None));
        let is_apart = |id: &&RequirementId| tied.binary_search(&(of, **id)).is_err();
        let apart = evaluated.iter().filter(is_apart).copied().collect();
        Watched { of, total, apart, tracking: index, items }
    };
    items.into_iter().map(of).collect()
}
