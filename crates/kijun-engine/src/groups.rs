//! The records of a kind by the code of a key.

use kijun_facts::store::{NONE, UNKNOWN};
use rustc_hash::FxHashMap;

use crate::truth::Truth;
use crate::values::View;

/// Rows by key in compressed rows; keys that are far apart are numbered first.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    offsets: Vec<u32>,
    rows: Vec<u32>,
    /// Numbers of keys, where keys are not small numbers themselves.
    numbers: Option<FxHashMap<u32, u32>>,
    none: Vec<u32>,
    unknown: Vec<u32>,
}

impl Groups {
    pub(crate) fn new(keys: View<'_>, records: usize) -> Groups {
        let codes: Vec<u32> = (0..records).map(|row| keys.code(row)).collect();
        let largest = codes.iter().copied().filter(|c| *c < NONE).max().unwrap_or(0) as usize;
        let mut groups = Groups::default();
        if largest > 4 * records + 1024 {
            let mut numbers = FxHashMap::default();
            for code in codes.iter().filter(|c| **c < NONE) {
                let next = numbers.len() as u32;
                numbers.entry(*code).or_insert(next);
            }
            groups.numbers = Some(numbers);
        }
        let size = groups.numbers.as_ref().map_or(largest + 1, FxHashMap::len);
        let mut offsets = vec![0_u32; size + 1];
        for code in &codes {
            if let Some(count) = groups.number(*code).and_then(|n| offsets.get_mut(n + 1)) {
                *count += 1;
            }
        }
        let mut total = 0;
        for offset in &mut offsets {
            total += *offset;
            *offset = total;
        }
        let mut next = offsets.clone();
        groups.rows = vec![0; total as usize];
        for (row, code) in codes.iter().enumerate() {
            match *code {
                UNKNOWN => groups.unknown.push(row as u32),
                NONE => groups.none.push(row as u32),
                code => {
                    let Some(at) = groups.number(code).and_then(|n| next.get_mut(n)) else { continue };
                    if let Some(slot) = groups.rows.get_mut(*at as usize) {
                        *slot = row as u32;
                    }
                    *at += 1;
                }
            }
        }
        groups.offsets = offsets;
        groups
    }

    fn number(&self, code: u32) -> Option<usize> {
        match &self.numbers {
            _ if code >= NONE => None,
            Some(numbers) => numbers.get(&code).map(|n| *n as usize),
            None => Some(code as usize),
        }
    }

    /// The rows whose key is this code, in order.
    pub(crate) fn of(&self, code: u32) -> &[u32] {
        match code {
            UNKNOWN => &self.unknown,
            NONE => &self.none,
            code => {
                let bounds =
                    self.number(code).and_then(|n| Some((*self.offsets.get(n)?, *self.offsets.get(n + 1)?)));
                bounds.and_then(|(a, b)| self.rows.get(a as usize..b as usize)).unwrap_or(&[])
            }
        }
    }

    /// How a condition fares among the records whose key is known, none, and unknown.
    pub(crate) fn tally(&self, truth: impl Fn(usize) -> Truth) -> ByKey {
        let of = |rows: &[u32]| {
            let mut tally = Tally::default();
            rows.iter().for_each(|row| match truth(*row as usize) {
                Truth::True => tally.certain += 1,
                Truth::Unknown => tally.unknown += 1,
                Truth::False => {}
            });
            tally
        };
        ByKey { known: of(&self.rows), none: of(&self.none), unknown: of(&self.unknown) }
    }
}

pub(crate) struct ByKey {
    pub(crate) known: Tally,
    pub(crate) none: Tally,
    pub(crate) unknown: Tally,
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    certain: u64,
    unknown: u64,
}

impl Tally {
    /// The truth of "any of them".
    pub(crate) fn best(&self) -> Truth {
        match (self.certain, self.unknown) {
            (0, 0) => Truth::False,
            (0, _) => Truth::Unknown,
            _ => Truth::True,
        }
    }

    pub(crate) fn not_false(&self) -> u64 {
        self.certain + self.unknown
    }
}
