//! Cells that were merged: one down a column stands for every row it runs over; one across columns has no certain meaning.

use std::collections::BTreeMap;

use calamine::Dimensions;

/// The merged regions of a sheet.
pub(crate) struct Merged {
    /// By column: first and last row, ascending.
    down: BTreeMap<u32, Vec<(u32, u32)>>,
    /// First and last row, first and last column.
    across: Vec<(u32, u32, u32, u32)>,
}

impl Merged {
    pub(super) fn new(regions: &[Dimensions]) -> Merged {
        let mut merged = Merged { down: BTreeMap::new(), across: Vec::new() };
        for Dimensions { start, end } in regions {
            if start.1 == end.1 && start.0 < end.0 {
                merged.down.entry(start.1).or_default().push((start.0, end.0));
            } else if start.1 < end.1 {
                merged.across.push((start.0, end.0, start.1, end.1));
            }
        }
        merged.down.values_mut().for_each(|rows| rows.sort_unstable());
        merged.across.sort_unstable();
        merged
    }

    /// The columns down which cells are merged.
    pub(super) fn columns(&self) -> impl Iterator<Item = u32> {
        self.down.keys().copied()
    }

    /// The row of the cell that stands for this one. Headings stand for nothing below `header`.
    pub(super) fn top(&self, row: u32, column: u32, header: u32) -> Option<u32> {
        let rows = self.down.get(&column)?;
        let (first, last) = *rows.get(rows.partition_point(|(first, _)| *first <= row).checked_sub(1)?)?;
        let below_header = first > header || row <= header;
        (first < row && row <= last && below_header).then_some(first)
    }

    /// Regions across columns that begin below a row.
    pub(super) fn across_below(&self, header: u32) -> impl Iterator<Item = &(u32, u32, u32, u32)> {
        let from = self.across.partition_point(|(first, ..)| *first <= header);
        self.across.get(from..).unwrap_or(&[]).iter()
    }
}
