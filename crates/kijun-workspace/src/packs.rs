//! Packs on disk: manifests, dependencies by path, modules.

use std::path::{Path, PathBuf};

use kijun_model::{Manifest, parse_manifest, version_satisfies};
use kijun_text::{Diagnostic, FileId, Label, Sources, Span};

use crate::files::{LoadError, digest, modules_in, read_text, shown};

/// A pack that was read.
#[derive(Debug, Clone)]
pub struct LoadedPack {
    pub name: String,
    pub version: String,
    pub title: Label,
    pub root: PathBuf,
    /// Over the manifest and the modules (without tests), by path.
    pub sha256: String,
    pub modules: Vec<FileId>,
}

/// Whether a pack's tests are read: only where it is the pack at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tests {
    Include,
    Skip,
}

type Read = (FileId, Result<Manifest, Box<Diagnostic>>);

pub(crate) fn read_manifest(root: &Path, folder: &Path, sources: &mut Sources) -> Result<Read, LoadError> {
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
    let text = read_text(&path)?;
    let file = sources.add(shown_path(root, &path), text.clone());
    Ok((file, parse_manifest(file, &text)))
}

/// The path of a file as it is shown, with folders on the way up left out.
fn shown_path(root: &Path, path: &Path) -> String {
    shown(root, path)
}

pub(crate) fn own_modules(
    root: &Path,
    folder: &Path,
    tests: Tests,
    sources: &mut Sources,
) -> Result<Vec<FileId>, LoadError> {
    let skip: &[&str] = match tests {
        Tests::Include => &["facts", "flip", "expected", "target"],
        Tests::Skip => &["facts", "flip", "expected", "target", "tests"],
    };
    let mut out = Vec::new();
    for path in modules_in(folder, skip)? {
        let text = read_text(&path)?;
        out.push(sources.add(shown_path(root, &path), text));
    }
    Ok(out)
}

/// The pack at hand (when it is one) and everything it depends on, by name.
pub(crate) fn load_all(
    root: &Path,
    manifest: &Manifest,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<LoadedPack>, LoadError> {
    let mut loaded: Vec<LoadedPack> = Vec::new();
    if let Some(pack) = &manifest.pack {
        loaded.push(read_pack(root, root, pack, Tests::Include, sources)?);
    }
    let place = sources.iter().next().map(|(id, _)| id).unwrap_or_default();
    dependencies(root, root, place, manifest, &mut loaded, sources, diagnostics)?;
    loaded.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(loaded)
}

fn read_pack(
    root: &Path,
    folder: &Path,
    pack: &kijun_model::Pack,
    tests: Tests,
    sources: &mut Sources,
) -> Result<LoadedPack, LoadError> {
    let modules = own_modules(root, folder, tests, sources)?;
    let mut parts: Vec<Vec<u8>> = vec![read_text(&folder.join("kijun.toml"))?.into_bytes()];
    for path in modules_in(folder, &["facts", "flip", "expected", "target", "tests"])? {
        parts.push(shown(folder, &path).into_bytes());
        parts.push(read_text(&path)?.into_bytes());
    }
    Ok(LoadedPack {
        name: pack.name.clone(),
        version: pack.version.clone(),
        title: pack.title.clone().into(),
        root: folder.to_owned(),
        sha256: digest(parts.iter().map(Vec::as_slice)),
        modules,
    })
}

fn dependencies(
    root: &Path,
    folder: &Path,
    manifest_file: FileId,
    manifest: &Manifest,
    loaded: &mut Vec<LoadedPack>,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(), LoadError> {
    for (name, dependency) in &manifest.dependencies {
        let place = place_of(sources, manifest_file, name);
        let target = folder.join(&dependency.path);
        if loaded.iter().any(|p| p.name == *name) {
            if let Some(pack) = loaded.iter().find(|p| p.name == *name) {
                check_version(name, &pack.version, dependency.version.as_deref(), place, diagnostics);
            }
            continue;
        }
        let (file, read) = match read_manifest(root, &target, sources) {
            Ok(read) => read,
            Err(error) => {
                diagnostics.push(
                    Diagnostic::error(
                        "K0602",
                        place,
                        Label::new(
                            format!("パック `{name}` がありません"),
                            format!("the pack `{name}` is not there"),
                        ),
                    )
                    .label(error.message.ja, error.message.en)
                    .help(
                        "`path` はこの kijun.toml からの相対パスです",
                        "`path` is relative to this kijun.toml",
                    ),
                );
                continue;
            }
        };
        let inner = match read {
            Ok(inner) => inner,
            Err(diagnostic) => {
                diagnostics.push(*diagnostic);
                continue;
            }
        };
        let Some(pack) = &inner.pack else {
            diagnostics.push(Diagnostic::error(
                "K0602",
                place,
                Label::new(format!("`{name}` はパックではありません"), format!("`{name}` is not a pack")),
            ));
            continue;
        };
        if pack.name != *name {
            diagnostics.push(
                Diagnostic::error(
                    "K0602",
                    place,
                    Label::new(
                        format!("そこにあるパックの名前は `{}` です", pack.name),
                        format!("the pack there is called `{}`", pack.name),
                    ),
                )
                .suggest(Some(&pack.name)),
            );
            continue;
        }
        check_version(name, &pack.version, dependency.version.as_deref(), place, diagnostics);
        let pack = read_pack(root, &target, pack, Tests::Skip, sources)?;
        loaded.push(pack);
        dependencies(root, &target, file, &inner, loaded, sources, diagnostics)?;
    }
    Ok(())
}

fn check_version(
    name: &str,
    version: &str,
    wanted: Option<&str>,
    place: Span,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(wanted) = wanted.filter(|w| !version_satisfies(version, w)) {
        diagnostics.push(
            Diagnostic::error(
                "K0603",
                place,
                Label::new(
                    format!("パック `{name}` は版 {version} ですが、{wanted} と両立する版が要ります"),
                    format!(
                        "the pack `{name}` has version {version}; one compatible with {wanted} is needed"
                    ),
                ),
            )
            .help("パックか `version` を改めてください", "change the pack or `version`"),
        );
    }
}

/// Where a manifest names a dependency.
fn place_of(sources: &Sources, file: FileId, name: &str) -> Span {
    let text = sources.get(file).map_or("", |s| s.text.as_str());
    let section = text.find("[dependencies").unwrap_or(0);
    let at = text.get(section..).and_then(|t| t.find(name)).map_or(0, |i| section + i);
    Span::new(file, at, at + if at > 0 { name.len() } else { 0 })
}
