//! What must parse: the corpus (which has every rule of the grammar in it), the packs, the prelude.

use std::collections::BTreeSet;
use std::fs;

use kijun_syntax::{format, parse};

use crate::corpus::{files, good, outline, root, tokens};

#[test]
fn good_files_parse_and_keep_every_byte() {
    for (path, text) in good() {
        let parsed = parse(&text);
        assert_eq!(parsed.errors, [], "{}", path.display());
        let leaves: String = parsed.tree.tokens().iter().map(|n| n.text(&text)).collect();
        assert_eq!(leaves, text, "{}", path.display());
    }
}

#[test]
fn formatting_keeps_the_tree_and_is_idempotent() {
    for (path, text) in good() {
        let once = format(&text).unwrap();
        assert_eq!(format(&once).unwrap(), once, "{}", path.display());
        let (before, after) = (parse(&text).tree, parse(&once).tree);
        assert_eq!(tokens(&before, &text), tokens(&after, &once), "{}", path.display());
        assert_eq!(outline(&before, &text), outline(&after, &once), "{}", path.display());
        for line in once.lines() {
            assert_eq!(line.trim_end(), line, "{}", path.display());
        }
    }
}

/// The rules of the grammar that make nodes, by name.
fn rules() -> BTreeSet<String> {
    let grammar = fs::read_to_string(root().join("grammar/kijun.pest")).unwrap();
    let rule = |line: &str| {
        let (name, body) = line.split_once('=')?;
        let silent = body.trim_start().starts_with('_');
        // Signs are plain punctuation in the tree.
        let is_name = !name.starts_with([' ', '/']) && !name.starts_with("sign_") && !silent;
        is_name.then(|| name.trim().to_owned())
    };
    grammar.lines().filter_map(rule).collect()
}

#[test]
fn every_rule_of_the_grammar_occurs_in_the_corpus() {
    // Only inside tokens, only looked ahead for, or only for what is broken.
    let no_node = [
        "bad_clause",
        "bad_item",
        "balanced",
        "block_word",
        "decl_word",
        "line_comment",
        "reserved",
        "rule_start",
        "word",
    ];
    assert!(rules().len() > 200);
    let mut seen = BTreeSet::new();
    for path in files("grammar/corpus/ok") {
        let text = fs::read_to_string(path).unwrap();
        parse(&text).tree.walk(&mut |node| {
            seen.insert(format!("{:?}", node.kind));
        });
    }
    let kind_of = |rule: &str| -> String {
        rule.split('_').map(|part| part[..1].to_uppercase() + &part[1..]).collect()
    };
    let missing: Vec<String> = rules()
        .into_iter()
        .filter(|rule| !no_node.contains(&rule.as_str()) && !seen.contains(&kind_of(rule)))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}
