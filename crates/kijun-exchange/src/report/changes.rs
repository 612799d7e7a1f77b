//! What changed since an earlier assessment, as lines: the diff that `kijun diff` prints, within a report.

use super::View;
use crate::diff::{Line, assessment_diff_outline};

impl View<'_> {
    /// `None` where there is no earlier assessment to compare with.
    pub(crate) fn changes(&self) -> Option<Vec<Line>> {
        self.context.changes.map(|diff| assessment_diff_outline(diff, self.lang))
    }
}
