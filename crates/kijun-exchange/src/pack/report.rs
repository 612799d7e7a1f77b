//! The manifest of an imported pack, and the report of the import that lies beside it.

use std::fmt::Write as _;

use kijun_text::{Label, Lang};
use semver::Version;

use super::{Counts, Import, PackFile};
use crate::loss::Loss;
use crate::toml_text::quoted;

/// Where a document comes from, as it says itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Provenance {
    /// `OSCAL catalog 1.1.3`.
    pub(crate) format: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) last_modified: String,
}

impl Provenance {
    /// In one line: what stands as the source of a catalogue.
    pub(crate) fn line(&self, import: &Import<'_>) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut add = |name: &str, text: &str| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                parts.push(if name.is_empty() { text } else { format!("{name} {text}") });
            }
        };
        add("", &self.title);
        add("version", &self.version);
        add("last-modified", &self.last_modified);
        add("", &format!("{} ({})", import.file_name, self.format));
        add("SHA-256", import.sha256);
        parts.join("; ")
    }
}

/// `kijun.toml` of an imported pack, which has the version of the document where that is one of a pack. `dependencies` are
/// lines of that table.
pub(crate) fn manifest(
    name: &str,
    title: &Label,
    of: &Provenance,
    import: &Import<'_>,
    dependencies: &[String],
) -> PackFile {
    let say = |ja: &'static str, en: &'static str| if import.lang == Lang::Ja { ja } else { en };
    let mut text = String::new();
    let from = say(
        "# 取り込んだパックです。元の文書と、移らなかったものは IMPORT.md にあります。",
        "# An imported pack; IMPORT.md says from what, and what could not be taken over.",
    );
    // `5.2.0-u1` of a document is no preview of 5.2.0, as it would be of a pack.
    let is_plain = Version::parse(&of.version).is_ok_and(|v| v.pre.is_empty() && v.build.is_empty());
    let version = if is_plain { of.version.as_str() } else { "1.0.0" };
    let _ = writeln!(text, "{from}\n[pack]\nname = {}\nversion = {}", quoted(name), quoted(version));
    let titles: Vec<String> = [("ja", &title.ja), ("en", &title.en)]
        .iter()
        .filter(|(_, t)| !t.is_empty())
        .map(|(language, t)| format!("{language} = {}", quoted(t)))
        .collect();
    if !titles.is_empty() {
        let _ = writeln!(text, "title = {{ {} }}", titles.join(", "));
    }
    if !dependencies.is_empty() {
        let _ = writeln!(text, "\n[dependencies]\n{}", dependencies.join("\n"));
    }
    PackFile { path: "kijun.toml".to_owned(), text }
}

/// How many places of one loss the report lists.
const PLACES: usize = 20;

/// `IMPORT.md`: from what, how much, and what was lost.
pub(crate) fn report(import: &Import<'_>, of: &Provenance, counts: Counts, losses: &[Loss]) -> PackFile {
    let say = |ja: &'static str, en: &'static str| if import.lang == Lang::Ja { ja } else { en };
    let mut out = String::new();
    let _ = writeln!(out, "# {}\n", say("取込みの記録", "Import"));
    let _ = writeln!(out, "| | |\n|---|---|");
    for (name, value) in [
        (say("ファイル", "file"), import.file_name),
        ("SHA-256", import.sha256),
        (say("形式", "format"), &of.format),
        (say("題名", "title"), &of.title),
        (say("版", "version"), &of.version),
        (say("最終更新", "last modified"), &of.last_modified),
    ] {
        if !value.is_empty() {
            let _ = writeln!(out, "| {name} | {} |", cell(value));
        }
    }
    for (name, count) in [
        (say("節", "sections"), counts.sections),
        (say("要求事項", "requirements"), counts.requirements),
        (say("うち取り下げられたもの", "of these withdrawn"), counts.withdrawn),
        (say("対応", "statements of mappings"), counts.statements),
    ] {
        if count > 0 {
            let _ = writeln!(out, "| {name} | {count} |");
        }
    }
    out.push_str(if counts.requirements + counts.sections > 0 {
        say(
            "\n文章は取り込んだ人のファイルのもので、Kijunは内容を確かめていません。元の規範と照らしたら、`catalog` の `mark` を改めてください。\n",
            "\nTexts are those of the file that was imported; Kijun has not confirmed them. Change the `mark` of the `catalog` once they were compared with the norm.\n",
        )
    } else {
        say(
            "\n対応は取り込んだ人のファイルのもので、Kijunは内容を確かめていません。双方の規範と照らしたら、`mapping` の `mark` を改めてください。\n",
            "\nStatements are those of the file that was imported; Kijun has not confirmed them. Change the `mark` of a `mapping` once it was compared with both norms.\n",
        )
    });
    let _ = writeln!(
        out,
        "\n## {}\n",
        say("そのままでは移らなかったもの", "What does not come through as it is")
    );
    if losses.is_empty() {
        out.push_str(say("ありません。\n", "Nothing.\n"));
    }
    for loss in losses {
        let _ = writeln!(out, "- {} ({})", cell(loss.what.get(import.lang)), loss.places.len());
        for place in loss.places.iter().take(PLACES) {
            let _ = match (place.line, import.lang) {
                (Some(line), Lang::Ja) => writeln!(out, "  - {line} 行 `{}`", code(&place.path)),
                (Some(line), Lang::En) => writeln!(out, "  - line {line} `{}`", code(&place.path)),
                (None, _) => writeln!(out, "  - `{}`", code(&place.path)),
            };
        }
        if let Some(more) = loss.places.len().checked_sub(PLACES).filter(|n| *n > 0) {
            let _ = match import.lang {
                Lang::Ja => writeln!(out, "  - ほか {more} か所"),
                Lang::En => writeln!(out, "  - and {more} more"),
            };
        }
    }
    PackFile { path: "IMPORT.md".to_owned(), text: out }
}

fn cell(text: &str) -> String {
    crate::gfm::escaped(text)
}

/// What can stand between backticks.
fn code(text: &str) -> String {
    text.chars().map(|c| if c == '`' || c.is_control() { '\u{fffd}' } else { c }).collect()
}
