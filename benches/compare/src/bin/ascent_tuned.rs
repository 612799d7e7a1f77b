//! The four questions as rules of ascent, tuned: sets as bits, truth as a lattice, and instead of closures only
//! whether something that is asked for can be reached. Facts that cannot matter are not even entered.
#![allow(clippy::unwrap_used, reason = "ascent writes them for lattices")]

use std::path::Path;
use std::process::ExitCode;

use ascent::aggregators::count;
use ascent::ascent;
use kijun_compare::answers::{Answers, CLAUSES, COUNTS, LOCATION, Question, REACH};
use kijun_compare::cells::Clauses;
use kijun_compare::registers::{Files, Registers};
use kijun_compare::truth::Truth;
use kijun_compare::watch::Watch;

const WANTED: u8 = Clauses::CONFIDENTIALITY | Clauses::PENALTY | Clauses::NO_ANALYSIS;

ascent! {
    struct Rules;

    // Contracts stored outside, or perhaps: row, facility, whether they are, clauses.
    relation contract(u32, u32, Truth, Clauses);
    // Contracts stored outside for certain, and their vendor; those of which one of the two is unknown.
    relation asked(u32, u32);
    relation undecided(u32);
    // The subcontractor first, since the rules go upwards.
    relation supplies(u32, u32);
    // Vendors known to be abroad (true), or of which that or their subcontractors are unknown.
    relation doubtful(u32, Truth);
    relation internet(u32);
    relation undecided_internet(u32);
    // Links without a firewall, the destination first, and assets with patient data: certainly or perhaps.
    relation passes(u32, u32, Truth);
    relation patients(u32, Truth);

    // Bad is true where the requirement is violated, unknown where that is undecided.
    relation bad_clauses(u32, Truth);
    bad_clauses(c, if external.is_certain() { !holds } else { Truth::Unknown }) <--
        contract(c, _, external, clauses), let holds = clauses.hold(WANTED),
        if !external.is_certain() || !holds.is_certain();

    lattice bad_vendor(u32, Truth);
    bad_vendor(v, truth) <-- doubtful(v, truth);
    bad_vendor(v, truth) <-- bad_vendor(s, truth), supplies(s, v);
    relation bad_location(u32, Truth);
    bad_location(c, truth) <-- asked(c, v), bad_vendor(v, truth);
    bad_location(c, Truth::Unknown) <-- undecided(c);

    lattice exposed(u32, Truth);
    exposed(a, *passes.min(patients)) <-- patients(b, patients), passes(b, a, passes);
    exposed(a, *passes.min(truth)) <-- exposed(b, truth), passes(b, a, passes);
    relation bad_reach(u32, Truth);
    bad_reach(a, truth) <-- internet(a), exposed(a, truth);
    bad_reach(a, Truth::Unknown) <-- undecided_internet(a);

    relation counted(u32, Truth, u32);
    counted(f, *external.min(&!clauses.hold(Clauses::AUDIT)), c) <--
        contract(c, f, external, clauses), if !clauses.hold(Clauses::AUDIT).is_certain();
    relation counting(u32);
    counting(f) <-- counted(f, _, _);
    relation bad_counts(u32, Truth);
    bad_counts(f, Truth::between(certain > 2, true)) <--
        counting(f), agg possible = count() in counted(f, _, _), if possible > 2,
        agg certain = count() in counted(f, Truth::True, _);
}

fn main() -> ExitCode {
    kijun_compare::run("ascent_tuned", answer)
}

fn answer(folder: &Path, out: &Path) -> Result<(), String> {
    let mut watch = Watch::start();
    let files = Files::open(folder)?;
    let registers = Registers::read(&files)?;
    let mut rules = Rules::default();
    contracts(&registers, &mut rules);
    vendors(&registers, &mut rules);
    assets(&registers, &mut rules);
    watch.lap("load");
    rules.run();
    watch.lap("evaluate");
    written(&registers, &rules).write(out)?;
    watch.lap("write");
    Ok(())
}

fn contracts(registers: &Registers, rules: &mut Rules) {
    let possible = (0..).zip(&registers.contracts).filter(|(_, c)| c.external.is_possible());
    for (row, contract) in possible {
        rules.contract.push((row, contract.facility, contract.external, contract.clauses));
        match (contract.external, contract.vendor) {
            (Truth::True, Some(vendor)) => rules.asked.push((row, vendor)),
            _ => rules.undecided.push((row,)),
        }
    }
}

fn vendors(registers: &Registers, rules: &mut Rules) {
    let vendors = &registers.vendors;
    for (row, (&at_home, &open)) in (0..).zip(vendors.at_home.iter().zip(&vendors.open)) {
        match (at_home, open) {
            (Truth::False, _) => rules.doubtful.push((row, Truth::True)),
            (Truth::Unknown, _) | (_, true) => rules.doubtful.push((row, Truth::Unknown)),
            (Truth::True, false) => {}
        }
    }
    rules.supplies = vendors.subcontractors.iter().map(|&(vendor, below)| (below, vendor)).collect();
}

fn assets(registers: &Registers, rules: &mut Rules) {
    for (row, asset) in (0..).zip(&registers.assets) {
        match asset.internet {
            Truth::True => rules.internet.push((row,)),
            Truth::Unknown => rules.undecided_internet.push((row,)),
            Truth::False => {}
        }
        if asset.patients.is_possible() {
            rules.patients.push((row, asset.patients));
        }
    }
    let passing = registers.links.iter().filter(|link| !link.firewall.is_certain());
    rules.passes = passing.map(|link| (link.to, link.from, !link.firewall)).collect();
}

fn written(registers: &Registers, rules: &Rules) -> Answers {
    let mut answers = Answers::default();
    let mut add = |question: Question, bad: &[(u32, Truth)], id: &dyn Fn(u32) -> _| {
        for &(row, bad) in bad {
            answers.line(question, id(row), if bad.is_certain() { "violated" } else { "unknown" });
        }
    };
    let contract = |row: u32| registers.contracts[row as usize].id;
    add(CLAUSES, &rules.bad_clauses, &contract);
    add(LOCATION, &rules.bad_location, &contract);
    add(REACH, &rules.bad_reach, &|row| registers.assets[row as usize].id);
    add(COUNTS, &rules.bad_counts, &|row| registers.facilities[row as usize]);
    answers
}
