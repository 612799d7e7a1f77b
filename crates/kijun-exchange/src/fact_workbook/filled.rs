//! Facts as rows. A row has one evidence, so that what is backed otherwise stands in a row of its own; and one source states a
//! record once in a sheet, so that some rows need a second sheet.

use std::collections::BTreeSet;

use kijun_facts::store::NO_EVIDENCE;
use kijun_facts::{AttrId, Evidence, EvidenceId, KindId, Store, Value, Writing, Written};
use kijun_text::Lang;

use super::FactWorkbook;

/// One row of a sheet.
#[derive(Default)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) cells: Vec<(AttrId, Written)>,
    pub(super) evidence: Evidence,
}

/// A fact that no cell of a spreadsheet can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable {
    /// `contract.ehr-2025.clauses`.
    pub fact: String,
}

pub(super) struct Filled<'a> {
    context: &'a FactWorkbook<'a>,
    lang: Lang,
    pub(super) unwritable: Vec<Unwritable>,
}

/// How many characters a cell takes.
const LONGEST_TEXT: usize = 32_767;

impl<'a> Filled<'a> {
    pub(super) fn new(context: &'a FactWorkbook<'a>, lang: Lang) -> Filled<'a> {
        Filled { context, lang, unwritable: Vec::new() }
    }

    /// The rows of each sheet that a kind needs: one sheet without rows where there are no facts.
    pub(super) fn layers(&mut self, kind: KindId) -> Vec<Vec<Row>> {
        let mut layers: Vec<Vec<Row>> = vec![Vec::new()];
        let Some(store) = self.context.store else { return layers };
        let count = store.kind(kind).map_or(0, |table| table.len());
        for row in 0..count {
            // By sheet: the sources that state this record there.
            let mut sources: Vec<BTreeSet<Option<String>>> = Vec::new();
            for row in self.rows(store, kind, row) {
                let source = row.evidence.source.clone();
                let free = sources.iter().position(|stated| !stated.contains(&source));
                let sheet = free.unwrap_or(sources.len());
                sources.resize_with(sources.len().max(sheet + 1), BTreeSet::new);
                layers.resize_with(layers.len().max(sheet + 1), Vec::new);
                if let (Some(stated), Some(rows)) = (sources.get_mut(sheet), layers.get_mut(sheet)) {
                    stated.insert(source);
                    rows.push(row);
                }
            }
        }
        layers
    }

    /// What is stated about a record, a row for each evidence.
    fn rows(&mut self, store: &Store, kind: KindId, row: usize) -> Vec<Row> {
        let schema = &self.context.program.schema;
        let id = store.id_text(kind, row).to_owned();
        let (Some(table), Some(def)) = (store.kind(kind), schema.kind(kind)) else { return Vec::new() };
        let mut rows: Vec<(EvidenceId, Row)> = Vec::new();
        for (attr, attribute) in (0..).map(AttrId).zip(&def.attributes) {
            if !table.is_stated(attr, row) {
                continue;
            }
            let stated: Vec<(Value, EvidenceId)> = match table.conflict(attr, row as u32) {
                Some(conflict) => {
                    conflict.alternatives.iter().map(|a| (a.value.clone(), a.evidence)).collect()
                }
                None => vec![(store.value(schema, kind, attr, row), table.evidence_of(attr, row))],
            };
            for (value, evidence) in stated {
                let writing = Writing { store, schema, lang: self.lang };
                let Some(written) = writing.value(&attribute.ty, &value).filter(fits) else {
                    self.unwritable
                        .push(Unwritable { fact: format!("{}.{id}.{}", def.name, attribute.name) });
                    continue;
                };
                let free = |(own, row): &(EvidenceId, Row)| {
                    *own == evidence && row.cells.iter().all(|(stated, _)| *stated != attr)
                };
                match rows.iter().position(free).and_then(|at| rows.get_mut(at)) {
                    Some((_, row)) => row.cells.push((attr, written)),
                    None => {
                        let own = store.evidence(evidence).cloned().unwrap_or_default();
                        let row = Row { id: id.clone(), cells: vec![(attr, written)], evidence: own };
                        rows.push((evidence, row));
                    }
                }
            }
        }
        if rows.is_empty() {
            rows.push((NO_EVIDENCE, Row { id, ..Row::default() }));
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

fn fits(written: &Written) -> bool {
    match written {
        Written::Text(text) => text.encode_utf16().count() <= LONGEST_TEXT,
        Written::Number(_) | Written::Day(_) => true,
    }
}
