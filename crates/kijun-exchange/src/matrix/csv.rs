//! A matrix as pairs: one line for each source and target of which something is known.

use kijun_coverage::{Cell, Relationship, wording};

use super::MatrixContext;
use crate::csv_table::CsvTable;

/// Its columns. `relation` is one of the five relationships, `overlaps` (something in common for certain) or `open` (perhaps
/// nothing in common); `possible` lists what is still possible.
const HEADER: [&str; 13] = [
    "source",
    "target",
    "relation",
    "possible",
    "strength",
    "mark",
    "derivation",
    "stated",
    "rationale",
    "trusted",
    "coverage",
    "met",
    "source_verdict",
];

/// Which pairs are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listed {
    /// Pairs too that may have nothing in common.
    pub open: bool,
    /// Pairs too that only sum up what stands below a section.
    pub rolled_up: bool,
}

/// UTF-8 with a byte order mark, as spreadsheets expect.
///
/// # Errors
/// Those of writing into memory: none in practice.
pub fn matrix_csv(context: &MatrixContext<'_>, listed: Listed) -> Result<Vec<u8>, csv::Error> {
    let mut out = CsvTable::new();
    out.write_record(HEADER)?;
    for block in &context.matrix.blocks {
        let items: std::collections::BTreeMap<_, _> = block.items.iter().map(|i| (i.id, i)).collect();
        for cell in block.cells.iter().filter(|c| listed.lists(context, c)) {
            let mappings = context.mappings;
            let item = items.get(&cell.target);
            let senses = mappings.senses(&cell.derivation);
            let verdicts = context.assessed.map(|a| a.verdicts);
            let verdict = mappings.network.item(cell.source).and_then(|s| verdicts?.get(s));
            let record: [&str; 13] = [
                &wording::node_name(mappings.program, mappings, cell.source),
                mappings.program.requirement(cell.target).map_or("", |r| &r.id),
                cell.possible.name(),
                &names(cell.possible.iter().map(Relationship::name)),
                &cell.derivation.strength.map(|s| s.to_string()).unwrap_or_default(),
                cell.derivation.mark.map_or("structure", kijun_engine::program::Mark::name),
                &wording::derivation_line(mappings, &cell.derivation),
                if mappings.is_stated(&cell.derivation) { "stated" } else { "inferred" },
                &names(senses.iter().map(|s| s.name())),
                cell.trusted.name(),
                item.map_or("", |i| i.coverage.name()),
                item.and_then(|i| i.met).map_or("", kijun_coverage::Met::name),
                verdict.map_or("", kijun_engine::assessment::Verdict::name),
            ];
            out.write_record(record)?;
        }
    }
    out.finish()
}

impl Listed {
    pub fn lists(self, context: &MatrixContext<'_>, cell: &Cell) -> bool {
        (self.open || cell.possible.name() != "open")
            && (self.rolled_up || !context.mappings.is_rolled_up(&cell.derivation))
    }
}

fn names<'n>(list: impl Iterator<Item = &'n str>) -> String {
    list.collect::<Vec<_>>().join("|")
}
