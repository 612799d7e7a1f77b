//! The language server over its real protocol, in this process.

#![allow(clippy::disallowed_methods, reason = "tests make the folders that the server reads")]

mod client;
mod edits;
mod features;
mod fixture;
mod lifecycle;
mod roots;
