//! Every place that means what stands at a place.

use kijun_text::FileId;

use crate::definition::found_at;
use crate::highlights::variable;
use crate::names::NOWHERE;
use crate::snapshot::{Snapshot, Target};

/// In the order of files and places; with `declaration`, the declaration itself is among them.
pub fn references(snapshot: &Snapshot, file: FileId, offset: usize, declaration: bool) -> Vec<Target> {
    if let Some(locals) = locals(snapshot, file, offset) {
        return locals;
    }
    let Some(found) = found_at(snapshot, file, offset) else { return Vec::new() };
    let mentions = snapshot.names().mentions_of(found);
    let mut out: Vec<Target> = mentions.into_iter().map(|(f, m)| Target::new(f, m.range.clone())).collect();
    if declaration && found.file != NOWHERE {
        out.push(Target::new(found.file, found.def.range.clone()));
    }
    out.sort();
    out.dedup();
    out
}

/// The places of a variable, which stand in one declaration.
pub(crate) fn locals(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<Vec<Target>> {
    let (_, places) = variable(snapshot.doc(file)?, offset)?;
    Some(places.into_iter().map(|range| Target::new(file, range)).collect())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = references(&snapshot, place.file, place.offset, true);
        let shown: Vec<String> = found.iter().map(|t| crate::testing::show(&snapshot, t)).collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn an_item_is_mentioned_by_rules_and_mappings() {
        check(
            "check c for mhlw:8.1 { require true }\nmapping iso -> mhlw {\n  A.1 superset 8.$01\n}\n",
            expect![[r#"
                /main.kijun:7 `mhlw:8.1`
                /main.kijun:16 `mhlw:8.1`
                /main.kijun:18 `8.1`"#]],
        );
    }

    #[test]
    fn an_attribute_is_not_mixed_up_with_another_of_its_name() {
        check(
            "check c for mhlw:8.1 {\n  each c: contract\n  require c.name$0 != c.vendor.name\n}\n",
            expect![[r#"
                /main.kijun:14 `name`
                /main.kijun:18 `name`"#]],
        );
    }

    #[test]
    fn a_variable_ends_with_its_declaration() {
        check(
            "check a for mhlw:8.1 { each c: contract require c$0.name == c.name }\ncheck b for mhlw:8.1 { each c: contract require c.name == c.name }\n",
            expect![[r#"
                /main.kijun:16 `c`
                /main.kijun:16 `c`
                /main.kijun:16 `c`"#]],
        );
    }
}
