//! The one shape into which TOML, JSON and YAML are parsed.

use std::ops::Range;

/// A value with the bytes at which it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub range: Range<usize>,
    pub data: Data,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    Null,
    Bool(bool),
    /// As it is written, without signs that group digits.
    Number(String),
    /// A date of TOML, as it is written.
    Date(String),
    /// A text, and every scalar of YAML: what it means is up to the attribute's type, so that the country
    /// `NO` stays Norway.
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub key_range: Range<usize>,
    pub value: Node,
}

impl Node {
    pub(crate) fn new(range: Range<usize>, data: Data) -> Node {
        Node { range, data }
    }

    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether it states nothing: null, or a blank text.
    pub fn is_blank(&self) -> bool {
        match &self.data {
            Data::Null => true,
            Data::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}
