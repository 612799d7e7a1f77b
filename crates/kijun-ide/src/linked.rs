//! The places of a variable, to be typed at once.

use std::ops::Range;

use kijun_text::FileId;

use crate::highlights::variable;
use crate::snapshot::Snapshot;

/// All places of the variable at a place, in its declaration, messages included. Nothing unless they are written in the
/// same bytes: the editor types the same into each.
pub fn linked(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Range<usize>> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    let Some((bound, places)) = variable(doc, offset) else { return Vec::new() };
    let name = doc.text.get(bound);
    let same = places.iter().all(|p| doc.text.get(p.clone()) == name);
    if same && places.len() > 1 { places } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str, expected: usize) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        assert_eq!(linked(&snapshot, place.file, place.offset).len(), expected);
    }

    #[test]
    fn a_variable_is_linked_within_its_declaration() {
        let other = "check b for mhlw:8.2 { each c: contract require c.name != \"\" }\n";
        let text = |place: &str| {
            format!(
                "check a for mhlw:8.1 {{ each {place}: contract require c.name != \"\" ja \"{{c.name}}\" }}\n{other}"
            )
        };
        check(&text("c$0"), 3);
        check("supplies(v$0, s) if s in v.subcontractors\n", 2);
        check(
            "test \"t\" { given { vendor a$0 { } contract c { vendor a } } expect mhlw:8.1 unknown for c }\n",
            2,
        );
    }

    #[test]
    fn nothing_else_is() {
        check("check a for mhlw:8.1 { each c: contract require c.name$0 != \"\" }\n", 0);
        check("check a$0 for mhlw:8.1 { each c: contract require true }\n", 0);
        check("check a for mhlw:8.1 { each c$0: contract require true }\n", 0);
        // One character, one in two.
        check("check a for mhlw:8.1 { each が$0: contract require か\u{3099}.name != \"\" }\n", 0);
    }
}
