//! A matrix for a pull request or a wiki: GitHub-flavoured Markdown, with a table for each section, folded by block.

use kijun_coverage::{Coverage, Met};
use kijun_engine::program::RequirementId;
use kijun_text::Lang;

use super::MatrixContext;
use super::reading::{Listing, Reading, Row};
use super::words;
use crate::gfm::{code, escaped, html, line, row, table_head};

/// The matrix in one language.
pub fn matrix_markdown(context: &MatrixContext<'_>, lang: Lang) -> String {
    let reading = Reading::new(context, lang);
    let mut out = String::new();
    head(&reading, &mut out);
    summary(&reading, &mut out);
    for listing in &reading.listings {
        block(&reading, listing, &mut out);
    }
    contradictions(&reading, &mut out);
    out
}

fn head(reading: &Reading<'_>, out: &mut String) {
    line(out, reading.say("# 対応表", "# Coverage matrix"));
    line(out, "");
    if let Some(assessed) = reading.context.assessed {
        let facility = escaped(assessed.title.or(reading.lang, assessed.facility));
        let (facility_word, as_of_word) = (reading.say("施設", "Facility"), reading.say("基準日", "as of"));
        let day = kijun_facts::Date::day(assessed.as_of);
        line(out, &format!("{facility_word}: {facility} ({}), {as_of_word}: {day}", code(assessed.facility)));
        line(out, "");
    }
    for sentence in words::how_to_read() {
        line(out, &format!("- {}", reading.text(sentence)));
    }
    line(out, "");
}

fn summary(reading: &Reading<'_>, out: &mut String) {
    let mut heads =
        vec![reading.say("対応元", "Source").to_owned(), reading.say("対応先", "Target").to_owned()];
    heads.push(reading.say("項目", "Items").to_owned());
    heads.extend(Coverage::ALL.map(|c| c.sign().to_owned()));
    heads.push(reading.say("弱い", "weak").to_owned());
    if reading.is_assessed() {
        heads.extend(Met::ALL.map(|m| reading.text(m.label())));
    }
    table_head(&heads, 2, out);
    for block in &reading.context.matrix.blocks {
        let total = &block.total;
        let mut cells = vec![code(&reading.catalog_name(block.from)), code(&reading.catalog_name(block.to))];
        cells.push(total.items.to_string());
        cells.extend(Coverage::ALL.map(|c| total.covered(c).to_string()));
        cells.push(total.weak.to_string());
        if reading.is_assessed() {
            cells.extend(Met::ALL.map(|m| total.met(m).to_string()));
        }
        row(&cells, out);
    }
    let signs: Vec<String> = Coverage::ALL.iter().map(|c| reading.standing(*c)).collect();
    let (weak, meaning) = (words::certainty(true), words::certainty_meaning(true));
    line(out, "");
    let legend = reading.say("凡例", "Legend");
    line(out, &format!("{legend}: {}; {}: {}", signs.join(", "), reading.text(weak), reading.text(meaning)));
}

fn block(reading: &Reading<'_>, listing: &Listing<'_>, out: &mut String) {
    let (from, to) = (reading.catalog_name(listing.block.from), reading.catalog_name(listing.block.to));
    line(out, "");
    line(out, &format!("## {} → {}", code(&from), code(&to)));
    line(out, "");
    let title = |c: usize| reading.catalog(c).map_or("", |c| c.title.get(reading.lang));
    line(out, &format!("{} → {}", escaped(title(listing.block.from)), escaped(title(listing.block.to))));
    line(out, "");
    if let Some(filtered) = words::filtered(listing.block) {
        line(out, &reading.text(filtered));
        line(out, "");
    }
    line(out, "<details>");
    line(out, &format!("<summary>{}</summary>", html(&reading.figures(&listing.block.total))));
    // The section of the table that is being written; `None` before the first.
    let mut open: Option<Option<RequirementId>> = None;
    for row in &listing.rows {
        if row.requirement.is_section {
            section(reading, listing, row, out);
            open = None;
            continue;
        }
        if open != Some(row.requirement.parent) {
            // Back in a section after one of its own sections.
            if let Some(parent) = row.requirement.parent.filter(|_| open.is_some()) {
                continued(reading, listing, parent, out);
            }
            line(out, "");
            table_head(&columns(reading), columns(reading).len(), out);
            open = Some(row.requirement.parent);
        }
        item(reading, listing, row, out);
    }
    line(out, "");
    line(out, "</details>");
}

fn section(reading: &Reading<'_>, listing: &Listing<'_>, row: &Row<'_>, out: &mut String) {
    let number = code(reading.number(row.item.id, listing.block.to));
    let title = escaped(row.requirement.title.get(reading.lang));
    line(out, "");
    line(out, &format!("{} {number} {title}", "#".repeat((row.depth + 3).min(6))));
    if let Some(tally) = listing.block.sections.get(&row.item.id) {
        line(out, "");
        line(out, &reading.figures(tally));
    }
    if !row.pairs.is_empty() {
        line(out, "");
        let about = reading.say("章節そのものへの記述", "mapped as a whole");
        line(out, &format!("{about}: {}", sources(reading, listing, row).join(", ")));
    }
}

fn continued(reading: &Reading<'_>, listing: &Listing<'_>, section: RequirementId, out: &mut String) {
    let number = code(reading.number(section, listing.block.to));
    line(out, "");
    line(out, &format!("{number} {}", reading.say("（続き）", "(continued)")));
}

fn columns(reading: &Reading<'_>) -> Vec<String> {
    let assessed = |text| reading.is_assessed().then_some(text);
    let all = [
        Some(reading.say("番号", "Number")),
        Some(reading.say("題名", "Title")),
        Some(reading.say("対応", "Coverage")),
        Some(reading.say("確からしさ", "Certainty")),
        assessed(reading.say("充足", "Met")),
        Some(reading.say("対応元と関係", "Sources and relation")),
        Some(reading.say("備考", "Remarks")),
    ];
    all.into_iter().flatten().map(str::to_owned).collect()
}

fn item(reading: &Reading<'_>, listing: &Listing<'_>, own: &Row<'_>, out: &mut String) {
    let mut cells = vec![
        code(reading.number(own.item.id, listing.block.to)),
        escaped(own.requirement.title.get(reading.lang)),
        reading.standing(own.item.coverage),
        reading.certainty(own.item),
    ];
    cells.extend(own.item.met.map(|m| reading.text(m.label())));
    cells.push(sources(reading, listing, own).join("<br>"));
    cells.push(own_remarks(reading, own));
    row(&cells, out);
}

fn own_remarks(reading: &Reading<'_>, own: &Row<'_>) -> String {
    reading.remarks(own).iter().map(|r| escaped(r)).collect::<Vec<_>>().join("<br>")
}

/// `4.3.3-1` 重なる 3（未確認、記載） for each pair.
fn sources(reading: &Reading<'_>, listing: &Listing<'_>, own: &Row<'_>) -> Vec<String> {
    let pair = |p: &super::reading::Pair<'_>| {
        let numbers = reading.source_numbers(p.cell, listing.block.from);
        let names: Vec<String> = numbers.into_iter().map(code).collect();
        let joint = if names.len() > 1 { reading.say("合わせて ", "jointly ") } else { "" };
        let relation = reading.text(p.cell.possible.label());
        let strength = p.cell.derivation.strength.map(|s| format!(" {s}")).unwrap_or_default();
        let verdict = reading.source_verdicts(p.cell);
        let about = [reading.mark(p.cell), reading.origin(p.cell).to_owned(), verdict];
        let about: Vec<String> = about.into_iter().filter(|t| !t.is_empty()).collect();
        let about = about.join(reading.say("、", ", "));
        format!("{joint}{} {relation}{strength} ({about})", names.join(" "))
    };
    own.pairs.iter().map(pair).collect()
}

fn contradictions(reading: &Reading<'_>, out: &mut String) {
    let mappings = reading.context.mappings;
    if mappings.contradictions.is_empty() {
        return;
    }
    line(out, "");
    line(out, reading.say("## 矛盾", "## Contradictions"));
    for found in mappings.contradictions.iter() {
        let why = kijun_coverage::wording::derivation_words(mappings, &found.derivation);
        let why: Vec<String> = why.into_iter().map(|l| escaped(&reading.text(l))).collect();
        line(out, "");
        line(out, &format!("- {}", why.join("<br>")));
        let aside: Vec<String> = found.set_aside.iter().map(|i| escaped(&reading.statement(*i))).collect();
        line(out, &format!("  - {}: {}", reading.say("除いた記述", "set aside"), aside.join("<br>")));
    }
}
