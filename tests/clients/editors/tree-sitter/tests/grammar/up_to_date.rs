//! What is committed is what the grammar gives.

use std::fs;
use std::path::PathBuf;

use kijun_tree_sitter::{generate, grammar};

use crate::files;

#[test]
fn the_committed_parser_is_what_the_grammar_gives() {
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("generated");
    generate(&out).unwrap();
    let committed = grammar().join("src");
    let mut seen = 0;
    for extension in ["c", "h", "json"] {
        for path in files(&out, extension) {
            let name = path.strip_prefix(&out).unwrap();
            let old = fs::read(committed.join(name)).unwrap_or_default();
            assert!(
                fs::read(&path).unwrap() == old,
                "src/{} is out of date: cargo run --manifest-path tests/clients/editors/tree-sitter/Cargo.toml",
                name.display()
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 6, "parser.c, grammar.json, node-types.json and three headers");
}
