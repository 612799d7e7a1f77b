//! A plan as data, as a table and as lines to read (`kijun.plan/1`).

mod csv;
mod outline;
mod reading;

use kijun_coverage::{Mappings, Met, Verdicts};
use kijun_engine::Evaluation;
use kijun_engine::assessment::Assessment;
use kijun_engine::program::{Program, RequirementId, Weight};
use kijun_engine::remedy::{Plan, Trial};
use kijun_facts::Store;
use kijun_text::Label;

pub use self::csv::plan_csv;
pub use outline::plan_outline;
pub use reading::{PlanJson, plan_json};

/// What a plan is about, beside its steps.
pub struct PlanContext<'a> {
    pub program: &'a Program,
    pub store: &'a Store,
    /// The facts as they are.
    pub evaluation: &'a Evaluation<'a>,
    pub assessment: &'a Assessment,
    pub facility: &'a str,
    pub title: &'a Label,
    pub engine_version: &'a str,
    pub least: Weight,
    pub plan: &'a Plan,
    pub tracked: Option<&'a TrackedItems<'a>>,
    /// Steps that are tried together, by their numbers, and what comes of it.
    pub what_if: Option<WhatIf<'a>>,
}

/// Chosen steps, all made.
#[derive(Clone, Copy)]
pub struct WhatIf<'a> {
    /// Counted from 1.
    pub steps: &'a [usize],
    pub trial: &'a Trial,
}

/// The items of catalogues that a profile tracks, and what verdicts say of them through mappings.
pub struct TrackedItems<'a> {
    pub mappings: &'a Mappings<'a>,
    pub tracking: &'a [kijun_coverage::Tracking],
}

impl TrackedItems<'_> {
    fn met(&self, verdicts: &Verdicts) -> Vec<(RequirementId, Met)> {
        self.tracking.iter().flat_map(|t| t.met(self.mappings, verdicts)).collect()
    }

    /// Items of which something else follows.
    fn changes(&self, before: &Verdicts, after: &Verdicts) -> Vec<(RequirementId, Met, Met)> {
        let pairs = self.met(before).into_iter().zip(self.met(after));
        pairs.filter(|((_, a), (_, b))| a != b).map(|((id, a), (_, b))| (id, a, b)).collect()
    }
}
