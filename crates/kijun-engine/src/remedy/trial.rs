//! What an evaluation of changed facts says that the one of the facts as they are does not.

use std::collections::BTreeMap;

use super::standing::{Standing, verdict_of};
use super::{Gap, Key};
use crate::assess::Evaluation;
use crate::assessment::{RequirementResult, Verdict};
use crate::program::{RequirementId, Weight};

/// An outcome that is another one after the changes. Of what is in order on both sides nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flip {
    pub key: Key,
    /// `None`: there was no such subject.
    pub before: Option<Verdict>,
    /// `None`: there is none any more.
    pub after: Option<Verdict>,
    pub weight: Weight,
}

impl Flip {
    /// Violated, and was not.
    pub fn is_worse(&self) -> bool {
        self.after == Some(Verdict::Violated)
    }
}

/// The outcome of trying changes.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    pub flips: Vec<Flip>,
    /// Verdicts of all requirements, after the changes.
    pub results: Vec<RequirementResult>,
}

impl Trial {
    pub(super) fn new(
        before: &Standing,
        base: &Evaluation<'_>,
        evaluation: &Evaluation<'_>,
        after: &Standing,
    ) -> Trial {
        let mut keys: BTreeMap<Key, &Gap> = after.open.iter().map(|(k, g)| (*k, g)).collect();
        keys.extend(before.open.iter().map(|(k, g)| (*k, g)));
        let flip = |(key, gap): (Key, &Gap)| {
            let was = before.open.get(&key).map(|g| g.verdict).or_else(|| verdict_of(base, key));
            let now = after.open.get(&key).map(|g| g.verdict).or_else(|| verdict_of(evaluation, key));
            (was != now).then_some(Flip { key, before: was, after: now, weight: gap.weight })
        };
        Trial { flips: keys.into_iter().filter_map(flip).collect(), results: after.results.clone() }
    }

    /// Whether an outcome that was not in order is satisfied.
    pub fn closes(&self, key: Key) -> bool {
        self.after(key) == Some(Verdict::Satisfied)
    }

    /// The verdict of what changed.
    pub fn after(&self, key: Key) -> Option<Verdict> {
        self.flips.iter().find(|f| f.key == key).and_then(|f| f.after)
    }

    /// What is violated by the changes, of at least this weight.
    pub fn opened(&self, least: Weight) -> impl Iterator<Item = &Flip> {
        self.flips.iter().filter(move |f| f.is_worse() && f.weight >= least)
    }

    /// What the changes closed.
    pub fn closed(&self) -> impl Iterator<Item = &Flip> {
        let was_open = |v: Verdict| matches!(v, Verdict::Violated | Verdict::Stale);
        self.flips
            .iter()
            .filter(move |f| f.before.is_some_and(was_open) && f.after == Some(Verdict::Satisfied))
    }

    pub fn verdict(&self, requirement: RequirementId) -> Option<Verdict> {
        self.results.iter().find(|r| r.requirement == requirement).map(|r| r.verdict)
    }
}
