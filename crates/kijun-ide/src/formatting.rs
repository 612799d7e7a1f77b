//! The one layout of a module.

use std::ops::Range;

use kijun_text::FileId;

use crate::snapshot::{Edit, Snapshot};

/// What to replace so that the file is laid out; nothing when it is, or when it has syntax errors. Only what differs is
/// replaced, so that the cursor stays where it is.
pub fn format(snapshot: &Snapshot, file: FileId) -> Option<Edit> {
    let doc = snapshot.doc(file).filter(|d| d.is_module())?;
    let formatted = kijun_syntax::format(&doc.text).ok()?;
    difference(&doc.text, 0..doc.text.len(), &formatted)
}

/// What to replace so that a range of a text becomes another text: from where they first differ to where they last do.
pub(crate) fn difference(text: &str, range: Range<usize>, new: &str) -> Option<Edit> {
    let old = text.get(range.clone())?;
    if old == new {
        return None;
    }
    let mut start = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    while !(old.is_char_boundary(start) && new.is_char_boundary(start)) {
        start -= 1;
    }
    let most = old.len().min(new.len()) - start;
    let mut end = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(|(a, b)| a == b).count();
    while !(old.is_char_boundary(old.len() - end) && new.is_char_boundary(new.len() - end)) {
        end -= 1;
    }
    let text = new.get(start..new.len() - end)?.to_owned();
    Some(Edit { range: range.start + start..range.end - end, text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fixture;

    #[test]
    fn only_what_differs_is_replaced() {
        let (snapshot, place) = fixture("risk a \"甲\"\nrisk   b \"乙\"\nrisk c \"丙\"\n$0");
        let edit = format(&snapshot, place.file).unwrap();
        let text = &snapshot.doc(place.file).unwrap().text;
        let mut after = text.to_string();
        after.replace_range(edit.range.clone(), &edit.text);
        assert_eq!(after, "risk a \"甲\"\nrisk b \"乙\"\nrisk c \"丙\"\n");
        assert!(edit.range.len() < 5, "{edit:?}");
    }

    #[test]
    fn a_broken_module_is_left_alone() {
        let (snapshot, place) = fixture("risk\nrisk   b \"乙\"\n$0");
        assert_eq!(format(&snapshot, place.file), None);
    }
}
