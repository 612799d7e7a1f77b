use kijun_coverage::{Coverage, Gaps, Mappings, Settle, wording};
use kijun_engine::program::RequirementId;
use owo_colors::Style;

use super::{MAX_NAMED, because, catalog, caveat, id, indented, local, met, style, tally};
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
            let met = met(item, terminal);
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
    let settle = gaps.settle.iter().map(|s| self::settle(s, mappings, terminal));
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

/// A statement that is missing, and what it would bring.
fn settle(settle: &Settle, mappings: &Mappings<'_>, terminal: &Terminal) -> String {
    let target = id(mappings.program, settle.target);
    let mut brings = Vec::new();
    if !settle.covers.is_empty() {
        let items = named(&settle.covers, mappings, terminal);
        brings.push(format!("{} {items}", terminal.say("対応ありになる", "covered:")));
    }
    if !settle.touches.is_empty() {
        let items = named(&settle.touches, mappings, terminal);
        brings.push(format!("{} {items}", terminal.say("一部対応になる", "partly covered:")));
    }
    let brings = brings.join(terminal.say("、", ", "));
    let Some((source, today)) = &settle.today else {
        return match terminal.lang {
            kijun_text::Lang::Ja => {
                format!("{target} に対応する項目を探す（まだ一つもない）: 全体を含む項目があれば、{brings}")
            }
            kijun_text::Lang::En => {
                format!(
                    "look for something that corresponds to {target} (nothing does yet); were it to hold the whole of it, {brings}"
                )
            }
        };
    };
    let (source, possible) = (id(mappings.program, *source), today.gives.possible());
    let mark = today.mark.filter(|m| m.is_weak()).map(wording::mark_label).unwrap_or_default();
    match terminal.lang {
        kijun_text::Lang::Ja => {
            let mark = if mark.is_empty() { String::new() } else { format!("、{}", mark.ja) };
            format!(
                "{source} が {target} の全体を含むかを決める（今は「{}」{mark}）: 含むなら、{brings}",
                possible.ja
            )
        }
        kijun_text::Lang::En => {
            let mark = if mark.is_empty() { String::new() } else { format!(", {}", mark.en) };
            format!(
                "settle whether {source} holds the whole of {target} (today: {}{mark}); if so, {brings}",
                possible.en
            )
        }
    }
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
