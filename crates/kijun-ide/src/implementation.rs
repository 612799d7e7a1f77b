//! What decides a requirement, and the rules that say what a relation holds.

use kijun_syntax::Kind;
use kijun_text::FileId;

use crate::definition::found_at;
use crate::enclosing::{head, item_at, stands_directly};
use crate::index::{Mention, Space};
use crate::names::{Found, NOWHERE};
use crate::snapshot::{Snapshot, Target};

/// Of a requirement: its checks, attestations and combinations. Of a relation: its rules. Functions, tables and parameters
/// stand with what they mean, so that it is their declaration.
pub fn implementation(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Target> {
    let Some(found) = found_at(snapshot, file, offset) else { return Vec::new() };
    match found.def.space {
        Space::Requirement => deciding(snapshot, found),
        Space::Relation => rules(snapshot, found),
        Space::Definition | Space::Table | Space::Param if found.file != NOWHERE => {
            vec![Target::new(found.file, found.def.range.clone())]
        }
        _ => Vec::new(),
    }
}

/// The names of the checks, attestations and combinations that are for a requirement.
pub(crate) fn deciding(snapshot: &Snapshot, requirement: Found<'_>) -> Vec<Target> {
    let decides = |file: FileId, mention: &Mention| {
        let item = item_at(&snapshot.doc(file)?.parse().tree, mention.range.start)?;
        let is_rule = matches!(item.kind, Kind::Check | Kind::Attest | Kind::Satisfy);
        let is_for = is_rule && stands_directly(item, Kind::RequirementId, mention.range.start);
        let name = head(item).filter(|_| is_for)?;
        Some(Target::new(file, name.start..name.end))
    };
    let mentions = snapshot.names().mentions_of(requirement);
    let mut out: Vec<Target> = mentions.into_iter().filter_map(|(f, m)| decides(f, m)).collect();
    out.sort();
    out.dedup();
    out
}

/// The heads of the rules of a relation.
pub(crate) fn rules(snapshot: &Snapshot, relation: Found<'_>) -> Vec<Target> {
    let is_head = |file: FileId, mention: &Mention| {
        let doc = snapshot.doc(file);
        let item = doc.and_then(|d| item_at(&d.parse().tree, mention.range.start));
        item.is_some_and(|i| i.kind == Kind::Rule && i.start == mention.range.start)
    };
    let mentions = snapshot.names().mentions_of(relation).into_iter().filter(|(f, m)| is_head(*f, m));
    mentions.map(|(f, m)| Target::new(f, m.range.clone())).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture, show};

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let found = implementation(&snapshot, place.file, place.offset);
        let shown: Vec<String> = found.iter().map(|t| show(&snapshot, t)).collect();
        expected.assert_eq(&shown.join("\n"));
    }

    #[test]
    fn a_requirement_is_decided_by_what_is_for_it() {
        check(
            "check a for mhlw:8.2, mhlw:8.1 { require true }
attest mhlw:8.1 \"確認しましたか\"
attest b for mhlw:8.1 \"確認しましたか\"
satisfy mhlw:8$0.1 { technical a operational b combine any 1 technical }
check d for mhlw:8.2 { require true }
mapping iso -> mhlw { A.1 superset 8.1 }
test \"t\" { expect mhlw:8.1 satisfied }
",
            expect![[r#"
                /main.kijun:16 `a`
                /main.kijun:17 `mhlw:8.1`
                /main.kijun:18 `b`
                /main.kijun:19 `mhlw:8.1`"#]],
        );
    }

    #[test]
    fn a_relation_holds_what_its_rules_say() {
        check(
            "supplies(v, s) if s in v.subcontractors
supplies(v, s) if supplies$0(v, m) and s in m.subcontractors
define f(v: vendor): bool = any s in supplies(v): true
",
            expect![[r#"
                /main.kijun:16 `supplies`
                /main.kijun:17 `supplies`"#]],
        );
    }

    #[test]
    fn a_function_is_its_own_and_other_things_have_none() {
        let function = "define f(v: vendor): bool = true\ncheck c for mhlw:8.1 { each v: vendor require ";
        check(&format!("{function}f$0(v) }}\n"), expect!["/main.kijun:16 `f`"]);
        check(&format!("{function}v.name$0 != \"\" }}\n"), expect![""]);
        check("check c$0 for mhlw:8.1 { require true }\n", expect![""]);
    }
}
