//! Mappings between catalogues as a network of constraints: what follows from them, where they contradict each
//! other, and how far one catalogue covers another. No syntax, no IO.

mod closure;
mod contradiction;
mod network;
mod relation;
mod statement;
mod walks;

#[cfg(test)]
mod tests;

pub use closure::Closure;
pub use contradiction::{Contradiction, contradictions};
pub use network::{Edge, Network, Node, Step};
pub use relation::{Relations, Relationship};
pub use statement::{EQUIVALENT, Method, Rationale, Statement};
pub use walks::{Derivation, Walk, Walks};
