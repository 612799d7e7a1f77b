//! Program + facts + date -> assessment. Three-valued, stratified, parallel. No syntax, no IO, no clock:
//! the same input gives the same bytes at any number of threads.

pub mod ask;
pub mod assessment;
pub mod due;
pub mod exercise;
pub mod mutant;
pub mod number;
pub mod program;
pub mod remedy;
pub mod truth;
pub mod walk;

mod assess;
mod attest;
mod body;
mod change;
mod closure;
mod columns;
mod edit;
mod extents;
mod findings;
mod fold;
mod groups;
mod plan;
mod prepared;
mod proof;
mod relations;
mod repair;
mod rollup;
mod row;
mod session;
mod sets;
mod steps;
mod val;
mod values;
mod work;

pub use assess::Evaluation;
pub use edit::record;
pub use findings::{Detail, count_requirements, subject_kind};
pub use prepared::{Prepared, is_evaluated, texts};
pub use proof::{Proof, WeakCell};
pub use repair::{Cell, Change, Datum, NEW_RECORD, Repair};
pub use session::Session;
pub use work::{Excess, MOST_TUPLES, limit_tuples};

/// Assesses facts under a program on a day (days since 1970-01-01).
pub fn assess(program: &program::Program, store: &kijun_facts::Store, today: i32) -> assessment::Assessment {
    Evaluation::new(program, store, today).assessment()
}
