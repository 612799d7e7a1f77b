//! Arguments of `assess` and `stream`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use kijun_exchange::results::ResultFormat;

use super::{FactArgs, Redact};

#[derive(Debug, ClapArgs)]
pub(crate) struct Assess {
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    #[command(flatten)]
    pub(crate) redact: Redact,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// From which weight on findings fail
    #[arg(long, value_enum, default_value_t = FailOn::Must)]
    pub(crate) fail_on: FailOn,
    /// An assessment (JSON) of this facility: only what is new since fails, and reports show what changed
    #[arg(long, value_name = "FILE", conflicts_with = "redact")]
    pub(crate) baseline: Option<PathBuf>,
    /// Fail, too, for what the baseline excuses and need not any more: it can then only shrink
    #[arg(long, requires = "baseline")]
    pub(crate) ratchet: bool,
    /// Only findings that rest on these files of facts or rules are listed and fail; `-` reads the list from standard input
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "redact")]
    pub(crate) changed: Option<Vec<String>>,
    /// Keep the assessment in the workspace, as history/DATE.json
    #[arg(long, conflicts_with = "redact")]
    pub(crate) keep: bool,
    /// Tell every finding with its source lines, however many there are
    #[arg(long)]
    pub(crate) details: bool,
    /// Say on standard error how long reading, evaluating and writing took
    #[arg(long)]
    pub(crate) timings: bool,
    /// List only findings that concern this role
    #[arg(long = "for", value_enum, value_name = "ROLE")]
    pub(crate) audience: Option<Audience>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Stream {
    /// Workspace or pack that gives packs and profile; its own facts are not read
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Read facilities from here instead of from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Date of evaluation, as 2026-11-22, where a line states none [default: the workspace's, else today]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// Profile [default: the workspace's]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// From which weight on findings fail
    #[arg(long, value_enum, default_value_t = FailOn::Must)]
    pub(crate) fail_on: FailOn,
    /// Number of the first line, for a part of a larger input
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) first_line: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    /// One line per finding, for spreadsheets
    Csv,
    /// One page that needs nothing else, for people
    Html,
    /// A workbook: findings, requirements, evidence, checklists, questions
    Xlsx,
    /// GitHub-flavoured Markdown
    Md,
    /// One line of JSON per finding and per requirement without one, then the figures
    Ndjson,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML, for Jenkins and others
    Junit,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
    /// OSCAL 1.2.1 assessment-results
    Oscal,
    /// OSCAL 1.2.1 plan of action and milestones
    OscalPoam,
}

impl Format {
    /// The format, where it is one of lists of items.
    pub(crate) fn items(self) -> Option<ResultFormat> {
        Some(match self {
            Format::Ndjson => ResultFormat::Ndjson,
            Format::Sarif => ResultFormat::Sarif,
            Format::Junit => ResultFormat::Junit,
            Format::Github => ResultFormat::Github,
            Format::Gitlab => ResultFormat::Gitlab,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Must,
    Should,
    Undecided,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Audience {
    Administrator,
    Purchaser,
    User,
    Vendor,
    Management,
}

impl Audience {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Audience::Administrator => "administrator",
            Audience::Purchaser => "purchaser",
            Audience::User => "user",
            Audience::Vendor => "vendor",
            Audience::Management => "management",
        }
    }
}
