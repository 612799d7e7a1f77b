//! Comparisons of choices: "decided over every value the operands may have".

use std::collections::BTreeMap;

use kijun_engine::number::{compare as compare_intervals, compare_durations};
use kijun_engine::program::CompareOp;
use kijun_engine::truth::Truth as Plainly;

use crate::circuit::{Circuit, Lit};
use crate::value::{Choice, Code, Plain, Truth};

/// From so many pairs on, numbers are compared in order instead of pair by pair.
const MANY_PAIRS: usize = 24;

/// The booleans say whether an unknown operand may be none.
pub(crate) fn compare(
    circuit: &mut Circuit,
    op: CompareOp,
    left: (&Choice, bool),
    right: (&Choice, bool),
) -> Truth {
    let is_known = |plain: &Plain| matches!(plain, Plain::Number(..)) && !plain.is_unknown();
    let known = |choice: &Choice| -> Vec<(i64, i64, Lit)> {
        let numbers = choice.iter().filter(|(plain, _)| is_known(plain));
        numbers.map(|(plain, when)| (plain.interval().lo, plain.interval().hi, *when)).collect()
    };
    let (numbers_left, numbers_right) = (known(left.0), known(right.0));
    let in_order = numbers_left.len().saturating_mul(numbers_right.len()) >= MANY_PAIRS;
    let mut decided = Decided::default();
    for (a, when_a) in left.0.iter() {
        for (b, when_b) in right.0.iter() {
            if in_order && is_known(a) && is_known(b) {
                continue;
            }
            let both = circuit.and(&[*when_a, *when_b]);
            decided.add(plainly(op, (a, left.1), (b, right.1)), both);
        }
    }
    if in_order {
        ordered(circuit, op, &numbers_left, &numbers_right, &mut decided);
    }
    decided.truth(circuit)
}

/// When a comparison is true, when false.
#[derive(Default)]
struct Decided {
    yes: Vec<Lit>,
    no: Vec<Lit>,
    /// Some pair leaves it open.
    leaves_open: bool,
}

impl Decided {
    fn add(&mut self, truth: Plainly, when: Lit) {
        match truth {
            Plainly::True => self.yes.push(when),
            Plainly::False => self.no.push(when),
            Plainly::Unknown => self.leaves_open |= when != Lit::FALSE,
        }
    }

    fn truth(self, circuit: &mut Circuit) -> Truth {
        let yes = circuit.or(&self.yes);
        if !self.leaves_open {
            return Truth::definite(yes);
        }
        Truth { sure: yes, may: !circuit.or(&self.no) }
    }
}

/// Two plain values.
pub(crate) fn plainly(op: CompareOp, left: (&Plain, bool), right: (&Plain, bool)) -> Plainly {
    let negate = |t: Plainly| if op == CompareOp::Ne { t.negate() } else { t };
    match (left.0, right.0) {
        (Plain::Code(Code::Duration(a)), Plain::Code(Code::Duration(b))) => compare_durations(op, *a, *b),
        (Plain::Code(Code::Enum(a)), Plain::Code(Code::Enum(b))) => {
            let (a, b) = (Plain::point(i64::from(*a)), Plain::point(i64::from(*b)));
            compare_intervals(op, a.interval(), b.interval(), false, false)
        }
        (Plain::Code(a), Plain::Code(b)) => negate(Plainly::of(a == b)),
        (Plain::Unlisted, Plain::Code(Code::Record(..)))
        | (Plain::Code(Code::Record(..)), Plain::Unlisted) => negate(Plainly::False),
        // A known code is neither none nor unknown: any point does.
        (Plain::Code(_), other) => {
            compare_intervals(op, Plain::point(0).interval(), other.interval(), false, right.1)
        }
        (other, Plain::Code(_)) => {
            compare_intervals(op, other.interval(), Plain::point(0).interval(), left.1, false)
        }
        (a, b) => compare_intervals(op, a.interval(), b.interval(), left.1, right.1),
    }
}

/// Numbers with numbers, by sorting instead of by pairs.
fn ordered(
    circuit: &mut Circuit,
    op: CompareOp,
    left: &[(i64, i64, Lit)],
    right: &[(i64, i64, Lit)],
    decided: &mut Decided,
) {
    let points = left.iter().chain(right).all(|(lo, hi, _)| lo == hi);
    decided.leaves_open |= !points;
    let mut less = |a, b| below(circuit, a, b, true);
    match op {
        CompareOp::Lt => decided.yes.extend(less(left, right)),
        CompareOp::Gt => decided.yes.extend(less(right, left)),
        CompareOp::Ge => decided.no.extend(less(left, right)),
        CompareOp::Le => decided.no.extend(less(right, left)),
        CompareOp::Eq | CompareOp::Ne => {
            let mut apart = less(left, right);
            apart.extend(less(right, left));
            let same = same(circuit, left, right);
            let (yes, no) = if op == CompareOp::Eq { (same, apart) } else { (apart, same) };
            decided.yes.extend(yes);
            decided.no.extend(no);
            return;
        }
    }
    let mut least = |a, b| below(circuit, a, b, false);
    match op {
        CompareOp::Lt => decided.no.extend(least(right, left)),
        CompareOp::Gt => decided.no.extend(least(left, right)),
        CompareOp::Ge => decided.yes.extend(least(right, left)),
        CompareOp::Le => decided.yes.extend(least(left, right)),
        CompareOp::Eq | CompareOp::Ne => {}
    }
}

/// When all of an interval on the left is below all of one on the right: strictly, or touching.
fn below(
    circuit: &mut Circuit,
    left: &[(i64, i64, Lit)],
    right: &[(i64, i64, Lit)],
    strictly: bool,
) -> Vec<Lit> {
    let mut left: Vec<(i64, Lit)> = left.iter().map(|(_, hi, when)| (*hi, *when)).collect();
    let mut right: Vec<(i64, Lit)> = right.iter().map(|(lo, _, when)| (*lo, *when)).collect();
    left.sort_unstable();
    right.sort_unstable();
    let mut left = left.into_iter().peekable();
    let mut any_left = Lit::FALSE;
    let mut ways = Vec::new();
    for (lo, when) in right {
        while let Some((_, own)) = left.next_if(|(hi, _)| if strictly { *hi < lo } else { *hi <= lo }) {
            any_left = circuit.or(&[any_left, own]);
        }
        ways.push(circuit.and(&[any_left, when]));
    }
    ways
}

/// When both are the same single point.
fn same(circuit: &mut Circuit, left: &[(i64, i64, Lit)], right: &[(i64, i64, Lit)]) -> Vec<Lit> {
    let points: BTreeMap<i64, Lit> =
        right.iter().filter(|(lo, hi, _)| lo == hi).map(|(lo, _, when)| (*lo, *when)).collect();
    let mut ways = Vec::new();
    for (lo, hi, when) in left {
        if let Some(other) = points.get(lo).filter(|_| lo == hi) {
            ways.push(circuit.and(&[*when, *other]));
        }
    }
    ways
}
