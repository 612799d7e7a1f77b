//! One case: a program, several sets of facts for it, another program for the same facts, and a day.

use std::fmt::Write as _;

use kijun_engine::program::Program;
use kijun_facts::{KindId, Store};

use crate::generate::choices::{
    Parts, Seeded, empty_facts, empty_program, facts_of, is_of_program, program_of, random_facts,
    random_program,
};
use crate::generate::{Facts, Scenario, TODAY};

/// The choices that a case is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Days since 1970-01-01.
    pub(crate) today: i32,
    /// At most so many cells in conflict in each set of facts.
    pub(crate) conflicts: usize,
    pub(super) program: Parts,
    /// Other rules for the same schema and requirements.
    pub(super) other: Option<Parts>,
    pub(super) facts: Vec<Parts>,
}

impl Case {
    /// The case of a seed.
    pub fn of_seed(seed: u64) -> Case {
        // Seeds that follow each other give cases that have nothing to do with each other.
        let mut seeded = Seeded(Seeded(seed).next());
        let seeded = &mut seeded;
        let offset = [0, 0, 0, 1, -1, 28, -31, 365][seeded.within(0..8)];
        // More than the page tries, now and then.
        let conflicts = [3, 3, 3, 9][seeded.within(0..4)];
        let program = random_program(seeded);
        let other = (seeded.within(0..3) == 0).then(|| {
            let rules = random_program(seeded);
            let is_shared = |name: &str| matches!(name, "schema" | "requirement");
            program
                .iter()
                .zip(rules)
                .map(|(own, new)| if is_shared(own.0) { own.clone() } else { new })
                .collect()
        });
        let facts = (0..seeded.within(4..13)).map(|_| random_facts(seeded)).collect();
        Case { today: TODAY + offset, conflicts, program, other, facts }
    }

    pub(super) fn program(&self) -> (Program, Vec<KindId>) {
        program_of(&self.program)
    }

    pub(super) fn other_program(&self) -> Option<Program> {
        self.other.as_ref().map(|parts| program_of(parts).0)
    }

    pub(super) fn store(&self, program: &Program, kinds: &[KindId], number: usize) -> Store {
        facts_of(program, kinds, &self.facts[number], self.conflicts).store(&program.schema)
    }

    /// How much there is of it: what a smaller case has less of.
    pub(super) fn size(&self) -> usize {
        let all = std::iter::once(&self.program).chain(&self.other).chain(&self.facts);
        let streams = all.flatten().flat_map(|(_, streams)| streams);
        self.facts.len() * 100
            + streams.map(|s| 10 + s.iter().map(|b| 1 + usize::from(*b > 0)).sum::<usize>()).sum::<usize>()
    }

    /// As a file: what failed and the program and facts for a reader, and the choices for [`Case::read`].
    pub fn write(&self, difference: &str) -> String {
        let mut out = String::new();
        let comment = |text: &str| {
            text.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect::<String>()
        };
        out.push_str(&comment(difference));
        let (program, kinds) = self.program();
        for parts in &self.facts {
            let facts = facts_of(&program, &kinds, parts, self.conflicts);
            let scenario = Scenario { program: program.clone(), facts, kinds: kinds.clone() };
            out.push_str("#\n");
            out.push_str(&comment(&format!("{scenario:?}")));
        }
        if let Some(program) = self.other_program() {
            let scenario = Scenario { program, facts: Facts::default(), kinds };
            out.push_str("#\n# other rules\n");
            out.push_str(&comment(&format!("{scenario:?}")));
        }
        let _ = writeln!(out, "today {}\nconflicts {}", self.today, self.conflicts);
        lines(&mut out, "program", &self.program);
        self.other.iter().for_each(|parts| lines(&mut out, "other", parts));
        self.facts.iter().for_each(|parts| lines(&mut out, "facts", parts));
        out
    }

    /// Reads what [`Case::write`] wrote.
    pub fn read(text: &str) -> Result<Case, String> {
        let mut case =
            Case { today: TODAY, conflicts: 3, program: empty_program(), other: None, facts: Vec::new() };
        let mut into = 0;
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            let number = || rest.trim().parse().map_err(|_| format!("no number: `{line}`"));
            match word {
                "today" => case.today = number()?,
                "conflicts" => case.conflicts = number()? as usize,
                "program" => into = 0,
                "other" => {
                    case.other = Some(empty_program());
                    into = 1;
                }
                "facts" => {
                    case.facts.push(empty_facts());
                    into = 2;
                }
                name => {
                    let parts = match into {
                        0 => Some(&mut case.program),
                        1 => case.other.as_mut(),
                        _ => case.facts.last_mut(),
                    };
                    let is_there = is_of_program(name) == (into < 2);
                    let part =
                        parts.and_then(|p| p.iter_mut().find(|(n, _)| *n == name)).filter(|_| is_there);
                    part.ok_or_else(|| format!("what is `{line}`?"))?.1.push(bytes(rest)?);
                }
            }
        }
        Ok(case)
    }
}

fn lines(out: &mut String, head: &str, parts: &Parts) {
    let _ = writeln!(out, "{head}");
    for (name, streams) in parts {
        for stream in streams {
            let hex: String = stream.iter().map(|b| format!("{b:02x}")).collect();
            let _ = writeln!(out, "{name} {hex}");
        }
    }
}

fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    let hex = hex.trim().as_bytes();
    let byte = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok().filter(|t| t.len() == 2);
        text.and_then(|t| u8::from_str_radix(t, 16).ok()).ok_or_else(|| "no bytes in hex".to_owned())
    };
    hex.chunks(2).map(byte).collect()
}
