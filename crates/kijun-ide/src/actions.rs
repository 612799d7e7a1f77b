//! Quick fixes for the issues of a place.

use std::ops::Range;

use kijun_text::{FileId, Label, fold_width};

use crate::diagnostics::{Wishes, diagnostics};
use crate::snapshot::{Edit, Snapshot};

/// A change that can be made for the person who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    pub title: Label,
    pub edit: Edit,
    /// The code of the issue that it answers.
    pub code: String,
    pub issue: Range<usize>,
}

/// The fixes for issues that touch a range.
pub fn actions(snapshot: &Snapshot, file: FileId, range: Range<usize>) -> Vec<Action> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let mut out = Vec::new();
    for issue in diagnostics(snapshot, file, Wishes::default()) {
        if issue.range.end < range.start || range.end < issue.range.start {
            continue;
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
        out.push(Action { title, edit, code: issue.code, issue: issue.range });
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
        let found = actions(&snapshot, place.file, place.offset..place.offset);
        found.iter().map(|a| format!("{}: {} -> {}", a.code, a.title.en, a.edit.text)).collect()
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
