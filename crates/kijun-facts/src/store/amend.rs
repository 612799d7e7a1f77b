//! Facts as they would be: a record more or less, another value, other evidence for a cell. What sources state keeps its place; what is
//! added has the place that it is given.

use std::sync::Arc;

use super::table::RowIndex;
use super::{
    Column, Evidence, EvidenceId, KindTable, MINUS_INFINITY, NONE, PLUS_INFINITY, Register, SetColumn, Store,
    UNKNOWN,
};
use kijun_text::Span;

use crate::build::StoreBuilder;
use crate::read::ValueError;
use crate::schema::{AttrId, Attribute, KindDef, KindId, Schema, Type};
use crate::value::{Scalar, Symbol, Value};

impl Store {
    /// Adds a record of which only the id is known: optional attributes are none, as for a record whose source does not
    /// state them, all others unknown. Its row, after those of all other records of the kind; `None` where the kind is not
    /// of this schema or has a record with this id.
    pub fn add_record(&mut self, schema: &Schema, kind: KindId, id: &str) -> Option<u32> {
        let def = schema.kind(kind)?;
        if self.row(kind, id).is_some() {
            return None;
        }
        let symbol = self.intern(id);
        let table = self.kinds.get_mut(kind.0 as usize)?;
        table.add(def, symbol);
        Some((table.len() - 1) as u32)
    }

    /// The symbol of a text, known or not.
    pub fn intern(&mut self, text: &str) -> Symbol {
        match self.symbols.find(text) {
            Some(symbol) => symbol,
            None => Arc::make_mut(&mut self.symbols).intern(text),
        }
    }

    /// Takes a record out. References to it become unknown: whoever takes it out sees to those first, see
    /// [`Store::references_to`].
    pub fn remove_record(&mut self, schema: &Schema, kind: KindId, row: u32) {
        let Some(table) = self.kinds.get_mut(kind.0 as usize).filter(|t| (row as usize) < t.len()) else {
            return;
        };
        table.remove(row);
        for (at, def) in schema.kinds.iter().enumerate() {
            let Some(table) = self.kinds.get_mut(at) else { continue };
            for (a, attribute) in def.attributes.iter().enumerate() {
                let refers = *attribute.ty.element().unwrap_or(&attribute.ty) == Type::Ref(kind);
                if let Some(column) = table.columns.get_mut(a).filter(|_| refers) {
                    moved_up(column, row);
                }
            }
        }
    }

    /// The cells that name a record, certainly or possibly, or that would in one of the values in conflict.
    pub fn references_to(&self, schema: &Schema, kind: KindId, row: u32) -> Vec<(KindId, u32, AttrId)> {
        let mut out = Vec::new();
        let Some(id) = self.kind(kind).and_then(|t| t.ids.get(row as usize)).copied() else { return out };
        for (table, def) in self.kinds.iter().zip(&schema.kinds) {
            for (a, attribute) in def.attributes.iter().enumerate() {
                let attr = AttrId(a as u32);
                if *attribute.ty.element().unwrap_or(&attribute.ty) != Type::Ref(kind) {
                    continue;
                }
                let names = |at: &u32| {
                    let conflict = table.conflict(attr, *at);
                    let mut stated = conflict.into_iter().flat_map(|c| &c.alternatives).map(|a| &a.value);
                    stated.any(|value| mentions(value, Scalar::Ref(id)))
                        || mentions(&self.value(schema, table.kind, attr, *at as usize), Scalar::Ref(id))
                };
                out.extend((0..table.len() as u32).filter(names).map(|at| (table.kind, at, attr)));
            }
        }
        out
    }

    /// The value that a text states for an attribute, as in a cell of a table (see [`crate::parse_value`]). Texts and ids that are
    /// new become known.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse_value(
        &mut self,
        schema: &Schema,
        attribute: &Attribute,
        text: &str,
    ) -> Result<Value, ValueError> {
        let mut builder = StoreBuilder::new(schema);
        let value = crate::parse_value(&mut builder, &attribute.ty, attribute.optional, text)?;
        let mut own = |scalar: Scalar| match scalar {
            Scalar::Text(s) => Scalar::Text(self.intern(builder.text(s))),
            Scalar::Ref(s) => Scalar::Ref(self.intern(builder.text(s))),
            Scalar::Requirement(s) => Scalar::Requirement(self.intern(builder.text(s))),
            other => other,
        };
        Ok(match value {
            Value::Scalar(scalar) => Value::Scalar(own(scalar)),
            Value::Set { certain, possible, open } => {
                let certain = certain.into_iter().map(&mut own).collect();
                Value::Set { certain, possible: possible.into_iter().map(&mut own).collect(), open }
            }
            other => other,
        })
    }

    /// Gives a cell, or with no attribute a record, another place.
    pub fn put_at(&mut self, kind: KindId, row: u32, attr: Option<AttrId>, place: Span) {
        let Some(table) = self.kinds.get_mut(kind.0 as usize) else { return };
        let amended = Arc::make_mut(&mut table.amended);
        match attr {
            Some(attr) => amended.cells.insert((attr, row), place),
            None => amended.records.insert(row, place),
        };
    }

    /// Backs a cell with other evidence.
    pub fn back(&mut self, kind: KindId, attr: AttrId, row: u32, evidence: Evidence) {
        let id = EvidenceId(self.evidence.len() as u32);
        if let Some(table) = self.kinds.get_mut(kind.0 as usize) {
            Arc::make_mut(&mut self.evidence).push(evidence);
            Arc::make_mut(&mut table.backing).set(attr, row, id);
        }
    }
}

fn mentions(value: &Value, scalar: Scalar) -> bool {
    match value {
        Value::Scalar(one) => *one == scalar,
        Value::Set { certain, possible, .. } => certain.contains(&scalar) || possible.contains(&scalar),
        Value::Unknown | Value::None => false,
    }
}

/// References after a record was taken out of their kind: those behind it are one row up.
fn moved_up(column: &mut Column, row: u32) {
    let renumbered = |code: u32| match code {
        UNKNOWN | NONE => code,
        code if code == row => UNKNOWN,
        code if code > row => code - 1,
        code => code,
    };
    match column {
        Column::Codes(codes) => codes.iter_mut().for_each(|code| *code = renumbered(*code)),
        Column::Numbers { .. } => {}
        Column::Sets(sets) => {
            let old = std::mem::take(sets);
            for at in 0..old.splits.len() {
                let left = |codes: &[u32]| -> Vec<u32> {
                    codes.iter().filter(|c| **c != row).map(|c| renumbered(*c)).collect()
                };
                let (certain, possible) = (left(old.certain(at)), left(old.possible(at)));
                let lost = old.certain(at).contains(&row) || old.possible(at).contains(&row);
                sets.push(&certain, &possible, old.is_open(at) || lost);
            }
        }
    }
}

impl KindTable {
    fn remove(&mut self, row: u32) {
        let at = row as usize;
        let mut ids = self.ids.to_vec();
        ids.remove(at);
        self.index = Arc::new(RowIndex::new(&ids));
        self.ids = Arc::new(ids);
        if self.is_empty() && self.register == Register::Recorded {
            self.register = Register::Unmentioned;
        }
        for a in 0..self.columns.len() {
            match self.columns.get_mut(a) {
                Some(Column::Codes(codes)) if at < codes.len() => {
                    codes.remove(at);
                }
                Some(Column::Numbers { lo, hi }) if at < lo.len().min(hi.len()) => {
                    lo.remove(at);
                    hi.remove(at);
                }
                Some(Column::Sets(sets)) => {
                    let old = std::mem::take(sets);
                    for r in (0..old.splits.len()).filter(|r| *r != at) {
                        sets.push(old.certain(r), old.possible(r), old.is_open(r));
                    }
                }
                _ => {}
            }
        }
        self.conflicts.retain(|c| c.row != row);
        self.conflicts.iter_mut().filter(|c| c.row > row).for_each(|c| c.row -= 1);
        Arc::make_mut(&mut self.places).remove(row);
        Arc::make_mut(&mut self.backing).remove(row);
        Arc::make_mut(&mut self.amended).remove(row);
    }

    fn add(&mut self, def: &KindDef, id: Symbol) {
        let row = self.len();
        let mut ids = self.ids.to_vec();
        ids.push(id);
        self.index = Arc::new(RowIndex::new(&ids));
        self.ids = Arc::new(ids);
        if self.register == Register::Unmentioned {
            self.register = Register::Recorded;
        }
        // The rows for an unknown and for no record stay behind all others.
        for (a, attribute) in def.attributes.iter().enumerate() {
            let Some(column) = self.columns.get_mut(a) else { continue };
            match column {
                Column::Codes(codes) => {
                    codes.insert(row.min(codes.len()), if attribute.optional { NONE } else { UNKNOWN });
                }
                Column::Numbers { lo, hi } => {
                    let (least, most) =
                        if attribute.optional { (1, 0) } else { (MINUS_INFINITY, PLUS_INFINITY) };
                    lo.insert(row.min(lo.len()), least);
                    hi.insert(row.min(hi.len()), most);
                }
                Column::Sets(sets) => insert(sets, row, !attribute.optional),
            }
        }
    }
}

/// An empty set before those from `at` on.
fn insert(sets: &mut SetColumn, at: usize, open: bool) {
    let old = std::mem::take(sets);
    for row in 0..old.splits.len() {
        if row == at {
            sets.push(&[], &[], open);
        }
        sets.push(old.certain(row), old.possible(row), old.is_open(row));
    }
    if at >= old.splits.len() {
        sets.push(&[], &[], open);
    }
}

#[cfg(test)]
mod tests {
    use kijun_text::Lang;

    use crate::read::testing::{Facts, schema};
    use crate::schema::{AttrId, KindId};
    use crate::show::show_cell;
    use crate::store::{Evidence, Register, Store};

    const VENDOR: KindId = KindId(0);
    const CONTRACT: KindId = KindId(1);

    fn store() -> Store {
        let file = "[[contract]]\nid = \"b\"\nescrow = true\nclauses = [\"penalty\"]\nexpires = 2027-03-31\n";
        Facts::read(schema(), &[("f.toml", file)]).store
    }

    fn cells(store: &Store, row: usize) -> Vec<String> {
        let schema = schema();
        let attributes = (0..12).map(AttrId);
        attributes.map(|a| show_cell(store, &schema, CONTRACT, a, row, Lang::En)).collect()
    }

    #[test]
    fn a_record_more_is_unknown_but_for_what_is_optional() {
        let before = store();
        let mut after = before.clone();
        assert_eq!(after.add_record(&schema(), CONTRACT, "a"), Some(1));
        assert_eq!((after.row(CONTRACT, "a"), after.row(CONTRACT, "b")), (Some(1), Some(0)));
        assert_eq!(cells(&after, 0), cells(&before, 0), "the others keep their rows and values");
        let new = cells(&after, 1);
        assert_eq!(new[3], "none", "expires is optional");
        assert_eq!(new.iter().filter(|c| *c == "unknown").count(), 11, "{new:?}");
        assert_eq!(cells(&after, 2), cells(&before, 1), "the row of an unknown record");
        assert_eq!(cells(&after, 3), cells(&before, 2), "the row of no record");
        assert!(!after.kind(CONTRACT).unwrap().is_stated(AttrId(3), 1));
    }

    #[test]
    fn an_id_is_given_once_and_a_first_record_makes_a_register() {
        let mut store = store();
        assert_eq!(store.add_record(&schema(), CONTRACT, "b"), None);
        assert_eq!(store.kind(VENDOR).unwrap().register, Register::Unmentioned);
        assert_eq!(store.add_record(&schema(), VENDOR, "a"), Some(0));
        assert_eq!(store.kind(VENDOR).unwrap().register, Register::Recorded);
    }

    #[test]
    fn a_record_less_leaves_the_others_as_they_are() {
        let file = "[[vendor]]\nid = \"a\"\n[[vendor]]\nid = \"b\"\n[[vendor]]\nid = \"c\"\n\
            [[contract]]\nid = \"x\"\nvendor = \"c\"\nescrow = true\n[[contract]]\nid = \"y\"\nvendor = \"a\"\n";
        let before = Facts::read(schema(), &[("f.toml", file)]).store;
        let mut after = before.clone();
        let row = after.row(VENDOR, "b").unwrap();
        assert_eq!(after.references_to(&schema(), VENDOR, row), []);
        assert_eq!(after.references_to(&schema(), VENDOR, 0).len(), 1, "y names a");
        after.remove_record(&schema(), VENDOR, row);
        assert_eq!((after.row(VENDOR, "b"), after.row(VENDOR, "c")), (None, Some(1)));
        for row in 0..4 {
            assert_eq!(cells(&after, row), cells(&before, row), "what contracts say");
        }
        assert_eq!(after.kind(VENDOR).unwrap().place(1), before.kind(VENDOR).unwrap().place(2));
        after.remove_record(&schema(), CONTRACT, 0);
        assert_eq!(cells(&after, 0), cells(&before, 1));
        assert_eq!(after.kind(CONTRACT).unwrap().len(), 1);
        after.remove_record(&schema(), CONTRACT, 0);
        assert_eq!(after.kind(CONTRACT).unwrap().register, Register::Unmentioned);
    }

    #[test]
    fn other_evidence_backs_a_cell_and_no_other() {
        let mut store = store();
        let evidence = Evidence { grade: Some(2), ..Evidence::default() };
        store.back(CONTRACT, AttrId(8), 0, evidence.clone());
        let table = store.kind(CONTRACT).unwrap();
        assert_eq!(store.evidence(table.evidence_of(AttrId(8), 0)), Some(&evidence));
        assert_eq!(store.evidence(table.evidence_of(AttrId(1), 0)), None);
        // What is added states nothing in a source, and is backed all the same.
        store.add_record(&schema(), CONTRACT, "c");
        store.back(CONTRACT, AttrId(8), 1, evidence.clone());
        let table = store.kind(CONTRACT).unwrap();
        assert_eq!(store.evidence(table.evidence_of(AttrId(8), 1)), Some(&evidence));
    }
}
