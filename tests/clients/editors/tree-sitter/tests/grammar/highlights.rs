//! What the words are coloured as.

use std::collections::BTreeMap;
use std::fs;

use kijun_tree_sitter::{grammar, root};
use tree_sitter::{Query, QueryCursor, StreamingIterator};

use crate::{language, parse};

/// Every piece of text that the query for colours takes, with what it takes it as; one node, one colour.
fn colours(text: &str) -> Vec<(String, String)> {
    let query = fs::read_to_string(grammar().join("queries/highlights.scm")).unwrap();
    let query = Query::new(language(), &query).unwrap();
    let tree = parse(text);
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), text.as_bytes());
    let mut by_node = BTreeMap::new();
    while let Some(found) = matches.next() {
        for capture in found.captures() {
            let name = query.capture_names()[capture.index as usize];
            let node = capture.node;
            let old = by_node.insert((node.start_byte(), node.end_byte(), node.id()), name);
            assert!(old.is_none_or(|old| old == name), "{:?}: {old:?} and {name}", &text[node.byte_range()]);
        }
    }
    by_node
        .into_iter()
        .map(|((start, end, _), name)| (text[start..end].to_owned(), name.to_owned()))
        .collect()
}

#[track_caller]
fn check(text: &str, word: &str, expected: &str) {
    let found = colours(text);
    assert!(
        found.contains(&(word.to_owned(), expected.to_owned())),
        "{word} as {expected} is not in {found:?}"
    );
}

#[test]
fn words_by_their_place() {
    let owner = "entity owner { owner: owner }";
    check(owner, "entity", "keyword");
    check(owner, "owner", "type");
    check(owner, "owner", "property");
    assert!(!colours(owner).contains(&("owner".to_owned(), "keyword.modifier".to_owned())));
    check("risk a \"甲\" { owner 管理者 }", "owner", "keyword.modifier");
    check("requirement mhlw@4.2:8.1.2.C.オ \"題名\"", "mhlw@4.2:8.1.2.C.オ", "string.special.symbol");
    check("define f(c: contract): bool = not c.signed", "not", "keyword.operator");
    check("define f(c: contract): bool = not c.signed", "signed", "property");
    check("define f(c: contract): bool = not c.signed", "c", "variable.parameter");
    check("enum 度合い { × ◎ }", "◎", "constant");
    check("/// 説明\nenum a { b }", "/// 説明", "comment.documentation");
}

#[test]
fn an_expression_in_a_message() {
    let text = "check a for b:1 { require c ja \"「{c.name + 1}」は\\n短い\" }";
    check(text, "name", "property");
    check(text, "\\n", "string.escape");
    check(text, "1", "number");
    assert!(
        !colours("section a:1 \"{x.y}\"").contains(&("y".to_owned(), "property".to_owned())),
        "a title is text"
    );
}

#[test]
fn every_file_of_the_corpus_gives_each_node_one_colour() {
    for name in ["checks", "everything", "facts-schema", "norms"] {
        let text = fs::read_to_string(root().join(format!("grammar/corpus/ok/{name}.kijun"))).unwrap();
        assert!(colours(&text).len() > 50, "{name}");
    }
}
