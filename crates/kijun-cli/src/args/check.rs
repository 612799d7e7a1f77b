//! `check` and `test`: what they look at, and in which form they tell it.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use kijun_exchange::results::ResultFormat;

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Count what each pack holds: requirements by level and mark, rules, mappings
    #[arg(long)]
    pub(crate) census: bool,
    /// What is told of gaps in coverage, of facts that nobody fills and of checks that no test exercises [default: that
    /// of kijun.toml, else summary]
    #[arg(long, value_enum, value_name = "HOW MUCH")]
    pub(crate) coverage: Option<RemarksArg>,
    /// Which lints are told: those that kijun.toml makes at least `information`, hints too, or none
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = LintsArg::Default)]
    pub(crate) lints: LintsArg,
    /// Put right what can be put right without changing what it means, in the modules of the pack or workspace
    #[arg(long, conflicts_with = "census")]
    pub(crate) fix: bool,
    #[arg(long, value_enum, default_value_t = ItemFormat::Text, conflicts_with = "census")]
    pub(crate) format: ItemFormat,
    /// Write here instead of to standard output; text goes to standard error
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// From which level on diagnostics fail; errors always do, with status 2
    #[arg(long, value_enum, default_value_t = CheckFailOn::Error)]
    pub(crate) fail_on: CheckFailOn,
    /// What an earlier run wrote (`--format json`): only warnings and information that are new since fail
    #[arg(long, value_name = "FILE", conflicts_with = "census")]
    pub(crate) baseline: Option<PathBuf>,
    /// Fail, too, for what the baseline excuses and need not any more: it can then only shrink
    #[arg(long, requires = "baseline")]
    pub(crate) ratchet: bool,
    /// Address below which the pages of diagnostics stand, as `URL/K0502.md`: links in SARIF
    #[arg(long, value_name = "URL")]
    pub(crate) docs: Option<String>,
    /// Refuse to go on without a kijun.lock
    #[arg(long)]
    pub(crate) locked: bool,
}

/// Which lints are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintsArg {
    Default,
    All,
    Off,
}

/// The lints that there are.
#[derive(Debug, ClapArgs)]
pub(crate) struct LintList {
    #[arg(long, value_enum, default_value_t = LintFormat::Text)]
    pub(crate) format: LintFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    Text,
    Json,
    /// The page `docs/lints.md`
    Md,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Test {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Run only tests whose name contains this
    #[arg(long)]
    pub(crate) filter: Option<String>,
    /// Do not try random facts on the properties
    #[arg(long)]
    pub(crate) no_properties: bool,
    /// Say which conditions the tests exercise, and how they came out
    #[arg(long, value_enum, value_name = "FORM", num_args = 0..=1, default_missing_value = "text", conflicts_with = "format")]
    pub(crate) coverage: Option<CoverageForm>,
    /// With --coverage: status 1 below so many per cent, in any pack
    #[arg(long, value_name = "PERCENT", requires = "coverage")]
    pub(crate) min_coverage: Option<f64>,
    /// Change the rules one thing at a time, and say which changes no test notices
    #[arg(long, value_enum, value_name = "FORM", num_args = 0..=1, default_missing_value = "text", conflicts_with_all = ["format", "coverage"])]
    pub(crate) mutate: Option<MutationForm>,
    /// With --mutate: status 1 below so many per cent, in any pack
    #[arg(long, value_name = "PERCENT", requires = "mutate")]
    pub(crate) min_score: Option<f64>,
    #[arg(long, value_enum, default_value_t = ItemFormat::Text)]
    pub(crate) format: ItemFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageForm {
    Text,
    /// `kijun.strength/1`
    Json,
    /// For tools that read what `lcov` writes
    Lcov,
    /// One page: each module with what no test brings out
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MutationForm {
    Text,
    /// `kijun.strength/1`
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RemarksArg {
    /// Nothing
    Off,
    /// Figures, one line for each catalogue that is tracked
    Summary,
    /// Every item with its place, too
    Items,
}

/// Diagnostics and tests are lists of items: they have no report, and nothing to say in OSCAL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ItemFormat {
    Text,
    /// `kijun.results/1`
    Json,
    /// One line of JSON each, then the figures
    Ndjson,
    /// For spreadsheets
    Csv,
    /// GitHub-flavoured Markdown
    Md,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML, for Jenkins and others
    Junit,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
}

impl ItemFormat {
    /// `None`: text.
    pub(crate) fn items(self) -> Option<ResultFormat> {
        Some(match self {
            ItemFormat::Text => return None,
            ItemFormat::Json => ResultFormat::Json,
            ItemFormat::Ndjson => ResultFormat::Ndjson,
            ItemFormat::Csv => ResultFormat::Csv,
            ItemFormat::Md => ResultFormat::Markdown,
            ItemFormat::Sarif => ResultFormat::Sarif,
            ItemFormat::Junit => ResultFormat::Junit,
            ItemFormat::Github => ResultFormat::Github,
            ItemFormat::Gitlab => ResultFormat::Gitlab,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFailOn {
    Error,
    Warning,
    Information,
}
