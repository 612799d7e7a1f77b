//! The four questions written by hand in Rust, as one would who has to answer these and no others.

use std::path::Path;

use crate::answers::{Answers, CLAUSES, COUNTS, LOCATION, REACH};
use crate::cells::Clauses;
use crate::registers::Registers;
use crate::truth::Truth;
use crate::watch::Watch;

/// Answers all questions and writes the answers.
pub fn answer(registers: &Registers, out: &Path, watch: &mut Watch) -> Result<(), String> {
    let mut answers = Answers::default();
    clauses(registers, &mut answers);
    location(registers, &mut answers);
    reach(registers, &mut answers);
    counts(registers, &mut answers);
    watch.lap("evaluate");
    answers.write(out)?;
    watch.lap("write");
    Ok(())
}

fn clauses(registers: &Registers, answers: &mut Answers) {
    const WANTED: u8 = Clauses::CONFIDENTIALITY | Clauses::PENALTY | Clauses::NO_ANALYSIS;
    for contract in &registers.contracts {
        answers.add(CLAUSES, contract.id, contract.external, contract.clauses.hold(WANTED));
    }
}

/// A vendor and all whom it supplies from are at home: nobody who is not is reached downwards.
fn location(registers: &Registers, answers: &mut Answers) {
    let vendors = &registers.vendors;
    let above = Sources::new(vendors.at_home.len(), vendors.subcontractors.iter().copied());
    let abroad = |v: u32| vendors.at_home[v as usize] == Truth::False;
    let maybe_abroad = |v: u32| vendors.at_home[v as usize] != Truth::True;
    let certain = above.that_reach(abroad, |_| false);
    let possible = above.that_reach(maybe_abroad, |v| vendors.open[v as usize]);
    for contract in &registers.contracts {
        let holds = contract.vendor.map_or(Truth::Unknown, |v| {
            let v = v as usize;
            vendors.at_home[v].min(!Truth::between(certain[v], possible[v]))
        });
        answers.add(LOCATION, contract.id, contract.external, holds);
    }
}

fn reach(registers: &Registers, answers: &mut Answers) {
    let assets = &registers.assets;
    let reach = |passes: fn(Truth) -> bool, wanted: fn(Truth) -> bool| {
        let passing = registers.links.iter().filter(|l| passes(!l.firewall)).map(|l| (l.from, l.to));
        Sources::new(assets.len(), passing).that_reach(|a| wanted(assets[a as usize].patients), |_| false)
    };
    let certain = reach(Truth::is_certain, Truth::is_certain);
    let possible = reach(Truth::is_possible, Truth::is_possible);
    for (row, asset) in assets.iter().enumerate() {
        answers.add(REACH, asset.id, asset.internet, !Truth::between(certain[row], possible[row]));
    }
}

fn counts(registers: &Registers, answers: &mut Answers) {
    const MOST: u32 = 2;
    let mut certain = vec![0_u32; registers.facilities.len()];
    let mut possible = vec![0_u32; registers.facilities.len()];
    for contract in &registers.contracts {
        let counted = contract.external.min(!contract.clauses.hold(Clauses::AUDIT));
        certain[contract.facility as usize] += u32::from(counted.is_certain());
        possible[contract.facility as usize] += u32::from(counted.is_possible());
    }
    for (row, id) in registers.facilities.iter().enumerate() {
        let holds = Truth::between(possible[row] <= MOST, certain[row] <= MOST);
        answers.add(COUNTS, id, Truth::True, holds);
    }
}

/// For each node of a graph, the nodes with an edge to it, one list after another.
struct Sources {
    /// Where the list of each node begins; one more at the end.
    starts: Vec<u32>,
    nodes: Vec<u32>,
}

impl Sources {
    fn new(count: usize, edges: impl Iterator<Item = (u32, u32)> + Clone) -> Sources {
        let mut starts = vec![0_u32; count + 1];
        for (_, to) in edges.clone() {
            starts[to as usize] += 1;
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut nodes = vec![0; end as usize];
        for (from, to) in edges {
            let slot = &mut starts[to as usize];
            *slot -= 1;
            nodes[*slot as usize] = from;
        }
        Sources { starts, nodes }
    }

    fn of(&self, node: u32) -> &[u32] {
        &self.nodes[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// The nodes from which a wanted one is reached by at least one edge, those that count as such anyway (`also`),
    /// and all from which these are reached.
    fn that_reach(&self, wanted: impl Fn(u32) -> bool, also: impl Fn(u32) -> bool) -> Vec<bool> {
        let count = self.starts.len() - 1;
        let mut reach: Vec<bool> = (0..count as u32).map(also).collect();
        let mut waiting: Vec<u32> = (0..count as u32).filter(|&n| reach[n as usize] || wanted(n)).collect();
        while let Some(node) = waiting.pop() {
            for &from in self.of(node) {
                if !reach[from as usize] {
                    reach[from as usize] = true;
                    waiting.push(from);
                }
            }
        }
        reach
    }
}
