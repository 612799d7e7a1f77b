//! What findings, claims and open questions say.

use kijun_coverage::{EQUIVALENT, Statement};
use kijun_engine::assessment::RuleRef;
use kijun_engine::program::RequirementId;
use kijun_prove::{Claim, Finding, FindingKind, Reason, Subject};
use kijun_text::{Label, Span};

use super::VerificationContext;

impl VerificationContext<'_> {
    /// File and line.
    pub(super) fn place(&self, span: Span) -> String {
        self.sources.place(span).to_string()
    }

    pub(super) fn id(&self, requirement: RequirementId) -> &str {
        self.program.requirement(requirement).map_or("?", |r| &r.id)
    }

    pub(super) fn rule(&self, rule: RuleRef) -> String {
        match rule {
            RuleRef::Check(_) => format!("check `{}`", rule.name(self.program)),
            RuleRef::Attest(_) => format!("attest `{}`", rule.name(self.program)),
            RuleRef::Combination(_) => format!("satisfy `{}`", rule.name(self.program)),
        }
    }

    pub(super) fn subject(&self, subject: Subject) -> String {
        match subject {
            Subject::Rule(rule) => self.rule(rule),
            Subject::Requirement(id) => format!("`{}`", self.id(id)),
            Subject::Statement(i) => self.statements.get(i).map_or_else(String::new, |s| self.statement(s)),
            Subject::Property(i) => {
                self.properties.get(i).map_or_else(String::new, |p| format!("property \"{}\"", p.name.ja))
            }
        }
    }

    /// A line of a mapping, as it is read.
    pub(super) fn statement(&self, statement: &Statement) -> String {
        let sources: Vec<&str> = statement.sources.iter().map(|s| self.id(*s)).collect();
        let name = if statement.equivalent { EQUIVALENT } else { statement.relationship.name() };
        format!("{} {name} {}", sources.join(" + "), self.id(statement.target))
    }

    pub(super) fn finding(&self, finding: &Finding) -> Label {
        let subject = self.subject(finding.subject);
        let other = finding.other.map(|o| self.rule(o)).unwrap_or_default();
        let (ja, en) = match finding.kind {
            FindingKind::NeverApplies => (
                format!("{subject} の where はどの対象も通しません"),
                format!("the where of {subject} excludes every subject"),
            ),
            FindingKind::NeverSatisfied => {
                (format!("{subject} を満たす事実がありません"), format!("no facts satisfy {subject}"))
            }
            FindingKind::NeverViolated => {
                (format!("{subject} は不適合になり得ません"), format!("{subject} can never be violated"))
            }
            FindingKind::IdleRequire => (
                format!("{subject} のこの require は、検査が当たるときには必ず成り立ちます"),
                format!("this require of {subject} always holds where the check applies"),
            ),
            FindingKind::Redundant => (
                format!("{subject} に反する事実は、必ず {other} にも反します"),
                format!("whatever violates {subject} also violates {other}"),
            ),
            FindingKind::Contradictory => (
                format!("{subject} と {other} は、同じ対象で両方を満たすことができません"),
                format!("{subject} and {other} cannot both be satisfied on one subject"),
            ),
            FindingKind::RequirementNeverMet => (
                format!("{subject} の規則を合わせて満たす事実がありません"),
                format!("no facts satisfy the rules of {subject} together"),
            ),
            FindingKind::NeverReached => (
                format!("{subject} の組合せに、満たしようのない部分があります"),
                format!("{subject} has a part that nothing meets"),
            ),
            FindingKind::PropertyRefuted => (
                format!("{subject} を反証する事実があります"),
                format!("there are facts that refute {subject}"),
            ),
            FindingKind::Refuted => (
                format!("「{subject}」を反証する事実があります"),
                format!("there are facts that refute `{subject}`"),
            ),
        };
        Label::new(ja, en)
    }

    /// What the facts show of a claim.
    pub(super) fn refutation(&self, claim: &Claim, apart: bool) -> Label {
        let from: Vec<&str> = claim.from.iter().map(|id| self.id(*id)).collect();
        let (from, to) = (from.join(" + "), self.id(claim.to));
        let (ja, en) = if apart {
            ("。両者の規則が読む事実に共通のものはありません", "; their rules read no fact in common")
        } else {
            ("", "")
        };
        Label::new(
            format!("{from} の規則がすべて成り立ち、{to} の規則が不適合になります{ja}"),
            format!("all rules of {from} hold and a rule of {to} is violated{en}"),
        )
    }

    pub(super) fn reason(&self, reason: &Reason) -> Label {
        match reason {
            Reason::Uses(stuck) => {
                let at = self.place(stuck.span);
                Label::new(
                    format!("{} を使っています（{at}）", stuck.what.ja),
                    format!("uses {} at {at}", stuck.what.en),
                )
            }
            Reason::Budget => Label::new("探索の上限に達しました", "the search was given up at its budget"),
            Reason::Counts(n, span) => {
                let at = self.place(*span);
                Label::new(
                    format!("{n} 件までを数える規則です（{at}）。`--scope` を増やしてください"),
                    format!("a rule counts up to {n} at {at}; give a larger `--scope`"),
                )
            }
        }
    }
}

/// The heading over findings of a kind.
pub(super) fn heading(kind: FindingKind) -> Label {
    let (ja, en) = match kind {
        FindingKind::NeverApplies => ("何も通さない where", "a where that excludes everything"),
        FindingKind::NeverSatisfied => ("満たせない検査", "checks that cannot be satisfied"),
        FindingKind::NeverViolated => ("不適合にならない検査", "checks that cannot be violated"),
        FindingKind::IdleRequire => ("働いていない require", "requires that always hold"),
        FindingKind::Redundant => ("ほかの検査に含まれる検査", "checks implied by another"),
        FindingKind::Contradictory => ("両立しない検査", "checks that contradict each other"),
        FindingKind::RequirementNeverMet => ("満たせない要求事項", "requirements that cannot be met"),
        FindingKind::NeverReached => ("満たしようのない組合せ", "combinations that nothing meets"),
        FindingKind::Refuted => ("反証された対応", "refuted mappings"),
        FindingKind::PropertyRefuted => ("反証された性質", "refuted properties"),
    };
    Label::new(ja, en)
}
