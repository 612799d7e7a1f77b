//! Filling in what was unknown: the facts that a questionnaire would bring back.

use std::collections::BTreeMap;

use kijun_facts::{AttrId, Attribute, Date, KindId, Schema};

use super::facts::{Datum, Facts, Pool, Record, Stated, Statement, fill, new_id};
use super::source::Source;
use super::values;

/// These facts with some of their unknowns filled in:
/// - a register that is not mentioned or stated incomplete gets more records (with what they bring) and
///   may be stated complete;
/// - a required attribute that is missing, or one stated as `?`, gets a value (an optional one may get none);
/// - a possible member becomes certain or goes; an open set gets more members, and may be closed;
/// - a date known to the month or year is narrowed.
///
/// What is known stays, evidence and all; so do cells in conflict, attestations and waivers. A cell of which a part
/// was known keeps its evidence: to replace it by weaker evidence would take knowledge away.
pub(crate) fn refine(schema: &Schema, kinds: &[KindId], facts: &Facts, source: &mut Source) -> Facts {
    let mut refined = facts.clone();
    for kind in kinds {
        refine_register(&mut refined, *kind, source);
    }
    let pool = Pool::of(schema, &refined);
    for (i, record) in refined.records.iter_mut().enumerate() {
        if !kinds.contains(&record.kind) {
            continue;
        }
        if i >= facts.records.len() {
            fill(&pool, record, source, &mut 0);
            continue;
        }
        for (a, attribute) in schema.kinds[record.kind.0 as usize].attributes.iter().enumerate() {
            if source.chance(75) {
                refine_cell(&pool, attribute, &mut record.cells, AttrId(a as u32), source);
            }
        }
    }
    refined
}

fn refine_register(facts: &mut Facts, kind: KindId, source: &mut Source) {
    let stated = facts.registers.get(&kind).copied();
    let has_records = facts.records.iter().any(|r| r.kind == kind);
    let is_open = stated == Some(false) || (stated.is_none() && !has_records);
    if !is_open || source.chance(20) {
        return;
    }
    for _ in 0..source.one(&[0, 1, 1, 2]) {
        let id = new_id(source, facts.records.len());
        facts.records.push(Record { kind, id, cells: BTreeMap::new() });
    }
    match source.below(4) {
        0 | 1 => {
            facts.registers.insert(kind, true);
        }
        2 => {
            facts.registers.insert(kind, false);
        }
        // Records without a statement are read as the whole register; without any it stays as it was.
        _ if facts.records.iter().any(|r| r.kind == kind) => {
            facts.registers.remove(&kind);
        }
        _ => {}
    }
}

fn refine_cell(
    pool: &Pool,
    attribute: &Attribute,
    cells: &mut BTreeMap<AttrId, Vec<Statement>>,
    attr: AttrId,
    source: &mut Source,
) {
    let statement = match cells.get_mut(&attr).map(Vec::as_mut_slice) {
        None | Some([]) if attribute.optional => return,
        None | Some([]) => {
            let stated = pool.known(source, &attribute.ty);
            cells.insert(attr, vec![Statement { stated, evidence: values::evidence(source) }]);
            return;
        }
        Some([statement]) => statement,
        Some(_) => return,
    };
    match &mut statement.stated {
        Stated::Unknown => {
            let none = attribute.optional && source.chance(30);
            let stated = if none { Stated::None } else { pool.known(source, &attribute.ty) };
            *statement = Statement { stated, evidence: values::evidence(source) };
        }
        Stated::Set { certain, possible, open } => {
            for member in std::mem::take(possible) {
                match source.below(3) {
                    0 => certain.push(member),
                    1 => {}
                    _ => possible.push(member),
                }
            }
            if let (true, Some(element)) = (*open, attribute.ty.element()) {
                let others = pool.members(element);
                for member in source.some(&others, 40) {
                    if !certain.contains(&member) && !possible.contains(&member) {
                        certain.push(member);
                    }
                }
                *open = source.chance(30);
            }
        }
        Stated::Known(Datum::Date(date)) if date.first < date.last => {
            let day = |n: usize| date.first + n as i32;
            let length = (date.last - date.first) as usize;
            *date = match source.below(3) {
                0 => Date::day(day(0)),
                1 => Date::day(date.last),
                _ => Date { first: day(length / 3), last: day(length / 2) },
            };
        }
        Stated::None | Stated::Known(_) => {}
    }
}
