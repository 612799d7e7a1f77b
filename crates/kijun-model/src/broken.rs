//! Declarations that a syntax error cut short. What is left of one says less than its author meant, so
//! what seems wrong with it often is not: only the syntax error is worth telling.

use kijun_syntax::{Kind, Node};
use kijun_text::{Diagnostic, FileId, Span};

/// What a clause that is cut short is wrongly accused of.
const SPURIOUS: [&str; 10] =
    ["K0209", "K0301", "K0302", "K0303", "K0304", "K0306", "K0307", "K0402", "K0701", "K0702"];

/// The declarations of a file that hold, or run into, what could not be read.
pub(crate) fn declarations(file: FileId, text: &str, tree: &Node) -> Vec<Span> {
    let items: Vec<&Node> = tree.children.iter().filter(|n| !n.is_trivia()).collect();
    let mut out = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let cut = items.get(i + 1).is_some_and(|next| goes_on(item, next, text));
        if item.kind != Kind::BadItem && (cut || has_bad_clause(item)) {
            out.push(Span::new(file, item.start, item.end));
        }
    }
    out
}

/// Whether what could not be read follows on the same line, or on an indented one: every declaration
/// begins at the start of a line.
fn goes_on(item: &Node, next: &Node, text: &str) -> bool {
    let gap = text.get(item.end..next.start).unwrap_or("");
    next.kind == Kind::BadItem && !gap.ends_with('\n')
}

fn has_bad_clause(item: &Node) -> bool {
    let mut found = false;
    item.walk(&mut |node| found |= node.kind == Kind::BadClause);
    found
}

/// Whether a diagnostic may come of the cut alone.
pub(crate) fn is_spurious(diagnostic: &Diagnostic, broken: &[Span]) -> bool {
    let within = |span: &Span| {
        let at = diagnostic.span;
        at.file == span.file && span.start <= at.start && at.end <= span.end
    };
    SPURIOUS.contains(&diagnostic.code) && broken.iter().any(within)
}
