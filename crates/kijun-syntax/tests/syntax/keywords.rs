//! `grammar/tokens.toml` names every keyword of the grammar, and nothing else.

use std::collections::BTreeSet;
use std::fs;

use crate::corpus::root;

/// The scopes that the editor support knows.
const SCOPES: [&str; 7] = ["declaration", "clause", "message", "operator", "modifier", "type", "constant"];

#[test]
fn tokens_toml_names_every_keyword_and_nothing_else() {
    let grammar = fs::read_to_string(root().join("grammar/kijun.pest")).unwrap();
    let keyword = |line: &str| line.starts_with("kw_").then(|| line.split('"').nth(1).unwrap().to_owned());
    let keywords: BTreeSet<String> = grammar.lines().filter_map(keyword).collect();

    let file = fs::read_to_string(root().join("grammar/tokens.toml")).unwrap();
    let table: toml::Table = file.parse().unwrap();
    let section = |name: &str| table[name].as_table().unwrap();
    assert_eq!(section("keywords").keys().cloned().collect::<BTreeSet<_>>(), keywords);
    for (word, scope) in section("keywords").iter().chain(section("words")) {
        assert!(SCOPES.contains(&scope.as_str().unwrap()), "{word}");
    }

    // Words that are not `kw_` rules: each stands in the grammar as a literal of a rule of its own.
    for word in section("words").keys() {
        assert!(grammar.contains(&format!("\"{word}\"")) && !keywords.contains(word), "{word}");
    }
}
