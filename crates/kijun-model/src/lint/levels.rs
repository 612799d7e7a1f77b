//! How loud each lint is to be: what the table says, and what a manifest says instead.

use std::collections::BTreeMap;

use kijun_text::{Diagnostic, FileId, Label, Severity, Span, nearest};
use serde::Deserialize;
use toml::Spanned;

use super::table::{LINTS, Lint, LintGroup, named, nearest_name};

/// How loud a lint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LintLevel {
    Off,
    /// In the editor, and where all lints are asked for.
    Hint,
    Information,
    Warning,
    /// `check` fails.
    Error,
}

impl LintLevel {
    pub const ALL: [LintLevel; 5] =
        [LintLevel::Off, LintLevel::Hint, LintLevel::Information, LintLevel::Warning, LintLevel::Error];

    pub fn name(self) -> &'static str {
        match self {
            LintLevel::Off => "off",
            LintLevel::Hint => "hint",
            LintLevel::Information => "information",
            LintLevel::Warning => "warning",
            LintLevel::Error => "error",
        }
    }

    /// As a diagnostic tells it; `None`: not at all.
    pub fn severity(self) -> Option<Severity> {
        match self {
            LintLevel::Off => None,
            LintLevel::Hint | LintLevel::Information => Some(Severity::Information),
            LintLevel::Warning => Some(Severity::Warning),
            LintLevel::Error => Some(Severity::Error),
        }
    }
}

/// `[lints]` of a manifest as it is written: the name of a lint, its code, a group or `all`, and a level.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct LintTable(BTreeMap<Spanned<String>, Spanned<String>>);

/// What a manifest says of lints. A lint goes before its group, and its group before `all`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LintLevels {
    all: Option<LintLevel>,
    groups: BTreeMap<LintGroup, LintLevel>,
    lints: BTreeMap<&'static str, LintLevel>,
}

impl LintLevels {
    /// Every lint at least as loud as this.
    #[must_use]
    pub fn at_least(&self, least: LintLevel) -> LintLevels {
        let lints = LINTS.iter().map(|l| (l.code, self.of(l).max(least))).collect();
        LintLevels { lints, ..LintLevels::default() }
    }

    /// Only this one, as a warning.
    #[cfg(test)]
    pub(crate) fn only(code: &'static str) -> LintLevels {
        let lints = [(code, LintLevel::Warning)].into_iter().collect();
        LintLevels { all: Some(LintLevel::Off), groups: BTreeMap::new(), lints }
    }

    pub fn of(&self, lint: &Lint) -> LintLevel {
        self.said(lint).unwrap_or(lint.level)
    }

    /// What is said of a lint, if anything is.
    pub fn said(&self, lint: &Lint) -> Option<LintLevel> {
        let own = self.lints.get(lint.code).or_else(|| self.groups.get(&lint.group));
        own.copied().or(self.all)
    }
}

impl LintTable {
    /// What it means; what is wrong with it otherwise.
    pub(crate) fn levels(&self, file: FileId) -> Result<LintLevels, Box<Diagnostic>> {
        let mut out = LintLevels::default();
        let mut seen: BTreeMap<&'static str, Span> = BTreeMap::new();
        for (name, level) in &self.0 {
            let place = Span::new(file, name.span().start, name.span().end);
            let level = level_of(level, file)?;
            let text = name.get_ref().as_str();
            if text == "all" {
                out.all = Some(level);
            } else if let Some(group) = LintGroup::ALL.into_iter().find(|g| g.name() == text) {
                out.groups.insert(group, level);
            } else if let Some(lint) = named(text) {
                if let Some(first) = seen.insert(lint.code, place) {
                    return Err(twice(lint, place, first));
                }
                out.lints.insert(lint.code, level);
            } else {
                return Err(no_such_lint(text, place));
            }
        }
        Ok(out)
    }
}

fn level_of(written: &Spanned<String>, file: FileId) -> Result<LintLevel, Box<Diagnostic>> {
    let text = written.get_ref().as_str();
    if let Some(level) = LintLevel::ALL.into_iter().find(|l| l.name() == text) {
        return Ok(level);
    }
    let place = Span::new(file, written.span().start, written.span().end);
    let message =
        Label::new(format!("`{text}` という大きさはありません"), format!("there is no level `{text}`"));
    let list = LintLevel::ALL.map(LintLevel::name);
    let problem = Diagnostic::error("K0601", place, message);
    Err(Box::new(match nearest(text, list) {
        Some(name) => problem.suggest(Some(name)),
        None => {
            let list = list.join(", ");
            problem.help(format!("使えるのは: {list}"), format!("there are: {list}"))
        }
    }))
}

fn no_such_lint(text: &str, place: Span) -> Box<Diagnostic> {
    let message = Label::new(
        format!("`{text}` という lint も、その組もありません"),
        format!("there is neither a lint nor a group `{text}`"),
    );
    let groups = LintGroup::ALL.map(LintGroup::name);
    let similar = nearest(text, groups).or_else(|| nearest_name(text));
    let problem = Diagnostic::error("K0601", place, message);
    Box::new(match similar {
        Some(_) => problem.suggest(similar),
        None => {
            let list = groups.join(", ");
            problem.help(
                format!("組は {list} です。lint の名前は `kijun lints` で見られます"),
                format!("the groups are {list}; `kijun lints` lists the lints"),
            )
        }
    })
}

fn twice(lint: &Lint, place: Span, first: Span) -> Box<Diagnostic> {
    let (code, name) = (lint.code, lint.name);
    let message = Label::new(
        format!("`{name}` と `{code}` は同じ lint です"),
        format!("`{name}` and `{code}` are the same lint"),
    );
    Box::new(
        Diagnostic::error("K0601", place, message)
            .note(first, "もう一方", "the other one")
            .help("どちらかを消してください", "remove one of them"),
    )
}
