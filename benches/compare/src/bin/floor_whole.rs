//! The questions answered by hand as well, over registers that are read whole, for any question that may be asked.

use std::process::ExitCode;

use kijun_compare::questions;
use kijun_compare::registers::Files;
use kijun_compare::watch::Watch;
use kijun_compare::whole::Whole;

fn main() -> ExitCode {
    kijun_compare::run("floor_whole", |folder, out| {
        let mut watch = Watch::start();
        let files = Files::open(folder)?;
        let whole = Whole::read(&files)?;
        watch.lap("load");
        questions::answer(&whole.registers, out, &mut watch)
    })
}
