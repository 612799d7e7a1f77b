//! Coverage matrices: catalogues against catalogues, with figures for each section.

use std::collections::BTreeMap;

use kijun_engine::program::RequirementId;

use crate::coverage::{Cell, Coverage, Covering, Item, Met, Verdicts, cover};
use crate::mappings::Mappings;

/// How many items stand where. Sections and withdrawn items are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub items: usize,
    pub coverage: BTreeMap<Coverage, usize>,
    /// Of those that are covered, possibly or partly: how many are so only by ambiguous or unverified statements.
    pub weak: usize,
    pub met: BTreeMap<Met, usize>,
}

impl Tally {
    pub fn covered(&self, coverage: Coverage) -> usize {
        self.coverage.get(&coverage).copied().unwrap_or(0)
    }

    pub fn met(&self, met: Met) -> usize {
        self.met.get(&met).copied().unwrap_or(0)
    }

    pub(crate) fn add(&mut self, item: &Item, met: Option<Met>) {
        self.items += 1;
        *self.coverage.entry(item.coverage).or_default() += 1;
        self.weak += usize::from(item.trusted < item.coverage);
        if let Some(met) = met {
            *self.met.entry(met).or_default() += 1;
        }
    }
}

/// How far the items of one catalogue cover another.
#[derive(Debug, Clone)]
pub struct Block {
    /// Indexes of catalogues.
    pub from: usize,
    pub to: usize,
    /// Every item of the target catalogue in its order, sections among them.
    pub items: Vec<Item>,
    pub cells: Vec<Cell>,
    /// For the catalogue as a whole.
    pub total: Tally,
    /// For each section of the target, all that is below it.
    pub sections: BTreeMap<RequirementId, Tally>,
    /// How many of the items that figures count are listed, where a filter left out others.
    pub listed: Option<usize>,
}

/// One block for each pair of catalogues: editions are never mixed in one figure.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    pub blocks: Vec<Block>,
    pub assessed: bool,
}

impl Matrix {
    pub fn new(mappings: &Mappings<'_>, from: &[usize], to: &[usize], verdicts: Option<&Verdicts>) -> Matrix {
        let pairs = from.iter().flat_map(|f| to.iter().map(move |t| (*f, *t)));
        let blocks = pairs.filter(|(f, t)| f != t).map(|(f, t)| Block::new(mappings, f, t, verdicts));
        Matrix { blocks: blocks.collect(), assessed: verdicts.is_some() }
    }
}

impl Block {
    fn new(mappings: &Mappings<'_>, from: usize, to: usize, verdicts: Option<&Verdicts>) -> Block {
        let (sources, targets) = (mappings.items_of(from), mappings.items_of(to));
        let Covering { items, cells } = cover(mappings, &sources, &targets, verdicts);
        let (total, sections) = tallies(mappings, &items);
        Block { from, to, items, cells, total, sections, listed: None }
    }

    /// The cells that speak of an item, those that cover most first.
    pub fn cells_of<'b>(&'b self, item: &'b Item) -> impl Iterator<Item = &'b Cell> {
        item.cells.iter().filter_map(|i| self.cells.get(*i))
    }
}

pub(crate) fn tallies(mappings: &Mappings<'_>, items: &[Item]) -> (Tally, BTreeMap<RequirementId, Tally>) {
    let mut total = Tally::default();
    let mut sections: BTreeMap<RequirementId, Tally> = BTreeMap::new();
    for item in items {
        if !mappings.is_counted(item.id) {
            sections.entry(item.id).or_default();
            continue;
        }
        total.add(item, item.met);
        let mut above = mappings.program.requirement(item.id).and_then(|r| r.parent);
        while let Some(parent) = above {
            sections.entry(parent).or_default().add(item, item.met);
            above = mappings.program.requirement(parent).and_then(|r| r.parent);
        }
    }
    (total, sections)
}
