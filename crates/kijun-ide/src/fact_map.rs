//! Which fact stands where in the files of facts.

use std::ops::Range;

use kijun_facts::{AttrId, KindId, Store};
use kijun_text::{FileId, Span};

/// A cell of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FactCell {
    pub kind: KindId,
    pub row: u32,
    /// `None`: the record itself, at its id.
    pub attr: Option<AttrId>,
}

/// Cells by place.
#[derive(Debug, Default)]
pub struct FactMap {
    cells: Vec<(Span, FactCell)>,
}

impl FactMap {
    pub fn new(store: &Store) -> FactMap {
        let mut cells = Vec::new();
        for table in &store.kinds {
            for row in 0..table.len() {
                let record = table.place(row);
                cells.push((record, FactCell { kind: table.kind, row: row as u32, attr: None }));
                for a in 0..table.columns.len() {
                    let attr = AttrId(a as u32);
                    if table.is_stated(attr, row) {
                        let cell = FactCell { kind: table.kind, row: row as u32, attr: Some(attr) };
                        cells.push((table.cell(attr, row), cell));
                    }
                }
            }
        }
        cells.sort_unstable();
        FactMap { cells }
    }

    /// The smallest cell that holds a place.
    pub fn at(&self, file: FileId, offset: usize) -> Option<(Range<usize>, FactCell)> {
        let from = self.cells.partition_point(|(s, _)| s.file < file);
        let to = self
            .cells
            .partition_point(|(s, _)| s.file < file || (s.file == file && s.start as usize <= offset));
        let before = self.cells.get(from..to).unwrap_or_default();
        let holds = before.iter().rev().take(64).filter(|(s, _)| offset <= s.end as usize);
        holds.min_by_key(|(s, c)| (s.end - s.start, c.attr.is_none())).map(|(s, c)| (s.range(), *c))
    }

    /// The cells that begin within a range of a file, in the order of the text.
    pub fn within(&self, file: FileId, range: Range<usize>) -> impl Iterator<Item = &(Span, FactCell)> {
        let before = |at: usize| {
            self.cells.partition_point(|(s, _)| s.file < file || (s.file == file && (s.start as usize) < at))
        };
        let (from, to) = (before(range.start), before(range.end));
        self.cells.get(from..to.max(from)).unwrap_or_default().iter()
    }
}
