//! Facts as TOML. What a vendor wrote stands in it byte by byte; the cell that says it stands behind it, and that of the answer in
//! the evidence, which proofs and reports show.

use std::fmt::Write as _;

use kijun_facts::Grid;
use kijun_text::CellName;

use super::answers::Answer;
use super::{DisclosureOptions, Taken};
use crate::toml_text::{key_text, one_line, quoted};

pub(super) fn facts(
    grid: &Grid,
    options: &DisclosureOptions,
    fields: Vec<(String, Option<Taken>)>,
    answers: &[Answer],
) -> String {
    let mut out = Out { text: String::new(), sheet: &grid.name };
    let date = fields.iter().find(|(name, _)| name == "date").and_then(|(_, taken)| taken.as_ref());
    let evidence = |at: Option<CellName>| evidence(options, &grid.name, at, date);
    out.text.push_str("[[disclosure]]\n");
    out.pair("id", &options.id, None);
    if let Some(system) = &options.system {
        out.pair("system", system, None);
    }
    for (name, taken) in &fields {
        out.taken(name, taken.as_ref());
    }
    out.text.push_str(&evidence(None));
    for answer in answers {
        out.text.push_str("\n[[disclosure_answer]]\n");
        out.pair("id", &format!("{}-{}", options.id, answer.key), None);
        out.pair("disclosure", &options.id, None);
        out.taken("number", answer.number.as_ref());
        out.taken("item", Some(&answer.item));
        out.taken("value", answer.value.as_ref());
        // What the form says stays when an observation says otherwise.
        out.taken("stated", answer.value.as_ref());
        out.taken("remark", answer.remark.as_ref());
        out.text.push_str(&evidence(answer.value.as_ref().unwrap_or(&answer.item).at));
    }
    out.text
}

/// What a vendor says of itself is declared.
fn evidence(options: &DisclosureOptions, sheet: &str, at: Option<CellName>, date: Option<&Taken>) -> String {
    let place = at.map_or_else(|| sheet.to_owned(), |at| format!("{sheet}!{at}"));
    let source = format!("{} {place}", options.source);
    let as_of = date.map_or_else(String::new, |date| format!(", as_of = {}", quoted(&date.text)));
    format!("_evidence = {{ source = {}{as_of}, grade = \"declared\" }}\n", quoted(&source))
}

struct Out<'o> {
    text: String,
    sheet: &'o str,
}

impl Out<'_> {
    fn taken(&mut self, name: &str, taken: Option<&Taken>) {
        if let Some(taken) = taken {
            let place = taken.at.map(|at| format!("{}!{at}", self.sheet));
            self.pair(name, &taken.text, place.as_deref());
        }
    }

    fn pair(&mut self, name: &str, text: &str, place: Option<&str>) {
        let _ = write!(self.text, "{} = {}", key_text(name), quoted(text));
        if let Some(place) = place {
            let _ = write!(self.text, "   # {}", one_line(place));
        }
        self.text.push('\n');
    }
}
