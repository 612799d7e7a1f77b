//! Writes the parser anew: `cargo run --manifest-path tests/clients/editors/tree-sitter/Cargo.toml`.

use kijun_tree_sitter::{generate, grammar};

fn main() -> std::process::ExitCode {
    match generate(&grammar().join("src")) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}
