//! The command line as scripts and people meet it: status, output, examples.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic: a panic is a failing test"
)]

mod broken;
mod commands;
mod examples;
mod json;
mod run;
mod scenarios;
