//! Several editions and what stands beside them, side by side: which of their items correspond. No figure is of more than one of
//! them.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::{Program, RequirementId};

use crate::diff::{EditionDiff, diff_editions};
use crate::mappings::Mappings;
use crate::relation::Relations;

/// Two of the catalogues, the earlier one first.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Positions among the columns.
    pub old: usize,
    pub new: usize,
    pub diff: EditionDiff,
}

/// Items that correspond, directly or through others.
#[derive(Debug, Clone)]
pub struct Row {
    /// By column.
    pub items: Vec<Vec<RequirementId>>,
    /// They correspond by ambiguous or unverified statements only.
    pub weak: bool,
}

#[derive(Debug, Clone)]
pub struct SideBySide {
    /// Indexes of catalogues.
    pub columns: Vec<usize>,
    /// Every two columns between which mappings say something, and every edition with the one it replaces.
    pub pairs: Vec<Pair>,
    /// By the newest column, then by those before it. An item without any counterpart has a row of its own.
    pub rows: Vec<Row>,
}

/// What is put side by side when nothing is named: the editions of every norm of which several are loaded and something is
/// decided by a rule, and other catalogues of the same publishers with rules. Superseded editions first.
pub fn editions(mappings: &Mappings<'_>) -> Vec<usize> {
    let program = mappings.program;
    let has_rules = |catalog: usize| {
        let ids = (0..program.requirements.len() as u32).map(RequirementId);
        let mut own = ids.filter(|id| program.requirement(*id).is_some_and(|r| r.catalog == catalog));
        own.any(|id| mappings.is_decided(id))
    };
    let ruled: Vec<usize> = (0..program.catalogs.len()).filter(|c| has_rules(*c)).collect();
    let name = |c: &usize| program.catalogs.get(*c).map(|c| (c.alias.as_str(), c.publisher.as_str()));
    let same = |c: &usize| ruled.iter().filter(|o| name(o).map(|n| n.0) == name(c).map(|n| n.0)).count();
    let several: Vec<usize> = ruled.iter().copied().filter(|c| same(c) > 1).collect();
    let publishers: BTreeSet<&str> =
        several.iter().filter_map(name).map(|n| n.1).filter(|p| !p.is_empty()).collect();
    let beside = |c: &&usize| several.contains(*c) || name(c).is_some_and(|n| publishers.contains(n.1));
    let mut all: Vec<usize> = ruled.iter().filter(beside).copied().collect();
    all.sort_by_key(|c| {
        (!several.contains(c), program.catalogs.get(*c).map(|c| c.alias.clone()), age(program, *c), *c)
    });
    all
}

/// How many editions come before one.
fn age(program: &Program, catalog: usize) -> usize {
    let mut seen = BTreeSet::new();
    let mut at = program.catalogs.get(catalog).and_then(|c| c.supersedes);
    while let Some(before) = at.filter(|b| seen.insert(*b)) {
        at = program.catalogs.get(before).and_then(|c| c.supersedes);
    }
    seen.len()
}

pub fn side_by_side(mappings: &Mappings<'_>, columns: &[usize]) -> SideBySide {
    let alias = |c: usize| mappings.program.catalogs.get(c).map(|c| c.alias.as_str());
    let mut pairs = Vec::new();
    for (new, catalog) in columns.iter().enumerate() {
        for (old, before) in columns.iter().enumerate().take(new) {
            let diff = diff_editions(mappings, *before, *catalog);
            if !diff.links.is_empty() || (alias(*before) == alias(*catalog) && old + 1 == new) {
                pairs.push(Pair { old, new, diff });
            }
        }
    }
    let rows = rows(mappings, columns, &pairs);
    SideBySide { columns: columns.to_vec(), pairs, rows }
}

fn rows(mappings: &Mappings<'_>, columns: &[usize], pairs: &[Pair]) -> Vec<Row> {
    let mut groups: Vec<(BTreeSet<RequirementId>, bool)> = Vec::new();
    for link in pairs.iter().flat_map(|p| &p.diff.links) {
        let mut items: BTreeSet<RequirementId> = link.old.iter().chain(&link.new).copied().collect();
        let mut weak = !link.trusted.is_within(Relations::OVERLAPS);
        let (shared, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(g, _)| !g.is_disjoint(&items));
        for (group, is_weak) in shared {
            items.extend(group);
            weak &= is_weak;
        }
        groups = rest;
        groups.push((items, weak));
    }
    let linked: BTreeSet<RequirementId> = groups.iter().flat_map(|(g, _)| g).copied().collect();
    let alone = columns.iter().flat_map(|c| mappings.items_of(*c));
    let alone = alone.filter(|id| !linked.contains(id) && mappings.is_counted(*id));
    groups.extend(alone.map(|id| (BTreeSet::from([id]), false)).collect::<Vec<_>>());
    let column: BTreeMap<usize, usize> = columns.iter().enumerate().map(|(i, c)| (*c, i)).collect();
    let row = |(items, weak): (BTreeSet<RequirementId>, bool)| {
        let mut by_column: Vec<Vec<RequirementId>> = vec![Vec::new(); columns.len()];
        for id in items {
            let at = mappings.program.requirement(id).and_then(|r| column.get(&r.catalog));
            if let Some(list) = at.and_then(|at| by_column.get_mut(*at)) {
                list.push(id);
            }
        }
        Row { items: by_column, weak }
    };
    let mut rows: Vec<Row> = groups.into_iter().map(row).collect();
    // By the newest column that has an item; rows of older ones only come after.
    rows.sort_by_key(|r| {
        let newest = r.items.iter().rposition(|list| !list.is_empty()).unwrap_or(0);
        let first = r.items.get(newest).and_then(|list| list.first().copied());
        (std::cmp::Reverse(newest), first)
    });
    rows
}
