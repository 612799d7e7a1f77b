//! Generators: well-typed programs, facts that fit them, and facts that know more.
//!
//! What the front end guarantees holds for them: expressions are typed and say whether they may be none, variables
//! of rules are bound, negation and aggregates look at lower strata only, and recursion goes through positive atoms.

pub(crate) mod choices;
mod expr;
mod facts;
mod program;
mod refine;
mod relations;
mod schema;
mod show;
mod source;
mod values;

use kijun_engine::program::Program;
use kijun_facts::{KindId, Store};
use proptest::collection::vec;
use proptest::prelude::*;

pub use expr::{condition, constant, expr};
pub use facts::{Datum, Facts, Record, Stated, Statement};
pub use program::requirement;
pub use schema::{BUILTINS, attribute, enumeration, kind, optional, prelude};
pub use values::TODAY;

use facts::{CONFLICTS, FactChoices};
use program::ProgramChoices;
use source::Source;

/// A program and facts for it, on [`TODAY`]. Its debug form reads like source text.
#[derive(Clone)]
pub struct Scenario {
    pub program: Program,
    pub facts: Facts,
    /// The kinds that are not the prelude's.
    pub kinds: Vec<KindId>,
}

impl Scenario {
    pub fn store(&self) -> Store {
        self.facts.store(&self.program.schema)
    }
}

impl std::fmt::Debug for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        show::program(f, &self.program)?;
        show::facts(f, &self.program.schema, &self.facts)
    }
}

/// A scenario, and the same facts with some unknowns filled in.
#[derive(Clone)]
pub struct Refinement {
    pub scenario: Scenario,
    pub refined: Facts,
}

impl std::fmt::Debug for Refinement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "\n{:?}\nrefined:", self.scenario)?;
        show::facts(f, &self.scenario.program.schema, &self.refined)
    }
}

/// Up to `count` streams of up to `length` choices.
fn streams(count: std::ops::Range<usize>, length: usize) -> impl Strategy<Value = Vec<Vec<u8>>> {
    vec(vec(any::<u8>(), length / 3..length), count)
}

fn program_choices() -> impl Strategy<Value = ProgramChoices> {
    let rules = (streams(0..4, 120), streams(1..5, 160), streams(0..3, 60), streams(0..3, 40));
    (vec(any::<u8>(), 60..120), streams(0..5, 16), rules).prop_map(
        |(schema, requirements, (relations, checks, attests, combinations))| ProgramChoices {
            schema,
            requirements,
            relations,
            checks,
            attests,
            combinations,
        },
    )
}

fn fact_choices() -> impl Strategy<Value = FactChoices> {
    (streams(0..8, 120), streams(0..6, 40), streams(0..4, 40), vec(any::<u8>(), 4)).prop_map(
        |(records, attestations, waivers, registers)| FactChoices {
            records,
            attestations,
            waivers,
            registers,
            conflicts: CONFLICTS,
        },
    )
}

/// Programs with facts for them.
pub fn scenario() -> impl Strategy<Value = Scenario> {
    (program_choices(), fact_choices()).prop_map(|(program, facts)| {
        let (program, kinds) = program::program(&program);
        let facts = facts::facts(&program.schema, &kinds, &facts);
        Scenario { program, facts, kinds }
    })
}

/// Programs with facts for them, and with more facts.
pub fn refinement() -> impl Strategy<Value = Refinement> {
    (scenario(), vec(any::<u8>(), 100..500)).prop_map(|(scenario, choices)| {
        let refined = refine(&scenario, &choices);
        Refinement { scenario, refined }
    })
}

/// A program and facts, then others of the same schema one after the other: now the facts change, now the rules.
pub fn changes() -> impl Strategy<Value = Vec<Scenario>> {
    (program_choices(), program_choices(), vec(fact_choices(), 3)).prop_map(|(first, second, facts)| {
        let second = ProgramChoices {
            schema: first.schema.clone(),
            requirements: first.requirements.clone(),
            ..second
        };
        let programs = [first, second].map(|choices| program::program(&choices));
        let scenario = |(rules, known): (usize, usize)| {
            let (program, kinds) = programs[rules].clone();
            let facts = facts::facts(&program.schema, &kinds, &facts[known]);
            Scenario { program, facts, kinds }
        };
        [(0, 0), (0, 1), (1, 1), (1, 2), (0, 2), (0, 0)].map(scenario).to_vec()
    })
}

/// The facts of a scenario with some unknowns filled in, as the choices say. What may be filled in is listed at
/// the module `refine`; registers and cells that are known, cells in conflict, attestations and waivers stay.
pub fn refine(scenario: &Scenario, choices: &[u8]) -> Facts {
    refine::refine(&scenario.program.schema, &scenario.kinds, &scenario.facts, &mut Source::new(choices))
}
