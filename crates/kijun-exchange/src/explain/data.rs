//! The shape of an explanation.

use kijun_engine::assessment::{FactRef, RuleRef, SubjectRef, Verdict};
use kijun_engine::program::RequirementId;
use kijun_engine::truth::Truth;
use kijun_text::{Lang, Span};

/// Why a requirement has its verdict.
#[derive(Debug, Clone)]
pub struct Explanation {
    pub requirement: RequirementId,
    pub id: String,
    /// Empty for a catalogue that states none.
    pub edition: String,
    pub title: String,
    /// Weight, mark and whether its wording is at hand.
    pub tags: String,
    pub source: String,
    pub place: Span,
    /// `None`: it is not evaluated.
    pub verdict: Option<Stated>,
    /// Where its content went, if it is withdrawn.
    pub withdrawn: Option<Vec<Item>>,
    /// The subject that was asked for, or the worst.
    pub outcomes: Vec<Outcome>,
    /// The outcomes that are not explained.
    pub others: Vec<Other>,
    /// Why no rule says anything of it.
    pub reasons: Vec<String>,
    /// Of a section: what stands directly below it.
    pub below: Vec<Item>,
    pub lang: Lang,
}

/// A verdict in words.
#[derive(Debug, Clone)]
pub struct Stated {
    pub verdict: Verdict,
    pub label: String,
    /// Why nothing was evaluated; mostly empty.
    pub reason: String,
}

/// Another item of a catalogue.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: String,
    pub title: String,
    pub place: Span,
    pub verdict: Option<Stated>,
}

/// A verdict that is named and not explained.
#[derive(Debug, Clone)]
pub struct Other {
    pub subject: String,
    /// The id by which the subject is asked for; a register has none.
    pub id: Option<String>,
    pub rule: String,
    pub verdict: Stated,
}

/// What one rule says of one subject, and why.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub subject: SubjectRef,
    /// What the subject is called.
    pub who: String,
    /// Where the record stands.
    pub place: Option<Span>,
    pub verdict: Stated,
    pub rule: RuleRef,
    pub rule_name: String,
    pub rule_place: Span,
    pub rule_text: String,
    /// A mark that keeps the rule from deciding.
    pub rule_mark: Option<String>,
    pub message: String,
    /// That a person must confirm it.
    pub to_confirm: Option<String>,
    pub fix: String,
    pub proof: Vec<Node>,
    /// What it rests on, where there is no proof.
    pub facts: Vec<Fact>,
    /// Any one of them would satisfy it.
    pub repairs: Vec<Repair>,
    pub missing: Vec<Missing>,
}

/// An expression, its truth, and the parts that decide it.
#[derive(Debug, Clone)]
pub struct Node {
    pub truth: Truth,
    /// The value that a variable takes in this branch.
    pub binding: Option<(String, String)>,
    /// The expression, in one line.
    pub text: String,
    pub place: Span,
    pub facts: Vec<Fact>,
    /// Cells of tables that it looks up and that do not decide.
    pub notes: Vec<Note>,
    pub children: Vec<Node>,
}

/// A remark with its place.
#[derive(Debug, Clone)]
pub struct Note {
    /// As it is told before a place.
    pub text: String,
    pub place: Span,
}

/// A fact as it stands.
#[derive(Debug, Clone)]
pub struct Fact {
    pub fact: FactRef,
    /// `contract.ehr-2025.clauses`
    pub name: String,
    pub label: String,
    /// One, or each of those in conflict; none of a register that is not known.
    pub values: Vec<Value>,
    /// Whether it was shown before in the same outcome.
    pub repeated: bool,
}

#[derive(Debug, Clone)]
pub struct Value {
    pub text: String,
    /// Grade, source and dates of its evidence; may be empty.
    pub evidence: String,
    pub place: Span,
}

/// Changes to the facts that together satisfy a rule.
#[derive(Debug, Clone)]
pub struct Repair {
    pub steps: Vec<Step>,
    /// Some of it was not tried.
    pub unverified: bool,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub text: String,
    /// The value that would change, or its record.
    pub place: Option<Span>,
}

/// A fact that nobody has recorded.
#[derive(Debug, Clone)]
pub struct Missing {
    pub fact: FactRef,
    pub name: String,
    pub question: Option<String>,
    /// The role that can answer.
    pub of: Option<String>,
    /// The record that lacks it.
    pub place: Option<Span>,
}
