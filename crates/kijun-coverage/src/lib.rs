//! Mappings between catalogues as a network of constraints: what follows from them, where they contradict each
//! other, and how far one catalogue covers another. No syntax, no IO.

mod relation;
mod statement;

pub use relation::{Relations, Relationship};
pub use statement::{Method, Rationale, Statement};
