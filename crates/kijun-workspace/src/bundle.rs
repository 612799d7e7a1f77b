//! Packs into archives and out of them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use kijun_model::parse_manifest;
use kijun_text::{FileId, Label};

use crate::archive::{self, Files};
use crate::files::{LoadError, Reading, entries};
use crate::location::{Location, unreadable};
use crate::lock::LOCK;
use crate::names;
use crate::packs::{LoadedPack, Tests, read_pack};
use crate::trust::SIGNATURE;

/// A pack as an archive.
#[derive(Debug)]
pub struct Bundle {
    pub name: String,
    pub version: String,
    /// Of the pack: the same wherever it lies.
    pub sha256: String,
    /// Its files by name, with `/`.
    pub files: Vec<String>,
    /// What lies in the folder and is not in the archive: folders end with `/`. Hidden files are not told.
    pub left_out: Vec<String>,
    pub bytes: Vec<u8>,
}

impl Bundle {
    /// `NAME-VERSION`, where that can be the name of a file or folder.
    pub fn stem(&self) -> Option<String> {
        let stem = format!("{}-{}", self.name, self.version);
        (names::problem(&stem).is_none() && !stem.contains('/') && !stem.starts_with('.')).then_some(stem)
    }
}

/// The archive of a pack that was read from a folder, with a signature in the place of any that the folder has.
///
/// # Errors
/// When a file cannot be read, or the folder holds what a pack may not.
pub fn bundle(pack: &LoadedPack, signature: Option<Vec<u8>>) -> Result<Bundle, LoadError> {
    let mut found = Gathered::default();
    found.folder(&pack.root, "")?;
    let Gathered { mut files, left_out } = found;
    files.extend(signature.map(|signature| (SIGNATURE.to_owned(), signature)));
    let (name, version) = (pack.name.clone(), pack.version.clone());
    let not_to_hold = |why: Label| LoadError {
        path: pack.root.clone(),
        message: Label::new(
            format!("パック `{name}` を書庫にできません: {}", why.ja),
            format!("cannot make an archive of the pack `{name}`: {}", why.en),
        ),
        help: Label::new(
            "名前を変えるか、パックのフォルダの外に移してください",
            "rename it, or move it out of the folder of the pack",
        ),
    };
    let bytes = archive::write(&files).map_err(not_to_hold)?;
    let names = files.keys().cloned().collect();
    // Whoever reads the archive must find the pack that was checked.
    let sha256 = unbundled(files).map(|pack| pack.sha256)?;
    if sha256 != pack.sha256 {
        let changed = Label::new(
            "読んでいる間に中身が変わったか、書庫に入れないフォルダにモジュールがあります",
            "it changed while it was read, or a folder that is left out has modules",
        );
        return Err(not_to_hold(changed));
    }
    Ok(Bundle { name, version, sha256, files: names, left_out, bytes })
}

/// The files of a pack in a folder, and what of it is none.
#[derive(Default)]
struct Gathered {
    files: Files,
    left_out: Vec<String>,
}

impl Gathered {
    fn folder(&mut self, folder: &Path, within: &str) -> Result<(), LoadError> {
        for path in entries(folder)? {
            let Some(own) = path.file_name().and_then(|n| n.to_str()) else {
                return Err(refused(&path, ("名前が UTF-8 ではありません", "the name is not UTF-8")));
            };
            if own.starts_with('.') || own.starts_with("~$") {
                continue;
            }
            let name = format!("{within}{own}");
            let kind = fs::symlink_metadata(&path).map_err(|e| LoadError::io(&path, &e))?;
            if kind.is_symlink() {
                return Err(refused(&path, ("リンクです", "it is a link")));
            }
            if kind.is_dir() {
                if is_left_out(&name) || path.join("kijun.toml").exists() {
                    self.left_out.push(format!("{name}/"));
                } else {
                    self.folder(&path, &format!("{name}/"))?;
                }
            } else if !kind.is_file() {
                return Err(refused(&path, ("ファイルではありません", "it is no file")));
            } else if own == LOCK || own.ends_with(".kpack") {
                self.left_out.push(name);
            } else if kind.len() > archive::MAX_FILE as u64 {
                return Err(refused(&path, ("大きすぎます", "it is too large")));
            } else {
                let content = fs::read(&path).map_err(|e| LoadError::io(&path, &e))?;
                self.files.insert(name, content);
            }
        }
        Ok(())
    }
}

/// Facts and kept assessments are a facility's and not the pack's; modules are not read from the folders of facts either.
fn is_left_out(folder: &str) -> bool {
    let own = folder.rsplit('/').next().unwrap_or(folder);
    matches!(own, "facts" | "flip" | "expected" | "target") || folder == "history"
}

fn refused(path: &Path, why: (&str, &str)) -> LoadError {
    let shown = path.display();
    LoadError {
        path: path.to_owned(),
        message: Label::new(
            format!("`{shown}` はパックの書庫に入れられません: {}", why.0),
            format!("`{shown}` cannot be in the archive of a pack: {}", why.1),
        ),
        help: Label::new(
            "ファイルそのものを置くか、パックのフォルダの外に移してください",
            "put the file itself there, or move it out of the folder of the pack",
        ),
    }
}

/// The pack in an archive and its files.
///
/// # Errors
/// When the archive cannot be read, or holds no pack.
pub fn unbundle(file: &Path) -> Result<Bundle, LoadError> {
    let shown = file.display().to_string();
    let opened = archive::open(file).map_err(|e| LoadError::io(file, &e))?;
    let wrong = |(message, help)| LoadError { path: file.to_owned(), message, help };
    let files = opened.map_err(|why| wrong(unreadable(&shown, &why)))?;
    let names: Vec<String> = files.keys().cloned().collect();
    let bytes = archive::write(&files).map_err(|why| wrong(unreadable(&shown, &why)))?;
    let pack = unbundled(files).map_err(|e| wrong(unreadable(&shown, &e.message)))?;
    let LoadedPack { name, version, sha256, .. } = pack;
    Ok(Bundle { name, version, sha256, files: names, left_out: Vec::new(), bytes })
}

/// The pack that some files are.
fn unbundled(files: Files) -> Result<LoadedPack, LoadError> {
    let none = |message: Label| LoadError { path: PathBuf::new(), message, help: Label::default() };
    let manifest = files.get("kijun.toml").and_then(|bytes| std::str::from_utf8(bytes).ok());
    let manifest = manifest
        .ok_or_else(|| none(Label::new("kijun.toml がありません", "it has no kijun.toml")))?
        .trim_start_matches('\u{feff}');
    let manifest = parse_manifest(FileId(0), manifest).map_err(|d| none(d.message))?;
    let pack = manifest.pack.as_ref().ok_or_else(|| {
        none(Label::new("kijun.toml に [pack] がありません", "its kijun.toml has no [pack]"))
    })?;
    let (root, here) = (Path::new("!"), Location::Folder(String::new()));
    let mut reading = Reading::new(&|_| None);
    reading.mount(root.to_owned(), files);
    read_pack(root, here, (FileId(0), &manifest, pack), Tests::Skip, &mut reading)
}

/// What is done with files that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Keep,
    Replace,
}

/// Writes the files of an archive into a folder, and nothing outside of it. Nothing is written when one of them cannot be.
///
/// # Errors
/// When a file is there already and is to be kept, a link leads elsewhere, or the disk refuses.
pub fn unpack(bundle: &Bundle, folder: &Path, existing: Existing) -> Result<(), LoadError> {
    let files = archive::read(&bundle.bytes).map_err(|why| {
        let (message, help) = unreadable(&bundle.name, &why);
        LoadError { path: folder.to_owned(), message, help }
    })?;
    for name in files.keys() {
        stands_free(folder, name, existing)?;
    }
    for (name, content) in &files {
        let path = folder.join(name);
        let io =
            |e: std::io::Error| LoadError { message: not_written(&path, &e), ..LoadError::io(&path, &e) };
        fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(io)?;
        if existing == Existing::Replace && path.exists() {
            fs::remove_file(&path).map_err(io)?;
        }
        // Only where nothing is: a link that was put there meanwhile is not followed.
        let mut file = fs::File::create_new(&path).map_err(io)?;
        file.write_all(content).map_err(io)?;
    }
    Ok(())
}

/// Whether a file can be written: none of its folders below the one that was named is a link or a file.
fn stands_free(folder: &Path, name: &str, existing: Existing) -> Result<(), LoadError> {
    let in_the_way = |path: &Path, why: (&str, &str), help: (&str, &str)| {
        let shown = path.display();
        Err(LoadError {
            path: path.to_owned(),
            message: Label::new(format!("`{shown}` {}", why.0), format!("`{shown}` {}", why.1)),
            help: Label::new(help.0, help.1),
        })
    };
    let other = ("別のフォルダに取り出してください", "unpack into another folder");
    let mut path = folder.to_owned();
    let mut parts = name.split('/').peekable();
    while let Some(part) = parts.next() {
        path.push(part);
        let is_last = parts.peek().is_none();
        match fs::symlink_metadata(&path) {
            Ok(kind) if kind.is_symlink() => {
                return in_the_way(&path, ("はリンクです", "is a link"), other);
            }
            Ok(kind) if is_last && kind.is_dir() => {
                return in_the_way(&path, ("はフォルダです", "is a folder"), other);
            }
            Ok(kind) if !is_last && !kind.is_dir() => {
                return in_the_way(&path, ("はフォルダではありません", "is no folder"), other);
            }
            Ok(_) if is_last && existing == Existing::Keep => {
                let help = (
                    "別のフォルダに取り出すか、`--force` で置き換えてください",
                    "unpack into another folder, or replace it with `--force`",
                );
                return in_the_way(&path, ("はもうあります", "is there already"), help);
            }
            _ => {}
        }
    }
    Ok(())
}

fn not_written(path: &Path, error: &std::io::Error) -> Label {
    let shown = path.display();
    kijun_text::cannot_write(&shown, error)
}
