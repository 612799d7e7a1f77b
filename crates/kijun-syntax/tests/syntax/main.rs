//! The grammar, the formatter, the messages and the keywords, over the corpus and the packs.

// Helpers of tests may fail like tests do; the settings of the lints know only `#[test]` functions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "tests read the corpus")]

mod corpus;
mod depth;
mod good;
mod keywords;
mod messages;
mod mutation;
