//! Where the page leaves a choice, or where its letter breaks the soundness of ignorance: the reading
//! taken here, in one place, so that it can be changed when the page is.

use super::truth::Val;

/// What a head variable ranges over beyond the listed records when the register of its kind is open, with U.
/// The page says "ranges over the records of its kind"; without the records that are not listed, a relation would lack
/// tuples that a longer register adds.
///
/// ⊥ is sound, and coarse: it matches every record, so that no relation over an incomplete register is ever false.
/// [`Val::Unlisted`] is sound as well: a record that is none of those listed.
pub(crate) fn beyond_the_register() -> Val {
    if UNLISTED_IS_NONE_OF_THE_LISTED { Val::Unlisted } else { Val::Unknown }
}

const UNLISTED_IS_NONE_OF_THE_LISTED: bool = true;

/// The page has step 3 (evidence) start from the base alone. Then a check that is satisfied only because
/// every alternative of a conflict satisfies it escapes the evidence, and becomes stale when an unrelated fact
/// is filled in. Here step 3 starts from the status after step 2, and repeats steps 1 and 2.
pub(crate) const EVIDENCE_AFTER_CONFLICTS: bool = true;

/// "At most 6 cells and 64 combinations".
pub(crate) const CONFLICT_CELLS: usize = 6;
pub(crate) const CONFLICT_COMBINATIONS: usize = 64;

/// The page has `any N g` be F as soon as fewer than N members count. But a combination of which some members are
/// not applicable and the others unknown would then be violated, until the others turn out not to be applicable
/// either. Here `any N g` asks for all that count when fewer than N do, and a group of which no member counts is
/// left out of the combination.
pub(crate) const NOT_APPLICABLE_LOWERS_THE_COUNT: bool = true;
