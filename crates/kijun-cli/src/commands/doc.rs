use std::collections::BTreeSet;
use std::path::{Component, Path};

use kijun_exchange::site::{Expected, SiteContext, SiteFile, SitePack, SiteTest, site};
use kijun_model::{Target, TestCase, codes, page};
use kijun_text::{FileId, Label};
use kijun_workspace::{LoadedPack, Options, Workspace};

use super::{Status, refuse, refuse_load};
use crate::args;
use crate::diagnostics;
use crate::output::write_file;
use crate::terminal::Terminal;

/// What says that a folder is a site, and lists its files.
const MARKER: &str = ".kijun-doc";
const FIRST_LINE: &str = "kijun.doc/1";

/// A site of the packs.
pub(super) fn run(args: &args::Doc, terminal: &Terminal) -> Status {
    match write(args, terminal) {
        Ok(()) => Status::Ok,
        Err(status) => status,
    }
}

fn write(args: &args::Doc, terminal: &Terminal) -> Result<(), Status> {
    let before = own_files(&args.output, args.force).map_err(|(m, h)| refuse(terminal, &m, &h))?;
    let options = Options { profile: args.profile.clone(), facts: Some(Vec::new()), tests: true };
    let workspace =
        kijun_workspace::load_norms(&args.path, &options).map_err(|e| refuse_load(terminal, &e))?;
    if diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics) {
        return Err(Status::Invalid);
    }
    let files = made(&workspace);
    put(&args.output, &files, &before).map_err(|(path, error)| {
        let message = kijun_text::cannot_write(&path, &error);
        refuse(terminal, &message, &Label::default())
    })?;
    if !terminal.quiet {
        let (shown, count) = (args.output.join("index.html"), files.len());
        terminal.print(&match terminal.lang {
            kijun_text::Lang::Ja => format!("{} から読めます({count} ファイル)\n", shown.display()),
            kijun_text::Lang::En => format!("{} is where to start ({count} files)\n", shown.display()),
        });
    }
    Ok(())
}

fn made(workspace: &Workspace) -> Vec<SiteFile> {
    let mappings = workspace.compiled.consistent();
    let mut packs: Vec<SitePack> = workspace.packs.iter().map(pack).collect();
    packs.extend(own_pack(workspace));
    let tests: Vec<SiteTest> = workspace.compiled.tests.iter().map(|t| test(t)).collect();
    let diagnostics: Vec<(&str, &str)> = codes().filter_map(|code| Some((code, page(code)?))).collect();
    site(&SiteContext {
        mappings: &mappings,
        sources: &workspace.sources,
        packs: &packs,
        tests: &tests,
        diagnostics: &diagnostics,
        title: &workspace.title(),
        engine_version: env!("CARGO_PKG_VERSION"),
    })
}

fn pack(pack: &LoadedPack) -> SitePack {
    SitePack {
        name: pack.name.clone(),
        version: pack.version.clone(),
        title: pack.title.clone(),
        sha256: pack.sha256.clone(),
        modules: pack.modules.clone(),
        readme: readme(&pack.root),
    }
}

/// What a workspace adds to its packs; nothing where it has no module of its own.
fn own_pack(workspace: &Workspace) -> Option<SitePack> {
    let of_packs = |file: &FileId| workspace.packs.iter().any(|p| p.modules.contains(file));
    let modules: Vec<FileId> = workspace.modules.iter().filter(|m| !of_packs(m)).copied().collect();
    let pack = SitePack {
        name: workspace.facility().to_owned(),
        title: workspace.title(),
        modules,
        readme: readme(&workspace.root),
        ..SitePack::default()
    };
    (!pack.modules.is_empty()).then_some(pack)
}

/// What a README says; one that is not there, or is no text, says nothing.
fn readme(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("README.md")).unwrap_or_default()
}

fn test(case: &TestCase) -> SiteTest {
    let expected = |target: &Target| match target {
        Target::Requirement(id) => Expected::Requirement(*id),
        Target::Rule(name) => Expected::Rule(name.clone()),
    };
    let expects = case.expects.iter().filter_map(|e| Some((expected(e.target.as_ref()?), e.verdict?)));
    SiteTest { name: case.name.clone(), span: case.span, expects: expects.collect() }
}

/// The files that an earlier run wrote into a folder.
fn own_files(folder: &Path, force: bool) -> Result<Vec<String>, (Label, Label)> {
    let marker = std::fs::read_to_string(folder.join(MARKER)).unwrap_or_default();
    let mut lines = marker.lines();
    if lines.next() == Some(FIRST_LINE) {
        return Ok(lines.filter(|line| is_plain(line)).map(str::to_owned).collect());
    }
    let is_empty = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !folder.exists(),
    };
    if is_empty || force {
        return Ok(Vec::new());
    }
    let shown = folder.display();
    Err((
        Label::new(
            format!("`{shown}` には、このコマンドが作ったのではないものがあります"),
            format!("`{shown}` holds something that this command did not make"),
        ),
        Label::new(
            "空のフォルダか新しいフォルダを指定してください。そこに書くなら --force を付けます",
            "name an empty or a new folder, or add --force to write into it",
        ),
    ))
}

/// A page or a file at the top of a site: nothing that leads out of it.
fn is_plain(line: &str) -> bool {
    let path = Path::new(line);
    let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
    plain && !line.contains('\\') && path.components().count() <= 2 && !line.is_empty()
}

/// Writes all files, and takes away those of an earlier run that are no longer part of the site.
fn put(folder: &Path, files: &[SiteFile], before: &[String]) -> Result<(), (String, std::io::Error)> {
    let with = |path: &Path, result: std::io::Result<()>| result.map_err(|e| (path.display().to_string(), e));
    for lang in ["ja", "en"] {
        let path = folder.join(lang);
        with(&path, std::fs::create_dir_all(&path))?;
    }
    let now: BTreeSet<&str> = files.iter().map(|f| f.path.as_str()).collect();
    for old in before.iter().filter(|old| !now.contains(old.as_str())) {
        // One that is gone already is as it should be.
        let _ = std::fs::remove_file(folder.join(old));
    }
    for file in files {
        let path = folder.join(&file.path);
        with(&path, write_file(&path, file.text.as_bytes()))?;
    }
    let list: String = now.iter().map(|path| format!("{path}\n")).collect();
    let path = folder.join(MARKER);
    with(&path, write_file(&path, format!("{FIRST_LINE}\n{list}").as_bytes()))
}
