//! Several statements about one cell: which agree, and which conflict.

use crate::store::{Alternative, Evidence};
use crate::value::Value;

/// What the statements about one cell come to.
pub(super) enum Merged {
    Nothing,
    One(Alternative),
    Several(Vec<Alternative>),
}

/// Statements of one cell: equal ones agree and keep the best evidence, and "unknown" gives way to
/// any value.
pub(super) fn merge(mut alternatives: impl Iterator<Item = Alternative>, evidence: &[Evidence]) -> Merged {
    let Some(mut first) = alternatives.next() else { return Merged::Nothing };
    normalise(&mut first.value);
    // Almost every cell is stated once: no list is needed.
    let Some(second) = alternatives.next() else { return Merged::One(first) };
    let rank = |a: &Alternative| evidence_rank(evidence.get(a.evidence.0 as usize));
    let mut distinct = vec![first];
    for mut alternative in std::iter::once(second).chain(alternatives) {
        normalise(&mut alternative.value);
        match distinct.iter_mut().find(|d| d.value == alternative.value) {
            None => distinct.push(alternative),
            Some(kept) if rank(&alternative) > rank(kept) => *kept = alternative,
            Some(_) => {}
        }
    }
    if distinct.iter().any(|a| a.value != Value::Unknown) {
        distinct.retain(|a| a.value != Value::Unknown);
    }
    match distinct.len() {
        0 => Merged::Nothing,
        1 => distinct.pop().map_or(Merged::Nothing, Merged::One),
        _ => Merged::Several(distinct),
    }
}

/// Order of evidence, best last: by grade, then by how long it is valid. Evidence without an end
/// never expires.
fn evidence_rank(evidence: Option<&Evidence>) -> (Option<u32>, i32) {
    evidence.map_or((None, i32::MAX), |e| (e.grade, e.valid_until.map_or(i32::MAX, |d| d.last)))
}

/// One form for what says the same: sets in one order, without repetition, certain before possible;
/// the empty set is none, and a set of which nothing is known is unknown.
pub(super) fn normalise(value: &mut Value) {
    let Value::Set { certain, possible, open } = value else { return };
    certain.sort_unstable();
    certain.dedup();
    possible.sort_unstable();
    possible.dedup();
    possible.retain(|p| certain.binary_search(p).is_err());
    if certain.is_empty() && possible.is_empty() {
        *value = if *open { Value::Unknown } else { Value::None };
    }
}
