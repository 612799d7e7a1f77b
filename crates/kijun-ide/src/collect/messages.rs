//! What the `{…}` of messages mention.

use std::ops::Range;

use kijun_syntax::{Kind, Node, parse_expression};

use super::Collector;

impl Collector<'_> {
    /// The expressions in the messages of a clause, with the variables in scope.
    pub(super) fn interpolations(&mut self, clause: &Node) {
        let text = self.text;
        let messages = clause.parts().filter(|n| matches!(n.kind, Kind::Ja | Kind::En));
        for string in messages.filter_map(|m| m.child(Kind::String)) {
            for place in braces(string.text(text)) {
                let start = string.start + place.start;
                let source = text.get(start..string.start + place.end).unwrap_or("");
                if let Ok(mut node) = parse_expression(source) {
                    shift(&mut node, start);
                    self.expression(&node, None);
                }
            }
        }
    }
}

/// What stands between `{` and `}` in a text in quotes; `\{` is the character itself.
fn braces(quoted: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut open = None;
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match (c, open) {
            ('}', Some(start)) => {
                out.push(start..at);
                open = None;
            }
            (_, Some(_)) => {}
            _ if escaped => escaped = false,
            ('\\', None) => escaped = true,
            ('{', None) => open = Some(at + 1),
            _ => {}
        }
    }
    out
}

fn shift(node: &mut Node, by: usize) {
    node.start += by;
    node.end += by;
    node.children.iter_mut().for_each(|c| shift(c, by));
}
