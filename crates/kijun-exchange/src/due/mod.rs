//! What lapses, as data, lines, a table, a calendar and a workbook (`kijun.due/1`).

mod calendar;
mod outline;
mod reading;
mod tables;

use kijun_engine::due::Due;
use kijun_engine::program::Program;
use kijun_facts::Store;
use kijun_text::{Label, Sources};

pub use calendar::due_calendar;
pub use outline::due_outline;
pub use reading::{DueJson, due_json};
pub use tables::{due_csv, due_xlsx};

/// What a list of what lapses is about.
pub struct DueContext<'a> {
    pub program: &'a Program,
    pub store: &'a Store,
    /// The modules, in which rules have their place.
    pub sources: &'a Sources,
    pub facility: &'a str,
    pub title: &'a Label,
    pub engine_version: &'a str,
    /// Days since 1970-01-01.
    pub as_of: i32,
    /// How many days ahead.
    pub within: i32,
    pub due: &'a [Due],
}
