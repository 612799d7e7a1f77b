//! Files as other tools look for them: from the folder in which the program runs.

use std::path::{Component, Path, PathBuf};

use kijun_exchange::results::Paths;
use kijun_text::FileId;
use kijun_workspace::Workspace;

/// The folder in which the program runs.
pub(super) struct Places(PathBuf);

impl Places {
    pub(super) fn new() -> Places {
        Places(std::env::current_dir().unwrap_or_default())
    }

    /// Lends the paths of a workspace's files to whoever needs places.
    pub(super) fn with<T>(&self, workspace: &Workspace, work: impl FnOnce(&Paths<'_>) -> T) -> T {
        let path = |file: FileId| match workspace.path_of(file) {
            Some(path) => self.shown(path),
            None => workspace.sources.path(file).to_owned(),
        };
        work(&Paths { sources: &workspace.sources, path: &path })
    }

    /// Relative to the folder where the file is below it, else from the root; with `/` on every system.
    pub(super) fn shown(&self, path: &Path) -> String {
        let whole = self.whole(path);
        let below = whole.strip_prefix(&self.0).unwrap_or(&whole);
        let parts = below.components().filter_map(|c| match c {
            Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
            Component::Prefix(prefix) => Some(prefix.as_os_str().to_string_lossy().into_owned()),
            _ => None,
        });
        let joined = parts.collect::<Vec<_>>().join("/");
        match below.components().next() {
            Some(Component::RootDir) => format!("/{joined}"),
            None => ".".to_owned(),
            _ => joined,
        }
    }

    /// From the root, without `.` and `..`.
    pub(super) fn whole(&self, path: &Path) -> PathBuf {
        let mut out = PathBuf::new();
        for component in self.0.join(path).components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    out.pop();
                }
                part => out.push(part),
            }
        }
        out
    }
}
