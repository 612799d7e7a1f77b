//! A stream of choices. Everything generated is a function of such streams, and choice 0 is always the simplest
//! one, so that shrinking the stream shrinks what is made of it.

#[derive(Debug)]
pub(crate) struct Source<'a> {
    choices: &'a [u8],
}

impl<'a> Source<'a> {
    pub(crate) fn new(choices: &'a [u8]) -> Source<'a> {
        Source { choices }
    }

    /// A number below `n`; 0 when the stream has run dry.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let Some((first, rest)) = self.choices.split_first() else { return 0 };
        self.choices = rest;
        usize::from(*first) * n / 256
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// One of them, or nothing when there is none.
    pub(crate) fn maybe_one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { Some(self.one(of)) }
    }

    /// Each of them with the chance given.
    pub(crate) fn some<T: Clone>(&mut self, of: &[T], percent: usize) -> Vec<T> {
        of.iter().filter(|_| self.chance(percent)).cloned().collect()
    }

    /// The index of a weight, the heavier the likelier.
    pub(crate) fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut at = self.below(weights.iter().sum());
        for (i, weight) in weights.iter().enumerate() {
            if at < *weight {
                return i;
            }
            at -= weight;
        }
        0
    }
}
