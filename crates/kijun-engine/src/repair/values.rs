//! Values that a fact could state: which there are of a type, which of them are tried, and the codes and scalars
//! they stand for.

use kijun_facts::store::{NONE, UNKNOWN};
use kijun_facts::{Date, Duration, Scalar, Store, Symbol, Type, Value};

use super::Datum;
use crate::extents::Texts;
use crate::program::{Const, Program};

/// A text that neither facts nor packs have, tried where any other text would do.
pub(crate) const SOME_TEXT: Symbol = Symbol(u32::MAX - 17);

/// Members of a set, and records of a kind, that are looked at.
pub(super) const MAX_MEMBERS: usize = 64;
/// How far beyond a bound one of the values tried lies.
pub(super) const FAR: i64 = 1_000_000;

pub(super) fn literals(program: &Program, ty: &Type) -> usize {
    let Type::Enum(id) = ty else { return 0 };
    program.schema.enumeration(*id).map_or(0, |e| e.literals.len())
}

/// The values of a type, where they can be listed.
pub(super) fn values_of(program: &Program, known: Known<'_>, ty: &Type) -> Vec<Datum> {
    match ty {
        Type::Bool => [true, false].map(|b| Datum::Const(Const::Bool(b))).to_vec(),
        Type::Enum(_) => {
            (0..literals(program, ty) as u32).map(|code| Datum::Const(Const::Enum(code))).collect()
        }
        Type::Ref(kind) => {
            let records = known.store.kind(*kind).map_or(0, |t| t.len()).min(MAX_MEMBERS);
            (0..records as u32).map(|row| Datum::Record(*kind, row)).collect()
        }
        _ => Vec::new(),
    }
}

/// The values of a type that a choice is tried with: all of them, or those that packs mention and some others.
pub(super) fn samples_of(
    program: &Program,
    known: Known<'_>,
    ty: &Type,
    mentioned: &[Const],
    today: i32,
) -> Vec<Datum> {
    let own = mentioned.iter().filter(|c| is_of_listed_type(c, ty));
    let others: Vec<Const> = match ty {
        Type::Int => vec![Const::Int(1), Const::Int(FAR), Const::Int(-FAR)],
        Type::Decimal => vec![Const::Decimal(kijun_facts::value::DECIMAL_ONE), Const::Decimal(0)],
        Type::Date => vec![Const::Date(Date::day(today))],
        Type::Duration => [12, 1].map(|months| Const::Duration(Duration { months, days: 0 })).to_vec(),
        // The last stands for all that nobody mentions.
        Type::Country => [*b"JP", *b"ZZ"].map(Const::Country).to_vec(),
        _ => Vec::new(),
    };
    let values = values_of(program, known, ty).into_iter();
    values.chain(own.cloned().chain(others).map(Datum::Const)).collect()
}

/// Whether a constant is of this type, one whose values cannot all be tried.
fn is_of_listed_type(constant: &Const, ty: &Type) -> bool {
    matches!(
        (constant, ty),
        (Const::Text(_), Type::Text)
            | (Const::Requirement(_), Type::Requirement)
            | (Const::Country(_), Type::Country)
    )
}

/// A number, date or literal so much further on, where there is one.
pub(super) fn further(from: &Const, step: i64) -> Option<Const> {
    match from {
        Const::Int(n) => n.checked_add(step).map(Const::Int),
        Const::Decimal(n) => n.checked_add(step).map(Const::Decimal),
        Const::Date(d) => {
            let day = i64::from(d.first).checked_add(step.clamp(-FAR / 10, FAR / 10))?;
            let day = i32::try_from(day).ok()?;
            kijun_facts::value::civil_of(day).map(|_| Const::Date(Date::day(day)))
        }
        Const::Enum(code) => u32::try_from(i64::from(*code).checked_add(step)?).ok().map(Const::Enum),
        Const::Duration(d) => {
            let days = d.days.checked_add(i32::try_from(step).ok()?)?;
            Some(Const::Duration(Duration { months: d.months, days }))
        }
        _ => None,
    }
}

/// The first value from a bound on that is not to be avoided.
pub(super) fn first_allowed(start: &Const, step: i64, avoided: &[&Datum]) -> Option<Const> {
    let mut value = start.clone();
    while avoided.contains(&&Datum::Const(value.clone())) {
        value = further(&value, step)?;
    }
    Some(value)
}

/// Codes and what they stand for: the texts of packs that no fact mentions have codes too.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) store: &'k Store,
    pub(super) texts: &'k Texts,
}

impl Known<'_> {
    /// The value that a code of this type stands for; `None` for what is unknown.
    pub(super) fn datum(self, ty: &Type, code: u32) -> Option<Datum> {
        let constant = match ty {
            _ if code == NONE => return Some(Datum::None),
            _ if code == UNKNOWN => return None,
            Type::Ref(kind) => return Some(Datum::Record(*kind, code)),
            Type::Bool => Const::Bool(code != 0),
            Type::Enum(_) => Const::Enum(code),
            Type::Country => Const::Country((code as u16).to_be_bytes()),
            Type::Text => Const::Text(self.text(code)?),
            Type::Requirement => Const::Requirement(self.text(code)?),
            Type::Duration => Const::Duration(*self.store.durations.get(code as usize)?),
            _ => return None,
        };
        Some(Datum::Const(constant))
    }

    fn text(self, code: u32) -> Option<String> {
        let of_packs = self.texts.iter().find(|(_, c)| **c == code).map(|(text, _)| text.clone());
        let of_facts = || (code < SOME_TEXT.0).then(|| self.store.symbols.text(Symbol(code)).to_owned());
        of_packs.or_else(of_facts)
    }

    fn symbol(self, text: &str) -> Option<Symbol> {
        self.store.symbols.find(text).or_else(|| self.texts.get(text).copied().map(Symbol))
    }

    pub(super) fn scalar(self, value: &Datum) -> Option<Scalar> {
        Some(match value {
            Datum::None => return None,
            Datum::Record(kind, row) => Scalar::Ref(*self.store.kind(*kind)?.ids.get(*row as usize)?),
            Datum::Const(constant) => match constant {
                Const::Bool(b) => Scalar::Bool(*b),
                Const::Int(n) => Scalar::Int(*n),
                Const::Decimal(n) => Scalar::Decimal(*n),
                Const::Text(text) => Scalar::Text(self.symbol(text)?),
                Const::Requirement(text) => Scalar::Requirement(self.symbol(text)?),
                Const::Date(date) => Scalar::Date(*date),
                Const::Duration(duration) => Scalar::Duration(*duration),
                Const::Country(letters) => Scalar::Country(*letters),
                Const::Enum(code) => Scalar::Enum(*code),
            },
        })
    }

    pub(super) fn code(self, value: &Datum) -> Option<u32> {
        match value {
            Datum::Record(_, row) => Some(*row),
            value => self.store.code(self.scalar(value)?),
        }
    }

    pub(super) fn stated(self, value: &Datum) -> Option<Value> {
        match value {
            Datum::None => Some(Value::None),
            value => self.scalar(value).map(Value::Scalar),
        }
    }
}
