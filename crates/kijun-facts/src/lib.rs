//! The typed, columnar fact store and its readers. Every value knows the bytes it came from.
//!
//! Reads text, never files: whoever calls passes what was read. Knows no rules. How reading goes, from bytes to columns,
//! stands in `build.rs` and `read/mod.rs`.

mod build;
pub mod country;
mod literals;
pub mod read;
mod redact;
mod requirements;
pub mod schema;
mod show;
pub mod store;
mod suggest;
mod symbols;
pub mod value;
mod written;
pub mod yaml {
    //! YAML as a tree with the place of everything, for documents that hold no facts.

    pub use crate::read::tree::{Data, Entry, Node};

    /// Every document of a file.
    ///
    /// # Errors
    /// Why it cannot be read, with its place: syntax, depth, aliases, tags.
    pub fn parse(file: kijun_text::FileId, text: &str) -> Result<Vec<Node>, Box<kijun_text::Diagnostic>> {
        crate::read::yaml_documents(file, text)
    }
}

pub use build::{RecordId, StoreBuilder};
pub use read::layout;
pub use read::map::{SourceMap, Stated};
pub use read::propose::{Proposal, ProposedColumn, Target, propose};
pub use read::workbook::{
    FormCell, Grid, INSTRUCTION_SHEETS, SheetText, Workbook, read_grids, read_workbook,
};
pub use read::{
    AROUND_NAME, Added, Decoded, Problem, ValueError, is_workbook, maps_of, parse_day, parse_value,
    read_added, read_file, read_files, read_texts, text_pieces,
};
pub use redact::Pseudonym;
pub use schema::{Ask, AttrId, Attribute, EnumDef, EnumId, KindDef, KindId, Literal, Schema, Type};
pub use show::{Show, Words, render, show_cell};
pub use store::{
    Alternative, Column, Columns, Conflict, Evidence, EvidenceId, KindTable, Register, SetColumn, Store,
};
pub use symbols::Symbols;
pub use value::{Date, Duration, Scalar, Symbol, Value};
pub use written::{Writing, Written, chosen, evidence_heading, heading_of, literal_word, sheet_of};
