//! `kijun.toml`: what a pack or a workspace says of itself.

use std::collections::BTreeMap;

use kijun_text::{Diagnostic, FileId, Label, Span};
use serde::Deserialize;
use toml::Spanned;

use crate::accepted::{Accepted, Entry};
use crate::dependency::Dependency;
use crate::lint::{LintLevels, LintTable};
use crate::review::{CoverageLevel, CoverageSettings, Levels, Track};
use crate::source_map::Source;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub pack: Option<Pack>,
    pub workspace: Option<Workspace>,
    #[serde(default)]
    pub dependencies: BTreeMap<String, Spanned<Dependency>>,
    /// Ledgers whose columns are not named as attributes are.
    #[serde(default)]
    pub source: Vec<Source>,
    /// Which catalogues are watched for gaps, and how loudly. Of the workspace or pack at hand; that of a dependency is not
    /// read.
    #[serde(default)]
    pub coverage: Coverage,
    /// `[lints]` as it is written.
    #[serde(default, rename = "lints")]
    lint_table: LintTable,
    /// What it means: how loud lints are in the modules beside this manifest.
    #[serde(skip)]
    pub lints: LintLevels,
    /// Findings of a verification, and changes that no test notices, that stay as they are.
    #[serde(default)]
    pub accepted: Vec<Entry>,
    /// Whose packs are taken. Of the workspace or pack at hand; that of a dependency is not read.
    #[serde(default)]
    pub trust: Trust,
    /// Where `[workspace]` or else `[pack]` stands.
    #[serde(skip)]
    pub place: Span,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// `alias` or `alias@edition`, beside what the profile tracks.
    #[serde(default)]
    pub track: Vec<Spanned<String>>,
    pub show: Option<CoverageLevel>,
    #[serde(default)]
    pub levels: Levels,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// Files of public keys, from the folder of the manifest.
    #[serde(default)]
    pub keys: Vec<Spanned<String>>,
    /// Whether a pack that nobody signed is an error.
    #[serde(default)]
    pub require_signed_packs: bool,
}

impl Manifest {
    /// Id of the facility, as it stands in results; of a pack alone, its name.
    pub fn facility(&self) -> &str {
        match (&self.workspace, &self.pack) {
            (Some(w), _) => &w.facility,
            (None, Some(p)) => &p.name,
            (None, None) => "",
        }
    }

    pub fn title(&self) -> Label {
        let workspace = self.workspace.as_ref().map(|w| w.title.clone());
        workspace.or_else(|| self.pack.as_ref().map(|p| p.title.clone())).unwrap_or_default().into()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    pub name: String,
    pub version: String,
    #[serde(default)]
    pub title: Title,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Short id of the facility, as it stands in results.
    pub facility: String,
    #[serde(default)]
    pub title: Title,
    /// Date of evaluation when none is asked for; the system date when this is missing too.
    pub as_of: Option<toml::value::Datetime>,
    pub profile: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    #[serde(default)]
    pub ja: String,
    #[serde(default)]
    pub en: String,
}

impl From<Title> for Label {
    fn from(title: Title) -> Label {
        Label::new(title.ja, title.en)
    }
}

impl Manifest {
    /// What it accepts, with places in the file that it was read from.
    pub fn accepted(&self, file: FileId) -> Vec<Accepted> {
        self.accepted.iter().map(|entry| entry.accepted(file)).collect()
    }

    /// What it says of coverage, with places in the file that it was read from.
    pub fn coverage_settings(&self, file: FileId) -> CoverageSettings {
        let track = |name: &Spanned<String>| Track {
            name: name.get_ref().clone(),
            place: Span::new(file, name.span().start, name.span().end),
        };
        let Coverage { track: names, show, levels } = &self.coverage;
        CoverageSettings { track: names.iter().map(track).collect(), show: *show, levels: *levels }
    }
}

/// Reads a manifest; an error has its place in the file.
pub fn parse_manifest(file: FileId, text: &str) -> Result<Manifest, Box<Diagnostic>> {
    let mut manifest: Manifest = toml::from_str(text).map_err(|error| Box::new(unreadable(file, &error)))?;
    if manifest.pack.is_none() && manifest.workspace.is_none() {
        return Err(Box::new(
            Diagnostic::error(
                "K0601",
                Span::new(file, 0, 0),
                Label::new("[pack] も [workspace] もありません", "there is neither [pack] nor [workspace]"),
            )
            .help("どちらかを書いてください", "write one of them"),
        ));
    }
    if let Some(problem) = manifest.source.iter().find_map(|source| source.problem(file)) {
        return Err(Box::new(problem));
    }
    if let Some(problem) = manifest.accepted.iter().find_map(|entry| entry.problem(file)) {
        return Err(Box::new(problem));
    }
    let problem = |(name, d): (&String, &Spanned<Dependency>)| d.get_ref().problem(name, file, d.span());
    if let Some(problem) = manifest.dependencies.iter().find_map(problem) {
        return Err(Box::new(problem));
    }
    manifest.lints = manifest.lint_table.levels(file)?;
    let head = if manifest.workspace.is_some() { "[workspace]" } else { "[pack]" };
    let at = text.find(head).map(|start| (start, start + head.len()));
    let (start, end) = at.unwrap_or_default();
    manifest.place = Span::new(file, start, end);
    Ok(manifest)
}

fn unreadable(file: FileId, error: &toml::de::Error) -> Diagnostic {
    let range = error.span().unwrap_or(0..0);
    let diagnostic = Diagnostic::error(
        "K0601",
        Span::new(file, range.start, range.end),
        Label::new("kijun.toml を読み取れません", "kijun.toml cannot be read"),
    )
    .label(in_japanese(error.message()), error.message());
    match meant(error.message()) {
        Some(name) => diagnostic.suggest(Some(name)),
        None => diagnostic.help(
            "[pack] (name, version)、[workspace] (facility, profile)、[dependencies] (path, archive, git, rev, version)、[coverage] (track, show, levels)、[lints] (lint か組の名前)、[trust] (keys, require_signed_packs)、[[source]] (file, kind, columns)、[[accepted]] (finding, of, with, text, change, reason) を書きます",
            "write [pack] (name, version), [workspace] (facility, profile), [dependencies] (path, archive, git, rev, version), [coverage] (track, show, levels), [lints] (names of lints or groups), [trust] (keys, require_signed_packs), [[source]] (file, kind, columns), [[accepted]] (finding, of, with, text, change, reason)",
        ),
    }
}

/// Of a name that is not known, the one that was probably meant: the parser lists which there are.
fn meant(message: &str) -> Option<&str> {
    let is_about_names = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let mut names = message.split('`').skip(1).step_by(2).filter(|_| is_about_names);
    let written = names.next()?;
    kijun_text::nearest(written, names)
}

/// What a reader of settings says, with the name that was probably meant.
pub fn with_meant(message: &str) -> String {
    match meant(message) {
        Some(name) => format!("{message}; もしかして / did you mean: `{name}`"),
        None => message.to_owned(),
    }
}

/// What the TOML parser says, for a Japanese reader.
pub(crate) fn in_japanese(message: &str) -> String {
    let name = message.split('`').nth(1).unwrap_or("");
    let starts = |lead: &str| message.starts_with(lead);
    if starts("unknown field") {
        format!("知らない項目 `{name}` です")
    } else if starts("unknown variant") {
        format!("`{name}` という値はありません")
    } else if starts("missing field") {
        format!("必要な項目 `{name}` がありません")
    } else if starts("duplicate") {
        "同じ項目が二度あります".to_owned()
    } else if starts("invalid type") || starts("invalid value") {
        "この項目の値ではありません".to_owned()
    } else {
        format!("TOML として読めません ({message})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_speaks_japanese() {
        let label = |text: &str| parse_manifest(FileId(0), text).unwrap_err().label.ja;
        assert_eq!(label("[pak]\nname = \"a\"\n"), "知らない項目 `pak` です");
        assert_eq!(label("[pack]\nname = \"a\"\n"), "必要な項目 `version` がありません");
        assert_eq!(label("[pack]\nname = 1\n"), "この項目の値ではありません");
        assert_eq!(label("[pack]\nname = \"a\"\nname = \"a\"\n"), "同じ項目が二度あります");
        assert!(label("[pack\n").starts_with("TOML として読めません"));
    }

    #[test]
    fn a_misspelt_key_or_value_gets_the_name_that_was_meant_at_its_place() {
        let said = |text: &str| {
            let found = *parse_manifest(FileId(0), text).unwrap_err();
            (text[found.span.range()].to_owned(), found.suggestion.unwrap_or_default())
        };
        let check = |text: &str, at: &str, meant: &str| {
            let text = format!("[workspace]\nfacility = \"a\"\n{text}\n");
            assert_eq!(said(&text), (at.to_owned(), meant.to_owned()), "{text}");
        };
        check("profil = \"a\"", "profil", "profile");
        check("[coverage]\nshow = \"itmes\"", "\"itmes\"", "items");
        check("[coverage]\ntracks = [\"a\"]", "tracks", "track");
        check("[coverage.levels]\nunmaped = \"off\"", "unmaped", "unmapped");
        check("[coverage]\nlevels = { unmapped = \"hnit\" }", "\"hnit\"", "hint");
        check("[coverage]\nlevels = { zzz = \"hint\" }", "zzz", "");
    }
}
