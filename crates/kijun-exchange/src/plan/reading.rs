//! `kijun.plan/1`: everything that a plan says, resolved to names and words. The other formats are written from it.

use std::collections::{BTreeMap, BTreeSet};

use kijun_coverage::Verdicts;
use kijun_engine::assessment::{FactRef, Finding, Verdict};
use kijun_engine::remedy::{Action, Flip, Gap, Key, Open, Step, Trial, Why};
use kijun_engine::{Cell, Change};
use kijun_text::Label;
use serde::Serialize;

use super::PlanContext;
use crate::names::{fact_name, rule_name};
use crate::outcome_json::{Naming, OutcomeJson, SubjectJson};

#[derive(Serialize)]
pub struct PlanJson<'a> {
    schema: &'static str,
    engine: &'a str,
    pub(super) as_of: String,
    pub(super) facility: &'a str,
    #[serde(skip)]
    pub(super) title: &'a Label,
    pub(super) level: &'static str,
    pub(super) summary: Summary,
    pub(super) steps: Vec<StepJson<'a>>,
    pub(super) together: TogetherJson<'a>,
    pub(super) open: Vec<OpenJson<'a>>,
    pub(super) questions: Vec<QuestionJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) what_if: Option<WhatIfJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct Summary {
    /// Violated or stale, of the level that was asked for.
    pub(super) gaps: usize,
    /// Of these, closed by all steps together: what the evaluation says.
    pub(super) closed: usize,
    pub(super) open: usize,
    pub(super) questions: usize,
    pub(super) changes: usize,
    pub(super) changes_at_least: usize,
    pub(super) exact_parts: usize,
    pub(super) greedy_parts: usize,
    pub(super) candidates: usize,
    pub(super) trials: usize,
}

#[derive(Serialize)]
pub(super) struct StepJson<'a> {
    pub(super) number: usize,
    pub(super) changes: Vec<ChangeJson>,
    /// What the rules say is to be done.
    pub(super) fix: Vec<Label>,
    pub(super) audience: Vec<&'a str>,
    #[serde(skip)]
    pub(super) roles: Vec<Label>,
    /// As many changes that would close the same; not tried.
    pub(super) alternatives: Vec<Vec<ChangeJson>>,
    pub(super) closes: Vec<OutcomeJson<'a>>,
    /// Promises of the plan that do not hold when the step is tried.
    pub(super) broken: Vec<OutcomeJson<'a>>,
    pub(super) other_verdicts: Vec<OutcomeJson<'a>>,
    pub(super) requirements: Vec<RequirementJson<'a>>,
    pub(super) tracked: Vec<TrackedJson<'a>>,
    /// Gaps closed by this step and all before it.
    pub(super) cumulative: usize,
}

#[derive(Serialize)]
pub(super) struct ChangeJson {
    pub(super) change: &'static str,
    /// The fact, or the register that gets a record.
    pub(super) fact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) now: Option<Label>,
    pub(super) text: Label,
}

#[derive(Serialize)]
pub(super) struct RequirementJson<'a> {
    pub(super) id: &'a str,
    edition: &'a str,
    pub(super) title: &'a Label,
    pub(super) before: &'static str,
    pub(super) after: &'static str,
}

/// An item of a tracked catalogue of which something else follows.
#[derive(Serialize)]
pub(super) struct TrackedJson<'a> {
    pub(super) id: &'a str,
    edition: &'a str,
    pub(super) before: &'static str,
    pub(super) after: &'static str,
}

#[derive(Serialize)]
pub(super) struct TogetherJson<'a> {
    pub(super) closed: usize,
    pub(super) broken: Vec<OutcomeJson<'a>>,
    pub(super) opened: Vec<OutcomeJson<'a>>,
    pub(super) requirements: Vec<RequirementJson<'a>>,
    pub(super) tracked: Vec<TrackedJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct OpenJson<'a> {
    #[serde(flatten)]
    pub(super) gap: GapJson<'a>,
    pub(super) why: &'static str,
    pub(super) facts: Vec<String>,
    pub(super) changes: Vec<ChangeJson>,
    /// The verdict that it would have after these changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) then: Option<&'static str>,
    pub(super) opens: Vec<OutcomeJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct GapJson<'a> {
    pub(super) requirement: &'a str,
    edition: &'a str,
    #[serde(skip)]
    pub(super) title: &'a Label,
    pub(super) check: &'a str,
    pub(super) subject: SubjectJson<'a>,
    pub(super) verdict: &'static str,
    pub(super) severity: &'static str,
    pub(super) message: Label,
    pub(super) fix: Label,
    pub(super) audience: &'a [String],
}

#[derive(Serialize)]
pub(super) struct QuestionJson<'a> {
    #[serde(flatten)]
    pub(super) gap: GapJson<'a>,
    pub(super) missing: Vec<MissingJson<'a>>,
}

#[derive(Serialize)]
pub(super) struct MissingJson<'a> {
    pub(super) fact: String,
    pub(super) question: Label,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct WhatIfJson<'a> {
    pub(super) steps: &'a [usize],
    /// Whether every promise of these steps holds.
    pub(super) holds: bool,
    pub(super) broken: Vec<OutcomeJson<'a>>,
    pub(super) flips: Vec<OutcomeJson<'a>>,
    pub(super) requirements: Vec<RequirementJson<'a>>,
    pub(super) tracked: Vec<TrackedJson<'a>>,
}

pub fn plan_json<'a>(context: &'a PlanContext<'a>) -> PlanJson<'a> {
    Reader::new(context).plan()
}

struct Reader<'a> {
    context: &'a PlanContext<'a>,
    findings: BTreeMap<Key, &'a Finding>,
    verdicts: Verdicts,
    naming: Naming<'a>,
}

impl<'a> Reader<'a> {
    fn new(context: &'a PlanContext<'a>) -> Reader<'a> {
        let findings = context.assessment.findings.iter();
        let findings = findings.map(|f| ((f.requirement, f.rule, f.subject), f)).collect();
        let verdicts = Verdicts::of(context.assessment);
        let naming = Naming { program: context.program, store: context.store, facility: context.facility };
        Reader { context, findings, verdicts, naming }
    }

    fn plan(&self) -> PlanJson<'a> {
        let PlanContext { plan, .. } = self.context;
        let mut closed: BTreeSet<Key> = BTreeSet::new();
        let is_gap: BTreeSet<Key> = plan.gaps.iter().map(Gap::key).collect();
        let steps = plan.steps.iter().enumerate().map(|(i, step)| {
            closed.extend(step.alone.closed().map(|f| f.key).filter(|k| is_gap.contains(k)));
            self.step(i + 1, step, closed.len())
        });
        let steps: Vec<StepJson<'a>> = steps.collect();
        let together = self.together(&is_gap);
        let q = plan.quality;
        PlanJson {
            schema: "kijun.plan/1",
            engine: self.context.engine_version,
            as_of: kijun_facts::Date::day(self.context.assessment.as_of).to_string(),
            facility: self.context.facility,
            title: self.context.title,
            level: self.context.least.name(),
            summary: Summary {
                gaps: plan.gaps.len(),
                closed: together.closed,
                open: plan.gaps.len() - together.closed,
                questions: plan.questions.len(),
                changes: q.changes,
                changes_at_least: q.at_least,
                exact_parts: q.exact,
                greedy_parts: q.greedy,
                candidates: q.candidates,
                trials: q.trials,
            },
            steps,
            together,
            open: plan.open.iter().map(|o| self.open(o)).collect(),
            questions: plan.questions.iter().map(|g| self.question(g)).collect(),
            what_if: self.context.what_if.map(|w| self.what_if(w.steps, w.trial)),
        }
    }

    fn step(&self, number: usize, step: &'a Step, cumulative: usize) -> StepJson<'a> {
        let closed: BTreeSet<Key> = step.alone.closed().map(|f| f.key).collect();
        let mut fix: Vec<Label> = Vec::new();
        let mut audience: BTreeSet<&str> = BTreeSet::new();
        for gap in &step.promised {
            let own = self.findings.get(&gap.key()).map(|f| f.fix.clone()).filter(|f| !f.is_empty());
            fix.extend(own.filter(|f| !fix.contains(f)));
            let requirement = self.context.program.requirement(gap.requirement);
            audience.extend(requirement.iter().flat_map(|r| &r.audience).map(String::as_str));
        }
        let (closes, others): (Vec<&Flip>, Vec<&Flip>) =
            step.alone.flips.iter().partition(|f| closed.contains(&f.key));
        StepJson {
            number,
            changes: step.actions.iter().map(|a| self.change(a)).collect(),
            fix,
            roles: audience.iter().map(|a| self.naming.role(a)).collect(),
            audience: audience.into_iter().collect(),
            alternatives: step
                .alternatives
                .iter()
                .map(|actions| actions.iter().map(|a| self.change(a)).collect())
                .collect(),
            closes: closes.into_iter().map(|f| self.flip(f)).collect(),
            broken: step.broken().map(|g| self.outcome(g.key(), g, step.alone.after(g.key()))).collect(),
            other_verdicts: others.into_iter().map(|f| self.flip(f)).collect(),
            requirements: self.requirements(&step.alone),
            tracked: self.tracked(&step.alone),
            cumulative,
        }
    }

    fn together(&self, gaps: &BTreeSet<Key>) -> TogetherJson<'a> {
        let PlanContext { plan, least, .. } = self.context;
        let trial = &plan.together;
        let promised = plan.steps.iter().flat_map(|s| &s.promised);
        let broken = promised.filter(|g| !trial.closes(g.key()));
        TogetherJson {
            closed: trial.closed().filter(|f| gaps.contains(&f.key)).count(),
            broken: broken.map(|g| self.outcome(g.key(), g, trial.after(g.key()))).collect(),
            opened: trial.opened(*least).map(|f| self.flip(f)).collect(),
            requirements: self.requirements(trial),
            tracked: self.tracked(trial),
        }
    }

    fn what_if(&self, steps: &'a [usize], trial: &'a Trial) -> WhatIfJson<'a> {
        let all = &self.context.plan.steps;
        let chosen = steps.iter().filter_map(|n| all.get(n.checked_sub(1)?));
        let promised = chosen.flat_map(|s| &s.promised);
        let broken: Vec<_> = promised.filter(|g| !trial.closes(g.key())).collect();
        WhatIfJson {
            steps,
            holds: broken.is_empty(),
            broken: broken.into_iter().map(|g| self.outcome(g.key(), g, trial.after(g.key()))).collect(),
            flips: trial.flips.iter().map(|f| self.flip(f)).collect(),
            requirements: self.requirements(trial),
            tracked: self.tracked(trial),
        }
    }

    fn open(&self, open: &'a Open) -> OpenJson<'a> {
        let cells = |cells: &[Cell]| -> Vec<String> { cells.iter().map(|c| self.cell(*c)).collect() };
        let actions = |list: &[Action]| -> Vec<ChangeJson> { list.iter().map(|a| self.change(a)).collect() };
        let mut out = OpenJson {
            gap: self.gap(&open.gap),
            why: why_name(&open.why),
            facts: Vec::new(),
            changes: Vec::new(),
            then: None,
            opens: Vec::new(),
        };
        match &open.why {
            Why::NoRepair { in_words } => {
                let mut seen: Vec<&Change> = Vec::new();
                for change in in_words {
                    if !seen.contains(&change) {
                        seen.push(change);
                    }
                }
                let change = |c: &&Change| self.change(&Action::Change((*c).clone()));
                out.changes = seen.iter().take(3).map(change).collect();
            }
            Why::Question { cells: of } => out.facts = cells(of),
            Why::NotHeld { actions: of, verdict } => {
                (out.changes, out.then) = (actions(of), Some(verdict.name()));
            }
            Why::Opens { actions: of, opened } => {
                out.changes = actions(of);
                out.opens = opened.iter().map(|f| self.flip(f)).collect();
            }
            Why::Identity { actions: of } => out.changes = actions(of),
            Why::Excluded | Why::LeftOut => {}
        }
        out
    }

    fn question(&self, gap: &'a Gap) -> QuestionJson<'a> {
        let finding = self.findings.get(&gap.key());
        let facts = finding.map(|f| match f.verdict {
            Verdict::Conflicting => f.because.iter().map(|u| u.fact).collect(),
            _ => f.missing.clone(),
        });
        let missing = facts.unwrap_or_default().into_iter().map(|f| self.missing(f)).collect();
        QuestionJson { gap: self.gap(gap), missing }
    }

    fn missing(&self, fact: FactRef) -> MissingJson<'a> {
        let (program, store) = (self.context.program, self.context.store);
        let (question, of) = crate::fact_json::question(program, fact);
        MissingJson { fact: fact_name(program, store, fact), question: question.into_owned(), of }
    }

    fn gap(&self, gap: &'a Gap) -> GapJson<'a> {
        let program = self.context.program;
        let requirement = program.requirement(gap.requirement);
        let finding = self.findings.get(&gap.key());
        GapJson {
            requirement: requirement.map_or("", |r| &r.id),
            edition: self.naming.edition(gap.requirement),
            title: requirement.map_or(self.context.title, |r| &r.title),
            check: rule_name(program, gap.rule),
            subject: self.naming.subject(gap.subject),
            verdict: gap.verdict.name(),
            severity: gap.weight.name(),
            message: finding.map(|f| f.message.clone()).unwrap_or_default(),
            fix: finding.map(|f| f.fix.clone()).unwrap_or_default(),
            audience: requirement.map_or(&[], |r| &r.audience),
        }
    }

    fn flip(&self, flip: &Flip) -> OutcomeJson<'a> {
        self.naming.flip(flip)
    }

    fn outcome(&self, key: Key, gap: &Gap, after: Option<Verdict>) -> OutcomeJson<'a> {
        self.naming.outcome(key, gap.weight.name(), Some(gap.verdict), after.or(Some(gap.verdict)))
    }

    /// Requirements, not sections, whose verdict is another one.
    fn requirements(&self, trial: &Trial) -> Vec<RequirementJson<'a>> {
        let program = self.context.program;
        let changed = trial.results.iter().filter_map(|r| {
            let requirement = program.requirement(r.requirement).filter(|r| !r.is_section)?;
            let before = self.verdicts.get(r.requirement)?;
            (before != r.verdict).then(|| RequirementJson {
                id: &requirement.id,
                edition: self.naming.edition(r.requirement),
                title: &requirement.title,
                before: before.name(),
                after: r.verdict.name(),
            })
        });
        changed.collect()
    }

    fn tracked(&self, trial: &Trial) -> Vec<TrackedJson<'a>> {
        let Some(tracked) = self.context.tracked else { return Vec::new() };
        let after = Verdicts::of_results(&trial.results);
        let changes = tracked.changes(&self.verdicts, &after).into_iter();
        let item = changes.filter_map(|(id, before, after)| {
            let requirement = self.context.program.requirement(id)?;
            Some(TrackedJson {
                id: &requirement.id,
                edition: self.naming.edition(id),
                before: before.name(),
                after: after.name(),
            })
        });
        item.collect()
    }

    fn cell(&self, Cell { kind, row, attr }: Cell) -> String {
        fact_name(self.context.program, self.context.store, FactRef::Cell { kind, row, attr })
    }

    fn change(&self, action: &Action) -> ChangeJson {
        let evaluation = self.context.evaluation;
        let now = action.now(evaluation);
        let fact = match action {
            Action::Change(Change::Record { kind, .. } | Change::Register { kind }) => {
                self.context.program.schema.kind(*kind).map_or_else(String::new, |k| k.name.clone())
            }
            Action::Attest { attest, .. } => {
                let of =
                    self.context.program.attests.get(*attest).map(|a| FactRef::Attestation(a.requirement));
                of.map_or_else(String::new, |f| fact_name(self.context.program, self.context.store, f))
            }
            _ => now.as_ref().map_or_else(String::new, |(cell, _)| self.cell(*cell)),
        };
        ChangeJson {
            change: action_name(action),
            fact,
            now: now.map(|(_, label)| label),
            text: action.describe(evaluation),
        }
    }
}

fn why_name(why: &Why) -> &'static str {
    match why {
        Why::NoRepair { .. } => "no_repair",
        Why::Question { .. } => "question",
        Why::NotHeld { .. } => "not_held",
        Why::Opens { .. } => "opens",
        Why::Identity { .. } => "identity",
        Why::Excluded => "excluded",
        Why::LeftOut => "left_out",
    }
}

fn action_name(action: &Action) -> &'static str {
    match action {
        Action::Renew(_) => "renew",
        Action::Attest { .. } => "attest",
        Action::Change(change) => match change {
            Change::Set { .. } => "set",
            Change::OtherThan { .. } => "other_than",
            Change::AtLeast { .. } => "at_least",
            Change::AtMost { .. } => "at_most",
            Change::Add { .. } => "add",
            Change::Remove { .. } => "remove",
            Change::Close { .. } => "close",
            Change::Register { .. } => "register",
            Change::Record { .. } => "record",
            Change::Tuple { .. } => "relation",
            Change::Condition { .. } => "condition",
        },
    }
}
