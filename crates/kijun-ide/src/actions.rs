//! What can be done at a place, as changes of texts: names put right, facts filled in, stubs of rules and mappings, tests and
//! waivers made from what was found.

mod missing;
mod stubs;
mod tests_of;
mod waive;

use std::ops::Range;

use kijun_text::{FileId, Label, fold_width};

use crate::diagnostics::{Wishes, diagnostics};
use crate::snapshot::{Edit, Snapshot};

/// A change that can be made for the person who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub title: Label,
    pub kind: ActionKind,
    /// Whether it is what an editor does when it is told to fix what is here.
    pub is_preferred: bool,
    /// The code and the place of the issue that it answers.
    pub issue: Option<(String, Range<usize>)>,
    pub doing: Doing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    QuickFix,
    Refactor,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    Change(Change),
    /// Worked out when it is chosen, by [`make_test`]: a finding by what it says.
    MakeTest(String),
}

/// A change of several files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    pub edits: Vec<(FileId, Vec<Edit>)>,
    /// A new file beside another: that one, its name and its text.
    pub created: Option<(FileId, String, String)>,
}

impl Change {
    fn of(file: FileId, edits: Vec<Edit>) -> Change {
        Change { edits: vec![(file, edits)], created: None }
    }
}

pub use tests_of::make_test;

/// What can be done about a range of a file.
pub fn actions(snapshot: &Snapshot, file: FileId, range: Range<usize>) -> Vec<Action> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let mut out = spelling(snapshot, file, &range);
    if doc.is_facts() {
        out.extend(missing::actions(snapshot, file, &range));
        out.extend(waive::actions(snapshot, file, &range));
    } else if doc.is_module() {
        out.extend(stubs::actions(snapshot, file, &range));
    }
    out.extend(tests_of::actions(snapshot, file, &range));
    out
}

/// Whether two ranges have a place in common, be it an end.
fn touches(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start <= b.end && b.start <= a.end
}

/// What puts the issues here right: their fixes, and names as they were probably meant.
fn spelling(snapshot: &Snapshot, file: FileId, range: &Range<usize>) -> Vec<Action> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let mut out = Vec::new();
    for issue in diagnostics(snapshot, file, Wishes::default()) {
        if !touches(&issue.range, range) {
            continue;
        }
        if let Some((title, edits)) = issue.fix.clone() {
            out.push(Action {
                title,
                kind: ActionKind::QuickFix,
                is_preferred: true,
                issue: Some((issue.code.clone(), issue.range.clone())),
                doing: Doing::Change(Change::of(file, edits)),
            });
        }
        let text = doc.text.get(issue.range.clone()).unwrap_or("");
        let Some(meant) = issue.suggestion.as_deref().map(|s| in_place_of(text, s)) else { continue };
        if meant == text {
            continue;
        }
        let only_width = fold_width(text) == fold_width(&meant);
        let title = if only_width {
            Label::new(format!("全角・半角を `{meant}` にそろえる"), format!("use the width of `{meant}`"))
        } else {
            Label::new(format!("`{meant}` に直す"), format!("change to `{meant}`"))
        };
        let edit = Edit { range: issue.range.clone(), text: meant };
        out.push(Action {
            title,
            kind: ActionKind::QuickFix,
            is_preferred: true,
            issue: Some((issue.code, issue.range)),
            doing: Doing::Change(Change::of(file, vec![edit])),
        });
    }
    out
}

/// What was meant, in the form of what is written: with its catalogue, with its quotes.
fn in_place_of(written: &str, meant: &str) -> String {
    let quoted = written.len() >= 2 && written.starts_with('"') && written.ends_with('"');
    if quoted && !meant.starts_with('"') {
        return format!("\"{meant}\"");
    }
    match written.rfind(':') {
        Some(at) if !meant.contains(':') => format!("{}{meant}", written.get(..=at).unwrap_or("")),
        _ => meant.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str) -> Vec<String> {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = spelling(&snapshot, place.file, &(place.offset..place.offset));
        let line = |a: &Action| {
            let Doing::Change(change) = &a.doing else { panic!("{a:?}") };
            let code = a.issue.as_ref().map_or("", |(code, _)| code.as_str());
            format!("{code}: {} -> {}", a.title.en, change.edits[0].1[0].text)
        };
        found.iter().map(line).collect()
    }

    #[test]
    fn a_misspelt_name_is_put_right() {
        assert_eq!(
            check("check c for mhlw:8.1 { each c: contrct$0 require true }\n"),
            ["K0201: change to `contract` -> contract"]
        );
    }

    #[test]
    fn an_id_of_another_width_is_put_right() {
        assert_eq!(
            check("check c for mhlw:８.1$0 { require true }\n"),
            ["K0203: use the width of `mhlw:8.1` -> mhlw:8.1"]
        );
    }

    #[test]
    fn a_misspelt_attribute_in_the_facts_is_put_right() {
        assert_eq!(check("//- /facts/a.toml\n[[vendor]]\nid = \"a\"\ncuntr$0y = \"JP\"\n").len(), 1);
    }
}
