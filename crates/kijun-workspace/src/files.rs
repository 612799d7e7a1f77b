//! Files and folders, in one order on every system.

use std::path::{Component, Path, PathBuf};

use kijun_facts::Decoded;
use kijun_text::{FileId, Label, Sources};
use sha2::{Digest, Sha256};

use crate::archive::Files;

/// A file or folder that cannot be read.
#[derive(Debug, Clone)]
pub struct LoadError {
    pub path: PathBuf,
    pub message: Label,
    pub help: Label,
}

impl LoadError {
    pub(crate) fn io(path: &Path, error: &std::io::Error) -> LoadError {
        let shown = path.display();
        LoadError {
            path: path.to_owned(),
            message: Label::new(
                format!("`{shown}` を読めません: {error}"),
                format!("cannot read `{shown}`: {error}"),
            ),
            help: Label::default(),
        }
    }
}

/// Texts that go before what is on disk: those that an editor holds.
pub type Overlay<'o> = &'o dyn Fn(&Path) -> Option<String>;

/// What has been read, and where from.
pub(crate) struct Reading<'o> {
    pub(crate) sources: Sources,
    /// In the order of the files of `sources`.
    pub(crate) paths: Vec<PathBuf>,
    overlay: Overlay<'o>,
    /// Folders that are on no disk: those of archives and revisions.
    mounted: Vec<(PathBuf, Files)>,
}

impl<'o> Reading<'o> {
    pub(crate) fn new(overlay: Overlay<'o>) -> Reading<'o> {
        Reading { sources: Sources::default(), paths: Vec::new(), overlay, mounted: Vec::new() }
    }

    pub(crate) fn mount(&mut self, folder: PathBuf, files: Files) {
        self.mounted.push((folder, files));
    }

    /// The files of the mounted folder that holds a path, and its name there.
    fn within(&self, path: &Path) -> Option<(&Path, &Files, String)> {
        let mut holding = self.mounted.iter().filter_map(|(folder, files)| {
            let name = path.strip_prefix(folder).ok()?;
            let parts: Vec<&str> = name.components().filter_map(|c| c.as_os_str().to_str()).collect();
            Some((folder.as_path(), files, parts.join("/")))
        });
        holding.next()
    }

    pub(crate) fn has(&self, path: &Path) -> bool {
        match self.within(path) {
            Some((_, files, name)) => files.contains_key(&name),
            None => path.is_file(),
        }
    }

    pub(crate) fn text(&self, path: &Path) -> Result<String, LoadError> {
        match self.within(path) {
            Some((_, files, name)) => decoded(path, files.get(&name).map_or(&[], Vec::as_slice)),
            None => (self.overlay)(path).map_or_else(|| decoded(path, &read(path)?), Ok),
        }
    }

    /// Reads a file and keeps it.
    pub(crate) fn add(&mut self, root: &Path, path: &Path) -> Result<(FileId, String), LoadError> {
        let text = self.text(path)?;
        self.paths.push(path.to_owned());
        Ok((self.sources.add(shown(root, path), text.clone()), text))
    }

    /// Modules below a folder, without the folders named in `skip`, hidden ones, and packs of their own.
    pub(crate) fn modules_in(&self, folder: &Path, skip: &[&str]) -> Result<Vec<PathBuf>, LoadError> {
        let Some((mounted, files, _)) = self.within(folder) else { return modules_in(folder, skip) };
        let is_pack = |inner: &Path| inner != folder && self.has(&inner.join("kijun.toml"));
        let belongs = |path: &PathBuf| {
            let Ok(below) = path.strip_prefix(folder) else { return false };
            let mut parts = below.components().filter_map(|c| c.as_os_str().to_str());
            parts.all(|part| !part.starts_with('.') && !skip.contains(&part))
                && below.extension().is_some_and(|e| e == "kijun")
                && !path.ancestors().skip(1).take_while(|a| a.starts_with(folder)).any(is_pack)
        };
        let mut found: Vec<PathBuf> = files.keys().map(|name| mounted.join(name)).filter(belongs).collect();
        found.sort();
        Ok(found)
    }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(path).map_err(|e| LoadError::io(path, &e))
}

pub(crate) fn read_facts(path: &Path) -> Result<Decoded, LoadError> {
    let read = || {
        let file = std::fs::File::open(path)?;
        let size = file.metadata().map_or(0, |of| of.len());
        Decoded::read(file, usize::try_from(size).unwrap_or(0))
    };
    read().map_err(|e| LoadError::io(path, &e))
}

fn decoded(path: &Path, bytes: &[u8]) -> Result<String, LoadError> {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    String::from_utf8(text.to_vec()).map_err(|_| LoadError {
        path: path.to_owned(),
        message: Label::new(
            format!("`{}` は UTF-8 ではありません", path.display()),
            format!("`{}` is not UTF-8", path.display()),
        ),
        help: Label::new("UTF-8 で保存し直してください", "save it as UTF-8"),
    })
}

/// Entries of a folder by name; none when there is no such folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| LoadError::io(folder, &e))? {
        out.push(entry.map_err(|e| LoadError::io(folder, &e))?.path());
    }
    out.sort();
    Ok(out)
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).unwrap_or("")
}

/// Fact files below a folder: all but hidden files, Markdown, and what Excel puts beside a workbook that is open (`~$…`). A type that cannot be read is reported
/// by the reader, not passed over.
pub(crate) fn facts_in(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let mut out = Vec::new();
    for path in entries(folder)? {
        if name(&path).starts_with('.') || name(&path).starts_with("~$") {
            continue;
        }
        if path.is_dir() {
            out.extend(facts_in(&path)?);
        } else if path.extension().is_none_or(|e| e != "md") {
            out.push(path);
        }
    }
    Ok(out)
}

/// The same on disk.
fn modules_in(folder: &Path, skip: &[&str]) -> Result<Vec<PathBuf>, LoadError> {
    let mut out = Vec::new();
    for path in entries(folder)? {
        if name(&path).starts_with('.') || skip.contains(&name(&path)) {
            continue;
        }
        if path.is_dir() {
            if !path.join("kijun.toml").exists() {
                out.extend(modules_in(&path, skip)?);
            }
        } else if path.extension().is_some_and(|e| e == "kijun") {
            out.push(path);
        }
    }
    Ok(out)
}

/// How a path is shown: relative to the root; what lies outside it without the way up.
pub fn shown(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let mut parts: Vec<&str> = Vec::new();
    for component in relative.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str().unwrap_or("?")),
            Component::ParentDir => {
                parts.pop();
            }
            _ => {}
        }
    }
    parts.join("/")
}

/// SHA-256 of parts, each preceded by its length, in lower-case hexadecimal; one part alone is hashed as it is.
pub fn digest<'b>(parts: impl IntoIterator<Item = &'b [u8]>) -> String {
    let parts: Vec<&[u8]> = parts.into_iter().collect();
    let mut hash = Sha256::new();
    for part in &parts {
        if parts.len() > 1 {
            hash.update((part.len() as u64).to_be_bytes());
        }
        hash.update(part);
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}
