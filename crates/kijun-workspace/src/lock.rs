//! `kijun.lock`: the packs of a workspace as they were when somebody last looked at what they change.

use std::collections::BTreeMap;
use std::path::Path;

use kijun_text::{Diagnostic, FileId, Label, Span};
use serde::{Deserialize, Serialize};

use crate::files::{LoadError, Reading};
use crate::location::Location;
use crate::packs::LoadedPack;

/// Beside the manifest.
pub const LOCK: &str = "kijun.lock";

const HEAD: &str = "# `kijun update` が書くファイルです。手で直さず、一緒に版管理してください\n\
                    # written by `kijun update`: not to be edited, and kept under version control\n";

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Of this format: 1.
    version: u32,
    /// By name.
    #[serde(default)]
    pub pack: Vec<LockedPack>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LockedPack {
    pub name: String,
    pub version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    git: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    /// The digest of the pack: see [`crate::pack_digest`].
    pub sha256: String,
}

impl Lock {
    /// Of packs, without the one at hand.
    pub fn of(packs: &[LoadedPack], root: &Path) -> Lock {
        let mut pack: Vec<LockedPack> = packs.iter().filter(|p| p.root != root).map(LockedPack::of).collect();
        pack.sort_by(|a, b| a.name.cmp(&b.name));
        Lock { version: 1, pack }
    }

    pub fn text(&self) -> String {
        format!("{HEAD}{}", toml::to_string(self).unwrap_or_default())
    }

    /// The same without some packs.
    #[must_use]
    pub fn without(&self, names: &[String]) -> Lock {
        let pack = self.pack.iter().filter(|p| !names.contains(&p.name)).cloned().collect();
        Lock { version: self.version, pack }
    }

    pub fn find(&self, name: &str) -> Option<&LockedPack> {
        self.pack.iter().find(|p| p.name == name)
    }
}

impl LockedPack {
    fn of(pack: &LoadedPack) -> LockedPack {
        let mut locked = LockedPack {
            name: pack.name.clone(),
            version: pack.version.clone(),
            path: None,
            archive: None,
            git: None,
            commit: None,
            sha256: pack.sha256.clone(),
        };
        match pack.location.clone() {
            Location::Folder(path) => locked.path = Some(path),
            Location::Archive(path) => locked.archive = Some(path),
            Location::Git { repository, commit, folder } => {
                locked.git = Some(repository);
                locked.commit = Some(commit);
                locked.path = Some(folder).filter(|f| !f.is_empty());
            }
        }
        locked
    }

    /// Where it was; `None` where that is not said as this version of the program says it.
    pub fn location(&self) -> Option<Location> {
        let is_commit = |c: &String| c.len() >= 40 && c.bytes().all(|b| b.is_ascii_hexdigit());
        match (&self.path, &self.archive, &self.git, &self.commit) {
            (Some(path), None, None, None) => Some(Location::Folder(path.clone())),
            (None, Some(archive), None, None) => Some(Location::Archive(archive.clone())),
            (folder, None, Some(repository), Some(commit)) if is_commit(commit) => {
                let folder = folder.clone().unwrap_or_default();
                crate::git::is_folder(&folder).then(|| Location::Git {
                    repository: repository.clone(),
                    commit: commit.clone(),
                    folder,
                })
            }
            _ => None,
        }
    }
}

/// The lock of a folder; `None` when there is none.
pub(crate) type Locked = Option<(FileId, Result<Lock, Box<Diagnostic>>)>;

pub(crate) fn read(root: &Path, files: &mut Reading<'_>) -> Result<Locked, LoadError> {
    let path = root.join(LOCK);
    if !files.has(&path) {
        return Ok(None);
    }
    let (file, text) = files.add(root, &path)?;
    Ok(Some((file, parse(file, &text))))
}

fn parse(file: FileId, text: &str) -> Result<Lock, Box<Diagnostic>> {
    let wrong = |at: std::ops::Range<usize>, label: &str| {
        let message = Label::new("kijun.lock を読み取れません", "kijun.lock cannot be read");
        let diagnostic = Diagnostic::error("K0608", Span::new(file, at.start, at.end), message);
        Box::new(diagnostic.label(label, label).help(
            "版管理の競合なら片方に直し、そうでなければ消して `kijun update` で作り直してください",
            "settle a conflict of version control, or remove the file and make it again with `kijun update`",
        ))
    };
    let lock: Lock = toml::from_str(text).map_err(|e| wrong(e.span().unwrap_or(0..0), e.message()))?;
    if lock.version != 1 {
        return Err(wrong(0..0, &format!("version = {}", lock.version)));
    }
    Ok(lock)
}

/// What of the packs is not as the lock has it, each at the place that asks for the pack.
pub(crate) fn compare(
    (file, lock): (FileId, &Lock),
    packs: &[LoadedPack],
    places: &BTreeMap<String, Span>,
    root: &Path,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let at = |name: &str| places.get(name).copied().unwrap_or(Span::new(file, 0, 0));
    let mut report = |at: Span, ja: String, en: String| {
        out.push(Diagnostic::error("K0608", at, Label::new(ja, en)).help(
            "`kijun update --dry-run` で判定への影響を確かめ、`kijun update` で受け入れるか、パックを元に戻してください",
            "see what changes with `kijun update --dry-run`; take it over with `kijun update`, or put the pack back",
        ));
    };
    for pack in packs.iter().filter(|p| p.root != root) {
        let name = &pack.name;
        match lock.find(name) {
            None => report(
                at(name),
                format!("パック `{name}` が kijun.lock にありません"),
                format!("the pack `{name}` is not in kijun.lock"),
            ),
            Some(locked) if locked.sha256 != pack.sha256 => {
                let (was, is) = (shown(&locked.version, &locked.sha256), shown(&pack.version, &pack.sha256));
                report(
                    at(name),
                    format!("パック `{name}` が kijun.lock と違います: {was} のはずが {is} です"),
                    format!("the pack `{name}` is not the one in kijun.lock: {was} there, {is} here"),
                );
            }
            Some(_) => {}
        }
    }
    for locked in lock.pack.iter().filter(|l| packs.iter().all(|p| p.name != l.name)) {
        // One that is asked for and not there has been reported.
        if !places.contains_key(&locked.name) {
            report(
                Span::new(file, 0, 0),
                format!("kijun.lock にあるパック `{}` は、もう使われていません", locked.name),
                format!("the pack `{}` in kijun.lock is not used any more", locked.name),
            );
        }
    }
    out
}

/// Version and the first digits of the digest.
fn shown(version: &str, sha256: &str) -> String {
    format!("{version} ({})", sha256.get(..12).unwrap_or(sha256))
}
