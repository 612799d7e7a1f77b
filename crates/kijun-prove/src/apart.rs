//! Whether any facts tell a changed rule from what it was. A change that none do is no slip that a test could notice.

use kijun_engine::assessment::RuleRef;
use kijun_engine::mutant::{Beside, Mutant};
use kijun_engine::program::Program;

use crate::circuit::Lit;
use crate::search::{Found, Goal, Goals, Search};
use crate::world::World;
use crate::{Options, Stuck};

/// Whether no facts within the scope give a check another status on a subject once the change is made. Where that cannot be asked, or was
/// not answered, it is not claimed. `program` is one with blanks.
pub fn is_not_told_apart(program: &Program, mutant: &Mutant, options: &Options) -> bool {
    let beside = mutant.beside(program);
    // What is changed nowhere is not known to be the same: it was found in another program.
    !beside.is_asked
        && !beside.pairs.is_empty()
        && beside.pairs.iter().all(|pair| is_the_same(&beside, *pair, options))
}

fn is_the_same(beside: &Beside, (before, after): (usize, usize), options: &Options) -> bool {
    let program = &beside.program;
    let rules = vec![RuleRef::Check(before), RuleRef::Check(after)];
    let search = Search { program, options, knowledge: None, rules, deep: true };
    let found = search.run(1, |world| goals(world, before, after));
    matches!(found.as_deref(), Ok([Found::Nothing(_)]))
}

fn goals(world: &mut World<'_>, before: usize, after: usize) -> Result<Goals, Stuck> {
    let checks = &world.program.checks;
    let (Some(first), Some(second)) = (checks.get(before), checks.get(after)) else {
        return Ok(Goals { goals: Vec::new(), answers: Vec::new() });
    };
    let slot = first.subject.map(|_| 0);
    let (one, other) = (world.checked(first, slot)?, world.checked(second, slot)?);
    let statuses = [
        (one.satisfied, other.satisfied),
        (one.violated, other.violated),
        (one.not_applicable, other.not_applicable),
    ];
    let mut ways: Vec<Lit> = Vec::new();
    for (a, b) in statuses {
        ways.push(world.circuit.and(&[a, !b]));
        ways.push(world.circuit.and(&[!a, b]));
    }
    let differ = world.circuit.or(&ways);
    let goal = Goal {
        assume: vec![one.exists, differ],
        outcomes: vec![(RuleRef::Check(before), one), (RuleRef::Check(after), other)],
        shown: false,
    };
    Ok(Goals { goals: vec![goal], answers: Vec::new() })
}
