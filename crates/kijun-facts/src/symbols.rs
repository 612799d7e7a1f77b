//! Interned strings: one arena of text, and a table of numbers that finds a string by its hash.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
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
        self.arena.get(self.range(index)?)
    }

    /// Whether the string of this number is a certain one.
    fn is(&self, index: u32, text: &str) -> bool {
        self.range(index).and_then(|range| self.arena.as_bytes().get(range)) == Some(text.as_bytes())
    }

    fn range(&self, index: u32) -> Option<Range<usize>> {
        let index = index as usize;
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |e| *e);
        Some(start..end)
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

/// The first sixteen bytes of a text, so that they compare as the text does; ends are filled up with zeros.
pub(crate) type Beginning = [u64; 2];

pub(crate) fn beginning(text: &str) -> Beginning {
    let bytes = text.as_bytes();
    let missing = |of: usize| 8 * (of - bytes.len());
    if let (Some(high), Some(low)) =
        (bytes.first_chunk::<8>(), bytes.get(8..).and_then(<[u8]>::first_chunk::<8>))
    {
        return [u64::from_be_bytes(*high), u64::from_be_bytes(*low)];
    }
    // What is read twice is shifted out of the second word.
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        let low = u128::from(u64::from_be_bytes(*last)) << missing(16);
        return [u64::from_be_bytes(*first), low as u64];
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let low = u64::from(u32::from_be_bytes(*last)) << missing(8);
        return [u64::from(u32::from_be_bytes(*first)) << 32 | low & u64::from(u32::MAX), 0];
    }
    let high = bytes.iter().fold(0, |word, byte| word << 8 | u128::from(*byte)) << missing(8);
    [high as u64, 0]
}

/// The hash under which [`Symbols`] finds a string.
pub(crate) fn hash(text: &str) -> u32 {
    if text.len() < 16 {
        return hash_of_short(beginning(text));
    }
    // The best bits of this hash are its low ones.
    FxBuildHasher.hash_one(text.as_bytes()) as u32
}

/// The hash of a text of less than sixteen bytes.
pub(crate) fn hash_of_short([high, low]: Beginning) -> u32 {
    let product = u128::from(high ^ 0x9e37_79b9_7f4a_7c15) * u128::from(low ^ 0xd6e8_feb8_6659_fd93);
    (product >> 64) as u32 ^ product as u32
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
        let texts = &self.texts;
        let same = |(hash, symbol): &(u32, u32)| *hash == hashed && texts.is(*symbol, text);
        match self.index.entry(spread(hashed), same, |(hash, _)| spread(*hash)) {
            Entry::Occupied(found) => Symbol(found.get().1),
            Entry::Vacant(place) => {
                let symbol = self.texts.push(text);
                place.insert((hashed, symbol));
                Symbol(symbol)
            }
        }
    }

    /// Makes room for so many more strings of so many bytes, so that nothing is built again while it grows.
    pub(crate) fn reserve(&mut self, strings: usize, bytes: usize) {
        self.index.reserve(strings, |(hash, _)| spread(*hash));
        self.texts.ends.reserve(strings);
        self.texts.arena.reserve(bytes);
    }

    /// Adds a text under the next symbol, though another may have the same: it is then found under the first.
    pub(crate) fn push(&mut self, text: &str) {
        let hashed = hash(text);
        let symbol = self.texts.push(text);
        if self.find(text).is_none() {
            self.index.insert_unique(spread(hashed), (hashed, symbol), |(hash, _)| spread(*hash));
        }
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn find(&self, text: &str) -> Option<Symbol> {
        let hashed = hash(text);
        let same = |(hash, symbol): &(u32, u32)| *hash == hashed && self.texts.is(*symbol, text);
        self.index.find(spread(hashed), same).map(|(_, symbol)| Symbol(*symbol))
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

    #[test]
    fn beginnings_compare_as_texts_do() {
        let texts = [
            "",
            "a",
            "a1",
            "b",
            "abc",
            "abcd",
            "abcde",
            "abcdefg",
            "abcdefgh",
            "abcdefghi",
            "abcdefghijk",
            "0123456789abcde",
            "0123456789abcdef",
            "契約",
            "契約2",
            "契約22",
        ];
        for a in texts {
            for b in texts {
                assert_eq!(beginning(a).cmp(&beginning(b)), a.cmp(b), "{a} {b}");
            }
        }
        assert_eq!(beginning("0123456789abcdefX"), beginning("0123456789abcdefY"));
        let hashes: std::collections::HashSet<u32> = (0..20_000).map(|i| hash(&format!("a{i}"))).collect();
        assert!(hashes.len() > 19_990);
    }
}
