//! A long run of cases, each a function of its seed. What fails is made small and written to the corpus that `cargo test` replays.
#![allow(clippy::disallowed_methods, reason = "a task of a developer reads the clock and writes files")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use kijun_testkit::drt::{Case, Tally, run, shrunk};

#[derive(Debug, Args)]
pub(crate) struct Drt {
    /// So long
    #[arg(long, conflicts_with = "cases")]
    minutes: Option<f64>,
    /// So many cases (1000, where no time is given)
    #[arg(long)]
    cases: Option<u64>,
    /// The seed of the first case, the next ones follow; else the time, so that every run has cases of its own
    #[arg(long)]
    seed: Option<u64>,
    /// Where what fails is written
    #[arg(long, default_value = "crates/kijun-testkit/corpus")]
    corpus: PathBuf,
    /// After so many failures it ends
    #[arg(long, default_value_t = 5)]
    failures: usize,
}

impl Drt {
    pub(crate) fn run(&self) -> ExitCode {
        // A panic is a failure that is written down, not news for the terminal.
        std::panic::set_hook(Box::new(|_| {}));
        let start = Instant::now();
        let until = self.minutes.map(|m| Duration::from_secs_f64(m * 60.0));
        let most = if until.is_some() { u64::MAX } else { self.cases.unwrap_or(1000) };
        let first = self.seed.unwrap_or_else(now);
        println!("the first seed is {first}");
        let (mut tally, mut failures, mut told) = (Tally::default(), 0, 0);
        for number in 0..most {
            if until.is_some_and(|until| start.elapsed() >= until) || failures >= self.failures {
                break;
            }
            let seed = first.wrapping_add(number);
            let case = Case::of_seed(seed);
            match run(&case) {
                Ok(ran) => tally.add(ran),
                Err(difference) => {
                    failures += 1;
                    self.note(seed, &case, &difference);
                }
            }
            let minute = start.elapsed().as_secs() / 60;
            if minute > told {
                told = minute;
                println!("{}", said(tally, failures, start.elapsed()));
            }
        }
        println!("{}", said(tally, failures, start.elapsed()));
        if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn note(&self, seed: u64, case: &Case, difference: &str) {
        println!("seed {seed} fails; making it small");
        let (small, how) = shrunk(case, difference);
        let path = self.corpus.join(format!("seed-{seed}.drt"));
        println!("{how}");
        match std::fs::create_dir_all(&self.corpus).and_then(|()| std::fs::write(&path, small.write(&how))) {
            Ok(()) => println!("written to {}", path.display()),
            Err(error) => println!("cannot write {}: {error}", path.display()),
        }
    }
}

/// Microseconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_micros() as u64)
}

fn said(tally: Tally, failures: usize, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64().max(0.001);
    let Tally { cases, facts, pairs } = tally;
    let rate = pairs as f64 / seconds;
    format!(
        "{seconds:.0} s: {cases} cases, {facts} sets of facts, {pairs} pairs of facts and verdict ({rate:.0}/s), {failures} failures"
    )
}
