//! A filled workbook of questions. Columns are found by their headings, rows by their keys: their order is free.

use std::collections::BTreeMap;

use kijun_facts::{Grid, read_grids};
use kijun_text::{CellName, Label};

use super::{Given, Returned, Said, bad_key, no_questions, said};
use crate::inquiry::{ABOUT_SHEET, HEADS, Head, Key, TOP, Top};

/// Rows and columns in which headings are looked for.
const TOP_ROWS: u32 = 40;
const COLUMNS: u32 = 40;

pub(super) fn read(bytes: &[u8]) -> Result<Returned, (Label, Label)> {
    let grids = read_grids(bytes)?;
    let mut returned = Returned::default();
    if let Some(about) = grids.iter().find(|g| g.name == ABOUT_SHEET) {
        let value = |name: &str| {
            let row = (0..TOP_ROWS).find(|row| text(about, *row, 0).is_some_and(|t| t.trim() == name))?;
            text(about, row, 1).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
        };
        returned.facility = value("facility").unwrap_or_default();
        returned.name = value("name").unwrap_or_default();
        returned.role = value("role");
    }
    let mut found = false;
    for grid in grids.iter().filter(|g| g.name != ABOUT_SHEET) {
        if let Some((row, columns)) = headings(grid) {
            found = true;
            top(grid, row, &mut returned);
            for row in row + 1..=grid.last_row() {
                question(grid, row, &columns, &mut returned);
            }
        }
    }
    if found { Ok(returned) } else { Err(no_questions()) }
}

fn text(grid: &Grid, row: u32, column: u32) -> Option<&str> {
    grid.cell(CellName { row, column }).map(|cell| cell.text.as_str())
}

fn place(grid: &Grid, row: u32, column: u32) -> String {
    format!("{}!{}", grid.name, CellName { row, column })
}

type Columns = BTreeMap<Head, u32>;

/// The row of the headings: the one that has an answer and a key.
fn headings(grid: &Grid) -> Option<(u32, Columns)> {
    (0..TOP_ROWS.min(grid.last_row() + 1)).find_map(|row| {
        let heads = (0..COLUMNS).filter_map(|column| {
            let heading = text(grid, row, column)?.trim();
            let known = HEADS.iter().find(|(_, ja, en, _)| *ja == heading || *en == heading);
            known.map(|(head, ..)| (*head, column))
        });
        let columns: Columns = heads.collect();
        (columns.contains_key(&Head::Answer) && columns.contains_key(&Head::Key)).then_some((row, columns))
    })
}

/// Who answers and when: beside their labels, above the headings.
fn top(grid: &Grid, heading: u32, returned: &mut Returned) {
    for row in 0..heading {
        let labels = (0..COLUMNS).filter_map(|column| {
            let label = text(grid, row, column)?.trim();
            let known = TOP.iter().find(|(_, ja, en)| *ja == label || *en == label);
            known.map(|(top, ..)| (*top, column))
        });
        for (top, label) in labels {
            let beside = (label + 1..COLUMNS).find_map(|column| cell(grid, row, column, returned));
            match top {
                Top::By if returned.by.is_none() => returned.by = beside,
                Top::On if returned.on.is_none() => returned.on = beside,
                Top::By | Top::On => {}
            }
        }
    }
}

/// What a cell says, unless that is not certain.
fn cell(grid: &Grid, row: u32, column: u32, returned: &mut Returned) -> Option<Said> {
    let cell = grid.cell(CellName { row, column })?;
    if let Some(problem) = &cell.problem {
        returned.report(place(grid, row, column), problem.clone());
        return None;
    }
    said(&cell.text, place(grid, row, column))
}

fn question(grid: &Grid, row: u32, columns: &Columns, returned: &mut Returned) {
    let mut of = |head: Head| columns.get(&head).and_then(|column| cell(grid, row, *column, returned));
    let (answer, remark, source) = (of(Head::Answer), of(Head::Remark), of(Head::Source));
    let Some(key) = of(Head::Key) else {
        // A note below the table is no answer; a row whose key was deleted is.
        if let Some(answer) = answer.or(remark) {
            returned.report(
                answer.place,
                Label::new(
                    "照合番号の列が空なので、どの質問への答えか分かりません",
                    "the column of keys is empty here, so it is not known which question this answers",
                ),
            );
        }
        return;
    };
    match Key::parse(&key.text) {
        Some(parsed) => returned.take(Given { key: parsed, answer, remark, source, place: key.place }),
        None => returned.report(key.place, bad_key(&key.text)),
    }
}
