//! The type of what is typed before a `.`, from words alone: the tree of a text that is being typed is broken.

use super::Place;
use crate::index::{Base, Path};

impl Place<'_> {
    /// The path of names that ends before word `end`.
    pub(super) fn path_before(&self, end: usize) -> Option<Path> {
        let mut parts = Vec::new();
        let mut at = end;
        loop {
            at = at.checked_sub(1)?;
            parts.push(*self.before.get(at)?);
            match at.checked_sub(1).and_then(|i| self.before.get(i)) {
                Some(&".") => at -= 1,
                _ => break,
            }
        }
        let name = parts.pop()?;
        let base = if name == ")" { self.called(at)? } else { self.variable(name, at, 8)? };
        Some(parts.into_iter().rev().fold(base, |path, field| path.then(field)))
    }

    /// What the call that ends at word `close` gives.
    fn called(&self, close: usize) -> Option<Path> {
        let mut depth = 0_i32;
        for i in (0..=close).rev() {
            match *self.before.get(i)? {
                ")" => depth += 1,
                "(" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let name = self.before.get(i.checked_sub(1)?)?;
                return Some(Path::new(Base::Result((*name).to_owned())));
            }
        }
        None
    }

    /// The type of a variable, from where it is bound before word `end`: `c: contract`, `s in c.systems`, `rel(v, s) if`.
    fn variable(&self, name: &str, end: usize, deepest: usize) -> Option<Path> {
        let deepest = deepest.checked_sub(1)?;
        for i in (0..end).rev().filter(|i| self.before.get(*i) == Some(&name)) {
            match self.before.get(i + 1).copied() {
                Some(":") => {
                    let ty = self.before.get(i + 2)?;
                    return Some(Path::new(Base::Type((*ty).to_owned())));
                }
                Some("in") => {
                    let first = self.before.get(i + 2).copied()?;
                    let mut path = match self.before.get(i + 3).copied() {
                        Some("(") => Path::new(Base::Result(first.to_owned())),
                        _ if first == name => return None,
                        _ => self
                            .variable(first, i, deepest)
                            .unwrap_or_else(|| Path::new(Base::Result(first.to_owned()))),
                    };
                    let mut at = i + 3;
                    while self.before.get(at) == Some(&".") {
                        path = path.then(self.before.get(at + 1)?);
                        at += 2;
                    }
                    return Some(path);
                }
                _ => {}
            }
        }
        self.column(name)
    }

    /// The column of a rule's head that a variable stands for.
    fn column(&self, name: &str) -> Option<Path> {
        let (relation, rest) = self.before.split_first()?;
        if rest.first() != Some(&"(") {
            return None;
        }
        let vars = rest.iter().skip(1).take_while(|w| **w != ")").filter(|w| **w != ",");
        let at = vars.into_iter().position(|v| *v == name)?;
        Some(Path::new(Base::Column((*relation).to_owned(), at)))
    }
}
