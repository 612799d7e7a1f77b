//! The files that the tests read, and how trees are compared.

use std::fs;
use std::path::{Path, PathBuf};

use kijun_syntax::{Kind, Node};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every `*.kijun` file below a folder of the repository, sorted.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "kijun") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// Everything that must parse: the corpus, the packs and the prelude.
pub(crate) fn good() -> Vec<(PathBuf, String)> {
    let mut paths = files("grammar/corpus/ok");
    paths.extend(files("rulepacks"));
    paths.push(root().join("crates/kijun-model/src/prelude.kijun"));
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The tree without white space and places: two texts with the same outline mean the same.
pub(crate) fn outline(node: &Node, text: &str) -> String {
    let mut out = String::new();
    write_outline(node, text, &mut out);
    out
}

fn write_outline(node: &Node, text: &str, out: &mut String) {
    if node.kind == Kind::Space {
        return;
    }
    out.push_str(&format!("({:?}", node.kind));
    if node.is_token() && node.kind != Kind::File {
        let own = node.text(text);
        let own = if node.kind == Kind::Comment { own.trim_end() } else { own };
        out.push_str(&format!(" {own:?}"));
    }
    for child in &node.children {
        write_outline(child, text, out);
    }
    out.push(')');
}

/// Kind and text of every token that is not white space.
pub(crate) fn tokens(tree: &Node, text: &str) -> Vec<(Kind, String)> {
    let shown =
        |n: &Node| if n.kind == Kind::Comment { n.text(text).trim_end() } else { n.text(text) }.to_owned();
    let significant = |n: &&Node| n.kind != Kind::Space && n.start < n.end;
    tree.tokens().into_iter().filter(significant).map(|n| (n.kind, shown(n))).collect()
}
