//! The catalogues that a profile tracks, and their figures for one facility after another.

use kijun_coverage::{Mappings, Tracked, Tracking, Verdicts};
use kijun_engine::assessment::Assessment;
use kijun_exchange::plan::TrackedItems;
use kijun_workspace::Workspace;

/// Nothing is worked out where the profile tracks nothing.
pub(super) struct Tracker<'w>(Option<(Mappings<'w>, Vec<Tracking>)>);

impl<'w> Tracker<'w> {
    pub(super) fn new(workspace: &'w Workspace) -> Tracker<'w> {
        let compiled = &workspace.compiled;
        if compiled.tracked.is_empty() {
            return Tracker(None);
        }
        let mappings = Mappings::new(&compiled.program, &compiled.mappings, None);
        let tracked = Tracking::of(&mappings, &compiled.tracked);
        Tracker(Some((mappings, tracked)))
    }

    /// The items themselves; `None` where nothing is tracked.
    pub(super) fn items(&self) -> Option<TrackedItems<'_>> {
        self.0.as_ref().map(|(mappings, tracking)| TrackedItems { mappings, tracking })
    }

    /// The figures by the verdicts of an assessment, in the order of the catalogues.
    pub(super) fn figures(&self, assessment: &Assessment) -> Vec<Tracked> {
        let Some((mappings, tracked)) = &self.0 else { return Vec::new() };
        let verdicts = Verdicts::of(assessment);
        let mut figures: Vec<Tracked> = tracked.iter().flat_map(|t| t.figures(mappings, &verdicts)).collect();
        figures.sort_by_key(|f| f.of);
        figures
    }
}
