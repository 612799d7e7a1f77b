//! A sheet as a form: what stands in which cell, whatever is merged, for who knows the layout of the form.

use std::collections::BTreeMap;

use kijun_text::{CellName, Label};

use super::cell::Remark;
use super::{Fault, container, guarded};

/// The cells of a sheet with something in them.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    pub name: String,
    cells: BTreeMap<CellName, FormCell>,
}

/// What a cell of a form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormCell {
    /// As it stands there, white space included.
    pub text: String,
    /// Why that is not certain.
    pub problem: Option<Label>,
}

impl Grid {
    pub fn cell(&self, at: CellName) -> Option<&FormCell> {
        self.cells.get(&at)
    }

    /// Every cell with something in it, row by row.
    pub fn cells(&self) -> impl Iterator<Item = (CellName, &FormCell)> {
        self.cells.iter().map(|(at, cell)| (*at, cell))
    }

    /// The last row with anything in it.
    pub fn last_row(&self) -> u32 {
        self.cells.keys().map(|at| at.row).max().unwrap_or(0)
    }
}

/// The sheets of a workbook as they are laid out.
///
/// # Errors
/// Why it cannot be read, and what to do.
pub fn read_grids(bytes: &[u8]) -> Result<Vec<Grid>, (Label, Label)> {
    let read = container::check(bytes, container::LARGEST).and_then(|()| guarded(|| grids(bytes)));
    read.map_err(|fault| (fault.message, fault.help))
}

fn grids(bytes: &[u8]) -> Result<Vec<Grid>, Fault> {
    let (mut book, _) = super::open(bytes)?;
    let mut room = super::MOST_CELLS;
    let names = calamine::Reader::sheet_names(&book);
    let mut grids = Vec::new();
    for name in names {
        let found = super::cells(&mut book, &name, &mut room)?;
        let cells = found.cells.into_iter().map(|((row, column), found)| {
            let uncertain = |remark: &Remark| remark.is_error().then(|| remark.words().0);
            let cell = FormCell { problem: found.remark.as_ref().and_then(uncertain), text: found.text };
            (CellName { row, column }, cell)
        });
        grids.push(Grid { cells: cells.collect(), name });
    }
    Ok(grids)
}
