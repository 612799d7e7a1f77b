//! Where what stands at a place is declared.

use kijun_text::FileId;

use crate::fact_cursor;
use crate::index::{Def, Means};
use crate::names::{Found, NOWHERE};
use crate::snapshot::{Snapshot, Target};

/// The declarations that a mention means; of a fact, its attribute or the record that it refers to.
pub fn definition(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Target> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    if doc.is_facts() {
        return fact_cursor::definition(snapshot, file, offset);
    }
    let Some(mention) = doc.index().mention_at(offset) else {
        let own = doc.index().def_at(offset);
        return own.map(|def| Target::new(file, def.range.clone())).into_iter().collect();
    };
    if let Means::Local(range, _) = &mention.means {
        return vec![Target::new(file, range.clone())];
    }
    let found = snapshot.names().resolve(mention).into_iter().filter(|f| f.file != NOWHERE);
    found.map(|f| Target::new(f.file, f.def.range.clone())).collect()
}

/// The declaration at a place: the one that stands there, or the only one that is meant there.
pub(crate) fn found_at(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<Found<'_>> {
    let index = snapshot.doc(file)?.index();
    if let Some(mention) = index.mention_at(offset) {
        return match snapshot.names().resolve(mention).as_slice() {
            [one] => Some(*one),
            _ => None,
        };
    }
    let def: &Def = index.def_at(offset)?;
    Some(Found { file, def })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = definition(&snapshot, place.file, place.offset);
        let shown: Vec<String> = found.iter().map(|t| crate::testing::show(&snapshot, t)).collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn an_id_leads_to_its_item() {
        check("check c for mhlw:8.1$0 { require true }\n", expect!["/main.kijun:7 `mhlw:8.1`"]);
        check("mapping iso -> mhlw { A.1 superset 8$0.1 }\n", expect!["/main.kijun:7 `mhlw:8.1`"]);
        check("mapping iso$0 -> mhlw { A.1 superset 8.1 }\n", expect!["/main.kijun:9 `iso`"]);
    }

    #[test]
    fn a_path_leads_to_the_attribute_of_the_right_kind() {
        check(
            "check c for mhlw:8.1 { each c: contract require c.vendor.cou$0ntry == JP }\n",
            expect!["/main.kijun:13 `country`"],
        );
        check(
            "check c for mhlw:8.1 { each c: contract require penalty$0 in c.clauses }\n",
            expect!["/main.kijun:12 `penalty`"],
        );
        check(
            "check c for mhlw:8.1 { each c: contract require all v in vendor: v$0.country == JP }\n",
            expect!["/main.kijun:16 `v`"],
        );
        check("supplies(v, s) if s in v$0.subcontractors\n", expect!["/main.kijun:16 `v`"]);
        check("supplies(v, s) if s in v.subcontractors$0\n", expect!["/main.kijun:13 `subcontractors`"]);
    }

    #[test]
    fn the_facts_of_a_test_lead_to_the_schema_and_to_each_other() {
        let test = |given: &str| format!("test \"t\" {{\n  given {{\n{given}\n  }}\n}}\n");
        check(&test("vendor a { }\ncontract c { vendor a$0 }"), expect!["/main.kijun:18 `a`"]);
        check(&test("contract c { clauses { pena$0lty } }"), expect!["/main.kijun:12 `penalty`"]);
        check(&test("contract c { clau$0ses { penalty } }"), expect!["/main.kijun:14 `clauses`"]);
    }
}
