//! Which column holds what: as the person says; where that is missing, a proposal.

use kijun_text::{CellName, Label, nearest};

use super::TableProblem;
use super::table::{Row, Table, key};

/// What a column may hold: its option on the command line, whether it is needed, and what headings of it are often called.
pub(super) struct Wanted<'a> {
    pub(super) option: &'static str,
    pub(super) required: bool,
    pub(super) heading: Option<&'a str>,
    pub(super) usual: &'static [&'static str],
}

/// The columns, in the order in which they were asked for.
///
/// # Errors
/// Headings that are not there, and, where a column is missing that is needed, the options that may be meant.
pub(super) fn find(
    table: &Table,
    header: &Row,
    wanted: &[Wanted<'_>],
) -> Result<Vec<Option<u32>>, Vec<TableProblem>> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for want in wanted {
        let column = want.heading.and_then(|heading| {
            let column = header.cells.iter().find(|c| key(&c.text) == key(heading)).map(|c| c.at.column);
            if column.is_none() {
                problems.push(absent(table, header, want.option, heading));
            }
            column
        });
        found.push(column);
    }
    let missing: Vec<&Wanted<'_>> = wanted.iter().filter(|w| w.required && w.heading.is_none()).collect();
    if !missing.is_empty() {
        problems.push(proposal(table, header, wanted, &missing));
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn headings(header: &Row) -> Vec<&str> {
    header.cells.iter().map(|c| c.text.trim()).filter(|t| !t.is_empty()).collect()
}

fn absent(table: &Table, header: &Row, option: &str, heading: &str) -> TableProblem {
    let near = nearest(heading, headings(header));
    let list = headings(header).join(" / ");
    let help = match near {
        Some(near) => Label::new(format!("もしかして: `{near}`"), format!("did you mean `{near}`?")),
        None => Label::new(format!("見出し: {list}"), format!("the headings are: {list}")),
    };
    let at = header.cells.first().map_or(CellName { row: 0, column: 0 }, |c| c.at);
    TableProblem {
        help,
        ..table.problem(
            at,
            format!("{option} の見出し `{heading}` はありません"),
            format!("there is no heading `{heading}` ({option})"),
        )
    }
}

/// The options as they may be meant, to be looked through by the person.
fn proposal(table: &Table, header: &Row, wanted: &[Wanted<'_>], missing: &[&Wanted<'_>]) -> TableProblem {
    let mut taken: Vec<u32> = Vec::new();
    let mut options = Vec::new();
    for want in wanted {
        let fits = |heading: &str| {
            let heading = key(heading);
            want.heading.map_or_else(|| want.usual.iter().any(|u| heading == *u), |h| key(h) == heading)
        };
        let near = |heading: &str| {
            let heading = key(heading);
            want.heading.is_none() && want.usual.iter().any(|u| u.chars().count() > 2 && heading.contains(*u))
        };
        let free = |c: &&super::Cell| !taken.contains(&c.at.column);
        let cell = header.cells.iter().filter(free).find(|c| fits(&c.text));
        let cell = cell.or_else(|| header.cells.iter().filter(free).find(|c| near(&c.text)));
        if let Some(cell) = cell {
            taken.push(cell.at.column);
            options.push(format!("{} '{}'", want.option, cell.text.trim()));
        }
    }
    let names: Vec<&str> = missing.iter().map(|w| w.option).collect();
    let names = names.join(", ");
    let list = headings(header).join(" / ");
    let proposed = options.join(" ");
    let at = header.cells.first().map_or(CellName { row: 0, column: 0 }, |c| c.at);
    let help = if proposed.is_empty() {
        Label::new(format!("見出し: {list}"), format!("the headings are: {list}"))
    } else {
        Label::new(
            format!("案(確かめて付けてください): {proposed}。見出し: {list}"),
            format!("a proposal to look through: {proposed}; the headings are: {list}"),
        )
    };
    TableProblem {
        help,
        ..table.problem(
            at,
            format!("どの列か指定されていません: {names}"),
            format!("it is not said which column it is: {names}"),
        )
    }
}
