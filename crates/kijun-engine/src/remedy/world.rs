//! The facts as they would be after actions.

use std::collections::BTreeMap;

use kijun_facts::{AttrId, Date, Evidence, KindId, Register, Scalar, Store, Type, Value};

use super::Action;
use crate::assessment::SubjectRef;
use crate::attest::{ANSWER, BY, DATE, REQUIREMENT, SUBJECT, YES};
use crate::edit;
use crate::prepared::Prepared;
use crate::program::{Attest, Const, Program};
use crate::repair::choice::Choice;
use crate::repair::values::SOME_TEXT;
use crate::repair::{Cell, Change, Datum, NEW_RECORD};
use crate::row::Row;

/// What stands for a text that is still to be written.
const TO_BE_WRITTEN: &str = "（記入）";

/// Makes changed facts; `mentioned` are the constants of the rules that the changes are for.
pub(super) struct World<'w> {
    pub(super) program: &'w Program,
    pub(super) prepared: &'w Prepared,
    pub(super) today: i32,
    pub(super) mentioned: &'w [Const],
}

impl World<'_> {
    /// The facts after all of these; `None` where one of them cannot be written down. What changes has evidence of the highest
    /// grade, of the day: that the evidence which a rule asks for is kept is taken for granted.
    pub(super) fn after(&self, store: &Store, actions: &[&Action]) -> Option<Store> {
        let mut store = store.clone();
        let mut cells: Vec<Change> = Vec::new();
        let mut made: BTreeMap<KindId, u32> = BTreeMap::new();
        for action in actions {
            match action {
                Action::Change(Change::Record { kind, fields, .. }) => {
                    let row = self.add(&mut store, *kind)?;
                    made.insert(*kind, row);
                    cells.extend(fields.iter().map(|field| moved(field, row)));
                }
                Action::Change(Change::Register { kind }) => {
                    store.kinds.get_mut(kind.0 as usize)?.register = Register::Complete;
                }
                Action::Change(change) => {
                    change.cell()?;
                    cells.push(change.clone());
                }
                Action::Renew(cell) => self.renew(&mut store, *cell),
                Action::Attest { attest, subject } => {
                    self.attest(&mut store, self.program.attests.get(*attest)?, *subject)?;
                }
            }
        }
        let cells: Vec<Change> = cells.into_iter().map(|c| pointed(c, &made)).collect::<Option<_>>()?;
        self.write(&mut store, &cells)?;
        Some(store)
    }

    /// A record with an id that no other has.
    fn add(&self, store: &mut Store, kind: KindId) -> Option<u32> {
        let used = store.kind(kind)?.len();
        (1..=used + 1).find_map(|n| store.add_record(&self.program.schema, kind, &format!("new-{n}")))
    }

    fn write(&self, store: &mut Store, changes: &[Change]) -> Option<()> {
        let texts = changes.iter().filter_map(|c| match c {
            Change::Set { value: datum, .. } | Change::Add { member: datum, .. } => text_of(datum),
            _ => None,
        });
        for text in texts {
            store.intern(text);
        }
        let mut cells: Vec<Cell> = changes.iter().filter_map(Change::cell).collect();
        cells.sort_unstable();
        cells.dedup();
        let extents = self.prepared.extents(store);
        let mut values: Vec<(Cell, Value)> = Vec::new();
        for cell in cells {
            let row = Row::new(self.program, store, self.today, &extents);
            let choice = Choice { row: &row, mentioned: self.mentioned };
            values.push((cell, choice.values(cell, changes).into_iter().next()?));
        }
        for (cell, value) in values {
            let value = self.written(store, value);
            edit::record(self.program, store, (cell.kind, cell.row, cell.attr), &value);
            self.back(store, cell);
        }
        Some(())
    }

    /// A text that may be any has to be one.
    fn written(&self, store: &mut Store, value: Value) -> Value {
        match value {
            Value::Scalar(Scalar::Text(SOME_TEXT)) => {
                Value::Scalar(Scalar::Text(store.intern(TO_BE_WRITTEN)))
            }
            other => other,
        }
    }

    fn back(&self, store: &mut Store, Cell { kind, row, attr }: Cell) {
        let grade = self.program.schema.enums.iter().find(|e| e.name == "grade");
        let grade = grade.map(|e| e.literals.len().saturating_sub(1) as u32);
        let evidence = Evidence { as_of: Some(Date::day(self.today)), grade, ..Evidence::default() };
        store.back(kind, attr, row, evidence);
    }

    /// The same evidence, without the day on which it lapsed.
    fn renew(&self, store: &mut Store, Cell { kind, row, attr }: Cell) {
        let table = store.kind(kind);
        let old = table.and_then(|t| store.evidence(t.evidence_of(attr, row as usize))).cloned();
        let evidence =
            Evidence { as_of: Some(Date::day(self.today)), valid_until: None, ..old.unwrap_or_default() };
        store.back(kind, attr, row, evidence);
    }

    fn attest(&self, store: &mut Store, attest: &Attest, subject: SubjectRef) -> Option<()> {
        let kind = self.program.builtins.attestation;
        let requirement = self.program.requirement(attest.requirement)?.id.clone();
        let subject = match subject {
            SubjectRef::Facility => None,
            SubjectRef::Record(kind, row) => Some(store.id_text(kind, row as usize).to_owned()),
            SubjectRef::Register(_) => return None,
        };
        let row = self.add(store, kind)?;
        let (requirement, subject) = (store.intern(&requirement), subject.map(|s| store.intern(&s)));
        let today = Scalar::Date(Date::day(self.today));
        let by = attest.by.first().copied().unwrap_or(0);
        let values: [(AttrId, Value); 5] = [
            (REQUIREMENT, Value::Scalar(Scalar::Requirement(requirement))),
            (SUBJECT, subject.map_or(Value::None, |s| Value::Scalar(Scalar::Text(s)))),
            (ANSWER, Value::Scalar(Scalar::Enum(YES))),
            (BY, Value::Scalar(Scalar::Enum(by))),
            (DATE, Value::Scalar(today)),
        ];
        for (attr, value) in values {
            edit::record(self.program, store, (kind, row, attr), &value);
            self.back(store, Cell { kind, row, attr });
        }
        Some(())
    }
}

fn text_of(datum: &Datum) -> Option<&str> {
    match datum {
        Datum::Const(Const::Text(text) | Const::Requirement(text)) => Some(text),
        _ => None,
    }
}

/// A field of a record that is to be made, once it has a row.
fn moved(field: &Change, row: u32) -> Change {
    let mut field = field.clone();
    match &mut field {
        Change::Set { cell, .. }
        | Change::OtherThan { cell, .. }
        | Change::AtLeast { cell, .. }
        | Change::AtMost { cell, .. }
        | Change::Add { cell, .. }
        | Change::Remove { cell, .. }
        | Change::Close { cell }
            if cell.row == NEW_RECORD =>
        {
            cell.row = row;
        }
        _ => {}
    }
    field
}

/// A reference to a record that is made at the same time; `None` where there is none of the kind.
fn pointed(change: Change, made: &BTreeMap<KindId, u32>) -> Option<Change> {
    let at = |datum: Datum| match datum {
        Datum::Record(kind, NEW_RECORD) => made.get(&kind).map(|row| Datum::Record(kind, *row)),
        other => Some(other),
    };
    Some(match change {
        Change::Set { cell, value } => Change::Set { cell, value: at(value)? },
        Change::Add { cell, member } => Change::Add { cell, member: at(member)? },
        other => other,
    })
}

/// Whether an attribute can be written: of every type there is a value to try.
pub(super) fn is_writable(program: &Program, change: &Change) -> bool {
    let ty = |cell: Cell| program.schema.attribute(cell.kind, cell.attr).map(|a| &a.ty);
    match change {
        Change::Record { fields, .. } => fields.iter().all(|f| is_writable(program, f)),
        Change::Tuple { .. } | Change::Condition { .. } => false,
        other => other.cell().is_none_or(|c| !matches!(ty(c), None | Some(Type::Requirement))),
    }
}
