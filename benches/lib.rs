//! What the benchmarks share: the questions, and generated registers to ask them of.
//!
//! `phases.rs` times the phases inside one process; `compare/` runs whole processes beside other engines.

pub mod generator;

/// The four questions of the comparison, as an author would write them.
pub const QUERIES: &str = include_str!("compare/workspace/queries.kijun");
/// The manifest of the workspace around them.
pub const MANIFEST: &str = include_str!("compare/workspace/kijun.toml");
