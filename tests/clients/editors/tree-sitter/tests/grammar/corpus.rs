//! Good files parse without an error; where the pest grammar reports one, so does this one.

use std::collections::BTreeSet;
use std::fs;

use kijun_tree_sitter::root;
use tree_sitter::{Node, Tree};

use crate::{files, good, parse};

/// The innermost nodes with an error: `ERROR`, `MISSING`, and a node that lacks a token without a name.
fn broken(tree: &Tree) -> Vec<Node<'_>> {
    let mut out = Vec::new();
    let mut rest = vec![tree.root_node()];
    while let Some(node) = rest.pop() {
        let mut cursor = node.walk();
        let inside: Vec<_> = node.children(&mut cursor).filter(Node::has_error).collect();
        if node.is_error() || node.has_error() && inside.is_empty() {
            out.push(node);
        }
        rest.extend(inside);
    }
    out.sort_by_key(Node::start_byte);
    out
}

/// Lines, from 1, that a broken node touches.
fn broken_lines(tree: &Tree) -> BTreeSet<usize> {
    let lines = |node: &Node<'_>| node.start_position().row + 1..=node.end_position().row + 1;
    broken(tree).iter().flat_map(lines).collect()
}

#[test]
fn good_files_parse() {
    let paths = good();
    assert!(paths.len() > 50, "{} files", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        let tree = parse(&fs::read_to_string(&path).unwrap());
        if let Some(node) = broken(&tree).first() {
            wrong.push(format!("{}:{} {}", path.display(), node.start_position(), node.to_sexp()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `kijun` limits how deep brackets nest, on purpose; a tree for colours need not.
const NESTING: &str = "K0103";

/// The first line after `line` with code on it: there tree-sitter sees that a block did not end before.
fn next_code(text: &str, line: usize) -> Option<usize> {
    (line + 1..).zip(text.lines().skip(line)).find(|(_, code)| !code.trim().is_empty()).map(|(at, _)| at)
}

#[test]
fn bad_files_have_an_error_where_pest_reports_one() {
    let mut wrong = Vec::new();
    for path in files(&root().join("grammar/corpus/err"), "kijun") {
        let text = fs::read_to_string(&path).unwrap();
        let tree = parse(&text);
        let lines = broken_lines(&tree);
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap();
        for error in expected.lines().filter(|line| !line.contains(NESTING)) {
            let line: usize = error.split(':').next().unwrap().parse().unwrap();
            let next = error.contains("is not closed").then(|| next_code(&text, line)).flatten();
            if !lines.contains(&line) && next.is_none_or(|next| !lines.contains(&next)) {
                wrong.push(format!("{}: line {line} not in {lines:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_broken_declaration_leaves_the_others_whole() {
    let path = root().join("grammar/corpus/err/three-broken-declarations.kijun");
    let text = fs::read_to_string(path).unwrap();
    let tree = parse(&text);
    let mut cursor = tree.walk();
    let whole: Vec<_> = tree
        .root_node()
        .children(&mut cursor)
        .filter(|node| node.kind() == "enumeration" && !node.has_error())
        .map(|node| &text[node.child_by_field_name("name").unwrap().byte_range()])
        .collect();
    assert_eq!(whole, ["good_1", "good_2", "good_3", "good_4"]);
}

/// The tree of one declaration.
fn check(text: &str, expected: &str) {
    let tree = parse(text);
    assert!(!tree.root_node().has_error(), "{}", tree.root_node().to_sexp());
    assert_eq!(tree.root_node().child(0).unwrap().to_sexp(), expected);
}

#[test]
fn ids_of_any_script() {
    for id in
        ["mhlw@4.2:8.1.2.C.オ", "nist:AC-2(1)", "mitsf:2-⑦", "8", "PR.AC-1", "A.9.4.2", "十二の3", "2026-04"]
    {
        let text = format!("requirement {id} \"題名\"");
        check(&text, "(requirement id: (requirement_id) (title (string)))");
    }
}

#[test]
fn keywords_are_names_elsewhere() {
    check(
        "entity a { owner: text en: date ask \"?\" of title ask \"聞\": bool }",
        "(entity name: (name) body: (entity_body \
         (attribute name: (name) type: (type (name))) \
         (attribute name: (name) type: (type (name)) (ask (string) (name))) \
         (attribute name: (name) (title (string)) type: (type (name)))))",
    );
}
