//! What is part of what: a catalogue, its sections, their items; an entity and its extensions.

use kijun_engine::program::RequirementId;
use kijun_syntax::Kind;
use kijun_text::FileId;

use crate::definition::found_at;
use crate::enclosing::{Declared, Entry};
use crate::index::{ItemId, Space};
use crate::names::{Found, NOWHERE};
use crate::snapshot::Snapshot;

/// The catalogue, section, requirement or entity that stands, or is meant, at a place.
pub fn prepare_types(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<Entry> {
    let found = found_at(snapshot, file, offset)?;
    let has = matches!(found.def.space, Space::Catalog | Space::Section | Space::Requirement | Space::Entity);
    entry_of(snapshot, found).filter(|_| has)
}

/// What the declaration whose name stands at a place is part of: of an item, the item above it, or its catalogue; of an
/// extension, the entity.
pub fn supertypes(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Entry> {
    let Some(of) = Declared::at(snapshot, file, offset) else { return Vec::new() };
    match of.item.kind {
        Kind::Section | Kind::Requirement => above(snapshot, of).into_iter().collect(),
        Kind::Extension => {
            let entity = found_at(snapshot, file, of.head.start);
            entity.and_then(|e| entry_of(snapshot, e)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// What is part of the declaration whose name stands at a place, items in the order of their catalogue.
pub fn subtypes(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Entry> {
    let Some(of) = Declared::at(snapshot, file, offset) else { return Vec::new() };
    let Some(found) = of.found() else { return Vec::new() };
    match of.item.kind {
        Kind::Section | Kind::Requirement => {
            let own = found.def.item.as_ref().and_then(|id| snapshot.semantics.item(id));
            own.map(|id| items(snapshot, |r| r.parent == Some(id))).unwrap_or_default()
        }
        Kind::Catalog => {
            let catalogs = &snapshot.semantics.program().catalogs;
            let id = found.def.item.clone().unwrap_or_default();
            let is_it = |c: &kijun_engine::program::Catalog| {
                Some(&c.alias) == id.alias.as_ref() && id.edition.as_ref().is_none_or(|e| *e == c.edition)
            };
            let own = catalogs.iter().position(is_it);
            own.map(|c| items(snapshot, |r| r.catalog == c && r.parent.is_none())).unwrap_or_default()
        }
        Kind::Entity => extensions(snapshot, found),
        _ => Vec::new(),
    }
}

fn entry_of(snapshot: &Snapshot, found: Found<'_>) -> Option<Entry> {
    let declared = Declared::at(snapshot, found.file, found.def.range.start);
    declared.filter(|_| found.file != NOWHERE).map(Declared::entry)
}

fn above(snapshot: &Snapshot, of: Declared<'_>) -> Option<Entry> {
    let id: &ItemId = of.found()?.def.item.as_ref()?;
    let own = snapshot.semantics.item(id);
    let parent = own.and_then(|o| snapshot.semantics.program().requirement(o)?.parent);
    if let Some(parent) = parent {
        return item(snapshot, parent);
    }
    let catalogs = snapshot.names().catalogs(id.alias.as_deref()?, id.edition.as_deref());
    match catalogs.as_slice() {
        [one] => entry_of(snapshot, *one),
        _ => None,
    }
}

fn items(snapshot: &Snapshot, is_part: impl Fn(&kijun_engine::program::Requirement) -> bool) -> Vec<Entry> {
    let all = snapshot.semantics.program().requirements.iter().enumerate();
    let parts = all.filter(|(_, r)| is_part(r)).map(|(i, _)| RequirementId(i as u32));
    parts.filter_map(|id| item(snapshot, id)).collect()
}

/// An item of the program, where it stands now.
fn item(snapshot: &Snapshot, id: RequirementId) -> Option<Entry> {
    let span = snapshot.semantics.program().requirement(id)?.span;
    let declared = Declared::around(snapshot, span.file, snapshot.now(span)?.start)?;
    let is_item = matches!(declared.item.kind, Kind::Section | Kind::Requirement);
    is_item.then(|| declared.entry())
}

fn extensions(snapshot: &Snapshot, entity: Found<'_>) -> Vec<Entry> {
    let mentions = snapshot.names().mentions_of(entity).into_iter();
    let heads = mentions.filter_map(|(file, m)| Declared::at(snapshot, file, m.range.start));
    heads.filter(|d| d.item.kind == Kind::Extension).map(Declared::entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    /// What is above, `<`, and what is below.
    fn check(text: &str, expected: &str) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let entry = prepare_types(&snapshot, place.file, place.offset).unwrap();
        let names = |all: Vec<Entry>| all.into_iter().map(|e| e.name).collect::<Vec<_>>().join(" ");
        let above = names(supertypes(&snapshot, entry.file, entry.range.start));
        let below = names(subtypes(&snapshot, entry.file, entry.range.start));
        assert_eq!(format!("{above} < {} < {below}", entry.name), expected);
    }

    #[test]
    fn a_catalogue_is_a_tree_of_items() {
        let more = "section mhlw:9 \"節\"\nrequirement mhlw:9.10 \"十\" { level C }\nrequirement mhlw:9.2 \"二\" { level C }\nrequirement mhlw:X \"別\" { level C part of mhlw:9.2 }\n";
        check(&format!("{more}check c for mhlw:9.2$0 {{ require true }}\n"), "mhlw:9 < mhlw:9.2 < mhlw:X");
        check(&more.replace("section mhlw:9", "section mhlw:9$0"), "mhlw < mhlw:9 < mhlw:9.2 mhlw:9.10");
        check(
            &format!("{more}mapping iso -> mhlw$0 {{ A.1 superset 9 }}\n"),
            " < mhlw < mhlw:8.1 mhlw:8.2 mhlw:9",
        );
    }

    #[test]
    fn an_entity_has_its_extensions() {
        check(
            "extend entity contract$0 { insurer \"保険\": text? }\n//- /b.kijun\nextend entity contract { fee: int? }\n",
            " < contract < contract contract",
        );
        let (snapshot, place) = fixture(&format!("{NORMS}extend entity contract$0 {{ fee: int? }}\n"));
        let above = supertypes(&snapshot, place.file, place.offset);
        assert_eq!(above.len(), 1);
        assert_eq!(above[0].space, Space::Entity);
    }

    #[test]
    fn other_places_are_part_of_nothing() {
        let (snapshot, place) = fixture(&format!("{NORMS}check c$0 for mhlw:8.1 {{ require true }}\n"));
        assert_eq!(prepare_types(&snapshot, place.file, place.offset), None);
        assert_eq!(supertypes(&snapshot, place.file, place.offset), []);
        assert_eq!(subtypes(&snapshot, place.file, place.offset), []);
    }
}
