//! Makes a failing case small: without declarations, records and facts that it fails without, and with the simplest choices.

use super::{Case, run};
use crate::generate::choices::Parts;

/// So many smaller cases are tried.
const TRIES: usize = 6000;

/// A small case that fails as well, and how.
pub fn shrunk(case: &Case, difference: &str) -> (Case, String) {
    let mut best = Best { case: case.clone(), difference: difference.to_owned(), tries: TRIES };
    loop {
        let size = best.case.size();
        best.drop_facts();
        best.drop_streams();
        best.cut_streams();
        best.simplify();
        if best.case.size() == size || best.tries == 0 {
            return (best.case, best.difference);
        }
    }
}

/// The smallest case that failed so far.
struct Best {
    case: Case,
    difference: String,
    tries: usize,
}

/// A stream of a case: which part, which list of it, which in it.
type At = (usize, usize, usize);

impl Best {
    /// Takes a smaller case if it fails, too.
    fn offer(&mut self, smaller: Case) -> bool {
        if self.tries == 0 || smaller.size() >= self.case.size() {
            return false;
        }
        self.tries -= 1;
        let Err(difference) = run(&smaller) else { return false };
        (self.case, self.difference) = (smaller, difference);
        true
    }

    fn drop_facts(&mut self) {
        self.offer(Case { other: None, ..self.case.clone() });
        for i in (0..self.case.facts.len()).rev() {
            let mut smaller = self.case.clone();
            smaller.facts.remove(i);
            self.offer(smaller);
        }
    }

    /// From the last to the first, so that those that are left keep their places.
    fn drop_streams(&mut self) {
        for (p, l, s) in self.streams().into_iter().rev() {
            let mut smaller = self.case.clone();
            parts(&mut smaller)[p][l].1.remove(s);
            self.offer(smaller);
        }
    }

    fn cut_streams(&mut self) {
        for at in self.streams() {
            let mut step = self.stream(at).len() / 2;
            while step > 0 {
                let stream = self.stream(at);
                let shorter = stream[..stream.len().saturating_sub(step)].to_vec();
                if !self.offer(self.with(at, shorter)) {
                    step /= 2;
                }
            }
        }
    }

    fn simplify(&mut self) {
        for at in self.streams() {
            for length in [16, 4, 1] {
                let count = self.stream(at).len();
                for start in (0..count).step_by(length) {
                    let mut stream = self.stream(at);
                    let end = count.min(start + length);
                    stream[start..end].fill(0);
                    self.offer(self.with(at, stream));
                }
            }
        }
    }

    fn streams(&self) -> Vec<At> {
        let mut out = Vec::new();
        for (p, part) in parts(&mut self.case.clone()).into_iter().enumerate() {
            for (l, (_, streams)) in part.iter().enumerate() {
                out.extend((0..streams.len()).map(|s| (p, l, s)));
            }
        }
        out
    }

    fn stream(&self, (p, l, s): At) -> Vec<u8> {
        parts(&mut self.case.clone())[p][l].1[s].clone()
    }

    fn with(&self, (p, l, s): At, stream: Vec<u8>) -> Case {
        let mut case = self.case.clone();
        parts(&mut case)[p][l].1[s] = stream;
        case
    }
}

/// Every part of a case, to be changed.
fn parts(case: &mut Case) -> Vec<&mut Parts> {
    std::iter::once(&mut case.program).chain(&mut case.other).chain(&mut case.facts).collect()
}
