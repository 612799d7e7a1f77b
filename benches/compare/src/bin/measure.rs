//! `measure COMMAND…`: runs a command and prints its wall time in milliseconds, its peak memory in KiB and its exit status.
//!
//! A small process does this because a child starts with the peak of the process that started it: under Python
//! nothing would ever seem to need less than Python.

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use wait4::Wait4;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: measure COMMAND…");
        return ExitCode::from(2);
    };
    let start = Instant::now();
    let child = Command::new(&program).args(arguments).stdout(Stdio::null()).spawn();
    match child.and_then(Wait4::wait4) {
        Ok(used) => {
            let time = start.elapsed().as_secs_f64() * 1e3;
            println!("{time:.3} {} {}", used.rusage.maxrss / 1024, used.status.code().unwrap_or(-1));
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("{}: {e}", program.display());
            ExitCode::FAILURE
        }
    }
}
