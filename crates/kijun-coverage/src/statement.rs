//! What packs state about two items, with its provenance.

use kijun_engine::program::{Mark, RequirementId};
use kijun_text::{Label, Span};

use crate::relation::Relationship;

/// In which sense two items are compared (NIST IR 8477, 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rationale {
    /// The wording.
    Syntactic,
    /// The meaning of the wording.
    Semantic,
    /// What comes of carrying it out.
    Functional,
}

impl Rationale {
    pub const ALL: [Rationale; 3] = [Rationale::Syntactic, Rationale::Semantic, Rationale::Functional];

    pub fn name(self) -> &'static str {
        match self {
            Rationale::Syntactic => "syntactic",
            Rationale::Semantic => "semantic",
            Rationale::Functional => "functional",
        }
    }

    pub fn from_name(name: &str) -> Option<Rationale> {
        Rationale::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// How a statement came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Method {
    #[default]
    Human,
    Derived,
    Published,
}

impl Method {
    pub const ALL: [Method; 3] = [Method::Human, Method::Derived, Method::Published];

    pub fn name(self) -> &'static str {
        match self {
            Method::Human => "human",
            Method::Derived => "derived",
            Method::Published => "published",
        }
    }

    pub fn from_name(name: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|m| m.name() == name)
    }
}

/// The word for an equality in other words.
pub const EQUIVALENT: &str = "equivalent";

/// One line of a mapping. Several sources are a claim about their union (`jointly`).
#[derive(Debug, Clone)]
pub struct Statement {
    pub sources: Vec<RequirementId>,
    pub relationship: Relationship,
    /// Of an equality: in what is meant, with other words (`equivalent`, OSCAL's `equivalent-to`).
    pub equivalent: bool,
    pub target: RequirementId,
    /// 1 to 10.
    pub strength: Option<u8>,
    pub rationale: Option<Rationale>,
    pub argument: Label,
    pub method: Method,
    pub source: String,
    pub mark: Mark,
    pub span: Span,
}
