//! Registers of a group of hospitals, made up: the same bytes for the same size and seed.
//!
//! "Facts" counts cells other than `id`. A facility has about 82: its own 2, 4 contracts of 5, 8 assets of 3, 10 links
//! of 3, 2 vendors of 3, and a fifth of a data centre of 1. A cell in fifty is left empty (unknown), except those that
//! say what a record belongs to.

pub mod network;
mod random;
mod registers;
mod words;
mod writer;

use registers::Sizes;
use writer::Notation;

/// Any would do; all measurements use this one.
pub const SEED: u64 = 42;

/// CSV files as an office would keep them (Japanese headers and labels), with the statement that all are complete.
/// `facts`: how many cells there are in all, about.
pub fn generate(facts: usize, seed: u64) -> Vec<(String, String)> {
    let mut files = write(facts, seed, Notation::Csv);
    files.push(("_complete.csv".to_owned(), words::complete()));
    files
}

/// The same records with English headers and codes, separated by tabs, for engines that know no labels: an empty
/// cell is unknown, `-` an empty set.
pub fn generate_tsv(facts: usize, seed: u64) -> Vec<(String, String)> {
    write(facts, seed, Notation::Tsv)
}

fn write(facts: usize, seed: u64, notation: Notation) -> Vec<(String, String)> {
    let sizes = Sizes::of(facts);
    let registers = [
        registers::facilities,
        registers::centres,
        registers::vendors,
        registers::contracts,
        registers::assets,
        registers::links,
    ];
    registers.map(|register| register(sizes, seed, notation).into_file()).into()
}
