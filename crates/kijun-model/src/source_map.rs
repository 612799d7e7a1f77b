//! `[[source]]` of a manifest: what the columns of a ledger that already exists are.

use std::collections::BTreeMap;

use kijun_facts::{SourceMap, Stated};
use kijun_text::{Diagnostic, FileId, Label, Span};
use serde::Deserialize;
use toml::Spanned;

type Text = Spanned<String>;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Relative to this manifest.
    pub file: Text,
    /// Of a workbook; any where nothing is said.
    pub sheet: Option<Text>,
    /// Needed unless the source is skipped.
    pub kind: Option<Text>,
    /// Row of the headings, from 1.
    pub header_row: Option<Spanned<u32>>,
    /// Heading -> `id`, an attribute by name or label, or `_source`, `_as_of`, `_grade`, `_valid_until`, `_recorded_by`, `_remark`.
    #[serde(default)]
    pub columns: BTreeMap<Text, Text>,
    /// Headings of columns that hold no facts.
    #[serde(default)]
    pub ignore: Vec<Text>,
    /// Heading -> what is written -> what it means.
    #[serde(default)]
    pub values: BTreeMap<Text, BTreeMap<String, String>>,
    /// Attribute, or `_source` and the like -> what every row says.
    #[serde(default)]
    pub constants: BTreeMap<Text, Text>,
    /// Whether several rows may state the same record.
    #[serde(default)]
    pub repeats: bool,
    /// Whether nothing of it is to be read.
    #[serde(default)]
    pub skip: bool,
}

impl Source {
    /// As readers want it, with places in the manifest.
    pub fn map(&self, manifest: FileId) -> SourceMap {
        let stated = |text: &Text| {
            let range = text.span();
            Stated { text: text.get_ref().clone(), place: Span::new(manifest, range.start, range.end) }
        };
        let pairs = |of: &BTreeMap<Text, Text>| {
            // In the order of the manifest.
            let mut pairs: Vec<(Stated, Stated)> = of.iter().map(|(a, b)| (stated(a), stated(b))).collect();
            pairs.sort_by_key(|(heading, _)| heading.place);
            pairs
        };
        let values = self.values.iter().map(|(heading, values)| {
            (stated(heading), values.iter().map(|(a, b)| (a.clone(), b.clone())).collect())
        });
        let file = stated(&self.file);
        SourceMap {
            file: shown(&file.text),
            sheet: self.sheet.as_ref().map(|sheet| sheet.get_ref().clone()),
            kind: self.kind.as_ref().map(&stated).unwrap_or_default(),
            header_row: self.header_row.as_ref().map(|row| *row.get_ref()),
            columns: pairs(&self.columns),
            ignore: self.ignore.iter().map(&stated).collect(),
            values: values.collect(),
            constants: pairs(&self.constants),
            repeats: self.repeats,
            skip: self.skip,
            place: file.place,
        }
    }

    /// What cannot be, whatever the file holds.
    pub(crate) fn problem(&self, manifest: FileId) -> Option<Diagnostic> {
        let at = |range: std::ops::Range<usize>| Span::new(manifest, range.start, range.end);
        if self.kind.is_none() && !self.skip {
            let message =
                Label::new("`[[source]]` に `kind` がありません", "there is no `kind` in `[[source]]`");
            return Some(Diagnostic::error("K0601", at(self.file.span()), message).help(
                "どの種類の台帳かを書くか、読まないなら `skip = true` と書いてください",
                "say of which kind its records are, or write `skip = true` if it is not to be read",
            ));
        }
        let row = self.header_row.as_ref().filter(|row| *row.get_ref() == 0)?;
        let message = Label::new("行の番号は 1 から数えます", "rows count from 1");
        Some(
            Diagnostic::error("K0601", at(row.span()), message)
                .help("見出しの行の番号を書いてください", "write the number of the row of the headings"),
        )
    }
}

/// A path as sources show it: with `/`, without `./` and the way up.
fn shown(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}
