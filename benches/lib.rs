//! Benchmarks of the phases of an assessment; see `phases.rs`.
