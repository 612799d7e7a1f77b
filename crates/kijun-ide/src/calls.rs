//! The graph of rules: what decides a requirement, what that calls, and who calls it.
//!
//! | from | to |
//! |---|---|
//! | requirement | the checks, attestations and combinations for it |
//! | combination | the checks and attestations that it names |
//! | relation | its rules |
//! | any other declaration | the functions, relations, tables and parameters that it names |

use std::ops::Range;

use kijun_syntax::Kind;
use kijun_text::FileId;

use crate::definition::found_at;
use crate::enclosing::{Declared, Entry};
use crate::implementation::{deciding, rules};
use crate::index::{Mention, Space};
use crate::names::{Found, NOWHERE};
use crate::snapshot::{Snapshot, Target};

/// One end of calls, and where they stand: bytes in the file of the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    pub entry: Entry,
    pub places: Vec<Range<usize>>,
}

/// What can be called by its name.
const CALLED: [Space; 6] =
    [Space::Relation, Space::Definition, Space::Table, Space::Param, Space::Check, Space::Attest];

/// The part of the graph that stands, or is meant, at a place.
pub fn prepare_calls(snapshot: &Snapshot, file: FileId, offset: usize) -> Option<Entry> {
    let found = found_at(snapshot, file, offset)?;
    let is_part = CALLED.contains(&found.def.space)
        || matches!(
            found.def.space,
            Space::Requirement | Space::Satisfy | Space::Test | Space::Property | Space::Profile
        );
    let declared = Declared::at(snapshot, found.file, found.def.range.start).filter(|_| is_part)?;
    Some(declared.entry())
}

/// Who calls the declaration whose name stands at a place.
pub fn incoming_calls(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Calls> {
    let Some(to) = Declared::at(snapshot, file, offset) else { return Vec::new() };
    let mut out = Groups::default();
    if to.item.kind == Kind::Rule {
        // Its relation is called; that the rule is.
        let relation = found_at(snapshot, file, to.head.start);
        relation.into_iter().for_each(|r| out.add_whole(snapshot, r));
        return out.0;
    }
    let Some(found) = to.found() else { return Vec::new() };
    if matches!(found.def.space, Space::Check | Space::Attest | Space::Satisfy) {
        for id in &found.def.items {
            snapshot.names().items(id, &[]).into_iter().for_each(|r| out.add_whole(snapshot, r));
        }
    }
    if CALLED.contains(&found.def.space) {
        for (file, mention) in snapshot.names().mentions_of(found) {
            let from = Declared::around(snapshot, file, mention.range.start);
            if let Some(from) = from.filter(|from| from.head.start != mention.range.start) {
                out.add(from, mention.range.clone());
            }
        }
    }
    out.0
}

/// What the declaration whose name stands at a place calls.
pub fn outgoing_calls(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Calls> {
    let Some(from) = Declared::at(snapshot, file, offset) else { return Vec::new() };
    let mut out = Groups::default();
    let parts = match (from.item.kind, from.found()) {
        (Kind::Requirement, Some(found)) => deciding(snapshot, found),
        (Kind::Relation, Some(found)) => rules(snapshot, found),
        _ => {
            for mention in within(from) {
                for to in called(snapshot, mention) {
                    if let Some(to) = Declared::at(snapshot, to.file, to.def.range.start) {
                        out.add(to, mention.range.clone());
                    }
                }
            }
            return out.0;
        }
    };
    for Target { file, start, .. } in parts {
        if let Some(to) = Declared::at(snapshot, file, start) {
            out.add(to, from.head.start..from.head.end);
        }
    }
    out.0
}

/// What a declaration mentions, the name that it goes by left out.
fn within(from: Declared<'_>) -> &[Mention] {
    let mentions = &from.doc.index().mentions;
    let start = mentions.partition_point(|m| m.range.start < from.head.end);
    let end = mentions.partition_point(|m| m.range.start < from.item.end);
    mentions.get(start..end).unwrap_or_default()
}

fn called<'s>(snapshot: &'s Snapshot, mention: &Mention) -> Vec<Found<'s>> {
    let mut found = snapshot.names().resolve(mention);
    found.retain(|f| CALLED.contains(&f.def.space) && f.file != NOWHERE);
    found
}

/// Calls by the declaration at their other end, in the order in which they were found.
#[derive(Default)]
struct Groups(Vec<Calls>);

impl Groups {
    fn add(&mut self, other: Declared<'_>, place: Range<usize>) {
        let (file, head) = (other.file, other.head.start);
        match self.0.iter_mut().find(|c| c.entry.file == file && c.entry.range.start == head) {
            Some(calls) => calls.places.push(place),
            None => self.0.push(Calls { entry: other.entry(), places: vec![place] }),
        }
    }

    /// A caller that names nothing: it is called for as a whole.
    fn add_whole(&mut self, snapshot: &Snapshot, from: Found<'_>) {
        if let Some(from) = Declared::at(snapshot, from.file, from.def.range.start) {
            self.add(from, from.head.start..from.head.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture};

    const RULES: &str = "\
param days: int = 3 \"日数\"
define far(v: vendor): bool = not (v.country == JP) and days > 2
define any_far(v: vendor): bool = far(v) or any s in supplies(v): far(s)
supplies(v, s) if s in v.subcontractors
supplies(v, s) if supplies(v, m) and s in m.subcontractors
check home for mhlw:8.2 { each c: contract require not any_far(c.vendor) ja \"{days}日\" }
attest said for mhlw:8.2 \"確認しましたか\"
satisfy mhlw:8.2 { technical home operational said combine any 1 technical or any 1 operational }
profile p { set days = 4 }
";

    fn lines(snapshot: &Snapshot, of: FileId, calls: Vec<Calls>, caller: bool) -> Vec<String> {
        let line = |c: Calls| {
            let file = if caller { c.entry.file } else { of };
            let doc = snapshot.doc(file).unwrap();
            let places: Vec<String> = c
                .places
                .iter()
                .map(|p| format!("{}:{}", doc.lines().line(p.start) + 1, &doc.text[p.clone()]))
                .collect();
            format!("{:?} {} ({}) {}", c.entry.space, c.entry.name, c.entry.title.ja, places.join(" "))
        };
        calls.into_iter().map(line).collect()
    }

    fn check(text: &str, incoming: Expect, outgoing: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let entry = prepare_calls(&snapshot, place.file, place.offset).unwrap();
        let (file, at) = (entry.file, entry.range.start);
        incoming.assert_eq(&lines(&snapshot, file, incoming_calls(&snapshot, file, at), true).join("\n"));
        outgoing.assert_eq(&lines(&snapshot, file, outgoing_calls(&snapshot, file, at), false).join("\n"));
    }

    #[test]
    fn a_function_is_called_and_calls() {
        check(
            &RULES.replace("define any_far", "define any_far$0"),
            expect!["Check home (検査) 21:any_far"],
            expect![[r#"
                Definition far (関数) 18:far 18:far
                Relation supplies (再委託) 18:supplies"#]],
        );
    }

    #[test]
    fn a_relation_leads_to_its_rules_and_they_to_what_they_call() {
        check(
            &RULES.replace("any s in supplies", "any s in supp$0lies"),
            expect![[r#"
                Definition any_far (関数) 18:supplies
                Relation supplies(v, s) (関係の規則) 20:supplies"#]],
            expect![[r#"
                Relation supplies(v, s) (関係の規則) 15:supplies
                Relation supplies(v, s) (関係の規則) 15:supplies"#]],
        );
        let (snapshot, place) = fixture(&format!(
            "{NORMS}{}",
            RULES.replace("supplies(v, s) if supplies", "supp$0lies(v, s) if supplies")
        ));
        let (file, at) = (place.file, place.offset);
        let found = lines(&snapshot, file, outgoing_calls(&snapshot, file, at), false);
        assert_eq!(found, ["Relation supplies (再委託) 20:supplies"]);
        let found = lines(&snapshot, file, incoming_calls(&snapshot, file, at), true);
        assert_eq!(found, ["Relation supplies (再委託) 15:supplies"]);
    }

    #[test]
    fn a_requirement_leads_to_what_decides_it() {
        check(
            &RULES.replace("for mhlw:8.2 {", "for mhlw$0:8.2 {"),
            expect![""],
            expect![[r#"
                Check home (検査) 8:mhlw:8.2
                Attest said (確認しましたか) 8:mhlw:8.2
                Satisfy mhlw:8.2 (対策の組合せ) 8:mhlw:8.2"#]],
        );
    }

    #[test]
    fn a_check_is_called_for_by_requirements_and_combinations() {
        check(
            &RULES.replace("check home", "check home$0"),
            expect![[r#"
                Requirement mhlw:8.2 (国内の事業者) 8:mhlw:8.2
                Satisfy mhlw:8.2 (対策の組合せ) 23:home"#]],
            expect![[r#"
                Definition any_far (関数) 21:any_far
                Param days (日数) 21:days"#]],
        );
        let (snapshot, place) =
            fixture(&format!("{NORMS}{}", RULES.replace("satisfy mhlw:8.2", "satisfy mhlw:8$0.2")));
        let found = lines(&snapshot, place.file, outgoing_calls(&snapshot, place.file, place.offset), false);
        assert_eq!(found, ["Check home (検査) 23:home", "Attest said (確認しましたか) 23:said"]);
    }

    #[test]
    fn a_parameter_is_called_by_all_that_name_it() {
        check(
            &RULES.replace("param days", "param days$0"),
            expect![[r#"
                Definition far (関数) 17:days
                Check home (検査) 21:days
                Profile p (プロファイル) 24:days"#]],
            expect![""],
        );
    }

    #[test]
    fn other_places_have_no_part_in_it() {
        for text in [
            "entity x$0 { y: text }",
            "check c for mhlw:8.1 { each k: contract require k$0.name != \"\" }",
            "$0",
        ] {
            let (snapshot, place) = fixture(&format!("{NORMS}{text}\n"));
            assert_eq!(prepare_calls(&snapshot, place.file, place.offset), None, "{text}");
            assert_eq!(incoming_calls(&snapshot, place.file, place.offset), []);
        }
    }
}
