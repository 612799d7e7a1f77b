//! The pest parser. Nothing of pest leaves this crate.

#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/kijun.pest"]
pub(crate) struct KijunParser;
