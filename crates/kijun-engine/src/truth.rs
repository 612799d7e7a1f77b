//! Kleene's three truth values, alone and as columns of two bitmaps.

use rayon::prelude::*;

/// false < unknown < true: `and` is min, `or` is max.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    pub fn of(b: bool) -> Truth {
        if b { Truth::True } else { Truth::False }
    }

    pub fn negate(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }

    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }
}

/// From so many rows on, work on a column is shared among threads.
pub(crate) const PARALLEL: usize = 1 << 14;

/// A truth value per row: `yes` where certainly true, `may` where possibly true (`yes` implies `may`). Bits beyond
/// `len` are zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct TruthColumn {
    len: usize,
    yes: Vec<u64>,
    may: Vec<u64>,
}

impl TruthColumn {
    pub(crate) fn filled(len: usize, value: Truth) -> TruthColumn {
        let words = len.div_ceil(64);
        let ones = |on: bool| {
            let mut bits = vec![if on { u64::MAX } else { 0 }; words];
            trim(&mut bits, len);
            bits
        };
        TruthColumn { len, yes: ones(value == Truth::True), may: ones(value != Truth::False) }
    }

    pub(crate) fn from_rows(len: usize, value: impl Fn(usize) -> Truth + Sync) -> TruthColumn {
        let words = len.div_ceil(64);
        let word = |word: usize| {
            let (mut yes, mut may) = (0_u64, 0_u64);
            for bit in 0..64.min(len - word * 64) {
                let truth = value(word * 64 + bit);
                yes |= u64::from(truth == Truth::True) << bit;
                may |= u64::from(truth != Truth::False) << bit;
            }
            (yes, may)
        };
        let (yes, may) = if len < PARALLEL {
            (0..words).map(word).unzip()
        } else {
            (0..words).into_par_iter().with_min_len(PARALLEL / 128).map(word).unzip()
        };
        TruthColumn { len, yes, may }
    }

    pub(crate) fn get(&self, row: usize) -> Truth {
        let bit = |words: &[u64]| words.get(row / 64).is_some_and(|w| w >> (row % 64) & 1 == 1);
        if bit(&self.yes) {
            Truth::True
        } else if bit(&self.may) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    pub(crate) fn and(&mut self, other: &TruthColumn) {
        self.yes.iter_mut().zip(&other.yes).for_each(|(a, b)| *a &= b);
        self.may.iter_mut().zip(&other.may).for_each(|(a, b)| *a &= b);
    }

    pub(crate) fn or(&mut self, other: &TruthColumn) {
        self.yes.iter_mut().zip(&other.yes).for_each(|(a, b)| *a |= b);
        self.may.iter_mut().zip(&other.may).for_each(|(a, b)| *a |= b);
    }

    pub(crate) fn negate(&self) -> TruthColumn {
        let complement = |words: &[u64]| {
            let mut out: Vec<u64> = words.iter().map(|w| !w).collect();
            trim(&mut out, self.len);
            out
        };
        TruthColumn { len: self.len, yes: complement(&self.may), may: complement(&self.yes) }
    }
}

fn trim(words: &mut [u64], len: usize) {
    if !len.is_multiple_of(64)
        && let Some(last) = words.last_mut()
    {
        *last &= (1 << (len % 64)) - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Truth; 3] = [Truth::False, Truth::Unknown, Truth::True];

    #[test]
    fn columns_agree_with_single_values() {
        for len in [0, 1, 9, 64, 65, 130] {
            let a = TruthColumn::from_rows(len, |i| ALL[i % 3]);
            let b = TruthColumn::from_rows(len, |i| ALL[i / 3 % 3]);
            let (mut and, mut or) = (a.clone(), a.clone());
            and.and(&b);
            or.or(&b);
            let not = a.negate();
            for i in 0..len {
                assert_eq!(and.get(i), ALL[i % 3].and(ALL[i / 3 % 3]));
                assert_eq!(or.get(i), ALL[i % 3].or(ALL[i / 3 % 3]));
                assert_eq!(not.get(i), ALL[i % 3].negate());
            }
            assert_eq!(not.negate(), a);
        }
    }
}
