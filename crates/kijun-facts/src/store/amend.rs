//! Facts as they would be: a record more, other evidence for a cell. What sources state keeps its place; what is added has none.

use std::sync::Arc;

use super::table::RowIndex;
use super::{
    Column, Evidence, EvidenceId, KindTable, MINUS_INFINITY, NONE, PLUS_INFINITY, Register, SetColumn, Store,
    UNKNOWN,
};
use crate::schema::{AttrId, KindDef, KindId, Schema};
use crate::value::Symbol;

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

    /// Backs a cell with other evidence.
    pub fn back(&mut self, kind: KindId, attr: AttrId, row: u32, evidence: Evidence) {
        let id = EvidenceId(self.evidence.len() as u32);
        if let Some(table) = self.kinds.get_mut(kind.0 as usize) {
            Arc::make_mut(&mut self.evidence).push(evidence);
            Arc::make_mut(&mut table.backing).set(attr, row, id);
        }
    }
}

impl KindTable {
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
