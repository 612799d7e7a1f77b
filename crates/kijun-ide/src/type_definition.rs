//! The entity or enum that what stands at a place is of.

use kijun_text::FileId;

use crate::definition::found_at;
use crate::fact_cursor;
use crate::index::{Means, Space};
use crate::names::{NOWHERE, Names};
use crate::snapshot::{Snapshot, Target};

/// Of a variable, an attribute, a parameter, a function, a relation or a literal; nothing for types that the language
/// itself has.
pub fn type_definition(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Target> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    if doc.is_facts() {
        return fact_cursor::type_definition(snapshot, file, offset);
    }
    let names = snapshot.names();
    if let Some(Means::Local(_, path)) = doc.index().mention_at(offset).map(|m| &m.means) {
        return names.type_of(path).map(|ty| declared(names, &ty)).unwrap_or_default();
    }
    let Some(found) = found_at(snapshot, file, offset) else { return Vec::new() };
    let mut types = match found.def.space {
        Space::Literal => vec![found.def.owner.clone()],
        Space::Entity | Space::Enum => vec![found.def.name.clone()],
        _ => found.def.types.clone(),
    };
    types.dedup();
    types.iter().flat_map(|ty| declared(names, ty)).collect()
}

fn declared(names: Names<'_>, ty: &str) -> Vec<Target> {
    let found = [Space::Entity, Space::Enum].into_iter().flat_map(|space| names.of_space(ty, space));
    found.filter(|f| f.file != NOWHERE).map(|f| Target::new(f.file, f.def.range.clone())).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture, show};

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = type_definition(&snapshot, place.file, place.offset);
        let shown: Vec<String> = found.iter().map(|t| show(&snapshot, t)).collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn names_lead_to_their_types() {
        let rule = |body: &str| format!("check c for mhlw:8.1 {{ each k: contract require {body} }}\n");
        check(&rule("k$0.name != \"\""), expect!["/main.kijun:14 `contract`"]);
        check(&rule("k.vendor$0.name != \"\""), expect!["/main.kijun:13 `vendor`"]);
        check(&rule("penalty in k.clauses$0"), expect!["/main.kijun:12 `clause`"]);
        check(&rule("penalty$0 in k.clauses"), expect!["/main.kijun:12 `clause`"]);
        check(&rule("k.name$0 != \"\""), expect![""]);
        check(&rule("any s in supplies$0(k.vendor): true"), expect!["/main.kijun:13 `vendor`"]);
        check(&rule("any s$0 in supplies(k.vendor): true"), expect!["/main.kijun:13 `vendor`"]);
    }

    #[test]
    fn facts_lead_to_the_schema() {
        let facts = |body: &str| format!("//- /facts/contract.csv\n{body}");
        check(&facts("id,vendor,clauses\nc1,a,罰$0則\n"), expect!["/main.kijun:12 `clause`"]);
        check(&facts("id,ven$0dor,clauses\nc1,a,罰則\n"), expect!["/main.kijun:13 `vendor`"]);
        check(&facts("id,vendor,clauses\nc$01,a,罰則\n"), expect!["/main.kijun:14 `contract`"]);
    }
}
