//! Some declarations of a text, laid out as they would be in the whole; the others may have syntax errors.

use std::ops::Range;

use super::lines::{self, Line};
use super::{laid_out, tokens::Token};
use crate::{Kind, Node, Parse};

/// A replacement of bytes of the text that was parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub range: Range<usize>,
    pub text: String,
}

/// The declarations and comments that a range touches, laid out: one part for each run of them without errors, in order.
pub fn format_parts(text: &str, parsed: &Parse, range: &Range<usize>) -> Vec<Part> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut goes_on = false;
    for child in parsed.tree.children.iter().filter(|n| n.kind != Kind::Space && touches(n, range)) {
        let sound = is_sound(child, parsed);
        match runs.last_mut() {
            Some(run) if sound && goes_on => run.end = child.end,
            _ if sound => runs.push(child.start..child.end),
            _ => {}
        }
        goes_on = sound;
    }
    if runs.is_empty() {
        return Vec::new();
    }
    let lines = laid_out(&parsed.tree, text);
    runs.iter().filter_map(|run| part(text, parsed, &lines, run)).collect()
}

fn touches(node: &Node, range: &Range<usize>) -> bool {
    match range.is_empty() {
        true => node.start <= range.start && range.start <= node.end,
        false => node.start < range.end && range.start < node.end,
    }
}

fn is_sound(node: &Node, parsed: &Parse) -> bool {
    let free = |(start, end): (usize, usize)| end < node.start || node.end < start;
    !matches!(node.kind, Kind::BadItem | Kind::Text) && parsed.errors.iter().all(|e| free((e.start, e.end)))
}

/// The lines of one run, whole.
fn part(text: &str, parsed: &Parse, lines: &[Line<'_>], run: &Range<usize>) -> Option<Part> {
    let inside = |t: &Token<'_>| run.start <= t.start && t.start < run.end;
    let first = lines.iter().position(|l| l.tokens.iter().any(inside))?;
    let last = lines.iter().rposition(|l| l.tokens.iter().any(inside))?;
    let own = lines.get(first..=last)?;
    // What shares a line with the run is laid out with it; unless it is broken.
    let broken: Vec<&Node> = parsed.tree.children.iter().filter(|n| !is_sound(n, parsed)).collect();
    let is_broken = |t: &Token<'_>| broken.iter().any(|n| n.start <= t.start && t.start < n.end);
    if own.iter().flat_map(|l| &l.tokens).any(is_broken) {
        return None;
    }
    let token = own.first()?.tokens.first()?;
    let before = text.get(..token.start)?.trim_end_matches([' ', '\t', '\r', '\u{3000}', '\u{FEFF}']);
    let starts_line = before.is_empty() || before.ends_with('\n');
    let end = own.last()?.tokens.last().map(|t| t.start + t.text.len())?;
    let rest = text.get(end..)?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\u{3000}']).len();
    let ends_line = rest.get(blanks..)?.is_empty() || rest.get(blanks..)?.starts_with('\n');
    let mut laid = lines::print(own);
    laid.pop();
    let laid = laid.trim_start_matches('\n');
    Some(Part {
        range: before.len()..if ends_line { end + blanks } else { end },
        text: if starts_line { laid.to_owned() } else { format!("\n{laid}") },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{format, parse};

    /// Formats what is between `«` and `»`.
    fn check(marked: &str, expected: &str) {
        let start = marked.find('«').unwrap();
        let text = marked.replacen('«', "", 1);
        let end = text.find('»').unwrap();
        let text = text.replacen('»', "", 1);
        let mut after = text.clone();
        for part in format_parts(&text, &parse(&text), &(start..end)).into_iter().rev() {
            after.replace_range(part.range, &part.text);
        }
        assert_eq!(after, expected);
    }

    #[test]
    fn only_what_is_touched_changes() {
        check(
            "risk   a \"甲\"\nrisk   «b» \"乙\" \t\nrisk   c \"丙\"\n",
            "risk   a \"甲\"\nrisk b \"乙\"\nrisk   c \"丙\"\n",
        );
        check(
            "risk   a \"甲\"\n«risk   b \"乙\"\n»risk   c \"丙\"\n",
            "risk   a \"甲\"\nrisk b \"乙\"\nrisk   c \"丙\"\n",
        );
        check(
            "enum  a { b\nc «»\n}   // d  \n\n\nrisk   c \"丙\"",
            "enum a { b\n  c\n}  // d\n\n\nrisk   c \"丙\"",
        );
    }

    #[test]
    fn a_declaration_gets_a_line_of_its_own() {
        check("enum a { b } enum  c«» { d } risk  e \"f\"\n", "enum a { b }\nenum c { d } risk  e \"f\"\n");
    }

    #[test]
    fn what_is_broken_stays_and_the_rest_does_not() {
        check(
            "«risk   a \"甲\"\nrisk\nentity  b {\n c:\n}\nrisk   d \"丙\"\n//  e\n»",
            "risk a \"甲\"\nrisk\nentity  b {\n c:\n}\nrisk d \"丙\"\n//  e\n",
        );
        check("entity  b {\n c:«»\n}\n", "entity  b {\n c:\n}\n");
    }

    #[test]
    fn the_parts_of_all_are_the_whole_and_of_each_add_up_to_it() {
        let text = "\u{FEFF}//! x\n\n\n  entity   a {\n b \"い\": c\n  longer \"ろ\":   d // e\n\n\n}\n/// y\n risk c \"d\"\ncheck e for f:1 { each  g: a\n require g.b\nja \"h\" }\n";
        let whole = format(text).unwrap();
        let parsed = parse(text);
        let mut all = text.to_owned();
        for part in format_parts(text, &parsed, &(0..text.len())).into_iter().rev() {
            all.replace_range(part.range, &part.text);
        }
        assert_eq!(all, whole);
        let mut each = text.to_owned();
        for child in parsed.tree.children.iter().rev() {
            for part in format_parts(text, &parsed, &(child.start..child.end)).into_iter().rev() {
                each.replace_range(part.range, &part.text);
            }
        }
        // Only the blank lines between declarations belong to none of them.
        assert_eq!(each.replace("\n\n\n", "\n\n"), whole);
    }
}
