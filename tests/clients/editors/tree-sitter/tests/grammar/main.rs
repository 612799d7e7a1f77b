//! The grammar for tree-sitter on the files of the pest grammar.

#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod corpus;
mod highlights;
mod queries;
mod up_to_date;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use kijun_tree_sitter::{grammar, root};
use tree_sitter::{Language, Parser, Tree};
use tree_sitter_loader::{CompileConfig, Loader};

/// The committed parser, compiled.
fn language() -> &'static Language {
    static LANGUAGE: OnceLock<Language> = OnceLock::new();
    LANGUAGE.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let loader = Loader::with_parser_lib_path(folder);
        let source = grammar().join("src");
        loader.load_language_at_path(CompileConfig::new(&source, None, None)).unwrap()
    })
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(language()).unwrap();
    parser.parse(text, None).unwrap()
}

/// Every file below a folder whose name ends so, sorted.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// Everything that the pest grammar reads without an error.
fn good() -> Vec<PathBuf> {
    let folders = ["grammar/corpus/ok", "rulepacks", "examples"];
    let mut out: Vec<_> = folders.iter().flat_map(|folder| files(&root().join(folder), "kijun")).collect();
    out.push(root().join("crates/kijun-model/src/prelude.kijun"));
    out
}
