//! Which of the inputs that differ made the difference. From the old assessment to the new one lead steps, each of which changes
//! some inputs; what stands between two of them is what a workspace gives that has the rules of one and the facts of one. A
//! result is attributed to the steps at which it changes. Where a step changes several inputs, which of them it was is not said.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;

use super::assessments::{AssessmentDiff, Key, Why, key};
use super::record::{AssessmentRecord, FindingRecord, RequirementRecord, SubjectRecord};

/// A sort of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    Facts,
    /// Packs, what the workspace adds to them, and the version of the engine that reads them.
    Rules,
    Day,
    /// None that an assessment records.
    Unrecorded,
}

/// Sorts of input that one step changes: never empty.
pub type Step = BTreeSet<Cause>;

/// What a workspace gives on the days of both assessments.
#[derive(Debug, Clone, Copy)]
pub struct Reevaluated<'a> {
    pub on_old_day: &'a AssessmentRecord,
    pub on_new_day: &'a AssessmentRecord,
}

/// How results were attributed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribution {
    /// One sort of input differs, so it was that.
    OneInput(Cause),
    /// In the order in which inputs were changed.
    Reevaluated(Vec<Step>),
    Undivided(Undivided),
}

/// Why several inputs that differ cannot be told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undivided {
    /// No workspace was looked at.
    NoWorkspace,
    /// Its packs or facts have errors.
    Unsound,
    /// It is another facility's.
    OtherFacility,
    /// An assessment lists the findings of one role only.
    Partial,
    /// These packs (none: the workspace's own rules, its profile, or the engine) are neither those of the old nor of the new assessment.
    OtherRules(Vec<String>),
    /// The same of files of facts.
    OtherFacts(Vec<String>),
    /// With the inputs of an assessment it gives other results, so something that is not recorded differs.
    NotReproduced,
}

impl Cause {
    pub fn name(self) -> &'static str {
        match self {
            Cause::Facts => "facts",
            Cause::Rules => "rules",
            Cause::Day => "as_of",
            Cause::Unrecorded => "unrecorded",
        }
    }
}

impl Undivided {
    pub fn name(&self) -> &'static str {
        match self {
            Undivided::NoWorkspace => "no_workspace",
            Undivided::Unsound => "unsound",
            Undivided::OtherFacility => "other_facility",
            Undivided::Partial => "partial",
            Undivided::OtherRules(_) => "other_rules",
            Undivided::OtherFacts(_) => "other_facts",
            Undivided::NotReproduced => "not_reproduced",
        }
    }
}

impl Why<'_> {
    pub fn cause(&self) -> Cause {
        match self {
            Why::Facts(_) => Cause::Facts,
            Why::Pack(_) | Why::Workspace | Why::Engine => Cause::Rules,
            Why::Day => Cause::Day,
            Why::Unrecorded => Cause::Unrecorded,
        }
    }
}

impl<'a> AssessmentDiff<'a> {
    /// The sorts of input that differ.
    pub(super) fn causes(&self) -> Step {
        let differ = [
            (Cause::Facts, !self.facts.is_empty()),
            (Cause::Rules, !self.packs.is_empty() || self.is_other_workspace() || self.is_other_engine()),
            (Cause::Day, self.is_other_day()),
        ];
        let causes: Step = differ.into_iter().filter(|(_, d)| *d).map(|(c, _)| c).collect();
        if causes.is_empty() { Step::from([Cause::Unrecorded]) } else { causes }
    }

    /// Whether evaluating a workspace can tell more than the assessments do.
    pub fn needs_reevaluation(&self) -> bool {
        self.causes().len() > 1 && !(self.old.is_partial() || self.new.is_partial())
    }

    /// Says for each result which inputs made the difference, as far as that can be told; `Err`: why no workspace was evaluated.
    pub fn attribute(&mut self, by: Result<Reevaluated<'_>, Undivided>) {
        let causes = self.causes();
        let (old, new) = (self.old, self.new);
        let only = causes.first().copied().filter(|_| causes.len() == 1);
        let found = match (only, by) {
            (Some(only), _) => Err(Attribution::OneInput(only)),
            _ if old.is_partial() || new.is_partial() => Err(Attribution::Undivided(Undivided::Partial)),
            (None, Err(why)) => Err(Attribution::Undivided(why)),
            (None, Ok(by)) => way(self, &causes, by).map_err(Attribution::Undivided),
        };
        match found {
            Ok(way) => {
                for change in &mut self.requirements {
                    let own = change.new.or(change.old);
                    let own = own.map(|r| key(&r.id, &r.edition)).unwrap_or_default();
                    change.by = way.changes(|states| states.requirements.get(&own).copied());
                }
                let every = all(self);
                for change in &mut self.findings {
                    let own = change.latest().map(place);
                    change.by =
                        way.changes(|states| own.as_ref().and_then(|k| states.findings.get(k)).copied());
                    narrow(&mut change.why, &change.by, &every);
                }
                self.attribution = Attribution::Reevaluated(way.steps);
            }
            Err(attribution) => {
                self.requirements.iter_mut().for_each(|c| c.by = vec![causes.clone()]);
                self.findings.iter_mut().for_each(|c| c.by = vec![causes.clone()]);
                self.attribution = attribution;
            }
        }
    }
}

/// Every input that differs.
fn all<'a>(diff: &AssessmentDiff<'a>) -> BTreeSet<Why<'a>> {
    let mut out: BTreeSet<Why<'a>> = diff.packs.iter().map(|p| Why::Pack(p.name)).collect();
    out.extend(diff.facts.iter().map(|f| Why::Facts(f.name)));
    out.extend(diff.is_other_day().then_some(Why::Day));
    out.extend(diff.is_other_workspace().then_some(Why::Workspace));
    out.extend(diff.is_other_engine().then_some(Why::Engine));
    out
}

/// Keeps the inputs of the sorts that it was; where none of a sort is among them, all of it may have been.
fn narrow<'a>(why: &mut BTreeSet<Why<'a>>, by: &[Step], all: &BTreeSet<Why<'a>>) {
    let causes: Step = by.iter().flatten().copied().collect();
    why.retain(|w| causes.contains(&w.cause()));
    for cause in causes {
        if !why.iter().any(|w| w.cause() == cause) {
            why.extend(all.iter().filter(|w| w.cause() == cause).cloned());
        }
    }
}

type Place<'a> = (Key<'a>, &'a str, &'a SubjectRecord);

fn place(finding: &FindingRecord) -> Place<'_> {
    (key(&finding.requirement, &finding.edition), &finding.check, &finding.subject)
}

/// What an assessment says, by what it says it of.
#[derive(PartialEq, Eq)]
struct States<'a> {
    requirements: BTreeMap<Key<'a>, Verdict>,
    findings: BTreeMap<Place<'a>, (Verdict, Weight)>,
}

impl<'a> States<'a> {
    fn of(record: &'a AssessmentRecord) -> States<'a> {
        let requirement = |r: &'a RequirementRecord| (key(&r.id, &r.edition), r.verdict);
        let finding = |f: &'a FindingRecord| (place(f), (f.verdict, f.severity));
        States {
            requirements: record.requirements.iter().map(requirement).collect(),
            findings: record.findings.iter().map(finding).collect(),
        }
    }
}

/// From the old assessment to the new one.
struct Way<'s> {
    /// One more than there are steps.
    states: Vec<States<'s>>,
    steps: Vec<Step>,
}

impl<'s> Way<'s> {
    /// The steps at which something is another than before.
    fn changes<T: PartialEq>(&self, of: impl Fn(&States<'s>) -> T) -> Vec<Step> {
        let around = self.states.iter().zip(self.states.iter().skip(1));
        let changed = self.steps.iter().zip(around).filter(|(_, (before, after))| of(before) != of(after));
        changed.map(|(step, _)| step.clone()).collect()
    }
}

fn way<'s>(diff: &AssessmentDiff<'s>, causes: &Step, by: Reevaluated<'s>) -> Result<Way<'s>, Undivided> {
    let (old, new, held) = (diff.old, diff.new, by.on_new_day);
    if held.facility != new.facility {
        return Err(Undivided::OtherFacility);
    }
    let same_workspace = |of: &AssessmentRecord| of.workspace.is_none() || of.workspace == held.workspace;
    let same_rules =
        |of: &AssessmentRecord| of.packs == held.packs && of.engine == held.engine && same_workspace(of);
    let same_facts = |of: &AssessmentRecord| of.facts == held.facts;
    // Where both sides have the same, it is held to be of the old one, and no step changes it.
    let new_rules = match (same_rules(old), same_rules(new)) {
        (true, _) => false,
        (_, true) => true,
        _ => return Err(Undivided::OtherRules(neither(&old.packs, &new.packs, &held.packs, |p| &p.name))),
    };
    let new_facts = match (same_facts(old), same_facts(new)) {
        (true, _) => false,
        (_, true) => true,
        _ => return Err(Undivided::OtherFacts(neither(&old.facts, &new.facts, &held.facts, |f| &f.path))),
    };
    let step = |rules: bool, facts: bool, day: bool| -> Step {
        let of = [(Cause::Rules, rules), (Cause::Facts, facts), (Cause::Day, day)];
        of.into_iter().filter(|(c, is)| *is && causes.contains(c)).map(|(c, _)| c).collect()
    };
    let mut way = Way { states: vec![States::of(old)], steps: Vec::new() };
    let stages = [
        (step(new_rules, new_facts, false), by.on_old_day),
        (step(false, false, true), by.on_new_day),
        (step(!new_rules, !new_facts, false), new),
    ];
    for (step, record) in stages {
        let states = States::of(record);
        if !step.is_empty() {
            way.steps.push(step);
            way.states.push(states);
        } else if way.states.last() != Some(&states) {
            return Err(Undivided::NotReproduced);
        }
    }
    Ok(way)
}

/// The names of inputs that a workspace has as neither assessment has them, or lacks.
fn neither<T: PartialEq>(old: &[T], new: &[T], held: &[T], name: impl Fn(&T) -> &String) -> Vec<String> {
    let find = |list: &'_ [T], wanted: &str| list.iter().position(|t| name(t) == wanted);
    let names: BTreeSet<&String> = old.iter().chain(new).chain(held).map(&name).collect();
    let same = |list: &[T], wanted: &str| {
        let (own, of) = (find(held, wanted), find(list, wanted));
        own.and_then(|i| held.get(i)) == of.and_then(|i| list.get(i))
    };
    let both: Vec<&String> = names.iter().filter(|n| !same(old, n) && !same(new, n)).copied().collect();
    // Each as in one of the two, but not all as in the same.
    let some = |n: &&String| !same(old, n) || !same(new, n);
    let mixed: Vec<&String> = names.iter().copied().filter(some).collect();
    (if both.is_empty() { mixed } else { both }).into_iter().cloned().collect()
}
