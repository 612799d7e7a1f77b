//! Where packs lie, as seen from the root.

use std::path::{Component, Path, PathBuf};

use kijun_text::Label;

use crate::archive::{self, Files};
use crate::files::LoadError;
use crate::git;

/// Where a pack lies. Paths are as seen from the root, with `/`, and without a `.` or `..` that could be left out; the root itself
/// is the empty one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    Folder(String),
    Archive(String),
    Git {
        repository: String,
        /// The full name.
        commit: String,
        /// In the repository.
        folder: String,
    },
}

impl Location {
    /// The folder of the pack. That of an archive or a revision is on no disk: its name ends with `!`, or goes on after one.
    pub(crate) fn folder(&self, root: &Path) -> PathBuf {
        match self {
            Location::Folder(path) if path.is_empty() => root.to_owned(),
            Location::Folder(path) => root.join(path),
            Location::Archive(path) => root.join(format!("{path}!")),
            Location::Git { repository, commit, folder } => {
                let repository = if repository.is_empty() { "." } else { repository };
                let own = root.join(format!("{repository}@{}!", git::short(commit)));
                if folder.is_empty() { own } else { own.join(folder) }
            }
        }
    }

    /// The files of a pack that is in no folder; `None` for one that is.
    ///
    /// # Errors
    /// Why they cannot be had, and what to do.
    pub(crate) fn files(&self, root: &Path) -> Result<Option<Files>, (Label, Label)> {
        match self {
            Location::Folder(_) => Ok(None),
            Location::Archive(path) => {
                let file = root.join(path);
                let opened = archive::open(&file).map_err(|e| {
                    let help = Label::new(
                        "`archive` は、それを書いた kijun.toml からの相対パスです",
                        "`archive` is relative to the kijun.toml that names it",
                    );
                    (LoadError::io(&file, &e).message, help)
                })?;
                opened.map(Some).map_err(|why| unreadable(path, &why))
            }
            Location::Git { repository, commit, folder } => {
                let files = git::files(&root.join(repository), commit, folder);
                files.map(Some).map_err(|e| (e.message, e.help))
            }
        }
    }

    /// Whether two places are one, also by way of links.
    pub(crate) fn is_same(&self, other: &Location, root: &Path) -> bool {
        let (Location::Folder(a), Location::Folder(b)) = (self, other) else { return self == other };
        let real = |path: &str| root.join(path).canonicalize().ok();
        a == b || real(a).is_some_and(|a| Some(a) == real(b))
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Location::Folder(path) if path.is_empty() => f.write_str("."),
            Location::Folder(path) | Location::Archive(path) => f.write_str(path),
            Location::Git { repository, commit, folder } => {
                write!(f, "{repository}@{}", git::short(commit))?;
                if folder.is_empty() { Ok(()) } else { write!(f, "/{folder}") }
            }
        }
    }
}

/// Whether a file was read from an archive or a revision, by its path: it is on no disk.
pub fn is_mounted(path: &Path) -> bool {
    let is_mark = |name: &str| {
        let revision = name.rsplit_once('@').map_or("", |(_, commit)| commit);
        name.ends_with(".kpack") || revision.len() == 12 && revision.bytes().all(|b| b.is_ascii_hexdigit())
    };
    let mut names = path.iter().filter_map(|part| part.to_str()?.strip_suffix('!'));
    names.any(is_mark)
}

/// Why an archive is not read, and what to do.
pub(crate) fn unreadable(path: &str, why: &Label) -> (Label, Label) {
    let message = Label::new(
        format!("書庫 `{path}` を読めません: {}", why.ja),
        format!("cannot read the archive `{path}`: {}", why.en),
    );
    let help = Label::new(
        "パックの作り手から受け取り直すか、`kijun pack` で作り直してください",
        "get it again from who made the pack, or make it again with `kijun pack`",
    );
    (message, help)
}

/// A path from a folder, as seen from where the folder is seen; nothing is looked up.
pub(crate) fn join(folder: &str, path: &str) -> String {
    let path = path.replace('\\', "/");
    let whole =
        if folder.is_empty() || Path::new(&path).is_absolute() { path } else { format!("{folder}/{path}") };
    let mut parts: Vec<String> = Vec::new();
    let mut lead = String::new();
    for part in Path::new(&whole).components() {
        match part {
            Component::ParentDir if parts.last().is_some_and(|p| p != "..") => {
                parts.pop();
            }
            Component::ParentDir => parts.push("..".to_owned()),
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::RootDir => lead.push('/'),
            Component::Prefix(disk) => lead.push_str(&disk.as_os_str().to_string_lossy()),
            Component::CurDir => {}
        }
    }
    format!("{lead}{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_without_looking() {
        let check = |folder: &str, path: &str, expected: &str| assert_eq!(join(folder, path), expected);
        check("", ".", "");
        check("", "packs/a", "packs/a");
        check("", "../../rulepacks/a/", "../../rulepacks/a");
        check("../../rulepacks/a", "../b", "../../rulepacks/b");
        check("a", "../../b", "../b");
        check("a", ".", "a");
        check("a", "/opt/b/../c", "/opt/c");
        check("/opt/a", "../b", "/opt/b");
        check("a", "..\\b", "b");
    }

    #[test]
    fn what_is_on_no_disk_has_a_folder_with_a_mark() {
        let root = Path::new("w");
        let git = |folder: &str| Location::Git {
            repository: "../norms".into(),
            commit: "0123456789abcdef0123456789abcdef01234567".into(),
            folder: folder.into(),
        };
        let check = |location: Location, expected: &str| {
            let folder = location.folder(root);
            assert_eq!(folder, Path::new(expected));
            assert_eq!(is_mounted(&folder.join("a.kijun")), !matches!(location, Location::Folder(_)));
        };
        check(Location::Folder(String::new()), "w");
        check(Location::Archive("a-1.kpack".into()), "w/a-1.kpack!");
        check(git(""), "w/../norms@0123456789ab!");
        check(Location::Folder("wow!".into()), "w/wow!");
        check(git("packs/a"), "w/../norms@0123456789ab!/packs/a");
    }
}
