use kijun_coverage::{Block, Item, Mappings, Matrix};
use owo_colors::Style;

use super::{because, catalog, caveat, contradictions, indented, local, met, style, tally};
use crate::terminal::{Terminal, pad, width};

/// A matrix as text: figures for each section, and a line for each item with what covers it.
pub(crate) fn matrix(mappings: &Mappings<'_>, matrix: &Matrix, terminal: &Terminal) -> String {
    let mut out = String::new();
    for block in &matrix.blocks {
        out.push_str(&self::block(mappings, block, terminal));
        out.push('\n');
    }
    out.push_str(&contradictions(mappings, terminal));
    if !terminal.quiet {
        out.push_str(&caveat(terminal));
    }
    out
}

fn block(mappings: &Mappings<'_>, block: &Block, terminal: &Terminal) -> String {
    let (program, bold) = (mappings.program, Style::new().bold());
    let title =
        format!("{} → {}", catalog(program, block.from, terminal), catalog(program, block.to, terminal));
    let mut out = format!("{}\n", terminal.paint(&title, bold));
    for line in tally(&block.total, terminal) {
        out.push_str(&indented(&line, 2, terminal));
    }
    if let Some(listed) = block.listed {
        let of = block.total.items;
        let text = match terminal.lang {
            kijun_text::Lang::Ja => {
                format!("絞り込みにより、{of} 項目のうち {listed} 項目を示します（数は全体のもの）")
            }
            kijun_text::Lang::En => {
                format!("filtered: {listed} of {of} items are listed (figures are of all)")
            }
        };
        out.push_str(&indented(&text, 2, terminal));
    }
    out.push('\n');
    let column = block.items.iter().map(|i| width(local(program, i.id))).max().unwrap_or(0);
    for item in &block.items {
        let Some(own) = program.requirement(item.id) else { continue };
        if own.is_section {
            let heading = format!("{}  {}", local(program, item.id), terminal.text(&own.title));
            out.push_str(&format!("  {}\n", terminal.paint(&heading, bold)));
        }
        if mappings.is_counted(item.id) || !item.cells.is_empty() {
            out.push_str(&line(mappings, block, item, column, terminal));
        }
    }
    out
}

fn line(mappings: &Mappings<'_>, block: &Block, item: &Item, column: usize, terminal: &Terminal) -> String {
    let program = mappings.program;
    let because = because(block.cells_of(item), mappings, terminal);
    let Some(own) = program.requirement(item.id) else { return String::new() };
    if own.is_section && because.is_empty() {
        return String::new();
    }
    let met = met(item, terminal);
    let title = if own.is_section {
        terminal.say("（節として）", "(as a section)")
    } else {
        terminal.text(&own.title)
    };
    let sign = terminal.paint(item.coverage.sign(), style(item.coverage));
    let head = format!("  {sign} {}  {title}{met}", pad(local(program, item.id), column));
    let mut out = format!("{}\n", head.trim_end());
    if !because.is_empty() {
        out.push_str(&indented(&format!("← {because}"), column + 7, terminal));
    }
    out
}
