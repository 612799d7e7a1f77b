//! How a question is told apart from all others, in a form that comes back unchanged.

use std::fmt;

use kijun_engine::assessment::{FactRef, SubjectRef};
use kijun_engine::program::Program;
use kijun_facts::{AttrId, KindId, Store};

use crate::names::fact_name;
use crate::report::View;

/// What an answer is recorded as: `vendor.acloud.country`, `complete vendor`, `attest mhlw:6.1.C.1 @ cloud-pacs`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Cell {
        kind: String,
        id: String,
        attribute: String,
    },
    Register {
        kind: String,
    },
    /// With the id of the record that it is about, if it is about one.
    Attestation {
        requirement: String,
        subject: Option<String>,
    },
}

const COMPLETE: &str = "complete ";
const ATTEST: &str = "attest ";
const OF: &str = " @ ";

impl Key {
    pub(crate) fn of(view: &View<'_>, fact: FactRef, subject: SubjectRef) -> Key {
        let (program, store) = (view.program, view.store);
        match fact {
            FactRef::Cell { kind, row, attr } => {
                let def = program.schema.kind(kind);
                Key::Cell {
                    kind: def.map_or_else(String::new, |k| k.name.clone()),
                    id: store.id_text(kind, row as usize).to_owned(),
                    attribute: def.and_then(|k| k.get(attr)).map_or_else(String::new, |a| a.name.clone()),
                }
            }
            FactRef::Register(_) => Key::Register { kind: fact_name(program, store, fact) },
            FactRef::Attestation(requirement) => {
                let requirement = program.requirement(requirement).map_or_else(String::new, |r| r.id.clone());
                let subject = match subject {
                    SubjectRef::Record(kind, row) => Some(store.id_text(kind, row as usize).to_owned()),
                    SubjectRef::Facility | SubjectRef::Register(_) => None,
                };
                Key::Attestation { requirement, subject }
            }
        }
    }

    /// Reads what [`fmt::Display`] wrote; `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Key> {
        let text = text.trim();
        if let Some(kind) = text.strip_prefix(COMPLETE) {
            return Some(Key::Register { kind: kind.trim().to_owned() });
        }
        if let Some(rest) = text.strip_prefix(ATTEST) {
            let (requirement, subject) = match rest.split_once(OF) {
                Some((requirement, subject)) => (requirement, Some(subject.trim().to_owned())),
                None => (rest, None),
            };
            return Some(Key::Attestation { requirement: requirement.trim().to_owned(), subject });
        }
        // An id may have points in it; names of kinds and attributes have none.
        let (kind, rest) = text.split_once('.')?;
        let (id, attribute) = rest.rsplit_once('.')?;
        Some(Key::Cell { kind: kind.to_owned(), id: id.to_owned(), attribute: attribute.to_owned() })
    }

    /// Whether there is such a thing to be recorded.
    pub(crate) fn is_known(&self, program: &Program, store: &Store) -> bool {
        match self {
            Key::Cell { .. } => self.cell(program, store).is_some(),
            Key::Register { kind } => program.schema.find_kind(kind).is_some(),
            Key::Attestation { requirement, .. } => program.find_item(requirement).is_some(),
        }
    }

    /// The cell that is asked about.
    pub(crate) fn cell(&self, program: &Program, store: &Store) -> Option<(KindId, u32, AttrId)> {
        let Key::Cell { kind, id, attribute } = self else { return None };
        let kind = program.schema.find_kind(kind)?;
        let attr = program.schema.kind(kind)?.attribute(attribute)?;
        Some((kind, store.row(kind, id)?, attr))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Cell { kind, id, attribute } => write!(f, "{kind}.{id}.{attribute}"),
            Key::Register { kind } => write!(f, "{COMPLETE}{kind}"),
            Key::Attestation { requirement, subject: None } => write!(f, "{ATTEST}{requirement}"),
            Key::Attestation { requirement, subject: Some(subject) } => {
                write!(f, "{ATTEST}{requirement}{OF}{subject}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let keys = [
            Key::Cell { kind: "vendor".into(), id: "a.b c@d".into(), attribute: "country".into() },
            Key::Register { kind: "契約".into() },
            Key::Attestation { requirement: "mhlw:8.1.2.C.イ".into(), subject: None },
            Key::Attestation { requirement: "mhlw@4.2:6.1".into(), subject: Some("line 3 @ tower".into()) },
        ];
        for key in keys {
            assert_eq!(Key::parse(&key.to_string()), Some(key));
        }
        for none in ["", "vendor", "vendor.a", "..."] {
            assert!(
                !matches!(Key::parse(none), Some(Key::Register { .. } | Key::Attestation { .. })),
                "{none}"
            );
        }
    }
}
