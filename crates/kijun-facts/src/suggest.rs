//! "Did you mean" within bounds: a column of a hundred thousand misspelt values must not take minutes.

use kijun_text::nearest;

/// How many names are compared in all before suggestions stop.
const COMPARISONS: usize = 2_000_000;

/// A longer text is no misspelt name, and comparing it is slow.
const LONGEST: usize = 200;

/// What is left of the comparisons.
#[derive(Debug)]
pub(crate) struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Suggestions {
        Suggestions { left: COMPARISONS }
    }
}

impl Suggestions {
    /// The candidate that is most like `name`, as long as comparisons are left.
    pub(crate) fn nearest<'a>(
        &mut self,
        name: &str,
        candidates: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        if name.len() > LONGEST {
            return None;
        }
        let left = &mut self.left;
        let counted = candidates.filter(|c| !c.is_empty() && c.len() <= LONGEST).take_while(|_| {
            *left = left.saturating_sub(1);
            *left > 0
        });
        // Nothing is suggested from a part of the candidates: the best one may be in the rest.
        let found = nearest(name, counted);
        found.filter(|_| self.left > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_stop_when_they_have_cost_enough() {
        let mut suggestions = Suggestions { left: 5 };
        assert_eq!(suggestions.nearest("clauze", ["vendor", "clauses"].into_iter()), Some("clauses"));
        assert_eq!(suggestions.nearest("clauze", ["clauses", "a", "b"].into_iter()), None);
        assert_eq!(suggestions.nearest("clauze", ["clauses"].into_iter()), None);
        assert_eq!(Suggestions::default().nearest(&"x".repeat(5_000_000), ["x"].into_iter()), None);
    }
}
