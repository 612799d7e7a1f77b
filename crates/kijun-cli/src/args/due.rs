//! Arguments of `due`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::FactArgs;
use super::value::BadValue;

#[derive(Debug, ClapArgs)]
pub(crate) struct Due {
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// How far ahead, as 90d, 12w, 6m or 1y
    #[arg(long, value_name = "TIME", default_value = "90d")]
    pub(crate) within: Within,
    #[arg(long, value_enum, default_value_t = DueFormat::Text)]
    pub(crate) format: DueFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DueFormat {
    Text,
    Md,
    Json,
    /// A calendar (iCalendar, RFC 5545)
    Ics,
    Csv,
    Xlsx,
}

/// Months and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Within {
    pub(crate) months: i32,
    pub(crate) days: i32,
}

impl std::str::FromStr for Within {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Within, BadValue> {
        let wrong =
            || BadValue::new("90d、12w、6m、1y のように書いてください", "write it as 90d, 12w, 6m or 1y");
        let unit = text.chars().last().ok_or_else(wrong)?;
        let count = text.get(..text.len() - unit.len_utf8()).and_then(|n| n.parse::<i32>().ok());
        let count = count.filter(|n| (0..=100_000).contains(n)).ok_or_else(wrong)?;
        match unit {
            'd' => Ok(Within { months: 0, days: count }),
            'w' => Ok(Within { months: 0, days: count * 7 }),
            'm' => Ok(Within { months: count, days: 0 }),
            'y' => Ok(Within { months: count * 12, days: 0 }),
            _ => Err(wrong()),
        }
    }
}
