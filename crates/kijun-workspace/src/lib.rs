//! Reads a workspace or a pack from disk: manifests, modules of the packs it depends on, facts. The only
//! crate besides the CLI that reads files; `kijun-lsp` looks where manifests are.

#![allow(clippy::disallowed_methods, reason = "this crate is where files are read")]

mod archive;
mod bundle;
mod dependencies;
mod files;
mod git;
mod location;
mod lock;
mod names;
mod packs;
mod redact;
mod trust;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kijun_engine::program::Const;
use kijun_facts::{
    Decoded, SourceMap, Store, StoreBuilder, Workbook, is_workbook, maps_of, read_files, read_texts,
    read_workbook,
};
use kijun_model::lint::{LintUnit, Linted, Lints, ModuleLints};
use kijun_model::review::CoverageSettings;
use kijun_model::{Accepted, Compiled, Input, Manifest, ProfileChoice, Trees, check_checklist, compile};
use kijun_text::{Diagnostic, FileId, Label, Severity, Sources, Span};
use rayon::prelude::*;

pub use bundle::{Bundle, Existing, bundle, unbundle, unpack};
use dependencies::Found;
use files::Reading;
pub use files::{LoadError, Overlay, digest, relative, shown};
pub use location::{Location, is_mounted};
pub use lock::{LOCK, Lock, LockedPack};
pub use packs::{LoadedPack, pack_digest};
pub use trust::{SIGNATURE, sign_pack};

/// Choices of a run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Instead of the manifest's.
    pub profile: Option<String>,
    /// Instead of the workspace's `facts` folder.
    pub facts: Option<Vec<PathBuf>>,
    /// Whether the tests of all packs are read, not only those of the pack or workspace at hand.
    pub tests: bool,
}

/// A file of facts that was read.
#[derive(Debug, Clone)]
pub struct FactFile {
    pub path: String,
    pub file: FileId,
}

/// Everything of a workspace, read and compiled.
#[derive(Debug)]
pub struct Workspace {
    pub root: PathBuf,
    pub manifest: Manifest,
    pub sources: Sources,
    pub trees: Trees,
    /// By name; the workspace itself is not among them unless it is a pack.
    pub packs: Vec<LoadedPack>,
    pub modules: Vec<FileId>,
    /// The profile that was asked for.
    pub profile: Option<String>,
    pub coverage: CoverageSettings,
    /// The modules that are linted, and how loudly: those of the pack or workspace at hand.
    pub lint_units: Vec<LintUnit>,
    pub compiled: Compiled,
    pub store: Store,
    pub fact_files: Vec<FactFile>,
    read: ReadFrom,
    /// Of manifests, packs and facts, in that order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where files were read: what is shown of a path is how it looks from the workspace.
#[derive(Debug, Default)]
struct ReadFrom {
    /// Of manifests and modules, in the order of the sources.
    modules: Vec<PathBuf>,
    /// Of facts, by the path that is shown.
    facts: BTreeMap<String, PathBuf>,
}

impl Workspace {
    /// Where a file was read; nothing for what ships with the program.
    pub fn path_of(&self, file: FileId) -> Option<&Path> {
        let module = self.read.modules.get(file.0 as usize);
        module.or_else(|| self.read.facts.get(self.sources.path(file))).map(PathBuf::as_path)
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// Id of the facility, as it stands in results.
    pub fn facility(&self) -> &str {
        self.manifest.facility()
    }

    pub fn title(&self) -> Label {
        self.manifest.title()
    }

    /// The date of evaluation that the manifest states.
    pub fn as_of(&self) -> Option<i32> {
        let date = self.manifest.workspace.as_ref()?.as_of?.date?;
        let day = kijun_facts::Date::ymd(date.year as i16, date.month as i8, date.day as i8)?;
        Some(day.first)
    }

    /// Path and SHA-256 of every file of facts, as its bytes were read. Found when asked for: only some results
    /// name it.
    pub fn fact_digests(&self) -> Vec<(String, String)> {
        let digest_of = |f: &FactFile| {
            let bytes = self.sources.get(f.file).map_or(&[][..], |source| source.bytes());
            (f.path.clone(), digest([bytes]))
        };
        self.fact_files.par_iter().map(digest_of).collect()
    }

    /// The way from the workspace to every file that an assessment rests on, and its SHA-256: manifests, modules, facts, the lock,
    /// keys and signatures. Of a pack in an archive that is the archive; of one at a revision, its files there.
    ///
    /// # Errors
    /// When one cannot be read again.
    pub fn inputs(&self) -> Result<BTreeMap<String, String>, LoadError> {
        let mut out = BTreeMap::new();
        for ((_, source), path) in self.sources.iter().zip(&self.read.modules) {
            let holders = self.packs.iter().filter(|p| is_mounted(path) && path.starts_with(&p.root));
            // A workspace that is a pack itself holds its archives.
            let holder = holders.max_by_key(|p| p.root.as_os_str().len());
            let own = match holder.map(|p| &p.location) {
                Some(Location::Archive(archive)) => {
                    let bytes = files::read(&self.root.join(archive))?;
                    (archive.clone(), digest([bytes.as_slice()]))
                }
                Some(_) => (relative(&self.root, path), digest([source.bytes()])),
                None => {
                    let bytes = files::read(path)?;
                    // What is sealed is what was evaluated.
                    if bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes) != source.bytes() {
                        return Err(files::changed(path));
                    }
                    (relative(&self.root, path), digest([bytes.as_slice()]))
                }
            };
            out.insert(own.0, own.1);
        }
        for (shown, sha256) in self.fact_digests() {
            let path = self.read.facts.get(&shown);
            out.insert(path.map_or(shown.clone(), |path| relative(&self.root, path)), sha256);
        }
        Ok(out)
    }

    /// SHA-256 over the modules that are the workspace's own (profile, parameters, rules), without tests, by path.
    pub fn own_digest(&self) -> String {
        let of_packs = |file: &FileId| self.packs.iter().any(|p| p.modules.contains(file));
        let text = |f: &FileId| Some((self.sources.path(*f), self.sources.get(*f)?.bytes()));
        // A rule decides wherever it stands.
        let is_test = |f: &FileId| {
            self.sources.path(*f).split('/').any(|part| part == "tests") && self.trees.only_tests(*f)
        };
        let own = self.modules.iter().filter(|f| !of_packs(f) && !is_test(f));
        let mut own: Vec<_> = own.filter_map(text).collect();
        own.sort_unstable();
        digest(own.into_iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes]))
    }

    /// Lints the modules at hand. `told` are warnings that were found elsewhere, which suppressions may be about.
    pub fn lints<'a>(&'a self, told: impl IntoIterator<Item = &'a Diagnostic>) -> Lints {
        let of_module =
            |file: &FileId| Some((*file, self.sources.get(*file)?.text.as_str(), self.trees.get(*file)?));
        let modules: Vec<_> = self.modules.iter().filter_map(of_module).collect();
        let linted: Vec<Linted<'_>> = modules
            .par_iter()
            .map(|(file, text, parse)| {
                let own = ModuleLints::new(*file, text, &parse.tree).into();
                Linted { file: *file, text, parse, own }
            })
            .collect();
        Lints::new(&self.lint_units, &linted, &self.compiled, told)
    }

    /// What manifests accept of what is found: that of the folder, and those of the packs.
    pub fn accepted(&self) -> Vec<Accepted> {
        let of_pack = |pack: &LoadedPack| -> Vec<Accepted> {
            let own = |entry: &Accepted| Accepted { within: Some(pack.modules.clone()), ..entry.clone() };
            pack.accepted.iter().map(own).collect()
        };
        let of_packs = self.packs.iter().flat_map(of_pack);
        match self.manifest.pack {
            Some(_) => of_packs.collect(),
            None => self.manifest.accepted(self.manifest.place.file).into_iter().chain(of_packs).collect(),
        }
    }

    /// Whether what is accepted there ought to be found here: of a pack that something depends on, not all of it is looked at.
    pub fn looks_at(&self, accepted: Span) -> bool {
        let is_collection = self.manifest.pack.is_none() && self.manifest.workspace.is_none();
        is_collection || accepted.file == self.manifest.place.file
    }

    /// Compiles again with other parameters (a test's `set`).
    pub fn recompile(&mut self, overrides: std::collections::BTreeMap<String, Const>) -> Compiled {
        let input = Input { modules: self.modules.clone(), overrides, ..Input::default() };
        compile(&mut self.sources, &mut self.trees, &input)
    }
}

/// Everything of a workspace as it was read, before anything of it is compiled.
#[derive(Debug)]
pub struct Texts {
    pub root: PathBuf,
    pub manifest: Manifest,
    /// Manifests and modules.
    pub sources: Sources,
    /// Where the files of `sources` were read, in their order.
    pub paths: Vec<PathBuf>,
    pub packs: Vec<LoadedPack>,
    pub modules: Vec<FileId>,
    pub profile: Option<ProfileChoice>,
    pub coverage: CoverageSettings,
    /// The modules that are linted, and how loudly: those of the packs or workspace at hand.
    pub lint_units: Vec<LintUnit>,
    /// Files of facts, which are not read yet.
    pub facts: Vec<PathBuf>,
    /// What the columns of some of them are.
    pub maps: Vec<SourceMap>,
    /// Of manifests.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the workspace or pack in a folder.
///
/// # Errors
/// When there is no readable manifest there. Everything else that is wrong is among the diagnostics.
pub fn load(root: &Path, options: &Options) -> Result<Workspace, LoadError> {
    finish(texts_of_one(root, options, Locking::Check, &|_| None)?, &[])
}

/// The same with the packs as they are now, whatever `kijun.lock` says.
///
/// # Errors
/// As for [`load`].
pub fn load_unlocked(root: &Path, options: &Options) -> Result<Workspace, LoadError> {
    finish(texts_of_one(root, options, Locking::Ignore, &|_| None)?, &[])
}

/// The same with the packs that a lock names instead. `Err` within: the names of those that are not there any more as they were.
///
/// # Errors
/// As for [`load`].
pub fn load_locked(
    root: &Path,
    options: &Options,
    lock: &Lock,
) -> Result<Result<Workspace, Vec<String>>, LoadError> {
    let mut files = Reading::new(&|_| None);
    let (file, read) = packs::read_manifest(root, root, &mut files)?;
    let manifest = read.unwrap_or_default();
    let mut loaded = match dependencies::load_locked(root, lock, &mut files)? {
        Ok(loaded) => loaded,
        Err(gone) => return Ok(Err(gone)),
    };
    let here = Location::Folder(String::new());
    if let Some(pack) = &manifest.pack {
        loaded.push(packs::read_pack(
            root,
            here,
            (file, &manifest, pack),
            packs::Tests::Include,
            &mut files,
        )?);
        loaded.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let profile = profile(options, file, &manifest);
    finish(gather(root, (file, manifest), loaded, profile, options, files, Vec::new())?, &[]).map(Ok)
}

/// What `kijun.lock` in a folder says; `None` when there is none.
///
/// # Errors
/// When it cannot be read.
pub fn read_lock(root: &Path) -> Result<Option<Lock>, LoadError> {
    let mut files = Reading::new(&|_| None);
    let Some((_, lock)) = lock::read(root, &mut files)? else { return Ok(None) };
    lock.map(Some).map_err(|why| {
        let (line, _) = files.sources.line_column(why.span);
        let message = Label::new(
            format!("{} (行 {line}: {})", why.message.ja, why.label.ja),
            format!("{} (line {line}: {})", why.message.en, why.label.en),
        );
        LoadError { path: root.join(LOCK), message, help: why.help }
    })
}

/// Whether packs are held against `kijun.lock`, where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Locking {
    Check,
    Ignore,
}

/// The same with further files of facts, which stand nowhere yet: the name and text of each.
///
/// # Errors
/// As for [`load`].
pub fn load_with(root: &Path, options: &Options, added: &[(String, String)]) -> Result<Workspace, LoadError> {
    finish(texts_of_one(root, options, Locking::Check, &|_| None)?, added)
}

/// Reads a workspace or a pack, or, where a folder is neither, all packs in it as one: for questions about norms and their
/// mappings, which need no facts.
///
/// # Errors
/// When there is no readable manifest, neither there nor in a folder of it.
pub fn load_norms(root: &Path, options: &Options) -> Result<Workspace, LoadError> {
    finish(texts(root, options, &|_| None)?, &[])
}

/// What is to be compiled in a folder: a workspace, a pack, or the packs in it. For an editor, whose texts go before those on
/// disk.
///
/// # Errors
/// When there is no readable manifest, neither there nor in a folder of it.
pub fn texts(root: &Path, options: &Options, overlay: Overlay<'_>) -> Result<Texts, LoadError> {
    if root.join("kijun.toml").is_file() || packs::pack_folders(root).is_empty() {
        return texts_of_one(root, options, Locking::Check, overlay);
    }
    let mut files = Reading::new(overlay);
    let mut diagnostics = Vec::new();
    let Found { packs, units, .. } =
        dependencies::load_collection(root, packs::Tests::of(options), &mut files, &mut diagnostics)?;
    let profile = options.profile.clone().map(|name| ProfileChoice { name, place: None });
    let texts =
        gather(root, (FileId::default(), Manifest::default()), packs, profile, options, files, diagnostics)?;
    Ok(Texts { lint_units: units, ..texts })
}

fn texts_of_one(
    root: &Path,
    options: &Options,
    locking: Locking,
    overlay: Overlay<'_>,
) -> Result<Texts, LoadError> {
    let mut files = Reading::new(overlay);
    let mut diagnostics = Vec::new();
    let (file, manifest) = packs::read_manifest(root, root, &mut files)?;
    let manifest = match manifest {
        Ok(manifest) => manifest,
        Err(diagnostic) => {
            diagnostics.push(*diagnostic);
            Manifest::default()
        }
    };
    let Found { packs: loaded, places, units } = dependencies::load_all(
        root,
        (file, &manifest),
        packs::Tests::of(options),
        &mut files,
        &mut diagnostics,
    )?;
    diagnostics.extend(trust::check(root, (file, &manifest), &loaded, &places, &mut files)?);
    if locking == Locking::Check {
        match lock::read(root, &mut files)? {
            Some((file, Ok(lock))) => {
                diagnostics.extend(lock::compare((file, &lock), &loaded, &places, root))
            }
            Some((_, Err(unreadable))) => diagnostics.push(*unreadable),
            None => {}
        }
    }
    let profile = profile(options, file, &manifest);
    let coverage = manifest.coverage_settings(file);
    let texts = gather(root, (file, manifest), loaded, profile, options, files, diagnostics)?;
    let lint_units = if units.is_empty() { texts.lint_units } else { units };
    Ok(Texts { coverage, lint_units, ..texts })
}

/// Adds the modules of a workspace itself, and finds the facts.
fn gather(
    root: &Path,
    (file, manifest): (FileId, Manifest),
    packs: Vec<LoadedPack>,
    profile: Option<ProfileChoice>,
    options: &Options,
    mut files: Reading<'_>,
    mut diagnostics: Vec<Diagnostic>,
) -> Result<Texts, LoadError> {
    let unreadable = |p: &LoadedPack| p.checklist.as_ref()?.1.as_ref().err().map(|d| (**d).clone());
    diagnostics.extend(packs.iter().filter_map(unreadable));
    let mut modules: Vec<FileId> = packs.iter().flat_map(|p| p.modules.iter().copied()).collect();
    let mut lint_units = Vec::new();
    if manifest.workspace.is_some() && manifest.pack.is_none() {
        let own = packs::own_modules(root, root, packs::Tests::Include, &mut files)?;
        modules.extend(&own);
        lint_units.push(LintUnit { pack: None, modules: own, levels: manifest.lints.clone() });
    }
    let mut maps: Vec<SourceMap> = manifest.source.iter().map(|source| source.map(file)).collect();
    let facts = match &options.facts {
        Some(paths) => {
            // Of other facts, only what is there.
            maps.retain(|map| paths.iter().any(|path| shown(root, path) == map.file));
            paths.clone()
        }
        None => with_mapped(root, files::facts_in(&root.join("facts"))?, &manifest),
    };
    // Maps, digests and places go by the name that is shown.
    let mut known: BTreeMap<String, &Path> = BTreeMap::new();
    for path in &facts {
        let other = known.insert(shown(root, path), path);
        if let Some(other) = other.filter(|other| relative(root, other) != relative(root, path)) {
            return Err(files::shown_alike(other, path));
        }
    }
    let Reading { sources, paths, .. } = files;
    let (root, coverage) = (root.to_owned(), CoverageSettings::default());
    Ok(Texts {
        root,
        manifest,
        sources,
        paths,
        packs,
        modules,
        profile,
        coverage,
        lint_units,
        facts,
        maps,
        diagnostics,
    })
}

/// Adds ledgers that lie elsewhere.
fn with_mapped(root: &Path, mut facts: Vec<PathBuf>, manifest: &Manifest) -> Vec<PathBuf> {
    for source in &manifest.source {
        let path = root.join(source.file.get_ref());
        let own = relative(root, &path);
        if path.is_file() && !facts.iter().any(|known| relative(root, known) == own) {
            facts.push(path);
        }
    }
    facts
}

/// Compiles what was read, and reads the facts.
fn finish(texts: Texts, added: &[(String, String)]) -> Result<Workspace, LoadError> {
    let Texts {
        root,
        manifest,
        mut sources,
        packs,
        modules,
        profile,
        coverage,
        lint_units,
        facts,
        maps,
        mut diagnostics,
        paths,
    } = texts;
    let packs_stand = !diagnostics.iter().any(|d| d.severity == Severity::Error);
    let mut trees = Trees::default();
    let track = coverage.track.clone();
    let asked = profile.as_ref().map(|p| p.name.clone());
    let input = Input { modules: modules.clone(), profile, track, ..Input::default() };
    let compiled = compile(&mut sources, &mut trees, &input);
    diagnostics.extend(compiled.diagnostics.iter().cloned());
    if !compiled.has_errors() {
        let checklists = packs.iter().filter_map(|p| p.checklist.as_ref());
        let checklists = checklists.filter_map(|(file, list)| Some((*file, list.as_ref().ok()?)));
        diagnostics
            .extend(checklists.flat_map(|(file, list)| check_checklist(file, list, &compiled.program)));
    }
    let (store, fact_files, problems) = read_facts(&root, &facts, added, &maps, &compiled, &mut sources)?;
    // Facts can only be judged against a schema that stands.
    if packs_stand && !compiled.has_errors() {
        diagnostics.extend(problems);
    }
    let facts = facts.into_iter().map(|path| (shown(&root, &path), path)).collect();
    Ok(Workspace {
        root,
        manifest,
        sources,
        trees,
        packs,
        modules,
        profile: asked,
        coverage,
        lint_units,
        compiled,
        store,
        fact_files,
        read: ReadFrom { modules: paths, facts },
        diagnostics,
    })
}

/// What a file of facts holds.
#[derive(Debug)]
pub enum FactText {
    /// With the byte from which on it is not to be trusted.
    Text(String, Option<usize>),
    Workbook(Workbook),
}

/// A file of facts under the name by which it is shown.
///
/// # Errors
/// When it cannot be read.
pub fn fact_text(root: &Path, path: &Path, maps: &[SourceMap]) -> Result<(String, FactText), LoadError> {
    let (name, decoded) = (files::shown(root, path), files::read_facts(path)?);
    if is_workbook(&name) {
        let workbook = read_workbook(&decoded.into_bytes(), &maps_of(maps, &name));
        return Ok((name, FactText::Workbook(workbook)));
    }
    let broken = decoded.broken();
    Ok((name, FactText::Text(decoded.into_text(), broken)))
}

/// The profile of the run; the command line goes before the manifest.
fn profile(options: &Options, file: FileId, manifest: &Manifest) -> Option<ProfileChoice> {
    if let Some(name) = options.profile.clone() {
        return Some(ProfileChoice { name, place: None });
    }
    let stated = manifest.workspace.as_ref()?.profile.as_ref()?;
    Some(ProfileChoice { name: stated.get_ref().clone(), place: Some(packs::place(file, stated)) })
}

fn read_facts(
    root: &Path,
    paths: &[PathBuf],
    added: &[(String, String)],
    maps: &[SourceMap],
    compiled: &Compiled,
    sources: &mut Sources,
) -> Result<(Store, Vec<FactFile>, Vec<Diagnostic>), LoadError> {
    let with_text = |path: &PathBuf| Ok((files::shown(root, path), files::read_facts(path)?));
    let files: Vec<Result<(String, Decoded), LoadError>> = paths.par_iter().map(with_text).collect();
    // Of several files that cannot be read, the first is named.
    let files = files.into_iter().collect::<Result<_, _>>()?;
    let mut builder = StoreBuilder::new(&compiled.program.schema);
    let mut read = read_texts(&mut builder, sources, files, maps);
    let added = added.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes()));
    read.extend(read_files(&mut builder, sources, added.collect()));
    let read = read.into_iter().map(|file| FactFile { path: sources.path(file).to_owned(), file }).collect();
    let (store, mut problems) = builder.finish();
    problems.sort_by(|a, b| (sources.path(a.span.file), a.span).cmp(&(sources.path(b.span.file), b.span)));
    Ok((store, read, problems))
}

#[cfg(test)]
mod tests;
