//! The command line as scripts and people meet it: status, output, examples.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: a panic is a failing test"
)]
#![allow(clippy::disallowed_methods, reason = "tests read the files they are about")]

mod ask;
mod broken;
mod causes;
mod ci;
mod commands;
mod coverage;
mod diff;
mod documents;
mod examples;
mod fact_workbook;
mod facts_json;
mod faults;
mod fleet;
mod graph;
mod hostile;
mod import;
mod json;
mod lints;
mod markdown;
mod network;
mod office;
mod oscal;
mod packs;
mod page;
mod plan;
mod redact;
mod repl;
mod report;
mod run;
mod scenarios;
mod seal;
mod site;
mod stream;
mod strength;
mod time;
mod verify;
mod workbook;
