//! The command line.

mod ask;
mod assess;
mod check;
mod compare;
mod coverage;
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
use kijun_text::Lang;

pub(crate) use limits::Limit;

pub(crate) use ask::{Answer, Ask, AskFormat};
pub(crate) use assess::{Assess, Audience, FailOn, Format, Stream};
pub(crate) use check::{
    Check, CheckFailOn, CoverageForm, ItemFormat, LintFormat, LintList, LintsArg, MutationForm, RemarksArg,
    Test,
};
pub(crate) use compare::{Compare, CompareFormat, CompareVendor, RiskFormat, Risks};
pub(crate) use coverage::{
    CoverageArg, Diff, DiffFormat, Gaps, Listed, MarkArg, Matrix, MatrixFormat, RationaleArg, Relate, Senses,
    TableFormat,
};
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
        let error = japanese::helping(Args::command()).try_get_matches_from(words).err()?;
        let wrong = japanese::described(&error);
        Some((error, wrong))
    }

    /// The command line as a shell completes it: short texts.
    pub(crate) fn completed(lang: Lang) -> clap::Command {
        match lang {
            Lang::En => Args::command(),
            Lang::Ja => japanese::translated(Args::command()),
        }
    }

    /// The command line as a manual tells of it, each command on a page of its own.
    pub(crate) fn explained(lang: Lang) -> clap::Command {
        let command = Args::command().disable_help_subcommand(true);
        match lang {
            Lang::En => command,
            Lang::Ja => japanese::helping(command),
        }
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
