//! The words and signs of the page for what the data give as numbers. A number is the place in these lists.

use kijun_coverage::{Coverage, Met, Rationale, Relationship, Step, wording};
use kijun_engine::assessment::Verdict;
use kijun_engine::program::Mark;
use kijun_text::Label;
use serde::Serialize;

use crate::wording::verdict_sign;

pub(super) const MARKS: [Mark; 5] =
    [Mark::Printed, Mark::Published, Mark::Inferred, Mark::Ambiguous, Mark::Unverified];

/// In this order a step is told by its number.
pub(super) const STEPS: [Step; 6] =
    [Step::Stated(0), Step::Turned(0), Step::PartOf, Step::HasPart, Step::MemberOf, Step::HasMember];

#[derive(Serialize)]
pub(super) struct Words {
    relations: Vec<Word>,
    coverage: Vec<Word>,
    met: Vec<Word>,
    marks: Vec<Word>,
    verdicts: Vec<Word>,
    senses: Vec<Word>,
    /// What a statement says, by its relationship, of `{a}` and `{b}`.
    sentences: Vec<Label>,
    /// What a step along the structure of a norm says; nothing for a statement.
    structure: Vec<Label>,
}

#[derive(Serialize)]
struct Word {
    name: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    sign: &'static str,
    #[serde(flatten)]
    label: Label,
}

impl Words {
    pub(super) fn new() -> Words {
        let statement = Step::Stated(0);
        let structure = STEPS.map(|step| match step.statement() {
            Some(_) => Label::default(),
            None => wording::sentence(step, Relationship::Equal),
        });
        Words {
            relations: Relationship::ALL.map(|r| word(r.name(), "", r.label())).into(),
            coverage: Coverage::ALL.map(|c| word(c.name(), c.sign(), c.label())).into(),
            met: Met::ALL.map(|m| word(m.name(), met_sign(m), m.label())).into(),
            marks: MARKS.map(|m| word(m.name(), "", wording::mark_label(m))).into(),
            verdicts: verdicts().iter().map(|v| word(v.name(), verdict_sign(*v), v.label())).collect(),
            senses: Rationale::ALL.map(|s| word(s.name(), "", sense_label(s))).into(),
            sentences: Relationship::ALL.map(|r| wording::sentence(statement, r)).into(),
            structure: structure.into(),
        }
    }
}

/// Worst first.
pub(super) fn verdicts() -> [Verdict; 8] {
    let mut all = Verdict::ALL;
    all.sort_unstable();
    all
}

fn word(name: &'static str, sign: &'static str, label: Label) -> Word {
    Word { name, sign, label }
}

fn met_sign(met: Met) -> &'static str {
    match met {
        Met::Met => "✓",
        Met::PartlyMet => "◐",
        Met::Open => "？",
        Met::NotMet => "✕",
        Met::Conflicting => "≠",
        Met::NotApplicable => "／",
    }
}

fn sense_label(sense: Rationale) -> Label {
    let (ja, en) = match sense {
        Rationale::Syntactic => ("字句", "syntactic"),
        Rationale::Semantic => ("意味", "semantic"),
        Rationale::Functional => ("働き", "functional"),
    };
    Label::new(ja, en)
}
