//! What the Rust programs of the comparison share: reading the registers, three-valued truth, the
//! questions by hand, writing the answers.

pub mod answers;
pub mod cells;
pub mod questions;
pub mod registers;
pub mod truth;
pub mod tsv;
pub mod watch;
pub mod whole;

use std::path::Path;
use std::process::ExitCode;

/// Arguments `DATA OUT` for a program that answers all questions about the data and writes the answers.
pub fn run(name: &str, answer: impl FnOnce(&Path, &Path) -> Result<(), String>) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, out] = arguments.as_slice() else {
        eprintln!("usage: {name} DATA OUT");
        return ExitCode::from(2);
    };
    match answer(Path::new(data), Path::new(out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("{name}: {e}");
            ExitCode::FAILURE
        }
    }
}
