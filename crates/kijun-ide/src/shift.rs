//! Places of one version of a text in another. Semantic answers may be of a version that is a few keystrokes old.

use std::ops::Range;

/// What two versions of a text have in common at either end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shift {
    /// Bytes at the start that are the same.
    before: usize,
    /// End of what differs, in the old text and in the new.
    old_end: usize,
    new_end: usize,
}

impl Shift {
    pub(crate) fn between(old: &str, new: &str) -> Shift {
        let same = |(a, b): &(&u8, &u8)| a == b;
        let mut before = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
        while !(old.is_char_boundary(before) && new.is_char_boundary(before)) {
            before -= 1;
        }
        let most = old.len().min(new.len()) - before;
        let tails = old.as_bytes().iter().rev().zip(new.as_bytes().iter().rev());
        let mut after = tails.take(most).take_while(same).count();
        while !(old.is_char_boundary(old.len() - after) && new.is_char_boundary(new.len() - after)) {
            after -= 1;
        }
        Shift { before, old_end: old.len() - after, new_end: new.len() - after }
    }

    /// A range of the old text in the new one; `None` when what stood there was changed.
    pub(crate) fn forward(self, range: Range<usize>) -> Option<Range<usize>> {
        if range.end <= self.before {
            return Some(range);
        }
        let moved = |at: usize| at - self.old_end + self.new_end;
        (range.start >= self.old_end).then(|| moved(range.start)..moved(range.end))
    }

    /// A place of the new text in the old one; `None` where the text is new.
    pub(crate) fn back(self, at: usize) -> Option<usize> {
        if at <= self.before {
            return Some(at);
        }
        (at >= self.new_end).then(|| at - self.new_end + self.old_end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_and_after_an_edit_is_found_again() {
        let (old, new) = ("契約 a\n条項 b\n", "契約 a\n新しい条項 c\n条項 b\n");
        let shift = Shift::between(old, new);
        let at = |text: &str, word: &str| text.rfind(word).map(|i| i..i + word.len()).unwrap();
        assert_eq!(shift.forward(at(old, "契約 a")), Some(at(new, "契約 a")));
        assert_eq!(shift.forward(at(old, " b")), Some(at(new, " b")));
        assert_eq!(shift.back(at(new, " b").start), Some(at(old, " b").start));
        let shift = Shift::between("ab期", "ab朡");
        assert_eq!(shift.forward(2..5), None);
        assert_eq!(shift.forward(0..2), Some(0..2));
        let same = Shift::between(old, old);
        assert_eq!(same.forward(0..old.len()), Some(0..old.len()));
    }

    #[test]
    fn any_two_texts_have_a_shift() {
        let texts = ["", "a", "aa", "aaa", "あ", "ああ", "aあa", "い", "\n"];
        for old in texts {
            for new in texts {
                let shift = Shift::between(old, new);
                for at in (0..=old.len()).filter(|i| old.is_char_boundary(*i)) {
                    if let Some(range) = shift.forward(at..at) {
                        assert!(new.is_char_boundary(range.start), "{old:?} {new:?} {at}");
                    }
                }
            }
        }
    }
}
