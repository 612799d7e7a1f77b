//! The binary `kijun`. The only crate that names clap, miette and rustyline.

#![allow(clippy::disallowed_methods, reason = "the command line writes files and asks for the day")]

mod args;
mod commands;
mod coverage;
mod diagnostics;
mod output;
mod report;
mod snippet;
mod terminal;
mod watch;

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
    if let Some(most) = args.global.max_tuples {
        kijun_engine::limit_tuples(most);
    }
    watch::start(&args.global, &args.command, terminal);
    // Expressions nest, and so does what walks them: room enough that the limits on nesting come first.
    let pool =
        rayon::ThreadPoolBuilder::new().stack_size(STACK).num_threads(args.global.threads.unwrap_or(0));
    // Fails only when a pool exists already, which it does not.
    let _ = pool.build_global();
    let work = move || commands::run(&args.command, &terminal);
    let status = std::thread::Builder::new().stack_size(STACK).spawn(work).map(std::thread::JoinHandle::join);
    match status {
        // What was to be said and could not be is lost: nothing can be concluded from what arrived.
        Ok(Ok(_)) if terminal.is_output_lost() => ExitCode::from(2),
        Ok(Ok(status)) => ExitCode::from(status.code()),
        // A panic is a bug, and has been printed; it is never a pass.
        _ => ExitCode::from(2),
    }
}

/// Bytes of stack for each thread; reserved, not used, until something nests.
const STACK: usize = 64 << 20;
