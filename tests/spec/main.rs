//! What the language means: documents that explain and assert, and the engine against the reference evaluator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: a panic is a failing test"
)]
#![allow(clippy::disallowed_methods, reason = "tests read the files they are about")]

mod agreement;
mod benchmark;
mod coverage;
mod documents;
mod editions;
mod lint_fixes;
mod packs;
mod permutation;
mod verification;
