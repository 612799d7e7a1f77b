//! Interned strings: one arena of text, and a table of numbers that finds a string by its hash.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

use crate::value::Symbol;

/// Strings one after the other in one allocation, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    arena: String,
    /// Where each string ends in the arena.
    ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        self.arena.push_str(text);
        self.ends.push(self.arena.len());
        (self.ends.len() - 1) as u32
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, index: u32) -> Option<&str> {
        let index = index as usize;
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |e| *e);
        self.arena.get(start..end)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).filter_map(|i| self.get(i))
    }

    /// Forgets the strings from this number on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        self.arena.truncate(self.ends.last().map_or(0, |end| *end));
    }
}

/// The strings of a store: each has one symbol, and symbols count from 0 without gaps.
#[derive(Debug, Clone, Default)]
pub struct Symbols {
    texts: Texts,
    /// Hash and symbol. Hashes are kept so that neither a search nor a growing table looks at other strings.
    index: HashTable<(u32, u32)>,
}

/// The hash under which [`Symbols`] finds a string.
pub(crate) fn hash(text: &str) -> u32 {
    // The best bits of this hash are its low ones.
    FxBuildHasher.hash_one(text.as_bytes()) as u32
}

/// The hash as a table wants it: spread over all bits.
pub(crate) fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl PartialEq for Symbols {
    fn eq(&self, other: &Symbols) -> bool {
        self.texts == other.texts
    }
}

impl Symbols {
    pub fn intern(&mut self, text: &str) -> Symbol {
        self.intern_hashed(hash(text), text)
    }

    /// As [`Symbols::intern`], for who has the hash already.
    pub(crate) fn intern_hashed(&mut self, hashed: u32, text: &str) -> Symbol {
        if let Some(symbol) = self.find_hashed(hashed, text) {
            return symbol;
        }
        let symbol = self.texts.push(text);
        self.index.insert_unique(spread(hashed), (hashed, symbol), |(hash, _)| spread(*hash));
        Symbol(symbol)
    }

    pub(crate) fn find_hashed(&self, hashed: u32, text: &str) -> Option<Symbol> {
        let same = |(hash, symbol): &(u32, u32)| *hash == hashed && self.texts.get(*symbol) == Some(text);
        self.index.find(spread(hashed), same).map(|(_, symbol)| Symbol(*symbol))
    }

    /// Makes room for so many more strings, so that the table is not built again while it grows.
    pub(crate) fn reserve(&mut self, strings: usize) {
        self.index.reserve(strings, |(hash, _)| spread(*hash));
        self.texts.ends.reserve(strings);
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.find_hashed(hash(text), text)
    }

    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol.0).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_has_one_symbol_and_symbols_have_no_gaps() {
        let mut symbols = Symbols::default();
        let words: Vec<String> = (0..5000).map(|i| format!("契約{}", i % 1000)).collect();
        let first: Vec<Symbol> = words.iter().map(|w| symbols.intern(w)).collect();
        assert_eq!(symbols.len(), 1000);
        assert!(first.iter().all(|s| (s.0 as usize) < 1000));
        assert!(words.iter().zip(&first).all(|(w, s)| symbols.text(*s) == w && symbols.find(w) == Some(*s)));
        assert_eq!((symbols.find("契約1000"), symbols.text(Symbol(1000))), (None, ""));
        assert_eq!(symbols.intern(""), Symbol(1000));
        assert_eq!(symbols.find(""), Some(Symbol(1000)));
    }

    #[test]
    fn texts_are_given_back_from_the_end() {
        let mut texts = Texts::default();
        assert_eq!((texts.push("a"), texts.push(""), texts.push("長い")), (0, 1, 2));
        texts.truncate(1);
        assert_eq!(
            (texts.push("b"), texts.get(0), texts.get(1), texts.get(2)),
            (1, Some("a"), Some("b"), None)
        );
    }
}
