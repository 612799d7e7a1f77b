//! What a name rests on: the catalogue of an id, the attribute of a value, the place where a variable is bound.

use kijun_text::FileId;

use crate::definition::definition;
use crate::fact_cursor;
use crate::index::{ItemId, Means, Space};
use crate::names::NOWHERE;
use crate::snapshot::{Snapshot, Target};

/// Differs from the definition where a name has parts, and in facts: before the colon of an id it is the catalogue; from a
/// value, its attribute; from the id of a record, its entity.
pub fn declaration(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Target> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    if doc.is_facts() {
        return fact_cursor::declaration(snapshot, file, offset);
    }
    match catalog_at(snapshot, file, offset) {
        Some(id) => {
            let alias = id.alias.unwrap_or_default();
            let found = snapshot.names().catalogs(&alias, id.edition.as_deref());
            let found = found.into_iter().filter(|f| f.file != NOWHERE);
            found.map(|f| Target::new(f.file, f.def.range.clone())).collect()
        }
        None => definition(snapshot, file, offset),
    }
}

/// The id of an item at a place, where the place is before its colon.
fn catalog_at(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<ItemId> {
    let doc = snapshot.doc(file)?;
    let (range, id) = match doc.index().mention_at(offset) {
        Some(mention) => match &mention.means {
            Means::Item(id, _) => (mention.range.clone(), id),
            _ => return None,
        },
        None => {
            let def = doc.index().def_at(offset)?;
            let is_item = matches!(def.space, Space::Section | Space::Requirement);
            (def.range.clone(), def.item.as_ref().filter(|_| is_item)?)
        }
    };
    let colon = doc.text.get(range.clone())?.find(':')?;
    (offset <= range.start + colon).then(|| id.clone())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture, show};

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = declaration(&snapshot, place.file, place.offset);
        let shown: Vec<String> = found.iter().map(|t| show(&snapshot, t)).collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn an_id_rests_on_its_catalogue_and_its_item() {
        check("check c for mh$0lw:8.1 { require true }\n", expect!["/main.kijun:1 `mhlw`"]);
        check("check c for mhlw:8.$01 { require true }\n", expect!["/main.kijun:7 `mhlw:8.1`"]);
        check("requirement iso$0:A.3 \"追加\"\n", expect!["/main.kijun:9 `iso`"]);
        check("mapping iso -> mhlw { A.1$0 superset 8.1 }\n", expect!["/main.kijun:10 `iso:A.1`"]);
    }

    #[test]
    fn attributes_kinds_relations_and_variables_rest_on_the_place_that_brings_them_in() {
        let more = "extend entity contract { insurer \"保険\": text? }\n";
        let check = |text: &str, expected| check(&format!("{more}{text}"), expected);
        check(
            "check c for mhlw:8.1 { each c: contract require c.insurer$0 != none }\n",
            expect!["/main.kijun:16 `insurer`"],
        );
        check("extend entity con$0tract { x: text? }\n", expect!["/main.kijun:14 `contract`"]);
        check("suppl$0ies(v, s) if s in v.subcontractors\n", expect!["/main.kijun:15 `supplies`"]);
        check("supplies(v, s) if s in v$0.subcontractors\n", expect!["/main.kijun:17 `v`"]);
        check("check c for mhlw:8.1 { audience user$0 require true }\n", expect![""]);
    }

    #[test]
    fn facts_rest_on_the_schema() {
        let facts =
            |body: &str| format!("//- /facts/contract.csv\n{body}//- /facts/vendor.csv\nid,name\na,甲\n");
        check(&facts("id,vendor,clauses\nc1,a$0,罰則\n"), expect!["/main.kijun:14 `vendor`"]);
        check(&facts("id,vendor,clauses\nc1$0,a,罰則\n"), expect!["/main.kijun:14 `contract`"]);
        check(&facts("id,vendor,cla$0uses\nc1,a,罰則\n"), expect!["/main.kijun:14 `clauses`"]);
    }
}
