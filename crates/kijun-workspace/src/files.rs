//! Files and folders, in one order on every system.

use std::fs::File;
use std::io::Read;
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
            message: kijun_text::cannot_read(&shown, error),
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

/// The largest module, manifest or other text of a pack, in bytes: 64 MB. Files of facts may be larger.
pub(crate) const LARGEST: usize = 64 << 20;

/// A text of a pack or a workspace.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    let bytes = steady(path, true, |file, size| {
        let mut bytes = Vec::with_capacity(size.min(LARGEST));
        file.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    })?;
    if bytes.len() <= LARGEST {
        return Ok(bytes);
    }
    let (shown, limit) = (path.display(), LARGEST >> 20);
    Err(LoadError {
        path: path.to_owned(),
        message: Label::new(
            format!("`{shown}` は大きすぎます({limit} MB まで)"),
            format!("`{shown}` is too large (at most {limit} MB)"),
        ),
        help: Label::new("分けて置いてください", "divide it into several files"),
    })
}

/// A file of facts; one that was named may be a pipe.
pub(crate) fn read_facts(path: &Path) -> Result<Decoded, LoadError> {
    steady(path, false, |file, size| Decoded::read(file, size))
}

/// Reads a file as it was at one moment: again where it changed meanwhile, since half of the old and half of the new is
/// what nobody wrote.
fn steady<T>(
    path: &Path,
    must_be_file: bool,
    read: impl Fn(&File, usize) -> std::io::Result<T>,
) -> Result<T, LoadError> {
    let io = |e: std::io::Error| LoadError::io(path, &e);
    for _ in 0..ATTEMPTS {
        let before = std::fs::metadata(path).map_err(io)?;
        // Opening a pipe waits for somebody who writes to it.
        if must_be_file && !before.is_file() {
            return Err(no_file(path));
        }
        let file = File::open(path).map_err(io)?;
        let found = read(&file, usize::try_from(before.len()).unwrap_or(0)).map_err(io)?;
        let after = std::fs::metadata(path).map_err(io)?;
        let is_same = before.len() == after.len() && before.modified().ok() == after.modified().ok();
        if is_same || !before.is_file() {
            return Ok(found);
        }
    }
    let shown = path.display();
    Err(LoadError {
        path: path.to_owned(),
        message: Label::new(
            format!("`{shown}` は読んでいる間に変わり続けています"),
            format!("`{shown}` keeps changing while it is read"),
        ),
        help: Label::new(
            "書いている側が終わってから、もう一度実行してください",
            "run it again when whatever writes it has finished",
        ),
    })
}

/// How often a file that changes is read.
const ATTEMPTS: usize = 3;

fn no_file(path: &Path) -> LoadError {
    let shown = path.display();
    LoadError {
        path: path.to_owned(),
        message: Label::new(
            format!("`{shown}` は通常のファイルではありません"),
            format!("`{shown}` is no regular file"),
        ),
        help: Label::new(
            "デバイスやパイプは、フォルダの中からは読みません",
            "devices and pipes are not read from a folder",
        ),
    }
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
    let passed_over = |path: &Path| name(path).starts_with('.') || name(path).starts_with("~$");
    let mut found = files_below(folder, &|path| !passed_over(path))?;
    found.retain(|path| path.extension().is_none_or(|e| e != "md"));
    match found.iter().find(|path| path.exists() && !path.is_file()) {
        Some(other) => Err(no_file(other)),
        None => Ok(found),
    }
}

/// The same on disk.
fn modules_in(folder: &Path, skip: &[&str]) -> Result<Vec<PathBuf>, LoadError> {
    let is_looked_at = |path: &Path| {
        let is_passed_over = name(path).starts_with('.') || skip.contains(&name(path));
        !is_passed_over && !path.join("kijun.toml").exists()
    };
    let mut found = files_below(folder, &is_looked_at)?;
    found.retain(|path| path.extension().is_some_and(|e| e == "kijun"));
    Ok(found)
}

/// What lies below a folder and is no folder, each folder in the order of names; links are followed, unless they lead back.
fn files_below(folder: &Path, is_looked_at: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>, LoadError> {
    let mut walk = Walk { is_looked_at, found: Vec::new(), above: Vec::new(), entries: 0 };
    walk.folder(folder)?;
    Ok(walk.found)
}

struct Walk<'w> {
    is_looked_at: &'w dyn Fn(&Path) -> bool,
    found: Vec<PathBuf>,
    /// The folders that are being looked through, without links.
    above: Vec<PathBuf>,
    entries: usize,
}

/// How many files and folders may lie below one folder, counted as often as links lead to them.
pub(crate) const MOST_ENTRIES: usize = 100_000;

impl Walk<'_> {
    fn folder(&mut self, folder: &Path) -> Result<(), LoadError> {
        let Ok(real) = folder.canonicalize() else { return Ok(()) };
        if self.above.contains(&real) {
            return Err(leads_back(folder));
        }
        self.above.push(real);
        for path in entries(folder)?.into_iter().filter(|path| (self.is_looked_at)(path)) {
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                return Err(too_many(folder));
            }
            if path.is_dir() {
                self.folder(&path)?;
            } else {
                self.found.push(path);
            }
        }
        self.above.pop();
        Ok(())
    }
}

fn leads_back(folder: &Path) -> LoadError {
    let shown = folder.display();
    LoadError {
        path: folder.to_owned(),
        message: Label::new(
            format!("`{shown}` は、それを含むフォルダに戻るリンクです"),
            format!("`{shown}` is a link that leads back to a folder that holds it"),
        ),
        help: Label::new("リンクを消してください", "remove the link"),
    }
}

/// Two files that would be shown by one name.
pub(crate) fn shown_alike(one: &Path, other: &Path) -> LoadError {
    let (one, shown) = (one.display(), other.display());
    LoadError {
        path: other.to_owned(),
        message: Label::new(
            format!("`{shown}` と `{one}` は、どちらも同じ名前で示されます"),
            format!("`{shown}` and `{one}` would be shown by one name"),
        ),
        help: Label::new(
            "どこから来た事実か分からなくなるので、一方の名前を変えてください",
            "rename one of them: nobody could tell which of them a fact comes from",
        ),
    }
}

pub(crate) fn changed(path: &Path) -> LoadError {
    let shown = path.display();
    LoadError {
        path: path.to_owned(),
        message: Label::new(
            format!("`{shown}` は、読んだあとで変わりました"),
            format!("`{shown}` was changed after it was read"),
        ),
        help: Label::new(
            "書き込みが終わってから、もう一度実行してください",
            "run it again when nothing writes to it",
        ),
    }
}

fn too_many(folder: &Path) -> LoadError {
    let shown = folder.display();
    LoadError {
        path: folder.to_owned(),
        message: Label::new(
            format!("`{shown}` までで、ファイルとフォルダが {MOST_ENTRIES} を超えました"),
            format!("there are more than {MOST_ENTRIES} files and folders up to `{shown}`"),
        ),
        help: Label::new(
            "台帳をまとめるか、kijun.toml のあるフォルダを確かめてください",
            "put registers together, or check which folder the kijun.toml lies in",
        ),
    }
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

/// The way from a folder to a file, with `/` on every system: what is outside of it begins with `..`. Nothing is looked up.
pub fn relative(root: &Path, path: &Path) -> String {
    let below = |own: &Path| -> Vec<String> {
        own.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).filter(|c| c != ".").collect()
    };
    if let Ok(own) = path.strip_prefix(root) {
        return below(own).join("/");
    }
    let absolute = |of: &Path| {
        let mut parts: Vec<String> = Vec::new();
        for part in below(&std::path::absolute(of).unwrap_or_else(|_| of.to_owned())) {
            // The first is the root itself.
            if part == ".." && parts.len() > 1 {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        parts
    };
    let (from, to) = (absolute(root), absolute(path));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    up.chain(to.into_iter().skip(shared)).collect::<Vec<_>>().join("/")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_file_can_be_gone() {
        let check = |root: &str, path: &str, expected: &str| {
            assert_eq!(relative(Path::new(root), Path::new(path)), expected, "{root} {path}");
        };
        check("w", "w/facts/a.csv", "facts/a.csv");
        check("w", "w/../../packs/a/x.kijun", "../../packs/a/x.kijun");
        check(".", "./facts/a.csv", "facts/a.csv");
        check(".", "facts/a.csv", "facts/a.csv");
        check("a/b", "c.csv", "../../c.csv");
        check("/w/a", "/w/b/c.csv", "../b/c.csv");
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("kijun-files-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_read_again() {
        let folder = folder("steady");
        let path = folder.join("x.csv");
        let read = |changes: usize| {
            std::fs::write(&path, "a").unwrap();
            let left = std::cell::Cell::new(changes);
            steady(&path, true, |mut file, _| {
                let mut text = String::new();
                file.read_to_string(&mut text)?;
                if left.get() > 0 {
                    left.set(left.get() - 1);
                    std::fs::write(&path, format!("{text}b"))?;
                }
                Ok(text)
            })
        };
        assert_eq!(read(0).unwrap(), "a");
        assert_eq!(read(2).unwrap(), "abb");
        assert!(read(3).unwrap_err().message.en.contains("keeps changing"));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_unless_they_lead_back_or_nowhere_in_time() {
        use std::os::unix::fs::symlink;
        let folder = folder("links");
        std::fs::create_dir_all(folder.join("a/b")).unwrap();
        std::fs::write(folder.join("a/b/x.csv"), "").unwrap();
        symlink("a", folder.join("c")).unwrap();
        let shown = |found: Vec<PathBuf>| found.iter().map(|p| shown(&folder, p)).collect::<Vec<_>>();
        assert_eq!(shown(facts_in(&folder).unwrap()), ["a/b/x.csv", "c/b/x.csv"]);
        symlink("..", folder.join("a/b/back")).unwrap();
        assert!(facts_in(&folder).unwrap_err().message.en.contains("leads back"));
        std::fs::remove_file(folder.join("a/b/back")).unwrap();
        symlink("nowhere", folder.join("gone.csv")).unwrap();
        assert_eq!(
            facts_in(&folder).unwrap().len(),
            3,
            "what a link should lead to is missed when it is read"
        );
        assert!(read_facts(&folder.join("gone.csv")).is_err());
        std::fs::remove_file(folder.join("gone.csv")).unwrap();
        // Forty links make 2^20 ways; none of them leads back.
        for level in 0..20 {
            let level_folder = folder.join(format!("level{level}"));
            std::fs::create_dir_all(&level_folder).unwrap();
            for link in ["l", "r"] {
                symlink(format!("../level{}", level + 1), level_folder.join(link)).unwrap();
            }
        }
        std::fs::create_dir_all(folder.join("level20")).unwrap();
        assert!(facts_in(&folder).unwrap_err().message.en.contains("more than 100000"));
        std::fs::remove_dir_all(&folder).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        symlink("/dev/zero", folder.join("x.csv")).unwrap();
        assert!(facts_in(&folder).unwrap_err().message.en.contains("no regular file"));
        assert!(read(&folder.join("x.csv")).unwrap_err().message.en.contains("no regular file"));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_text_that_is_too_large_is_refused() {
        let folder = folder("large");
        let path = folder.join("x.kijun");
        File::create(&path).unwrap().set_len(LARGEST as u64 + 1).unwrap();
        assert!(read(&path).unwrap_err().message.en.contains("too large"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
