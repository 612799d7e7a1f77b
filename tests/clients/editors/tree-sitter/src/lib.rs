//! Generates the parser of `editors/tree-sitter-kijun`.

use std::path::{Path, PathBuf};

use tree_sitter_generate::{GenerateError, OptLevel, generate_parser_in_directory};

/// What Neovim 0.10, Emacs 29 and Helix 25 read; later ones read it too.
const ABI: usize = 14;

/// The folder of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../..")
}

/// The folder of the grammar.
#[must_use]
pub fn grammar() -> PathBuf {
    root().join("editors/tree-sitter-kijun")
}

/// Writes `parser.c`, `grammar.json`, `node-types.json` and the headers into `out`.
///
/// # Errors
///
/// The grammar cannot be read, or is ambiguous.
pub fn generate(out: &Path) -> Result<(), GenerateError> {
    let mut diagnostics = Vec::new();
    let folder = grammar();
    let file = folder.join("grammar.js");
    generate_parser_in_directory(
        folder,
        Some(out),
        Some(file),
        ABI,
        None,
        Some("native"),
        true,
        OptLevel::default(),
        &mut diagnostics,
    )
}
