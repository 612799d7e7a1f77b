//! From the manifest at hand to every pack that is needed: where each lies, each once, and whether its version will do.
//!
//! What the manifest at hand says of where a pack lies goes before what packs say, for all of them. Packs in archives and at
//! revisions say only which packs they need, and from where in the same revision.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use kijun_model::lint::LintUnit;
use kijun_model::{Dependency, Manifest, Origin, Spanned, version_satisfies};
use kijun_text::{Diagnostic, FileId, Label, Span};

use crate::files::{LoadError, Reading};
use crate::git;
use crate::location::{Location, join};
use crate::lock::Lock;
use crate::packs::{LoadedPack, Tests, pack_folders, place, read_manifest, read_pack};

/// Packs by name, and the first place where each is asked for.
pub(crate) struct Found {
    pub(crate) packs: Vec<LoadedPack>,
    pub(crate) places: BTreeMap<String, Span>,
    /// The packs at hand, each with what its manifest says of lints.
    pub(crate) units: Vec<LintUnit>,
}

/// The pack at hand (when it is one) and everything it depends on.
pub(crate) fn load_all(
    root: &Path,
    (file, manifest): (FileId, &Manifest),
    tests: Tests,
    files: &mut Reading<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Found, LoadError> {
    let mut loader = Loader::new(root, tests, files, diagnostics);
    let here = Location::Folder(String::new());
    if let Some(pack) = &manifest.pack {
        let pack = read_pack(root, here.clone(), (file, manifest, pack), Tests::Include, loader.files)?;
        loader.take(pack, file, manifest, Tests::Include);
    } else {
        loader.queue(None, here, file, manifest);
    }
    loader.follow(1)
}

/// Every pack in the folders of a folder, and what they depend on.
pub(crate) fn load_collection(
    root: &Path,
    tests: Tests,
    files: &mut Reading<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Found, LoadError> {
    let mut loader = Loader::new(root, tests, files, diagnostics);
    for folder in pack_folders(root) {
        let (file, read) = read_manifest(root, &folder, loader.files)?;
        let manifest = match read {
            Ok(manifest) => manifest,
            Err(diagnostic) => {
                loader.diagnostics.push(*diagnostic);
                continue;
            }
        };
        let Some(pack) = &manifest.pack else { continue };
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let location = Location::Folder(name);
        if loader.packs.contains_key(&pack.name) {
            loader.queue(Some(pack.name.clone()), location, file, &manifest);
        } else {
            let pack = read_pack(root, location, (file, &manifest, pack), tests, loader.files)?;
            loader.take(pack, file, &manifest, tests);
        }
    }
    loader.follow(0)
}

/// The packs as a lock has them: read from where it says, without following anything. `Err` names those that are not there any
/// more as they were.
pub(crate) fn load_locked(
    root: &Path,
    lock: &Lock,
    files: &mut Reading<'_>,
) -> Result<Result<Vec<LoadedPack>, Vec<String>>, LoadError> {
    let (mut packs, mut gone) = (Vec::new(), Vec::new());
    for locked in &lock.pack {
        let mut unused = Vec::new();
        let mut loader = Loader::new(root, Tests::Skip, files, &mut unused);
        let found = match locked.location() {
            Some(location) => loader.open(&locked.name, location, Span::default())?,
            None => None,
        };
        match found {
            Some((pack, ..)) if pack.sha256 == locked.sha256 => packs.push(pack),
            _ => gone.push(locked.name.clone()),
        }
    }
    Ok(if gone.is_empty() { Ok(packs) } else { Err(gone) })
}

/// Who asks for a pack.
struct Asking {
    /// A pack; `None`: the workspace.
    by: Option<String>,
    place: Span,
    version: Option<(String, Span)>,
}

/// A manifest whose dependencies are to be followed.
struct Open {
    by: Option<String>,
    location: Location,
    file: FileId,
    dependencies: BTreeMap<String, Spanned<Dependency>>,
}

struct Loader<'l, 'o> {
    root: &'l Path,
    tests: Tests,
    packs: BTreeMap<String, LoadedPack>,
    /// Where the manifest at hand says that a pack lies: whatever others say.
    stated: Vec<String>,
    units: Vec<LintUnit>,
    asked: BTreeMap<String, Vec<Asking>>,
    open: VecDeque<Open>,
    files: &'l mut Reading<'o>,
    diagnostics: &'l mut Vec<Diagnostic>,
}

impl<'l, 'o> Loader<'l, 'o> {
    fn new(
        root: &'l Path,
        tests: Tests,
        files: &'l mut Reading<'o>,
        diagnostics: &'l mut Vec<Diagnostic>,
    ) -> Loader<'l, 'o> {
        Loader {
            root,
            tests,
            packs: BTreeMap::new(),
            stated: Vec::new(),
            units: Vec::new(),
            asked: BTreeMap::new(),
            open: VecDeque::new(),
            files,
            diagnostics,
        }
    }

    /// A pack at hand.
    fn take(&mut self, pack: LoadedPack, file: FileId, manifest: &Manifest, tests: Tests) {
        self.units.push(LintUnit {
            // Of a pack whose tests are not read, it is not known whether it has some.
            pack: (tests == Tests::Include).then_some(manifest.place),
            modules: pack.modules.clone(),
            levels: manifest.lints.clone(),
        });
        self.queue(Some(pack.name.clone()), pack.location.clone(), file, manifest);
        self.stated.push(pack.name.clone());
        self.packs.insert(pack.name.clone(), pack);
    }

    fn queue(&mut self, by: Option<String>, location: Location, file: FileId, manifest: &Manifest) {
        let dependencies = manifest.dependencies.clone();
        self.open.push_back(Open { by, location, file, dependencies });
    }

    /// What the first `deciding` of the open manifests say of where a pack lies goes before what others say.
    fn follow(mut self, deciding: usize) -> Result<Found, LoadError> {
        for nth in 0.. {
            let Some(open) = self.open.pop_front() else { break };
            for (name, dependency) in &open.dependencies {
                self.need(&open, name, dependency)?;
                if nth < deciding && !matches!(dependency.get_ref().origin(), Origin::Unstated) {
                    self.stated.push(name.clone());
                }
            }
        }
        self.check_versions();
        let first = |(name, asked): (&String, &Vec<Asking>)| Some((name.clone(), asked.first()?.place));
        let places = self.asked.iter().filter_map(first).collect();
        Ok(Found { packs: self.packs.into_values().collect(), places, units: self.units })
    }

    fn need(&mut self, open: &Open, name: &str, dependency: &Spanned<Dependency>) -> Result<(), LoadError> {
        let own = dependency.get_ref();
        let at = own.place(dependency.span());
        let at = Span::new(open.file, at.start, at.end);
        let version = own.version.as_ref().map(|v| (v.get_ref().clone(), place(open.file, v)));
        let asking = Asking { by: open.by.clone(), place: at, version };
        self.asked.entry(name.to_owned()).or_default().push(asking);
        if self.stated.iter().any(|s| s == name) && self.packs.contains_key(name) {
            return Ok(());
        }
        let location = match self.locate(&open.location, name, own) {
            Ok(location) => location,
            Err(_) if self.packs.contains_key(name) => return Ok(()),
            Err((message, help)) => {
                let help = (help.ja, help.en);
                self.diagnostics.push(Diagnostic::error("K0602", at, message).help(help.0, help.1));
                return Ok(());
            }
        };
        if let Some(known) = self.packs.get(name) {
            if !known.location.is_same(&location, self.root) {
                self.two_places(name, &location, at);
            }
            return Ok(());
        }
        if let Some((pack, file, manifest)) = self.open(name, location, at)? {
            self.queue(Some(name.to_owned()), pack.location.clone(), file, &manifest);
            self.packs.insert(name.to_owned(), pack);
        }
        Ok(())
    }

    /// Where a dependency says that its pack lies, as seen from the root; the message and the help, where that cannot be told.
    fn locate(
        &self,
        from: &Location,
        name: &str,
        dependency: &Dependency,
    ) -> Result<Location, (Label, Label)> {
        match (from, dependency.origin()) {
            (Location::Folder(folder), Origin::Folder(path)) => {
                Ok(Location::Folder(join(folder, path.get_ref())))
            }
            (Location::Folder(folder), Origin::Archive(path)) => {
                Ok(Location::Archive(join(folder, path.get_ref())))
            }
            (Location::Folder(own), Origin::Git { repository, rev, folder }) => {
                let repository = join(own, repository.get_ref());
                let commit = git::commit(&self.root.join(&repository), rev.get_ref());
                let commit = commit.map_err(|e| (e.message, e.help))?;
                let folder = folder.map(|f| join("", f.get_ref())).unwrap_or_default();
                in_repository(repository, commit, folder)
            }
            (Location::Git { repository, commit, folder }, Origin::Folder(path)) => {
                in_repository(repository.clone(), commit.clone(), join(folder, path.get_ref()))
            }
            _ => Err(unstated(name)),
        }
    }

    /// Reads the pack `name`; reported at `at` when it is not there.
    fn open(
        &mut self,
        name: &str,
        location: Location,
        at: Span,
    ) -> Result<Option<(LoadedPack, FileId, Manifest)>, LoadError> {
        let folder = location.folder(self.root);
        match location.files(self.root) {
            Ok(Some(files)) => self.files.mount(folder.clone(), files),
            Ok(None) => {}
            Err((message, help)) => {
                self.diagnostics.push(Diagnostic::error("K0606", at, message).help(help.ja, help.en));
                return Ok(None);
            }
        }
        let (file, read) = match read_manifest(self.root, &folder, self.files) {
            Ok(read) => read,
            Err(error) => {
                self.diagnostics.push(not_there(name, error, at, &location));
                return Ok(None);
            }
        };
        let manifest = match read {
            Ok(manifest) => manifest,
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                return Ok(None);
            }
        };
        match &manifest.pack {
            Some(pack) if pack.name == name => {
                let pack = read_pack(self.root, location, (file, &manifest, pack), self.tests, self.files)?;
                return Ok(Some((pack, file, manifest)));
            }
            Some(pack) => self.diagnostics.push(other_name(&pack.name, at)),
            None => self.diagnostics.push(not_a_pack(name, at)),
        }
        Ok(None)
    }

    /// Says which packs have a version that will not do, and what the others ask for.
    fn check_versions(&mut self) {
        for (name, pack) in &self.packs {
            let asking = self.asked.get(name).map_or(&[][..], Vec::as_slice);
            let wanted =
                |a: &Asking| a.version.as_ref().is_some_and(|(v, _)| !version_satisfies(&pack.version, v));
            for wrong in asking.iter().filter(|a| wanted(a)) {
                let Some((version, at)) = &wrong.version else { continue };
                let (by, have) = (who(wrong), &pack.version);
                let message = Label::new(
                    format!("パック `{name}` は版 {have} ですが、{} には {version} が要ります", by.ja),
                    format!("the pack `{name}` has version {have}; {} needs {version}", by.en),
                );
                let mut diagnostic = Diagnostic::error("K0603", *at, message)
                    .help("パックか `version` を改めてください", "change the pack or `version`");
                for other in asking.iter().filter(|a| a.place != wrong.place) {
                    let Some((version, at)) = &other.version else { continue };
                    let by = who(other);
                    diagnostic = diagnostic.note(
                        *at,
                        format!("{} には {version} が要ります", by.ja),
                        format!("{} needs {version}", by.en),
                    );
                }
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn two_places(&mut self, name: &str, location: &Location, at: Span) {
        let Some(known) = self.packs.get(name) else { return };
        let message = Label::new(
            format!("パック `{name}` が二か所にあります: `{}` と `{location}`", known.location),
            format!("the pack `{name}` is in two places: `{}` and `{location}`", known.location),
        );
        let help = (
            format!(
                "どちらを使うか、作業場所の kijun.toml の [dependencies] に `{name}` を書いて決めてください"
            ),
            format!("say which one is used: write `{name}` in [dependencies] of the workspace's kijun.toml"),
        );
        let mut diagnostic = Diagnostic::error("K0607", at, message).help(help.0, help.1);
        if let Some(first) = self.asked.get(name).and_then(|asked| asked.first()) {
            let by = who(first);
            diagnostic = diagnostic.note(
                first.place,
                format!("{} はこちらを使います", by.ja),
                format!("{} uses this one", by.en),
            );
        }
        self.diagnostics.push(diagnostic);
    }
}

fn who(asking: &Asking) -> Label {
    match &asking.by {
        Some(pack) => Label::new(format!("`{pack}`"), format!("`{pack}`")),
        None => Label::new("この作業場所", "this workspace"),
    }
}

fn in_repository(repository: String, commit: String, folder: String) -> Result<Location, (Label, Label)> {
    if git::is_folder(&folder) {
        return Ok(Location::Git { repository, commit, folder });
    }
    let message = Label::new(
        format!("`{folder}` はリポジトリの中のフォルダではありません"),
        format!("`{folder}` is no folder in the repository"),
    );
    let help = Label::new(
        "リポジトリの外のパックは、作業場所の kijun.toml の [dependencies] に書いてください",
        "a pack outside the repository belongs in [dependencies] of the workspace's kijun.toml",
    );
    Err((message, help))
}

fn unstated(name: &str) -> (Label, Label) {
    let message = Label::new(
        format!("パック `{name}` がどこにあるのか書かれていません"),
        format!("nothing says where the pack `{name}` lies"),
    );
    let help = Label::new(
        format!(
            "作業場所の kijun.toml の [dependencies] に、`{name}` を `path`、`archive`、`git` のどれかで書いてください"
        ),
        format!(
            "write `{name}` in [dependencies] of the workspace's kijun.toml, with `path`, `archive` or `git`"
        ),
    );
    (message, help)
}

fn not_there(name: &str, error: LoadError, place: Span, location: &Location) -> Diagnostic {
    let message =
        Label::new(format!("パック `{name}` がありません"), format!("the pack `{name}` is not there"));
    let diagnostic = Diagnostic::error("K0602", place, message).label(error.message.ja, error.message.en);
    match location {
        Location::Folder(_) => diagnostic
            .help("`path` はこの kijun.toml からの相対パスです", "`path` is relative to this kijun.toml"),
        Location::Archive(_) => diagnostic.help(
            "書庫の一番上に kijun.toml が要ります。`kijun pack` で作り直してください",
            "kijun.toml belongs at the top of the archive: make it again with `kijun pack`",
        ),
        Location::Git { .. } => diagnostic.help(
            "パックがリポジトリの中のフォルダにあるときは、それを `path` に書きます",
            "where the pack is in a folder of the repository, name it as `path`",
        ),
    }
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
