use super::Action;
use crate::snapshot::Snapshot;
use kijun_text::FileId;
use std::ops::Range;
pub(super) fn actions(_: &Snapshot, _: FileId, _: &Range<usize>) -> Vec<Action> {
    Vec::new()
}
pub fn make_test(_: &Snapshot, _: &str) -> Option<super::Change> {
    None
}
