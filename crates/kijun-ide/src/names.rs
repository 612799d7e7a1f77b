//! Which declaration a mention means, and which places mention a declaration.

use std::sync::{Arc, Mutex, PoisonError};

use kijun_text::FileId;
use rustc_hash::FxHashMap;

use crate::collect::VALUES;
use crate::doc::Files;
use crate::index::{Base, Def, FileIndex, ItemId, Means, Mention, Path, Space};
use crate::semantics::prelude;

/// The file of what the prelude declares, which is no file of a workspace.
pub(crate) const NOWHERE: FileId = FileId(u32::MAX);

fn built_in() -> &'static FileIndex {
    prelude().index()
}

/// A declaration and the file that it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Found<'f> {
    pub file: FileId,
    pub def: &'f Def,
}

impl PartialEq for Found<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file && self.def.range == other.def.range && self.def.space == other.def.space
    }
}

/// Names over all modules.
#[derive(Debug, Clone, Copy)]
pub struct Names<'f> {
    files: &'f Files,
    asked: &'f Asked,
}

/// The declarations of names that were asked for: files and numbers in their indexes. An answer resolves the same few names
/// again and again, and each would be looked for in every file.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<FxHashMap<String, Places>>);

type Places = Arc<Vec<(FileId, usize)>>;

impl<'f> Names<'f> {
    /// What was asked for must be of these files.
    pub(crate) fn new(files: &'f Files, asked: &'f Asked) -> Names<'f> {
        Names { files, asked }
    }

    pub fn defs(self) -> impl Iterator<Item = Found<'f>> {
        let modules = self.files.modules();
        let own = modules.flat_map(|(file, doc)| doc.index().defs.iter().map(move |def| Found { file, def }));
        own.chain(built_in().defs.iter().map(|def| Found { file: NOWHERE, def }))
    }

    fn named(self, name: &str) -> impl Iterator<Item = Found<'f>> {
        let places = self.places(name);
        (0..places.len()).filter_map(move |i| {
            let (file, number) = *places.get(i)?;
            let index = if file == NOWHERE { built_in() } else { self.files.get(file)?.index() };
            Some(Found { file, def: index.defs.get(number)? })
        })
    }

    fn places(self, name: &str) -> Places {
        let asked = || self.asked.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = asked().get(name).map(Arc::clone);
        if let Some(places) = known {
            return places;
        }
        let indexes = self.files.modules().map(|(file, doc)| (file, doc.index()));
        let of = |(file, index): (FileId, &'f FileIndex)| {
            index.numbers_named(name).iter().map(move |number| (file, *number))
        };
        let places: Places = Arc::new(indexes.chain([(NOWHERE, built_in())]).flat_map(of).collect());
        asked().insert(name.to_owned(), Arc::clone(&places));
        places
    }

    pub fn of_space(self, name: &str, space: Space) -> Vec<Found<'f>> {
        self.named(name).filter(|f| f.def.space == space).collect()
    }

    /// The items that an id may mean; without a catalogue, of those in `within`.
    pub fn items(self, id: &ItemId, within: &[String]) -> Vec<Found<'f>> {
        let fits = |f: &Found<'_>| {
            let is_item = matches!(f.def.space, Space::Section | Space::Requirement);
            let Some(own) = f.def.item.as_ref().filter(|_| is_item) else { return false };
            let inside = within.iter().map(|catalog| {
                let (alias, edition) = crate::index::catalog_parts(catalog);
                ItemId { alias: Some(alias), edition, local: id.local.clone() }
            });
            own.fits(id) && (within.is_empty() || inside.into_iter().any(|wanted| own.fits(&wanted)))
        };
        self.named(&id.local).filter(fits).collect()
    }

    pub fn catalogs(self, alias: &str, edition: Option<&str>) -> Vec<Found<'f>> {
        let fits = |f: &Found<'_>| {
            let own = f.def.item.as_ref().and_then(|i| i.edition.as_deref());
            edition.is_none() || own.is_none() || own == edition
        };
        self.of_space(alias, Space::Catalog).into_iter().filter(fits).collect()
    }

    /// The name of the type that a path leads to.
    pub fn type_of(self, path: &Path) -> Option<String> {
        let mut ty = match &path.base {
            Base::Type(name) => name.clone(),
            Base::Column(name, i) => {
                let found = self.value(name)?;
                match found.def.space {
                    Space::Relation | Space::Table => found.def.types.get(*i)?.clone(),
                    _ => return None,
                }
            }
            Base::Result(name) => {
                let found = self.value(name)?;
                match found.def.space {
                    Space::Entity => found.def.name.clone(),
                    Space::Definition | Space::Param => found.def.types.first()?.clone(),
                    _ => found.def.types.last()?.clone(),
                }
            }
            Base::Nothing => return None,
        };
        for field in &path.fields {
            let attribute = self.attribute(&ty, field)?;
            ty = attribute.def.types.first()?.clone();
        }
        Some(ty)
    }

    /// What an expression means by a name that is not a variable.
    pub fn value(self, name: &str) -> Option<Found<'f>> {
        let found: Vec<Found<'f>> = self.named(name).collect();
        VALUES.iter().find_map(|space| found.iter().find(|f| f.def.space == *space).copied())
    }

    pub fn attribute(self, kind: &str, name: &str) -> Option<Found<'f>> {
        self.named(name).find(|f| f.def.space == Space::Attribute && f.def.owner == kind)
    }

    /// What a mention means; several where one file does not tell.
    pub fn resolve(self, mention: &Mention) -> Vec<Found<'f>> {
        match &mention.means {
            Means::Named(spaces) => {
                let found: Vec<Found<'f>> = self.named(&mention.name).collect();
                let first = spaces.iter().find(|s| found.iter().any(|f| f.def.space == **s));
                found.into_iter().filter(|f| Some(&f.def.space) == first).collect()
            }
            Means::Item(id, within) => self.items(id, within),
            Means::Catalog(alias, edition) => self.catalogs(alias, edition.as_deref()),
            Means::Attribute(path) => match self.type_of(path) {
                Some(kind) => self.attribute(&kind, &mention.name).into_iter().collect(),
                None => self.of_space(&mention.name, Space::Attribute),
            },
            Means::Literal(path) => self.literal(&mention.name, path),
            Means::Level(item) => {
                let fits = |f: &Found<'_>| {
                    let own = f.def.item.clone().unwrap_or_default();
                    own.fits(&ItemId { local: String::new(), ..item.clone() })
                };
                self.of_space(&mention.name, Space::Level).into_iter().filter(fits).collect()
            }
            Means::Local(..) => Vec::new(),
        }
    }

    /// A name in an expression: of a value, or a literal of the enum that is expected here.
    fn literal(self, name: &str, path: &Path) -> Vec<Found<'f>> {
        let literals = self.of_space(name, Space::Literal);
        let wanted = self.type_of(path);
        let fitting: Vec<Found<'f>> =
            literals.iter().filter(|f| Some(&f.def.owner) == wanted.as_ref()).copied().collect();
        if !fitting.is_empty() {
            return fitting;
        }
        match self.value(name) {
            Some(value) => vec![value],
            None => literals,
        }
    }

    /// Every place that means a declaration, its own left out; by path, whatever the order in which files were opened.
    pub fn mentions_of(self, target: Found<'f>) -> Vec<(FileId, &'f Mention)> {
        let mut out: Vec<(&str, FileId, &'f Mention)> = Vec::new();
        for (file, doc) in self.files.modules() {
            for mention in doc.index().mentions_named(&target.def.name) {
                if self.resolve(mention).contains(&target) {
                    out.push((&doc.path, file, mention));
                }
            }
        }
        // Within a file they are in the order of the text.
        out.sort_by_key(|(path, ..)| *path);
        out.into_iter().map(|(_, file, mention)| (file, mention)).collect()
    }
}
