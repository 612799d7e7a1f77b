//! What `assess`, `check` and `test` tell other tools: one list of items with level, place and fingerprint, so that a format is
//! written once. Formats read nothing but this list; what an item means is settled where it is made.

mod csv;
mod decide;
mod from_assessment;
mod from_diagnostics;
mod from_tests;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod place;
mod record;
mod sarif;
mod summary;

use std::collections::BTreeSet;

use kijun_text::{FileId, Label, Lang};

pub use decide::{Baseline, Decision, Excused, Strict, mark_known};
pub use from_assessment::{assessment_results, rests_on};
pub use from_diagnostics::{Page, diagnostic_results};
pub use from_tests::{Shortfall, Trial, trial_results};
pub use github::log_line;
pub use place::{Paths, Place, Region};
pub use record::{ResultRecord, ResultsError, ResultsRecord, parse_results};

/// Which command tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    Assess,
    Check,
    Test,
}

impl Command {
    pub fn name(self) -> &'static str {
        match self {
            Command::Assess => "assess",
            Command::Check => "check",
            Command::Test => "test",
        }
    }
}

/// Everything that a command tells.
#[derive(Debug, Clone)]
pub struct Results {
    pub command: Command,
    /// Of the program.
    pub version: String,
    /// What it is about, by name: the facility, the day.
    pub about: Vec<(&'static str, String)>,
    pub rules: Vec<Rule>,
    pub items: Vec<Item>,
    /// What a baseline excuses, and need not any more; none without a baseline.
    pub unused: Vec<Excused>,
    /// How many items are left out because they rest on no file that changed.
    pub unshown: usize,
    /// False where nothing was evaluated because the input is wrong.
    pub is_complete: bool,
}

/// What items refer to: a requirement, a diagnostic code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    /// What belongs together: a catalogue, a folder.
    pub group: String,
    pub title: Label,
    /// A page about it, in Markdown.
    pub page: Option<String>,
    pub uri: Option<String>,
    pub level: Level,
}

/// How grave an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Note,
    Warning,
    Error,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

/// What is known of an item. Only `Passed` is a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is so, and should not be.
    Failed,
    /// Not decided: facts are missing, or have run out.
    Open,
    /// A person has to decide.
    Review,
    /// Nothing checks it.
    Unverified,
    /// It is so, and accepted for a time.
    Waived,
    NotApplicable,
    Passed,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Failed => "failed",
            State::Open => "open",
            State::Review => "review",
            State::Unverified => "unverified",
            State::Waived => "waived",
            State::NotApplicable => "not_applicable",
            State::Passed => "passed",
        }
    }

    pub fn is_undecided(self) -> bool {
        matches!(self, State::Open | State::Review | State::Unverified)
    }
}

/// Whether a baseline has an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    New,
    Known,
}

impl Age {
    pub fn name(self) -> &'static str {
        match self {
            Age::New => "new",
            Age::Known => "known",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Index among the rules.
    pub rule: usize,
    /// What it is about, beside the rule: `contract ehr-2025`, the name of a test.
    pub subject: String,
    pub state: State,
    pub level: Level,
    pub message: Label,
    /// What to do next.
    pub help: Label,
    pub at: Option<Place>,
    pub related: Vec<Related>,
    /// The same as long as it is the same; no two items share one.
    pub fingerprint: String,
    /// Words for machines: verdict, severity, check.
    pub tags: Vec<(&'static str, String)>,
    pub waiver: Option<Waiver>,
    /// `None` without a baseline.
    pub age: Option<Age>,
    /// Whether it decides the exit status.
    pub decides: bool,
    /// Files of facts and rules behind it.
    pub files: BTreeSet<FileId>,
}

/// A second place of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub message: Label,
    pub at: Place,
}

/// Why a deviation is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    pub id: String,
    pub text: Label,
    pub at: Option<Place>,
}

/// What results can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultFormat {
    Json,
    Ndjson,
    Csv,
    Sarif,
    Junit,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    Markdown,
}

impl Results {
    /// Of a run that has told nothing yet.
    pub fn new(command: Command, version: &str) -> Results {
        Results {
            command,
            version: version.to_owned(),
            about: Vec::new(),
            rules: Vec::new(),
            items: Vec::new(),
            unused: Vec::new(),
            unshown: 0,
            is_complete: true,
        }
    }

    /// How many of what, in one line.
    pub fn figures(&self, lang: Lang) -> String {
        summary::Summary::of(self).words(self, lang)
    }

    /// As a document, in one language where the format has place for one only.
    pub fn write(&self, format: ResultFormat, lang: Lang) -> Vec<u8> {
        match format {
            ResultFormat::Json => json::document(self),
            ResultFormat::Ndjson => json::lines(self),
            ResultFormat::Csv => csv::table(self, lang),
            ResultFormat::Sarif => sarif::log(self, lang),
            ResultFormat::Junit => junit::suites(self, lang).into_bytes(),
            ResultFormat::Github => github::commands(self, lang).into_bytes(),
            ResultFormat::Gitlab => gitlab::report(self, lang),
            ResultFormat::Markdown => markdown::summary(self, lang).into_bytes(),
        }
    }

    pub fn rule(&self, item: &Item) -> Option<&Rule> {
        self.rules.get(item.rule)
    }

    /// Keeps the items that rest on one of these files; how many others there are is kept in mind.
    pub fn keep_resting_on(&mut self, files: &BTreeSet<FileId>) {
        let before = self.items.iter().filter(|i| i.is_told()).count();
        self.items.retain(|item| item.is_told() && !item.files.is_disjoint(files));
        self.unshown += before - self.items.len();
    }

    /// Keeps the items of these rules.
    pub fn keep_rules(&mut self, keep: impl Fn(&Rule) -> bool) {
        let rules: Vec<bool> = self.rules.iter().map(keep).collect();
        self.items.retain(|item| rules.get(item.rule).copied().unwrap_or(false));
    }

    /// Adds what another part of the same run tells.
    pub fn append(&mut self, other: Results) {
        for mut item in other.items {
            let Some(rule) = other.rules.get(item.rule) else { continue };
            let known = self.rules.iter().position(|r| r.id == rule.id && r.group == rule.group);
            item.rule = known.unwrap_or_else(|| {
                self.rules.push(rule.clone());
                self.rules.len() - 1
            });
            self.items.push(item);
        }
        self.unused.extend(other.unused);
        self.unshown += other.unshown;
        self.is_complete &= other.is_complete;
    }
}

impl Item {
    /// Whether there is anything to tell of it: it is neither a pass nor beside the point.
    pub fn is_told(&self) -> bool {
        !matches!(self.state, State::Passed | State::NotApplicable)
    }

    /// Failed, and not excused by a baseline.
    pub fn is_fresh_failure(&self) -> bool {
        self.state == State::Failed && self.age != Some(Age::Known)
    }

    pub fn tag(&self, name: &str) -> Option<&str> {
        self.tags.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str())
    }
}
