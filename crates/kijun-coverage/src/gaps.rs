//! What of a catalogue is not covered, and what would change that most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::RequirementId;
use rayon::prelude::*;

use crate::coverage::{Coverage, Covering, Item, Verdicts, cover, sources};
use crate::mappings::{Mappings, TRUSTED};
use crate::matrix::{Tally, tallies};
use crate::network::Node;
use crate::relation::{Relations, Relationship};
use crate::walks::{Derivation, Walks};

/// A catalogue, and how far some items cover it.
#[derive(Debug, Clone)]
pub struct Gaps {
    /// Index of the catalogue.
    pub of: usize,
    pub covering: Covering,
    pub total: Tally,
    /// Mappings whose statement would cover most of what is not covered, best first.
    pub settle: Vec<Settle>,
    /// Ambiguous or unverified statements on which most rests that would otherwise be covered less, most first.
    pub confirm: Vec<Confirm>,
    /// Items that cover something and that nothing checks, by how much they cover.
    pub check: Vec<Check>,
}

/// A pair of which it is not known whether the source holds the whole target.
#[derive(Debug, Clone)]
pub struct Settle {
    pub source: RequirementId,
    pub target: RequirementId,
    /// What is known of the two today.
    pub today: Derivation,
    /// Items that would be covered if it did.
    pub closes: Vec<RequirementId>,
}

#[derive(Debug, Clone)]
pub struct Confirm {
    /// Index of the statement.
    pub statement: usize,
    /// Items whose coverage would no longer be weak, as far as it rests on this statement.
    pub items: Vec<RequirementId>,
}

#[derive(Debug, Clone)]
pub struct Check {
    pub item: RequirementId,
    /// Items that it covers.
    pub covers: Vec<RequirementId>,
}

impl Gaps {
    /// How far the items of the catalogues `by` cover the catalogue `of`.
    pub fn new(mappings: &Mappings<'_>, of: usize, by: &[usize], verdicts: Option<&Verdicts>) -> Gaps {
        let targets = mappings.items_of(of);
        let own: Vec<RequirementId> = by.iter().flat_map(|c| mappings.items_of(*c)).collect();
        let covering = cover(mappings, &own, &targets, verdicts);
        let (total, _) = tallies(mappings, &covering.items);
        let settle = settle(mappings, &own, &covering);
        let confirm = confirm(mappings, &covering);
        let check = check(mappings, &covering);
        Gaps { of, covering, total, settle, confirm, check }
    }

    /// The items of a coverage that a figure counts.
    pub fn items<'g>(
        &'g self,
        mappings: &'g Mappings<'_>,
        coverage: Coverage,
    ) -> impl Iterator<Item = &'g Item> {
        let all = self.covering.items.iter().filter(move |i| i.coverage == coverage);
        all.filter(|i| mappings.is_counted(i.id))
    }
}

/// For every item that would cover something if some source held it: the source of which that is likeliest. An item is worth what it
/// holds of what is not covered; what another one closes too is not listed again.
fn settle(mappings: &Mappings<'_>, own: &[RequirementId], covering: &Covering) -> Vec<Settle> {
    let open: BTreeSet<RequirementId> = covering
        .items
        .iter()
        .filter(|i| i.coverage < Coverage::Unverified && mappings.is_counted(i.id))
        .map(|i| i.id)
        .collect();
    let mut best: BTreeMap<RequirementId, (RequirementId, Derivation)> = BTreeMap::new();
    let rows: Vec<Walks> = own
        .par_iter()
        .filter(|s| mappings.is_counted(**s) && !mappings.network.edges(Node::from(**s)).is_empty())
        .map(|s| Walks::from(&mappings.network, Node::from(*s)))
        .collect();
    for row in &rows {
        let source = RequirementId(row.source().0);
        for node in row.targets() {
            let Some(target) = mappings.network.item(node).filter(|t| mappings.is_counted(*t)) else {
                continue;
            };
            let known = row.relations(node);
            let may_hold = known.contains(Relationship::Superset) || known.contains(Relationship::Equal);
            // Stated to be less is settled; so is what holds it already.
            if !may_hold || known.is_within(Relations::COVERS) || target == source {
                continue;
            }
            let Some(today) = row.derivation(node) else { continue };
            let better = |(_, other): &(RequirementId, Derivation)| likelihood(&today) > likelihood(other);
            if best.get(&target).is_none_or(better) {
                best.insert(target, (source, today));
            }
        }
    }
    let reach: Vec<(RequirementId, Vec<RequirementId>)> =
        best.par_iter().map(|(target, _)| (*target, held(mappings, *target, &open))).collect();
    let mut found: Vec<Settle> = reach
        .into_iter()
        .filter_map(|(target, closes)| {
            let (source, today) = best.remove(&target)?;
            (!closes.is_empty()).then_some(Settle { source, target, today, closes })
        })
        .collect();
    found.sort_by_key(|s| (Reverse(s.closes.len()), Reverse(likelihood(&s.today)), s.target));
    let mut closed: BTreeSet<RequirementId> = BTreeSet::new();
    found.retain(|s| {
        let before = closed.len();
        closed.extend(&s.closes);
        closed.len() > before
    });
    found
}

/// Something in common for certain goes before what is open; then the better mark, then the strength.
fn likelihood(d: &Derivation) -> (bool, Reverse<Option<kijun_engine::program::Mark>>, Option<u8>) {
    (d.gives.is_within(Relations::OVERLAPS), Reverse(d.mark), d.strength)
}

/// What of `open` an item is known to hold.
fn held(mappings: &Mappings<'_>, item: RequirementId, open: &BTreeSet<RequirementId>) -> Vec<RequirementId> {
    let row = Walks::from(&mappings.network, Node::from(item));
    let below = row.targets().filter_map(|n| mappings.network.item(n).map(|id| (n, id)));
    let held = below
        .filter(|(n, id)| open.contains(id) && row.relations_by(*n, TRUSTED).is_within(Relations::COVERS));
    let mut out: Vec<RequirementId> = held.map(|(_, id)| id).chain(open.get(&item).copied()).collect();
    out.sort();
    out
}

fn confirm(mappings: &Mappings<'_>, covering: &Covering) -> Vec<Confirm> {
    let mut by_statement: BTreeMap<usize, BTreeSet<RequirementId>> = BTreeMap::new();
    let weak = covering.items.iter().filter(|i| i.trusted < i.coverage && mappings.is_counted(i.id));
    for item in weak {
        let best = item.cells.first().and_then(|c| covering.cells.get(*c));
        for statement in best.map(|c| c.derivation.statements()).unwrap_or_default() {
            if mappings.statements.get(statement).is_some_and(|s| s.mark.is_weak()) {
                by_statement.entry(statement).or_default().insert(item.id);
            }
        }
    }
    let mut found: Vec<Confirm> = by_statement
        .into_iter()
        .map(|(statement, items)| Confirm { statement, items: items.into_iter().collect() })
        .collect();
    found.sort_by_key(|c| (Reverse(c.items.len()), c.statement));
    found
}

fn check(mappings: &Mappings<'_>, covering: &Covering) -> Vec<Check> {
    let mut by_source: BTreeMap<RequirementId, BTreeSet<RequirementId>> = BTreeMap::new();
    let unverified =
        covering.items.iter().filter(|i| i.coverage == Coverage::Unverified && mappings.is_counted(i.id));
    for item in unverified {
        let Some(best) = item.cells.first().and_then(|c| covering.cells.get(*c)) else { continue };
        for source in sources(best, mappings).into_iter().filter(|s| !mappings.is_decided(*s)) {
            by_source.entry(source).or_default().insert(item.id);
        }
    }
    let mut found: Vec<Check> = by_source
        .into_iter()
        .map(|(item, covers)| Check { item, covers: covers.into_iter().collect() })
        .collect();
    found.sort_by_key(|c| (Reverse(c.covers.len()), c.item));
    found
}
