//! From a model of the solver to facts.

use kijun_engine::program::Program;
use kijun_facts::{AttrId, KindId, Type};

use crate::facts::{Datum, Facts, Record, Stated};
use crate::rules::Answered;
use crate::value::{Choice, Code, Members, Plain};
use crate::world::{Cell, World};

/// Attributes of the prelude's `attestation`, in the order of their declaration.
const REQUIREMENT: AttrId = AttrId(0);
const SUBJECT: AttrId = AttrId(1);
const ANSWER: AttrId = AttrId(2);
const BY: AttrId = AttrId(3);
const DATE: AttrId = AttrId(4);
/// Codes of the prelude's `answer`.
const YES: u32 = 0;
const NO: u32 = 1;

impl World<'_> {
    /// The facts of the last model. `grade`: the best that a check asks for.
    pub(crate) fn facts(&self, answers: &[Answered], grade: Option<u32>) -> Facts {
        let today = match self.chosen(&self.today) {
            Some(Plain::Number(day, _)) => i32::try_from(*day).unwrap_or(0),
            _ => 0,
        };
        let mut facts = Facts { today, records: Vec::new(), registers: Vec::new() };
        for (kind, register) in &self.kinds {
            facts.registers.push((*kind, !self.circuit.value(register.open)));
            let present = register.present.iter().zip(0..).filter(|(p, _)| self.circuit.value(**p));
            for (_, slot) in present {
                facts.records.push(self.record(*kind, slot, grade));
            }
        }
        for answer in answers {
            let said = [(answer.yes, YES), (answer.no, NO)];
            if let Some((_, code)) = said.into_iter().find(|(lit, _)| self.circuit.value(*lit)) {
                let number = facts.records.iter().filter(|r| r.kind == self.program.builtins.attestation);
                let number = number.count() + 1;
                facts.records.extend(self.attestation(answer, code, number, today));
            }
        }
        facts
    }

    fn record(&self, kind: KindId, slot: u32, grade: Option<u32>) -> Record {
        let from = (kind, slot, AttrId(0));
        let own = self.cells.range(from..).take_while(|((k, s, _), _)| (*k, *s) == (kind, slot));
        let cells = own.filter_map(|((_, _, attr), cell)| {
            let ty = &self.program.schema.attribute(kind, *attr)?.ty;
            Some((*attr, self.stated(ty, cell)?))
        });
        Record { kind, id: record_id(self.program, kind, slot), cells: cells.collect(), grade }
    }

    fn stated(&self, ty: &Type, cell: &Cell) -> Option<Stated> {
        match cell {
            Cell::One(choice) => Some(match self.chosen(choice)? {
                Plain::None => Stated::None,
                Plain::Code(code) => Stated::Known(self.datum(code)),
                plain if plain.is_unknown() => Stated::Unknown,
                Plain::Number(n, _) => Stated::Known(match ty {
                    Type::Decimal => Datum::Decimal(*n),
                    Type::Date => Datum::Date(i32::try_from(*n).ok()?),
                    _ => Datum::Int(*n),
                }),
                _ => Stated::Unknown,
            }),
            Cell::Set(members) => Some(self.stated_set(members)),
        }
    }

    fn stated_set(&self, members: &Members) -> Stated {
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        for (code, truth) in &members.codes {
            if self.circuit.value(truth.sure) {
                certain.push(self.datum(code));
            } else if self.circuit.value(truth.may) {
                possible.push(self.datum(code));
            }
        }
        Stated::Set { certain, possible, open: self.circuit.value(members.open) }
    }

    fn chosen<'c>(&self, choice: &'c Choice) -> Option<&'c Plain> {
        choice.iter().find(|(_, when)| self.circuit.value(*when)).map(|(plain, _)| plain)
    }

    fn datum(&self, code: &Code) -> Datum {
        match code {
            Code::Bool(b) => Datum::Bool(*b),
            Code::Text(text) => Datum::Text(text.to_string()),
            Code::Country(letters) => Datum::Country(*letters),
            Code::Requirement(id) => Datum::Requirement(id.to_string()),
            Code::Enum(code) => Datum::Enum(*code),
            Code::Record(kind, slot) => Datum::Ref(record_id(self.program, *kind, *slot)),
            Code::Duration(duration) => Datum::Duration(*duration),
            Code::Number(n) => Datum::Int(*n),
        }
    }

    fn attestation(&self, answer: &Answered, code: u32, number: usize, today: i32) -> Option<Record> {
        let attest = self.program.attests.get(answer.attest)?;
        let requirement = self.program.requirement(attest.requirement)?;
        let mut cells = vec![(REQUIREMENT, Stated::Known(Datum::Requirement(requirement.id.clone())))];
        if let (Some(subject), Some(slot)) = (attest.subject, answer.slot) {
            let id = record_id(self.program, subject.kind, slot);
            cells.push((SUBJECT, Stated::Known(Datum::Text(id))));
        }
        cells.push((ANSWER, Stated::Known(Datum::Enum(code))));
        cells.push((BY, Stated::Known(Datum::Enum(attest.by.first().copied().unwrap_or(0)))));
        cells.push((DATE, Stated::Known(Datum::Date(today))));
        let kind = self.program.builtins.attestation;
        Some(Record { kind, id: format!("attestation_{number}"), cells, grade: attest.evidence })
    }
}

/// What a record of a search is called.
pub(crate) fn record_id(program: &Program, kind: KindId, slot: u32) -> String {
    let name = program.schema.kind(kind).map_or("record", |k| k.name.as_str());
    format!("{name}_{}", slot + 1)
}
