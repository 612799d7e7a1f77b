//! Program + facts + date -> assessment. Three-valued, stratified, parallel. No syntax, no IO, no clock:
//! the same input gives the same bytes at any number of threads.

pub mod assessment;
pub mod program;
pub mod truth;

mod columns;
mod extents;
mod number;
mod plan;
mod row;
mod walk;
