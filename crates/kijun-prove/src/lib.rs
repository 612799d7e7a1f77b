//! Looks for facts that refute what rules, combinations, mappings and properties claim: bounded model finding.
//!
//! Rules are written as a circuit over undetermined facts of a few records of each kind (`world`, `expr`, `relations`, `aggregate`,
//! `rules`), with the values that order abstraction gives (`domain`); a solver for propositional logic looks for facts (`circuit`), and what it
//! finds is evaluated by the engine before anything is said of it (`decode`, `replay`). What is not found is not found
//! within the scope, no more. No IO, no clock: the budget of a search counts conflicts.

mod aggregate;
mod apart;
mod circuit;
mod compare;
mod decode;
mod domain;
mod expr;
mod facts;
mod find;
mod questions;
mod random;
mod relations;
mod replay;
mod rules;
mod search;
#[cfg(test)]
mod tests;
mod value;
mod world;

use kijun_text::{Label, Span};

pub use apart::is_not_told_apart;
pub use facts::{Datum, Facts, Record, Stated};
pub use find::{Sought, find};
pub use questions::claims::{Claim, ClaimResult};
pub use questions::properties::{Held, HeldResult, Tried, expected_check, try_properties};
pub use questions::{Finding, FindingKind, Report, Subject, Undecided, verify};
pub use replay::Expected;
pub use search::{Reason, Witness};

/// What a question could not be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// What is used there.
    pub what: Label,
    pub span: Span,
}

impl Stuck {
    pub(crate) fn new(what: Label, span: Span) -> Stuck {
        Stuck { what, span }
    }
}

/// How much the facts of a search know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knowledge {
    /// Everything: values are known, registers complete. Filling in what is unknown changes no definite verdict, so that this is
    /// mostly enough to find one; but not all can be filled in (a reference, where its register is complete and empty).
    Whole,
    /// Values, members of sets and records may be unknown.
    Partial,
}

/// Choices of a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many records of each kind at most.
    pub scope: u32,
    /// Conflicts after which a search is given up.
    pub budget: u64,
    /// The only day of evaluation that is tried, days since 1970-01-01.
    pub today: Option<i32>,
    /// Only rules and mappings of these files.
    pub files: Option<Vec<kijun_text::FileId>>,
}

impl Default for Options {
    fn default() -> Options {
        Options { scope: 3, budget: 20_000, today: None, files: None }
    }
}
