//! The result: verdicts per requirement, findings with what decided them. Plain data.

use kijun_facts::{AttrId, KindId};
use kijun_text::{Label, Span};

use crate::program::{Program, RequirementId, Weight};
use crate::proof::WeakCell;

/// The verdict on a requirement, or on one subject of it. From worst to best: what a roll-up takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Violated,
    Conflicting,
    Unknown,
    Stale,
    Unverified,
    Waived,
    Satisfied,
    NotApplicable,
}

impl Verdict {
    pub const ALL: [Verdict; 8] = [
        Verdict::Satisfied,
        Verdict::Violated,
        Verdict::Unknown,
        Verdict::Conflicting,
        Verdict::Stale,
        Verdict::Waived,
        Verdict::NotApplicable,
        Verdict::Unverified,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Verdict::Violated => "violated",
            Verdict::Conflicting => "conflicting",
            Verdict::Unknown => "unknown",
            Verdict::Stale => "stale",
            Verdict::Unverified => "unverified",
            Verdict::Waived => "waived",
            Verdict::Satisfied => "satisfied",
            Verdict::NotApplicable => "not_applicable",
        }
    }

    pub fn from_name(name: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| v.name() == name)
    }

    pub fn label(self) -> Label {
        let (ja, en) = match self {
            Verdict::Violated => ("不適合", "violated"),
            Verdict::Conflicting => ("矛盾", "conflicting"),
            Verdict::Unknown => ("未確認", "unknown"),
            Verdict::Stale => ("期限切れ", "stale"),
            Verdict::Unverified => ("未検証", "unverified"),
            Verdict::Waived => ("要説明", "waived"),
            Verdict::Satisfied => ("適合", "satisfied"),
            Verdict::NotApplicable => ("対象外", "not applicable"),
        };
        Label::new(ja, en)
    }

    /// Not decided: somebody has to find something out.
    pub fn is_undecided(self) -> bool {
        matches!(self, Verdict::Unknown | Verdict::Conflicting | Verdict::Stale | Verdict::Unverified)
    }
}

/// What a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectRef {
    /// The facility as a whole.
    Facility,
    /// A record, by row.
    Record(KindId, u32),
    /// The records of a kind that we do not know: none is stated, or the register is stated to be incomplete.
    Register(KindId),
}

/// What was asked of the facts: one cell, or a register as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactRef {
    Cell {
        kind: KindId,
        row: u32,
        attr: AttrId,
    },
    Register(KindId),
    /// An attestation for this requirement that nobody has recorded.
    Attestation(RequirementId),
}

/// Which rule gave an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleRef {
    Check(usize),
    Attest(usize),
    Combination(usize),
}

impl RuleRef {
    /// A check's or an attestation's name; of a combination, the id of the requirement that it meets.
    pub fn name(self, program: &Program) -> &str {
        match self {
            RuleRef::Check(i) => program.checks.get(i).map_or("", |c| &c.name),
            RuleRef::Attest(i) => program.attests.get(i).map_or("", |a| &a.name),
            RuleRef::Combination(i) => {
                let requirement =
                    program.combinations.get(i).and_then(|c| program.requirement(c.requirement));
                requirement.map_or("", |r| &r.id)
            }
        }
    }
}

impl Finding {
    /// What it weighs when it is violated: what is undecided is listed as a notice, and may be a must all the same.
    pub fn stake(&self, program: &Program) -> Weight {
        let own = match self.rule {
            RuleRef::Check(i) => program.checks.get(i).and_then(|c| c.weight),
            RuleRef::Attest(i) => program.attests.get(i).and_then(|a| a.weight),
            RuleRef::Combination(_) => None,
        };
        own.or_else(|| program.requirement(self.requirement).map(|r| r.weight)).unwrap_or(self.weight)
    }
}

/// The verdict of one rule on one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub subject: SubjectRef,
    pub verdict: Verdict,
}

/// What one rule says about every subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// The kind of the subjects; `None`: the facility as a whole is the only one.
    pub kind: Option<KindId>,
    /// Per record of the kind, or for the facility.
    pub verdicts: Vec<Verdict>,
    /// On what the register does not list.
    pub register: Option<Verdict>,
}

impl Outcomes {
    pub fn iter(&self) -> impl Iterator<Item = Outcome> {
        let subject =
            |row: usize| self.kind.map_or(SubjectRef::Facility, |k| SubjectRef::Record(k, row as u32));
        let listed = self
            .verdicts
            .iter()
            .enumerate()
            .map(move |(row, v)| Outcome { subject: subject(row), verdict: *v });
        let register = self
            .kind
            .zip(self.register)
            .map(|(k, verdict)| Outcome { subject: SubjectRef::Register(k), verdict });
        listed.chain(register)
    }

    pub fn get(&self, subject: SubjectRef) -> Option<Verdict> {
        match subject {
            SubjectRef::Facility if self.kind.is_none() => self.verdicts.first().copied(),
            SubjectRef::Record(kind, row) if self.kind == Some(kind) => {
                self.verdicts.get(row as usize).copied()
            }
            SubjectRef::Register(kind) if self.kind == Some(kind) => self.register,
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct RequirementResult {
    pub requirement: RequirementId,
    pub verdict: Verdict,
    /// Own subjects by verdict, over all rules of this requirement (not its children).
    pub subjects: Vec<(Verdict, usize)>,
    /// Why nothing was evaluated, when that is so.
    pub reason: Label,
}

/// A fact that took part in a verdict, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactUse {
    pub fact: FactRef,
    pub origin: Span,
}

/// Why a verdict is undecided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Facts are missing.
    Missing,
    /// A human judgement that the norm asks for is not recorded.
    Judgement,
    /// The rule is marked ambiguous or unverified: a person must confirm it.
    WeakRule,
    /// The facts are there, with evidence below the grade that the rule asks for.
    Grade,
}

#[derive(Debug, Clone)]
pub struct Finding {
    pub requirement: RequirementId,
    pub rule: RuleRef,
    pub subject: SubjectRef,
    pub verdict: Verdict,
    pub weight: Weight,
    pub reason: Option<Reason>,
    pub message: Label,
    pub fix: Label,
    pub because: Vec<FactUse>,
    pub missing: Vec<FactRef>,
    /// Cells of tables that may not decide, where it is undecided for that.
    pub weak_cells: Vec<WeakCell>,
    /// The requirement's rules span, for the reader who asks "which rule".
    pub rule_span: Span,
    /// Row of the waiver that was applied.
    pub waiver: Option<u32>,
}

/// Something to know about the facts as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Records are given, and no statement that they are all.
    RegisterNotAttested(KindId),
    WaiverUnused(u32),
    WaiverExpired(u32),
    /// A waiver without approver, reason or expiry: not applied.
    WaiverIncomplete(u32),
}

/// How many facts the evaluated rules ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FactCounts {
    pub required: usize,
    pub recorded: usize,
    pub expired: usize,
}

#[derive(Debug, Clone)]
pub struct Assessment {
    /// Days since 1970-01-01.
    pub as_of: i32,
    /// Requirements and sections in scope, in catalogue order.
    pub requirements: Vec<RequirementResult>,
    /// In catalogue order, then rule, then subject.
    pub findings: Vec<Finding>,
    pub remarks: Vec<Remark>,
    pub facts: FactCounts,
    /// How many rules (checks, attestations, combinations) were evaluated.
    pub rules: usize,
}
