//! One workspace, pack or folder of packs: its files, by path, and what is known of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kijun_facts::SourceMap;
use kijun_ide::{
    About, Choices, Chosen, CoverageSettings, Doc, DocKind, Files, LintUnit, Pack, Semantics, Snapshot, Track,
};
use kijun_text::{Diagnostic, FileId, Span};
use kijun_workspace::{FactText, LoadedPack, Options, Texts, fact_text, shown, texts};

/// Text of the files that are open in the editor.
pub(crate) type Open = BTreeMap<PathBuf, Arc<String>>;

#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) folder: PathBuf,
    /// A file that belongs to nothing: only its syntax is looked at.
    pub(crate) is_loose: bool,
    ids: BTreeMap<PathBuf, FileId>,
    /// By file.
    pub(crate) paths: Arc<Vec<PathBuf>>,
    pub(crate) files: Files,
    pub(crate) choices: Choices,
    /// The day that the manifest states.
    as_of: Option<i32>,
    pub(crate) semantics: Arc<Semantics>,
    /// Counts edits; semantics are of `analysed` when that is the same.
    pub(crate) version: u64,
    pub(crate) analysed: u64,
    /// Whether the folder has to be read again.
    pub(crate) is_stale: bool,
    /// Whether it is being read just now.
    pub(crate) is_reading: bool,
}

/// What a folder holds, read from the disk.
pub(crate) struct Read {
    docs: Vec<(PathBuf, Doc)>,
    choices: Choices,
    as_of: Option<i32>,
}

impl Root {
    pub(crate) fn new(folder: PathBuf, is_loose: bool) -> Root {
        Root {
            folder,
            is_loose,
            ids: BTreeMap::new(),
            paths: Arc::default(),
            files: Files::default(),
            choices: Choices::default(),
            as_of: None,
            semantics: Arc::new(Semantics::empty()),
            version: 1,
            analysed: 0,
            is_stale: !is_loose,
            is_reading: false,
        }
    }

    pub(crate) fn file(&self, path: &Path) -> Option<FileId> {
        self.ids.get(path).copied().filter(|f| self.files.get(*f).is_some())
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.files.clone(), Arc::clone(&self.semantics))
    }

    /// Puts a version of a file in place.
    pub(crate) fn put(&mut self, path: &Path, doc: Doc) {
        let known = self.ids.get(path).copied();
        let id = self.files.set(known, Arc::new(doc));
        if known.is_none() {
            self.ids.insert(path.to_owned(), id);
            Arc::make_mut(&mut self.paths).push(path.to_owned());
        }
        self.version += 1;
    }

    /// Another text for a file that is here already, or that is added as a guest.
    pub(crate) fn put_text(&mut self, path: &Path, text: String) {
        let old = self.file(path).and_then(|f| self.files.get(f));
        let kind = old.map_or_else(
            || kind_of(path),
            |d| match d.kind {
                // What an editor holds is text.
                DocKind::Facts { .. } => DocKind::Facts { broken: None },
                kind => kind,
            },
        );
        let name = old.map_or_else(|| shown(&self.folder, path), |d| d.path.clone());
        self.put(path, Doc::new(name, kind, text));
        // What a manifest says decides which files there are.
        self.is_stale |= kind == DocKind::Manifest && !self.is_loose;
    }

    pub(crate) fn remove(&mut self, path: &Path) {
        if let Some(file) = self.ids.get(path) {
            self.files.remove(*file);
            self.version += 1;
        }
    }

    /// Takes over what was read. Files whose text is the same stay the same, so that nothing is worked out again.
    pub(crate) fn install(&mut self, read: Read, open: &Open) {
        let Read { docs, choices, as_of } = read;
        let kept: Vec<PathBuf> = docs.iter().map(|(path, _)| path.clone()).collect();
        for (path, doc) in docs {
            let doc = match open.get(&path) {
                Some(text) if *text != doc.text => Doc::new(doc.path, doc.kind, text.as_str()),
                _ => doc,
            };
            let same = self.file(&path).and_then(|f| self.files.get(f));
            let is_other = |old: &Doc| old.workbook() != doc.workbook();
            if same.is_none_or(|old| {
                is_other(old) || old.text != doc.text || old.kind != doc.kind || old.path != doc.path
            }) {
                self.put(&path, doc);
            }
        }
        let gone: Vec<PathBuf> = self.ids.keys().filter(|p| !kept.contains(p)).cloned().collect();
        for path in gone {
            self.remove(&path);
        }
        self.as_of = as_of;
        // Places in manifests were counted by the files as they were read.
        let place = |span: Span| {
            let path = kept.get(span.file.0 as usize)?;
            Some(Span { file: self.ids.get(path).copied()?, ..span })
        };
        let manifests =
            choices.manifests.into_iter().filter_map(|d| Some(Diagnostic { span: place(d.span)?, ..d }));
        let manifests = manifests.collect();
        let profile = choices.profile.map(|p| Chosen { place: p.place.and_then(place), ..p });
        let file = |file: FileId| self.ids.get(kept.get(file.0 as usize)?).copied();
        let packs = choices.about.packs.into_iter().map(|p| Pack {
            manifest: p.manifest.and_then(file),
            modules: p.modules.into_iter().filter_map(file).collect(),
            own: p.own.into_iter().filter_map(|(path, of)| Some((path, file(of)?))).collect(),
            ..p
        });
        let about = About { packs: packs.collect(), ..choices.about };
        let track = choices.coverage.track.into_iter();
        let track = track.filter_map(|t| Some(Track { place: place(t.place)?, ..t })).collect();
        let coverage = CoverageSettings { track, ..choices.coverage };
        let lint_units = choices.lint_units.into_iter().map(|unit| LintUnit {
            pack: unit.pack.and_then(place),
            modules: unit.modules.into_iter().filter_map(file).collect(),
            ..unit
        });
        let lint_units = lint_units.collect();
        let manifest = choices.manifest.and_then(place);
        let in_manifest = |map: SourceMap| map.placed(|span| place(span).unwrap_or_default());
        let maps = choices.maps.into_iter().map(in_manifest).collect();
        self.choices = Choices {
            profile,
            manifests,
            about,
            coverage,
            lint_units,
            manifest,
            maps,
            ..self.choices.clone()
        };
        self.version += 1;
    }

    /// The settings and the day of which semantics are to be.
    pub(crate) fn choose(&mut self, track: &[String], today: i32) {
        let today = self.as_of.unwrap_or(today);
        if self.choices.track != track || self.choices.today != today {
            self.choices.track = track.to_vec();
            self.choices.today = today;
            self.version += 1;
        }
    }
}

/// Reads a folder; what is open goes before what is on disk. The error is for the person at the editor.
pub(crate) fn read(folder: &Path, open: &Open) -> Result<Read, kijun_text::Label> {
    let overlay = |path: &Path| open.get(path).map(|text| text.to_string());
    let found = texts(folder, &Options::default(), &overlay).map_err(|e| e.message)?;
    let as_of = as_of(&found);
    let Texts {
        sources,
        paths,
        packs,
        modules,
        manifest,
        profile,
        coverage,
        lint_units,
        facts,
        maps,
        diagnostics,
        ..
    } = found;
    let about = About {
        facility: manifest.facility().to_owned(),
        title: manifest.title(),
        is_workspace: manifest.workspace.is_some(),
        packs: packs.into_iter().map(|p| pack(p, &paths)).collect(),
    };
    let manifest = manifest.workspace.is_some().then_some(manifest.place);
    let mut docs: Vec<(PathBuf, Doc)> = Vec::new();
    for ((file, source), path) in sources.iter().zip(paths) {
        let kind = if modules.contains(&file) { DocKind::Module } else { DocKind::Manifest };
        docs.push((clean(&path), Doc::new(source.path.clone(), kind, source.text.as_str())));
    }
    for path in facts {
        let path = clean(&path);
        let doc = match open
            .get(&path)
            .map(|text| Ok((shown(folder, &path), FactText::Text(text.to_string(), None))))
        {
            None => fact_text(folder, &path, &maps),
            Some(open) => open,
        };
        let doc = match doc {
            Ok((name, FactText::Text(text, broken))) => Doc::new(name, DocKind::Facts { broken }, text),
            Ok((name, FactText::Workbook(workbook))) => Doc::of_workbook(name, workbook),
            Err(_) => continue,
        };
        docs.push((path, doc));
    }
    let profile = profile.map(|p| Chosen { name: p.name, place: p.place });
    let choices = Choices {
        profile,
        coverage,
        lint_units,
        manifest,
        manifests: diagnostics,
        about,
        maps,
        ..Choices::default()
    };
    Ok(Read { docs, choices, as_of })
}

/// A pack by the files as they were read.
fn pack(pack: LoadedPack, paths: &[PathBuf]) -> Pack {
    let LoadedPack { name, version, root, modules, checklist, .. } = pack;
    let path_of = |file: &FileId| paths.get(file.0 as usize);
    let manifest = root.join("kijun.toml");
    let manifest = paths.iter().position(|p| *p == manifest).map(|i| FileId(i as u32));
    let is_test = |path: &str| path.split('/').rev().skip(1).any(|folder| folder == "tests");
    let own = modules.iter().filter_map(|m| Some((shown(&root, path_of(m)?), *m)));
    let own = own.filter(|(path, _)| !is_test(path));
    let checklist = checklist.map(|(file, _)| ("checklist.toml".to_owned(), file));
    let own = own.chain(checklist).collect();
    Pack { name, version, manifest, own, modules }
}

/// The day that a manifest states, in days since 1970-01-01.
fn as_of(texts: &Texts) -> Option<i32> {
    let date = texts.manifest.workspace.as_ref()?.as_of?.date?;
    let day = kijun_facts::Date::ymd(date.year as i16, date.month as i8, date.day as i8)?;
    Some(day.first)
}

/// A path without `..`, as an editor names the file.
pub(crate) fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

fn kind_of(path: &Path) -> DocKind {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("");
    match name.rsplit_once('.') {
        Some((_, "kijun")) => DocKind::Module,
        _ if name == "kijun.toml" => DocKind::Manifest,
        _ => DocKind::Facts { broken: None },
    }
}
