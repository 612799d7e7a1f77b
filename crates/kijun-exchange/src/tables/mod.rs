//! Catalogues and cross-walks that others keep in CSV, TSV and workbooks. What a column holds, and which way round a
//! relationship reads, is said by the person and never guessed; what a cell says is taken by a vocabulary, and anything else is
//! an error with its cell.

mod catalog;
mod columns;
mod crosswalk;
mod crosswalk_row;
mod table;
mod words;

use kijun_text::Label;

pub use catalog::{CatalogColumns, CatalogTable, import_table_catalog};
pub use crosswalk::{
    CrosswalkColumns, CrosswalkTable, Direction, KnownIds, Several, import_crosswalk, known_ids,
};
pub use table::{Cell, Row, Table, delimited, sheet};
pub(crate) use words::relationship as relationship_of;
pub use words::{RELATIONSHIP_WORDS, STRENGTH_WORDS};

/// Something that keeps a table from being imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableProblem {
    /// `シート!C5`, `C5`; empty for the table as a whole.
    pub place: String,
    pub message: Label,
    pub help: Label,
}

#[cfg(test)]
mod tests;
