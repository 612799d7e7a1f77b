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

/// A statement that is missing: that something holds the whole target.
#[derive(Debug, Clone)]
pub struct Settle {
    pub target: RequirementId,
    /// The source that may hold it, with what is known of the two today; `None` where no source is known to have anything in common with
    /// it.
    pub today: Option<(RequirementId, Derivation)>,
    /// Items that would be covered.
    pub covers: Vec<RequirementId>,
    /// Items further, of which nothing is known for certain today, that would be partly covered.
    pub touches: Vec<RequirementId>,
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

/// For every item that is worth being held by a source: the source of which that is likeliest, if it is so of one. What others would
/// bring too is not listed again.
fn settle(mappings: &Mappings<'_>, own: &[RequirementId], covering: &Covering) -> Vec<Settle> {
    let program = mappings.program;
    let counted = || covering.items.iter().filter(|i| mappings.is_counted(i.id));
    let open: BTreeSet<RequirementId> =
        counted().filter(|i| i.coverage < Coverage::Unverified).map(|i| i.id).collect();
    let untouched: BTreeSet<RequirementId> =
        counted().filter(|i| i.coverage < Coverage::Partly).map(|i| i.id).collect();
    let mut standing = standing(mappings, own);
    let sources: BTreeSet<RequirementId> = own.iter().copied().collect();
    let others = (0..program.requirements.len() as u32).map(RequirementId);
    let worth: Vec<Settle> = others
        .filter(|id| mappings.is_counted(*id) && !sources.contains(id))
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|target| {
            let (covers, touches) = worth(mappings, target, &open, &untouched);
            Settle { target, today: None, covers, touches }
        })
        .collect();
    let mut found: Vec<Settle> = Vec::new();
    for mut one in worth {
        one.today = match standing.remove(&one.target) {
            Some(Standing { is_held: true, .. } | Standing { may_hold: None, .. }) => continue,
            Some(Standing { may_hold, .. }) => may_hold,
            None => None,
        };
        // That nobody has mapped an item itself, its own line says.
        let least = if one.today.is_some() { 1 } else { 2 };
        if one.covers.len() + one.touches.len() >= least {
            found.push(one);
        }
    }
    let rank = |s: &Settle| {
        let likely = s.today.as_ref().map(|(_, d)| likelihood(d));
        (Reverse(s.covers.len()), Reverse(s.touches.len()), Reverse(likely), s.target)
    };
    found.sort_by_key(rank);
    let mut brought: BTreeSet<RequirementId> = BTreeSet::new();
    found.retain(|s| {
        let before = brought.len();
        brought.extend(s.covers.iter().chain(&s.touches));
        brought.len() > before
    });
    found
}

/// What the sources are known to be to an item that some of them have to do with.
#[derive(Default)]
struct Standing {
    is_held: bool,
    /// The source that may hold it, if one may: the likeliest.
    may_hold: Option<(RequirementId, Derivation)>,
}

fn standing(mappings: &Mappings<'_>, own: &[RequirementId]) -> BTreeMap<RequirementId, Standing> {
    let mut out: BTreeMap<RequirementId, Standing> = BTreeMap::new();
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
            let standing = out.entry(target).or_default();
            standing.is_held |= known.is_within(Relations::COVERS);
            if !known.contains(Relationship::Superset) && !known.contains(Relationship::Equal) {
                continue;
            }
            let Some(today) = row.derivation(node) else { continue };
            if standing.may_hold.as_ref().is_none_or(|(_, other)| likelihood(&today) > likelihood(other)) {
                standing.may_hold = Some((source, today));
            }
        }
    }
    out
}

/// Something in common for certain goes before what is open; then the better mark, then the strength.
fn likelihood(d: &Derivation) -> (bool, Reverse<Option<kijun_engine::program::Mark>>, Option<u8>) {
    (d.gives.is_within(Relations::OVERLAPS), Reverse(d.mark), d.strength)
}

/// What a source that holds an item would cover of `open`, and what of `untouched` it would have something in common with.
fn worth(
    mappings: &Mappings<'_>,
    item: RequirementId,
    open: &BTreeSet<RequirementId>,
    untouched: &BTreeSet<RequirementId>,
) -> (Vec<RequirementId>, Vec<RequirementId>) {
    let row = Walks::from(&mappings.network, Node::from(item));
    let mut covers: Vec<RequirementId> = open.get(&item).copied().into_iter().collect();
    let mut touches = Vec::new();
    for node in row.targets() {
        let Some(id) = mappings.network.item(node).filter(|id| open.contains(id)) else { continue };
        let known = row.relations_by(node, TRUSTED);
        if known.is_within(Relations::COVERS) {
            covers.push(id);
        } else if known.is_within(Relations::OVERLAPS) && untouched.contains(&id) {
            touches.push(id);
        }
    }
    covers.sort();
    touches.sort();
    (covers, touches)
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
