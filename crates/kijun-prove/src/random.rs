//! Random facts from the values of a search, the same on every machine.

use std::collections::{BTreeMap, BTreeSet};

use kijun_engine::assessment::RuleRef;
use kijun_engine::program::Program;
use kijun_facts::{AttrId, KindId, Type};

use crate::decode::record_id;
use crate::domain::Domains;
use crate::facts::{Datum, Facts, Record, Stated};
use crate::search::{Read, reads};

pub(crate) struct Random<'p> {
    program: &'p Program,
    domains: Domains,
    /// The attributes that rules read, by kind.
    kinds: BTreeMap<KindId, BTreeSet<AttrId>>,
    most: u32,
    state: u64,
}

impl<'p> Random<'p> {
    pub(crate) fn new(
        program: &'p Program,
        rules: &[RuleRef],
        domains: Domains,
        most: u32,
        seed: &str,
    ) -> Random<'p> {
        let mut kinds: BTreeMap<KindId, BTreeSet<AttrId>> = BTreeMap::new();
        for read in reads(program, rules) {
            match read {
                Read::Attribute(kind, attr) => {
                    kinds.entry(kind).or_default().insert(attr);
                    let ty = program.schema.attribute(kind, attr).map(|a| a.ty.element().unwrap_or(&a.ty));
                    if let Some(Type::Ref(target)) = ty {
                        kinds.entry(*target).or_default();
                    }
                }
                Read::Register(kind) => _ = kinds.entry(kind).or_default(),
                Read::Today => {}
            }
        }
        // FNV-1a: the property's name decides which facts are tried.
        let hash = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        let state = seed.bytes().fold(0xcbf2_9ce4_8422_2325, hash);
        Random { program, domains, kinds, most, state }
    }

    /// Splitmix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    fn one<T: Clone>(&mut self, values: &[T]) -> Option<T> {
        let at = self.below(values.len());
        values.get(at).cloned()
    }

    /// `subject`: the kind of which there is at least one record.
    pub(crate) fn facts(&mut self, subject: Option<KindId>) -> Facts {
        let days = self.domains.today.clone();
        let today = self.one(&days).and_then(|d| i32::try_from(d).ok()).unwrap_or(0);
        let mut counts: BTreeMap<KindId, u32> = BTreeMap::new();
        let mut kinds: Vec<KindId> = self.kinds.keys().copied().collect();
        kinds.extend(subject.filter(|s| !self.kinds.contains_key(s)));
        for kind in &kinds {
            let least = u32::from(subject == Some(*kind));
            counts.insert(*kind, least.max(self.below(self.most as usize + 1) as u32));
        }
        let mut facts = Facts { today, records: Vec::new(), registers: Vec::new() };
        for (kind, count) in counts.clone() {
            let complete = self.chance(80);
            facts.registers.push((kind, complete));
            for slot in 0..count {
                let record = self.record(kind, slot, &counts);
                facts.records.push(record);
            }
        }
        facts
    }

    fn record(&mut self, kind: KindId, slot: u32, counts: &BTreeMap<KindId, u32>) -> Record {
        let attributes: Vec<AttrId> = self.kinds.get(&kind).into_iter().flatten().copied().collect();
        let mut cells = Vec::new();
        for attr in attributes {
            let program = self.program;
            let Some(attribute) = program.schema.attribute(kind, attr) else { continue };
            let stated = match attribute.ty.element() {
                Some(element) => self.set(element, counts),
                None if self.chance(8) => Stated::Unknown,
                None if attribute.optional && self.chance(25) => Stated::None,
                None => {
                    let values = self.values(&attribute.ty, counts);
                    self.one(&values).map_or(Stated::Unknown, Stated::Known)
                }
            };
            cells.push((attr, stated));
        }
        Record { kind, id: record_id(self.program, kind, slot), cells, grade: None }
    }

    fn set(&mut self, element: &Type, counts: &BTreeMap<KindId, u32>) -> Stated {
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        for value in self.values(element, counts) {
            match self.below(10) {
                0..4 => certain.push(value),
                4 => possible.push(value),
                _ => {}
            }
        }
        Stated::Set { certain, possible, open: self.chance(8) }
    }

    fn values(&self, ty: &Type, counts: &BTreeMap<KindId, u32>) -> Vec<Datum> {
        let d = &self.domains;
        match ty {
            Type::Bool => vec![Datum::Bool(false), Datum::Bool(true)],
            Type::Int => d.ints.iter().copied().map(Datum::Int).collect(),
            Type::Decimal => d.decimals.iter().copied().map(Datum::Decimal).collect(),
            Type::Text => d.texts.iter().map(|t| Datum::Text(t.to_string())).collect(),
            Type::Date => d.dates.iter().filter_map(|n| i32::try_from(*n).ok()).map(Datum::Date).collect(),
            Type::Duration => d.durations.iter().copied().map(Datum::Duration).collect(),
            Type::Country => d.countries.iter().copied().map(Datum::Country).collect(),
            Type::Requirement => d.requirements.iter().map(|t| Datum::Requirement(t.to_string())).collect(),
            Type::Enum(id) => {
                let literals = self.program.schema.enumeration(*id).map_or(0, |e| e.literals.len());
                (0..literals as u32).map(Datum::Enum).collect()
            }
            Type::Ref(kind) => {
                let count = counts.get(kind).copied().unwrap_or(0);
                (0..count).map(|slot| Datum::Ref(record_id(self.program, *kind, slot))).collect()
            }
            Type::Set(_) => Vec::new(),
        }
    }
}
