//! Mappings between catalogues as a network of constraints: what follows from them, where they contradict each
//! other, how far one catalogue covers another, and what changed between editions. No syntax, no IO.

mod closure;
mod contradiction;
mod coverage;
mod diff;
mod editions;
mod filter;
mod gaps;
mod mappings;
mod matrix;
mod network;
mod relation;
mod statement;
mod tracked;
mod walks;
mod watch;
pub mod wording;

#[cfg(test)]
mod tests;

pub use closure::Closure;
pub use contradiction::{Contradiction, contradictions};
pub use coverage::{Cell, Coverage, Covering, Item, Met, Verdicts, cover, sources};
pub use diff::{
    Basis, Cause, Change, Changed, EditionDiff, Flip, Link, Sayings, Side, SubjectFlip, diff_editions, flips,
    is_worse,
};
pub use editions::{Pair, Row, SideBySide, editions, side_by_side};
pub use filter::Filter;
pub use gaps::{Check, Confirm, Gaps, Settle};
pub use mappings::{Mappings, TRUSTED};
pub use matrix::{Block, Matrix, Tally};
pub use network::{Edge, Network, Node, Step};
pub use relation::{Relations, Relationship};
pub use statement::{EQUIVALENT, Method, Rationale, Statement};
pub use tracked::{Tracked, Tracking, evaluated, others};
pub use walks::{Derivation, Walk, Walks};
pub use watch::{Watch, Watched};
