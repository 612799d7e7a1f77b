//! What became of the items of one edition in another, by small packs.

use std::collections::BTreeMap;

use kijun_coverage::{Basis, Change, EditionDiff, Mappings, Side, diff_editions};
use kijun_engine::program::RequirementId;
use kijun_model::{Compiled, Input, Trees, compile};
use kijun_text::Sources;
use proptest::prelude::*;

fn compiled(text: &str) -> Compiled {
    let mut sources = Sources::default();
    let module = sources.add("a.kijun", text);
    let input = Input { modules: vec![module], ..Input::default() };
    let compiled = compile(&mut sources, &mut Trees::default(), &input);
    assert!(!compiled.has_errors(), "{text}\n{:?}", compiled.diagnostics);
    compiled
}

/// Two editions with these items (a `/` at the end makes a section), and lines of a mapping from the first to the second.
fn pack(old: &[&str], new: &[&str], lines: &str) -> String {
    let mut out = String::from("catalog n \"旧\" { edition \"1\" }\ncatalog n \"新\" { edition \"2\" }\n");
    for (edition, items) in [("1", old), ("2", new)] {
        for item in items {
            let (kind, id) = item.strip_suffix('/').map_or(("requirement", *item), |id| ("section", id));
            out.push_str(&format!("{kind} n@{edition}:{id} \"題\"\n"));
        }
    }
    if !lines.is_empty() {
        out.push_str(&format!("mapping n@1 -> n@2 {{\n{lines}\n}}\n"));
    }
    out
}

fn edition(compiled: &Compiled, name: &str) -> usize {
    compiled.program.catalogs.iter().position(|c| c.alias == "n" && c.edition == name).unwrap()
}

fn with_diff<T>(text: &str, old: &str, new: &str, see: impl FnOnce(&Compiled, &EditionDiff) -> T) -> T {
    let compiled = compiled(text);
    let mappings = Mappings::new(&compiled.program, &compiled.mappings, None);
    let (old, new) = (edition(&compiled, old), edition(&compiled, new));
    let diff = diff_editions(&mappings, old, new);
    see(&compiled, &diff)
}

/// One line for each item: side, id, change, and on what it rests where it has no counterpart.
fn lines(compiled: &Compiled, diff: &EditionDiff) -> Vec<String> {
    let line = |i: &kijun_coverage::Changed| {
        let id = &compiled.program.requirement(i.id).unwrap().id;
        let basis = i.basis.map(|b| format!(" {}", b.name())).unwrap_or_default();
        format!("{id} {}{basis}", i.change.name())
    };
    diff.items.iter().map(line).collect()
}

#[track_caller]
fn check(old: &[&str], new: &[&str], statements: &str, expected: &[&str]) {
    with_diff(&pack(old, new, statements), "1", "2", |c, diff| assert_eq!(lines(c, diff), expected));
}

#[test]
fn an_equal_item_is_kept_and_another_relation_is_a_change() {
    check(
        &["1", "2"],
        &["1", "2"],
        "1 equal 1\n2 subset 2",
        &["n@1:1 kept", "n@1:2 changed", "n@2:1 kept", "n@2:2 changed"],
    );
}

#[test]
fn several_into_one_are_merged_and_one_into_several_is_split() {
    check(
        &["1", "2", "3"],
        &["1", "2", "3"],
        "1 subset 1\n2 subset 1\n3 superset 2\n3 superset 3",
        &["n@1:1 merged", "n@1:2 merged", "n@1:3 split", "n@2:1 merged", "n@2:2 split", "n@2:3 split"],
    );
}

#[test]
fn a_joint_claim_is_a_merge() {
    check(
        &["1", "2"],
        &["1"],
        "jointly { 1 2 } superset 1",
        &["n@1:1 merged", "n@1:2 merged", "n@2:1 merged"],
    );
}

#[test]
fn what_is_taken_into_a_kept_item_is_merged() {
    check(&["1", "2"], &["1"], "1 equal 1\n2 subset 1", &["n@1:1 kept", "n@1:2 merged", "n@2:1 kept"]);
}

#[test]
fn an_unmapped_item_is_never_called_withdrawn() {
    check(
        &["1", "2"],
        &["1", "2"],
        "1 equal 1",
        &["n@1:1 kept", "n@1:2 not_said unmapped", "n@2:1 kept", "n@2:2 not_said unmapped"],
    );
    check(&["1"], &["1"], "", &["n@1:1 not_said unmapped", "n@2:1 not_said unmapped"]);
}

#[test]
fn an_item_is_new_where_the_old_edition_is_accounted_for_without_it() {
    check(&["1"], &["1", "2"], "1 equal 1", &["n@1:1 kept", "n@2:1 kept", "n@2:2 new spent"]);
    // By parts: the part of the old edition from which its neighbours come counts, others do not.
    check(
        &["a/", "a.1", "b/", "b.1"],
        &["a/", "a.1", "a.2", "b/", "b.1"],
        "a.1 equal a.1",
        &[
            "n@1:a.1 kept",
            "n@1:b.1 not_said unmapped",
            "n@2:a.1 kept",
            "n@2:a.2 new spent",
            "n@2:b.1 not_said unmapped",
        ],
    );
}

#[test]
fn what_has_nothing_in_common_with_anything_is_withdrawn_or_new() {
    check(&["1"], &["1"], "1 unrelated 1", &["n@1:1 withdrawn unrelated", "n@2:1 new unrelated"]);
}

#[test]
fn sections_do_not_speak_for_what_is_below_them() {
    // The section contains something equal to b.1, which is no claim about the section.
    check(
        &["a/", "a.1", "a.2"],
        &["b/", "b.1", "b.2"],
        "a.1 equal b.1",
        &["n@1:a.1 kept", "n@1:a.2 not_said unmapped", "n@2:b.1 kept", "n@2:b.2 not_said unmapped"],
    );
    // An equal section holds whatever is below it.
    check(
        &["a/", "a.1"],
        &["b/", "b.1"],
        "a equal b",
        &["n@1:a kept", "n@1:a.1 changed", "n@2:b kept", "n@2:b.1 changed"],
    );
}

#[test]
fn an_inferred_link_counts_only_where_nothing_is_stated() {
    let text = |between: &str| {
        let text = pack(&["1"], &["1", "2"], between);
        format!(
            "{text}catalog m \"別\" {{ edition \"1\" }}\nrequirement m:x \"題\"\n\
             mapping n@1 -> m {{ 1 superset x }}\nmapping m -> n@2 {{ x superset 1 }}\n"
        )
    };
    let see = |c: &Compiled, diff: &EditionDiff| {
        (lines(c, diff), diff.links.iter().map(|l| l.stated).collect::<Vec<bool>>())
    };
    let (items, stated) = with_diff(&text(""), "1", "2", see);
    assert_eq!(items, ["n@1:1 changed", "n@2:1 changed", "n@2:2 new spent"]);
    assert_eq!(stated, [false]);
    let (items, stated) = with_diff(&text("1 intersects 2"), "1", "2", see);
    assert_eq!(items, ["n@1:1 split", "n@2:1 split", "n@2:2 split"], "nothing else is known of n@2:1");
    assert_eq!(stated, [false, true]);
    let both = text("1 intersects 2\n1 superset 1");
    assert_eq!(with_diff(&both, "1", "2", see).1, [true, true]);
}

#[test]
fn what_the_new_edition_lists_as_withdrawn_is_so_and_says_where_it_went() {
    let text = pack(&["1", "A-2", "A-10"], &["1"], "1 equal 1");
    let text = format!(
        "{text}requirement n@2:A-02 \"題\" {{ withdrawn into 1 }}\nrequirement n@2:A-10 \"題\" {{ withdrawn }}\n"
    );
    with_diff(&text, "1", "2", |c, diff| {
        assert_eq!(
            lines(c, diff),
            ["n@1:1 kept", "n@1:A-2 withdrawn marked", "n@1:A-10 withdrawn marked", "n@2:1 kept"],
            "what is withdrawn is no item of the new edition"
        );
        let into = |id: &str| {
            let item = diff.items.iter().find(|i| c.program.requirement(i.id).unwrap().id == id).unwrap();
            let into = item.withdrawn.clone().unwrap();
            into.iter().map(|i| c.program.requirement(*i).unwrap().id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(into("n@1:A-2"), ["n@2:1"]);
        assert_eq!(into("n@1:A-10"), [""; 0]);
    });
    // Where a mapping speaks of it, that says what became of it.
    let mapped = text.replace("1 equal 1", "1 equal 1\nA-2 subset 1");
    with_diff(&mapped, "1", "2", |c, diff| {
        assert_eq!(lines(c, diff)[1], "n@1:A-2 merged");
        assert!(diff.items[1].withdrawn.is_some());
    });
}

fn turned(change: Change) -> Vec<Change> {
    match change {
        Change::Merged => vec![Change::Split],
        Change::Split => vec![Change::Merged],
        Change::New => vec![Change::Withdrawn, Change::NotSaid],
        Change::Withdrawn => vec![Change::New],
        Change::NotSaid => vec![Change::NotSaid, Change::New],
        same => vec![same],
    }
}

fn items(diff: &EditionDiff) -> BTreeMap<(Side, RequirementId), Change> {
    diff.items.iter().map(|i| ((i.side, i.id), i.change)).collect()
}

/// Items in two sections and beside them, and up to eight lines between them.
fn packs() -> impl Strategy<Value = String> {
    const IDS: [&str; 6] = ["a/", "a.1", "a.2", "b/", "b.1", "c"];
    let id = || proptest::sample::select(IDS.map(|i| i.trim_end_matches('/')).to_vec());
    let relation =
        || proptest::sample::select(vec!["equal", "subset", "superset", "intersects", "unrelated"]);
    let pair = (id(), relation(), id()).prop_map(|(a, r, b)| format!("{a} {r} {b}"));
    let joint = (id(), id(), relation(), id()).prop_map(|(a, b, r, c)| match a == b {
        true => format!("{a} {r} {c}"),
        false => format!("jointly {{ {a} {b} }} {r} {c}"),
    });
    let mark = proptest::sample::select(vec!["printed", "inferred", "unverified"]);
    let line =
        (prop_oneof![3 => pair, 1 => joint], mark).prop_map(|(line, mark)| format!("{line} mark {mark}"));
    proptest::collection::vec(line, 0..8).prop_map(|lines| pack(&IDS, &IDS, &lines.join("\n")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_edition_and_itself_are_all_kept(text in packs()) {
        with_diff(&text, "2", "2", |_, diff| {
            assert!(diff.items.iter().all(|i| i.change == Change::Kept), "{text}");
            assert_eq!(diff.links.len(), 6);
        });
    }

    #[test]
    fn the_other_direction_is_the_mirror_image(text in packs()) {
        let there = with_diff(&text, "1", "2", |_, d| d.clone());
        let back = with_diff(&text, "2", "1", |_, d| d.clone());
        let other = |side| if side == Side::Old { Side::New } else { Side::Old };
        let (one, two) = (items(&there), items(&back));
        assert_eq!(one.len(), two.len());
        for ((side, id), change) in &one {
            let turned = turned(*change);
            assert!(turned.contains(&two[&(other(*side), *id)]), "{text}\n{id:?} {change:?} {two:?}");
        }
        let mut links: Vec<_> = there.links.iter().map(|l| (l.new.clone(), l.old.clone(), l.possible.converse())).collect();
        links.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        let own: Vec<_> = back.links.iter().map(|l| (l.old.clone(), l.new.clone(), l.possible)).collect();
        assert_eq!(links, own, "{text}");
    }

    /// Only a mark or a claim of having nothing in common says that something is gone.
    #[test]
    fn nothing_is_withdrawn_for_want_of_a_mapping(text in packs()) {
        with_diff(&text, "1", "2", |c, diff| {
            for item in diff.items.iter().filter(|i| i.change == Change::Withdrawn) {
                assert_eq!(item.basis, Some(Basis::Unrelated), "{text}");
                assert!(text.contains("unrelated"), "{text}\n{:?}", lines(c, diff));
            }
            for item in &diff.items {
                let alone = matches!(item.change, Change::New | Change::Withdrawn | Change::NotSaid);
                assert_eq!(alone, item.links.is_empty(), "{text}");
                assert_eq!(alone, item.basis.is_some(), "{text}");
            }
        });
    }
}
