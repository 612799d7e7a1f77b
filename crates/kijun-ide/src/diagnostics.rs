//! What is wrong, missing or open in a file: syntax, names and types, facts, coverage, verdicts.

use std::ops::Range;

use kijun_coverage::{Coverage as Covered, Item};
use kijun_engine::program::RequirementId;
use kijun_model::syntax_diagnostic;
use kijun_text::{Diagnostic, FileId, Label, Severity, Span};

use crate::coverage::Tracked;
use crate::doc::DocKind;
use crate::index::Space;
use crate::snapshot::Snapshot;
use crate::verdicts;

/// How loud an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Hint,
    Information,
    Warning,
    Error,
}

/// A second place that belongs to an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub file: FileId,
    pub range: Range<usize>,
    pub text: Label,
}

/// Something to show at a place of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// `K0203`, or the name of a verdict or a coverage.
    pub code: String,
    pub level: Level,
    pub range: Range<usize>,
    pub message: Label,
    pub help: Label,
    pub related: Vec<Related>,
    /// The name that was probably meant.
    pub suggestion: Option<String>,
}

impl Issue {
    pub(crate) fn new(code: &str, level: Level, range: Range<usize>, message: Label) -> Issue {
        Issue {
            code: code.to_owned(),
            level,
            range,
            message,
            help: Label::default(),
            related: Vec::new(),
            suggestion: None,
        }
    }
}

/// Which gaps of tracked catalogues are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CoverageLevel {
    Off,
    /// Summed up on the catalogue.
    #[default]
    Summary,
    /// On every item as well.
    Items,
}

/// What the person at the editor wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wishes {
    pub coverage: CoverageLevel,
    pub verdicts: bool,
}

impl Default for Wishes {
    fn default() -> Wishes {
        Wishes { coverage: CoverageLevel::Summary, verdicts: true }
    }
}

/// Every issue of a file, in the order of the text. What semantics say of a text that was changed since is moved along with
/// it, or left out where it was changed itself.
pub fn diagnostics(snapshot: &Snapshot, file: FileId, wishes: Wishes) -> Vec<Issue> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let mut out = syntax_issues(snapshot, file);
    let semantics = &snapshot.semantics;
    let own = |d: &&Diagnostic| d.span.file == file && !d.code.starts_with("K01");
    let (packs, facts) = (&semantics.compiled.diagnostics, &semantics.facts.diagnostics);
    let all = packs.iter().chain(facts).chain(&semantics.choices.manifests);
    out.extend(all.filter(own).filter_map(|d| issue(snapshot, d)));
    match doc.kind {
        DocKind::Module => {
            out.extend(contradictions(snapshot, file));
            if wishes.coverage != CoverageLevel::Off {
                out.extend(gaps(snapshot, file, wishes.coverage));
            }
        }
        DocKind::Facts { .. } if wishes.verdicts => out.extend(verdicts::issues(snapshot, file)),
        _ => {}
    }
    out.sort_by(|a, b| (a.range.start, a.range.end, &a.code).cmp(&(b.range.start, b.range.end, &b.code)));
    out.dedup();
    out
}

/// The errors that a module's own text shows: known at once.
pub fn syntax_issues(snapshot: &Snapshot, file: FileId) -> Vec<Issue> {
    let Some(doc) = snapshot.doc(file).filter(|d| d.is_module()) else { return Vec::new() };
    let errors = doc.parse().errors.iter().map(|e| syntax_diagnostic(file, e));
    errors.map(|d| of_diagnostic(&d, d.span.range(), Vec::new())).collect()
}

/// A diagnostic of the version that semantics are of, in the text as it stands.
fn issue(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Issue> {
    let range = snapshot.now(diagnostic.span)?;
    let note = |n: &kijun_text::Note| {
        Some(Related { file: n.span.file, range: snapshot.now(n.span)?, text: n.text.clone() })
    };
    Some(of_diagnostic(diagnostic, range, diagnostic.notes.iter().filter_map(note).collect()))
}

fn of_diagnostic(diagnostic: &Diagnostic, range: Range<usize>, related: Vec<Related>) -> Issue {
    let level = match diagnostic.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Information => Level::Information,
    };
    let join = |a: &str, b: &str| if b.is_empty() { a.to_owned() } else { format!("{a}: {b}") };
    let (message, label) = (&diagnostic.message, &diagnostic.label);
    Issue {
        help: diagnostic.help.clone(),
        suggestion: diagnostic.suggestion.clone(),
        related,
        ..Issue::new(
            diagnostic.code,
            level,
            range,
            Label::new(join(&message.ja, &label.ja), join(&message.en, &label.en)),
        )
    }
}

/// Mappings of this file that cannot hold with others.
fn contradictions(snapshot: &Snapshot, file: FileId) -> Vec<Issue> {
    let semantics = &snapshot.semantics;
    let mut out = Vec::new();
    for (contradiction, chain) in &semantics.coverage.contradictions {
        let places: Vec<Span> = contradiction
            .derivation
            .statements()
            .into_iter()
            .filter_map(|i| semantics.compiled.mappings.get(i).map(|s| s.span))
            .collect();
        let related: Vec<Related> = places
            .iter()
            .filter_map(|span| {
                let text = Label::new("この対応と両立しない", "cannot hold together with this");
                Some(Related { file: span.file, range: snapshot.now(*span)?, text })
            })
            .collect();
        let ja: Vec<&str> = chain.iter().map(|l| l.ja.as_str()).collect();
        let en: Vec<&str> = chain.iter().map(|l| l.en.as_str()).collect();
        for range in places.iter().filter(|s| s.file == file).filter_map(|s| snapshot.now(*s)) {
            let message = Label::new("両立しない対応です", "mappings that cannot all hold");
            out.push(Issue {
                help: Label::new(ja.join("\n"), en.join("\n")),
                related: related.iter().filter(|r| r.range != range || r.file != file).cloned().collect(),
                ..Issue::new("contradiction", Level::Warning, range, message)
            });
        }
    }
    out
}

/// What of the tracked catalogues that this file declares is not covered.
fn gaps(snapshot: &Snapshot, file: FileId, level: CoverageLevel) -> Vec<Issue> {
    let semantics = &snapshot.semantics;
    let program = semantics.program();
    let mut out = Vec::new();
    for tracked in &semantics.coverage.tracked {
        let Some(catalog) = program.catalogs.get(tracked.catalog) else { continue };
        if catalog.span.file == file
            && let Some(range) = catalog_name(snapshot, file, &catalog.alias, &catalog.edition)
        {
            out.push(Issue::new("coverage", Level::Information, range, summary(tracked)));
        }
        if level != CoverageLevel::Items {
            continue;
        }
        for item in &tracked.covering.items {
            out.extend(gap(snapshot, file, item, tracked));
        }
        let name = format!("{}@{}", catalog.alias, catalog.edition);
        for (range, id) in tracked.apart.iter().filter_map(|id| own_place(snapshot, file, *id)) {
            let message = Label::new(
                format!("`{id}` は {name} のどの項目にも対応していません"),
                format!("`{id}` maps to nothing in {name}"),
            );
            out.push(Issue::new("unmapped", Level::Hint, range, message));
        }
    }
    out
}

/// Figures over the items of a tracked catalogue: what is undecided never goes without its count.
fn summary(tracked: &Tracked) -> Label {
    let count = |c: Covered| tracked.covering.items.iter().filter(|i| i.coverage == c).count();
    let total = tracked.covering.items.len();
    let mut ja = vec![format!("{total}項目")];
    let mut en = vec![format!("{total} items")];
    for coverage in Covered::ALL {
        let (n, label) = (count(coverage), coverage.label());
        ja.push(format!("{} {n}", label.ja));
        en.push(format!("{} {n}", label.en));
    }
    Label::new(format!("対応の状況: {}", ja.join("、")), format!("coverage: {}", en.join(", ")))
}

/// One item that is not, partly or only possibly covered, or whose cover nothing checks.
fn gap(snapshot: &Snapshot, file: FileId, item: &Item, tracked: &Tracked) -> Option<Issue> {
    if item.coverage == Covered::Covered {
        return None;
    }
    let (range, id) = own_place(snapshot, file, item.id)?;
    let label = item.coverage.label();
    let program = snapshot.semantics.program();
    let cells = item.cells.iter().filter_map(|i| tracked.covering.cells.get(*i));
    let sources: Vec<String> = cells
        .take(3)
        .filter_map(|c| program.requirement(RequirementId(c.source.0)).map(|r| r.id.clone()))
        .collect();
    let by = |lead: &str| {
        if sources.is_empty() { String::new() } else { format!(" ({lead}{})", sources.join(", ")) }
    };
    let message =
        Label::new(format!("`{id}`: {}{}", label.ja, by("")), format!("`{id}` is {}{}", label.en, by("by ")));
    let level = if item.coverage == Covered::NotCovered { Level::Information } else { Level::Hint };
    Some(Issue::new(item.coverage.name(), level, range, message))
}

/// Where a file declares an item, in the text as it stands.
pub(crate) fn own_place(
    snapshot: &Snapshot,
    file: FileId,
    item: RequirementId,
) -> Option<(Range<usize>, String)> {
    let requirement = snapshot.semantics.program().requirement(item)?;
    if requirement.span.file != file {
        return None;
    }
    let id = snapshot.semantics.id_of(item)?;
    let index = snapshot.doc(file)?.index();
    let def = index.defs_named(&id.local).find(|d| d.item.as_ref().is_some_and(|own| own.fits(&id)))?;
    Some((def.range.clone(), requirement.id.clone()))
}

fn catalog_name(snapshot: &Snapshot, file: FileId, alias: &str, edition: &str) -> Option<Range<usize>> {
    let index = snapshot.doc(file)?.index();
    let is_it = |d: &&crate::index::Def| {
        let own = d.item.as_ref().and_then(|i| i.edition.as_deref());
        d.space == Space::Catalog && own.is_none_or(|e| e == edition)
    };
    index.defs_named(alias).find(is_it).map(|d| d.range.clone())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::doc::Doc;
    use crate::semantics::{Choices, Semantics};
    use crate::testing::{NORMS, TODAY, fixture};

    fn shown(snapshot: &Snapshot, file: FileId, wishes: Wishes) -> String {
        let text = &snapshot.doc(file).unwrap().text;
        let issues = diagnostics(snapshot, file, wishes);
        let line =
            |i: &Issue| format!("{} {:?} `{}` {}", i.code, i.level, &text[i.range.clone()], i.message.en);
        issues.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        expected.assert_eq(&shown(&snapshot, place.file, Wishes::default()));
    }

    #[test]
    fn one_broken_declaration_hides_no_other() {
        check(
            "check a for mhlw:8.1 { each c contract }\ncheck b for mhlw:8.9 { require true }\nrisk\n",
            expect![[r#"
                K0101 Error `contract` `:` is missing before `contract`: expected `:`
                K0203 Error `mhlw:8.9` the catalogue `mhlw` has no `8.9`: `mhlw:8.9`
                K0101 Error `k` this ends too early: expected a name"#]],
        );
    }

    #[test]
    fn issues_move_with_the_text_until_they_are_looked_for_again() {
        let (mut snapshot, place) = fixture(&format!("{NORMS}check b for mhlw:8.9 {{ require true }}\n"));
        let old = Arc::clone(snapshot.doc(place.file).unwrap());
        let mut put = |text: String| {
            snapshot.files.set(Some(place.file), Arc::new(Doc::new("/main.kijun", old.kind, text)));
            let snapshot = Snapshot::new(snapshot.files.clone(), Arc::clone(&snapshot.semantics));
            shown(&snapshot, place.file, Wishes::default())
        };
        assert!(put(format!("// 一行\n{}", old.text)).starts_with("K0203 Error `mhlw:8.9`"));
        assert_eq!(put(old.text.replace("mhlw:8.9", "mhlw:8.2")), "");
    }

    #[test]
    fn gaps_of_a_tracked_catalogue_are_summed_up_and_shown_on_their_items() {
        let text = format!(
            "{NORMS}check c for mhlw:8.1 {{ require true }}\nmapping mhlw -> iso {{ source \"対応表\" 8.1 equal A.1 }}\n"
        );
        let (mut snapshot, place) = fixture(&text);
        let choices = Choices { track: vec!["iso".to_owned()], today: TODAY, ..Choices::default() };
        let semantics = Semantics::new(&snapshot.files, &choices, None, &|| false).unwrap();
        snapshot.semantics = Arc::new(semantics);
        let all = Wishes { coverage: CoverageLevel::Items, verdicts: true };
        expect![[r#"
            unmapped Hint `mhlw:8.2` `mhlw:8.2` maps to nothing in iso@2022
            coverage Information `iso` coverage: 2 items, covered 1, covered, unverified 0, partly covered 0, possibly covered 0, not covered 1
            not_covered Information `iso:A.2` `iso:A.2` is not covered"#]]
        .assert_eq(&shown(&snapshot, place.file, all));
        let off = Wishes { coverage: CoverageLevel::Off, verdicts: true };
        assert_eq!(shown(&snapshot, place.file, off), "");
    }
}
