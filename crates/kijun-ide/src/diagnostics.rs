//! What is wrong, missing or open in a file: syntax, names and types, facts, coverage, verdicts.

use std::ops::Range;

use kijun_model::lint::LintLevel;
use kijun_model::review::{CoverageLevel, Levels, Loudness, Remark};
use kijun_model::syntax_diagnostic;
use kijun_text::{Diagnostic, FileId, Label, Severity, Span};

use crate::snapshot::{Edit, Snapshot};
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
    /// What puts it right: what that does, and the changes of this file.
    pub fix: Option<(Label, Vec<Edit>)>,
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
            fix: None,
        }
    }
}

/// What the person at the editor wants to see; what is not said, the manifest says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wishes {
    pub coverage: Option<CoverageLevel>,
    pub levels: Levels,
    pub verdicts: bool,
}

impl Default for Wishes {
    fn default() -> Wishes {
        Wishes { coverage: None, levels: Levels::default(), verdicts: true }
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
    let lints = semantics.lints.in_file(file).iter();
    out.extend(all.filter(own).chain(lints).filter_map(|d| leveled(snapshot, d)));
    out.extend(mirrored(snapshot, file));
    out.extend(remarks(snapshot, file, wishes));
    if doc.is_facts() && wishes.verdicts {
        out.extend(verdicts::issues(snapshot, file));
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

/// The same as loudly as its lint is told, where it is one.
fn leveled(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Issue> {
    let found = issue(snapshot, diagnostic)?;
    let level = match snapshot.semantics.lints.level(diagnostic) {
        None => found.level,
        Some(LintLevel::Off) => return None,
        Some(LintLevel::Hint) => Level::Hint,
        Some(LintLevel::Information) => Level::Information,
        Some(LintLevel::Warning) => Level::Warning,
        Some(LintLevel::Error) => Level::Error,
    };
    Some(Issue { level, ..found })
}

/// A diagnostic of the version that semantics are of, in the text as it stands.
fn issue(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Issue> {
    let range = snapshot.now(diagnostic.span)?;
    let note = |n: &kijun_text::Note| {
        Some(Related { file: n.span.file, range: snapshot.now(n.span)?, text: n.text.clone() })
    };
    let mut found = of_diagnostic(diagnostic, range, diagnostic.notes.iter().filter_map(note).collect());
    found.fix = diagnostic.fix.as_ref().and_then(|fix| {
        let edit = |(span, text): &(Span, String)| {
            let range = snapshot.now(*span).filter(|_| span.file == diagnostic.span.file)?;
            Some(Edit { range, text: text.clone() })
        };
        Some((fix.title.clone(), fix.edits.iter().map(edit).collect::<Option<_>>()?))
    });
    Some(found)
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

/// Mappings that cannot all hold: a diagnostic stands on one of the lines, and here it is told on the others too.
fn mirrored(snapshot: &Snapshot, file: FileId) -> Vec<Issue> {
    let diagnostics = &snapshot.semantics.compiled.diagnostics;
    let mut out = Vec::new();
    for diagnostic in diagnostics.iter().filter(|d| matches!(d.code, "K0407" | "K0411")) {
        for (i, note) in diagnostic.notes.iter().enumerate().filter(|(_, n)| n.span.file == file) {
            let mut turned = diagnostic.clone();
            turned.span = note.span;
            if let Some(slot) = turned.notes.get_mut(i) {
                slot.span = diagnostic.span;
            }
            out.extend(leveled(snapshot, &turned));
        }
    }
    out
}

/// What is open or missing as a whole: coverage, facts that nobody fills, checks that no test exercises.
fn remarks(snapshot: &Snapshot, file: FileId, wishes: Wishes) -> Vec<Issue> {
    let semantics = &snapshot.semantics;
    let manifest = &semantics.choices.coverage;
    let level = wishes.coverage.or(manifest.show).unwrap_or_default();
    let levels = wishes.levels.or(&manifest.levels);
    let mut out = Vec::new();
    let mut tell = |remark: &Remark| {
        let level = match remark.loudness(&levels) {
            Loudness::Off => return,
            Loudness::Hint => Level::Hint,
            Loudness::Information => Level::Information,
            Loudness::Warning => Level::Warning,
        };
        out.extend(issue(snapshot, &remark.diagnostic).map(|issue| Issue { level, ..issue }));
    };
    semantics.coverage.tracked.in_file(semantics.program(), file, level).iter().for_each(&mut tell);
    semantics.coverage.unexercised.in_file(file).iter().for_each(&mut tell);
    semantics.unfilled.in_file(file).iter().for_each(&mut tell);
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::LintUnit;
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
    fn a_withdrawn_item_of_a_mapping_is_put_right_where_one_item_took_its_content_over() {
        let text = "requirement iso:A.3 \"旧\" { withdrawn into A.1 }\nmapping mhlw -> iso { source \"対応表\" 8.1 equal A.3$0 }\n";
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = crate::actions::actions(&snapshot, place.file, place.offset..place.offset);
        let fixes = found.iter().filter(|a| a.issue.as_ref().is_some_and(|(code, _)| code == "K0404"));
        let texts: Vec<String> = fixes.map(|a| format!("{:?}", a.doing)).collect();
        assert!(texts.len() == 1 && texts[0].contains("text: \"iso:A.1\""), "{texts:?}");
    }

    /// With a module that lints find something in, under levels of a manifest.
    fn linted(text: &str, lints: &str) -> (Snapshot, FileId) {
        let (mut snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let manifest =
            format!("[pack]\nname = \"a\"\nversion = \"1.0.0\"\n[lints]\nall = \"off\"\n{lints}\n");
        let levels = kijun_model::parse_manifest(FileId(9), &manifest).unwrap().lints;
        let unit = LintUnit { pack: None, modules: vec![place.file], levels };
        let choices = Choices { today: TODAY, lint_units: vec![unit], ..Choices::default() };
        let semantics = Semantics::new(&snapshot.files, &choices, None, &|| false).unwrap();
        snapshot.semantics = Arc::new(semantics);
        (snapshot, place.file)
    }

    const TWICE: &str = "check c for mhlw:8.1 { each c: contract require not not (penalty in c.clauses) }\n";

    #[test]
    fn lints_are_told_as_loudly_as_the_manifest_says_and_not_where_they_are_suppressed() {
        let check = |text: &str, lints: &str, expected: Expect| {
            let (snapshot, file) = linted(text, lints);
            expected.assert_eq(&shown(&snapshot, file, Wishes::default()));
        };
        check(TWICE, "", expect![""]);
        check(
            TWICE,
            "double-negation = \"hint\"",
            expect!["K1503 Hint `not not (penalty in c.clauses)` this is denied twice"],
        );
        check(
            &format!("//# allow double-negation: a\n{TWICE}"),
            "double-negation = \"error\"\nsuppression = \"warning\"",
            expect![""],
        );
        check(
            "//# allow double-negation\nrequirement mhlw:8.3 \"a\"\n",
            "suppression = \"information\"",
            expect![[r#"
                K0901 Information `//# allow double-negation` this suppression gives no reason
                K0902 Information `double-negation` `double-negation` finds nothing here"#]],
        );
    }

    #[test]
    fn what_a_lint_can_put_right_is_a_quick_fix_that_moves_with_the_text() {
        let (mut snapshot, file) = linted(TWICE, "style = \"warning\"");
        let old = Arc::clone(snapshot.doc(file).unwrap());
        let text = format!("// 一行\n{}", old.text);
        snapshot.files.set(Some(file), Arc::new(Doc::new("/main.kijun", old.kind, text.as_str())));
        let snapshot = Snapshot::new(snapshot.files.clone(), Arc::clone(&snapshot.semantics));
        let at = text.find("not not").unwrap();
        let found = crate::actions::actions(&snapshot, file, at..at);
        let fix = found.iter().find(|a| a.issue.as_ref().is_some_and(|(code, _)| code == "K1503")).unwrap();
        let crate::actions::Doing::Change(change) = &fix.doing else { panic!("{fix:?}") };
        let (_, edits) = &change.edits[0];
        assert_eq!(&text[edits[0].range.clone()], "not not (penalty in c.clauses)");
        assert_eq!(
            (edits.len(), edits[0].text.as_str(), fix.is_preferred),
            (1, "(penalty in c.clauses)", true)
        );
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
        let all = Wishes { coverage: Some(CoverageLevel::Items), ..Wishes::default() };
        expect![[r#"
            unmapped Hint `mhlw:8.2` `mhlw:8.2` maps to nothing in iso@2022
            coverage Information `iso` coverage: 2 items: covered 1; covered, unverified 0; partly covered 0; possibly covered 0; not covered 1; items of what is evaluated that map to nothing here 1
            not_covered Information `iso:A.2` `iso:A.2` is not covered"#]]
        .assert_eq(&shown(&snapshot, place.file, all));
        let off = Wishes { coverage: Some(CoverageLevel::Off), ..Wishes::default() };
        assert_eq!(shown(&snapshot, place.file, off), "");
    }
}
