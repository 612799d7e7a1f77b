//! `kijun import oscal-profile`: a profile of OSCAL as a pack.

use std::path::Path;

use kijun_engine::program::Mark;
use kijun_exchange::oscal::CatalogName;
use kijun_exchange::oscal::catalog::SIDECAR;
use kijun_exchange::oscal::profile::{ImportedCatalog, Nearby, import_profile, profile_catalogs};
use kijun_exchange::pack::Import;
use kijun_text::Sources;
use kijun_workspace::{Options, Workspace};

use super::dependencies::Dependencies;
use super::pack::{file_name, must_be_free, write};
use crate::args::ImportProfile;
use crate::commands::export::catalog::{beside, sidecar};
use crate::commands::{Status, refuse_load};
use crate::diagnostics;
use crate::terminal::Terminal;

pub(super) fn run(args: &ImportProfile, terminal: &Terminal) -> Result<(), Status> {
    must_be_free(&args.output, terminal)?;
    let workspace = norms(&args.path, terminal)?;
    let text = super::read(&args.file, terminal)?;
    let sha256 = kijun_workspace::digest([text.as_bytes()]);
    let mut sources = Sources::default();
    let file = sources.add(args.file.display().to_string(), text);
    let beside = |c: usize| sidecar(&beside(&workspace, c)?.join(SIDECAR), terminal).ok().flatten();
    let catalogs = profile_catalogs(&workspace.compiled.program, &beside);
    let named: Vec<ImportedCatalog> = args.catalog.iter().map(|text| named(text)).collect();
    let folder = args.file.parent().unwrap_or(Path::new(""));
    let dependencies = Dependencies::of(&workspace, &args.output);
    let near = Nearby {
        catalogs: &catalogs,
        named: &named,
        document: &|href| document(folder, href),
        dependency: &|name| dependencies.line(name, None),
    };
    let name = file_name(&args.file);
    let import = Import {
        file_name: &name,
        sha256: &sha256,
        pack: args.name.as_deref(),
        alias: args.profile.as_deref(),
        edition: None,
        mark: Mark::Unverified,
        lang: terminal.lang,
    };
    let pack = import_profile(&mut sources, file, &import, &near).map_err(|problems| {
        diagnostics::show(terminal, &sources, &problems);
        Status::Invalid
    })?;
    write(&pack, &args.output, terminal)
}

/// The norms of a workspace, a pack or a folder of packs, if they are sound.
pub(super) fn norms(path: &Path, terminal: &Terminal) -> Result<Workspace, Status> {
    let workspace =
        kijun_workspace::load_norms(path, &Options::default()).map_err(|e| refuse_load(terminal, &e))?;
    if workspace.compiled.has_errors() {
        diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
        return Err(Status::Invalid);
    }
    Ok(workspace)
}

/// `HREF=CATALOG`, or a catalogue alone.
pub(super) fn named(text: &str) -> ImportedCatalog {
    let (href, name) = text.rsplit_once('=').unwrap_or(("", text));
    (href.to_owned(), CatalogName::parse(name))
}

/// The text of a document that lies where a relative address says; nothing is fetched.
fn document(folder: &Path, href: &str) -> Option<(String, String)> {
    let is_path = !href.contains("://") && !href.starts_with('#') && href.ends_with(".json");
    let path = folder.join(href);
    let text = is_path.then(|| std::fs::read_to_string(&path).ok()).flatten()?;
    Some((path.display().to_string(), text))
}
