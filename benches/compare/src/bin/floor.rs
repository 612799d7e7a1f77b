//! The questions answered by hand over what they need, and no more is read.

use std::process::ExitCode;

use kijun_compare::questions;
use kijun_compare::registers::{Files, Registers};
use kijun_compare::watch::Watch;

fn main() -> ExitCode {
    kijun_compare::run("floor", |folder, out| {
        let mut watch = Watch::start();
        let files = Files::open(folder)?;
        let registers = Registers::read(&files)?;
        watch.lap("load");
        questions::answer(&registers, out, &mut watch)
    })
}
