//! Broken input: every error is reported with its place and what to do, and nothing is assessed.

use crate::run::{Folder, MANIFEST, PACK, kijun};

#[test]
fn three_broken_declarations_are_three_errors_and_nothing_is_assessed() {
    let pack = format!(
        "{PACK}\nentity x \"あ\" {{\n  a int\n}}\n\nenum ok \"い\" {{ b }}\n\ncheck y for n:1 {{\n  require 1 = 2\n}}\n\nrequirment n:2 \"う\"\n"
    );
    let folder = Folder::new("three", &[("kijun.toml", MANIFEST), ("norm.kijun", &pack)]);
    let out = kijun(&["assess", folder.path()]);
    assert_eq!(out.status, 2);
    assert_eq!(out.stdout, "", "nothing is assessed");
    assert_eq!(out.stderr.matches("norm.kijun:").count(), 3, "{}", out.stderr);
    assert!(out.stderr.contains("did you mean `requirement`?"), "{}", out.stderr);
    assert!(out.stderr.contains("write `==`"), "{}", out.stderr);
    assert!(out.stderr.contains("3 error(s)"), "{}", out.stderr);
}

#[test]
fn broken_facts_are_all_reported_with_places_and_suggestions() {
    let facts = "[[vendor]]\nid = \"a-sha\"\nname = \"A社\"\n\n[[contract]]\nid = \"c\"\nvendor = \"a-sya\"\nencripted = true\nclauses = 3\nsigned = \"2026-02-30\"\n";
    let folder =
        Folder::new("facts", &[("kijun.toml", MANIFEST), ("norm.kijun", PACK), ("facts/facts.toml", facts)]);
    let out = kijun(&["assess", folder.path()]);
    assert_eq!(out.status, 2, "{}", out.stdout);
    for (place, said) in [
        ("facts/facts.toml:8:1", "`encrypted`"),
        ("facts/facts.toml:7:10", "`a-sha`"),
        ("facts/facts.toml:9:11", "clause"),
        ("facts/facts.toml:10:10", "2026-02-28"),
    ] {
        assert!(out.stderr.contains(place), "{place} is missing in:\n{}", out.stderr);
        assert!(out.stderr.contains(said), "{said} is missing in:\n{}", out.stderr);
    }
    assert!(out.stderr.contains("4 error(s)"), "{}", out.stderr);
}

#[test]
fn a_program_that_cannot_be_stratified_shows_its_cycle() {
    let pack = "entity v \"あ\" { s: set of v }\nrelation p(v)\nrelation q(v)\np(x) if x in v and not q(x)\nq(x) if x in v and p(x)\n";
    let folder = Folder::new("cycle", &[("kijun.toml", MANIFEST), ("p.kijun", pack)]);
    let out = kijun(&["check", folder.path()]);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("p → q → p"), "{}", out.stderr);
}

#[test]
fn a_missing_workspace_says_what_to_do() {
    let folder = Folder::new("none", &[("x", "")]);
    let out = kijun(&["assess", folder.path()]);
    assert_eq!(out.status, 2);
    assert!(out.stderr.contains("kijun new"), "{}", out.stderr);
    assert_eq!(kijun(&["assess", "no/such/folder"]).status, 2);
    assert_eq!(kijun(&["assess", "examples/city-hospital", "--as-of", "2026-02-30"]).status, 2);
    assert_eq!(kijun(&["assess", "examples/city-hospital", "--profile", "nobody"]).status, 2);
    assert_eq!(kijun(&["frobnicate"]).status, 2);
}
