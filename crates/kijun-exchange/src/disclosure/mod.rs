//! Disclosure forms of vendors (MDS/SDS and the like) as facts: a `disclosure` and a `disclosure_answer` for each item. Where what
//! stands in a form is said by a layout, for forms differ by edition; what a vendor wrote is kept as it was written.

mod answers;
mod layout;
mod write;

use kijun_facts::{FormCell, Grid};
use kijun_text::{CellName, Label, nearest};

pub use layout::{Layout, LayoutError, parse_layout};

/// What the form itself does not say.
#[derive(Debug, Clone, Default)]
pub struct DisclosureOptions {
    /// Id of the disclosure; ids of answers begin with it.
    pub id: String,
    /// Id of the system that it is about.
    pub system: Option<String>,
    /// What backs the facts: what the form is called.
    pub source: String,
}

/// A form as facts.
#[derive(Debug)]
pub struct Disclosed {
    /// TOML, to be put into the folder of facts.
    pub facts: String,
    pub items: usize,
    /// Items without an answer: their value is not stated, and therefore unknown.
    pub open: usize,
    /// What could not be taken as it is.
    pub problems: Vec<Problem>,
}

/// Something about a cell that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `開示書!C5`.
    pub place: String,
    pub message: Label,
}

/// Why there are no facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoDisclosure {
    pub message: Label,
    pub help: Label,
}

/// Reads a form by its layout.
///
/// # Errors
/// When the workbook has no sheet as the layout names it, or no item stands where the layout says.
pub fn import_disclosure(
    grids: &[Grid],
    layout: &Layout,
    options: &DisclosureOptions,
) -> Result<Disclosed, NoDisclosure> {
    let grid = sheet(grids, layout)?;
    let mut form = Form { grid, problems: Vec::new() };
    let fields = layout.fields.iter().map(|field| (field.attribute.clone(), form.field(field))).collect();
    let answers = answers::read(&mut form, layout);
    if answers.is_empty() {
        let message = Label::new(
            format!("シート `{}` に項目が見つかりません", grid.name),
            format!("no item was found on the sheet `{}`", grid.name),
        );
        let help = Label::new(
            "レイアウトの [answers] の `first_row` と `item` の列を確かめてください",
            "check `first_row` and the column `item` in [answers] of the layout",
        );
        return Err(NoDisclosure { message, help });
    }
    let facts = write::facts(grid, options, fields, &answers);
    let open = answers.iter().filter(|answer| answer.value.is_none()).count();
    Ok(Disclosed { facts, items: answers.len(), open, problems: form.problems })
}

fn sheet<'g>(grids: &'g [Grid], layout: &Layout) -> Result<&'g Grid, NoDisclosure> {
    let found = match &layout.sheet {
        Some(name) => grids.iter().find(|grid| grid.name.trim() == name.trim()),
        None => grids.first(),
    };
    found.ok_or_else(|| {
        let wanted = layout.sheet.as_deref().unwrap_or("");
        let names = || grids.iter().map(|grid| grid.name.as_str());
        let message =
            Label::new(format!("シート `{wanted}` がありません"), format!("there is no sheet `{wanted}`"));
        let help = match nearest(wanted, names()) {
            Some(near) => Label::new(format!("もしかして: `{near}`"), format!("did you mean `{near}`?")),
            None => {
                let all = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                Label::new(format!("シート: {all}"), format!("the sheets are {all}"))
            }
        };
        NoDisclosure { message, help }
    })
}

/// A form while it is read.
struct Form<'g> {
    grid: &'g Grid,
    problems: Vec<Problem>,
}

/// A text with the cell that says it; none for a constant.
#[derive(Debug, Clone)]
struct Taken {
    text: String,
    at: Option<CellName>,
}

impl Form<'_> {
    fn report(&mut self, at: CellName, message: Label) {
        self.problems.push(Problem { place: format!("{}!{at}", self.grid.name), message });
    }

    /// What a cell says, unless that is not certain.
    fn cell(&mut self, at: CellName) -> Option<Taken> {
        let FormCell { text, problem } = self.grid.cell(at)?.clone();
        match problem {
            Some(message) => {
                self.report(at, message);
                None
            }
            None => Some(Taken { text, at: Some(at) }),
        }
    }

    fn field(&mut self, field: &layout::Field) -> Option<Taken> {
        match &field.from {
            layout::From::Constant(text) => Some(Taken { text: text.clone(), at: None }),
            layout::From::Cell(at) => {
                let taken = self.cell(*at);
                if taken.is_none() {
                    let name = &field.attribute;
                    self.report(
                        *at,
                        Label::new(
                            format!("`{name}` が書かれているはずのセルが空です"),
                            format!("this cell should say `{name}`, and is empty"),
                        ),
                    );
                }
                let taken = taken?;
                let meant = field.values.get(taken.text.trim()).cloned();
                Some(Taken { text: meant.unwrap_or(taken.text), ..taken })
            }
        }
    }
}

#[cfg(test)]
mod tests;
