//! What tests of the other crates need: a slow, obvious evaluator to hold the engine against, and generators of
//! programs and facts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test kit may panic: a panic is a failing test"
)]

mod compare;
pub mod drt;
pub mod generate;
pub mod oscal;
pub mod reference;
pub mod soundness;

pub use compare::compare;
