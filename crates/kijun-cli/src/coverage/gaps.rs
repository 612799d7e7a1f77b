use kijun_coverage::{Coverage, Gaps, Mappings, wording};
use kijun_engine::program::RequirementId;
use owo_colors::Style;

use super::{MAX_NAMED, because, catalog, caveat, id, indented, local, style, tally};
use crate::terminal::{Terminal, pad, width};

/// What of a catalogue is not, partly or only possibly covered, what is covered unverified, and what would change it most.
pub(crate) fn gaps(
    mappings: &Mappings<'_>,
    gaps: &Gaps,
    by: &[usize],
    top: usize,
    terminal: &Terminal,
) -> String {
    let (program, bold) = (mappings.program, Style::new().bold());
    let mut out = format!("{}\n", terminal.paint(&catalog(program, gaps.of, terminal), bold));
    let by: Vec<String> = by
        .iter()
        .filter_map(|c| program.catalogs.get(*c))
        .map(|c| format!("{}@{}", c.alias, c.edition))
        .collect();
    out.push_str(&indented(&format!("{} {}", terminal.say("対応元:", "by:"), by.join(", ")), 2, terminal));
    for line in tally(&gaps.total, terminal) {
        out.push_str(&indented(&line, 2, terminal));
    }
    let column = gaps.covering.items.iter().map(|i| width(local(program, i.id))).max().unwrap_or(0);
    for coverage in [Coverage::NotCovered, Coverage::Possibly, Coverage::Partly, Coverage::Unverified] {
        let items: Vec<_> = gaps.items(mappings, coverage).collect();
        if items.is_empty() {
            continue;
        }
        let heading = format!("{} {} ({})", coverage.sign(), terminal.text(&coverage.label()), items.len());
        out.push_str(&format!("\n{}\n", terminal.paint(&heading, style(coverage))));
        for item in items {
            let title = program.requirement(item.id).map_or("", |r| terminal.text(&r.title));
            let met = item.met.map(|m| format!(" [{}]", terminal.text(&m.label()))).unwrap_or_default();
            out.push_str(&format!("  {}  {title}{met}\n", pad(local(program, item.id), column)));
            let cells = item.cells.iter().filter_map(|c| gaps.covering.cells.get(*c));
            let because = because(cells, mappings, terminal);
            if !because.is_empty() {
                out.push_str(&indented(&format!("← {because}"), column + 4, terminal));
            }
        }
    }
    out.push_str(&suggestions(mappings, gaps, top, terminal));
    out.push('\n');
    out.push_str(&caveat(terminal));
    out
}

/// What would change the figures most: pairs to settle, statements to confirm, items to check.
fn suggestions(mappings: &Mappings<'_>, gaps: &Gaps, top: usize, terminal: &Terminal) -> String {
    let program = mappings.program;
    let settle = gaps.settle.iter().map(|s| {
        let (source, target) = (id(program, s.source), id(program, s.target));
        let today = s.today.gives.possible();
        let mark = s.today.mark.filter(|m| m.is_weak()).map(wording::mark_label);
        match terminal.lang {
            kijun_text::Lang::Ja => format!(
                "{source} が {target} の全体を含むかを決める（今は「{}」{}）: 含むなら {}",
                today.ja,
                mark.map(|m| format!("、{}", m.ja)).unwrap_or_default(),
                named(&s.closes, mappings, terminal),
            ),
            kijun_text::Lang::En => format!(
                "settle whether {source} holds all of {target} (today: {}{}): if so it covers {}",
                today.en,
                mark.map(|m| format!(", {}", m.en)).unwrap_or_default(),
                named(&s.closes, mappings, terminal),
            ),
        }
    });
    let confirm = gaps.confirm.iter().filter_map(|c| {
        let statement = mappings.statements.get(c.statement)?;
        let sources: Vec<&str> = statement.sources.iter().map(|s| id(program, *s)).collect();
        let stated = format!(
            "{} {} {}",
            sources.join(" "),
            statement.relationship.name(),
            id(program, statement.target)
        );
        let items = named(&c.items, mappings, terminal);
        let mark = wording::mark_label(statement.mark);
        Some(match terminal.lang {
            kijun_text::Lang::Ja => {
                format!("「{stated}」（{}）を原文で確かめる: これによるもの {items}", mark.ja)
            }
            kijun_text::Lang::En => {
                format!("check \"{stated}\" ({}) against the texts: it carries {items}", mark.en)
            }
        })
    });
    let check = gaps.check.iter().map(|c| {
        let (item, covers) = (id(program, c.item), named(&c.covers, mappings, terminal));
        match terminal.lang {
            kijun_text::Lang::Ja => {
                format!("{item} に check か attest を書く: それで検証されるもの {covers}")
            }
            kijun_text::Lang::En => format!("write a check or an attestation for {item}: it covers {covers}"),
        }
    });
    let headings = [
        ("決めれば隙間が最も減る対応", "mappings that would reduce the gap most", settle.collect::<Vec<_>>()),
        ("確かめれば確かになる対応", "mappings that need a person to confirm them", confirm.collect()),
        ("検証のない対応元", "what covers and is not checked", check.collect()),
    ];
    let mut out = String::new();
    for (ja, en, lines) in headings.into_iter().filter(|(_, _, lines)| !lines.is_empty()) {
        out.push_str(&format!("\n{}\n", terminal.paint(terminal.say(ja, en), Style::new().bold())));
        for (i, line) in lines.iter().take(top).enumerate() {
            let text = indented(line, 5, terminal);
            out.push_str(&format!("{:>3}. {}", i + 1, text.trim_start()));
        }
        if lines.len() > top {
            let more = lines.len() - top;
            out.push_str(&match terminal.lang {
                kijun_text::Lang::Ja => format!("     ほか{more}件（--top {} で全部）\n", lines.len()),
                kijun_text::Lang::En => format!("     {more} more (--top {} shows all)\n", lines.len()),
            });
        }
    }
    out
}

/// How many items, and the first few.
fn named(items: &[RequirementId], mappings: &Mappings<'_>, terminal: &Terminal) -> String {
    let list: Vec<&str> = items.iter().take(MAX_NAMED).map(|i| local(mappings.program, *i)).collect();
    let more = if items.len() > MAX_NAMED { ", …" } else { "" };
    let count = items.len();
    match terminal.lang {
        kijun_text::Lang::Ja => format!("{count}項目 ({}{more})", list.join(", ")),
        kijun_text::Lang::En if count == 1 => format!("1 item ({})", list.join(", ")),
        kijun_text::Lang::En => format!("{count} items ({}{more})", list.join(", ")),
    }
}
