//! The tokens of a tree in a row, each with what the layout must know of its place.

use unicode_width::UnicodeWidthStr;

use super::columns::{self, Family};
use crate::{Kind, Node};

/// A token that is not white space.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) text: &'t str,
    pub(super) kind: Kind,
    /// The node that the token stands in.
    pub(super) parent: Kind,
    /// Line breaks before it in the author's text.
    pub(super) breaks: usize,
    /// Set on the first token of what a block holds: a clause, an attribute, a record, …
    pub(super) element: Option<Element>,
    /// The column that begins with this token.
    pub(super) column: Option<usize>,
    /// On a message: the place in the text of the first message of its clause.
    pub(super) first_message: Option<usize>,
    pub(super) start: usize,
    /// Blanks before it on its line.
    pub(super) gap: usize,
}

impl Token<'_> {
    pub(super) fn width(&self) -> usize {
        self.text.width()
    }

    pub(super) fn is_punct(&self, sign: &str) -> bool {
        self.kind == Kind::Punct && self.text == sign
    }
}

/// What a block (or the file) holds directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element {
    /// The block's kind, and the place where it begins.
    pub(super) block: Kind,
    pub(super) block_start: usize,
    pub(super) family: Option<Family>,
}

pub(super) fn of_tree<'t>(tree: &Node, text: &'t str) -> Vec<Token<'t>> {
    let mut row = Row { text, tokens: Vec::new(), breaks: 0 };
    row.visit(tree, tree.kind);
    row.tokens
}

struct Row<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    breaks: usize,
}

impl Row<'_> {
    fn visit(&mut self, node: &Node, parent: Kind) {
        if node.is_token() {
            self.push(node, parent);
            return;
        }
        let mut inside = node.kind == Kind::File;
        let first_message = node.children.iter().find(|n| is_message(n)).map(|n| n.start);
        for child in &node.children {
            let at = self.tokens.len();
            self.visit(child, node.kind);
            let Some(token) = self.tokens.get_mut(at) else { continue };
            match child.kind {
                Kind::Open => inside = true,
                Kind::Close => inside = false,
                Kind::Punct | Kind::Comment => {}
                _ if inside => {
                    let family = Family::of(node.kind, child.kind);
                    token.element = Some(Element { block: node.kind, block_start: node.start, family });
                    if let Some(family) = family {
                        self.mark_columns(at, &columns::starts(family, child));
                    }
                }
                _ if is_message(child) && hangs(node.kind) => token.first_message = first_message,
                _ => {}
            }
        }
    }

    fn push(&mut self, node: &Node, parent: Kind) {
        let text = node.text(self.text);
        if node.kind == Kind::Space {
            self.breaks += text.matches('\n').count();
            return;
        }
        let text = if node.kind == Kind::Comment { text.trim_end() } else { text };
        if text.is_empty() {
            return;
        }
        self.tokens.push(Token {
            text,
            kind: node.kind,
            parent,
            breaks: self.breaks,
            element: None,
            column: None,
            first_message: None,
            start: node.start,
            gap: 0,
        });
        self.breaks = 0;
    }

    fn mark_columns(&mut self, from: usize, starts: &[(usize, usize)]) {
        for token in self.tokens.iter_mut().skip(from) {
            if let Some((_, column)) = starts.iter().find(|(start, _)| *start == token.start) {
                token.column = Some(*column);
            }
        }
    }
}

fn is_message(node: &Node) -> bool {
    matches!(node.kind, Kind::Ja | Kind::En)
}

/// Clauses of nothing but messages: a message on a line of its own stands under the first one.
fn hangs(clause: Kind) -> bool {
    matches!(clause, Kind::Note | Kind::Summary | Kind::Fix | Kind::CheckTitle)
}
