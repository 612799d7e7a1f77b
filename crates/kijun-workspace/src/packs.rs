//! Packs on disk: manifests, dependencies by path, modules.

use std::path::{Path, PathBuf};

use kijun_model::{
    Checklist, Dependency, Manifest, Pack, Spanned, parse_checklist, parse_manifest, version_satisfies,
};
use kijun_text::{Diagnostic, FileId, Label, Span};

use crate::Options;
use crate::files::{LoadError, Reading, digest, modules_in, shown};

/// A pack that was read.
#[derive(Debug, Clone)]
pub struct LoadedPack {
    pub name: String,
    pub version: String,
    pub title: Label,
    pub root: PathBuf,
    /// Over the manifest, the modules (without tests) by path, and the checklist.
    pub sha256: String,
    pub modules: Vec<FileId>,
    /// What its `checklist.toml` says, where it has one.
    pub checklist: Option<(FileId, Result<Checklist, Box<Diagnostic>>)>,
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

type Read = (FileId, Result<Manifest, Box<Diagnostic>>);

pub(crate) fn read_manifest(root: &Path, folder: &Path, files: &mut Reading<'_>) -> Result<Read, LoadError> {
    let path = folder.join("kijun.toml");
    if !path.is_file() {
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
    for path in modules_in(folder, skip)? {
        out.push(files.add(root, &path)?.0);
    }
    Ok(out)
}

/// The pack at hand (when it is one) and everything it depends on, by name.
pub(crate) fn load_all(
    root: &Path,
    (file, manifest): (FileId, &Manifest),
    tests: Tests,
    files: &mut Reading<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<LoadedPack>, LoadError> {
    let mut loaded = Vec::new();
    if let Some(pack) = &manifest.pack {
        loaded.push(read_pack(root, root, pack, Tests::Include, files)?);
    }
    let mut loader = Loader { root, tests, loaded, files, diagnostics };
    loader.dependencies(root, file, manifest)?;
    let mut loaded = loader.loaded;
    loaded.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(loaded)
}

/// Every pack in the folders of a folder, and what they depend on, by name.
pub(crate) fn load_collection(
    root: &Path,
    tests: Tests,
    files: &mut Reading<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<LoadedPack>, LoadError> {
    let mut loader = Loader { root, tests, loaded: Vec::new(), files, diagnostics };
    for folder in pack_folders(root) {
        let (file, read) = read_manifest(root, &folder, loader.files)?;
        let manifest = match read {
            Ok(manifest) => manifest,
            Err(diagnostic) => {
                loader.diagnostics.push(*diagnostic);
                continue;
            }
        };
        let Some(pack) = manifest.pack.clone() else { continue };
        if loader.loaded.iter().all(|p| p.name != pack.name) {
            let pack = read_pack(root, &folder, &pack, tests, loader.files)?;
            loader.loaded.push(pack);
        }
        loader.dependencies(&folder, file, &manifest)?;
    }
    let mut loaded = loader.loaded;
    loaded.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(loaded)
}

/// The folders directly in a folder that hold a manifest.
pub(crate) fn pack_folders(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().filter_map(Result::ok).map(|e| e.path());
    let mut found: Vec<PathBuf> = entries.filter(|p| p.join("kijun.toml").is_file()).collect();
    found.sort();
    found
}

fn read_pack(
    root: &Path,
    folder: &Path,
    pack: &kijun_model::Pack,
    tests: Tests,
    files: &mut Reading<'_>,
) -> Result<LoadedPack, LoadError> {
    let modules = own_modules(root, folder, tests, files)?;
    let manifest = files.text(&folder.join("kijun.toml"))?;
    let mut own: Vec<(String, String)> = Vec::new();
    for path in modules_in(folder, &["facts", "flip", "expected", "target", "tests"])? {
        own.push((shown(folder, &path), files.text(&path)?));
    }
    let path = folder.join("checklist.toml");
    let mut checklist = None;
    if path.is_file() {
        let (file, text) = files.add(root, &path)?;
        checklist = Some((file, parse_checklist(file, &text)));
        own.push((shown(folder, &path), text));
    }
    Ok(LoadedPack {
        name: pack.name.clone(),
        version: pack.version.clone(),
        title: pack.title.clone().into(),
        root: folder.to_owned(),
        sha256: pack_digest(&manifest, own.iter().map(|(path, text)| (path.as_str(), text.as_str()))),
        modules,
        checklist,
    })
}

/// SHA-256 over the manifest of a pack, its modules (without tests) by path, and its checklist, each with its path in the pack.
pub fn pack_digest<'t>(manifest: &'t str, modules: impl IntoIterator<Item = (&'t str, &'t str)>) -> String {
    let modules = modules.into_iter().flat_map(|(path, text)| [path.as_bytes(), text.as_bytes()]);
    digest(std::iter::once(manifest.as_bytes()).chain(modules))
}

/// Follows dependencies, each pack once, so that packs may depend on each other in a circle.
struct Loader<'l, 'o> {
    root: &'l Path,
    tests: Tests,
    loaded: Vec<LoadedPack>,
    files: &'l mut Reading<'o>,
    diagnostics: &'l mut Vec<Diagnostic>,
}

impl Loader<'_, '_> {
    /// The dependencies of the manifest `file`, which lies in `folder`.
    fn dependencies(&mut self, folder: &Path, file: FileId, manifest: &Manifest) -> Result<(), LoadError> {
        for (name, dependency) in &manifest.dependencies {
            if let Some(pack) = self.loaded.iter().find(|p| p.name == *name) {
                let version = pack.version.clone();
                self.check_version(name, &version, file, dependency);
                continue;
            }
            let target = folder.join(dependency.path.get_ref());
            let Some((inner_file, inner, pack)) = self.find(name, &target, place(file, &dependency.path))
            else {
                continue;
            };
            self.check_version(name, &pack.version, file, dependency);
            let pack = read_pack(self.root, &target, &pack, self.tests, self.files)?;
            self.loaded.push(pack);
            self.dependencies(&target, inner_file, &inner)?;
        }
        Ok(())
    }

    /// The manifest of the pack `name` in a folder; reported when it is not there.
    fn find(&mut self, name: &str, target: &Path, place: Span) -> Option<(FileId, Manifest, Pack)> {
        let (file, read) = match read_manifest(self.root, target, self.files) {
            Ok(read) => read,
            Err(error) => {
                self.diagnostics.push(not_there(name, error, place));
                return None;
            }
        };
        let manifest = match read {
            Ok(manifest) => manifest,
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                return None;
            }
        };
        match manifest.pack.clone() {
            Some(pack) if pack.name == name => return Some((file, manifest, pack)),
            Some(pack) => self.diagnostics.push(other_name(&pack.name, place)),
            None => self.diagnostics.push(not_a_pack(name, place)),
        }
        None
    }

    fn check_version(&mut self, name: &str, version: &str, file: FileId, dependency: &Dependency) {
        let Some(wanted) = &dependency.version else { return };
        if version_satisfies(version, wanted.get_ref()) {
            return;
        }
        let needed = wanted.get_ref();
        let message = Label::new(
            format!("パック `{name}` は版 {version} ですが、{needed} と両立する版が要ります"),
            format!("the pack `{name}` has version {version}; one compatible with {needed} is needed"),
        );
        self.diagnostics.push(
            Diagnostic::error("K0603", place(file, wanted), message)
                .help("パックか `version` を改めてください", "change the pack or `version`"),
        );
    }
}

/// Where a manifest states a value.
pub(crate) fn place<T>(file: FileId, value: &Spanned<T>) -> Span {
    Span::new(file, value.span().start, value.span().end)
}

fn not_there(name: &str, error: LoadError, place: Span) -> Diagnostic {
    let message =
        Label::new(format!("パック `{name}` がありません"), format!("the pack `{name}` is not there"));
    Diagnostic::error("K0602", place, message)
        .label(error.message.ja, error.message.en)
        .help("`path` はこの kijun.toml からの相対パスです", "`path` is relative to this kijun.toml")
}

fn not_a_pack(name: &str, place: Span) -> Diagnostic {
    let message = Label::new(format!("`{name}` はパックではありません"), format!("`{name}` is not a pack"));
    Diagnostic::error("K0602", place, message)
        .label("ここの kijun.toml に [pack] がありません", "the kijun.toml there has no [pack]")
        .help(
            "パックのフォルダを指すか、そこの kijun.toml に [pack] を書いてください",
            "name the folder of a pack, or write [pack] in the kijun.toml there",
        )
}

fn other_name(found: &str, place: Span) -> Diagnostic {
    let message = Label::new(
        format!("そこにあるパックの名前は `{found}` です"),
        format!("the pack there is called `{found}`"),
    );
    Diagnostic::error("K0602", place, message).suggest(Some(found))
}
