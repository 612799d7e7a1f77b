//! Arguments of `plan`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::value::BadValue;
use super::{FactArgs, Redact};

#[derive(Debug, ClapArgs)]
pub(crate) struct Plan {
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    #[command(flatten)]
    pub(crate) redact: Redact,
    /// Close findings from this weight on
    #[arg(long, value_enum, default_value_t = PlanLevel::Must)]
    pub(crate) level: PlanLevel,
    /// Facts that cannot be changed: kinds, attributes or single facts, as data_centre.country or contract.ehr-2025.expires
    #[arg(long, value_name = "FACT", value_delimiter = ',')]
    pub(crate) fixed: Vec<String>,
    /// Make these steps in the facts, in memory, and show which verdicts change: numbers with commas, or `all`
    #[arg(long, value_name = "STEPS")]
    pub(crate) what_if: Option<StepsArg>,
    /// How many findings are looked at, the heaviest first
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub(crate) max_findings: usize,
    /// How often changed facts are evaluated to try steps
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub(crate) max_trials: usize,
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(crate) format: PlanFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanLevel {
    Must,
    Should,
    Notice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    Text,
    Md,
    Json,
    /// One line for each outcome that a step closes, and for what stays open
    Csv,
}

/// Steps by number, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StepsArg {
    All,
    Some(Vec<usize>),
}

impl std::str::FromStr for StepsArg {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<StepsArg, BadValue> {
        if text == "all" {
            return Ok(StepsArg::All);
        }
        let number = |part: &str| part.trim().parse::<usize>().ok().filter(|n| *n > 0);
        let mut numbers: Vec<usize> = text
            .split(',')
            .map(|part| {
                let wrong = || {
                    BadValue::new(
                        format!("`{part}` は手の番号ではありません。`1,3` か `all` と書いてください"),
                        format!("`{part}` is no number of a step; write 1,3 or all"),
                    )
                };
                number(part).ok_or_else(wrong)
            })
            .collect::<Result<_, _>>()?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(StepsArg::Some(numbers))
    }
}
