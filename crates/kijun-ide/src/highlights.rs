//! The places of one file that mean what stands at a place, told apart by what they do to it.

use std::ops::Range;

use kijun_syntax::Kind;
use kijun_text::FileId;

use crate::definition::found_at;
use crate::doc::Doc;
use crate::enclosing::item_at;
use crate::index::{Means, Mention, Space};
use crate::names::{Found, NOWHERE};
use crate::snapshot::Snapshot;

/// A place to light up. What declares or binds a name, or says what it holds (a rule of a relation, the `set` of a
/// parameter, a fact of a test), writes; everything else reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    pub range: Range<usize>,
    pub writes: bool,
}

/// In the order of the text.
pub fn highlights(snapshot: &Snapshot, file: FileId, offset: usize) -> Vec<Highlight> {
    let Some(doc) = snapshot.doc(file) else { return Vec::new() };
    if let Some((bound, places)) = variable(doc, offset) {
        return places.into_iter().map(|r| Highlight { writes: r == bound, range: r }).collect();
    }
    let Some(found) = found_at(snapshot, file, offset) else { return Vec::new() };
    of_declaration(snapshot, file, doc, found)
}

/// Where the variable at a place is bound, and all its places.
pub(crate) fn variable(doc: &Doc, offset: usize) -> Option<(Range<usize>, Vec<Range<usize>>)> {
    let mention = doc.index().mention_at(offset)?;
    let Means::Local(bound, _) = &mention.means else { return None };
    let own = doc.index().mentions_named(&mention.name);
    let same = own.filter(|m| matches!(&m.means, Means::Local(b, _) if b == bound));
    Some((bound.clone(), same.map(|m| m.range.clone()).collect()))
}

fn of_declaration(snapshot: &Snapshot, file: FileId, doc: &Doc, found: Found<'_>) -> Vec<Highlight> {
    let names = snapshot.names();
    let own = doc.index().mentions_named(&found.def.name);
    let mut out: Vec<Highlight> = own
        .filter(|m| names.resolve(m).contains(&found))
        .map(|m| Highlight { range: m.range.clone(), writes: writes(doc, m) })
        .collect();
    if found.file == file && file != NOWHERE {
        out.push(Highlight { range: found.def.range.clone(), writes: true });
    }
    // An attestation without a name is called by the id that it mentions: once is enough.
    out.sort_by_key(|h| (h.range.start, h.range.end, !h.writes));
    out.dedup_by(|a, b| a.range == b.range);
    out
}

fn writes(doc: &Doc, mention: &Mention) -> bool {
    match &mention.means {
        // Only the heads of rules and `set` name nothing but a relation or a parameter.
        Means::Named([Space::Relation | Space::Param]) => true,
        Means::Attribute(_) => {
            let item = item_at(&doc.parse().tree, mention.range.start);
            item.is_some_and(|i| i.kind == Kind::Test)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::{NORMS, fixture};

    fn check(text: &str, expected: Expect) {
        let (snapshot, place) = fixture(&format!("{NORMS}{text}"));
        let doc = snapshot.doc(place.file).unwrap();
        let found = highlights(&snapshot, place.file, place.offset);
        let line = |h: &Highlight| {
            let what = if h.writes { "write" } else { "read" };
            format!("{} `{}` {what}", doc.lines().line(h.range.start) + 1, &doc.text[h.range.clone()])
        };
        expected.assert_eq(&found.iter().map(line).collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn a_variable_is_written_where_it_is_bound() {
        check(
            "check a for mhlw:8.1 {\n each c: contract\n require c$0.name != \"\" ja \"{c.name}\" }\n",
            expect![[r#"
                17 `c` write
                18 `c` read
                18 `c` read"#]],
        );
    }

    #[test]
    fn rules_and_set_write_what_they_name() {
        check(
            "supplies(v, s) if s in v.subcontractors\nsupplies(v, s) if supplies$0(v, m) and s in m.subcontractors\n",
            expect![[r#"
                15 `supplies` write
                16 `supplies` write
                17 `supplies` write
                17 `supplies` read"#]],
        );
        check(
            "param days$0: int = 3 \"日数\"\nprofile p { set days = 4 }\ndefine f(): bool = days > 2\n",
            expect![[r#"
                16 `days` write
                17 `days` write
                18 `days` read"#]],
        );
    }

    #[test]
    fn the_facts_of_a_test_write_an_attribute() {
        check(
            "test \"t\" { given { vendor a { country$0 JP } } }\ncheck a for mhlw:8.1 { each v: vendor require v.country == JP }\n",
            expect![[r#"
                13 `country` write
                16 `country` write
                17 `country` read"#]],
        );
    }

    #[test]
    fn other_files_are_left_out() {
        check(
            "//- /other.kijun\ncheck a for mhlw:8.1$0, mhlw:8.2 { require true }\n",
            expect!["1 `mhlw:8.1` read"],
        );
    }
}
