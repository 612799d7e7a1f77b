//! A catalogue as profiles see it: ids, what is below what, and what is in scope.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::{Program, Scope};
use kijun_text::Label;

use super::super::catalog::oscal_ids;
use crate::oscal::{CatalogName, local};

/// A catalogue at hand.
#[derive(Debug, Clone)]
pub struct ProfileCatalog {
    pub name: CatalogName,
    pub title: Label,
    /// The id of the document that it was imported from.
    pub uuid: Option<String>,
    /// Parents first.
    pub items: Vec<ProfileItem>,
}

#[derive(Debug, Clone)]
pub struct ProfileItem {
    pub id: String,
    /// Its id in OSCAL; a group may have none.
    pub oscal_id: Option<String>,
    pub parent: Option<usize>,
    /// A section, or withdrawn: no profile asks for it.
    pub is_passed_over: bool,
    /// As the profile of the program leaves it: `None` where it is out of scope, a reason where it is excluded.
    pub scope: Option<Option<String>>,
}

/// The catalogues of a program. `sidecar` gives the text of `oscal.json` beside one, by its index.
pub fn profile_catalogs(program: &Program, sidecar: &dyn Fn(usize) -> Option<String>) -> Vec<ProfileCatalog> {
    let of = |(c, catalog): (usize, &kijun_engine::program::Catalog)| {
        let (uuid, mut ids) = sidecar(c).map(|text| oscal_ids(&text)).unwrap_or_default();
        let mut place: BTreeMap<u32, usize> = BTreeMap::new();
        let mut items = Vec::new();
        for (i, requirement) in program.requirements.iter().enumerate().filter(|(_, r)| r.catalog == c) {
            place.insert(i as u32, items.len());
            let id = local(&requirement.id).to_owned();
            let oscal_id = ids.remove(&id).unwrap_or_else(|| Some(super::super::names::token(&id)));
            items.push(ProfileItem {
                oscal_id,
                id,
                parent: requirement.parent.and_then(|p| place.get(&p.0).copied()),
                is_passed_over: requirement.is_section || requirement.withdrawn.is_some(),
                scope: match &requirement.scope {
                    Scope::In => Some(None),
                    Scope::Out => None,
                    Scope::Excluded(reason) => Some(Some(reason.clone())),
                },
            });
        }
        let name = CatalogName { alias: catalog.alias.clone(), edition: catalog.edition.clone() };
        ProfileCatalog { name, title: catalog.title.clone(), uuid, items }
    };
    program.catalogs.iter().enumerate().map(of).collect()
}

impl ProfileCatalog {
    /// Whether an item is another or below it.
    pub(super) fn is_below(&self, item: usize, above: usize) -> bool {
        let mut at = Some(item);
        while let Some(i) = at {
            if i == above {
                return true;
            }
            at = self.items.get(i).and_then(|item| item.parent);
        }
        false
    }

    /// What is in scope with these clauses, as the language has it: an item brings along what is below it and what it is part
    /// of; what is excluded is so with everything below it.
    pub(super) fn in_scope(&self, includes: &BTreeSet<usize>, excludes: &BTreeSet<usize>) -> BTreeSet<usize> {
        let (mut included, mut excluded): (Vec<bool>, Vec<bool>) = (Vec::new(), Vec::new());
        for (i, item) in self.items.iter().enumerate() {
            let of = |list: &Vec<bool>| item.parent.and_then(|p| list.get(p)).copied().unwrap_or(false);
            included.push(includes.contains(&i) || of(&included));
            excluded.push(excludes.contains(&i) || of(&excluded));
        }
        for (i, item) in self.items.iter().enumerate().rev() {
            if let (true, Some(parent)) =
                (included.get(i) == Some(&true), item.parent.and_then(|p| included.get_mut(p)))
            {
                *parent = true;
            }
        }
        let is = |list: &[bool], i: usize| list.get(i) == Some(&true);
        (0..self.items.len())
            .filter(|i| is(&included, *i) && !is(&excluded, *i))
            .filter(|i| self.items.get(*i).is_some_and(|item| !item.is_passed_over))
            .collect()
    }
}
