//! The binary `kijun`. The only crate that names clap and miette.

#![allow(clippy::disallowed_methods, reason = "the command line writes files and asks for the day")]

mod args;
mod commands;
mod diagnostics;
mod report;
mod snippet;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nothing more can be done when even the message cannot be printed.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let terminal = terminal::Terminal::new(&args.global);
    if let Some(threads) = args.global.threads {
        // Fails only when a pool exists already, which it does not.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build_global();
    }
    let status = commands::run(&args.command, &terminal);
    ExitCode::from(status.code())
}
