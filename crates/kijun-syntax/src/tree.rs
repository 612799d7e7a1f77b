//! The syntax tree: every byte of the text is under some leaf, in order.

use crate::Kind;

/// A node with children, or a token (no children). Byte offsets into the text that was parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    pub children: Vec<Node>,
}

impl Node {
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }

    pub fn is_token(&self) -> bool {
        self.children.is_empty()
    }

    pub fn is_trivia(&self) -> bool {
        matches!(self.kind, Kind::Space | Kind::Comment)
    }

    pub fn child(&self, kind: Kind) -> Option<&Node> {
        self.children.iter().find(|n| n.kind == kind)
    }

    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(move |n| n.kind == kind)
    }

    /// Children that are neither white space, comments nor punctuation.
    pub fn parts(&self) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(|n| !n.is_trivia() && n.kind != Kind::Punct)
    }

    /// Every token below this node, in the order of the text.
    pub fn tokens(&self) -> Vec<&Node> {
        let mut out = Vec::new();
        self.collect_tokens(&mut out);
        out
    }

    fn collect_tokens<'n>(&'n self, out: &mut Vec<&'n Node>) {
        if self.is_token() {
            out.push(self);
        }
        for child in &self.children {
            child.collect_tokens(out);
        }
    }

    /// Every node below and including this one, parents first.
    pub fn walk(&self, visit: &mut impl FnMut(&Node)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }
}
