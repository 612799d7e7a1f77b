//! What an import leaves: a pack of its own, laid out as `fmt` lays out, with a manifest that says where it comes from and a
//! report of what the language could not take over. Every format that brings a catalogue goes through [`draft`].

mod draft;
mod ids;
mod report;
mod said;
mod write;

pub(crate) use draft::{CatalogDraft, ItemDraft, LevelDraft};
pub(crate) use ids::{Names, catalog_name, in_its_language, is_alias, is_japanese, weight_of};
pub(crate) use report::{Provenance, manifest, report};
pub(crate) use said::said;
pub(crate) use write::{CATALOG as CATALOG_MODULE, implied_parent, modules};

use kijun_text::{Diagnostic, Label};

pub use crate::loss::{Loss, Place};

/// A file of a pack: its path in the folder of the pack, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    pub path: String,
    pub text: String,
}

/// A pack that another program's document became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedPack {
    /// In the order in which they are written; the manifest is the first.
    pub files: Vec<PackFile>,
    pub losses: Vec<Loss>,
    pub counts: Counts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub sections: usize,
    pub requirements: usize,
    /// Of the requirements.
    pub withdrawn: usize,
    /// Statements of mappings.
    pub statements: usize,
}

impl Counts {
    pub(crate) fn of(draft: &CatalogDraft) -> Counts {
        let count = |is: fn(&&ItemDraft) -> bool| draft.items.iter().filter(is).count();
        Counts {
            sections: count(|i| i.is_section),
            requirements: count(|i| !i.is_section),
            withdrawn: count(|i| !i.is_section && i.withdrawn.is_some()),
            statements: 0,
        }
    }
}

/// A document that is to be imported, and what the person says of it.
#[derive(Debug, Clone)]
pub struct Import<'a> {
    /// The name of the file, without folders: it stands in the pack.
    pub file_name: &'a str,
    /// SHA-256 of its bytes.
    pub sha256: &'a str,
    /// Name of the pack; else that of the catalogue.
    pub pack: Option<&'a str>,
    pub alias: Option<&'a str>,
    pub edition: Option<&'a str>,
    pub mark: kijun_engine::program::Mark,
    /// The language of comments and of the report.
    pub lang: kijun_text::Lang,
}

/// Every place at which a document cannot be read, or the one bug that kept its modules from being laid out.
pub type Problems = Vec<Diagnostic>;

pub(crate) fn not_laid_out(file: kijun_text::FileId, errors: &[kijun_syntax::SyntaxError]) -> Problems {
    let reasons = |f: fn(&Label) -> &String| {
        errors.iter().map(|e| f(&e.message).as_str()).collect::<Vec<_>>().join("; ")
    };
    let message = Label::new(
        format!("モジュールを書けませんでした: {}", reasons(|l| &l.ja)),
        format!("the module could not be written: {}", reasons(|l| &l.en)),
    );
    vec![Diagnostic::error("K0802", kijun_text::Span::new(file, 0, 0), message)]
}
