//! Tests across crates; see the folders beside this file.
