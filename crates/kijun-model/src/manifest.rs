//! `kijun.toml`: what a pack or a workspace says of itself.

use std::collections::BTreeMap;

use kijun_text::{Diagnostic, FileId, Label, Span};
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub pack: Option<Pack>,
    pub workspace: Option<Workspace>,
    #[serde(default)]
    pub dependencies: BTreeMap<String, Dependency>,
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// Folder of the pack, relative to this manifest.
    pub path: Spanned<String>,
    /// Least version, compatible by semantic versioning: `"0.1"`, `"1.2.0"`.
    pub version: Option<Spanned<String>>,
}

/// Reads a manifest; an error has its place in the file.
pub fn parse_manifest(file: FileId, text: &str) -> Result<Manifest, Box<Diagnostic>> {
    let manifest: Manifest = toml::from_str(text).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        Diagnostic::error(
            "K0601",
            Span::new(file, range.start, range.end),
            Label::new("kijun.toml を読み取れません", "kijun.toml cannot be read"),
        )
        .label(in_japanese(error.message()), error.message())
        .help(
            "[pack] (name, version)、[workspace] (facility, profile)、[dependencies] (path, version) を書きます",
            "write [pack] (name, version), [workspace] (facility, profile), [dependencies] (path, version)",
        )
    })?;
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
    Ok(manifest)
}

/// What the TOML parser says, for a Japanese reader.
pub(crate) fn in_japanese(message: &str) -> String {
    let name = message.split('`').nth(1).unwrap_or("");
    let starts = |lead: &str| message.starts_with(lead);
    if starts("unknown field") {
        format!("知らない項目 `{name}` です")
    } else if starts("unknown variant") {
        format!("知らない値 `{name}` です")
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

/// Whether `version` satisfies `wanted`: same major (same minor below 1.0), and not older.
pub fn version_satisfies(version: &str, wanted: &str) -> bool {
    let parts = |v: &str| -> Option<[u64; 3]> {
        let mut out = [0; 3];
        let mut split = v.split('.');
        for slot in &mut out {
            match split.next() {
                Some(part) => *slot = part.parse().ok()?,
                None => break,
            }
        }
        split.next().is_none().then_some(out)
    };
    let (Some(have), Some(want)) = (parts(version), parts(wanted)) else { return false };
    let [major, minor, _] = want;
    have >= want && have.first() == Some(&major) && (major > 0 || have.get(1) == Some(&minor))
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
    fn versions() {
        assert!(version_satisfies("1.2.3", "1.2"));
        assert!(!version_satisfies("2.0.0", "1.2"));
        assert!(version_satisfies("0.1.4", "0.1"));
        assert!(!version_satisfies("0.2.0", "0.1"));
        assert!(!version_satisfies("1.1.9", "1.2"));
        assert!(!version_satisfies("x", "1"));
    }
}
