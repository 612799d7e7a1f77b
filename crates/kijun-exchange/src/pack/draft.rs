//! A catalogue in the terms of the language, before it is text and after it was read from text.

use kijun_engine::program::{Mark, Weight};
use kijun_text::{Label, Span};

use crate::oscal::CatalogName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogDraft {
    pub(crate) name: CatalogName,
    pub(crate) title: Label,
    pub(crate) publisher: String,
    /// A day, a month or a year, as the language writes it.
    pub(crate) published: String,
    pub(crate) supersedes: String,
    pub(crate) source: String,
    pub(crate) note: Label,
    pub(crate) mark: Option<Mark>,
    pub(crate) levels: Vec<LevelDraft>,
    pub(crate) items: Vec<ItemDraft>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LevelDraft {
    pub(crate) name: String,
    pub(crate) weight: Weight,
    pub(crate) title: Label,
}

/// A section or a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ItemDraft {
    /// Without the alias of its catalogue.
    pub(crate) id: String,
    pub(crate) is_section: bool,
    /// What it is part of, however the language comes to know that.
    pub(crate) parent: Option<String>,
    pub(crate) title: Label,
    pub(crate) summary: Label,
    pub(crate) text_not_included: bool,
    /// With the items that took its content over; those of other catalogues with their alias.
    pub(crate) withdrawn: Option<Vec<String>>,
    pub(crate) alias: String,
    pub(crate) level: String,
    pub(crate) measure: Vec<String>,
    pub(crate) audience: Vec<String>,
    pub(crate) basis: Vec<String>,
    pub(crate) risks: Vec<String>,
    pub(crate) source: String,
    pub(crate) note: Label,
    pub(crate) mark: Option<Mark>,
    /// The module that it stands in: a path in the pack.
    pub(crate) module: String,
    /// Where its id stands, in what it was read from.
    pub(crate) span: Span,
}
