//! The four questions as rules of ascent, the way one would first write them: a certain and a possible version of each
//! relation, and transitive closures in full.

use std::path::Path;
use std::process::ExitCode;

use ascent::aggregators::count;
use ascent::ascent;
use kijun_compare::answers::{Answers, CLAUSES, COUNTS, LOCATION, Question, REACH};
use kijun_compare::cells::Clauses;
use kijun_compare::registers::{Files, Registers};
use kijun_compare::truth::Truth;
use kijun_compare::watch::Watch;

const WANTED: [u8; 3] = [Clauses::CONFIDENTIALITY, Clauses::PENALTY, Clauses::NO_ANALYSIS];
const ALL: [u8; 4] = [WANTED[0], WANTED[1], WANTED[2], Clauses::AUDIT];

ascent! {
    struct Rules;

    // What is recorded; rows of registers.
    relation contract(u32);
    relation external(u32);
    relation maybe_external(u32);
    relation of_facility(u32, u32);
    relation of_vendor(u32, u32);
    relation clause(u32, u8);
    relation maybe_clause(u32, u8);
    relation vendor(u32);
    relation at_home(u32);
    relation abroad(u32);
    relation subcontractor(u32, u32);
    relation open(u32);
    relation internet(u32);
    relation maybe_internet(u32);
    relation patients(u32);
    relation maybe_patients(u32);
    relation passes(u32, u32);
    relation maybe_passes(u32, u32);
    relation facility(u32);

    relation bad_clauses(u32);
    relation good_clauses(u32);
    bad_clauses(c) <-- contract(c), for k in WANTED, !maybe_clause(c, k);
    good_clauses(c) <-- clause(c, WANTED[0]), clause(c, WANTED[1]), clause(c, WANTED[2]);
    relation clauses_violated(u32);
    relation clauses_unknown(u32);
    clauses_violated(c) <-- external(c), bad_clauses(c);
    clauses_unknown(c) <-- external(c), !bad_clauses(c), !good_clauses(c);
    clauses_unknown(c) <-- maybe_external(c), !external(c);

    relation supplies(u32, u32);
    supplies(v, s) <-- subcontractor(v, s);
    supplies(v, s) <-- supplies(v, m), subcontractor(m, s);
    relation bad_vendor(u32);
    relation undecided_vendor(u32);
    bad_vendor(v) <-- abroad(v);
    bad_vendor(v) <-- supplies(v, s), abroad(s);
    undecided_vendor(v) <-- open(v);
    undecided_vendor(v) <-- vendor(v), !at_home(v);
    undecided_vendor(v) <-- supplies(v, s), open(s);
    undecided_vendor(v) <-- supplies(v, s), !at_home(s);
    relation vendor_known(u32);
    vendor_known(c) <-- of_vendor(c, _);
    relation location_violated(u32);
    relation location_unknown(u32);
    location_violated(c) <-- external(c), of_vendor(c, v), bad_vendor(v);
    location_unknown(c) <-- external(c), of_vendor(c, v), undecided_vendor(v), !bad_vendor(v);
    location_unknown(c) <-- external(c), !vendor_known(c);
    location_unknown(c) <-- maybe_external(c), !external(c);

    relation reaches(u32, u32);
    reaches(a, b) <-- passes(a, b);
    reaches(a, b) <-- reaches(a, m), reaches(m, b);
    relation maybe_reaches(u32, u32);
    maybe_reaches(a, b) <-- maybe_passes(a, b);
    maybe_reaches(a, b) <-- maybe_reaches(a, m), maybe_reaches(m, b);
    relation reach_violated(u32);
    relation reach_unknown(u32);
    reach_violated(a) <-- internet(a), reaches(a, b), patients(b);
    reach_unknown(a) <-- internet(a), maybe_reaches(a, b), maybe_patients(b), !reach_violated(a);
    reach_unknown(a) <-- maybe_internet(a), !internet(a);

    relation counted(u32, u32);
    relation maybe_counted(u32, u32);
    counted(f, c) <-- external(c), !maybe_clause(c, Clauses::AUDIT), of_facility(c, f);
    maybe_counted(f, c) <-- maybe_external(c), !clause(c, Clauses::AUDIT), of_facility(c, f);
    relation counts_violated(u32);
    relation counts_unknown(u32);
    counts_violated(f) <-- facility(f), agg n = count() in counted(f, _), if n > 2;
    counts_unknown(f) <-- facility(f), agg n = count() in maybe_counted(f, _), if n > 2, !counts_violated(f);
}

fn main() -> ExitCode {
    kijun_compare::run("ascent_plain", answer)
}

fn answer(folder: &Path, out: &Path) -> Result<(), String> {
    let mut watch = Watch::start();
    let files = Files::open(folder)?;
    let registers = Registers::read(&files)?;
    let mut rules = Rules::default();
    contracts(&registers, &mut rules);
    vendors(&registers, &mut rules);
    assets(&registers, &mut rules);
    rules.facility = numbered(&registers.facilities).map(|(f, _)| (f,)).collect();
    watch.lap("load");
    rules.run();
    watch.lap("evaluate");
    written(&registers, &rules).write(out)?;
    watch.lap("write");
    Ok(())
}

fn numbered<T>(rows: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (0..).zip(rows)
}

/// Puts a row where it holds for certain and where it may hold.
fn put<T: Copy>(truth: Truth, row: T, certain: &mut Vec<T>, possible: &mut Vec<T>) {
    if truth.is_certain() {
        certain.push(row);
    }
    if truth.is_possible() {
        possible.push(row);
    }
}

fn contracts(registers: &Registers, rules: &mut Rules) {
    for (c, contract) in numbered(&registers.contracts) {
        rules.contract.push((c,));
        put(contract.external, (c,), &mut rules.external, &mut rules.maybe_external);
        rules.of_facility.push((c, contract.facility));
        rules.of_vendor.extend(contract.vendor.map(|v| (c, v)));
        for k in ALL {
            put(contract.clauses.hold(k), (c, k), &mut rules.clause, &mut rules.maybe_clause);
        }
    }
}

fn vendors(registers: &Registers, rules: &mut Rules) {
    for (v, at_home) in numbered(&registers.vendors.at_home) {
        rules.vendor.push((v,));
        match at_home {
            Truth::True => rules.at_home.push((v,)),
            Truth::False => rules.abroad.push((v,)),
            Truth::Unknown => {}
        }
    }
    rules.subcontractor.clone_from(&registers.vendors.subcontractors);
    rules.open = numbered(&registers.vendors.open).filter(|(_, open)| **open).map(|(v, _)| (v,)).collect();
}

fn assets(registers: &Registers, rules: &mut Rules) {
    for (a, asset) in numbered(&registers.assets) {
        put(asset.internet, (a,), &mut rules.internet, &mut rules.maybe_internet);
        put(asset.patients, (a,), &mut rules.patients, &mut rules.maybe_patients);
    }
    for link in &registers.links {
        put(!link.firewall, (link.from, link.to), &mut rules.passes, &mut rules.maybe_passes);
    }
}

fn written(registers: &Registers, rules: &Rules) -> Answers {
    let contract = |row: u32| registers.contracts[row as usize].id;
    let asset = |row: u32| registers.assets[row as usize].id;
    let facility = |row: u32| registers.facilities[row as usize];
    let mut answers = Answers::default();
    let mut add = |question: Question, id: &dyn Fn(u32) -> _, violated: &[(u32,)], unknown: &[(u32,)]| {
        violated.iter().for_each(|row| answers.line(question, id(row.0), "violated"));
        unknown.iter().for_each(|row| answers.line(question, id(row.0), "unknown"));
    };
    add(CLAUSES, &contract, &rules.clauses_violated, &rules.clauses_unknown);
    add(LOCATION, &contract, &rules.location_violated, &rules.location_unknown);
    add(REACH, &asset, &rules.reach_violated, &rules.reach_unknown);
    add(COUNTS, &facility, &rules.counts_violated, &rules.counts_unknown);
    answers
}
