//! What to select from a place outwards: word, expression, clause, block, declaration, file.

use std::ops::Range;

use kijun_syntax::{Kind, Node};
use kijun_text::FileId;

use crate::doc::Doc;
use crate::snapshot::Snapshot;

/// From the smallest to the whole text, each larger than the one before it. Of what is no module, the line and the text.
pub fn selection(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Range<usize>> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let offset = offset.min(doc.text.len());
    let mut out = vec![0..doc.text.len()];
    if doc.is_module() {
        descend(&doc.parse().tree, offset, &mut out);
    } else {
        out.push(line(doc, offset));
    }
    out.reverse();
    out.dedup();
    out
}

fn line(doc: &Doc, offset: usize) -> Range<usize> {
    let start = doc.lines().start(doc.lines().line(offset));
    let rest = doc.text.get(start..).unwrap_or("");
    let own = rest.split('\n').next().unwrap_or("");
    start..start + own.trim_end_matches('\r').len()
}

/// Adds the ranges below a node that hold a place, the larger first.
fn descend(node: &Node, offset: usize, out: &mut Vec<Range<usize>>) {
    let mut node = node;
    while let Some((at, child)) = child_at(node, offset) {
        if node.kind == Kind::File {
            out.push(with_docs(node, at)..child.end);
        }
        out.extend(inside(node, offset));
        if child.kind != Kind::Space {
            out.push(child.start..child.end);
        }
        if child.kind == Kind::String {
            out.extend(unquoted(child, offset));
        }
        node = child;
    }
}

/// The child at a place: between two, a word before a sign, and anything before white space.
fn child_at(node: &Node, offset: usize) -> Option<(usize, &Node)> {
    let end = node.children.partition_point(|n| n.start <= offset);
    let from = end.saturating_sub(2);
    let near = node.children.get(from..end).unwrap_or_default().iter().enumerate();
    let touching = near.filter(|(_, n)| offset <= n.end).map(|(i, n)| (from + i, n));
    touching.max_by_key(|(i, n)| (!n.is_trivia(), n.kind != Kind::Punct, *i))
}

/// Where the `///` comments above a declaration begin.
fn with_docs(file: &Node, at: usize) -> usize {
    let before = file.children.get(..at).unwrap_or_default().iter().rev();
    let docs = before.take_while(|n| n.is_trivia()).filter(|n| n.kind == Kind::Comment);
    let own = file.children.get(at).map_or(0, |n| n.start);
    let is_item = file.children.get(at).is_some_and(|n| !n.is_trivia());
    docs.map(|n| n.start).last().filter(|_| is_item).unwrap_or(own)
}

/// What stands between the braces of a block.
fn inside(node: &Node, offset: usize) -> Option<Range<usize>> {
    let open = node.children.iter().position(|n| n.kind == Kind::Open)?;
    let close = node.children.iter().rposition(|n| n.kind == Kind::Close)?;
    let within = node.children.get(open + 1..close)?;
    let first = within.iter().find(|n| n.kind != Kind::Space)?;
    let last = within.iter().rfind(|n| n.kind != Kind::Space)?;
    (first.start <= offset && offset <= last.end).then_some(first.start..last.end)
}

fn unquoted(string: &Node, offset: usize) -> Option<Range<usize>> {
    let inner = string.start + 1..string.end.checked_sub(1)?;
    (inner.start <= offset && offset <= inner.end && inner.start < inner.end).then_some(inner)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::fixture;

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(text);
        let source = &snapshot.doc(place.file).unwrap().text;
        let found = selection(&snapshot, place.file, place.offset);
        for pair in found.windows(2) {
            assert!(pair[1].start <= pair[0].start && pair[0].end <= pair[1].end, "{found:?}");
        }
        let shown: Vec<String> = found.iter().map(|r| source[r.clone()].replace('\n', "⏎")).collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn from_a_word_to_the_file() {
        check(
            "risk a \"b\"\n/// 注\ncheck c for x:1 {\n  each k: d\n  require k.na$0me == \"e\" and true\n}\n",
            expect![[r#"
                name
                k.name
                k.name == "e"
                k.name == "e" and true
                require k.name == "e" and true
                each k: d⏎  require k.name == "e" and true
                check c for x:1 {⏎  each k: d⏎  require k.name == "e" and true⏎}
                /// 注⏎check c for x:1 {⏎  each k: d⏎  require k.name == "e" and true⏎}
                risk a "b"⏎/// 注⏎check c for x:1 {⏎  each k: d⏎  require k.name == "e" and true⏎}⏎"#]],
        );
    }

    #[test]
    fn a_text_without_its_quotes_comes_first() {
        check(
            "risk a \"b$0\"",
            expect![[r#"
                b
                "b"
                risk a "b""#]],
        );
    }

    #[test]
    fn broken_text_facts_and_nothing_at_all_have_a_whole() {
        check(
            "risk\nentity b {\n  c:$0\n}\n",
            expect![[r#"
                c:
                entity b {⏎  c:⏎}
                risk⏎entity b {⏎  c:⏎}⏎"#]],
        );
        check("$0\n", expect!["⏎"]);
        check(
            "//- /facts/a.csv\nid,b\nx,$0y\n",
            expect![[r#"
                x,y
                id,b⏎x,y⏎"#]],
        );
    }
}
