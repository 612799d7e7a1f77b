//! On which page an item stands, and what pages are called: plain letters only, so that every file system and browser takes them.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::program::{Program, RequirementId};
use kijun_text::FileId;

use super::SiteContext;

/// Up to how many items a catalogue stands on one page.
const ONE_PAGE: usize = 24;
/// From how many items on a section stands on several pages.
const TAKEN_APART: usize = 60;

/// A page with items of one catalogue.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) file: String,
    pub(super) pack: usize,
    pub(super) catalog: usize,
    /// The section that it is; `None` for a whole catalogue, or what stands in no section.
    pub(super) top: Option<RequirementId>,
    /// In the order of the catalogue.
    pub(super) items: Vec<RequirementId>,
}

pub(super) struct Places {
    pub(super) packs: Vec<String>,
    pub(super) groups: Vec<Group>,
    of_file: BTreeMap<FileId, usize>,
    of_item: BTreeMap<RequirementId, usize>,
}

impl Places {
    pub(super) fn new(context: &SiteContext<'_>) -> Places {
        let program = context.mappings.program;
        let mut names = Names::default();
        let packs: Vec<String> =
            context.packs.iter().map(|p| names.add(&format!("pack-{}", slug(&p.name)))).collect();
        let files =
            context.packs.iter().enumerate().flat_map(|(i, p)| p.modules.iter().map(move |f| (*f, i)));
        let of_file: BTreeMap<FileId, usize> = files.collect();
        let mut places = Places { packs, groups: Vec::new(), of_file, of_item: BTreeMap::new() };
        for (catalog, own) in program.catalogs.iter().enumerate() {
            let Some(pack) = places.pack_of(own.span.file) else { continue };
            let name = format!("{}-{}", slug(&own.alias), slug(&own.edition));
            for (top, items) in groups(program, catalog) {
                let local = top.and_then(|t| program.requirement(t)).map(|r| local(&r.id).to_owned());
                let end = local.map_or_else(String::new, |l| format!("-{}", slug(&l)));
                let file = names.add(&format!("items-{name}{end}"));
                let number = places.groups.len();
                places.of_item.extend(items.iter().map(|id| (*id, number)));
                places.groups.push(Group { file, pack, catalog, top, items });
            }
        }
        places
    }

    pub(super) fn pack_of(&self, file: FileId) -> Option<usize> {
        self.of_file.get(&file).copied()
    }

    pub(super) fn group_of(&self, id: RequirementId) -> Option<&Group> {
        self.groups.get(*self.of_item.get(&id)?)
    }

    /// Where an item stands, from any page of the same language.
    pub(super) fn link(&self, program: &Program, id: RequirementId) -> Option<String> {
        let file = &self.group_of(id)?.file;
        Some(format!("{file}.html#{}", fragment(&program.requirement(id)?.id)))
    }

    pub(super) fn groups_of(&self, catalog: usize) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |g| g.catalog == catalog)
    }
}

/// The items of a catalogue by section at the top; all together where they are few. A section with many is taken apart once more.
fn groups(program: &Program, catalog: usize) -> Vec<(Option<RequirementId>, Vec<RequirementId>)> {
    let all = (0..program.requirements.len() as u32).map(RequirementId);
    let of = |id: &RequirementId| program.requirement(*id).is_some_and(|r| r.catalog == catalog);
    let own: Vec<RequirementId> = all.filter(of).collect();
    if own.len() <= ONE_PAGE {
        return if own.is_empty() { Vec::new() } else { vec![(None, own)] };
    }
    let mut out = Vec::new();
    for (top, items) in by_section(program, own, 0) {
        if items.len() > TAKEN_APART && top.is_some() {
            // What stands directly in the section stays on its page.
            let parts = by_section(program, items, 1);
            out.extend(parts.into_iter().map(|(part, items)| (part.or(top), items)));
        } else {
            out.push((top, items));
        }
    }
    out
}

/// Items by the section above them that has `depth` sections above it; first those that have none.
fn by_section(
    program: &Program,
    items: Vec<RequirementId>,
    depth: usize,
) -> Vec<(Option<RequirementId>, Vec<RequirementId>)> {
    let mut out: Vec<(Option<RequirementId>, Vec<RequirementId>)> = Vec::new();
    for id in items {
        let above: Vec<RequirementId> =
            std::iter::successors(Some(id), |id| program.requirement(*id)?.parent).collect();
        let section = above.iter().rev().nth(depth).copied();
        let section = section.filter(|s| program.requirement(*s).is_some_and(|r| r.is_section));
        match out.iter_mut().find(|(known, _)| *known == section) {
            Some((_, items)) => items.push(id),
            None => out.push((section, vec![id])),
        }
    }
    out
}

/// The id without its catalogue.
pub(super) fn local(id: &str) -> &str {
    id.split_once(':').map_or(id, |(_, local)| local)
}

/// Letters, digits, dots, hyphens; anything else by its number.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' | '.' | '-' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            c => out.push_str(&format!("_{:x}", u32::from(c))),
        }
    }
    out
}

/// As it stands after `#`: what is not plain is written as bytes.
pub(super) fn fragment(id: &str) -> String {
    let mut out = String::new();
    for byte in anchor(id).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b':' | b'@' => {
                out.push(char::from(byte))
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The value of the attribute `id`, as it is written out: no blanks, and nothing that acts.
pub(super) fn anchor(id: &str) -> String {
    crate::visible(id).split_whitespace().collect::<Vec<_>>().join("-")
}

/// Names of files, each once, whatever the case of its letters.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn add(&mut self, name: &str) -> String {
        // No file system takes names of any length.
        let name: String = name.chars().take(120).collect();
        let numbered = (2..).map(|n| format!("{name}-{n}"));
        let free =
            std::iter::once(name.clone()).chain(numbered).find(|n| !self.0.contains(n)).unwrap_or(name);
        self.0.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_each_once() {
        assert_eq!(slug("8.1.2.C.キ"), "8.1.2.c._30ad");
        assert_eq!(slug("../a b\"<"), ".._2fa_20b_22_3c");
        let mut names = Names::default();
        assert_eq!([names.add("a"), names.add("a"), names.add("a")], ["a", "a-2", "a-3"]);
        assert_eq!(fragment("mhlw@4.2:8.オ\"<"), "mhlw@4.2:8.%E3%82%AA%22%3C");
    }
}
