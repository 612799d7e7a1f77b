//! Which items a profile selects, as clauses of the language.

use std::collections::BTreeSet;

use super::tree::ProfileCatalog;

/// `include` and `exclude` of one catalogue.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Clauses {
    /// All of it.
    pub(super) whole: bool,
    pub(super) includes: BTreeSet<usize>,
    pub(super) excludes: BTreeSet<usize>,
    /// Not selected, and in scope all the same: something below them is selected.
    pub(super) brought_along: BTreeSet<usize>,
}

/// The fewest clauses that bring these items, and nothing else, into scope, as far as the language can say that.
pub(super) fn clauses(catalog: &ProfileCatalog, selected: &BTreeSet<usize>) -> Clauses {
    let count = catalog.items.len();
    let is_passed_over = |i: usize| catalog.items.get(i).is_some_and(|item| item.is_passed_over);
    // Whether everything at and below an item is selected, and whether anything is.
    let mut full: Vec<bool> = (0..count).map(|i| is_passed_over(i) || selected.contains(&i)).collect();
    let mut any: Vec<bool> = (0..count).map(|i| selected.contains(&i)).collect();
    for (i, item) in catalog.items.iter().enumerate().rev() {
        let (own_full, own_any) = (full.get(i) == Some(&true), any.get(i) == Some(&true));
        if let Some(parent) = item.parent {
            if let Some(slot) = full.get_mut(parent) {
                *slot &= own_full;
            }
            if let Some(slot) = any.get_mut(parent) {
                *slot |= own_any;
            }
        }
    }
    let is = |list: &[bool], i: usize| list.get(i) == Some(&true);
    let mut out =
        Clauses { whole: !selected.is_empty() && (0..count).all(|i| is(&full, i)), ..Clauses::default() };
    let mut covered = vec![false; count];
    for (i, item) in catalog.items.iter().enumerate() {
        let above = item.parent.is_some_and(|p| is(&covered, p));
        let gone = item.parent.is_some_and(|p| out.excludes.iter().any(|e| catalog.is_below(p, *e)));
        let begins = !above && (is(&full, i) && is(&any, i) || selected.contains(&i));
        if begins {
            out.includes.insert(i);
        }
        if let Some(slot) = covered.get_mut(i) {
            *slot = above || begins;
        }
        // What is below something selected, and is not.
        if above && !gone && !is(&any, i) && !is(&full, i) {
            out.excludes.insert(i);
        }
    }
    let scope = catalog.in_scope(&out.includes, &out.excludes);
    out.brought_along = scope.difference(selected).copied().collect();
    out
}
