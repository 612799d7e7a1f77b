//! How far what is evaluated covers a catalogue that the profile tracks, in the JSON of an assessment.

use kijun_coverage::{Coverage, Met, Tracked};
use kijun_engine::program::Program;
use kijun_text::Label;
use serde::Serialize;

use crate::assessment_json::Counts;

#[derive(Serialize)]
pub(crate) struct TrackedJson<'a> {
    catalog: &'a str,
    edition: &'a str,
    title: &'a Label,
    /// Without sections and withdrawn items; so are the counts below.
    items: usize,
    coverage: Counts,
    /// How many would be covered less without ambiguous and unverified mappings.
    weak: usize,
    met: Counts,
}

pub(crate) fn tracked<'a>(program: &'a Program, tracked: &Tracked) -> Option<TrackedJson<'a>> {
    let catalog = program.catalogs.get(tracked.of)?;
    let total = &tracked.total;
    Some(TrackedJson {
        catalog: &catalog.alias,
        edition: &catalog.edition,
        title: &catalog.title,
        items: total.items,
        coverage: Counts(Coverage::ALL.map(|c| (c.name(), total.covered(c))).to_vec()),
        weak: total.weak,
        met: Counts(Met::ALL.map(|m| (m.name(), total.met(m))).to_vec()),
    })
}
