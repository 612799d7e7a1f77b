//! What the language means: documents that explain and assert, and the engine against the reference evaluator.
#![allow(clippy::indexing_slicing, reason = "tests may stop on their own mistakes")]

mod agreement;
mod documents;
mod permutation;
