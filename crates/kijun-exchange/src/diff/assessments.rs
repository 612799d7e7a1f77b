//! Two assessments of a facility compared: verdicts, findings, and the packs, facts and day behind them. What is no longer
//! found because nothing looks for it any more is told apart from what was resolved.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::Verdict;
use kijun_engine::program::Weight;

use super::attribution::{Attribution, Step, Undivided};
use super::record::{
    AssessmentRecord, FactFileRecord, FactRecord, FindingRecord, PackRecord, RequirementRecord, SubjectRecord,
};

/// A pack or a file of facts that is not the same in both.
#[derive(Debug, Clone)]
pub struct InputChange<'a, T> {
    pub name: &'a str,
    pub old: Option<&'a T>,
    pub new: Option<&'a T>,
}

#[derive(Debug, Clone)]
pub struct RequirementChange<'a> {
    /// `None`: not evaluated there.
    pub old: Option<&'a RequirementRecord>,
    pub new: Option<&'a RequirementRecord>,
    /// The steps at which the verdict changes.
    pub by: Vec<Step>,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Its requirement was evaluated before as well.
    Appeared,
    /// Its requirement was not evaluated before.
    NewlyEvaluated,
    /// Another verdict or severity.
    Changed,
    /// As far as the counts of subjects show, satisfied now.
    Resolved,
    /// Another rule of the same requirement finds the same subject.
    StillFound,
    /// Its requirement is not among those evaluated any more.
    OutOfScope,
    /// Its requirement, or what it was about, is not applicable now.
    NotApplicable,
    /// Nothing checks its requirement any more.
    Unverified,
    /// Not known: one of the assessments lists the findings of one role only.
    Unlisted,
    /// Not found any more, and nothing shows that it was resolved: its subject or its rule may be gone.
    Gone,
}

impl Fate {
    pub const ALL: [Fate; 10] = [
        Fate::Appeared,
        Fate::NewlyEvaluated,
        Fate::Changed,
        Fate::Resolved,
        Fate::StillFound,
        Fate::OutOfScope,
        Fate::NotApplicable,
        Fate::Unverified,
        Fate::Unlisted,
        Fate::Gone,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Fate::Appeared => "appeared",
            Fate::NewlyEvaluated => "newly_evaluated",
            Fate::Changed => "changed",
            Fate::Resolved => "resolved",
            Fate::StillFound => "still_found",
            Fate::OutOfScope => "out_of_scope",
            Fate::NotApplicable => "not_applicable",
            Fate::Unverified => "unverified",
            Fate::Unlisted => "unlisted",
            Fate::Gone => "gone",
        }
    }
}

/// An input that differs and may have made the difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why<'a> {
    Facts(&'a str),
    Pack(&'a str),
    /// The workspace's own modules, or the profile that was asked for.
    Workspace,
    Day,
    Engine,
    /// None of these differs, as far as both assessments record it.
    Unrecorded,
}

/// A fact behind a finding that is not the same in both.
#[derive(Debug, Clone)]
pub struct FactChange<'a> {
    pub fact: &'a str,
    /// `None`: it did not take part, or is missing.
    pub old: Option<&'a FactRecord>,
    pub new: Option<&'a FactRecord>,
}

#[derive(Debug, Clone)]
pub struct FindingChange<'a> {
    pub old: Option<&'a FindingRecord>,
    pub new: Option<&'a FindingRecord>,
    pub fate: Fate,
    /// What it was, as far as that is known: one of each, or several of it.
    pub by: Vec<Step>,
    /// The inputs of these sorts that the finding rests on. Never empty.
    pub why: BTreeSet<Why<'a>>,
    /// Those that both assessments name, and of a finding of both those that one of them lacks.
    pub facts: Vec<FactChange<'a>>,
}

impl<'a> FindingChange<'a> {
    /// The finding as it is, or was.
    pub fn latest(&self) -> Option<&'a FindingRecord> {
        self.new.or(self.old)
    }

    /// A must-finding that is violated or conflicting and was not.
    pub fn is_worse(&self) -> bool {
        self.fails_anew(Weight::Must)
    }

    /// The same of findings from some weight on.
    pub fn fails_anew(&self, least: Weight) -> bool {
        let fails = |f: &FindingRecord| f.fails(least);
        self.fate != Fate::Unlisted && self.new.is_some_and(fails) && !self.old.is_some_and(fails)
    }
}

/// How many findings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub came: usize,
    pub changed: usize,
    pub resolved: usize,
    /// No longer found without being resolved.
    pub left: usize,
}

/// Two assessments of one facility.
#[derive(Debug, Clone)]
pub struct AssessmentDiff<'a> {
    pub old: &'a AssessmentRecord,
    pub new: &'a AssessmentRecord,
    pub packs: Vec<InputChange<'a, PackRecord>>,
    pub facts: Vec<InputChange<'a, FactFileRecord>>,
    /// Those whose verdict differs, or that only one of them evaluates. In the order of the new assessment, then what only
    /// the old one has.
    pub requirements: Vec<RequirementChange<'a>>,
    /// In the same order.
    pub findings: Vec<FindingChange<'a>>,
    pub attribution: Attribution,
}

impl AssessmentDiff<'_> {
    pub fn is_other_day(&self) -> bool {
        self.old.as_of != self.new.as_of
    }

    /// Whether the workspace's own modules or its profile differ; not where one of the two does not record them.
    pub fn is_other_workspace(&self) -> bool {
        self.old.workspace.as_ref().zip(self.new.workspace.as_ref()).is_some_and(|(a, b)| a != b)
    }

    pub fn is_other_engine(&self) -> bool {
        self.old.engine != self.new.engine
    }

    pub fn counts(&self) -> Counts {
        let count =
            |wanted: fn(&FindingChange<'_>) -> bool| self.findings.iter().filter(|f| wanted(f)).count();
        Counts {
            came: count(|f| f.old.is_none()),
            changed: count(|f| f.fate == Fate::Changed),
            resolved: count(|f| f.fate == Fate::Resolved),
            left: count(|f| f.new.is_none() && f.fate != Fate::Resolved),
        }
    }

    pub fn worse(&self) -> usize {
        self.findings.iter().filter(|f| f.is_worse()).count()
    }
}

/// Compares; `None` when they are of different facilities. No workspace is evaluated: see [`AssessmentDiff::attribute`].
pub fn diff_assessments<'a>(
    old: &'a AssessmentRecord,
    new: &'a AssessmentRecord,
) -> Option<AssessmentDiff<'a>> {
    if old.facility != new.facility {
        return None;
    }
    let packs = inputs(&old.packs, &new.packs, |p| &p.name);
    let facts = inputs(&old.facts, &new.facts, |f| &f.path);
    let attribution = Attribution::Undivided(Undivided::NoWorkspace);
    let (requirements, none) = (Vec::new(), Vec::new());
    let mut diff = AssessmentDiff { old, new, packs, facts, requirements, findings: none, attribution };
    let evaluated = Evaluated::new(old, new);
    diff.requirements = evaluated.changes();
    diff.findings = findings(&diff, &evaluated);
    diff.attribute(Err(Undivided::NoWorkspace));
    Some(diff)
}

fn inputs<'a, T: PartialEq>(
    old: &'a [T],
    new: &'a [T],
    name: impl Fn(&'a T) -> &'a str,
) -> Vec<InputChange<'a, T>> {
    let by_name = |list: &'a [T]| list.iter().map(|t| (name(t), t)).collect::<BTreeMap<_, _>>();
    let (old, new) = (by_name(old), by_name(new));
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let change = |n: &str| (old.get(n).copied(), new.get(n).copied());
    let changes = names.into_iter().map(|name| (name, change(name))).filter(|(_, (a, b))| a != b);
    changes.map(|(name, (old, new))| InputChange { name, old, new }).collect()
}

/// A requirement however many editions are loaded beside it: `mhlw:3` of edition 4.2 is `mhlw@4.2:3`.
pub(super) type Key<'a> = (&'a str, &'a str, &'a str);

pub(super) fn key<'a>(id: &'a str, edition: &'a str) -> Key<'a> {
    let (catalog, local) = id.split_once(':').unwrap_or(("", id));
    (catalog.split_once('@').map_or(catalog, |(alias, _)| alias), edition, local)
}

/// The requirements of both.
struct Evaluated<'a> {
    order: Vec<Key<'a>>,
    old: BTreeMap<Key<'a>, &'a RequirementRecord>,
    new: BTreeMap<Key<'a>, &'a RequirementRecord>,
}

impl<'a> Evaluated<'a> {
    fn new(old: &'a AssessmentRecord, new: &'a AssessmentRecord) -> Evaluated<'a> {
        let keyed = |list: &'a [RequirementRecord]| -> Vec<(Key<'a>, &'a RequirementRecord)> {
            list.iter().map(|r| (key(&r.id, &r.edition), r)).collect()
        };
        let (old, new) = (keyed(&old.requirements), keyed(&new.requirements));
        let mut seen = BTreeSet::new();
        let order = new.iter().chain(&old).map(|(k, _)| *k).filter(|k| seen.insert(*k)).collect();
        Evaluated { order, old: old.into_iter().collect(), new: new.into_iter().collect() }
    }

    fn changes(&self) -> Vec<RequirementChange<'a>> {
        let change = |k: &Key<'a>| RequirementChange {
            old: self.old.get(k).copied(),
            new: self.new.get(k).copied(),
            by: Vec::new(),
        };
        let differs = |c: &RequirementChange<'_>| c.old.map(|r| r.verdict) != c.new.map(|r| r.verdict);
        self.order.iter().map(change).filter(differs).collect()
    }
}

fn findings<'a>(diff: &AssessmentDiff<'a>, evaluated: &Evaluated<'a>) -> Vec<FindingChange<'a>> {
    let pairs = pairs(&diff.old.findings, &diff.new.findings);
    let of = |f: &'a FindingRecord| key(&f.requirement, &f.edition);
    let found: BTreeSet<_> = diff.new.findings.iter().map(|f| (of(f), &f.subject)).collect();
    // Several rules may have found one subject.
    let vanishing = pairs.iter().filter(|(_, new)| new.is_none()).filter_map(|(old, _)| *old);
    let mut gone: BTreeMap<Key<'_>, BTreeSet<&SubjectRecord>> = BTreeMap::new();
    for finding in vanishing.filter(|f| !found.contains(&(of(f), &f.subject))) {
        gone.entry(of(finding)).or_default().insert(&finding.subject);
    }
    let (in_old, in_new) = (Recorded::of(diff.old), Recorded::of(diff.new));
    let mut out = Vec::new();
    for (old, new) in pairs {
        let Some(finding) = new.or(old) else { continue };
        let key = of(finding);
        let (before, now) = (evaluated.old.get(&key).copied(), evaluated.new.get(&key).copied());
        let fate = match (old, new) {
            (Some(a), Some(b)) if (a.verdict, a.severity) == (b.verdict, b.severity) => continue,
            (Some(_), Some(_)) => Fate::Changed,
            (None, _) => appeared(before, finding, diff.old.is_partial()),
            (_, None) if found.contains(&(key, &finding.subject)) => Fate::StillFound,
            (_, None) => {
                let gone = gone.get(&key).map_or(0, BTreeSet::len);
                vanished(before, now, gone, diff.new.is_partial())
            }
        };
        let facts = match (old, new) {
            (Some(a), Some(b)) => fact_changes(a, b),
            _ => {
                let recorded = if old.is_none() { &in_old } else { &in_new };
                let change = |(own, other): (&'a FactRecord, &'a FactRecord)| FactChange {
                    fact: own.fact.as_str(),
                    old: Some(if old.is_none() { other } else { own }),
                    new: Some(if old.is_none() { own } else { other }),
                };
                recorded.otherwise(finding).map(change).collect()
            }
        };
        let why = why(diff, old, new, &facts);
        out.push(FindingChange { old, new, fate, by: Vec::new(), why, facts });
    }
    let place: BTreeMap<Key<'_>, usize> = evaluated.order.iter().enumerate().map(|(i, k)| (*k, i)).collect();
    out.sort_by_key(|c| {
        let own = c.latest().map(|f| key(&f.requirement, &f.edition));
        own.and_then(|k| place.get(&k).copied()).unwrap_or(usize::MAX)
    });
    out
}

type Pair<'a> = (Option<&'a FindingRecord>, Option<&'a FindingRecord>);

/// Findings that are one: by fingerprint, else by what the fingerprint stands for, since the id of a requirement names its
/// edition only where several are loaded.
fn pairs<'a>(old: &'a [FindingRecord], new: &'a [FindingRecord]) -> Vec<Pair<'a>> {
    let parts = |f: &'a FindingRecord| (key(&f.requirement, &f.edition), &f.check, &f.subject);
    let mut by_print: BTreeMap<&str, &FindingRecord> = old.iter().map(|f| (&*f.fingerprint, f)).collect();
    let mut out: Vec<Pair<'a>> = new.iter().map(|f| (by_print.remove(&*f.fingerprint), Some(f))).collect();
    let mut by_parts: BTreeMap<_, &FindingRecord> = by_print.values().map(|f| (parts(f), *f)).collect();
    for (before, now) in &mut out {
        if before.is_none() {
            *before = now.and_then(|f| by_parts.remove(&parts(f)));
        }
    }
    let found: BTreeSet<&str> = out.iter().filter_map(|(f, _)| f.map(|f| &*f.fingerprint)).collect();
    let rest: Vec<Pair<'a>> =
        old.iter().filter(|f| !found.contains(&*f.fingerprint)).map(|f| (Some(f), None)).collect();
    out.extend(rest);
    out
}

/// Where the old assessment lists a part only, the counts show whether the finding can be new.
fn appeared(before: Option<&RequirementRecord>, finding: &FindingRecord, is_partial: bool) -> Fate {
    match before {
        None => Fate::NewlyEvaluated,
        Some(r) if r.verdict == Verdict::Unverified => Fate::NewlyEvaluated,
        Some(r) if is_partial && r.count(finding.verdict) > 0 => Fate::Unlisted,
        Some(_) => Fate::Appeared,
    }
}

/// `gone`: on how many subjects of the requirement nothing is found any more. An assessment lists no subject that is in order, so
/// only the counts can show that as many became satisfied, while none was lost and none ceased to apply.
fn vanished(
    before: Option<&RequirementRecord>,
    now: Option<&RequirementRecord>,
    gone: usize,
    is_partial: bool,
) -> Fate {
    let (Some(before), Some(now)) = (before, now) else { return Fate::OutOfScope };
    match now.verdict {
        Verdict::NotApplicable => return Fate::NotApplicable,
        Verdict::Unverified => return Fate::Unverified,
        _ => {}
    }
    let gained = |verdict| now.count(verdict).saturating_sub(before.count(verdict));
    let total = |r: &RequirementRecord| r.subjects.values().sum::<usize>();
    let not_applicable = gained(Verdict::NotApplicable);
    if not_applicable >= gone {
        Fate::NotApplicable
    } else if not_applicable == 0 && total(now) >= total(before) && gained(Verdict::Satisfied) >= gone {
        Fate::Resolved
    } else if is_partial {
        Fate::Unlisted
    } else {
        Fate::Gone
    }
}

/// The facts that an assessment names, whatever finding rests on them.
struct Recorded<'a>(BTreeMap<&'a str, Vec<&'a FactRecord>>);

impl<'a> Recorded<'a> {
    fn of(record: &'a AssessmentRecord) -> Recorded<'a> {
        let mut facts: BTreeMap<&str, Vec<&FactRecord>> = BTreeMap::new();
        for fact in record.findings.iter().flat_map(|f| &f.because) {
            facts.entry(&fact.fact).or_default().push(fact);
        }
        Recorded(facts)
    }

    /// Facts behind a finding of the other assessment that stand otherwise here.
    fn otherwise(
        &self,
        finding: &'a FindingRecord,
    ) -> impl Iterator<Item = (&'a FactRecord, &'a FactRecord)> {
        finding.because.iter().filter_map(|own| {
            let here = self.0.get(own.fact.as_str())?;
            let other = here.iter().all(|f| !f.says_the_same(own)).then(|| here.first().copied())?;
            Some((own, other?))
        })
    }
}

fn fact_changes<'a>(old: &'a FindingRecord, new: &'a FindingRecord) -> Vec<FactChange<'a>> {
    // Sources that disagree give several values of one fact.
    let find = |list: &'a [FactRecord], fact: &FactRecord| {
        list.iter().any(|f| f.fact == fact.fact && f.says_the_same(fact))
    };
    let before: Vec<&FactRecord> = old.because.iter().filter(|f| !find(&new.because, f)).collect();
    let mut now: Vec<&FactRecord> = new.because.iter().filter(|f| !find(&old.because, f)).collect();
    let mut out = Vec::new();
    for fact in before {
        let at = now.iter().position(|f| f.fact == fact.fact);
        let other = at.map(|at| now.remove(at));
        out.push(FactChange { fact: &fact.fact, old: Some(fact), new: other });
    }
    out.extend(now.into_iter().map(|fact| FactChange { fact: &fact.fact, old: None, new: Some(fact) }));
    // What was missing and is not, or the other way round, shows above only where the fact is known.
    let lacks = |f: &'a FindingRecord| f.missing.iter().map(|m| m.fact.as_str()).collect::<BTreeSet<&str>>();
    let (lacked, lacks) = (lacks(old), lacks(new));
    let shown: BTreeSet<&str> = out.iter().map(|c| c.fact).collect();
    let only_missing = lacked.symmetric_difference(&lacks).filter(|f| !shown.contains(**f));
    out.extend(only_missing.map(|fact| FactChange { fact, old: None, new: None }));
    out
}

/// The inputs that differ and that the finding rests on; where it rests on none of them, all that differ.
fn why<'a>(
    diff: &AssessmentDiff<'a>,
    old: Option<&'a FindingRecord>,
    new: Option<&'a FindingRecord>,
    facts: &[FactChange<'a>],
) -> BTreeSet<Why<'a>> {
    let sides = || [old, new].into_iter().flatten();
    let files: BTreeSet<&str> = match (old, new) {
        (Some(_), Some(_)) => {
            facts.iter().flat_map(|c| [c.old, c.new]).flatten().map(|f| f.origin.file.as_str()).collect()
        }
        _ => sides().flat_map(|f| &f.because).map(|f| f.origin.file.as_str()).collect(),
    };
    let is_missing = sides().any(|f| f.because.is_empty() || !f.missing.is_empty());
    let mut out: BTreeSet<Why<'a>> = BTreeSet::new();
    let changed = diff.facts.iter().map(|f| f.name);
    out.extend(changed.filter(|name| files.contains(name) || is_missing).map(Why::Facts));
    let holds = |pack: &str| sides().any(|f| f.rule.file.split('/').any(|part| part == pack));
    out.extend(diff.packs.iter().map(|p| p.name).filter(|name| holds(name)).map(Why::Pack));
    if out.is_empty() {
        out.extend(diff.packs.iter().map(|p| Why::Pack(p.name)));
        out.extend(diff.facts.iter().map(|f| Why::Facts(f.name)));
    }
    // Its parameters reach into every rule.
    if diff.is_other_workspace() {
        out.insert(Why::Workspace);
    }
    if diff.is_other_day() {
        out.insert(Why::Day);
    }
    if diff.is_other_engine() {
        out.insert(Why::Engine);
    }
    if out.is_empty() {
        out.insert(Why::Unrecorded);
    }
    out
}
