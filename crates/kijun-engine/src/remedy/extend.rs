//! What a set of actions lacks, seen from the facts that it leads to: fields of the records that it makes, and what would close
//! what it opens.

use kijun_facts::{KindId, Store, Type};

use super::candidates::{candidates, new_kind};
use super::standing::Standing;
use super::{Action, Flip, Gap, Key};
use crate::assess::Evaluation;
use crate::assessment::FactRef;
use crate::program::Const;
use crate::proof::is_known;
use crate::repair::{Cell, Change, Datum, NEW_RECORD};
use crate::truth::Truth;

/// Extended sets of actions made of one.
const MAX_EXTENDED: usize = 6;

/// Actions seen in the facts that they lead to.
pub(super) struct Seen<'s, 'e> {
    /// The facts as they were: rows from there on are new.
    pub(super) before: &'s Store,
    pub(super) after: &'s Evaluation<'e>,
    pub(super) standing: &'s Standing,
    pub(super) actions: &'s [Action],
}

impl Seen<'_, '_> {
    /// With what is not known of the records that are made and keeps a gap undecided.
    pub(super) fn with_fields(&self, key: Key) -> Vec<Vec<Action>> {
        let proofs = self.after.proof(key.1, key.2);
        let undecided = proofs.iter().filter(|p| p.truth == Truth::Unknown);
        let mut made = vec![self.actions.to_vec()];
        let mut cells: Vec<Cell> = Vec::new();
        for fact in undecided.flat_map(crate::Proof::all_facts) {
            if let FactRef::Cell { kind, row, attr } = fact
                && self.new_row(kind, row).is_some()
                && !is_known(self.after.store, fact)
                && !cells.contains(&Cell { kind, row, attr })
            {
                cells.push(Cell { kind, row, attr });
            }
        }
        if cells.is_empty() {
            return Vec::new();
        }
        for cell in cells {
            let fields = self.values(cell);
            let with = |m: &Vec<Action>| -> Vec<Vec<Action>> {
                fields.iter().filter_map(|f| self.folded(m.clone(), f.clone())).collect()
            };
            made = made.iter().flat_map(with).take(MAX_EXTENDED).collect();
        }
        made
    }

    /// With what would close the gaps that they open.
    pub(super) fn with_repairs(&self, opened: &[Flip]) -> Vec<Vec<Action>> {
        let mut out = self.actions.to_vec();
        for flip in opened {
            let Some(gap) = self.standing.open.get(&flip.key) else { return Vec::new() };
            let found = candidates(self.after, gap, &[]).bundles;
            let closing = found.into_iter().find_map(|bundle| self.all_folded(&out, gap, bundle));
            match closing {
                Some(with) => out = with,
                None => return Vec::new(),
            }
        }
        vec![out]
    }

    fn all_folded(&self, actions: &[Action], gap: &Gap, bundle: Vec<Action>) -> Option<Vec<Action>> {
        let mut out = actions.to_vec();
        for action in bundle {
            if action.reach(gap.subject, self.after.store) > super::action::Reach::State {
                return None;
            }
            match action {
                Action::Change(change) => out = self.folded(out, change)?,
                // What is new has no evidence that has lapsed, and an attestation on it needs its id.
                Action::Renew(_) | Action::Attest { .. } => return None,
            }
        }
        Some(out)
    }

    /// A change of a record that is made becomes a field of it.
    fn folded(&self, mut actions: Vec<Action>, change: Change) -> Option<Vec<Action>> {
        let at = change.cell().and_then(|c| Some((c.kind, self.new_row(c.kind, c.row)?)));
        let Some((kind, nth)) = at else {
            let action = Action::Change(change);
            if !actions.contains(&action) {
                actions.push(action);
            }
            return Some(actions);
        };
        let made = actions.iter_mut().filter(|a| new_kind(a) == Some(kind)).nth(nth)?;
        if let Action::Change(Change::Record { fields, .. }) = made {
            fields.push(in_new_record(change)?);
        }
        Some(actions)
    }

    /// Which of the new records of a kind has this row.
    fn new_row(&self, kind: KindId, row: u32) -> Option<usize> {
        let known = self.before.kind(kind).map_or(0, |t| t.len());
        (row as usize).checked_sub(known)
    }

    /// What could be recorded in a cell: each value where there are few, else any.
    fn values(&self, cell: Cell) -> Vec<Change> {
        let schema = &self.after.program.schema;
        let set = |value: Const| Change::Set { cell, value: Datum::Const(value) };
        match schema.attribute(cell.kind, cell.attr).map(|a| &a.ty) {
            Some(Type::Bool) => [true, false].map(|b| set(Const::Bool(b))).to_vec(),
            Some(Type::Enum(id)) => {
                let literals = schema.enumeration(*id).map_or(0, |e| e.literals.len()) as u32;
                (0..literals).map(|code| set(Const::Enum(code))).collect()
            }
            Some(Type::Set(_)) | None => Vec::new(),
            Some(_) => vec![Change::OtherThan { cell, values: vec![Datum::None] }],
        }
    }
}

fn in_new_record(mut change: Change) -> Option<Change> {
    match &mut change {
        Change::Set { cell, .. }
        | Change::OtherThan { cell, .. }
        | Change::AtLeast { cell, .. }
        | Change::AtMost { cell, .. }
        | Change::Add { cell, .. }
        | Change::Remove { cell, .. } => cell.row = NEW_RECORD,
        _ => return None,
    }
    Some(change)
}
