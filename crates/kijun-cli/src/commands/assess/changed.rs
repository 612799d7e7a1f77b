//! `--changed`: which files of facts and rules an assessment is about.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use kijun_syntax::Kind;
use kijun_text::{FileId, Label};
use kijun_workspace::Workspace;

use super::super::places::Places;
use super::super::{Status, refuse};
use crate::terminal::Terminal;

/// What counts.
pub(super) enum Changed {
    /// Findings that rest on one of these.
    Files(BTreeSet<FileId>),
    /// All, and why: anything may rest on a file that changed.
    All(Label),
}

/// Declarations whose findings name them; whatever else a module declares, rules of other modules may read.
const OWN: [Kind; 8] = [
    Kind::Check,
    Kind::Attest,
    Kind::Satisfy,
    Kind::Test,
    Kind::Mapping,
    Kind::Risk,
    Kind::Section,
    Kind::Requirement,
];

impl Changed {
    /// Reads the list; `-` alone is standard input.
    pub(super) fn read(
        list: &[String],
        workspace: &Workspace,
        places: &Places,
        terminal: &Terminal,
    ) -> Result<Changed, Status> {
        let names = if list == ["-"] { from_input(terminal)? } else { list.to_vec() };
        let mut known: BTreeMap<PathBuf, Vec<FileId>> = BTreeMap::new();
        for (file, _) in workspace.sources.iter() {
            if let Some(path) = workspace.path_of(file) {
                known.entry(places.whole(path)).or_default().push(file);
            }
        }
        let mut files = BTreeSet::new();
        for name in names {
            let whole = places.whole(Path::new(&name));
            match known.get(&whole) {
                Some(of) if of.iter().all(|file| is_own(workspace, *file)) => files.extend(of),
                Some(_) => {
                    return Ok(Changed::All(Label::new(
                        format!("`{name}` を変えるとどの判定も変わりうるので、すべて示します"),
                        format!("anything may rest on `{name}`, so everything counts"),
                    )));
                }
                None if known.keys().any(|path| is_in_archive(path, &whole)) => {
                    return Ok(Changed::All(Label::new(
                        format!("`{name}` のパックを変えるとどの判定も変わりうるので、すべて示します"),
                        format!("anything may rest on the pack in `{name}`, so everything counts"),
                    )));
                }
                None if !whole.exists() && is_input(&whole) => {
                    return Ok(Changed::All(Label::new(
                        format!("`{name}` は今はなく、何がそれによっていたか分からないので、すべて示します"),
                        format!("`{name}` is gone, and what rested on it is not known: everything counts"),
                    )));
                }
                // Not read by the assessment.
                None => {}
            }
        }
        Ok(Changed::Files(files))
    }
}

/// Whether only findings that name this file rest on it.
fn is_own(workspace: &Workspace, file: FileId) -> bool {
    if let Some(parse) = workspace.trees.get(file) {
        return parse.tree.parts().all(|node| OWN.contains(&node.kind));
    }
    let is_fact = workspace.sources.path(file);
    let is_fact = workspace.fact_files.iter().any(|f| f.path == is_fact);
    is_fact && !says_more_than_records(workspace, file)
}

/// A statement that is taken back leaves no trace: that a register is complete, a waiver, an attestation.
fn says_more_than_records(workspace: &Workspace, file: FileId) -> bool {
    let path = workspace.sources.path(file);
    let stem = Path::new(path).file_stem().and_then(|s| s.to_str()).unwrap_or("");
    let store = &workspace.store;
    let builtins = workspace.compiled.program.builtins;
    let holds = |kind| {
        store
            .kind(kind)
            .is_some_and(|t| (0..t.len()).any(|row| workspace.sources.path(t.place(row).file) == path))
    };
    let registers = store.kinds.iter().filter_map(|t| t.register_origin);
    ["_complete", "waiver", "attestation"].contains(&stem)
        || registers.into_iter().any(|span| workspace.sources.path(span.file) == path)
        || holds(builtins.waiver)
        || holds(builtins.attestation)
}

/// Whether a file was read from this archive.
fn is_in_archive(file: &Path, archive: &Path) -> bool {
    let mut folder = archive.as_os_str().to_owned();
    folder.push("!");
    file.starts_with(folder)
}

fn is_input(path: &Path) -> bool {
    let named = path.file_name().is_some_and(|n| n == "kijun.toml" || n == kijun_workspace::LOCK);
    let is_module = path.extension().is_some_and(|e| e == "kijun" || e == "kpack");
    let is_fact = path.parent().is_some_and(|p| p.components().any(|c| c.as_os_str() == "facts"));
    named || is_module || is_fact
}

/// A name a line, or with a NUL after each (`git diff --name-only -z`).
fn from_input(terminal: &Terminal) -> Result<Vec<String>, Status> {
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut bytes) {
        let message = Label::new(
            format!("標準入力を読めません: {}", kijun_text::in_japanese(&error)),
            format!("cannot read standard input: {error}"),
        );
        return Err(refuse(terminal, &message, &Label::default()));
    }
    Ok(names(&bytes))
}

fn names(bytes: &[u8]) -> Vec<String> {
    let ends = |b: &u8| if bytes.contains(&0) { *b == 0 } else { *b == b'\n' };
    let name = |part: &[u8]| {
        let part = part.strip_suffix(b"\r").unwrap_or(part);
        String::from_utf8_lossy(&unquoted(part)).into_owned()
    };
    bytes.split(ends).map(name).filter(|n| !n.is_empty()).collect()
}

/// What git puts in quotes, unless `core.quotePath` is off: bytes beyond ASCII in octal, and what C escapes.
fn unquoted(name: &[u8]) -> Vec<u8> {
    let Some(inner) = name.strip_prefix(b"\"").and_then(|n| n.strip_suffix(b"\"")) else {
        return name.to_vec();
    };
    let mut out = Vec::new();
    let mut rest = inner.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(escape) = rest.next() else { break };
        out.push(match escape {
            b'0'..=b'7' => {
                let mut value = u32::from(escape - b'0');
                for _ in 0..2 {
                    let digit = rest.next_if(|b| (b'0'..=b'7').contains(b));
                    value = digit.map_or(value, |d| value * 8 + u32::from(d - b'0'));
                }
                (value & 0xff) as u8
            }
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            other => other,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_git_lists_them() {
        assert_eq!(names(b"facts/a.csv\r\nb\n\n"), ["facts/a.csv", "b"]);
        assert_eq!(names("facts/契約\n1.csv\0b\0".as_bytes()), ["facts/契約\n1.csv", "b"]);
        assert_eq!(names(br#""facts/\345\245\221\347\264\204 \"1\".csv""#), ["facts/契約 \"1\".csv"]);
    }
}
