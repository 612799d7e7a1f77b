//! Rows of a sheet as text: what [`kijun_text::Sheet`] describes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kijun_text::{CellName, Sheet};

use super::cell::{Found, Remark};
use super::{CellProblem, Cells, Epoch, Fault, SheetText};
use crate::read::LARGEST;

type Row = Vec<(u32, Found)>;

/// `header`: the row of the headings, from 1; the first one with anything in it where nothing is said.
pub(super) fn render(
    name: &str,
    found: Cells,
    epoch: Epoch,
    header: Option<u32>,
) -> Result<SheetText, Fault> {
    let mut rows = rows(&found);
    let header = header.map(|row| row.saturating_sub(1)).or(rows.keys().next().copied()).unwrap_or(0);
    rows = rows.split_off(&header);
    fill_down(&mut rows, &found, header);
    let columns: BTreeSet<u32> = rows.values().flatten().map(|(column, _)| *column).collect();
    if (columns.len() as u64).saturating_mul(rows.len() as u64) > LARGEST as u64 {
        return Err(super::too_many());
    }
    mark_across(&mut rows, &found, header, &columns);
    let columns: Vec<u32> = columns.into_iter().collect();
    let mut out = Out { text: String::new(), problems: Vec::new(), formulas: BTreeMap::new() };
    let mut sheet = Sheet { name: name.to_owned(), rows: Vec::new(), columns };
    for (number, row) in &rows {
        let start = u32::try_from(out.text.len()).ok().filter(|at| (*at as usize) < LARGEST);
        sheet.rows.push((start.ok_or_else(super::too_many)?, *number));
        out.row(&sheet.columns, row, *number == header);
    }
    out.count_formulas();
    let Out { text, mut problems, .. } = out;
    problems.sort_by_key(|p| p.range.start);
    Ok(SheetText { sheet: Arc::new(sheet), text: Arc::new(text), epoch, problems, fault: None })
}

fn rows(found: &Cells) -> BTreeMap<u32, Row> {
    let mut rows: BTreeMap<u32, Row> = BTreeMap::new();
    for ((row, column), cell) in &found.cells {
        rows.entry(*row).or_default().push((*column, cell.clone()));
    }
    rows
}

/// Puts what stands at the top of merged cells into each row that they run over and in which anything stands.
fn fill_down(rows: &mut BTreeMap<u32, Row>, found: &Cells, header: u32) {
    let columns: Vec<u32> = found.merged.columns().collect();
    for (number, row) in rows.iter_mut() {
        for column in &columns {
            let Some(top) = found.merged.top(*number, *column, header) else { continue };
            let at = found.cells.binary_search_by_key(&(top, *column), |(at, _)| *at);
            let Some((_, cell)) = at.ok().and_then(|at| found.cells.get(at)) else { continue };
            if let Err(place) = row.binary_search_by_key(column, |(column, _)| *column) {
                row.insert(place, (*column, cell.clone()));
            }
        }
    }
}

/// Makes cells unknown that are merged with cells of other columns.
fn mark_across(rows: &mut BTreeMap<u32, Row>, found: &Cells, header: u32, columns: &BTreeSet<u32>) {
    for (first, last, left, right) in found.merged.across_below(header) {
        let (from, to) = (CellName { row: *first, column: *left }, CellName { row: *last, column: *right });
        let region = format!("{from}:{to}");
        let own: Vec<u32> = columns.range(left..=right).copied().collect();
        // Beside its own column nothing is read: then it is only wide.
        if own.len() < 2 {
            continue;
        }
        for (number, row) in rows.range_mut(first..=last) {
            let is_first = number == first;
            for column in &own {
                let remark = (is_first && column == left).then(|| Remark::Across(region.clone()));
                let unknown = Found { text: "?".to_owned(), remark };
                match row.binary_search_by_key(column, |(column, _)| *column) {
                    Ok(at) => row.get_mut(at).into_iter().for_each(|cell| cell.1 = unknown.clone()),
                    Err(at) => row.insert(at, (*column, unknown)),
                }
            }
        }
    }
}

struct Out {
    text: String,
    problems: Vec<CellProblem>,
    /// By column: where the first formula stands, and how many there are.
    formulas: BTreeMap<u32, (CellProblem, usize)>,
}

impl Out {
    fn row(&mut self, columns: &[u32], row: &Row, is_header: bool) {
        let mut cells = row.iter().peekable();
        for (number, column) in columns.iter().enumerate() {
            if number > 0 {
                self.text.push('\t');
            }
            if let Some((_, found)) = cells.next_if(|(own, _)| own == column) {
                self.cell(*column, found, is_header);
            }
        }
        self.text.push('\n');
    }

    fn cell(&mut self, column: u32, found: &Found, is_header: bool) {
        let is_quoted = found.text.contains(['\t', '\n', '\r', '"']);
        if is_quoted {
            self.text.push('"');
        }
        let start = self.text.len();
        match is_quoted {
            true => self.text.push_str(&found.text.replace('"', "\"\"")),
            false => self.text.push_str(&found.text),
        }
        let range = start..self.text.len();
        if is_quoted {
            self.text.push('"');
        }
        match &found.remark {
            None => {}
            Some(Remark::Formulas(_)) if is_header => {}
            Some(remark @ Remark::Formulas(_)) => {
                let first = || (CellProblem { range, remark: remark.clone() }, 0);
                self.formulas.entry(column).or_insert_with(first).1 += 1;
            }
            Some(remark) => self.problems.push(CellProblem { range, remark: remark.clone() }),
        }
    }

    fn count_formulas(&mut self) {
        for (_, (problem, count)) in std::mem::take(&mut self.formulas) {
            self.problems.push(CellProblem { remark: Remark::Formulas(count), ..problem });
        }
    }
}
