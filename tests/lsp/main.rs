//! The language server over its real protocol, in this process.

#![allow(clippy::disallowed_methods, reason = "tests make the folders that the server reads")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod actions;
mod client;
mod editing;
mod edits;
mod features;
mod fixture;
mod lifecycle;
mod navigation;
mod panels;
mod roots;
