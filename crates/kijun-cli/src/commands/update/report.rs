//! What taking other packs over changes: in the packs, and in the verdicts of a workspace.

use kijun_exchange::PackRef;
use kijun_exchange::diff::AssessmentDiff;
use kijun_model::Declared;
use kijun_text::Label;

/// From the packs of a lock to those at hand.
pub(super) struct UpdateReport<'a> {
    pub(super) packs: &'a [PackChange<'a>],
    pub(super) verdicts: Verdicts<'a>,
}

/// A pack that is not the same as it was, or is new, or gone.
#[derive(Debug)]
pub(super) struct PackChange<'a> {
    pub(super) name: &'a str,
    pub(super) old: Option<PackRef>,
    pub(super) new: Option<PackRef>,
    /// What its modules declared; `None` where only the digest is known.
    pub(super) declared_before: Option<Declared>,
    pub(super) declared_now: Option<Declared>,
}

/// What changes in verdicts.
pub(super) enum Verdicts<'a> {
    /// There are none: no pack differs, or there is no workspace with facts.
    NotAsked,
    /// They cannot be compared, and why.
    Unknown(Label),
    /// Packs as they were against packs as they are, on one day.
    Compared(Box<AssessmentDiff<'a>>),
    /// The packs as they were (these of them) are not there any more: an assessment that was kept takes their place.
    SinceKept { gone: &'a [String], as_of: &'a str, diff: Box<AssessmentDiff<'a>> },
}
