//! One pack: its manifest, its modules, its digest.

use std::path::{Path, PathBuf};

use kijun_model::{Accepted, Checklist, Manifest, Spanned, parse_checklist, parse_manifest};
use kijun_text::{Diagnostic, FileId, Label, Span};

use crate::Options;
use crate::files::{LoadError, Reading, digest, shown};
use crate::location::Location;

/// A pack that was read.
#[derive(Debug, Clone)]
pub struct LoadedPack {
    pub name: String,
    pub version: String,
    pub title: Label,
    /// Its folder; of a pack in an archive or at a revision, a name for it that is on no disk.
    pub root: PathBuf,
    pub location: Location,
    /// Over the manifest, the modules (without tests) by path, and the checklist.
    pub sha256: String,
    pub modules: Vec<FileId>,
    /// What its `checklist.toml` says, where it has one.
    pub checklist: Option<(FileId, Result<Checklist, Box<Diagnostic>>)>,
    /// What its manifest accepts of what is found in it.
    pub accepted: Vec<Accepted>,
}

/// Whether a pack's tests are read: only where it is the pack at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tests {
    Include,
    Skip,
}

impl Tests {
    /// Of packs that are not at hand.
    pub(crate) fn of(options: &Options) -> Tests {
        if options.tests { Tests::Include } else { Tests::Skip }
    }
}

pub(crate) type Read = (FileId, Result<Manifest, Box<Diagnostic>>);

pub(crate) fn read_manifest(root: &Path, folder: &Path, files: &mut Reading<'_>) -> Result<Read, LoadError> {
    let path = folder.join("kijun.toml");
    if !files.has(&path) {
        let shown = folder.display();
        return Err(LoadError {
            path: path.clone(),
            message: Label::new(
                format!("`{shown}` に kijun.toml がありません"),
                format!("there is no kijun.toml in `{shown}`"),
            ),
            help: Label::new(
                "作業場所のフォルダを指定するか、`kijun new フォルダ` で作ってください",
                "name the folder of a workspace, or make one with `kijun new FOLDER`",
            ),
        });
    }
    let (file, text) = files.add(root, &path)?;
    Ok((file, parse_manifest(file, &text)))
}

pub(crate) fn own_modules(
    root: &Path,
    folder: &Path,
    tests: Tests,
    files: &mut Reading<'_>,
) -> Result<Vec<FileId>, LoadError> {
    let skip: &[&str] = match tests {
        Tests::Include => &["facts", "flip", "expected", "target"],
        Tests::Skip => &["facts", "flip", "expected", "target", "tests"],
    };
    let mut out = Vec::new();
    for path in files.modules_in(folder, skip)? {
        out.push(files.add(root, &path)?.0);
    }
    Ok(out)
}

/// The folders directly in a folder that hold a manifest.
pub(crate) fn pack_folders(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().filter_map(Result::ok).map(|e| e.path());
    let mut found: Vec<PathBuf> = entries.filter(|p| p.join("kijun.toml").is_file()).collect();
    found.sort();
    found
}

/// The pack of a manifest that was read; its files are there, whether on a disk or not.
pub(crate) fn read_pack(
    root: &Path,
    location: Location,
    (file, manifest, pack): (FileId, &Manifest, &kijun_model::Pack),
    tests: Tests,
    files: &mut Reading<'_>,
) -> Result<LoadedPack, LoadError> {
    let folder = location.folder(root);
    let folder = folder.as_path();
    let modules = own_modules(root, folder, tests, files)?;
    let text = files.text(&folder.join("kijun.toml"))?;
    let mut own: Vec<(String, String)> = Vec::new();
    for path in files.modules_in(folder, &["facts", "flip", "expected", "target", "tests"])? {
        own.push((shown(folder, &path), files.text(&path)?));
    }
    let path = folder.join("checklist.toml");
    let mut checklist = None;
    if files.has(&path) {
        let (file, text) = files.add(root, &path)?;
        checklist = Some((file, parse_checklist(file, &text)));
        own.push((shown(folder, &path), text));
    }
    Ok(LoadedPack {
        name: pack.name.clone(),
        version: pack.version.clone(),
        title: pack.title.clone().into(),
        root: folder.to_owned(),
        location,
        sha256: pack_digest(&text, own.iter().map(|(path, text)| (path.as_str(), text.as_str()))),
        modules,
        checklist,
        accepted: manifest.accepted(file),
    })
}

/// SHA-256 over the manifest of a pack, its modules (without tests) by path, and its checklist, each with its path in the pack.
pub fn pack_digest<'t>(manifest: &'t str, modules: impl IntoIterator<Item = (&'t str, &'t str)>) -> String {
    let modules = modules.into_iter().flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()]);
    digest(std::iter::once(manifest.as_bytes()).chain(modules))
}

/// Where a manifest states a value.
pub(crate) fn place<T>(file: FileId, value: &Spanned<T>) -> Span {
    Span::new(file, value.span().start, value.span().end)
}
