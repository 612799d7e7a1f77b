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

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use kijun_text::Lang;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let args = match args::Args::try_parse_from(&words) {
        Ok(args) => args,
        Err(error) => return answer(error, &words),
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

/// Prints help, the version, or what is wrong with the arguments.
fn answer(error: clap::Error, words: &[OsString]) -> ExitCode {
    let (error, wrong) = match terminal::language(args::language(words)) {
        Lang::Ja => args::Args::answer_in_japanese(words).unwrap_or((error, None)),
        Lang::En => (error, None),
    };
    // Nothing more can be done when even the message cannot be printed.
    let _ = match wrong {
        Some(wrong) => std::io::stderr().lock().write_all(wrong.as_bytes()),
        None => error.print(),
    };
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

/// Bytes of stack for each thread; reserved, not used, until something nests.
const STACK: usize = 64 << 20;
