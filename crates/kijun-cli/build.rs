//! Lists the files of the rule packs, so that `kijun new` can hand them out.

#![allow(clippy::disallowed_methods, reason = "a build script reads what it embeds")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulepacks");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("pub(crate) const FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let relative = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        println!("cargo::rerun-if-changed={}", file.display());
        // As text, not as `include_str!`: where the sources lie is no part of the program.
        let _ = writeln!(code, "    ({relative:?}, {:?}),", std::fs::read_to_string(&file)?);
    }
    code.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::write(out.join("packs.rs"), code)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "kijun" || e == "toml" || e == "md") {
            files.push(path);
        }
    }
    Ok(())
}
