//! What follows from mappings, as text for a terminal.

mod contradictions;
mod gaps;
mod mapped;
mod matrix;
mod relate;

pub(crate) use contradictions::contradictions;
pub(crate) use gaps::gaps;
pub(crate) use mapped::mapped;
pub(crate) use matrix::matrix;
pub(crate) use relate::relate;

use kijun_coverage::{Cell, Coverage, Item, Mappings, Met, Tally, wording};
use kijun_engine::program::{Program, RequirementId};
use owo_colors::Style;

use crate::terminal::{Terminal, wrap};

/// How many sources of a cell are named on a line.
const MAX_NAMED: usize = 3;

/// `mhlw@4.2 [4.2] title`.
fn catalog(program: &Program, index: usize, terminal: &Terminal) -> String {
    let Some(catalog) = program.catalogs.get(index) else { return String::new() };
    format!("{}@{} {}", catalog.alias, catalog.edition, terminal.text(&catalog.title))
}

fn id(program: &Program, id: RequirementId) -> &str {
    program.requirement(id).map_or("", |r| &r.id)
}

/// The id without the catalogue.
fn local(program: &Program, id: RequirementId) -> &str {
    let id = self::id(program, id);
    id.split_once(':').map_or(id, |(_, local)| local)
}

fn style(coverage: Coverage) -> Style {
    match coverage {
        Coverage::Covered => Style::new().green(),
        Coverage::Unverified | Coverage::Partly => Style::new().yellow(),
        Coverage::Possibly => Style::new().cyan(),
        Coverage::NotCovered => Style::new().red(),
    }
}

/// A tally in words: every coverage with its number, then what is weak, then what verdicts say.
fn tally(tally: &Tally, terminal: &Terminal) -> Vec<String> {
    let covered = Coverage::ALL.map(|c| {
        let text = format!("{} {} {}", c.sign(), terminal.text(&c.label()), tally.covered(c));
        if tally.covered(c) > 0 { terminal.paint(&text, style(c)) } else { text }
    });
    let items = terminal.say("項目", "items");
    let mut out = vec![format!("{} {items}: {}", tally.items, covered.join("  "))];
    if tally.weak > 0 {
        out.push(match terminal.lang {
            kijun_text::Lang::Ja => {
                format!(
                    "うち {} は、あいまい・未検証の対応だけによる（それがなければ、より低い）",
                    tally.weak
                )
            }
            kijun_text::Lang::En => {
                format!(
                    "{} of these only by ambiguous or unverified mappings (lower without them)",
                    tally.weak
                )
            }
        });
    }
    if !tally.met.is_empty() {
        let met = Met::ALL.map(|m| format!("{} {}", terminal.text(&m.label()), tally.met(m)));
        out.push(format!("{}: {}", terminal.say("判定から", "by the verdicts"), met.join("  ")));
    }
    out
}

/// What stands behind a coverage: the first few cells, and how many more.
fn because<'c>(
    cells: impl Iterator<Item = &'c Cell>,
    mappings: &Mappings<'_>,
    terminal: &Terminal,
) -> String {
    let cells: Vec<&Cell> = cells.filter(|c| !mappings.is_rolled_up(&c.derivation)).collect();
    let one = |cell: &&Cell| {
        let name = wording::node_short(mappings.program, mappings, cell.source);
        let relation = terminal.text(&cell.possible.label()).to_owned();
        let mark = cell.derivation.mark.filter(|m| m.is_weak());
        let mark = mark.map(|m| format!(", {}", terminal.text(&wording::mark_label(m)))).unwrap_or_default();
        format!("{name} ({relation}{mark})")
    };
    let mut named: Vec<String> = cells.iter().take(MAX_NAMED).map(one).collect();
    if cells.len() > MAX_NAMED {
        let more = cells.len() - MAX_NAMED;
        named.push(format!("{}{more}", terminal.say("ほか", "and ")) + terminal.say("件", " more"));
    }
    named.join(" · ")
}

/// What the verdicts say of an item; nothing where nothing covers it.
fn met(item: &Item, terminal: &Terminal) -> String {
    let met = item.met.filter(|_| item.coverage > Coverage::NotCovered);
    met.map(|m| format!(" [{}]", terminal.text(&m.label()))).unwrap_or_default()
}

/// Wraps a text and indents every line.
fn indented(text: &str, indent: usize, terminal: &Terminal) -> String {
    let lines = wrap(text, terminal.width.saturating_sub(indent));
    lines.into_iter().map(|line| format!("{}{line}\n", " ".repeat(indent))).collect()
}

/// What a reader of any of these figures must know.
fn caveat(terminal: &Terminal) -> String {
    let text = terminal.say(
        "対応が書かれていないことは、対応がないことの証明ではありません。この結果は判断の材料であり、ガイドラインや専門家に代わるものではありません",
        "that nothing is stated does not prove that nothing corresponds; this result assists a judgement and replaces neither the norms nor an expert",
    );
    indented(text, 0, terminal)
}
