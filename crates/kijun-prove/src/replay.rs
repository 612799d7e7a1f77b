//! Found facts are evaluated before anything is said of them: what the engine does not confirm is an error of this program, and
//! shown as that.

use kijun_engine::Evaluation;
use kijun_engine::assessment::{RuleRef, SubjectRef, Verdict};
use kijun_engine::program::{Combination, Member, Program};

use crate::facts::Facts;
use crate::rules::members;

/// What is expected of a rule on found facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub rule: RuleRef,
    /// The id of the record; `None`: the facility.
    pub subject: Option<String>,
    pub verdict: Verdict,
}

/// A program of these rules alone.
pub(crate) struct Slice {
    pub(crate) program: Program,
    /// The rules' numbers in the whole program, by their numbers here.
    checks: Vec<usize>,
    attests: Vec<usize>,
    combinations: Vec<usize>,
}

impl Slice {
    pub(crate) fn of(whole: &Program, rules: &[RuleRef]) -> Slice {
        let mut slice = Slice {
            program: Program {
                schema: whole.schema.clone(),
                builtins: whole.builtins,
                catalogs: whole.catalogs.clone(),
                requirements: whole.requirements.clone(),
                instruments: Vec::new(),
                tables: whole.tables.clone(),
                relations: whole.relations.clone(),
                strata: whole.strata.clone(),
                checks: Vec::new(),
                attests: Vec::new(),
                combinations: Vec::new(),
            },
            checks: Vec::new(),
            attests: Vec::new(),
            combinations: Vec::new(),
        };
        for rule in rules {
            match rule {
                RuleRef::Check(i) => _ = slice.member(whole, Member::Check(*i)),
                RuleRef::Attest(i) => _ = slice.member(whole, Member::Attest(*i)),
                RuleRef::Combination(i) => slice.combination(whole, *i),
            }
        }
        slice
    }

    fn member(&mut self, whole: &Program, member: Member) -> Member {
        let (numbers, number) = match member {
            Member::Check(i) => (&mut self.checks, i),
            Member::Attest(i) => (&mut self.attests, i),
        };
        if let Some(there) = numbers.iter().position(|n| *n == number) {
            return renumbered(member, there);
        }
        numbers.push(number);
        let there = numbers.len() - 1;
        match member {
            Member::Check(i) => self.program.checks.extend(whole.checks.get(i).cloned()),
            Member::Attest(i) => self.program.attests.extend(whole.attests.get(i).cloned()),
        }
        renumbered(member, there)
    }

    fn combination(&mut self, whole: &Program, number: usize) {
        let Some(combination) = whole.combinations.get(number) else { return };
        if self.combinations.contains(&number) {
            return;
        }
        for member in members(combination) {
            self.member(whole, member);
        }
        let groups = combination
            .groups
            .iter()
            .map(|(name, group)| (name.clone(), group.iter().map(|m| self.member(whole, *m)).collect()));
        let groups = groups.collect();
        self.combinations.push(number);
        self.program.combinations.push(Combination { groups, ..combination.clone() });
    }

    fn whole(&self, rule: RuleRef) -> Option<RuleRef> {
        Some(match rule {
            RuleRef::Check(i) => RuleRef::Check(*self.checks.get(i)?),
            RuleRef::Attest(i) => RuleRef::Attest(*self.attests.get(i)?),
            RuleRef::Combination(i) => RuleRef::Combination(*self.combinations.get(i)?),
        })
    }

    /// The rules' requirements.
    fn requirements(&self) -> Vec<kijun_engine::program::RequirementId> {
        let program = &self.program;
        let mut all: Vec<_> = program.checks.iter().flat_map(|c| c.requirements.iter().copied()).collect();
        all.extend(program.attests.iter().map(|a| a.requirement));
        all.extend(program.combinations.iter().map(|c| c.requirement));
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn renumbered(member: Member, number: usize) -> Member {
    match member {
        Member::Check(_) => Member::Check(number),
        Member::Attest(_) => Member::Attest(number),
    }
}

/// What the engine says of the rules on the facts.
pub(crate) fn outcomes(slice: &Slice, facts: &Facts) -> Vec<Expected> {
    let (store, problems) = facts.store(&slice.program.schema);
    if !problems.is_empty() {
        return Vec::new();
    }
    let evaluation = Evaluation::new(&slice.program, &store, facts.today);
    let mut all = Vec::new();
    for requirement in slice.requirements() {
        for (rule, subject, verdict) in evaluation.outcomes_of(requirement) {
            let subject = match subject {
                SubjectRef::Facility => None,
                SubjectRef::Record(kind, row) => Some(store.id_text(kind, row as usize).to_owned()),
                SubjectRef::Register(_) => continue,
            };
            if let Some(rule) = slice.whole(rule) {
                all.push(Expected { rule, subject, verdict });
            }
        }
    }
    all
}

/// Whether the engine says what is expected.
pub(crate) fn confirms(whole: &Program, facts: &Facts, rules: &[RuleRef], expected: &[Expected]) -> bool {
    let found = outcomes(&Slice::of(whole, rules), facts);
    expected.iter().all(|e| found.contains(e))
}
