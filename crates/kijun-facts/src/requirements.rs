//! Finds requirement ids, with or without the edition of their catalogue.

use rustc_hash::FxHashMap;

use crate::schema::Schema;

/// The ids of the requirements in scope, by catalogue alias and item.
#[derive(Debug)]
pub(crate) struct RequirementIndex<'s> {
    schema: &'s Schema,
    by_item: FxHashMap<(&'s str, &'s str), Vec<&'s str>>,
}

impl<'s> RequirementIndex<'s> {
    pub(crate) fn new(schema: &'s Schema) -> RequirementIndex<'s> {
        let mut by_item: FxHashMap<_, Vec<&str>> = FxHashMap::default();
        for id in &schema.requirements {
            let parts = Parts::of(id);
            by_item.entry((parts.alias, parts.item)).or_default().push(id);
        }
        RequirementIndex { schema, by_item }
    }

    /// The id as the schema has it. Without an edition the id must be of one edition only; with one, the
    /// edition must be that of the catalogue.
    pub(crate) fn find(&self, text: &str) -> Option<&'s str> {
        let wanted = Parts::of(text);
        let candidates = self.by_item.get(&(wanted.alias, wanted.item))?;
        if let Some(exact) = candidates.iter().find(|id| **id == text) {
            return Some(exact);
        }
        let mut fitting = candidates.iter().filter(|id| self.fits(&wanted, id));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(*first)
    }

    fn fits(&self, wanted: &Parts, id: &str) -> bool {
        let own = Parts::of(id).edition;
        let edition = own.or_else(|| self.schema.editions.get(wanted.alias).map(String::as_str));
        match (wanted.edition, edition) {
            (Some(wanted), Some(edition)) => wanted == edition,
            _ => true,
        }
    }
}

/// `mhlw@4.2:8.1.2` and `mhlw:8.1.2@4.2` taken apart.
struct Parts<'t> {
    alias: &'t str,
    edition: Option<&'t str>,
    item: &'t str,
}

impl<'t> Parts<'t> {
    fn of(id: &'t str) -> Parts<'t> {
        let (head, item) = id.split_once(':').unwrap_or(("", id));
        if let Some((alias, edition)) = head.split_once('@') {
            return Parts { alias, edition: Some(edition), item };
        }
        match item.rsplit_once('@') {
            Some((item, edition)) => Parts { alias: head, edition: Some(edition), item },
            None => Parts { alias: head, edition: None, item },
        }
    }
}
