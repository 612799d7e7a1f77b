//! The layout of some declarations: those that are selected, or the one that was just finished.

use std::ops::Range;

use kijun_syntax::{Kind, Node, format_parts};
use kijun_text::FileId;

use crate::doc::Doc;
use crate::formatting::difference;
use crate::snapshot::{Edit, Snapshot};

/// What to replace so that the declarations and comments that a range touches are laid out; those with syntax errors stay.
pub fn format_range(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Edit> {
    let Some(doc) = snapshot.doc(file).filter(|d| d.is_module()) else { return Vec::new() };
    edits(doc, range)
}

/// What to replace when a declaration ends where something was just typed: its `}`, or the end of its line. Nothing when
/// the place is anywhere else, or when the declaration has syntax errors.
pub fn format_typed(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Edit> {
    let Some(doc) = snapshot.doc(file).filter(|d| d.is_module()) else { return Vec::new() };
    match ended(doc, offset) {
        Some(item) => edits(doc, &(item.start..item.end)),
        None => Vec::new(),
    }
}

fn edits(doc: &Doc, range: &Range<usize>) -> Vec<Edit> {
    let parts = format_parts(&doc.text, doc.parse(), range);
    parts.into_iter().filter_map(|p| difference(&doc.text, p.range, &p.text)).collect()
}

/// The declaration after which the place is: at once, or on the next line with nothing between.
fn ended(doc: &Doc, offset: usize) -> Option<&Node> {
    let before = doc.text.get(..offset)?;
    let line = before.rfind('\n').map_or(0, |i| i + 1);
    let on_next = before.get(line..)?.trim().is_empty();
    let end = if on_next { before.get(..line)?.trim_end().len() } else { offset };
    // Blank lines between them: the declaration was finished long ago.
    let near = before.get(end..)?.matches('\n').count() <= 1;
    let items = &doc.parse().tree.children;
    let item =
        items.get(..items.partition_point(|n| n.start < end))?.iter().rfind(|n| n.kind != Kind::Space)?;
    let item = match item.kind {
        // A comment behind the declaration ends with its line.
        Kind::Comment if on_next => items.iter().rfind(|n| n.end <= item.start && !n.is_trivia())?,
        _ => item,
    };
    let line_of = |at: usize| doc.lines().line(at);
    (near && item.kind != Kind::Comment && item.end <= end && line_of(item.end) == line_of(end))
        .then_some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fixture;

    fn after(snapshot: &Snapshot, file: FileId, edits: Vec<Edit>) -> String {
        let mut text = snapshot.doc(file).unwrap().text.to_string();
        for edit in edits.into_iter().rev() {
            text.replace_range(edit.range, &edit.text);
        }
        text
    }

    fn typed(text: &str, expected: &str) {
        let (snapshot, place) = fixture(text);
        let edits = format_typed(&snapshot, place.file, place.offset);
        assert_eq!(after(&snapshot, place.file, edits), expected);
    }

    #[test]
    fn a_selection_is_laid_out_without_its_neighbours() {
        let (snapshot, place) = fixture("risk  a \"甲\"\nrisk  b \"乙\"\nrisk\nrisk  d \"丁\"\n$0");
        let text = &snapshot.doc(place.file).unwrap().text;
        let from = text.find("b").unwrap();
        let edits = format_range(&snapshot, place.file, &(from..text.len()));
        assert!(edits.iter().all(|e| e.range.len() <= 2), "{edits:?}");
        let expected = "risk  a \"甲\"\nrisk b \"乙\"\nrisk\nrisk d \"丁\"\n";
        assert_eq!(after(&snapshot, place.file, edits), expected);
    }

    #[test]
    fn a_brace_lays_out_what_it_closes() {
        typed(
            "risk  a \"甲\"\nenum  b {\nc   \"丙\"\n}$0\nrisk  d \"丁\"\n",
            "risk  a \"甲\"\nenum b {\n  c \"丙\"\n}\nrisk  d \"丁\"\n",
        );
    }

    #[test]
    fn a_new_line_lays_out_what_ended_before_it() {
        typed("risk  a \"甲\"\n$0", "risk a \"甲\"\n");
        typed("enum  a { b }  // c\n  $0\nrisk  d \"丁\"\n", "enum a { b }  // c\n  \nrisk  d \"丁\"\n");
        typed("risk  a \"甲\"\n\n\n$0", "risk  a \"甲\"\n\n\n");
    }

    #[test]
    fn nothing_happens_within_a_declaration_or_when_it_is_broken() {
        for text in [
            "enum  b {\n  c\n$0\n}\n",
            "test  \"t\" {\n  given { a  b { }$0 }\n}\n",
            "entity  b {\n c: \n}$0\n",
            "enum  b {\n  c\n$0",
            "check  c for a:1 {\n  require  a in { b }$0\n",
            "// a\n$0",
            "$0",
        ] {
            typed(text, &text.replace("$0", ""));
        }
    }
}
