//! How subjects, facts and rules are called in every output.

use kijun_engine::assessment::{FactRef, RuleRef, SubjectRef};
use kijun_engine::program::Program;
use kijun_facts::{AttrId, KindDef, Store, Type};
use sha2::{Digest, Sha256};

/// The id of a subject: a record's id; `None` for the records of a register that are not known.
pub fn subject_id<'a>(store: &'a Store, facility: &'a str, subject: SubjectRef) -> Option<&'a str> {
    match subject {
        SubjectRef::Facility => Some(facility),
        SubjectRef::Record(kind, row) => Some(store.id_text(kind, row as usize)),
        SubjectRef::Register(_) => None,
    }
}

/// The kind of a subject by name; `facility` for the facility as a whole.
pub fn subject_name(program: &Program, subject: SubjectRef) -> &str {
    match subject {
        SubjectRef::Facility => "facility",
        SubjectRef::Record(kind, _) | SubjectRef::Register(kind) => {
            program.schema.kind(kind).map_or("", |k| k.name.as_str())
        }
    }
}

/// The attribute that names the records of a kind for people: a text called `name`.
pub(crate) fn name_attribute(def: &KindDef) -> Option<AttrId> {
    let at = def.attributes.iter().position(|a| a.name == "name" && a.ty == Type::Text)?;
    Some(AttrId(at as u32))
}

/// The name of a rule: a check's, an attestation's, or that of the requirement that a combination meets.
pub fn rule_name(program: &Program, rule: RuleRef) -> &str {
    rule.name(program)
}

/// `contract.ehr-2025.clauses`; a register is `contract`, a missing attestation `attestation.mhlw:6.1.C.1`.
pub fn fact_name(program: &Program, store: &Store, fact: FactRef) -> String {
    match fact {
        FactRef::Cell { kind, row, attr } => {
            let def = program.schema.kind(kind);
            let name = def.map_or("", |k| k.name.as_str());
            let attribute = def.and_then(|k| k.get(attr)).map_or("", |a| a.name.as_str());
            format!("{name}.{}.{attribute}", store.id_text(kind, row as usize))
        }
        FactRef::Register(kind) => program.schema.kind(kind).map_or_else(String::new, |k| k.name.clone()),
        FactRef::Attestation(requirement) => {
            format!("attestation.{}", program.requirement(requirement).map_or("", |r| &r.id))
        }
    }
}

/// Sixteen hexadecimal digits that stay the same while requirement, rule and subject do.
pub fn fingerprint(parts: [&str; 4]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let first: u64 = hash.finalize().iter().take(8).fold(0, |n, byte| n << 8 | u64::from(*byte));
    format!("{first:016x}")
}
