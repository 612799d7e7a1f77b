//! The same facts under several editions, side by side, as data, lines, a table and a workbook (`kijun.editions/1`).

mod outline;
mod reading;
mod tables;

use kijun_coverage::{Flip, Mappings, SideBySide};
use kijun_engine::assessment::Assessment;
use kijun_facts::Store;
use kijun_text::Label;

pub use outline::side_by_side_outline;
pub use reading::{SideBySideJson, side_by_side_json};
pub use tables::{side_by_side_csv, side_by_side_xlsx};

/// What is shown side by side.
pub struct SideBySideContext<'a> {
    pub mappings: &'a Mappings<'a>,
    pub editions: &'a SideBySide,
    /// By pair: outcomes that differ.
    pub flips: &'a [Vec<Flip>],
    /// All columns as a whole, on the facts.
    pub assessment: &'a Assessment,
    pub store: &'a Store,
    pub facility: &'a str,
    pub title: &'a Label,
    pub engine_version: &'a str,
}
