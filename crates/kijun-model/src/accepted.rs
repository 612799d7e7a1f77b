//! `[[accepted]]` in `kijun.toml`: what `kijun verify` finds or `kijun test --mutate` sees survive, and stays as it is, with the reason.

use kijun_text::{Diagnostic, FileId, Label, Span};
use serde::Deserialize;
use toml::Spanned;

use crate::manifest::Title;

/// What can be accepted: a change of a rule that no test notices, and what a verification finds.
pub const ACCEPTABLE: [&str; 11] = [
    SURVIVOR,
    "never-applies",
    "never-satisfied",
    "never-violated",
    "idle-require",
    "redundant",
    "contradictory",
    "never-met",
    "never-reached",
    "refuted",
    "property",
];

pub const SURVIVOR: &str = "survivor";

/// An entry as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    finding: Spanned<String>,
    of: Spanned<OneOrMore>,
    with: Option<String>,
    text: Option<String>,
    change: Option<String>,
    reason: Spanned<Title>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// Findings that are accepted, of one or more things, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// One of [`ACCEPTABLE`].
    pub finding: String,
    /// Rules by name, requirements by id, mappings by their line, properties by name; each with the place where it is said.
    pub of: Vec<(String, Span)>,
    /// The other rule of a pair.
    pub with: Option<String>,
    /// The text of the place, where there are several in a rule.
    pub text: Option<String>,
    /// What is changed there.
    pub change: Option<String>,
    pub reason: Label,
    /// Only of what stands in these modules, those of the pack that says so; `None`: in any.
    pub within: Option<Vec<FileId>>,
}

/// A finding as an entry may name it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Where it is.
    pub file: FileId,
    pub finding: &'static str,
    pub of: String,
    pub with: Option<String>,
    pub text: Option<String>,
    pub change: Option<String>,
}

/// Which findings are accepted, and which of the entries say so of something.
#[derive(Debug, Clone)]
pub struct Acceptance<'a> {
    entries: &'a [Accepted],
    used: Vec<Vec<bool>>,
}

impl<'a> Acceptance<'a> {
    pub fn new(entries: &'a [Accepted]) -> Acceptance<'a> {
        Acceptance { entries, used: entries.iter().map(|e| vec![false; e.of.len()]).collect() }
    }

    /// The reason why a finding stays, if there is one.
    pub fn reason(&mut self, told: &Told) -> Option<&'a Label> {
        let mut found = None;
        for (entry, used) in self.entries.iter().zip(&mut self.used) {
            for ((of, _), used) in entry.of.iter().zip(used) {
                if is_named(of, &told.of) && entry.fits(told) {
                    *used = true;
                    found = found.or(Some(&entry.reason));
                }
            }
        }
        found
    }

    /// Entries for findings of these sorts that nothing was found for: what is accepted, and where.
    pub fn unused(&self, is_asked: impl Fn(&str) -> bool) -> Vec<(&'a Accepted, &'a str, Span)> {
        let mut unused = Vec::new();
        for (entry, used) in self.entries.iter().zip(&self.used).filter(|(e, _)| is_asked(&e.finding)) {
            let open = entry.of.iter().zip(used).filter(|(_, used)| !**used);
            unused.extend(open.map(|((of, span), _)| (entry, of.as_str(), *span)));
        }
        unused
    }
}

/// Whether a name means what was found: an edition may be written or left out on either side, which depends on what else is loaded.
fn is_named(said: &str, found: &str) -> bool {
    let is_one = |(a, b): (&str, &str)| {
        a == b || without_edition(a).is_some_and(|a| a == b) || without_edition(b).is_some_and(|b| b == a)
    };
    said.split(' ').count() == found.split(' ').count() && said.split(' ').zip(found.split(' ')).all(is_one)
}

/// `mhlw:8.1` of `mhlw@4.2:8.1`.
fn without_edition(id: &str) -> Option<String> {
    let (catalog, local) = id.split_once(':')?;
    let (alias, _) = catalog.split_once('@')?;
    Some(format!("{alias}:{local}"))
}

impl Accepted {
    fn fits(&self, told: &Told) -> bool {
        let same = |said: &Option<String>, found: &Option<String>| said.is_none() || said == found;
        self.finding == told.finding
            && self.within.as_ref().is_none_or(|files| files.contains(&told.file))
            && same(&self.with, &told.with)
            && same(&self.text, &told.text)
            && same(&self.change, &told.change)
    }
}

impl Entry {
    pub(crate) fn accepted(&self, file: FileId) -> Accepted {
        let of = match self.of.get_ref() {
            OneOrMore::One(name) => std::slice::from_ref(name),
            OneOrMore::More(names) => names.as_slice(),
        };
        let at = place(file, &self.of);
        Accepted {
            finding: self.finding.get_ref().clone(),
            of: of.iter().map(|name| (name.clone(), at)).collect(),
            with: self.with.clone(),
            text: self.text.clone(),
            change: self.change.clone(),
            reason: self.reason.get_ref().clone().into(),
            within: None,
        }
    }

    /// What keeps an entry from meaning anything.
    pub(crate) fn problem(&self, file: FileId) -> Option<Diagnostic> {
        let error = |at: Span, ja: &str, en: &str| Diagnostic::error("K0601", at, Label::new(ja, en));
        let finding = self.finding.get_ref().as_str();
        if !ACCEPTABLE.contains(&finding) {
            let at = place(file, &self.finding);
            let problem = error(at, "この指摘は知られていません", "there is no such finding");
            return Some(match kijun_text::nearest(finding, ACCEPTABLE) {
                Some(meant) => problem.suggest(Some(meant)),
                None => problem.help(
                    format!("次のどれかを書いてください: {}", ACCEPTABLE.join("、")),
                    format!("write one of {}", ACCEPTABLE.join(", ")),
                ),
            });
        }
        let reason = self.reason.get_ref();
        (reason.ja.trim().is_empty() && reason.en.trim().is_empty()).then(|| {
            let at = place(file, &self.reason);
            error(at, "受け入れる理由がありません", "there is no reason for accepting it").help(
                "理由を書いてください: `reason = { ja = \"…\" }`",
                "give one: `reason = { en = \"…\" }`",
            )
        })
    }
}

fn place<T>(file: FileId, value: &Spanned<T>) -> Span {
    Span::new(file, value.span().start, value.span().end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_manifest;

    fn read(entries: &str) -> Result<Vec<Accepted>, String> {
        let text = format!("[pack]\nname = \"n\"\nversion = \"1.0.0\"\n{entries}");
        let manifest = parse_manifest(FileId(0), &text).map_err(|d| d.message.en)?;
        Ok(manifest.accepted(FileId(0)))
    }

    #[test]
    fn an_entry_covers_what_it_names_and_tells_what_it_does_not() {
        let entries = read(
            "[[accepted]]\nfinding = \"survivor\"\nof = [\"a\", \"b\"]\nchange = \"swap\"\nreason = { ja = \"わざと\" }\n",
        )
        .unwrap();
        let mut acceptance = Acceptance::new(&entries);
        let told = |of: &str, change: &str| Told {
            finding: SURVIVOR,
            of: of.to_owned(),
            change: Some(change.to_owned()),
            ..Told::default()
        };
        assert_eq!(acceptance.reason(&told("a", "negate")), None);
        assert_eq!(acceptance.reason(&told("a", "swap")).unwrap().ja, "わざと");
        let unused: Vec<&str> = acceptance.unused(|_| true).into_iter().map(|(_, of, _)| of).collect();
        assert_eq!(unused, ["b"]);
        assert!(acceptance.unused(|finding| finding != SURVIVOR).is_empty());
    }

    #[test]
    fn an_edition_may_be_left_out() {
        assert!(is_named("h:1 subset m@4.2:4", "h:1 subset m:4"));
        assert!(is_named("h:1 subset m:4", "h@1:1 subset m@4.2:4"));
        assert!(!is_named("h:1 subset m@4.2:4", "h:1 subset m@6.0:4"));
        assert!(!is_named("h:1 subset m:4", "h:1 equal m:4"));
    }

    #[test]
    fn an_entry_names_a_finding_and_gives_a_reason() {
        let check = |entry: &str, message: &str| {
            assert_eq!(read(&format!("[[accepted]]\n{entry}\n")).unwrap_err(), message)
        };
        check("finding = \"redundent\"\nof = \"a\"\nreason = { en = \"so\" }", "there is no such finding");
        check(
            "finding = \"redundant\"\nof = \"a\"\nreason = { ja = \" \" }",
            "there is no reason for accepting it",
        );
        check("finding = \"redundant\"\nof = \"a\"", "kijun.toml cannot be read");
    }
}
