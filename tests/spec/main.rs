//! What the language means: documents that explain and assert, and the engine against the reference evaluator.

mod agreement;
mod documents;
