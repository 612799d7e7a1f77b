//! The outcomes of checks and attestations, before waivers.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::{SubjectRef, Verdict};
use kijun_engine::program::{Attest, Check, Member, Program, Subject};
use kijun_facts::Register;

use super::attest::attested;
use super::eval::{Env, Trust, World};
use super::facts::{CellKey, Content, Facts};
use super::readings;
use super::relations::world;
use super::truth::{Code, Truth, Val};

/// The worlds that checks look at: the facts as they stand, and as they read when evidence does not suffice.
pub(crate) struct Worlds<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) today: i32,
    by_trust: BTreeMap<Trust, World<'a>>,
}

impl<'a> Worlds<'a> {
    pub(crate) fn new(program: &'a Program, facts: &'a Facts, today: i32) -> Worlds<'a> {
        let grades = program.checks.iter().filter_map(|c| c.grade.map(Trust::Graded));
        let trusts = [Trust::Everything, Trust::Unexpired].into_iter().chain(grades).collect::<BTreeSet<_>>();
        let by_trust = trusts.into_iter().map(|t| (t, world(program, facts, today, t))).collect();
        Worlds { program, facts, today, by_trust }
    }

    fn get(&self, trust: Trust) -> &World<'a> {
        self.by_trust.get(&trust).expect("every trust that a check asks for")
    }
}

/// The outcomes of a check or an attestation on its subjects.
pub(crate) fn outcomes(worlds: &Worlds, rule: Member) -> BTreeMap<SubjectRef, Verdict> {
    let program = worlds.program;
    let subject = match rule {
        Member::Check(i) => program.checks[i].subject,
        Member::Attest(i) => program.attests[i].subject,
    };
    let verdict = |env: &Env, subject: SubjectRef| match rule {
        Member::Check(i) => checked(worlds, &program.checks[i], env),
        Member::Attest(i) => answered(worlds, &program.attests[i], env, subject),
    };
    let mut outcomes = BTreeMap::new();
    let Some(Subject { var, kind }) = subject else {
        // "Without `each`: one outcome on the facility."
        outcomes.insert(SubjectRef::Facility, verdict(&Env::new(), SubjectRef::Facility));
        return outcomes;
    };
    // "A check with `each x: K` has an outcome per record of K; if K is unmentioned, one outcome `unknown` on the
    // register; if K is stated complete and has no record, one outcome `not_applicable` on the register; if it is stated
    // incomplete, one more outcome `unknown` on the register."
    for row in worlds.facts.rows(kind) {
        let env = Env::from([(var, Val::Code(Code::Record(kind, row)))]);
        let subject = SubjectRef::Record(kind, row);
        outcomes.insert(subject, verdict(&env, subject));
    }
    match worlds.facts.register(kind) {
        Register::Unmentioned | Register::Incomplete => {
            outcomes.insert(SubjectRef::Register(kind), Verdict::Unknown);
        }
        Register::Complete if outcomes.is_empty() => {
            outcomes.insert(SubjectRef::Register(kind), Verdict::NotApplicable);
        }
        Register::Complete | Register::Recorded => {}
    }
    outcomes
}

/// The three steps for a check on one subject.
fn checked(worlds: &Worlds, check: &Check, env: &Env) -> Verdict {
    let base = status(worlds.get(Trust::Everything), check, env);
    let resolved = resolve(worlds.get(Trust::Everything), check, env);
    // "if the base is satisfied or not_applicable (from step 1)"
    let before = if readings::EVIDENCE_AFTER_CONFLICTS { resolved } else { base };
    if !matches!(before, Verdict::Satisfied | Verdict::NotApplicable) {
        return resolved;
    }
    let again = |trust| {
        let world = worlds.get(trust);
        if readings::EVIDENCE_AFTER_CONFLICTS {
            resolve(world, check, env)
        } else {
            status(world, check, env)
        }
    };
    // "if the status differs: **unknown** (this outranks stale)."
    if check.grade.is_some_and(|grade| again(Trust::Graded(grade)) != before) {
        return Verdict::Unknown;
    }
    // "if the status differs: **stale**."
    if again(Trust::Unexpired) != before { Verdict::Stale } else { before }
}

/// "The *status* of a subject: `where` F: not_applicable; U: unknown; T: satisfied, violated or unknown as the min
/// of the `require`s is T, F or U."
fn status(world: &World, check: &Check, env: &Env) -> Verdict {
    let applies = check.condition.as_ref().map_or(Truth::T, |c| world.condition(c, env));
    let holds = check.requires.iter().map(|r| world.condition(&r.condition, env)).fold(Truth::T, Truth::and);
    match (applies, holds) {
        (Truth::F, _) => Verdict::NotApplicable,
        (Truth::U, _) | (Truth::T, Truth::U) => Verdict::Unknown,
        (Truth::T, Truth::T) => Verdict::Satisfied,
        (Truth::T, Truth::F) => Verdict::Violated,
    }
}

/// Steps 1 and 2. "**Conflicts**: if the base is unknown, take the cells in conflict that the evaluation of this
/// subject reads outside relations … At most 6 cells and 64 combinations, else it stays unknown. For each combination of
/// their alternatives take the status. If two combinations give different statuses other than unknown: **conflicting**.
/// If all give the same: that one. Else unknown."
fn resolve(world: &World, check: &Check, env: &Env) -> Verdict {
    world.conflicts_read.borrow_mut().clear();
    let base = status(world, check, env);
    if base != Verdict::Unknown {
        return base;
    }
    let cells: Vec<CellKey> = world.conflicts_read.borrow().iter().copied().collect();
    let counts = cells.iter().map(|key| match world.facts.cells.get(key).map(|c| &c.content) {
        Some(Content::Conflict(alternatives)) => alternatives.len(),
        _ => 1,
    });
    let counts: Vec<usize> = counts.collect();
    if cells.len() > readings::CONFLICT_CELLS
        || counts.iter().product::<usize>() > readings::CONFLICT_COMBINATIONS
    {
        return Verdict::Unknown;
    }
    let mut statuses = BTreeSet::new();
    for combination in combinations(&counts) {
        *world.choices.borrow_mut() = cells.iter().copied().zip(combination).collect();
        statuses.insert(status(world, check, env));
    }
    world.choices.borrow_mut().clear();
    let mut definite = statuses.iter().filter(|s| **s != Verdict::Unknown);
    match (definite.next(), definite.next()) {
        (Some(_), Some(_)) => Verdict::Conflicting,
        (Some(one), None) if statuses.len() == 1 => *one,
        _ => Verdict::Unknown,
    }
}

/// Every choice of one number below each count.
fn combinations(counts: &[usize]) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    for count in counts {
        all = all.iter().flat_map(|c| (0..*count).map(|i| c.iter().copied().chain([i]).collect())).collect();
    }
    all
}

/// An attestation on one subject. "`where` as above (F: not_applicable, U: unknown)."
fn answered(worlds: &Worlds, attest: &Attest, env: &Env, subject: SubjectRef) -> Verdict {
    let world = worlds.get(Trust::Everything);
    match attest.condition.as_ref().map_or(Truth::T, |c| world.condition(c, env)) {
        Truth::F => Verdict::NotApplicable,
        Truth::U => Verdict::Unknown,
        Truth::T => attested(worlds.program, worlds.facts, worlds.today, attest, subject),
    }
}
