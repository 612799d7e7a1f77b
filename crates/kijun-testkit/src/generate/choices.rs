//! The choices that a case of differential testing is made of: drawn from a seed, written to a file and read from it.

use kijun_engine::program::Program;
use kijun_facts::KindId;

use super::facts::{FactChoices, Facts, facts};
use super::program::{ProgramChoices, program};

/// Splitmix64: the same seed gives the same numbers everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from a range.
    pub(crate) fn within(&mut self, range: std::ops::Range<usize>) -> usize {
        range.start + (self.next() % (range.end - range.start) as u64) as usize
    }

    fn stream(&mut self, length: usize) -> Vec<u8> {
        let length = self.within(length / 3..length);
        (0..length).map(|_| (self.next() >> 56) as u8).collect()
    }

    fn streams(&mut self, count: std::ops::Range<usize>, length: usize) -> Vec<Vec<u8>> {
        (0..self.within(count)).map(|_| self.stream(length)).collect()
    }
}

/// A named part of a program or of facts, as many streams of choices as it has declarations.
pub(crate) type Parts = Vec<(&'static str, Vec<Vec<u8>>)>;

const PROGRAM: [&str; 6] = ["schema", "requirement", "relation", "check", "attest", "satisfy"];
const FACTS: [&str; 4] = ["record", "attestation", "waiver", "register"];

pub(crate) fn random_program(seed: &mut Seeded) -> Parts {
    let schema = (0..90).map(|_| (seed.next() >> 56) as u8).collect();
    let parts = [
        vec![schema],
        seed.streams(0..5, 16),
        seed.streams(0..4, 120),
        seed.streams(1..5, 160),
        seed.streams(0..3, 60),
        seed.streams(0..3, 40),
    ];
    PROGRAM.into_iter().zip(parts).collect()
}

pub(crate) fn random_facts(seed: &mut Seeded) -> Parts {
    let parts =
        [seed.streams(0..8, 120), seed.streams(0..6, 40), seed.streams(0..4, 40), vec![seed.stream(12)]];
    FACTS.into_iter().zip(parts).collect()
}

pub(crate) fn empty_program() -> Parts {
    PROGRAM.into_iter().map(|name| (name, Vec::new())).collect()
}

pub(crate) fn empty_facts() -> Parts {
    FACTS.into_iter().map(|name| (name, Vec::new())).collect()
}

pub(crate) fn is_of_program(name: &str) -> bool {
    PROGRAM.contains(&name)
}

fn of(parts: &Parts, name: &str) -> Vec<Vec<u8>> {
    parts.iter().find(|(n, _)| *n == name).map(|(_, streams)| streams.clone()).unwrap_or_default()
}

pub(crate) fn program_of(parts: &Parts) -> (Program, Vec<KindId>) {
    program(&ProgramChoices {
        schema: of(parts, "schema").concat(),
        requirements: of(parts, "requirement"),
        relations: of(parts, "relation"),
        checks: of(parts, "check"),
        attests: of(parts, "attest"),
        combinations: of(parts, "satisfy"),
    })
}

/// `conflicts`: at most so many cells.
pub(crate) fn facts_of(program: &Program, kinds: &[KindId], parts: &Parts, conflicts: usize) -> Facts {
    let choices = FactChoices {
        records: of(parts, "record"),
        attestations: of(parts, "attestation"),
        waivers: of(parts, "waiver"),
        registers: of(parts, "register").concat(),
        conflicts,
    };
    facts(&program.schema, kinds, &choices)
}
