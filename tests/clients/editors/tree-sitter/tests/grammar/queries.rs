//! Every query of every editor fits the grammar.

use std::fs;

use kijun_tree_sitter::root;
use tree_sitter::Query;

use crate::{files, language};

#[test]
fn every_query_fits_the_grammar() {
    let paths = files(&root().join("editors"), "scm");
    assert!(paths.len() >= 10, "{} queries", paths.len());
    for path in paths.iter().filter(|path| !path.iter().any(|part| part == "node_modules")) {
        if let Err(error) = Query::new(language(), &fs::read_to_string(path).unwrap()) {
            panic!("{}: {error}", path.display());
        }
    }
}
