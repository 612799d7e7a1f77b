//! Tasks of those who work on the program: `cargo xtask drt --minutes 60`.

mod drt;

use std::process::ExitCode;

use clap::Parser;

#[derive(Debug, Parser)]
enum Task {
    /// Differential random testing: the engine beside the reference evaluator, until a time or a number of cases
    Drt(drt::Drt),
}

fn main() -> ExitCode {
    match Task::parse() {
        Task::Drt(task) => task.run(),
    }
}
