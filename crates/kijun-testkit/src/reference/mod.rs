//! The reference evaluator: `docs/evaluation.md` followed to the letter by walking trees over plain maps. Slow and
//! obvious on purpose, and independent of the engine; comments quote the sentences that they implement.

mod attest;
mod combine;
mod eval;
mod facts;
mod number;
mod readings;
mod relations;
mod rollup;
mod subjects;
mod truth;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Program, RequirementId};
use kijun_facts::Store;

pub(crate) use eval::mentioned;

/// What the reference evaluator says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferenceResult {
    /// Every rule on every subject, per requirement that it belongs to; after waivers, before weak rules
    /// are demoted. Rules of requirements that are not evaluated have none.
    pub outcomes: BTreeMap<(RequirementId, RuleRef, SubjectRef), Verdict>,
    /// The requirements and sections that are reported.
    pub requirements: BTreeMap<RequirementId, Verdict>,
}

/// Assesses the facts against the program. `today` counts days since 1970-01-01.
pub fn assess(program: &Program, store: &Store, today: i32) -> ReferenceResult {
    let facts = facts::Facts::copy(program, store);
    rollup::roll_up(&subjects::Worlds::new(program, &facts, today))
}
