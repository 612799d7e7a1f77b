//! What somebody does about a gap, and how far it is from what the facts are about.

use kijun_facts::store::NONE;
use kijun_facts::{Column, Store};

use crate::assessment::SubjectRef;
use crate::program::Const;
use crate::repair::{Cell, Change, Datum, NEW_RECORD};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Action {
    /// The facts change.
    Change(Change),
    /// What is recorded is confirmed, with new evidence.
    Renew(Cell),
    /// What an attestation asks for is done, and attested today.
    Attest { attest: usize, subject: SubjectRef },
}

/// How plausible a change is as something that a hospital does. Only where nothing of a better class closes a gap is the next one
/// looked at, and the last is never planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Reach {
    /// A state is changed, something is added, confirmed or renewed.
    State,
    /// Something is taken away, or what the finding is about is put elsewhere.
    Elsewhere,
    /// What another record says of what it is, where or when is rewritten: in which country a data centre stands, when somebody
    /// left; or some record that is there is named where none is. That puts nothing right.
    Identity,
}

impl Action {
    pub(super) fn reach(&self, of: SubjectRef, store: &Store) -> Reach {
        let Action::Change(change) = self else { return Reach::State };
        let is_own = change.cell().is_some_and(|c| of == SubjectRef::Record(c.kind, c.row));
        match change {
            Change::Set { value: Datum::Const(Const::Country(_) | Const::Requirement(_)), .. } => {
                Reach::Identity
            }
            Change::Set {
                value: Datum::Const(Const::Bool(_) | Const::Int(_) | Const::Decimal(_)), ..
            }
            | Change::Add { .. } => Reach::State,
            Change::AtLeast { bound, .. } | Change::AtMost { bound, .. }
                if !matches!(bound, Const::Date(_)) =>
            {
                Reach::State
            }
            Change::Remove { .. } => Reach::Elsewhere,
            Change::Set { value: Datum::Record(_, NEW_RECORD), .. } => Reach::State,
            Change::Set { cell, value: Datum::Record(..) } if names_none(store, *cell) => Reach::Identity,
            Change::Set { .. }
            | Change::OtherThan { .. }
            | Change::AtLeast { .. }
            | Change::AtMost { .. }
                if !is_own =>
            {
                Reach::Identity
            }
            Change::Set { value: Datum::Record(..) | Datum::None | Datum::Const(Const::Text(_)), .. } => {
                Reach::Elsewhere
            }
            _ => Reach::State,
        }
    }

    /// Whether both cannot be done.
    pub(super) fn excludes(&self, other: &Action) -> bool {
        match (self, other) {
            (Action::Change(a), Action::Change(b)) => a.excludes(b),
            _ => false,
        }
    }

    /// Whether whoever does this has done the other as well.
    pub(super) fn implies(&self, other: &Action) -> bool {
        match (self, other) {
            (
                Action::Change(Change::Record { kind: a, fields: own, .. }),
                Action::Change(Change::Record { kind: b, fields: others, .. }),
            ) if a == b && !others.is_empty() => others.iter().all(|f| own.iter().any(|o| o.implies(f))),
            (Action::Change(a), Action::Change(b)) => a.implies(b),
            (a, b) => a == b,
        }
    }
}

fn names_none(store: &Store, Cell { kind, row, attr }: Cell) -> bool {
    match store.kind(kind).and_then(|t| t.column(attr)) {
        Some(Column::Codes(codes)) => codes.get(row as usize) == Some(&NONE),
        _ => false,
    }
}
