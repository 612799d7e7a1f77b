//! `kijun export oscal-profile`: a profile, with what an import kept beside it.

use std::path::{Path, PathBuf};

use kijun_exchange::oscal::catalog::SIDECAR;
use kijun_exchange::oscal::profile::{PROFILE_SIDECAR, ProfileExport, export_profile, profile_catalogs};
use kijun_syntax::Kind;
use kijun_text::Label;
use kijun_workspace::{Options, Workspace};

use super::catalog::{beside, refuse_export, sidecar};
use super::document_day;
use crate::args::ExportProfile;
use crate::commands::import::say_losses;
use crate::commands::{Status, refuse, refuse_load, write_result};
use crate::diagnostics;
use crate::terminal::Terminal;

pub(super) fn run(args: &ExportProfile, terminal: &Terminal) -> Result<(), Status> {
    let load = |profile: Option<String>| {
        let options = Options { profile, ..Options::default() };
        kijun_workspace::load(&args.path, &options).map_err(|e| refuse_load(terminal, &e))
    };
    let first = load(args.profile.clone())?;
    let (name, folder) = profile(&first, args.profile.as_deref(), terminal)?;
    // A profile is read off what it leaves in scope.
    let workspace = load(Some(name.clone()))?;
    if workspace.has_errors() {
        diagnostics::show(terminal, &workspace.sources, &workspace.diagnostics);
        return Err(Status::Invalid);
    }
    let day = document_day(&workspace, args.as_of.as_deref(), terminal)?;
    let path = folder.join(PROFILE_SIDECAR);
    let kept = sidecar(&path, terminal)?;
    let ids = |c: usize| sidecar(&beside(&workspace, c)?.join(SIDECAR), terminal).ok().flatten();
    let catalogs = profile_catalogs(&workspace.compiled.program, &ids);
    let tree = |file| workspace.trees.get(file).map(|parse| &parse.tree);
    let export = ProfileExport {
        profile: &name,
        catalogs: &catalogs,
        sources: &workspace.sources,
        modules: &workspace.modules,
        tree: &tree,
        sidecar: kept.as_deref(),
        day: day.as_deref(),
    };
    let exported = export_profile(&export)
        .map_err(|error| refuse_export(&error, &path.display().to_string(), terminal))?;
    write_result(args.output.as_deref(), exported.text.as_bytes(), terminal)?;
    say_losses(&exported.losses, terminal);
    Ok(())
}

/// The profile that is asked for, else the workspace's, else the only one at hand; and the folder of its pack.
fn profile(
    workspace: &Workspace,
    asked: Option<&str>,
    terminal: &Terminal,
) -> Result<(String, PathBuf), Status> {
    let mut found: Vec<(String, PathBuf)> = Vec::new();
    for file in &workspace.modules {
        let (Some(parse), Some(source)) = (workspace.trees.get(*file), workspace.sources.get(*file)) else {
            continue;
        };
        let pack = workspace.packs.iter().find(|p| p.modules.contains(file));
        let folder = pack.map_or(&workspace.root, |p| &p.root);
        let names = parse.tree.all(Kind::Profile).filter_map(|n| n.child(Kind::Name));
        found.extend(names.map(|n| (n.text(&source.text).to_owned(), folder.clone())));
    }
    let stated = workspace.manifest.workspace.as_ref().and_then(|w| w.profile.as_ref());
    let wanted = asked.or(stated.map(|name| name.get_ref().as_str()));
    let own = |folder: &Path| folder == workspace.root;
    let fits: Vec<&(String, PathBuf)> = match wanted {
        Some(name) => found.iter().filter(|(known, _)| known == name).collect(),
        None if found.iter().any(|(_, folder)| own(folder)) => found.iter().filter(|(_, f)| own(f)).collect(),
        None => found.iter().collect(),
    };
    if let [one] = fits.as_slice() {
        return Ok((*one).clone());
    }
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let message = Label::new("どのプロファイルか決まりません", "it is not clear which profile is meant");
    let names = names.join(", ");
    let help = Label::new(
        format!("--profile で指定してください: {names}"),
        format!("name it with --profile: {names}"),
    );
    Err(refuse(terminal, &message, &help))
}
