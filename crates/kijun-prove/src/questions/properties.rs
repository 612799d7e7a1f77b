//! Properties: facts that refute them, by search within the scope and by trying random facts.

use std::sync::Arc;

use kijun_engine::assessment::{RuleRef, Verdict};
use kijun_engine::program::{
    Catalog, Check, Mark, Message, Program, Property, Requirement, RequirementId, Scope, Weight,
};
use kijun_text::{Label, Span};
use rayon::prelude::*;

use super::{Asks, Finding, FindingKind, Report, Subject, Undecided};
use crate::circuit::Lit;
use crate::domain::Domains;
use crate::random::Random;
use crate::replay::{Expected, Slice, outcomes};
use crate::rules::Outcome;
use crate::search::{Found, Goal, Goals, Reason, Search, Witness, expressions};
use crate::value::Truth;
use crate::world::World;
use crate::{Knowledge, Options, Stuck};

/// What came of a property.
#[derive(Debug, Clone)]
pub struct Held {
    /// By number.
    pub property: usize,
    pub result: HeldResult,
    /// How many random facts were tried.
    pub tried: usize,
}

#[derive(Debug, Clone)]
pub enum HeldResult {
    Refuted(Box<Witness>),
    /// Neither within the scope nor by random facts.
    NotRefuted,
    /// Not by random facts; the search has no answer.
    Undecided(Reason),
}

/// So many random facts are tried.
const TRIES: usize = 200;

/// What random facts show of a property.
#[derive(Debug, Clone)]
pub struct Tried {
    /// By number.
    pub property: usize,
    /// Facts that refute it.
    pub refuting: Option<Witness>,
}

/// Tries random facts on properties, the same for a property each time; of other files than those asked about, none.
pub fn try_properties(program: &Program, properties: &[Property], options: &Options) -> Vec<Tried> {
    let is_own = |p: &Property| options.files.as_ref().is_none_or(|files| files.contains(&p.span.file));
    let own: Vec<(usize, &Property)> = properties.iter().enumerate().filter(|(_, p)| is_own(p)).collect();
    own.par_iter()
        .filter_map(|(i, property)| {
            let (refuting, _) = Posed::new(program, property)?.try_random(options);
            Some(Tried { property: *i, refuting })
        })
        .collect()
}

pub(super) fn ask(asks: &Asks<'_>, properties: &[Property]) -> Report {
    if !asks.wants(FindingKind::PropertyRefuted) {
        return Report::default();
    }
    let own: Vec<(usize, &Property)> =
        properties.iter().enumerate().filter(|(_, p)| asks.is_own(p.span)).collect();
    let reports: Vec<Report> = own.par_iter().map(|(i, property)| one(asks, *i, property)).collect();
    Report::all(reports)
}

fn one(asks: &Asks<'_>, number: usize, property: &Property) -> Report {
    let mut report = Report { questions: 1, ..Report::default() };
    let subject = Subject::Property(number);
    let (result, tried) = match Posed::new(asks.program, property) {
        Some(posed) => posed.ask(asks.options),
        None => return report,
    };
    let result = match result {
        Ok(result) => result,
        Err(witness) => {
            report.unconfirmed.push((subject, *witness));
            return report;
        }
    };
    let (kind, span, scope) = (FindingKind::PropertyRefuted, property.span, asks.options.scope);
    match &result {
        HeldResult::Refuted(_) => report.findings.push(Finding { kind, subject, other: None, span, scope }),
        HeldResult::Undecided(reason) => {
            report.undecided.push(Undecided { kind, subject, span, reason: reason.clone() });
        }
        HeldResult::NotRefuted => {}
    }
    report.properties.push(Held { property: number, result, tried });
    report
}

/// A property as rules that the engine can evaluate: one for its `require`s, one for its `where` alone, and the checks that it
/// expects something of.
struct Posed<'p> {
    property: &'p Property,
    program: Program,
}

const CLAIM: RuleRef = RuleRef::Check(0);
const APPLIES: RuleRef = RuleRef::Check(1);
const CHECKS: usize = 2;

impl<'p> Posed<'p> {
    fn new(whole: &Program, property: &'p Property) -> Option<Posed<'p>> {
        let requirement = RequirementId(0);
        let rule = |requires| Check {
            name: String::new(),
            title: Label::default(),
            requirements: vec![requirement],
            subject: property.subject,
            vars: property.vars.clone(),
            condition: property.condition.clone(),
            requires,
            fix: Message::default(),
            weight: None,
            grade: None,
            mark: Mark::Inferred,
            source: String::new(),
            span: property.span,
        };
        let mut checks = vec![Arc::new(rule(property.requires.clone())), Arc::new(rule(Vec::new()))];
        for expected in &property.expects {
            let check = whole.checks.get(expected.check)?;
            // Its status is asked for, whether or not the profile has its requirements, and whatever its evidence.
            checks.push(Arc::new(Check {
                requirements: vec![requirement],
                grade: None,
                ..Check::clone(check)
            }));
        }
        let (attests, combinations) = (Vec::new(), Vec::new());
        // Rules are evaluated for a requirement; a property has none.
        let (catalogs, requirements) = (vec![nothing()], Arc::new(vec![nobody(property.span)]));
        let program = Program { checks, attests, combinations, catalogs, requirements, ..whole.clone() };
        Some(Posed { property, program })
    }

    fn rules(&self) -> Vec<RuleRef> {
        (0..self.program.checks.len()).map(RuleRef::Check).collect()
    }

    /// The result with how many random facts were tried; the error is what the engine does not confirm.
    fn ask(&self, options: &Options) -> (Result<HeldResult, Box<Witness>>, usize) {
        let (program, rules) = (&self.program, self.rules());
        let search = Search { program, options, knowledge: Some(Knowledge::Partial), rules, deep: false };
        let found = search.run(1, |world| self.goals(world));
        let found = found.map(|found| found.into_iter().next());
        let open = match found {
            Ok(Some(Found::Witness(witness))) => return (Ok(HeldResult::Refuted(witness)), 0),
            Ok(Some(Found::Unconfirmed(witness))) => return (Err(witness), 0),
            Ok(Some(Found::Undecided(reason))) => Some(reason),
            Ok(Some(Found::Nothing(_)) | None) => None,
            Err(stuck) => Some(Reason::Uses(stuck)),
        };
        let (refuting, tried) = self.try_random(options);
        let result = match (refuting, open) {
            (Some(witness), _) => HeldResult::Refuted(Box::new(witness)),
            (None, Some(reason)) => HeldResult::Undecided(reason),
            (None, None) => HeldResult::NotRefuted,
        };
        (Ok(result), tried)
    }

    fn goals(&self, world: &mut World<'_>) -> Result<Goals, Stuck> {
        let slot = self.property.subject.map(|_| 0);
        let mut all: Vec<(RuleRef, Outcome)> = Vec::new();
        for (i, check) in self.program.checks.iter().enumerate() {
            all.push((RuleRef::Check(i), world.checked(check, slot)?));
        }
        let env = World::env(self.property.subject, slot);
        let applies = match &self.property.condition {
            Some(condition) => world.condition(condition, &env)?,
            None => Truth::TRUE,
        };
        let (exists, claim) = match all.first() {
            Some((_, claim)) => (claim.exists, claim.violated),
            None => (Lit::FALSE, Lit::FALSE),
        };
        let mut ways = vec![claim];
        for ((_, outcome), expected) in all.iter().skip(CHECKS).zip(&self.property.expects) {
            let open = world.circuit.and(&[!outcome.satisfied, !outcome.violated, !outcome.not_applicable]);
            let statuses = [
                (Verdict::Satisfied, outcome.satisfied),
                (Verdict::Violated, outcome.violated),
                (Verdict::NotApplicable, outcome.not_applicable),
                (Verdict::Unknown, open),
            ];
            let others = statuses.into_iter().filter(|(v, _)| !expected.allowed.contains(v));
            let others: Vec<Lit> = others.map(|(_, lit)| lit).collect();
            ways.push(world.circuit.or(&others));
        }
        let refuted = world.circuit.or(&ways);
        let goal = Goal { assume: vec![exists, applies.sure, refuted], outcomes: all, shown: true };
        Ok(Goals { goals: vec![goal], answers: Vec::new() })
    }

    fn try_random(&self, options: &Options) -> (Option<Witness>, usize) {
        let rules = self.rules();
        let exprs = expressions(&self.program, &rules);
        let Ok(domains) = Domains::of(&self.program, &exprs, options.today) else { return (None, 0) };
        let mut random =
            Random::new(&self.program, &rules, domains, options.scope * 2, &self.property.name.ja);
        let slice = Slice::of(&self.program, &rules);
        for tried in 0..TRIES {
            let facts = random.facts(self.property.subject.map(|s| s.kind));
            let found = outcomes(&slice, &facts);
            if let Some(subject) =
                found.iter().find_map(|e| self.refutes(e, &found).then(|| e.subject.clone()))
            {
                let expected = found.into_iter().filter(|e| e.subject == subject).collect();
                return (Some(Witness { facts, expected }), tried + 1);
            }
        }
        (None, TRIES)
    }

    /// Whether what is said of the subject of an outcome refutes the property.
    fn refutes(&self, of: &Expected, all: &[Expected]) -> bool {
        let said =
            |rule: RuleRef| all.iter().find(|e| e.rule == rule && e.subject == of.subject).map(|e| e.verdict);
        if of.rule != APPLIES || of.verdict != Verdict::Satisfied {
            return false;
        }
        let others = self.property.expects.iter().enumerate();
        said(CLAIM) == Some(Verdict::Violated)
            || others
                .filter_map(|(i, expected)| Some((expected, said(RuleRef::Check(CHECKS + i))?)))
                .any(|(expected, verdict)| !expected.allowed.contains(&verdict))
    }
}

fn nothing() -> Catalog {
    Catalog {
        alias: String::new(),
        edition: String::new(),
        title: Label::default(),
        publisher: String::new(),
        supersedes: None,
        mark: Mark::Inferred,
        in_scope: true,
        span: Span::default(),
    }
}

fn nobody(span: Span) -> Requirement {
    Requirement {
        id: String::new(),
        catalog: 0,
        is_section: false,
        title: Label::default(),
        level: None,
        weight: Weight::Must,
        audience: Vec::new(),
        basis: Vec::new(),
        measure: Vec::new(),
        risks: Vec::new(),
        mark: Mark::Inferred,
        text_included: true,
        withdrawn: None,
        source: String::new(),
        parent: None,
        scope: Scope::In,
        span,
    }
}

/// The checks that a property expects something of, as the rules of a found witness number them.
pub fn expected_check(property: &Property, rule: RuleRef) -> Option<RuleRef> {
    let RuleRef::Check(number) = rule else { return None };
    let expected = property.expects.get(number.checked_sub(CHECKS)?)?;
    Some(RuleRef::Check(expected.check))
}
