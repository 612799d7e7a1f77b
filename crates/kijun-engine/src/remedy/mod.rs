//! What to change so that most of what is violated is closed (docs/plan.md): gaps, the changes that could close each, a cover of
//! least cost, and every step of it tried on the facts. A step counts for what an evaluation of the changed facts says, and for
//! nothing else.

mod action;
mod candidates;
pub mod cover;
mod extend;
mod planner;
mod pool;
pub(crate) mod standing;
mod trial;
mod wording;
mod world;

use kijun_facts::{AttrId, KindId};

use crate::assessment::{RuleRef, SubjectRef, Verdict};
use crate::program::{RequirementId, Weight};
use crate::repair::Cell;

pub use action::Action;
pub use planner::Planner;
pub use trial::{Flip, Trial};

/// What is planned for, and what may not be touched.
#[derive(Debug, Clone)]
pub struct Options {
    /// Gaps of at least this weight.
    pub least: Weight,
    /// Attributes, and cells, that cannot be changed.
    pub fixed: Vec<Fixed>,
    /// Gaps that are looked at: heaviest first, then in the order of the catalogues.
    pub max_gaps: usize,
    /// How often changed facts are evaluated to try steps.
    pub max_trials: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { least: Weight::Must, fixed: Vec::new(), max_gaps: 500, max_trials: 400 }
    }
}

/// Something that cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    Kind(KindId),
    Attribute(KindId, AttrId),
    Cell(Cell),
}

/// An outcome that is not what the norm asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap {
    pub requirement: RequirementId,
    pub rule: RuleRef,
    pub subject: SubjectRef,
    pub verdict: Verdict,
    /// What its rule weighs, also where it is undecided.
    pub weight: Weight,
}

impl Gap {
    pub fn key(&self) -> Key {
        (self.requirement, self.rule, self.subject)
    }
}

/// What tells outcomes apart.
pub type Key = (RequirementId, RuleRef, SubjectRef);

/// Why a gap stays open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No change of the facts is known that would close it: what would help is at most known in words.
    NoRepair { in_words: Vec<crate::repair::Change> },
    /// What would close it rests on facts that nobody knows or on which sources disagree.
    Question { cells: Vec<Cell> },
    /// Tried, and the verdict then was this one.
    NotHeld { actions: Vec<Action>, verdict: Verdict },
    /// It would be closed, and these would be violated that are not.
    Opens { actions: Vec<Action>, opened: Vec<Flip> },
    /// It would be closed only by rewriting what another record is, where or when.
    Identity { actions: Vec<Action> },
    /// What would close it excludes what closes others, or is fixed.
    Excluded,
    /// Not looked at, or not tried to the end: there are too many.
    LeftOut,
}

/// A gap that no step closes.
#[derive(Debug, Clone)]
pub struct Open {
    pub gap: Gap,
    pub why: Why,
}

/// Changes that are made together: no change of a step helps to close a gap of another.
#[derive(Debug, Clone)]
pub struct Step {
    pub actions: Vec<Action>,
    /// What it closes by its plan; held against [`Step::alone`].
    pub promised: Vec<Gap>,
    /// Other changes, as many and as plausible, that would close the same gap. They were not tried.
    pub alternatives: Vec<Vec<Action>>,
    /// The facts with this step alone.
    pub alone: Trial,
}

impl Step {
    /// Promises that do not hold when the step is made alone.
    pub fn broken(&self) -> impl Iterator<Item = &Gap> {
        self.promised.iter().filter(|g| !self.alone.closes(g.key()))
    }
}

/// How the cover was found, and how good it is for certain.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quality {
    /// Parts that were solved exactly, and those that were not.
    pub exact: usize,
    pub greedy: usize,
    /// Changes of all steps.
    pub changes: usize,
    /// So many changes at least close the same gaps, by the changes that were looked at.
    pub at_least: usize,
    /// Sets of changes that were looked at, and evaluations that tried them.
    pub candidates: usize,
    pub trials: usize,
}

#[derive(Debug, Clone)]
pub struct Plan {
    /// Violated or stale, of at least the weight that was asked for.
    pub gaps: Vec<Gap>,
    /// Unknown or conflicting, of that weight: somebody has to find something out.
    pub questions: Vec<Gap>,
    /// Most gaps per change first.
    pub steps: Vec<Step>,
    pub open: Vec<Open>,
    pub quality: Quality,
    /// The facts with all steps.
    pub together: Trial,
}
