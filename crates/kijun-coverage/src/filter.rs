//! What of a matrix is listed. Figures stay those of the whole, and what is left out is counted.

use std::collections::BTreeSet;

use kijun_engine::program::{Mark, RequirementId};

use crate::coverage::{Cell, Coverage};
use crate::mappings::Mappings;
use crate::matrix::{Block, Matrix};

/// What is asked for; nothing where a list is empty.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Items covered so.
    pub coverage: Vec<Coverage>,
    /// Pairs with one of these relations, by [`Relations::name`](crate::Relations::name).
    pub relations: Vec<String>,
    /// Pairs whose lowest mark is one of these.
    pub marks: Vec<Mark>,
    /// Items of the target that are these or below them.
    pub under: Vec<RequirementId>,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        self.coverage.is_empty() && self.names_no_pairs() && self.under.is_empty()
    }

    fn names_no_pairs(&self) -> bool {
        self.relations.is_empty() && self.marks.is_empty()
    }

    fn lists_cell(&self, cell: &Cell) -> bool {
        let relation = self.relations.is_empty() || self.relations.iter().any(|r| r == cell.possible.name());
        let mark = self.marks.is_empty() || cell.derivation.mark.is_some_and(|m| self.marks.contains(&m));
        relation && mark
    }
}

impl Matrix {
    /// Leaves only what is asked for. A section stays where something below it does.
    pub fn retain(&mut self, filter: &Filter, mappings: &Mappings<'_>) {
        if !filter.is_empty() {
            self.blocks.iter_mut().for_each(|block| block.retain(filter, mappings));
        }
    }
}

impl Block {
    fn retain(&mut self, filter: &Filter, mappings: &Mappings<'_>) {
        let kept: Vec<bool> = self.cells.iter().map(|c| filter.lists_cell(c)).collect();
        let is_kept = |cell: &usize| kept.get(*cell) == Some(&true);
        let is_under = |id: RequirementId| {
            filter.under.is_empty() || ancestry(id, mappings).any(|above| filter.under.contains(&above))
        };
        let mut listed: BTreeSet<RequirementId> = BTreeSet::new();
        let mut count = 0;
        for item in self.items.iter().filter(|i| is_under(i.id)) {
            let coverage = filter.coverage.is_empty() || filter.coverage.contains(&item.coverage);
            let pairs = filter.names_no_pairs() || item.cells.iter().any(is_kept);
            let counted = mappings.is_counted(item.id);
            if coverage && pairs && (counted || !filter.names_no_pairs()) {
                listed.extend(ancestry(item.id, mappings));
                count += usize::from(counted);
            }
        }
        self.items.retain(|i| listed.contains(&i.id));
        // Cells keep their order, so that an index becomes the number of kept cells before it.
        let mut targets_kept = kept;
        for (slot, cell) in targets_kept.iter_mut().zip(&self.cells) {
            *slot &= listed.contains(&cell.target);
        }
        let mut at = 0;
        let places: Vec<Option<usize>> = targets_kept
            .iter()
            .map(|keep| {
                at += usize::from(*keep);
                keep.then(|| at - 1)
            })
            .collect();
        for item in &mut self.items {
            item.cells = item.cells.iter().filter_map(|c| places.get(*c).copied().flatten()).collect();
        }
        let mut keep = targets_kept.into_iter();
        self.cells.retain(|_| keep.next() == Some(true));
        self.listed = Some(count);
    }
}

/// An item and the sections above it.
fn ancestry<'m>(id: RequirementId, mappings: &'m Mappings<'_>) -> impl Iterator<Item = RequirementId> + 'm {
    let program = mappings.program;
    std::iter::successors(Some(id), move |at| program.requirement(*at).and_then(|r| r.parent))
}
