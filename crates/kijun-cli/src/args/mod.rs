//! The command line.

mod ask;
mod check;
mod compare;
mod due;
mod editions;
mod exchange;
mod facts;
mod history;
mod japanese;
mod limits;
mod packs;
mod plan;
mod redact;
mod repl;
mod seal;
mod site;
mod value;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum};
use kijun_exchange::results::ResultFormat;

pub(crate) use limits::Limit;

pub(crate) use ask::{Answer, Ask, AskFormat};
pub(crate) use check::{
    Check, CheckFailOn, CoverageForm, ItemFormat, LintFormat, LintList, LintsArg, MutationForm, RemarksArg,
    Test,
};
pub(crate) use compare::{Compare, CompareFormat, CompareVendor, RiskFormat, Risks};
pub(crate) use due::{Due, DueFormat, Within};
pub(crate) use editions::{Editions, EditionsFormat};
pub(crate) use exchange::{
    DirectionArg, ExportCatalog, ExportComponents, ExportFormat, ExportMapping, ExportProfile,
    ImportComponents, ImportCrosswalk, ImportDisclosure, ImportFormat, ImportLibrary, ImportMapping,
    ImportPack, ImportProfile, ImportTable, MethodArg, PackArgs, SeveralArg,
};
pub(crate) use facts::{FactMap, FactTemplate, FactsCommand};
pub(crate) use history::{History, HistoryFormat};
pub(crate) use packs::{Pack, Unpack, Update, UpdateFormat};
pub(crate) use plan::{Plan, PlanFormat, PlanLevel, StepsArg};
pub(crate) use redact::Redact;
pub(crate) use repl::Repl;
pub(crate) use seal::{Reproduce, Seal};
pub(crate) use site::{Doc, Graph, GraphFormat};
pub(crate) use verify::{Verify, VerifyFormat};

#[derive(Debug, Parser)]
#[command(name = "kijun", version, about = "基準: proves where a hospital stands against the norms it must keep", long_about = None)]
#[command(
    after_help = "Exit status: 0 nothing at or above the fail level · 1 findings · 2 invalid input · 3 undecided · 4 nothing was evaluated"
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// What clap answers to a command line that it does not take, in Japanese; what is wrong as text, since clap's own is English.
    pub(crate) fn answer_in_japanese(words: &[OsString]) -> Option<(clap::Error, Option<String>)> {
        let error = japanese::translated(Args::command()).try_get_matches_from(words).err()?;
        let wrong = japanese::described(&error);
        Some((error, wrong))
    }
}

/// The language that a command line asks for, which may be wrong in everything else.
pub(crate) fn language(words: &[OsString]) -> Option<LangArg> {
    let words: Vec<_> = words.iter().filter_map(|word| word.to_str()).collect();
    let after = |pair: &[&str]| match pair {
        ["--lang", value] => LangArg::from_str(value, false).ok(),
        _ => None,
    };
    let joined =
        |word: &&str| word.strip_prefix("--lang=").and_then(|value| LangArg::from_str(value, false).ok());
    words.windows(2).find_map(after).or_else(|| words.iter().find_map(joined))
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Global {
    // Below those of the command itself.
    /// Language of what is printed [default: from the locale, else ja]
    #[arg(long, global = true, display_order = 901, value_enum)]
    pub(crate) lang: Option<LangArg>,
    /// When to colour
    #[arg(long, global = true, display_order = 902, value_enum, default_value_t = ColorArg::Auto)]
    pub(crate) color: ColorArg,
    /// Print results only
    #[arg(long, short, global = true, display_order = 903)]
    pub(crate) quiet: bool,
    /// Number of threads [default: one per core]
    #[arg(long, global = true, display_order = 904)]
    pub(crate) threads: Option<usize>,
    /// How long a run may take: 90s, 15m, 3h, or none [default: 1h; none for lsp and stream]
    #[arg(long, global = true, display_order = 905, value_name = "TIME", value_parser = limits::parse_time, hide_short_help = true)]
    pub(crate) max_time: Option<Limit<Duration>>,
    /// How much memory a run may take: 512M, 8G, or none [default: 9/10 of what is free]; on Linux only
    #[arg(long, global = true, display_order = 906, value_name = "SIZE", value_parser = limits::parse_memory, hide_short_help = true)]
    pub(crate) max_memory: Option<Limit<u64>>,
    /// How many tuples a relation may have [default: 20000000]
    #[arg(long, global = true, display_order = 907, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), hide_short_help = true)]
    pub(crate) max_tuples: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    Ja,
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a hospital workspace: profile, facts templates, CI job
    New {
        /// Folder to make
        dir: PathBuf,
    },
    /// Parse, resolve, type-check and lint packs and facts
    Check(Check),
    /// The lints that `check` looks for, by group, with name, code and usual level
    Lints(LintList),
    /// The main job: packs + facts -> verdicts
    Assess(Assess),
    /// Side by side: bidders, without a score, and the questions to send to each
    Compare {
        #[command(subcommand)]
        what: Compare,
    },
    /// The risk register: the printed matrix, the ledger, and the risks of what is not met
    Risks(Risks),
    /// Many facilities: one a line in (NDJSON), one assessment a line out
    Stream(Stream),
    /// Why: the proof of a verdict, its repairs, its missing facts; or the page of a diagnostic code
    Explain {
        /// REQUIREMENT, REQUIREMENT@SUBJECT, or a code such as K0203
        what: String,
        #[arg(default_value = ".")]
        path: PathBuf,
        #[command(flatten)]
        facts: FactArgs,
    },
    /// The questions that would settle what is unknown, by respondent, with a letter to each
    Ask(Ask),
    /// Takes filled-in questions back as facts that the respondent declares
    Answer(Answer),
    /// The changes that close the most gaps across all catalogues, each tried on the facts
    Plan(Plan),
    /// What lapses soon or has lapsed: dates, evidence, attestations, waivers; and what will flip then
    Due(Due),
    /// The assessments that were kept, with figures, and what changed from one to the next
    History(History),
    /// The same facts under several editions, side by side, and what differs
    Editions(Editions),
    /// How far one catalogue covers others: stated, inferred, and against the facts
    Matrix(Matrix),
    /// What of a catalogue is not, partly or only possibly covered, and what would change that most
    Gaps(Gaps),
    /// How two items of norms stand to each other, and why
    Relate(Relate),
    /// Catalogues and what is mapped between them, or what surrounds one item, as a graph
    Graph(Graph),
    /// A site of the packs for people: requirements, rules, mappings, tests, coverage, and the documentation of Kijun
    Doc(Doc),
    /// What changed: between two editions of a catalogue, or two assessments
    Diff(Diff),
    /// Run the tests of packs
    Test(Test),
    /// Look for facts that refute what rules and mappings claim: checks that never hold or never fail, that say the same or
    /// contradict each other, mappings that facts refute
    Verify(Verify),
    /// Facts in workbooks: what to fill in, and how ledgers that exist are read
    Facts {
        #[command(subcommand)]
        command: FactsCommand,
    },
    /// Read what others write: catalogues as packs, mappings as modules, disclosure forms as facts
    Import {
        #[command(subcommand)]
        format: ImportFormat,
    },
    /// Write what packs say in the formats of other tools
    Export {
        #[command(subcommand)]
        format: ExportFormat,
    },
    /// A pack as one file that can be handed on, the same bytes for the same content
    Pack(Pack),
    /// The files of a pack out of its archive
    Unpack(Unpack),
    /// Take the packs as they are now into kijun.lock, and say what that changes: requirements, rules, verdicts
    Update(Update),
    /// A tamper-evident record of an assessment: what came of which files, signed
    Seal(Seal),
    /// Verify a seal, assess again, and compare byte for byte
    Reproduce(Reproduce),
    /// Ask expressions, change facts in memory, and see what becomes of verdicts, line by line
    Repl(Repl),
    /// The language server, on standard input and output
    Lsp,
    /// Completion of commands and options for a shell
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Manual pages, one for each command, into a folder
    Man {
        /// Folder; it is made where there is none
        dir: PathBuf,
    },
    /// Format modules
    Fmt {
        /// Files or folders
        #[arg(default_value = ".")]
        paths: Vec<PathBuf>,
        /// Change nothing; status 1 when something is not formatted
        #[arg(long)]
        check: bool,
    },
}

#[derive(Debug, Clone, Default, ClapArgs)]
pub(crate) struct FactArgs {
    /// Date of evaluation, as 2026-11-22 [default: the workspace's, else today]
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// Files of facts, instead of the workspace's folder `facts`
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) facts: Option<Vec<PathBuf>>,
    /// Profile [default: the workspace's]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Refuse to go on without a kijun.lock
    #[arg(long)]
    pub(crate) locked: bool,
}

impl FactArgs {
    pub(crate) fn is_empty(&self) -> bool {
        self.as_of.is_none() && self.facts.is_none() && self.profile.is_none()
    }
}

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
pub(crate) struct Matrix {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    #[command(flatten)]
    pub(crate) redact: Redact,
    /// What covers: a catalogue (mhlw, mhlw@4.2) or a pack (iso27001-2022)
    #[arg(long, value_name = "CATALOG")]
    pub(crate) from: String,
    /// What is to be covered; several with commas
    #[arg(long, value_name = "CATALOG", value_delimiter = ',', required = true)]
    pub(crate) to: Vec<String>,
    #[command(flatten)]
    pub(crate) senses: Senses,
    #[command(flatten)]
    pub(crate) listed: Listed,
    #[arg(long, value_enum, default_value_t = MatrixFormat::Text)]
    pub(crate) format: MatrixFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave the facts aside, and show only what packs say
    #[arg(long = "static")]
    pub(crate) unassessed: bool,
    /// List pairs too that may have nothing in common (csv)
    #[arg(long)]
    pub(crate) open: bool,
    /// List pairs too that only sum up what stands below a section (csv)
    #[arg(long)]
    pub(crate) rolled_up: bool,
}

/// What of a matrix is listed; figures stay those of the whole.
#[derive(Debug, ClapArgs)]
pub(crate) struct Listed {
    /// List only items covered so
    #[arg(long, value_enum, value_delimiter = ',', value_name = "COVERAGE")]
    pub(crate) coverage: Vec<CoverageArg>,
    /// List only pairs with these relations
    #[arg(long, value_delimiter = ',', value_parser = ["equal", "subset", "superset", "intersects", "unrelated", "overlaps", "open"])]
    pub(crate) relation: Vec<String>,
    /// List only pairs whose lowest mark is one of these
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) mark: Vec<MarkArg>,
    /// List only these items of the target and what is below them
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub(crate) under: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageArg {
    Covered,
    Unverified,
    Partly,
    Possibly,
    NotCovered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MarkArg {
    Printed,
    Published,
    Inferred,
    Ambiguous,
    Unverified,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Diff {
    /// A catalogue (csf@1.1, or its pack); or an assessment: its JSON, or of a kept one its day, `latest` or `previous`
    pub(crate) old: String,
    /// What it is compared with, of the same sort
    pub(crate) new: String,
    /// Workspace, pack, or folder of packs that has the catalogues; the workspace that keeps the assessments, or that one of
    /// them is of [default: .]
    pub(crate) path: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    #[command(flatten)]
    pub(crate) senses: Senses,
    /// Leave the facts aside, and show only what packs say
    #[arg(long = "static")]
    pub(crate) unassessed: bool,
    /// Show why items of editions correspond
    #[arg(long)]
    pub(crate) explain: bool,
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub(crate) format: DiffFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Json,
    /// One line per correspondence, or per verdict and finding that differs
    Csv,
    Md,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Gaps {
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactArgs,
    /// Of which catalogues; several with commas [default: those that the profile tracks, else those that are not evaluated]
    #[arg(long, value_name = "CATALOG", value_delimiter = ',')]
    pub(crate) of: Option<Vec<String>>,
    /// What covers; several with commas [default: the catalogues that are evaluated]
    #[arg(long, value_name = "CATALOG", value_delimiter = ',')]
    pub(crate) by: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) senses: Senses,
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    /// Write here instead of to standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave the facts aside, and show only what packs say
    #[arg(long = "static")]
    pub(crate) unassessed: bool,
    /// How many suggestions of each sort to print
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) top: usize,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Relate {
    /// An id, such as csf@1.1:PR.AC-1
    pub(crate) a: String,
    /// Another one
    pub(crate) b: String,
    /// Workspace, pack, or folder of packs
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// Profile [default: the workspace's]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    #[command(flatten)]
    pub(crate) senses: Senses,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    Text,
    Csv,
    Json,
}

/// Which statements of mappings are used.
#[derive(Debug, ClapArgs)]
pub(crate) struct Senses {
    /// Only statements of these rationale kinds [default: all, and results say which they mix]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KIND")]
    pub(crate) rationale: Option<Vec<RationaleArg>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RationaleArg {
    Syntactic,
    Semantic,
    Functional,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatrixFormat {
    Text,
    /// One line per pair of items
    Csv,
    Json,
    /// A workbook for auditors
    Xlsx,
    /// GitHub-flavoured Markdown
    Md,
    /// One page that needs nothing else, for people
    Html,
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
