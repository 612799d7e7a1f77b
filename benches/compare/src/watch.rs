//! How long each phase of a program takes, on standard error: `load 12.3 ms`.

use std::time::Instant;

pub struct Watch(Instant);

impl Watch {
    pub fn start() -> Watch {
        Watch(Instant::now())
    }

    /// Ends a phase and begins the next.
    pub fn lap(&mut self, phase: &str) {
        eprintln!("{phase} {:.1} ms", self.0.elapsed().as_secs_f64() * 1e3);
        self.0 = Instant::now();
    }
}
