//! What is asked of a program, and what came of it.

mod alone;
pub(crate) mod claims;
mod combinations;
mod pairs;
pub(crate) mod properties;
mod together;

use kijun_coverage::Statement;
use kijun_engine::assessment::RuleRef;
use kijun_engine::is_evaluated;
use kijun_engine::program::{Program, Property, RequirementId};
use kijun_text::Span;

use crate::Options;
use crate::search::{Reason, Witness};

use claims::Claim;
use properties::Held;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// A `where` that excludes everything.
    NeverApplies,
    NeverSatisfied,
    /// Vacuous.
    NeverViolated,
    /// A `require` that always holds where the check applies.
    IdleRequire,
    /// Whatever violates it also violates another check of the requirement.
    Redundant,
    /// Each can be satisfied where the other applies, never both.
    Contradictory,
    /// The rules of a requirement cannot be satisfied together.
    RequirementNeverMet,
    /// A combination, or a part of it, that nothing meets.
    NeverReached,
    /// A mapping claims what facts refute.
    Refuted,
    /// A property that facts refute.
    PropertyRefuted,
}

impl FindingKind {
    pub const ALL: [FindingKind; 10] = [
        FindingKind::NeverApplies,
        FindingKind::NeverSatisfied,
        FindingKind::NeverViolated,
        FindingKind::IdleRequire,
        FindingKind::Redundant,
        FindingKind::Contradictory,
        FindingKind::RequirementNeverMet,
        FindingKind::NeverReached,
        FindingKind::Refuted,
        FindingKind::PropertyRefuted,
    ];

    pub fn name(self) -> &'static str {
        match self {
            FindingKind::NeverApplies => "never-applies",
            FindingKind::NeverSatisfied => "never-satisfied",
            FindingKind::NeverViolated => "never-violated",
            FindingKind::IdleRequire => "idle-require",
            FindingKind::Redundant => "redundant",
            FindingKind::Contradictory => "contradictory",
            FindingKind::RequirementNeverMet => "never-met",
            FindingKind::NeverReached => "never-reached",
            FindingKind::Refuted => "refuted",
            FindingKind::PropertyRefuted => "property",
        }
    }
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Rule(RuleRef),
    Requirement(RequirementId),
    /// A statement of a mapping, by number.
    Statement(usize),
    /// By number.
    Property(usize),
}

#[derive(Debug, Clone)]
pub struct Finding {
    pub kind: FindingKind,
    pub subject: Subject,
    /// The other rule of a pair.
    pub other: Option<RuleRef>,
    /// What to look at.
    pub span: Span,
    /// Up to how many records of each kind it was looked for.
    pub scope: u32,
}

/// A question without an answer.
#[derive(Debug, Clone)]
pub struct Undecided {
    pub kind: FindingKind,
    pub subject: Subject,
    pub span: Span,
    pub reason: Reason,
}

/// What a run found. In the order of the program: the same at any number of threads.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub scope: u32,
    /// How many questions were asked.
    pub questions: usize,
    pub findings: Vec<Finding>,
    pub claims: Vec<Claim>,
    pub properties: Vec<Held>,
    pub undecided: Vec<Undecided>,
    /// What a search found and the engine does not confirm: an error of this program.
    pub unconfirmed: Vec<(Subject, Witness)>,
}

impl Report {
    fn extend(&mut self, other: Report) {
        self.questions += other.questions;
        self.findings.extend(other.findings);
        self.claims.extend(other.claims);
        self.properties.extend(other.properties);
        self.undecided.extend(other.undecided);
        self.unconfirmed.extend(other.unconfirmed);
    }

    fn all(reports: impl IntoIterator<Item = Report>) -> Report {
        let mut all = Report::default();
        reports.into_iter().for_each(|r| all.extend(r));
        all
    }
}

/// Asks everything of a program, its mappings and its properties.
pub fn verify(
    program: &Program,
    statements: &[Statement],
    properties: &[Property],
    options: &Options,
    wanted: &(dyn Fn(FindingKind) -> bool + Sync),
) -> Report {
    let asks = Asks { program, options, wanted };
    let (alone, standing) = alone::ask(&asks);
    let mut report = Report::all([
        alone,
        pairs::redundant(&asks, &standing),
        pairs::contradictory(&asks, &standing),
        together::ask(&asks),
        combinations::ask(&asks),
        claims::ask(&asks, statements),
        properties::ask(&asks, properties),
    ]);
    report.scope = options.scope;
    report
}

/// What questions share.
pub(crate) struct Asks<'a> {
    pub(crate) program: &'a Program,
    pub(crate) options: &'a Options,
    wanted: &'a (dyn Fn(FindingKind) -> bool + Sync),
}

impl Asks<'_> {
    pub(crate) fn wants(&self, kind: FindingKind) -> bool {
        (self.wanted)(kind)
    }

    /// Whether something declared there is asked about.
    pub(crate) fn is_own(&self, span: Span) -> bool {
        self.options.files.as_ref().is_none_or(|files| files.contains(&span.file))
    }

    /// The checks that are evaluated, by themselves or in a combination.
    pub(crate) fn checks(&self) -> Vec<usize> {
        let evaluated = |id: &RequirementId| is_evaluated(self.program, *id);
        let checks = self.program.checks.iter().enumerate();
        checks.filter(|(_, c)| c.requirements.iter().any(evaluated)).map(|(i, _)| i).collect()
    }
}
