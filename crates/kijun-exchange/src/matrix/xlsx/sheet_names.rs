//! Which sheets there are.

use super::super::reading::Reading;
use crate::xlsx::SheetNames;

pub(super) struct Names {
    pub(super) overview: String,
    pub(super) sections: String,
    /// In the order of the blocks.
    pub(super) listings: Vec<String>,
    pub(super) derivations: String,
    pub(super) contradictions: String,
}

impl Names {
    pub(super) fn new(reading: &Reading<'_>) -> Names {
        let mut names = SheetNames::new();
        let overview = names.unique(reading.say("概要", "Overview"));
        let sections = names.unique(reading.say("節別集計", "Sections"));
        let derivations = names.unique(reading.say("導出", "Derivations"));
        let contradictions = names.unique(reading.say("矛盾", "Contradictions"));
        let blocks = &reading.context.matrix.blocks;
        let is_single = blocks.iter().all(|b| blocks.first().is_some_and(|f| f.from == b.from));
        let listing = |from: usize, to: usize| {
            let target = reading.catalog_name(to);
            if is_single { target } else { format!("{}→{target}", reading.catalog_name(from)) }
        };
        let listings = blocks.iter().map(|b| names.unique(&listing(b.from, b.to))).collect();
        Names { overview, sections, listings, derivations, contradictions }
    }
}
